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
#include "core/life/acceptance.h"
#include "core/life/gaps.h"
#include "core/life/offers.h"

/* Old segments are looked at as far back as this, at least: the largest unscaled window. */
enum { OLD_BYTES = 65535 };

/* Without the option in both SYNs nobody looks at it (RFC 7323, section 3.2); where a SYN was not captured,
 * nobody knows. */
bool tl_has_old_timestamp(const struct tl_passage *p)
{
    const struct tl_end *X = p->X, *Y = p->Y;

    return p->segment->has_timestamps && has(X, TL_END_HAS_TIMESTAMPS) &&
           tl_seq_lt(p->segment->ts_val, X->ts_val) && !has(X, TL_END_NO_TIMESTAMPS) &&
           !has(Y, TL_END_NO_TIMESTAMPS);
}

/* Linux takes a segment whose timestamp is one tick behind. */
enum { TICKS_BEHIND = 1 };

/* Y has echoed a later timestamp. What it echoes is TS.Recent, with which it compares (RFC 7323, sections
 * 4.3 and 5.3): so it drops what fills a hole too late, though other segments beyond that were later still. */
static bool is_before_echo(const struct tl_passage *p)
{
    const struct tl_end_oddities *odd = oddities_of(p, p->y);

    return p->segment->has_timestamps && odd->has_echo &&
           tl_seq_lt(p->segment->ts_val + TICKS_BEHIND, odd->echo) &&
           !has(p->X, TL_END_NO_TIMESTAMPS) && !has(p->Y, TL_END_NO_TIMESTAMPS);
}

enum tl_ignored tl_why_unacceptable(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *Y = p->Y;
    struct tl_end *X = p->X;
    tl_seq end = s->seq + tl_segment_span(s);
    uint32_t window = OLD_BYTES;

    if (!has(X, TL_END_HAS_SND_NXT))
        return TL_NOT_IGNORED;
    /* RFC 7323, section 5.2 (PAWS): new data with an old timestamp. */
    if (tl_seq_gt(end, X->snd_nxt) && tl_has_old_timestamp(p))
        return TL_OLD_TIMESTAMP;
    if (tl_seq_gt(end, X->snd_arrived) && is_before_echo(p))
        return TL_OLD_TIMESTAMP;
    if (has(Y, TL_END_HAS_RCV_NXT)) {
        if (tl_seq_gt(Y->rcv_edge, Y->rcv_nxt) && Y->rcv_edge - Y->rcv_nxt > window)
            window = Y->rcv_edge - Y->rcv_nxt;
        /* Beyond the window. Where the numbers go on without a gap, it is the receiver's segments
         * that are missing in the capture. */
        if (tl_seq_gt(s->seq, Y->rcv_edge) && tl_seq_gt(s->seq, X->snd_nxt) &&
            !(p->connection->flags & TL_CONNECTION_SPARSE) && !tl_goes_on_elsewhere(p))
            return TL_BEYOND_WINDOW;
    }
    return tl_seq_ge(end, X->snd_arrived - window) ? TL_NOT_IGNORED : TL_OLD_DUPLICATE;
}

bool tl_is_old(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;
    tl_seq received;

    if (!has(Y, TL_END_HAS_RCV_NXT) || !has(X, TL_END_HAS_SND_NXT))
        return false;
    /* The least that Y has received by now. An acknowledgement above all that X has sent was none. */
    received = tl_seq_min(X->snd_arrived, tl_seq_min(Y->latest_ack, Y->rcv_nxt));
    return tl_seq_lt(s->seq + tl_segment_span(s), received);
}

/* Below all that Y can have on its way: Y answers, and looks no further (RFC 5961, section 5). */
bool tl_is_ancient_ack(const struct tl_passage *p)
{
    const struct tl_end *X = p->X, *Y = p->Y;
    const uint32_t largest_window = UINT32_C(65535) << tl_window_shift(X, Y);
    tl_seq acknowledged;

    if (!has(X, TL_END_HAS_RCV_NXT) || !has(Y, TL_END_HAS_SND_NXT))
        return false;
    /* What lies above all that Y has sent was no acknowledgement. */
    acknowledged = tl_seq_min(Y->seen_nxt, tl_seq_min(X->latest_ack, X->rcv_nxt));
    return tl_seq_lt(p->segment->ack, acknowledged - largest_window);
}
