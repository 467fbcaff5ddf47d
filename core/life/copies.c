/* Which segments are copies, and which are sent again?
 *
 * It knows what a copy has in common with the first; it cannot know who made it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/copies.h"
#include "core/life/challenge.h"
#include "core/record/times.h"

/* A copy of a packet follows the first one closely; a retransmission comes after at least
 * the shortest retransmission time-outs in use. Only asked when nothing else tells. */
static const int64_t COPY_NS = 10 * INT64_C(1000000);
/* So many of a connection's segments may lie between a packet and its copy. */
enum { TL_RECENT = 8 };

/* Does an identification or a timestamp tell a copy from a retransmission? (Linux sends SYN,ACKs with
 * identification 0.) */
static bool has_identification(const struct tl_segment *s)
{
    return s->has_ip_id && s->ip_id;
}

bool tl_tells_copies(const struct tl_segment *s)
{
    return s->has_timestamps || has_identification(s);
}

bool tl_connection_is_copy(const struct tl_connection *c, enum tl_role sender,
                           const struct tl_segment *s)
{
    const struct tl_kept_past *past = &c->past[sender];

    return past->copy_mark == copy_mark_of(s) &&
           (tl_tells_copies(s) || s->time_ns - tl_control_ns(c, sender, past->control_frame) < COPY_NS);
}

bool tl_is_other_cut_of_fin(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X;
    const int64_t pause_ns = s->time_ns - tl_control_ns(p->connection, p->x, X->control_frame);

    /* A retransmission has a timestamp of its own. */
    if (s->has_timestamps && has(X, TL_END_HAS_TIMESTAMPS))
        return s->seq != X->fin_segment && s->ts_val == X->ts_val && pause_ns < TL_STAMPED_COPY_NS;
    return s->seq != X->fin_segment && pause_ns < COPY_NS;
}

/* Says a segment that the capture's clock puts before X's last one only what was known? Then it is no
 * retransmission: a file that holds everything twice, or two that were put one behind the other. */
static bool is_from_before(const struct tl_connection *c, const struct tl_segment *s,
                           enum tl_role sender)
{
    const struct tl_end X = tl_connection_end(c, sender);
    const tl_seq end = s->seq + tl_segment_span(s);

    /* Once something new came by a clock that was set back, the time goes on from there. */
    if (!X.segments || s->time_ns > X.last_ns || s->time_ns >= tl_connection_end_ns(c))
        return false;
    if (s->has_timestamps && has(&X, TL_END_HAS_TIMESTAMPS) && tl_seq_gt(s->ts_val, X.ts_val))
        return false;
    if (s->flags & TL_RST)
        return X.state == TL_CLOSED || X.state == TL_LISTEN;
    if (s->flags & TL_SYN)
        return has(&X, TL_END_HAS_ISS) && X.iss == s->seq &&
               has(&X, s->flags & TL_ACK ? TL_END_SENT_SYN_ACK : TL_END_SENT_SYN);
    if (s->flags & TL_FIN &&
        (!has(&X, TL_END_SENT_FIN) || has(&X, TL_END_UNSEEN_FIN) || X.fin + 1 != end ||
         /* The first time that it is sent again, though the clock was set back. */
         (X.copy_mark != copy_mark_of(s) && s->seq == X.fin_segment &&
          !tl_oddities(c)->end[sender].fin_retransmissions)))
        return false;
    return has(&X, TL_END_HAS_SND_NXT) && tl_seq_le(end, X.seen_nxt) &&
           (!tl_segment_span(s) || tl_seq_le(end, X.snd_arrived) || s->flags & TL_FIN) &&
           s->flags & TL_ACK && has(&X, TL_END_HAS_RCV_NXT) && tl_seq_le(s->ack, X.rcv_nxt);
}

/* Does the other end ask for it: for data by SACK (RFC 2018), for an acknowledgement by a SYN,ACK? */
static bool is_asked_for(const struct tl_segment *s, const struct tl_recent *by)
{
    if (by->flags & TL_SYN)
        return by->flags & TL_ACK && s->ack == by->seq + by->span;
    return by->shows_hole && tl_seq_le(s->seq, by->ack) &&
           tl_seq_gt(s->seq + tl_segment_span(s), by->ack);
}

bool tl_connection_is_captured_again(const struct tl_connection *c, const struct tl_segment *s,
                                     enum tl_role sender, uint32_t mark,
                                     const struct tl_environment *environment)
{
    const struct tl_recents *recents = &environment->recents;
    const struct tl_recent *recent = recent_segment(recents, c->recent);
    /* A SYN that the network doubled comes later, too, and finds a listener again. */
    const bool is_syn = (s->flags & (TL_SYN | TL_ACK)) == TL_SYN;
    const int64_t longest_ns =
        !is_syn && tl_tells_copies(s) ? TL_STAMPED_COPY_NS : COPY_NS;

    if (is_from_before(c, s, sender))
        return true;
    if (!recent)
        return false;
    /* Answers made without a socket's help look all alike, and may come often: a RST for each
     * segment of a forgotten connection, a SYN,ACK for each SYN. */
    if ((s->flags & TL_RST || (s->flags & TL_SYN && s->flags & TL_ACK)) &&
        !has_identification(s))
        return false;
    for (unsigned i = 0; recent && i < TL_RECENT;
         i++, recent = recent_segment(recents, recent->before)) {
        int64_t pause_ns = s->time_ns - recent->time_ns;

        if (recent->mark == mark && pause_ns < longest_ns && pause_ns > -longest_ns)
            return true;
        if (!is_recent_of(recent, sender) && is_asked_for(s, recent) && !has_identification(s))
            return false;
    }
    return false;
}

void tl_note_copy(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X;

    if (s->flags & TL_SYN) {
        if (s->flags & TL_ACK && has(X, TL_END_SENT_SYN_ACK) && s->seq == X->iss)
            p->handshake |= step_bit(2, true);
        /* A copy that the network made is answered. */
        if (!(s->flags & TL_ACK) && !is_over(p->Y) && p->Y->state != TL_SYN_SENT &&
            p->Y->state != TL_SYN_RECEIVED)
            tl_expect_challenge(p);
    } else if (s->flags & TL_FIN && has(X, TL_END_SENT_FIN) && !has(X, TL_END_UNSEEN_FIN) &&
               s->seq + s->length == X->fin) {
        p->teardown |= step_bit(p->connection->first_fin == p->x ? 1 : 3, true);
    }
    tl_log_steps(p);
}

void tl_remember_control(struct tl_passage *p)
{
    p->X->copy_mark = copy_mark_of(p->segment);
    p->X->control_frame = p->segment->frame;
    p->controls = true;
}
