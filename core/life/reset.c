/* RST: who sent it, who takes it, and what it is called.
 *
 * It knows the numbers that a RST must bear; it cannot know whether its
 * sender forged them.
 *
 * Read first: RFC 9293, sections 3.5.1 to 3.5.3 and 3.10.7; RFC 5961,
 * section 3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/reset.h"
#include "core/life/acceptance.h"
#include "core/life/answers.h"
#include "core/life/challenge.h"
#include "core/record/times.h"

enum verdict { RST_ACCEPTED, RST_CHALLENGED, RST_IGNORED };

/* RFC 7323 (section 5.3, R1) excepts RSTs from PAWS. Linux does so only where there is a whole socket: not
 * in a listener's queue, nor in TIME-WAIT, whose RST is an old duplicate's more often than not. */
static bool looks_at_timestamp(const struct tl_end *receiver)
{
    return receiver->state == TL_TIME_WAIT ||
           (receiver->state == TL_SYN_RECEIVED && !has(receiver, TL_END_ACTIVE_OPEN));
}

/* Linux, where it uses SACK, also takes the number behind the last that it holds ahead of a hole: the right
 * edge of what its SACK names (RFC 2018, section 3). A FIN is the last, and has a number, too. */
static bool fits_behind_what_is_held(const struct tl_passage *p)
{
    const struct tl_end *X = p->X;
    const struct tl_ranges *islands = oddities_of(p, p->x)->islands;
    const tl_seq seq = p->segment->seq;
    const bool holds_fin = has(X, TL_END_SENT_FIN) && !has(X, TL_END_UNSEEN_FIN) &&
                           tl_seq_lt(X->snd_arrived, X->fin) && seq == X->fin + 1;
    const bool holds_data =
        tl_ranges_count(islands) && seq == (tl_seq)islands->at[islands->count - 1].end;

    return seq == X->snd_nxt && (holds_fin || holds_data) && tl_tells_holes(p);
}

/* What the receiver does with a RST (RFC 9293, section 3.10.7.3 and .4; RFC 5961, section 3). */
static enum verdict judge_rst(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;
    tl_seq lowest, highest;

    if (is_over(Y))
        return RST_IGNORED;
    if (Y->state == TL_SYN_SENT)
        return s->flags & TL_ACK && acknowledges_syn_of(Y, s->ack) ? RST_ACCEPTED : RST_IGNORED;
    if (looks_at_timestamp(Y) && tl_has_old_timestamp(p))
        return RST_IGNORED;
    if (!has(X, TL_END_HAS_SND_NXT))
        return RST_ACCEPTED; /* nothing is known of its sender: nothing speaks against it */
    if (has(X, TL_END_RESET_CROSSED))
        return RST_ACCEPTED; /* the first one, at the latest */
    /* RCV.NXT is what was captured for it, but for what was lost behind the capture point. */
    lowest = highest = X->snd_arrived;
    if (has(Y, TL_END_HAS_RCV_NXT) && s->seq == Y->rcv_nxt && tl_seq_lt(Y->rcv_nxt, highest) &&
        Y->state != TL_TIME_WAIT && tl_has_not_arrived(p, s->seq))
        return RST_ACCEPTED;
    /* Linux also takes the FIN's own number after a FIN (tcp_reset_check): stacks that forgot
     * the connection in FIN-WAIT-1 answer with it. */
    if (has(X, TL_END_FIN_ARRIVED) && tl_seq_gt(lowest, X->fin) && Y->state != TL_TIME_WAIT)
        lowest = X->fin;
    /* One number that was acknowledged, and that X itself does not know of, was a forged FIN. */
    if (X->snd_nxt == X->seen_nxt + 1 && tl_seq_gt(lowest, X->seen_nxt))
        lowest = X->seen_nxt;
    if (tl_seq_ge(s->seq, lowest) && tl_seq_le(s->seq, highest))
        return RST_ACCEPTED;
    if (fits_behind_what_is_held(p))
        return RST_ACCEPTED;
    /* What lies before it was sent, though not captured. */
    if (p->connection->flags & TL_CONNECTION_SPARSE && tl_seq_gt(s->seq, highest))
        return RST_ACCEPTED;
    if (tl_seq_gt(s->seq, highest) &&
        (!has(Y, TL_END_HAS_RCV_NXT) || tl_seq_le(s->seq, Y->rcv_edge)))
        return RST_CHALLENGED;
    return RST_IGNORED;
}

/* The answer to Y's SYN from where there is no socket (RFC 9293, section 3.10.7.1): its sequence number is 0, its
 * acknowledgement right. An end that answered the first such SYN by a SYN,ACK may have given up since. */
static bool answers_syn(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;

    return (X->presumed || (X->state == TL_SYN_RECEIVED && !s->seq)) && has(Y, TL_END_SENT_SYN) &&
           acknowledges_syn_of(Y, s->ack);
}

/* The same to another SYN within the window, in Y's name, which was not captured: it ends a passive opener's
 * SYN-RECEIVED (RFC 9293, section 3.10.7.4, fourth check). An end that has sent more than its SYN,ACK has
 * numbers of its own to reset with. As long as Y may be in SYN-SENT, where a RST is judged by its acknowledgement
 * alone, an impostor's guess looks the same. */
static bool ends_attempt_for_other_syn(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;

    return !s->seq && (X->presumed || X->state == TL_SYN_RECEIVED) && !Y->presumed &&
           has(X, TL_END_SENT_SYN_ACK) && !has(X, TL_END_ACTIVE_OPEN) &&
           X->seen_nxt == X->iss + 1 && has(X, TL_END_HAS_RCV_NXT) && X->rcv_nxt == Y->iss + 1 &&
           tl_seq_gt(s->ack, X->rcv_nxt) && tl_seq_le(s->ack, X->rcv_edge);
}

/* Is a RST that its receiver does not take its alleged sender's own? One that answers a segment
 * bears the number which that segment acknowledged; one that ends a connection bears the
 * sender's own numbers. */
static bool is_own_rst(const struct tl_passage *p)
{
    const struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;

    if (tl_has_old_timestamp(p))
        return false; /* no end's clock goes back */
    /* It gives up right behind its SYN, before any answer. */
    if (X->state == TL_SYN_SENT && has(X, TL_END_SENT_SYN) && s->seq == X->iss)
        return true;
    if (!(s->flags & TL_ACK))
        return tl_may_answer(p, s->seq);
    if (answers_syn(p) || ends_attempt_for_other_syn(p))
        return true;
    /* …the same to a SYN that was taken for an old duplicate. */
    if (c->flags & TL_CONNECTION_SYN_ANEW && tl_oddities(c)->anew_by == p->y &&
        s->ack == tl_oddities(c)->anew_iss + 1)
        return true;
    /* It goes on to acknowledge what an impostor sent in Y's name. */
    if (has(X, TL_END_REFUSED_ACK) && has(X, TL_END_HAS_SND_NXT) &&
        s->ack == oddities_of(p, p->x)->refused_ack && tl_seq_ge(s->seq, X->seen_nxt))
        return true;
    if (!has(X, TL_END_HAS_RCV_NXT) && s->ack != Y->snd_nxt)
        return false;
    return has(Y, TL_END_HAS_SND_NXT) &&
           (!has(X, TL_END_HAS_RCV_NXT) || tl_seq_ge(s->ack, X->rcv_nxt)) &&
           tl_seq_le(s->ack, Y->snd_nxt) && tl_seq_ge(s->seq, X->seen_nxt) &&
           (!has(Y, TL_END_HAS_RCV_NXT) || tl_seq_le(s->seq, Y->rcv_edge));
}

/* May X have sent octets that were not captured, and this RST behind them? Its number lies beyond what was
 * captured, within the window; and either the capture is known to miss segments, or X had just been
 * spoken to, and may have answered. */
static bool may_follow_unseen(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const bool acknowledges_unsent = s->flags & TL_ACK && has(p->Y, TL_END_HAS_SND_NXT) &&
                                     tl_seq_gt(s->ack, p->Y->snd_nxt);

    return tl_seq_gt(s->seq, p->X->snd_arrived) && !acknowledges_unsent &&
           (!has(p->Y, TL_END_HAS_RCV_NXT) || tl_seq_le(s->seq, p->Y->rcv_edge)) &&
           (p->connection->flags & TL_CONNECTION_GAP || tl_has_just_spoken(p));
}

struct cause {
    enum tl_reset_cause cause;
    uint32_t about, attempts;
};

/* What the capture shows of why X resets. A RST without ACK answers a segment, and bears the number which
 * that acknowledged: its sender knows nothing of a connection (RFC 9293, section 3.10.7.1). */
static struct cause find_cause(const struct tl_passage *p)
{
    const struct tl_end_oddities *attempts = oddities_of(p, p->x);
    const struct tl_recent *answered =
        p->segment->flags & TL_ACK ? NULL : tl_answered(p, p->segment->seq);
    const struct tl_end *X = p->X, *Y = p->Y;

    if (attempts->unanswered >= TL_GIVEN_UP_TRIES)
        return (struct cause){attempts->keepalive_probes >= attempts->unanswered
                                  ? TL_RESET_AFTER_PROBES
                                  : TL_RESET_AFTER_RETRANSMISSIONS,
                              attempts->unanswered_since, attempts->unanswered};
    if (answered && has(X, TL_END_SENT_FIN) && answered->span)
        return (struct cause){TL_RESET_ANSWERS_LATE_DATA, answered->frame, 0};
    /* It was alive behind the segment that it answers. */
    if (answered && X->segments && X->last_ns >= answered->time_ns)
        answered = NULL;
    if (answered && answered->span <= 1 && answered->seq == Y->seen_nxt - 1 &&
        oddities_of(p, p->y)->keepalive_probes)
        return (struct cause){TL_RESET_ANSWERS_PROBE, answered->frame, 0};
    if (answered)
        return (struct cause){TL_RESET_ANSWERS, answered->frame, 0};
    if (has(Y, TL_END_ZERO_WINDOW))
        return (struct cause){TL_RESET_WINDOW_CLOSED, 0, 0};
    return (struct cause){TL_RESET_UNEXPLAINED, 0, 0};
}

static void name_reset(struct tl_passage *p, bool were_done, enum tl_state receiver_was,
                       enum tl_state sender_was, bool sender_was_proven)
{
    struct tl_connection *c = p->connection;
    const struct cause cause = find_cause(p);
    const uint32_t value = TL_RESET(cause.cause, cause.attempts);

    /* An end that still waits for the acknowledgement of its FIN ends its own life; TIME-WAIT at the
     * other end is presumed at most (RFC 1337 speaks of a socket that is gone). */
    if (receiver_was == TL_TIME_WAIT && sender_was != TL_LAST_ACK && sender_was != TL_CLOSING)
        tl_diagnose(p, p->y, TL_DIAGNOSIS_time_wait_assassinated, c->at[TL_AT_FIN_2].frame, 0);
    if (were_done)
        return; /* both ends had finished: nothing is reset any more */
    if (!c->at[TL_AT_RESET].frame || c->flags & TL_CONNECTION_RESET_DISOWNED)
        tl_note_reset_by(c, p->x);
    c->flags &= ~(uint32_t)TL_CONNECTION_RESET_DISOWNED;
    c->at[TL_AT_RESET] = mark_of(p->segment);
    if (c->flags & (TL_CONNECTION_OPENED | TL_CONNECTION_MIDSTREAM)) {
        const struct tl_end_oddities *attempts = oddities_of(p, p->x);
        bool closing = is_closing(p);

        if (c->flags & (TL_CONNECTION_RESET | TL_CONNECTION_RESET_WHILE_CLOSING))
            return;
        c->flags |= closing ? TL_CONNECTION_RESET_WHILE_CLOSING : TL_CONNECTION_RESET;
        if (!closing)
            tl_add_silence(p->life, p->segment->frame, p->x, p->silence_ns);
        if (closing)
            tl_diagnose(p, p->x, TL_DIAGNOSIS_reset_while_closing,
                        cause.about ? cause.about : c->at[TL_AT_FIN_1].frame, value);
        else
            tl_diagnose(p, p->x, TL_DIAGNOSIS_reset, cause.about, value);
        if (attempts->unanswered >= TL_GIVEN_UP_TRIES) {
            if (!(c->flags & TL_CONNECTION_DEAD_PEER))
                tl_diagnose(p, p->x, TL_DIAGNOSIS_dead_peer, attempts->unanswered_since,
                            attempts->unanswered);
            c->flags |= TL_CONNECTION_DEAD_PEER;
        } else if ((cause.cause == TL_RESET_ANSWERS || cause.cause == TL_RESET_ANSWERS_PROBE) &&
                   !closing && sender_was_proven &&
                   !(c->flags & TL_CONNECTION_SYN_ANEW && tl_oddities(c)->anew_by == p->x)) {
            tl_diagnose(p, p->x, TL_DIAGNOSIS_half_open_discovered, cause.about, 0);
        }
    } else if (c->flags & TL_CONNECTION_ABORTED) {
        return; /* it ended before */
    } else if (p->x == TL_SERVER) {
        /* The same SYN again, after a RST, is the same attempt. */
        if (!(c->flags & TL_CONNECTION_REFUSED))
            tl_diagnose(p, p->x, TL_DIAGNOSIS_refused, c->at[TL_AT_SYN].frame, 0);
        c->flags |= TL_CONNECTION_REFUSED;
    } else if (c->at[TL_AT_SYN_ACK].frame) {
        c->flags |= TL_CONNECTION_ABORTED;
        tl_diagnose(p, p->x, TL_DIAGNOSIS_aborted, c->at[TL_AT_SYN_ACK].frame, 0);
    }
}

/* X goes on behind a RST. If that was its own, it disowns it: somebody forged it. If both ends go on,
 * it is not how the connection closed. */
static void tl_outlive_reset(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const uint32_t reset = c->at[TL_AT_RESET].frame;
    const enum tl_role by = tl_reset_by(c);
    /* A host resets a handshake that its kernel knows nothing of, and the program behind it, a scanner,
     * may go on: then the other end must go on, too. */
    const bool was_open = (c->flags & (TL_CONNECTION_OPENED | TL_CONNECTION_MIDSTREAM)) != 0;
    const bool disowns = by == p->x && !p->X->presumed;
    bool both;

    if (!tl_happens(p, p->x, TL_SND_LIFE))
        return;
    both = !is_over(p->Y);
    if (reset && (was_open ? disowns : both))
        tl_diagnose(p, by, TL_DIAGNOSIS_forged_segment, reset, 0);
    if (disowns)
        c->flags |= TL_CONNECTION_RESET_DISOWNED;
    if (!both)
        return; /* the other end took it for a reset */
    c->at[TL_AT_RESET].frame = 0;
    c->flags &= ~(uint32_t)(TL_CONNECTION_RESET | TL_CONNECTION_RESET_WHILE_CLOSING |
                            TL_CONNECTION_ABORTED | TL_CONNECTION_RESET_DISOWNED);
}

/* An end that is presumably reset goes on as if nothing had happened: not with segments that
 * were on their way when the RST passed, but with what it can only send afterwards. */
void tl_show_life(struct tl_passage *p)
{
    const struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X;
    tl_seq end = s->seq + tl_segment_span(s);

    if (!c->at[TL_AT_RESET].frame ||
        (tl_may_be_on_its_way(p, TL_AT_RESET) && !tl_answers_what_came_after_reset(p)))
        return;
    if (!has(X, TL_END_HAS_SND_NXT) || tl_seq_gt(end, X->snd_nxt) || tl_acknowledges_more(p) ||
        (s->has_timestamps && has(X, TL_END_HAS_TIMESTAMPS) && X->presumed &&
         tl_seq_gt(s->ts_val, X->ts_val)))
        tl_outlive_reset(p);
}

/* Y takes the RST. False: nothing becomes of that. */
static bool receive_rst(struct tl_passage *p)
{
    if (!tl_happens(p, p->y,
                    has(p->Y, TL_END_ACTIVE_OPEN) ? TL_RCV_RST_AFTER_ACTIVE_OPEN : TL_RCV_RST) &&
        !tl_happens(p, p->y, TL_RCV_RST))
        return false;
    p->Y->flags &= ~(uint32_t)TL_END_HAS_PROOF; /* nobody acknowledges a RST */
    return true;
}

/* The life was over, and an old copy of its SYN has brought the server to SYN-RECEIVED: with numbers of its
 * own, to which no segment of this life fits. Nothing is reset that was not before. */
static bool ends_old_attempt(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;

    if (!(p->connection->flags & TL_CONNECTION_OLD_SYN))
        return false;
    if (p->Y->state == TL_SYN_RECEIVED && s->seq == p->X->iss + 1) {
        if (is_over(p->X))
            tl_prove(p, p->x);
        return receive_rst(p);
    }
    if (p->X->state != TL_SYN_RECEIVED || s->flags & TL_ACK)
        return false;
    receive_rst(p); /* it answers this life's segments */
    return true;
}

/* Y is in SYN-RECEIVED since it answered another SYN than X's. The RST that this draws has the number that
 * Y expects next, and Y takes it; X sent it for a segment that it does not know, and goes on. */
static bool ends_answer_to_other_syn(struct tl_passage *p)
{
    const struct tl_end *Y = p->Y;

    return Y->state == TL_SYN_RECEIVED && has(Y, TL_END_ACTIVE_OPEN) &&
           has(Y, TL_END_REFUSED_ACK) &&
           p->segment->seq == oddities_of(p, p->y)->refused_ack && receive_rst(p);
}

void tl_reset(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;
    enum verdict verdict = judge_rst(p);
    enum tl_state receiver_was = (enum tl_state)Y->state;
    bool were_done = tl_state_is_done(X->state) && tl_state_is_done(Y->state);
    /* In SYN-SENT a RST without ACK answers a segment of a connection that this end does not
     * know (RFC 9293, section 3.5.1); the attempt goes on. */
    bool goes_on =
        X->state == TL_SYN_SENT && !(s->flags & TL_ACK) &&
        ((c->flags & TL_CONNECTION_SYN_ANEW && tl_oddities(c)->anew_by == p->x) || s->seq != X->iss + 1);
    enum tl_state sender_was = (enum tl_state)X->state;
    bool sender_was_proven = !X->presumed, changed = false;

    if (ends_old_attempt(p))
        return;
    if (ends_answer_to_other_syn(p))
        return;
    /* A RST that answers an acknowledgement which could not be taken ends nothing (RFC 9293,
     * section 3.10.7.4, fifth check, and 3.5.2, group 2). */
    if (verdict != RST_ACCEPTED && (!(s->flags & TL_ACK) || X->state == TL_SYN_SENT) &&
        has(Y, TL_END_REFUSED_ACK) &&
        s->seq == oddities_of(p, p->y)->refused_ack)
        return;
    if (verdict == RST_CHALLENGED) {
        struct tl_end_oddities *odd = tl_note_oddities_of(p, p->x);

        tl_expect_challenge(p);
        odd->early_reset = s->seq;
        odd->has_early_reset = true;
    }
    if (verdict == RST_ACCEPTED && c->flags & TL_CONNECTION_SPARSE) {
        /* What came in between was left out of the capture, the handshake's end with it. */
        if (!(c->flags & TL_CONNECTION_OPENED) && tl_seq_gt(s->seq, X->snd_arrived))
            tl_expect_challenge(p);
        c->flags |= TL_CONNECTION_OPENED;
        tl_happens(p, p->y, TL_RCV_ACK_OF_SYN);
    }
    if (verdict == RST_ACCEPTED || is_own_rst(p)) {
        /* A listener, too, answers with a RST without ACK; it goes on listening. */
        if (!goes_on && !(X->state == TL_LISTEN && !(s->flags & TL_ACK))) {
            changed |= tl_happens(p, p->x, TL_REFUSAL) || tl_happens(p, p->x, TL_SND_RST);
            if (is_over(X))
                tl_prove(p, p->x);
        }
    } else if (!is_over(Y) && Y->state != TL_SYN_SENT && Y->segments && !may_follow_unseen(p)) {
        tl_diagnose(p, p->x, TL_DIAGNOSIS_blind_reset, 0, X->snd_arrived);
    }
    if (verdict == RST_ACCEPTED && receive_rst(p))
        changed = true;
    if (changed)
        name_reset(p, were_done, verdict == RST_ACCEPTED ? receiver_was : TL_CLOSED,
                   sender_was, sender_was_proven);
}

void tl_take_back_sparse_reset(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const uint32_t reset = c->at[TL_AT_RESET].frame;

    if (!(c->flags & TL_CONNECTION_SPARSE) || !reset || p->x != TL_SERVER ||
        has(p->Y, TL_END_HAS_RCV_NXT) || !tl_happens(p, p->x, TL_SND_CHALLENGE))
        return;
    if (tl_happens(p, p->y, TL_SND_LIFE))
        tl_diagnose(p, p->y, TL_DIAGNOSIS_forged_segment, reset, 0);
    c->at[TL_AT_RESET].frame = 0;
    c->flags &= ~(uint32_t)(TL_CONNECTION_SPARSE | TL_CONNECTION_OPENED | TL_CONNECTION_RESET |
                            TL_CONNECTION_RESET_WHILE_CLOSING);
}

void tl_receive_early_reset(struct tl_passage *p)
{
    const struct tl_connection *c = p->connection;
    const struct tl_end *X = p->X;

    if (!c->at[TL_AT_RESET].frame || tl_reset_by(c) != p->x || !is_over(X) || X->presumed ||
        is_over(p->Y) || p->segment->time_ns >= tl_milestone_ns(c, TL_AT_RESET) ||
        !oddities_of(p, p->x)->has_early_reset || X->snd_arrived != oddities_of(p, p->x)->early_reset)
        return;
    receive_rst(p);
}
