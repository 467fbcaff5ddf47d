/* Is a segment to be taken at all?
 *
 * It knows what the receiver offered and acknowledged, as far as that was
 * captured; it cannot know of windows that the capture missed.
 *
 * Read first: RFC 9293, section 3.10.7.4, first check; RFC 7323, section 5
 * (PAWS).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "passage.h"

/* Old segments are looked at as far back as this, at least: the largest unscaled window. */
enum { OLD_BYTES = 65535 };

bool tl_is_stray(const struct tl_segment *s)
{
    return !(s->flags & (TL_SYN | TL_RST | TL_ACK));
}

bool tl_has_possible_flags(const struct tl_segment *s)
{
    if (s->flags & TL_SYN)
        return !(s->flags & (TL_FIN | TL_RST));
    /* A FIN beside RST is not looked at any more (RFC 9293, section 3.10.7.4, second check). */
    return (s->flags & (TL_RST | TL_ACK)) != 0;
}

bool tl_has_wrong_checksum(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    bool matters = s->flags & (TL_SYN | TL_FIN | TL_RST) || p->X->looked_at < ENOUGH_CHECKSUMS ||
                   p->Y->state == TL_SYN_RECEIVED || has(p->Y, TL_END_SENT_FIN);

    if (!s->checksum || !matters)
        return false;
    switch (s->checksum(s)) {
    case TL_CHECKSUM_GOOD:
        if (p->X->looked_at < UINT8_MAX) {
            p->X->looked_at++;
            p->X->good_checksums++;
        }
        return false;
    case TL_CHECKSUM_BAD:
        if (p->X->good_checksums > p->X->looked_at - p->X->good_checksums)
            return true;
        if (p->X->looked_at < UINT8_MAX)
            p->X->looked_at++;
        return false;
    default: return false;
    }
}

bool tl_acknowledges_more(const struct passage *p)
{
    return p->segment->flags & TL_ACK && has(p->X, TL_END_HAS_ACK) &&
           has(p->Y, TL_END_HAS_SND_NXT) && tl_seq_gt(p->segment->ack, p->X->ack) &&
           tl_seq_le(p->segment->ack, p->Y->snd_nxt);
}

void tl_note_sparse(struct passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;

    if (c->at[TL_AT_SYN_ACK].frame && !(c->flags & TL_CONNECTION_OPENED) &&
        !has(&p->life->end[TL_CLIENT], TL_END_HAS_ACK) && !(s->flags & TL_SYN) &&
        tl_seq_gt(s->seq, p->X->snd_nxt) &&
        s->time_ns - tl_milestone_ns(c, TL_AT_SYN_ACK) > UNKNOWN_ROUND_TRIP_NS)
        c->flags |= TL_CONNECTION_SPARSE;
}

void tl_miss(struct passage *p, enum tl_role end, uint32_t bytes)
{
    if (p->connection->flags & TL_CONNECTION_GAP)
        return;
    p->connection->flags |= TL_CONNECTION_GAP;
    tl_diagnose(p, end, TL_DIAGNOSIS_gap, 0, bytes);
}

/* Two segments in a row beyond the window, the second where the first ended, while the other end
 * is silent: the capture has a hole wider than the window, and misses the acknowledgements, too. */
static bool goes_on_elsewhere(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;
    struct tl_end_oddities *odd = tl_note_oddities_of(p, p->x);

    if (has(X, TL_END_STRAYED) && s->seq == odd->stray_end &&
        p->Y->segments == odd->stray_silence) {
        tl_miss(p, p->x, s->seq - X->in_order);
        X->in_order = X->snd_nxt = X->seen_nxt = s->seq;
        tl_forget_islands(p, p->x);
        X->flags &= ~(uint32_t)TL_END_STRAYED;
        return true;
    }
    X->flags |= TL_END_STRAYED;
    odd->stray_end = s->seq + tl_segment_span(s);
    odd->stray_silence = p->Y->segments;
    return false;
}

bool tl_is_acceptable(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *Y = p->Y;
    struct tl_end *X = p->X;
    tl_seq end = s->seq + tl_segment_span(s);
    uint32_t window = OLD_BYTES;

    if (!has(X, TL_END_HAS_SND_NXT))
        return true;
    /* RFC 7323, section 5.2 (PAWS): new data with an old timestamp. */
    if (s->has_timestamps && has(X, TL_END_HAS_TIMESTAMPS) && tl_seq_gt(end, X->snd_nxt) &&
        tl_seq_lt(s->ts_val, X->ts_val))
        return false;
    if (has(Y, TL_END_HAS_ACK)) {
        if (tl_seq_gt(Y->right_edge, Y->ack) && Y->right_edge - Y->ack > window)
            window = Y->right_edge - Y->ack;
        /* Beyond the window. Where the numbers go on without a gap, or the acknowledgement
         * goes on, it is the receiver's segments that are missing in the capture. */
        if (tl_seq_gt(s->seq, Y->right_edge) && tl_seq_gt(s->seq, X->snd_nxt) &&
            !tl_acknowledges_more(p) && !(p->connection->flags & TL_CONNECTION_SPARSE) &&
            !goes_on_elsewhere(p))
            return false;
    }
    return tl_seq_ge(end, X->in_order - window);
}

bool tl_refuse_ack(struct passage *p)
{
    tl_note_oddities_of(p, p->x)->refused_ack = p->segment->ack;
    p->X->flags |= TL_END_REFUSED_ACK;
    return true;
}
