/* Data that an end sends.
 *
 * It knows that data behind a hole waits; it cannot know of data lost behind the capture point.
 *
 * Read first: RFC 9293, section 3.10.7.4, seventh check.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/data.h"
#include "core/life/answers.h"
#include "core/life/arrival.h"
#include "core/life/doubts.h"
#include "core/life/fins.h"
#include "core/life/gaps.h"

static const uint32_t FORGET_BYTES = 1u << 30;

/* The first segment of an end in mid-stream: what lies before it was sent before the capture,
 * though the other end may not have acknowledged it yet. */
static void begin_numbers(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    if (!has(X, TL_END_HAS_SND_NXT) ||
        (X->segments == 1 && p->connection->flags & TL_CONNECTION_MIDSTREAM &&
         tl_seq_gt(s->seq, X->snd_nxt))) {
        X->snd_nxt = X->seen_nxt = X->snd_arrived = s->seq;
        X->flags |= TL_END_HAS_SND_NXT;
    }
}

/* A hole that is the capture's: what lies in it was sent, and not written down. */
static void pass_hole(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    if ((p->connection->flags & TL_CONNECTION_SPARSE || oddities_of(p, p->x)->has_fragment) &&
        tl_seq_gt(s->seq, X->snd_arrived)) {
        if (tl_seq_gt(s->seq, X->snd_nxt)) {
            X->bytes += s->seq - X->snd_nxt;
            X->snd_nxt = s->seq;
        }
        tl_miss(p, p->x, s->seq - X->snd_arrived);
        X->snd_arrived = s->seq; /* the hole is the capture's */
        tl_join_islands(p, X);
    }
}

/* An end that acknowledges the other's FIN with a number one behind all that was captured of
 * it has sent a FIN itself. Without data it answers what arrived: that FIN, which crossed its
 * own, unless that is too long ago; or its repetition, captured or not, after its own FIN answered
 * the first. */
static bool concludes_own_fin(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    if (!s->length && !(s->flags & TL_FIN) && s->seq == X->snd_nxt + 1 &&
        !has(X, TL_END_SENT_FIN) && X->snd_arrived == X->snd_nxt && X->presumed &&
        (X->state == TL_CLOSE_WAIT || (X->state == TL_CLOSED && X->left == TL_CLOSE_WAIT)) &&
        s->ack == p->Y->fin + 1 && !tl_has_doubted_data(p)) {
        X->fin = X->fin_segment = X->snd_nxt;
        X->snd_nxt++;
        X->seen_nxt++;
        X->flags |= TL_END_SENT_FIN | TL_END_UNSEEN_FIN;
        if (X->state == TL_CLOSE_WAIT &&
            (has(p->Y, TL_END_REPEATED_FIN) || !tl_may_cross_fin(p)))
            tl_happens(p, p->x, TL_UNSEEN_FIN);
        else
            tl_happens(p, p->x, TL_SND_FIN_CROSSING);
        return true;
    }
    return false;
}

/* Behind its FIN nothing is sent. */
static void name_data_after_fin(struct tl_passage *p)
{
    const struct tl_connection *c = p->connection;

    if (p->segment->length && !has(p->X, TL_END_UNSEEN_FIN))
        tl_diagnose(p, p->x, TL_DIAGNOSIS_data_after_fin,
                    c->at[c->first_fin == p->x ? TL_AT_FIN_1 : TL_AT_FIN_2].frame,
                    p->segment->length);
}

void tl_send_data(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;
    tl_seq end = s->seq + s->length;

    if (has(X, TL_END_SENT_FIN))
        tl_take_back_untrue_fin(p);
    begin_numbers(p);
    pass_hole(p);
    tl_conclude_both_fins(p);
    if (concludes_own_fin(p))
        return;
    if (has(X, TL_END_SENT_FIN) && tl_seq_gt(end, X->fin)) {
        name_data_after_fin(p);
        return;
    }
    X->seen_nxt = tl_seq_max(X->seen_nxt, end);
    if (tl_seq_gt(end, X->snd_nxt)) {
        /* With what was sent before it, though it may never be captured. */
        X->bytes += end - X->snd_nxt;
        X->snd_nxt = end;
    }
    if (s->length)
        tl_note_arrival(p, X, s->seq, end);
    /* A hole that nothing fills or acknowledges, as in one-sided captures, is left behind before
     * it is half the circle away. */
    if (X->snd_nxt - X->snd_arrived > FORGET_BYTES && tl_seq_gt(X->snd_nxt, X->snd_arrived)) {
        X->snd_arrived = X->snd_nxt - FORGET_BYTES;
        tl_join_islands(p, X);
    }
}
