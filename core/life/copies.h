/* Which segments are copies, made by the network or by the capture, of one that was seen before.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_COPIES_H
#define TCPLIFE_LIFE_COPIES_H

#include "core/life/passage.h"

/* With an identification or a timestamp that tells, the two captures of one packet, on both hosts, may
 * be as far apart as the way between them is long. */
enum { TL_STAMPED_COPY_NS = 100 * 1000000 };

/* What differs between a segment and its retransmission, but not in a copy. */
static inline uint32_t copy_mark_of(const struct tl_segment *s)
{
    uint32_t mark = s->has_ip_id ? s->ip_id : 0;

    mark = mark * 31 + (s->has_timestamps ? s->ts_val : 0);
    mark = mark * 31 + s->window;
    mark = mark * 31 + s->ack;
    return mark * 31 + s->flags;
}

/* …and what only a copy has in common with it, never 0. */
static inline uint32_t recent_mark_of(const struct tl_segment *s, enum tl_role sender)
{
    uint32_t mark = copy_mark_of(s) * 31 + s->seq;

    if (s->sack_count)
        mark = mark * 31 + s->sack[0].start + s->sack[0].end;
    mark = (mark * 31 + s->length) * 31 + sender;
    return mark + !mark;
}

/* Does an identification or a timestamp tell a copy from a retransmission? */
bool tl_tells_copies(const struct tl_segment *segment);

/* Is this SYN the one the end sent before: a copy made by the network or the capture, not a
 * retransmission? Also asked about SYN,ACK and FIN. */
bool tl_connection_is_copy(const struct tl_connection *connection, enum tl_role sender,
                           const struct tl_segment *segment);

/* Did the capture take this packet before: a mirror port, or two interfaces of one host? Such a
 * copy follows at once and differs in nothing. */
bool tl_connection_is_captured_again(const struct tl_connection *connection,
                                     const struct tl_segment *segment, enum tl_role sender,
                                     uint32_t mark,
                                     const struct tl_environment *environment);

/* Is it the FIN that X sent before, cut in another way by the network card (TSO, GRO)? */
bool tl_is_other_cut_of_fin(const struct tl_passage *p);

/* A copy makes no step and shows nothing but that the segment was there. */
void tl_note_copy(struct tl_passage *p);

/* This segment is X's last SYN or FIN. */
void tl_remember_control(struct tl_passage *p);

#endif
