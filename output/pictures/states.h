/* The states beside the lines, and which lines cross.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_STATES_H
#define TCPLIFE_OUTPUT_STATES_H

#include "tcplife/change.h"

struct drawing;

/* `before`: the states before the first line. What did not arrive is known already. */
void picture_set_states(const struct drawing *d, struct tl_states before);

#endif
