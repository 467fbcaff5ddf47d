/* What the clock ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_CLOCK_H
#define TCPLIFE_LIFE_CLOCK_H

#include "core/record/environment.h"
#include "core/record/record.h"

/* Ends what the clock ends. To be called before anything is decided about a segment. */
void tl_connection_clock(struct tl_connection *connection, uint32_t frame, int64_t now_ns,
                         struct tl_environment *environment);

#endif
