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
#include "passage.h"

/* A RST after at least so many is given as the reason of it. */
enum { GIVEN_UP_TRIES = 2 };

enum verdict { RST_ACCEPTED, RST_CHALLENGED, RST_IGNORED };

/* What the receiver does with a RST (RFC 9293, section 3.10.7.3 and .4; RFC 5961, section 3). */
static enum verdict judge_rst(const struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;
    const struct tl_islands *islands = oddities_of(p, p->x)->islands;
    tl_seq lowest, highest;

    if (is_over(Y))
        return RST_IGNORED;
    if (Y->state == TL_SYN_SENT)
        return s->flags & TL_ACK && acknowledges_syn_of(Y, s->ack) ? RST_ACCEPTED : RST_IGNORED;
    if (!has(X, TL_END_HAS_SND_NXT))
        return RST_ACCEPTED; /* nothing is known of its sender: nothing speaks against it */
    /* RCV.NXT lies between what Y acknowledged and what was captured for it. */
    highest = X->in_order;
    lowest = has(Y, TL_END_HAS_ACK) && tl_seq_lt(Y->ack, highest) ? Y->ack : highest;
    /* TIME-WAIT came of a FIN that has arrived: its number was the last. */
    if (has(X, TL_END_FIN_ARRIVED) && Y->state == TL_TIME_WAIT)
        lowest = highest;
    /* Linux also takes the FIN's own number after a FIN (tcp_reset_check): stacks that forgot
     * the connection in FIN-WAIT-1 answer with it. */
    if (has(X, TL_END_FIN_ARRIVED) && tl_seq_gt(lowest, X->fin) && Y->state != TL_TIME_WAIT)
        lowest = X->fin;
    /* One number that was acknowledged, and that X itself does not know of, was a forged FIN. */
    if (X->snd_nxt == X->seen_nxt + 1 && tl_seq_gt(lowest, X->seen_nxt))
        lowest = X->seen_nxt;
    if (tl_seq_ge(s->seq, lowest) && tl_seq_le(s->seq, highest))
        return RST_ACCEPTED;
    /* …and what fits behind the last data that it holds ahead of a hole. */
    if (islands && islands->count && s->seq == islands->at[islands->count - 1].end &&
        s->seq == X->snd_nxt)
        return RST_ACCEPTED;
    /* What lies before it was sent, though not captured. */
    if (p->connection->flags & TL_CONNECTION_SPARSE && tl_seq_gt(s->seq, highest))
        return RST_ACCEPTED;
    if (tl_seq_gt(s->seq, highest) && (!has(Y, TL_END_HAS_ACK) || tl_seq_le(s->seq, Y->right_edge)))
        return RST_CHALLENGED;
    return RST_IGNORED;
}

/* Is a RST that its receiver does not take its alleged sender's own? One that answers a segment
 * bears the number which that segment acknowledged; one that ends a connection bears the
 * sender's own numbers. */
static bool is_own_rst(const struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;

    /* It gives up right behind its SYN, before any answer. */
    if (X->state == TL_SYN_SENT && has(X, TL_END_SENT_SYN) && s->seq == X->iss)
        return true;
    if (!(s->flags & TL_ACK))
        return has(Y, TL_END_HAS_ACK) &&
               (s->seq == Y->ack || s->seq == Y->latest_ack || s->seq == Y->earlier_ack);
    /* The answer to a SYN from where there is no socket (RFC 9293, section 3.10.7.1): its sequence
     * number is 0, its acknowledgement right. An end that answered the first such SYN by a SYN,ACK
     * may have given up since. */
    if ((X->presumed || (X->state == TL_SYN_RECEIVED && !s->seq)) && has(Y, TL_END_SENT_SYN) &&
        acknowledges_syn_of(Y, s->ack))
        return true;
    if (!has(X, TL_END_HAS_ACK) && s->ack != Y->snd_nxt)
        return false;
    return has(Y, TL_END_HAS_SND_NXT) && (!has(X, TL_END_HAS_ACK) || tl_seq_ge(s->ack, X->ack)) &&
           tl_seq_le(s->ack, Y->snd_nxt) && tl_seq_ge(s->seq, X->seen_nxt) &&
           (!has(Y, TL_END_HAS_ACK) || tl_seq_le(s->seq, Y->right_edge));
}

static void name_reset(struct passage *p, bool was_over, enum tl_state receiver_was,
                       bool sender_was_proven)
{
    struct tl_connection *c = p->connection;
    /* A RST without ACK answers a segment, and bears the number which that acknowledged: its
     * sender knows nothing of a connection (RFC 9293, section 3.10.7.1). */
    uint32_t answers =
        !(p->segment->flags & TL_ACK) && has(p->Y, TL_END_HAS_ACK) && p->segment->seq == p->Y->ack
            ? p->answers
            : 0;

    if (receiver_was == TL_TIME_WAIT)
        tl_diagnose(p, p->y, TL_DIAGNOSIS_time_wait_assassinated, c->at[TL_AT_FIN_2].frame, 0);
    if (was_over)
        return; /* both ends had finished: nothing is reset any more */
    if (!c->at[TL_AT_RESET].frame)
        tl_note_reset_by(c, p->x);
    c->at[TL_AT_RESET] = mark_of(p->segment);
    if (c->flags & (TL_CONNECTION_OPENED | TL_CONNECTION_MIDSTREAM)) {
        const struct tl_end_oddities *attempts = oddities_of(p, p->x);
        bool closing = is_closing(p);

        if (c->flags & (TL_CONNECTION_RESET | TL_CONNECTION_RESET_WHILE_CLOSING))
            return;
        c->flags |= closing ? TL_CONNECTION_RESET_WHILE_CLOSING : TL_CONNECTION_RESET;
        if (closing)
            tl_diagnose(p, p->x, TL_DIAGNOSIS_reset_while_closing, c->at[TL_AT_FIN_1].frame, 0);
        else
            tl_diagnose(p, p->x, TL_DIAGNOSIS_reset, answers, 0);
        if (attempts->unanswered >= GIVEN_UP_TRIES) {
            if (!(c->flags & TL_CONNECTION_DEAD_PEER))
                tl_diagnose(p, p->x, TL_DIAGNOSIS_dead_peer, attempts->unanswered_since,
                            attempts->unanswered);
            c->flags |= TL_CONNECTION_DEAD_PEER;
        } else if (answers && !closing && sender_was_proven &&
                   !(c->flags & TL_CONNECTION_SYN_ANEW && tl_oddities(c)->anew_by == p->x)) {
            tl_diagnose(p, p->x, TL_DIAGNOSIS_half_open_discovered, answers, 0);
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

void tl_reset(struct passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;
    enum verdict verdict = judge_rst(p);
    enum tl_state receiver_was = (enum tl_state)Y->state;
    bool was_over =
        (is_over(X) || X->state == TL_TIME_WAIT) && (is_over(Y) || Y->state == TL_TIME_WAIT);
    /* In SYN-SENT a RST without ACK answers a segment of a connection that this end does not
     * know (RFC 9293, section 3.5.1); the attempt goes on. */
    bool goes_on =
        X->state == TL_SYN_SENT && !(s->flags & TL_ACK) &&
        ((c->flags & TL_CONNECTION_SYN_ANEW && tl_oddities(c)->anew_by == p->x) || s->seq != X->iss + 1);
    bool sender_was_proven = !X->presumed, changed = false;

    /* A RST that answers an acknowledgement which could not be taken ends nothing (RFC 9293,
     * section 3.10.7.4, fifth check, and 3.5.2, group 2). */
    if (verdict != RST_ACCEPTED && (!(s->flags & TL_ACK) || X->state == TL_SYN_SENT) &&
        has(Y, TL_END_REFUSED_ACK) &&
        s->seq == oddities_of(p, p->y)->refused_ack)
        return;
    if (verdict == RST_CHALLENGED)
        tl_expect_challenge(p);
    if (verdict == RST_ACCEPTED && c->flags & TL_CONNECTION_SPARSE)
        c->flags |= TL_CONNECTION_OPENED;
    if (verdict == RST_ACCEPTED || is_own_rst(p)) {
        /* A listener, too, answers with a RST without ACK; it goes on listening. */
        if (!goes_on && !(X->state == TL_LISTEN && !(s->flags & TL_ACK))) {
            changed |= tl_happens(p, p->x, TL_REFUSAL) || tl_happens(p, p->x, TL_SND_RST);
            if (is_over(X))
                tl_prove(p, p->x);
        }
    } else if (!is_over(Y) && Y->state != TL_SYN_SENT && Y->segments) {
        tl_diagnose(p, p->x, TL_DIAGNOSIS_blind_reset, 0, X->in_order);
    }
    if (verdict == RST_ACCEPTED &&
        (tl_happens(p, p->y,
                    has(Y, TL_END_ACTIVE_OPEN) ? TL_RCV_RST_AFTER_ACTIVE_OPEN : TL_RCV_RST) ||
         tl_happens(p, p->y, TL_RCV_RST))) {
        changed = true;
        Y->flags &= ~(uint32_t)TL_END_HAS_PROOF; /* nobody acknowledges a RST */
    }
    if (changed)
        name_reset(p, was_over, verdict == RST_ACCEPTED ? receiver_was : TL_CLOSED,
                   sender_was_proven);
}
