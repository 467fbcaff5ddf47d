/* Does a segment look like its alleged sender's others?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_LIKENESS_H
#define TCPLIFE_LIFE_LIKENESS_H

#include "core/life/passage.h"

/* Does the segment look as if somebody else had sent it? Its IP identification, its window or its options
 * break with what X's last segments had in common. Alone that decides nothing. */
bool tl_is_unlike_its_sender(const struct tl_passage *p);

#endif
