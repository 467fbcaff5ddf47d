/* What a connection begins with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_BEGIN_H
#define TCPLIFE_LIFE_BEGIN_H

#include "core/life/passage.h"
#include "core/rfc/segment.h"

/* Makes `connection` (all zero but its sockets and number) ready for its first segment. */
void tl_connection_begin(struct tl_connection *connection, const struct tl_segment *segment);

/* Makes it begin with the SYN that `old` kept inside itself until it was answered. */
void tl_connection_begin_anew(struct tl_connection *connection, struct tl_connection *old,
                              const struct tl_segment *segment, struct tl_environment *environment);

/* Its first segment is none of a handshake. */
void tl_begin_midstream(struct tl_passage *p);
void tl_begin_with_reset(struct tl_passage *p);

/* Scans send segments with neither SYN, RST nor ACK, and are answered by a RST or not at all (RFC
 * 9293, section 3.10.7.1 and .2): there is no connection. */
static inline bool tl_is_of_scan(const struct tl_passage *p)
{
    return p->connection->flags & TL_CONNECTION_STRAY ||
           (!(p->connection->flags & TL_CONNECTION_BEGUN) &&
            p->segment->frame == p->connection->first_frame && tl_is_stray(p->segment));
}

void tl_note_stray(struct tl_passage *p);

#endif
