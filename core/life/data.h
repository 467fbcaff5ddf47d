/* Data that an end sends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_DATA_H
#define TCPLIFE_LIFE_DATA_H

#include "core/life/passage.h"

/* What a segment says about its sender by the numbers of its data. */
void tl_send_data(struct tl_passage *p);

#endif
