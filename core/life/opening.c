/* SYN and SYN,ACK: how a connection is opened, and what a SYN inside a living one means.
 *
 * It knows the numbers that prove each step; it cannot know whether a SYN
 * with a new ISN is its alleged sender's but by its options and timestamps.
 *
 * Read first: RFC 9293, section 3.5; RFC 5961, section 4; RFC 7413.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/opening.h"
#include "core/life/answers.h"
#include "core/life/challenge.h"
#include "core/life/copies.h"
#include "core/life/doubts.h"
#include "core/life/gaps.h"
#include "core/record/times.h"

/* So many SYNs, or SYN,ACKs, without an answer: by the usual back-off, 3 s or more. */
enum { UNANSWERED_TRIES = 3 };

static void learn_syn(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    X->iss = s->seq;
    X->snd_nxt = X->seen_nxt = s->seq + tl_segment_span(s);
    /* Data in a SYN counts as received when it is acknowledged (RFC 7413). */
    X->snd_arrived = s->seq + 1;
    X->flags |= TL_END_HAS_ISS | TL_END_HAS_SND_NXT;
    X->window_scale = s->window_scale;
    /* Timestamps start with the SYN. */
    X->flags &= ~(uint32_t)(TL_END_HAS_TIMESTAMPS | TL_END_NO_TIMESTAMPS | TL_END_STRAYED |
                            TL_END_DOUBTED);
    if (!s->has_timestamps && s->window_scale != TL_SCALE_UNKNOWN)
        X->flags |= TL_END_NO_TIMESTAMPS;
    X->bytes += s->length;
}

/* Is a SYN with another ISN from an end that had a connection already its own? Not if it is
 * from before (RFC 9293, section 3.5, Figure 8), nor if its options differ from those that
 * this end sends; nor if it echoes a timestamp, which a SYN does only where it takes over from
 * TIME-WAIT (RFC 7323, section 3.2; RFC 6191). */
static bool is_new_life(const struct tl_end *X, const struct tl_segment *s)
{
    if (s->has_timestamps && s->ts_ecr && !has(X, TL_END_SENT_FIN))
        return false;
    if (has(X, TL_END_HAS_TIMESTAMPS) && (s->has_timestamps || s->window_scale != TL_SCALE_UNKNOWN))
        return s->has_timestamps && tl_seq_ge(s->ts_val, X->ts_val);
    if (has(X, TL_END_SENT_SYN) && X->window_scale != TL_SCALE_UNKNOWN &&
        s->window_scale != TL_SCALE_UNKNOWN && (X->window_scale >= 0) != (s->window_scale >= 0))
        return false;
    return !has(X, TL_END_HAS_SND_NXT) || tl_seq_gt(s->seq, X->snd_nxt);
}

/* Is it the SYN right before the first that was captured of its sender? */
static bool is_right_before(const struct tl_passage *p)
{
    const struct tl_end *X = p->X;

    return !(p->connection->flags & TL_CONNECTION_MIDSTREAM) &&
           p->segment->seq + 1 == X->snd_nxt - (tl_seq)X->bytes - has(X, TL_END_SENT_FIN);
}

/* Y sent SYN,ACKs with two ISNs, and X acknowledges the first: that one is the connection's. */
void tl_choose_iss(struct tl_passage *p)
{
    struct tl_end *Y = p->Y;
    const struct tl_end_oddities *odd = oddities_of(p, p->y);

    if (!has(Y, TL_END_RIVAL_ISS) || !(p->segment->flags & TL_ACK))
        return;
    Y->flags &= ~(uint32_t)TL_END_RIVAL_ISS;
    if (p->segment->ack != odd->rival_iss + 1)
        return;
    Y->iss = odd->rival_iss;
    Y->window_scale = odd->rival_window_scale;
    Y->snd_nxt = Y->seen_nxt = Y->snd_arrived = Y->iss + 1;
    Y->flags &= ~(uint32_t)TL_END_HAS_TIMESTAMPS;
}

/* The other end has taken so many octets of this end's SYN. */
static void note_fast_open(struct tl_passage *p, enum tl_role end, uint32_t accepted)
{
    struct tl_connection *c = p->connection;

    tl_note_oddities(c, p->environment)->syn_bytes_accepted = accepted;
    c->flags |= TL_CONNECTION_FAST_OPEN;
    tl_diagnose(p, end, TL_DIAGNOSIS_fast_open, c->at[TL_AT_SYN].frame, accepted);
}

/* Does X acknowledge data of Y's SYN? It takes that before the third segment by Fast Open only (RFC 7413),
 * and may send and close then, though its SYN,ACK was not captured, nor perhaps arrived. */
static bool opens_fast_unseen(struct tl_passage *p)
{
    struct tl_end *Y = p->Y;
    const uint32_t accepted = Y->snd_nxt - Y->iss - 1;

    if (p->X->state != TL_SYN_RECEIVED || !accepted || !(p->segment->flags & TL_ACK) ||
        p->segment->ack != Y->snd_nxt)
        return false;
    Y->snd_arrived = Y->snd_nxt;
    note_fast_open(p, p->y, accepted);
    return true;
}

/* In SYN-SENT nothing but what acknowledges the SYN is taken (RFC 9293, section 3.10.7.3). */
bool tl_is_foreign_in_syn_sent(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;

    if (Y->state != TL_SYN_SENT || !has(Y, TL_END_SENT_SYN) || !has(Y, TL_END_HAS_ISS) ||
        p->connection->flags & TL_CONNECTION_SYN_ANEW)
        return false;
    /* Y drops what has no SYN. Were X's SYN,ACK missed by the capture, and Y's answer, too, Y will
     * acknowledge it. */
    if (!has(X, TL_END_HAS_ISS) && !has(X, TL_END_HAS_SND_NXT) && !has(Y, TL_END_HAS_RCV_NXT) &&
        (!(s->flags & TL_ACK) || s->ack - Y->snd_nxt <= UNSEEN_BYTES) &&
        (s->length || s->flags & TL_FIN)) {
        if (opens_fast_unseen(p))
            return false;
        tl_doubt(p, false);
        return !(s->flags & TL_ACK) || s->ack == Y->snd_nxt || tl_refuse_ack(p);
    }
    if (!(s->flags & TL_ACK) || acknowledges_syn_of(Y, s->ack))
        return false;
    /* What Y sent behind its SYN may be missing in the capture, if X goes on as one that has it. */
    if ((s->length || s->flags & TL_FIN || has(X, TL_END_HAS_SND_NXT)) &&
        s->ack - Y->snd_nxt <= UNSEEN_BYTES)
        return false;
    return tl_refuse_ack(p);
}

/* After a SYN that was taken for the beginning of a new life, its alleged sender goes on where it
 * was: it never opened anew. */
void tl_disown_syn(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;

    if (p->X->state != TL_SYN_SENT || !(c->flags & TL_CONNECTION_SYN_ANEW) ||
        tl_oddities(c)->anew_by != p->x || !(s->flags & TL_ACK) || s->seq != p->X->snd_nxt ||
        s->seq == tl_oddities(c)->anew_iss + 1 || !has(p->X, TL_END_HAS_RCV_NXT) ||
        tl_seq_lt(s->ack, p->X->rcv_nxt) || tl_seq_gt(s->ack, p->Y->snd_nxt))
        return;
    if (tl_happens(p, p->x, TL_SND_OLD_NUMBERS))
        c->flags &= ~(uint32_t)TL_CONNECTION_SYN_ANEW;
}

/* X's first SYN, and the first that is known of X. */
static void send_first_syn(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    const bool crossing = p->X->state == TL_SYN_RECEIVED;

    learn_syn(p);
    tl_happens(p, p->x, TL_SND_SYN);
    if (crossing) {
        /* The other end's SYN is still on its way to X. */
        c->flags |= TL_CONNECTION_SIMULTANEOUS_OPEN;
        tl_diagnose(p, p->x, TL_DIAGNOSIS_simultaneous_open, c->at[TL_AT_SYN].frame, 0);
        p->proof = p->Y->iss + 1;
        tl_happens(p, p->x, TL_RCV_SYN);
        p->proof = s->seq + tl_segment_span(s);
    }
    p->handshake |= step_bit(1, false);
    if (s->length)
        tl_diagnose(p, p->x, TL_DIAGNOSIS_syn_data, 0, s->length);
}

static void name_old_duplicate(struct tl_passage *p)
{
    tl_diagnose(p, p->x, TL_DIAGNOSIS_old_duplicate_syn, p->connection->at[TL_AT_SYN].frame, 0);
    tl_expect_challenge(p);
}

static void retransmit_syn(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const uint32_t which = ++tl_note_oddities_of(p, p->x)->syn_retransmissions;

    p->handshake |= step_bit(1, true);
    tl_diagnose(p, p->x, TL_DIAGNOSIS_syn_retransmitted, c->at[TL_AT_SYN].frame, which);
    if (!p->Y->segments && which + 1 == UNANSWERED_TRIES && !(c->flags & TL_CONNECTION_REJECTED))
        tl_diagnose(p, p->x, TL_DIAGNOSIS_unanswered, c->at[TL_AT_SYN].frame, UNANSWERED_TRIES);
}

/* An old copy of the SYN, when the server's socket is gone: its listener takes it for a new one. */
static void find_listener_again(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;

    if (!tl_happens(p, p->y, TL_RCV_OLD_SYN))
        return;
    c->flags |= TL_CONNECTION_OLD_SYN;
    tl_diagnose(p, p->x, TL_DIAGNOSIS_old_duplicate_syn, c->at[TL_AT_SYN].frame, 0);
}

/* The connection's own SYN, of which something is known already. */
static void send_known_syn(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;

    if (!has(X, TL_END_HAS_ISS)) {
        X->iss = s->seq;
        X->flags |= TL_END_HAS_ISS;
    }
    if (!has(X, TL_END_SENT_SYN)) {
        /* Captured behind the SYN,ACK that answers it, or, in a simultaneous open, behind its
         * sender's own: no end sends a SYN without ACK once it has sent that. */
        X->window_scale = s->window_scale;
        p->handshake |= step_bit(1, false);
    } else if (is_over(Y) && tl_state_is_done(X->state) &&
               has(Y, TL_END_SENT_SYN_ACK) && !has(Y, TL_END_ACTIVE_OPEN)) {
        find_listener_again(p);
    } else if (tl_connection_is_copy(p->connection, p->x, s)) {
        if (!is_over(Y) && Y->state != TL_SYN_SENT && Y->state != TL_SYN_RECEIVED)
            name_old_duplicate(p);
    } else if (tl_happens(p, p->x, TL_SND_SYN_AGAIN) || X->state == TL_SYN_SENT ||
               X->state == TL_SYN_RECEIVED) {
        retransmit_syn(p);
    } else {
        name_old_duplicate(p);
    }
}

/* The SYN that the connection keeps inside itself, again. */
static void repeat_syn_anew(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_oddities *odd = tl_note_oddities(p->connection, p->environment);

    odd->anew_last = tl_mark_at(s->frame, s->time_ns);
    odd->anew_mark = copy_mark_of(s);
    tl_diagnose(p, p->x, TL_DIAGNOSIS_syn_retransmitted, odd->anew.frame, ++odd->anew_repetitions);
}

/* A SYN with another ISN: X begins a new life, or it is an old duplicate. Either way it may be answered,
 * and begin a connection of its own. */
static void send_syn_anew(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_oddities *odd = tl_note_oddities(p->connection, p->environment);
    struct tl_end *X = p->X;

    p->connection->flags |= TL_CONNECTION_SYN_ANEW;
    odd->anew_iss = s->seq;
    odd->anew_by = (uint8_t)p->x;
    odd->anew = odd->anew_last = tl_mark_at(s->frame, s->time_ns);
    odd->anew_mark = copy_mark_of(s);
    odd->anew_repetitions = 0;
    odd->anew_window_scale = s->window_scale;
    if (is_new_life(X, s)) {
        const uint8_t left = X->state;

        tl_happens(p, p->x, TL_SND_SYN_ANEW);
        X->left = left;
        if (p->Y->segments && p->Y->state != TL_TIME_WAIT)
            tl_diagnose(p, p->x, TL_DIAGNOSIS_half_open_discovered, 0, 0);
        tl_expect_challenge(p);
    } else {
        name_old_duplicate(p);
    }
}

void tl_send_syn(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    if (!has(X, TL_END_HAS_ISS) && !has(X, TL_END_HAS_SND_NXT)) {
        send_first_syn(p);
    } else if (has(X, TL_END_HAS_ISS) ? s->seq == X->iss : is_right_before(p)) {
        send_known_syn(p);
    } else if (c->flags & TL_CONNECTION_SYN_ANEW && s->seq == tl_oddities(c)->anew_iss &&
               tl_oddities(c)->anew_by == p->x) {
        repeat_syn_anew(p);
        return;
    } else {
        send_syn_anew(p);
        return;
    }
    X->flags |= TL_END_SENT_SYN;
    if (!c->at[TL_AT_SYN].frame) {
        c->at[TL_AT_SYN] = mark_of(s);
        /* It is not in the log as a step, which would tell its time. */
        if (!(p->handshake & (step_bit(1, false) | step_bit(1, true))))
            tl_note_oddities(c, p->environment)->kept_syn = tl_mark_at(s->frame, s->time_ns);
    }
    tl_remember_control(p);
    if (!tl_happens(p, p->y, TL_RCV_SYN) && c->flags & TL_CONNECTION_OLD_LIFE)
        tl_happens(p, p->y, TL_RCV_SYN_AFTER_OLD);
}

/* The longest that a handshake tells of a round trip; what is longer is a clock that was set. */
static const int64_t LONGEST_ROUND_TRIP_NS = 3600 * INT64_C(1000000000);

/* In microseconds, and not 0, which is "not known". */
static uint32_t at_most_longest(int64_t ns)
{
    return (uint32_t)(((ns < LONGEST_ROUND_TRIP_NS ? ns : LONGEST_ROUND_TRIP_NS) + 999) / 1000);
}

/* When an end's last SYN was captured; 0: it has sent none. */
static int64_t control_ns(const struct tl_passage *p, enum tl_role role)
{
    uint32_t frame = p->life->end[role].control_frame;

    return !frame                       ? 0
           : frame == p->segment->frame ? p->segment->time_ns
                                        : tl_control_ns(p->connection, role, frame);
}

/* The handshake's third segment, not a later one that implies it? */
bool tl_is_third_segment(const struct tl_passage *p)
{
    const struct tl_end *Y = p->Y;

    return !(p->connection->flags & TL_CONNECTION_SPARSE) && p->acknowledges_syn &&
           (has(Y, TL_END_SENT_SYN | TL_END_SENT_SYN_ACK) || p->segment->ack == Y->iss + 1);
}

void tl_established(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    /* From the last SYN,ACK to this, and from the last SYN before the first SYN,ACK to that; or,
     * where no SYN,ACK was captured, from the last SYN. */
    int64_t since = control_ns(p, p->life->end[TL_SERVER].control_frame ? TL_SERVER : TL_CLIENT);

    if (tl_is_third_segment(p)) {
        c->at[TL_AT_ACK] = mark_of(p->segment);
        if (since && p->segment->time_ns > since)
            c->round_trip_us = at_most_longest(p->segment->time_ns - since) + c->answer_us;
    }
    if (!(c->flags & TL_CONNECTION_OPENED))
        tl_diagnose(p, p->x, TL_DIAGNOSIS_established, c->at[TL_AT_SYN].frame, 0);
    c->flags |= TL_CONNECTION_OPENED;
}

/* Does X's SYN,ACK bear the timestamp of what Y sent after its SYN (RFC 7323, section 4.3)? Then
 * that arrived, though X has not taken it: a listener may wait for data before it accepts. */
static bool echoes_third_segment(const struct tl_passage *p)
{
    return p->segment->has_timestamps && has(p->Y, TL_END_CLOCK_MOVED) &&
           p->segment->ts_ecr == p->Y->ts_val;
}

/* X's first SYN,ACK, and the first that is known of its ISN. False: it is an old duplicate, from before
 * the capture. */
static bool send_first_syn_ack(struct tl_passage *p)
{
    const struct tl_end *X = p->X, *Y = p->Y;

    if (has(X, TL_END_HAS_SND_NXT) && has(Y, TL_END_HAS_RCV_NXT) && !Y->presumed && !is_over(Y) &&
        Y->state != TL_SYN_SENT)
        return false;
    learn_syn(p);
    /* One that crosses the RST for another, which was not captured, changes nothing. */
    if (!(is_over(X) && tl_may_be_on_its_way(p, TL_AT_RESET))) {
        tl_happens(p, p->x, TL_SND_SYN_ACK);
        tl_prove(p, p->x);
    }
    return true;
}

/* Both ends are closed, and X answers the SYN of this life once more, with a number of its own: its listener
 * has found an old copy of that, which was not captured. */
static bool answers_old_syn(const struct tl_passage *p)
{
    const struct tl_end *X = p->X, *Y = p->Y;

    return is_over(X) && is_over(Y) && has(X, TL_END_SENT_SYN_ACK) &&
           !has(X, TL_END_ACTIVE_OPEN) && acknowledges_syn_of(Y, p->segment->ack);
}

/* Another ISN. A server that kept no state (SYN cookies) or lost it may send that, until the client has
 * answered. False: it is refused (RFC 9293, section 3.10.7.4, fourth check; RFC 5961, section 4). */
static bool send_other_syn_ack(struct tl_passage *p)
{
    struct tl_end *X = p->X, *Y = p->Y;

    if (p->connection->flags & TL_CONNECTION_OLD_SYN && X->state == TL_SYN_RECEIVED) {
        tl_prove(p, p->x);
        return false;
    }
    if (answers_old_syn(p)) {
        if (tl_happens(p, p->x, TL_SND_SYN_ACK))
            p->connection->flags |= TL_CONNECTION_OLD_SYN;
        return false;
    }
    if (Y->state != TL_SYN_SENT && !(Y->state == TL_ESTABLISHED && Y->presumed)) {
        if (!is_over(Y) && acknowledges_syn_of(Y, p->segment->ack))
            tl_expect_challenge(p);
        return false;
    }
    /* Which of the two the client takes, its acknowledgement will tell. */
    if (has(X, TL_END_SENT_SYN_ACK) && Y->state == TL_ESTABLISHED) {
        tl_note_oddities_of(p, p->x)->rival_iss = X->iss;
        tl_note_oddities_of(p, p->x)->rival_window_scale = X->window_scale;
        X->flags |= TL_END_RIVAL_ISS;
    }
    learn_syn(p);
    X->flags &= ~(uint32_t)TL_END_SENT_SYN;
    tl_happens(p, p->x, TL_SND_SYN_ACK_AGAIN);
    tl_happens(p, p->x, TL_SND_SYN_ACK);
    return true;
}

/* Captured behind the ACK that answers it; or it repeats one that was not captured, and that ACK did not
 * arrive; or X, in SYN-SENT still, answers a SYN that somebody else sent in Y's name, and was not captured. */
static void send_late_syn_ack(struct tl_passage *p)
{
    if (p->X->state == TL_SYN_RECEIVED)
        tl_prove(p, p->x);
    else if (p->X->state == TL_SYN_SENT)
        tl_happens(p, p->x, TL_SND_SYN_ACK);
    else if (has(p->Y, TL_END_HAS_ISS) && p->segment->ack != p->Y->iss + 1)
        tl_happens(p, p->x, TL_SND_SYN_ACK_TO_OTHER);
}

/* Has X sent what an end sends that has left SYN-RECEIVED? (By Fast Open, one sends data from there.) */
static bool has_gone_on_behind_syn(const struct tl_passage *p)
{
    return tl_seq_gt(p->X->seen_nxt, p->X->iss + 1) &&
           !(p->connection->flags & TL_CONNECTION_FAST_OPEN);
}

static void retransmit_syn_ack(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    struct tl_end *X = p->X;
    const uint32_t lost = c->at[TL_AT_ACK].frame;
    const bool is_lost = lost && !tl_may_be_on_its_way(p, TL_AT_ACK);
    /* An end that has closed since, or had sent data before it was reset, does not go back behind that. */
    const bool has_gone_on =
        has(X, TL_END_SENT_FIN) || (is_over(X) && has_gone_on_behind_syn(p));
    uint32_t which;

    if (!has_gone_on && tl_happens(p, p->x, TL_SND_SYN_ACK_AGAIN) && is_lost &&
        !echoes_third_segment(p))
        tl_diagnose(p, p->x, TL_DIAGNOSIS_handshake_ack_lost, lost, 0);
    if (X->state != TL_SYN_RECEIVED && !X->presumed)
        return;
    which = ++tl_note_oddities_of(p, p->x)->synack_retransmissions;
    X->flags |= TL_END_REPEATED_SYN;
    tl_diagnose(p, p->x, TL_DIAGNOSIS_synack_retransmitted, c->at[TL_AT_SYN_ACK].frame, which);
    if (!c->at[TL_AT_ACK].frame && which + 1 == UNANSWERED_TRIES)
        tl_diagnose(p, p->x, TL_DIAGNOSIS_half_open, c->at[TL_AT_SYN_ACK].frame, UNANSWERED_TRIES);
}

/* What X's SYN,ACK does to Y, whose SYN it acknowledges. */
static void receive_syn_ack(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *Y = p->Y;
    const bool was_received = Y->state == TL_SYN_RECEIVED;
    const uint32_t accepted = s->ack - Y->iss - 1;

    if (!tl_happens(p, p->y, TL_RCV_SYN_ACK)) {
        if (!was_received && !c->at[TL_AT_SYN_ACK].frame)
            c->at[TL_AT_SYN_ACK] = mark_of(s);
        return;
    }
    if (was_received) {
        /* It acknowledges this SYN from SYN-RECEIVED, too: only data will prove more. */
        Y->flags &= ~(uint32_t)TL_END_HAS_PROOF;
        if (!c->at[TL_AT_SYN_ACK].frame)
            c->at[TL_AT_SYN_ACK] = mark_of(s);
        if (p->X->state == TL_ESTABLISHED) {
            p->acknowledges_syn = true;
            tl_established(p);
        }
        return;
    }
    c->at[TL_AT_SYN_ACK] = mark_of(s);
    if (accepted)
        note_fast_open(p, p->y, accepted);
}

/* What the SYN,ACK is of X's: the first, another one, the same again. False: Y does not look at it. */
static bool note_syn_ack(struct tl_passage *p, bool *repeated)
{
    struct tl_end *X = p->X;

    *repeated = false;
    if (!has(X, TL_END_HAS_ISS))
        return send_first_syn_ack(p);
    if (p->segment->seq != X->iss)
        return send_other_syn_ack(p);
    if (!has(X, TL_END_SENT_SYN_ACK)) {
        send_late_syn_ack(p);
    } else if (tl_connection_is_copy(p->connection, p->x, p->segment)) {
        p->handshake |= step_bit(2, true);
    } else {
        *repeated = true;
        retransmit_syn_ack(p);
    }
    return true;
}

void tl_send_syn_ack(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;
    bool repeated;

    if (!note_syn_ack(p, &repeated))
        return;
    if (!has(X, TL_END_SENT_SYN_ACK) && Y->control_frame && s->time_ns > control_ns(p, p->y))
        p->connection->answer_us = at_most_longest(s->time_ns - control_ns(p, p->y));
    X->flags |= TL_END_SENT_SYN_ACK;
    tl_remember_control(p);
    if (!has(Y, TL_END_HAS_ISS)) {
        /* Its SYN was not captured, but must have been sent. */
        Y->iss = s->ack - 1;
        Y->snd_nxt = Y->seen_nxt = Y->snd_arrived = s->ack;
        Y->flags |= TL_END_HAS_ISS | TL_END_HAS_SND_NXT;
        tl_happens(p, p->y, TL_UNSEEN_SYN);
    }
    if (!acknowledges_syn_of(Y, s->ack)) {
        tl_diagnose(p, p->x, TL_DIAGNOSIS_bad_handshake_ack,
                    p->connection->at[TL_AT_SYN].frame, Y->iss + 1);
        tl_refuse_ack(p);
        return;
    }
    p->acknowledges = true;
    Y->snd_arrived = tl_seq_max(Y->snd_arrived, s->ack);
    if (!(p->handshake & step_bit(2, true)))
        p->handshake |= step_bit(2, repeated);
    receive_syn_ack(p);
}
