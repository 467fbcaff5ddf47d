/* What a connection begins with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_BEGIN_H
#define TCPLIFE_LIFE_BEGIN_H

#include "core/life/passage.h"

/* Makes `connection` (all zero but its sockets and number) ready for its first segment. */
void tl_connection_begin(struct tl_connection *connection, const struct tl_segment *segment);

/* Makes it begin with the SYN that `old` kept inside itself until it was answered. */
void tl_connection_begin_anew(struct tl_connection *connection, struct tl_connection *old,
                              const struct tl_segment *segment, struct tl_environment *environment);

/* Its first segment is none of a handshake. */
void tl_begin_midstream(struct passage *p);
void tl_begin_with_reset(struct passage *p);

/* Is it a scan's segment, or the answer to one? Then there is no connection. */
bool tl_is_of_scan(const struct passage *p);
void tl_note_stray(struct passage *p);

#endif
