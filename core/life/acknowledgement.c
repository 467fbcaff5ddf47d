/* Acknowledgements: what they say about their sender, and do to their receiver.
 *
 * It knows that what is acknowledged was received; it cannot know whether
 * what was never captured was sent, until its sender's own numbers tell.
 *
 * Read first: RFC 9293, section 3.10.7.4, fifth check.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/acknowledgement.h"
#include "core/life/answers.h"
#include "core/life/arrival.h"
#include "core/life/challenge.h"
#include "core/life/fins.h"
#include "core/life/gaps.h"
#include "core/life/likeness.h"
#include "core/life/opening.h"

/* So many segments that show a hole, and do not name the FIN, are taken for a loss; a single one may come of
 * segments that overtook each other (RFC 5681, section 3.2, waits for duplicates for the same reason). */
enum { BLIND_SEGMENTS = 2 };

/* X acknowledges more of Y than was captured. */
static void acknowledges_unseen(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;
    bool one_more = s->ack == Y->snd_nxt + 1;

    /* All that was seen of Y were keepalive probes: one number back. */
    if (one_more && !Y->bytes && !s->length && p->connection->flags & TL_CONNECTION_MIDSTREAM &&
        !has(Y, TL_END_SENT_FIN) && !has(X, TL_END_SENT_FIN)) {
        Y->snd_nxt = Y->seen_nxt = Y->snd_arrived = s->ack;
        return;
    }
    /* After its own FIN, an end that says nothing itself but acknowledges one number more: that
     * number is the other end's FIN. (One byte of data would look the same, and is rare.) */
    if (one_more && s->length == 0 && (has(X, TL_END_SENT_FIN) || s->flags & TL_FIN) &&
        Y->snd_arrived == Y->snd_nxt && (Y->state == TL_CLOSE_WAIT || Y->state == TL_ESTABLISHED)) {
        if (!is_closing(p))
            p->connection->first_fin = (uint8_t)p->y;
        Y->fin = Y->fin_segment = Y->snd_nxt;
        Y->flags |= TL_END_SENT_FIN | TL_END_UNSEEN_FIN;
        tl_happens(p, p->y, TL_UNSEEN_FIN);
        /* A FIN from CLOSE-WAIT acknowledges X's, and X has received it. */
        if (Y->state == TL_LAST_ACK && tl_happens(p, p->x, TL_RCV_ACK_OF_FIN))
            tl_prove(p, p->x);
    }
    if (!has(Y, TL_END_UNSEEN_FIN))
        Y->bytes += s->ack - Y->snd_nxt;
    Y->snd_nxt = s->ack;
}

/* May the capture have missed what of Y's X acknowledges? Where it is known to miss segments; where X
 * echoes a timestamp that was not captured; or where nothing else is odd about X's segment. */
static bool may_have_missed(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *Y = p->Y;

    return !Y->segments || p->connection->flags & (TL_CONNECTION_GAP | TL_CONNECTION_SPARSE) ||
           (s->has_timestamps && has(Y, TL_END_HAS_TIMESTAMPS) && tl_seq_gt(s->ts_ecr, Y->ts_val)) ||
           !tl_is_unlike_its_sender(p);
}

bool tl_is_impossible_ack(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *Y = p->Y;

    tl_place_fin(p, p->Y, s->ack - 1);
    if (has(Y, TL_END_SENT_FIN) && tl_seq_gt(s->ack, Y->fin + 1)) {
        if (!has(Y, TL_END_UNSEEN_FIN))
            return tl_refuse_ack(p);
        tl_take_back_unseen_fin(p, p->y);
    }
    if (has(Y, TL_END_DENIES) && tl_seq_gt(s->ack, Y->snd_nxt))
        return tl_refuse_ack(p);
    /* Y's SYN-RECEIVED is of another life, with another ISN. */
    if (p->connection->flags & TL_CONNECTION_OLD_SYN && Y->state == TL_SYN_RECEIVED)
        return tl_refuse_ack(p);
    /* A FIN that acknowledges what was never sent is dropped with its acknowledgement. */
    if (s->flags & TL_FIN && has(Y, TL_END_HAS_SND_NXT) && tl_seq_gt(s->ack, Y->snd_nxt) &&
        !may_have_missed(p))
        return tl_refuse_ack(p);
    if (has(Y, TL_END_SENT_FIN))
        return false;
    if (Y->state != TL_SYN_RECEIVED || !has(Y, TL_END_SENT_SYN | TL_END_SENT_SYN_ACK) ||
        p->connection->flags & TL_CONNECTION_SPARSE || acknowledges_syn_of(Y, s->ack) ||
        (tl_seq_gt(s->ack, Y->snd_nxt) && Y->snd_nxt != Y->iss + 1))
        return false;
    tl_diagnose(p, p->x, TL_DIAGNOSIS_bad_handshake_ack, p->connection->at[TL_AT_SYN_ACK].frame,
                Y->iss + 1);
    return tl_refuse_ack(p);
}

/* Does X's segment show that it has not received Y's FIN, though that was captured with all before
 * it? It says so itself when it names by SACK what it holds ahead of a hole (RFC 2018). That it
 * does not acknowledge the FIN yet shows nothing: the FIN may be on its way. */
static bool is_blind_to_fin(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;

    if (!p->X->presumed || !has(p->Y, TL_END_FIN_ARRIVED) || tl_seq_gt(s->ack, p->Y->fin) ||
        (has(p->X, TL_END_HAS_RCV_NXT) && tl_seq_lt(s->ack, p->X->rcv_nxt)))
        return false;
    for (unsigned i = 0; i < s->sack_count; i++)
        if (tl_seq_gt(s->sack[i].start, s->ack))
            return true;
    return false;
}

/* Does X hold Y's FIN ahead of a hole? Then it came, and could not be taken. */
static bool names_fin(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;

    for (unsigned i = 0; i < s->sack_count; i++)
        if (tl_seq_gt(s->sack[i].start, s->ack) && s->sack[i].end == p->Y->fin + 1)
            return true;
    return false;
}

/* Had X not taken Y's FIN when it sent this, though all of it had had the time to arrive? */
static bool shows_that_fin_is_not_taken(struct tl_passage *p)
{
    if (!is_blind_to_fin(p))
        return false;
    if (names_fin(p))
        return true;
    return !tl_may_be_on_its_way(p, p->connection->first_fin == p->y ? TL_AT_FIN_1 : TL_AT_FIN_2) &&
           ++tl_note_oddities_of(p, p->x)->blind >= BLIND_SEGMENTS;
}

/* What X holds ahead of a hole has arrived. */
static void note_held(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *Y = p->Y;

    for (unsigned i = 0; i < s->sack_count; i++)
        if (tl_seq_gt(s->sack[i].start, s->ack) && tl_seq_gt(s->sack[i].end, s->sack[i].start) &&
            tl_seq_le(s->sack[i].end, Y->snd_nxt))
            tl_note_arrival(p, Y, s->sack[i].start, s->sack[i].end);
}

/* What of Y arrived ends at X's acknowledgement, but for what SACK names. */
static void take_back_arrival(struct tl_passage *p)
{
    p->Y->flags &= ~(uint32_t)TL_END_FIN_ARRIVED;
    p->Y->flags |= TL_END_LOST_BEHIND;
    p->Y->snd_arrived = p->segment->ack;
    tl_forget_islands(p, p->y);
}

/* X's first acknowledgement tells of a SYN,ACK that was not captured: right before the first number
 * of Y that was, or that is acknowledged. */
static void learn_unseen_syn_ack(struct tl_passage *p)
{
    struct tl_end *Y = p->Y;
    tl_seq first = Y->snd_nxt - (tl_seq)Y->bytes - has(Y, TL_END_SENT_FIN);

    Y->iss = tl_seq_min(first, p->segment->ack) - 1;
    Y->flags |= TL_END_HAS_ISS;
    tl_happens(p, p->y, TL_UNSEEN_SYN_ACK);
    tl_prove(p, p->y);
    tl_happens(p, p->x, TL_RCV_SYN_ACK);
    tl_prove(p, p->x);
}

/* Of what X acknowledges of Y for the first time, how many bytes were not captured? */
static uint32_t count_missing(const struct tl_passage *p)
{
    const struct tl_end *Y = p->Y;
    const struct tl_ranges *islands = oddities_of(p, p->y)->islands;
    tl_seq end = p->segment->ack;
    uint32_t missing;

    if (has(Y, TL_END_SENT_FIN) && end == Y->fin + 1)
        end--;
    missing = end - Y->snd_arrived;
    for (uint32_t i = 0; i < tl_ranges_count(islands); i++) {
        const tl_seq from = (tl_seq)islands->at[i].start, to = (tl_seq)islands->at[i].end;

        if (tl_seq_lt(from, end))
            missing -= tl_seq_min(to, end) - from;
    }
    return missing;
}

/* Does X do what only an end does that is ESTABLISHED? Only TCP Fast Open lets an end send or take data in
 * SYN-RECEIVED. */
static void show_established(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;
    bool has_data_of_peer;

    if ((has(X, TL_END_ACTIVE_OPEN) && !(p->connection->flags & TL_CONNECTION_SIMULTANEOUS_OPEN)) ||
        p->connection->flags & TL_CONNECTION_FAST_OPEN)
        return;
    has_data_of_peer = has(Y, TL_END_HAS_ISS) && tl_seq_gt(s->ack, Y->iss + 1);
    if (!s->length && !has_data_of_peer)
        return;
    if (X->state == TL_SYN_RECEIVED && tl_happens(p, p->x, TL_RCV_ACK_OF_SYN)) {
        tl_prove(p, p->x);
        tl_established(p);
    } else if (X->state == TL_ESTABLISHED) {
        /* A bare ACK may answer a repeated SYN, still from SYN-RECEIVED. */
        tl_prove(p, p->x);
    }
}

void tl_send_ack(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;

    if (X->state == TL_SYN_SENT && c->flags & TL_CONNECTION_SYN_ANEW &&
        tl_oddities(c)->anew_by == p->x)
        return; /* not the new life's yet */
    if (!has(Y, TL_END_HAS_SND_NXT)) {
        /* Nothing of Y was captured so far. */
        Y->snd_nxt = Y->seen_nxt = Y->snd_arrived = s->ack;
        Y->flags |= TL_END_HAS_SND_NXT;
        if (X->state == TL_SYN_SENT)
            learn_unseen_syn_ack(p);
    } else if (X->state == TL_SYN_SENT && !has(Y, TL_END_HAS_ISS) &&
               has(X, TL_END_HAS_ISS) && tl_seq_gt(s->seq, X->iss)) {
        learn_unseen_syn_ack(p); /* only what Y sent behind it was */
        if (tl_seq_gt(s->ack, Y->snd_nxt))
            acknowledges_unseen(p);
    } else if (tl_seq_gt(s->ack, Y->snd_nxt)) {
        acknowledges_unseen(p);
    }
    p->acknowledges = true;

    if (tl_seq_gt(s->ack, Y->snd_arrived)) {
        bool all_but_fin = has(Y, TL_END_SENT_FIN) && Y->snd_arrived == Y->fin;

        if (Y->segments && !all_but_fin && tl_seq_lt(Y->snd_arrived, Y->seen_nxt) &&
            !has(Y, TL_END_LOST_BEHIND))
            tl_miss(p, p->y, count_missing(p));
        Y->snd_arrived = s->ack;
        if (Y->snd_arrived == Y->snd_nxt)
            Y->flags &= ~(uint32_t)TL_END_LOST_BEHIND;
        tl_join_islands(p, Y);
    }
    if (shows_that_fin_is_not_taken(p) && tl_happens(p, p->x, TL_SND_BLIND_TO_FIN))
        take_back_arrival(p);
    if (has(Y, TL_END_LOST_BEHIND))
        note_held(p);
    if (X->state == TL_SYN_SENT && acknowledges_syn_of(Y, s->ack) &&
        has(Y, TL_END_SENT_SYN_ACK) && tl_happens(p, p->x, TL_RCV_SYN_ACK))
        tl_prove(p, p->x);
    if (X->presumed && has(X, TL_END_HAS_PROOF) && tl_seq_ge(s->ack, X->proof))
        tl_prove(p, p->x);
    show_established(p);
    if (has(Y, TL_END_SENT_FIN) && s->ack == Y->fin + 1)
        tl_has_received_fin(p);
}

void tl_receive_ack(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *Y = p->Y;

    if (!p->acknowledges)
        return;
    /* A keepalive probe of an end that has sent nothing yet bears its ISS: unacceptable in
     * SYN-RECEIVED (RFC 9293, section 3.10.7.4, first check). */
    if (!(s->flags & TL_SYN) && acknowledges_syn_of(Y, s->ack) &&
        !(Y->state == TL_SYN_RECEIVED && has(p->X, TL_END_HAS_ISS) && s->seq == p->X->iss &&
          s->length <= 1 && !(s->flags & TL_FIN))) {
        if (tl_happens(p, p->y, TL_RCV_ACK_OF_SYN)) {
            p->acknowledges_syn = true;
            if (tl_is_third_segment(p))
                p->handshake |= step_bit(3, (c->flags & TL_CONNECTION_OPENED) != 0);
            tl_established(p);
        } else if (has(Y, TL_END_REPEATED_SYN)) {
            p->handshake |= step_bit(3, true);
        }
        Y->flags &= ~(uint32_t)TL_END_REPEATED_SYN;
    }
    if (has(Y, TL_END_SENT_FIN) && s->ack == Y->fin + 1) {
        bool first = c->first_fin == p->y;
        enum tl_milestone milestone = first ? TL_AT_FIN_1_ACK : TL_AT_FIN_2_ACK;
        unsigned step = first ? 2 : 4;

        if (tl_happens(p, p->y, TL_RCV_ACK_OF_FIN) || !c->at[milestone].frame) {
            p->teardown |= step_bit(step, c->at[milestone].frame ||
                                              oddities_of(p, p->y)->lost_fin_ack);
            c->at[milestone] = mark_of(s);
            if (Y->state == TL_FIN_WAIT_2 && !(s->flags & TL_FIN) && !has(p->X, TL_END_SENT_FIN))
                tl_diagnose(p, p->y, TL_DIAGNOSIS_half_closed, c->at[TL_AT_FIN_1].frame, 0);
        } else if (has(Y, TL_END_REPEATED_FIN)) {
            p->teardown |= step_bit(step, true);
        }
        Y->flags &= ~(uint32_t)TL_END_REPEATED_FIN;
    }
}
