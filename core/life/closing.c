/* FIN: how a connection is closed.
 *
 * It knows that a FIN takes effect when all data before it has arrived; it
 * cannot know of data lost behind the capture point.
 *
 * Read first: RFC 9293, section 3.6 and section 3.10.7.4, eighth check.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/closing.h"
#include "core/life/answers.h"
#include "core/life/arrival.h"
#include "core/life/copies.h"
#include "core/life/fins.h"
#include "core/life/likeness.h"

/* X's FIN shows that the other end's FIN, or RST, had not arrived when it was sent. */
static bool send_crossing_fin(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const bool was_reset = is_over(p->X);

    if (!tl_happens(p, p->x, TL_SND_FIN_CROSSING))
        return false;
    if (was_reset)
        p->Y->flags |= TL_END_RESET_CROSSED; /* it arrives before Y's next one */
    /* The other end's FIN is still on its way to X. It is presumed to arrive as the next thing;
     * with data before it, that cannot be: an end that has closed may answer data with a RST
     * (RFC 9293, section 3.6.1). */
    if (has(p->Y, TL_END_FIN_ARRIVED) && tl_seq_ge(s->ack, p->Y->fin_segment)) {
        p->proof = p->Y->fin + 1;
        tl_happens(p, p->x, TL_RCV_FIN);
        p->proof = s->seq + tl_segment_span(s);
    } else {
        /* It arrives later, with the other end's next segment at the latest. */
        p->Y->flags &= ~(uint32_t)TL_END_FIN_ARRIVED;
    }
    return true;
}

/* X's FIN is the first one; for so long it had been silent before it. */
static void begin_end(struct tl_passage *p, int64_t silence_ns)
{
    struct tl_connection *c = p->connection;

    c->at[TL_AT_FIN_1] = mark_of(p->segment);
    c->first_fin = (uint8_t)p->x;
    c->v.bytes_at_fin_1 = p->Y->bytes;
    p->teardown |= step_bit(1, false);
    tl_add_silence(p->life, p->segment->frame, p->x, silence_ns);
}

/* X's FIN was captured behind the other end's, which acknowledges it (two interfaces, merged, or a
 * card's two queues): it was the first, and the other one its answer. */
static bool send_answered_fin(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_connection *c = p->connection;
    struct tl_end *X = p->X, *Y = p->Y;
    const tl_seq behind = s->seq + tl_segment_span(s);
    int64_t silence_ns = -1;

    if (!has(Y, TL_END_SENT_FIN) || has(Y, TL_END_UNSEEN_FIN) || tl_seq_gt(s->ack, Y->fin) ||
        !has(Y, TL_END_HAS_RCV_NXT) || Y->rcv_nxt != behind || !has(Y, TL_END_FIN_ACKED_MOST) ||
        !c->at[TL_AT_FIN_1].frame || c->at[TL_AT_FIN_2].frame ||
        !(tl_happens(p, p->x, TL_SND_FIN_BEFORE) || tl_happens(p, p->x, TL_SND_FIN)))
        return false;
    X->fin = behind - 1;
    X->fin_segment = s->seq;
    X->snd_nxt = tl_seq_max(X->snd_nxt, behind);
    X->seen_nxt = tl_seq_max(X->seen_nxt, behind);
    X->snd_arrived = tl_seq_max(X->snd_arrived, behind);
    X->flags |= TL_END_SENT_FIN | TL_END_FIN_ARRIVED;
    tl_connection_silence_before(c, c->at[TL_AT_FIN_1].frame, &silence_ns);
    c->at[TL_AT_FIN_2] = c->at[TL_AT_FIN_1_ACK] = c->at[TL_AT_FIN_1];
    begin_end(p, silence_ns);
    c->flags |= TL_CONNECTION_THREE_SEGMENT_CLOSE;
    tl_remember_control(p);
    tl_happens(p, p->y, TL_FIN_WAS_ANSWER);
    if (has(X, TL_END_DENIES)) {
        /* It answers an impostor's FIN with the same number, and X has dropped it. */
        c->at[TL_AT_FIN_1_ACK].frame = 0;
        return true;
    }
    /* What acknowledges it, and the FIN with it, is on its way to X. */
    p->proof = Y->fin + 1;
    tl_happens(p, p->x, TL_RCV_ACK_OF_FIN);
    if (has(Y, TL_END_FIN_ARRIVED) || tl_seq_ge(Y->snd_arrived, Y->fin))
        tl_happens(p, p->x, TL_RCV_FIN);
    p->proof = behind;
    return true;
}

/* The first and the second FIN of a connection: what they are to the teardown. */
static void note_teardown(struct tl_passage *p, bool acknowledges_fin)
{
    struct tl_connection *c = p->connection;

    if (!c->at[TL_AT_FIN_1].frame && !has(p->Y, TL_END_SENT_FIN)) {
        begin_end(p, p->silence_ns);
        return;
    }
    if (!acknowledges_fin) {
        c->flags |= TL_CONNECTION_SIMULTANEOUS_CLOSE;
        tl_diagnose(p, p->x, TL_DIAGNOSIS_simultaneous_close, c->at[TL_AT_FIN_1].frame, 0);
    } else if (!c->at[TL_AT_FIN_1_ACK].frame && !oddities_of(p, p->y)->lost_fin_ack &&
               !(has(p->X, TL_END_HAS_RCV_NXT) && p->X->rcv_nxt == p->Y->fin + 1)) {
        c->flags |= TL_CONNECTION_THREE_SEGMENT_CLOSE;
    }
    c->at[TL_AT_FIN_2] = mark_of(p->segment);
    p->teardown |= step_bit(3, false);
}

/* It was sent before the RST that was captured before it. */
static bool is_overtaken_by_reset(const struct tl_passage *p)
{
    return is_over(p->X) && !p->X->presumed && tl_reset_by(p->connection) == p->x &&
           p->connection->at[TL_AT_RESET].frame && tl_may_be_on_its_way(p, TL_AT_RESET);
}

/* Is a first FIN certainly, or by all that is known, not X's own? X has used that number for data, and its
 * last segment did not end there; or it stands beyond a hole, and does not look like X's. */
static bool is_implausible(const struct tl_passage *p, tl_seq fin)
{
    const struct tl_end *X = p->X;

    if (tl_seq_lt(fin, X->seen_nxt) && tl_has_used(p, fin) && !tl_goes_on_from_its_last(p))
        return true;
    return tl_seq_gt(p->segment->seq, X->snd_arrived) && tl_is_unlike_its_sender(p);
}

/* X's FIN once more: what acknowledged it did not arrive. */
static void take_back_ack_of_fin(struct tl_passage *p, bool covers)
{
    struct tl_connection *c = p->connection;
    struct tl_end *X = p->X;
    const bool first = c->first_fin == p->x;
    const enum tl_milestone step = first ? TL_AT_FIN_1_ACK : TL_AT_FIN_2_ACK;
    const uint32_t last_ack = X->state == TL_CLOSED ? c->at[TL_AT_FIN_2_ACK].frame : 0;

    if (tl_may_be_on_its_way(p, step) ||
        !tl_happens(p, p->x, covers ? TL_SND_FIN_AGAIN_ACKING_FIN : TL_SND_FIN_AGAIN))
        return;
    /* Where several FINs of Y did not arrive, they are held up rather than lost, and arrive with its
     * next segment at the latest. */
    if (!covers && has(p->Y, TL_END_REPEATED_FIN))
        p->Y->flags &= ~(uint32_t)TL_END_FIN_ARRIVED;
    if (X->state == TL_LAST_ACK && last_ack)
        tl_diagnose(p, p->x, TL_DIAGNOSIS_last_ack_lost, last_ack, 0);
    /* The step was not made. */
    if (c->at[step].frame)
        tl_note_oddities_of(p, p->x)->lost_fin_ack = c->at[step].frame;
    c->at[step].frame = 0;
}

/* It was told of before it was captured; perhaps as the first one, by the other end's. */
static void send_told_fin(struct tl_passage *p, bool acknowledges_fin)
{
    const struct tl_connection *c = p->connection;
    /* Too soon to be sent again: it was overtaken by what told of it. */
    const bool is_first = p->segment->time_ns - p->X->last_ns < TL_OVERTAKEN_NS;

    p->X->flags &= ~(uint32_t)TL_END_UNSEEN_FIN;
    if (acknowledges_fin && is_first)
        tl_happens(p, p->x, TL_FIN_WAS_ANSWER);
    if (c->first_fin == p->x && c->at[TL_AT_FIN_2].frame && !c->at[TL_AT_FIN_1].frame)
        begin_end(p, p->silence_ns);
    else
        note_teardown(p, acknowledges_fin);
    take_back_ack_of_fin(p, acknowledges_fin);
    tl_remember_control(p);
}

/* What lies before X's FIN has not all arrived, as Y has said before. */
static void expect_hole(struct tl_passage *p)
{
    struct tl_end *X = p->X;
    tl_seq start, end;

    if (X->snd_arrived != X->fin || !tl_knows_of_hole(p, &start, &end) || tl_seq_ge(start, X->fin))
        return;
    tl_forget_islands(p, p->x);
    X->flags |= TL_END_LOST_BEHIND;
    X->snd_arrived = start;
    if (tl_seq_lt(end, X->fin))
        tl_note_arrival(p, X, end, X->fin);
}

void tl_send_fin(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;
    tl_seq fin = s->seq + s->length;
    bool covers = has(Y, TL_END_SENT_FIN) && s->ack == Y->fin + 1;

    if (has(X, TL_END_HAS_ISS) && tl_seq_le(fin, X->iss))
        return; /* that number was its SYN's */
    /* Of two FINs with different numbers one is an impostor's. */
    if (has(X, TL_END_SENT_FIN) && !has(X, TL_END_UNSEEN_FIN) && fin != X->fin) {
        if (tl_is_unlike_its_sender(p) || tl_has_gone_on_behind_fin(p))
            return;
        tl_disown_fin(p);
        tl_note_arrival(p, X, s->seq, fin);
    } else if (!has(X, TL_END_SENT_FIN) && is_implausible(p, fin)) {
        return;
    }
    if (!has(X, TL_END_SENT_FIN)) {
        bool crossing, sent_before;

        tl_conclude_unseen_fin(p);
        if (send_answered_fin(p))
            return;
        covers = has(Y, TL_END_SENT_FIN) && s->ack == Y->fin + 1;
        /* It answers the other end's FIN, and crosses its RST. */
        if (X->presumed && covers && is_over(X) && tl_happens(p, p->x, TL_SND_LIFE))
            tl_has_received_fin(p);
        crossing = X->presumed && !covers && (X->state == TL_CLOSE_WAIT || is_over(X));
        /* The capture missed it when it was sent first, before Y's had arrived. */
        sent_before = !X->presumed && has(Y, TL_END_SENT_FIN) && tl_had_sent_fin_before(p, fin) &&
                      tl_happens(p, p->x, TL_SND_FIN_MISSED);

        if (!sent_before && !(crossing && send_crossing_fin(p)) &&
            !tl_happens(p, p->x, TL_SND_FIN) && !is_overtaken_by_reset(p))
            return; /* no state to send a FIN from */
        X->fin = fin;
        X->fin_segment = s->seq;
        X->flags |= TL_END_SENT_FIN;
        X->snd_nxt = tl_seq_max(X->snd_nxt, fin + 1);
        X->seen_nxt = tl_seq_max(X->seen_nxt, fin + 1);
        note_teardown(p, covers && !sent_before);
        tl_remember_control(p);
        expect_hole(p);
        /* Its acknowledgement was captured first (two interfaces, merged): just now, or else it did not arrive,
         * or was of what somebody else had sent. */
        if (has(Y, TL_END_HAS_RCV_NXT) && Y->rcv_nxt == fin + 1 && !has(X, TL_END_DENIES) &&
            tl_has_just_spoken(p)) {
            p->proof = s->ack;
            X->flags |= TL_END_FIN_ARRIVED;
            tl_happens(p, p->x, TL_RCV_ACK_OF_FIN);
            tl_happens(p, p->y, TL_RCV_FIN);
            tl_prove(p, p->y);
            p->proof = s->seq + tl_segment_span(s);
        }
    } else if (fin == X->fin && has(X, TL_END_UNSEEN_FIN)) {
        send_told_fin(p, covers);
    }
}

void tl_repeat_fin(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;
    bool covers = has(p->Y, TL_END_SENT_FIN) && s->ack == p->Y->fin + 1;
    bool first = c->first_fin == p->x;
    uint32_t which;

    if (!(s->flags & TL_FIN) || !has(X, TL_END_SENT_FIN) || has(X, TL_END_UNSEEN_FIN) ||
        s->seq + s->length != X->fin)
        return;
    p->teardown |= step_bit(first ? 1 : 3, true);
    if (tl_connection_is_copy(c, p->x, s) || tl_is_other_cut_of_fin(p))
        return;
    which = ++tl_note_oddities_of(p, p->x)->fin_retransmissions;
    X->flags |= TL_END_REPEATED_FIN;
    tl_diagnose(p, p->x, TL_DIAGNOSIS_fin_retransmitted,
                c->at[first ? TL_AT_FIN_1 : TL_AT_FIN_2].frame, which);
    /* One that acknowledges less than X has since left before that, and shows nothing of now. */
    if (!has(X, TL_END_HAS_RCV_NXT) || tl_seq_ge(s->ack, X->rcv_nxt))
        take_back_ack_of_fin(p, covers);
    tl_remember_control(p);
}

void tl_receive_fin(struct tl_passage *p)
{
    struct tl_end *X = p->X, *Y = p->Y;

    if (!has(X, TL_END_SENT_FIN) || has(X, TL_END_UNSEEN_FIN) || Y->state == TL_SYN_SENT)
        return;
    /* Y holds more than X ever sent, of an impostor: X's FIN has an old number for it. */
    if (tl_seq_gt(X->snd_arrived, X->fin + 1) || tl_holds_more(p, X->fin + 1))
        return;
    if (tl_seq_lt(X->snd_arrived, X->fin) ||
        ((has(X, TL_END_FIN_ARRIVED) || has(Y, TL_END_DENIES)) && !(p->segment->flags & TL_FIN)))
        return;
    X->snd_arrived = X->fin + 1;
    X->flags |= TL_END_FIN_ARRIVED;
    /* Where data fills the hole before it, acknowledging that data proves less. */
    p->proof = tl_seq_max(p->proof, X->fin + 1);
    if (oddities_of(p, p->y)->blind)
        tl_note_oddities_of(p, p->y)->blind = 0;
    if (!tl_happens(p, p->y, TL_RCV_FIN) && Y->state == TL_TIME_WAIT)
        p->connection->time_wait_ends_ns = p->segment->time_ns + 2 * p->environment->msl_ns;
}
