/* The window and the timestamp that an end offers.
 *
 * Read first: RFC 7323, sections 2 and 4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/offers.h"

/* What X echoes is kept once something odd has happened, as a hole is: else nothing is compared with it.
 * An echo of what Y never sent is none. */
static void note_echo(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end_oddities *odd;

    if (!p->connection->oddities || !s->has_timestamps || !(s->flags & TL_ACK) ||
        !has(p->Y, TL_END_HAS_TIMESTAMPS) || tl_seq_gt(s->ts_ecr, p->Y->ts_val))
        return;
    odd = tl_note_oddities_of(p, p->x);
    if (odd->has_echo && tl_seq_le(s->ts_ecr, odd->echo))
        return;
    odd->echo = s->ts_ecr;
    odd->has_echo = true;
}

/* Keeps the window and the timestamp that X offers; the timestamp only where Y does not hold all of the
 * segment already (RFC 7323, section 4.3: only what is acceptable sets TS.Recent). */
void tl_note_offers(struct tl_passage *p, bool is_old)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    if (s->has_timestamps && !is_old &&
        (!has(X, TL_END_HAS_TIMESTAMPS) || tl_seq_gt(s->ts_val, X->ts_val))) {
        if (has(X, TL_END_HAS_TIMESTAMPS) && has(p->Y, TL_END_SENT_SYN_ACK) && p->Y->presumed)
            X->flags |= TL_END_CLOCK_MOVED;
        X->ts_val = s->ts_val;
        X->flags |= TL_END_HAS_TIMESTAMPS;
    }
    if (s->has_timestamps && s->flags & TL_SYN)
        X->flags &= ~(uint32_t)TL_END_NO_TIMESTAMPS;
    note_echo(p);
    if (p->acknowledges) {
        bool one_more = has(X, TL_END_HAS_RCV_NXT) && s->ack == X->rcv_nxt + 1 && !s->length;
        unsigned shift = s->flags & TL_SYN ? 0 : tl_window_shift(X, p->Y);
        tl_seq edge = s->ack + ((uint32_t)s->window << shift);

        if (!has(X, TL_END_HAS_RCV_NXT)) {
            X->rcv_nxt = s->ack;
            X->rcv_edge = edge;
            X->flags |= TL_END_HAS_RCV_NXT;
        }
        if (s->flags & TL_FIN)
            X->flags |= TL_END_FIN_ACKED_MOST;
        else if (tl_seq_gt(s->ack, X->rcv_nxt))
            X->flags &= ~(uint32_t)TL_END_FIN_ACKED_MOST;
        X->flags &= ~(uint32_t)(TL_END_ZERO_WINDOW | TL_END_ACKED_ONE);
        if (!s->window)
            X->flags |= TL_END_ZERO_WINDOW;
        if (one_more)
            X->flags |= TL_END_ACKED_ONE;
        X->latest_ack = s->ack;
        X->rcv_nxt = tl_seq_max(X->rcv_nxt, s->ack);
        X->rcv_edge = tl_seq_max(X->rcv_edge, edge);
    }
}
