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

/* Names a CLOSE-WAIT that has lasted until now. Not to be called for a segment of the next life on these
 * sockets: when the old one ended before it, nothing shows. */
void tl_connection_note_lingering(struct tl_connection *connection, uint32_t frame, int64_t now_ns,
                                  struct tl_environment *environment);

#endif
