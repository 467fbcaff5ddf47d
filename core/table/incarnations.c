/* Which segment begins a connection anew?
 *
 * It knows what both ends are in, and which numbers they use; it cannot know of a connection none of whose
 * segments was captured.
 *
 * Read first: RFC 9293, sections 3.4.1, 3.5 and 3.6.1; RFC 6191.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/table/incarnations.h"
#include "core/life/copies.h"
#include "core/life/doubts.h"
#include "core/record/ends.h"
#include "core/record/oddities.h"
#include "core/record/times.h"
#include "core/rfc/segment.h"

static bool is_gone(const struct tl_connection *c, enum tl_role role)
{
    enum tl_state state = tl_connection_state(c, role);

    return state == TL_CLOSED || state == TL_LISTEN;
}

/* May this SYN take over from TIME-WAIT (RFC 9293, section 3.6.1, MAY-2; RFC 6191)? */
static bool may_reuse_time_wait(const struct tl_end *syn_sender, const struct tl_segment *s)
{
    if (s->has_timestamps && syn_sender->flags & TL_END_HAS_TIMESTAMPS &&
        s->ts_val != syn_sender->ts_val)
        return tl_seq_gt(s->ts_val, syn_sender->ts_val);
    return !(syn_sender->flags & TL_END_HAS_SND_NXT) || tl_seq_gt(s->seq, syn_sender->snd_nxt);
}

/* The first time-out is 1 s (RFC 6298), or was 3 s. */
static const int64_t FIRST_TIME_OUT_NS = 3 * INT64_C(1000000000);

/* Has an attempt that was sent for the last time then been given up by now? As long as it keeps its
 * back-off, the next SYN comes about twice as long after the last one as that after the one before. */
static bool is_attempt_over(int64_t first_ns, int64_t last_ns, int64_t now_ns)
{
    const int64_t lasted_ns = last_ns - first_ns, silence_ns = now_ns - last_ns;

    return silence_ns > FIRST_TIME_OUT_NS && silence_ns / 2 > lasted_ns;
}

/* When an end's last SYN of an attempt was captured. */
static int64_t last_syn_ns(const struct tl_connection *c, enum tl_role role)
{
    return tl_control_ns(c, role, c->past[role].control_frame);
}

static bool has_given_up(const struct tl_connection *c, enum tl_role role, int64_t now_ns)
{
    return is_attempt_over(tl_milestone_ns(c, TL_AT_SYN), last_syn_ns(c, role), now_ns);
}

/* Did the end try to open it, and did nothing come of that? */
static bool is_attempt_of(const struct tl_connection *c, enum tl_role role)
{
    return c->kept[role].flags & TL_END_SENT_SYN && !(c->flags & TL_CONNECTION_OPENED) &&
           !c->at[TL_AT_SYN_ACK].frame;
}

/* Is the SYN another one of an attempt that was not answered yet, or that was refused (some try
 * again after a RST, too)? */
static bool is_same_attempt(const struct tl_connection *c, const struct tl_segment *s,
                            enum tl_role sender, bool is_old)
{
    return is_attempt_of(c, sender) && !(is_old && has_given_up(c, sender, s->time_ns)) &&
           (tl_connection_state(c, sender) == TL_SYN_SENT ||
            c->flags & (TL_CONNECTION_REFUSED | TL_CONNECTION_REJECTED));
}

/* A SYN from the other side: is the attempt of the end that it comes to over? Otherwise they open
 * simultaneously. */
static bool is_other_attempt(const struct tl_connection *c, const struct tl_segment *s,
                             enum tl_role sender)
{
    const enum tl_role other = tl_other(sender);

    if (!is_attempt_of(c, other) || c->kept[sender].flags & (TL_END_SENT_SYN | TL_END_SENT_SYN_ACK))
        return false;
    return is_gone(c, other) || has_given_up(c, other, s->time_ns);
}

/* Is it, once more, a SYN that the connection had kept inside itself? */
static bool is_kept_syn(const struct tl_connection *c, const struct tl_segment *s,
                        enum tl_role sender, int64_t msl_ns)
{
    const struct tl_oddities *odd = tl_oddities(c);

    return c->flags & TL_CONNECTION_SYN_ANEW && odd->anew_by == sender && s->seq == odd->anew_iss &&
           !(s->time_ns - tl_mark_ns(&odd->anew_last) > 2 * msl_ns &&
             is_attempt_over(tl_mark_ns(&odd->anew), tl_mark_ns(&odd->anew_last), s->time_ns));
}

/* The SYN of this life, from before what its sender has sent since. */
static bool is_older(const struct tl_end *X, const struct tl_segment *s)
{
    return s->has_timestamps && has(X, TL_END_HAS_TIMESTAMPS) && tl_seq_lt(s->ts_val, X->ts_val);
}

/* Is the other end closed? It may be in SYN-RECEIVED again if it took an old SYN, which nothing shows yet. */
static bool is_closed(const struct tl_connection *c, enum tl_role role)
{
    return is_gone(c, role) || (c->flags & TL_CONNECTION_OLD_SYN && c->kept[role].flags & TL_KEPT_PRESUMED &&
                                tl_connection_state(c, role) == TL_SYN_RECEIVED);
}

static bool syn_begins_anew(const struct tl_connection *c, const struct tl_segment *s,
                            enum tl_role sender, int64_t msl_ns)
{
    /* Nothing older than 2 MSL is in the network (RFC 9293, section 3.4.2). */
    const bool is_old = s->time_ns - tl_connection_end_ns(c) > 2 * msl_ns;
    const struct tl_end ends[2] = {tl_connection_end(c, sender),
                                   tl_connection_end(c, tl_other(sender))};
    const struct tl_end *X = &ends[0], *Y = &ends[1];
    bool same_isn = X->flags & TL_END_HAS_ISS && X->iss == s->seq;

    if (same_isn && is_same_attempt(c, s, sender, is_old))
        return false;
    if (is_old || is_other_attempt(c, s, sender))
        return true;
    if (same_isn && (tl_connection_is_copy(c, sender, s) || is_older(X, s)))
        return false;
    if (Y->state == TL_TIME_WAIT)
        /* In LAST-ACK: that its FIN was acknowledged was not captured. An end that opened actively has
         * no listener there, as a rule: its answer will tell. */
        return !same_isn && !(Y->flags & TL_END_ACTIVE_OPEN) &&
               (X->state == TL_CLOSED || X->state == TL_SYN_SENT || X->state == TL_TIME_WAIT ||
                X->state == TL_LAST_ACK) &&
               may_reuse_time_wait(X, s);
    if (is_closed(c, tl_other(sender))) {
        /* An end that was never heard of listens, and takes the first SYN. */
        if ((!(X->flags & TL_END_HAS_SND_NXT) && !(c->flags & TL_CONNECTION_MIDSTREAM)) ||
            (same_isn && X->state == TL_SYN_SENT && Y->state == TL_LISTEN))
            return false;
        return X->state != TL_TIME_WAIT || may_reuse_time_wait(X, s);
    }
    /* The first attempt was never answered: another ISN is another attempt, unless it is older. */
    return !same_isn && X->state == TL_SYN_SENT && !(c->flags & TL_CONNECTION_SYN_ANEW) &&
           Y->presumed && !Y->segments &&
           !(s->has_timestamps && X->flags & TL_END_HAS_TIMESTAMPS &&
             tl_seq_lt(s->ts_val, X->ts_val));
}

/* How far from the old numbers a segment may lie to be a late one of the old connection. */
static const uint32_t LATE_BYTES = 1u << 24;

static bool is_near(tl_seq number, tl_seq other)
{
    return number - other < LATE_BYTES || other - number < LATE_BYTES;
}

/* A finished connection, in TIME-WAIT perhaps, and a segment without SYN whose numbers are not its: there must
 * have been another opening, which was not captured. */
static bool segment_begins_anew(const struct tl_connection *c, const struct tl_segment *s,
                                enum tl_role sender)
{
    const struct tl_kept_end *X = &c->kept[sender], *Y = &c->kept[tl_other(sender)];

    if (!tl_state_is_done(tl_connection_state(c, TL_CLIENT)) ||
        !tl_state_is_done(tl_connection_state(c, TL_SERVER)) || s->flags & TL_RST ||
        !(s->flags & TL_ACK))
        return false;
    if (!(X->flags & TL_END_HAS_SND_NXT) || !(Y->flags & TL_END_HAS_SND_NXT))
        return false;
    return !is_near(s->seq, X->snd_nxt) && !is_near(s->ack, Y->snd_nxt);
}

/* Does the SYN,ACK answer a SYN that the connection had kept inside itself? */
static bool answers_anew(const struct tl_connection *c, const struct tl_segment *s,
                         enum tl_role sender)
{
    return c->flags & TL_CONNECTION_SYN_ANEW && tl_oddities(c)->anew_by == tl_other(sender) &&
           s->ack == tl_oddities(c)->anew_iss + 1;
}

/* …or the RST? Of one that was taken for an old duplicate it says nothing. */
static bool refuses_anew(const struct tl_connection *c, const struct tl_segment *s,
                         enum tl_role sender)
{
    return answers_anew(c, s, sender) && tl_connection_state(c, tl_other(sender)) == TL_SYN_SENT;
}

/* Is such a SYN repeated, and has nothing answered it? An old duplicate is not. An end that had
 * finished has begun a new life then; of another one the second repetition shows that nobody is
 * there any more who knew the old life. */
static bool repeats_anew(const struct tl_connection *c, const struct tl_segment *s,
                         enum tl_role sender, int64_t msl_ns)
{
    const struct tl_oddities *odd = tl_oddities(c);
    const enum tl_role other = tl_other(sender);

    return is_kept_syn(c, s, sender, msl_ns) &&
           s->time_ns - tl_mark_ns(&odd->anew_last) >= TL_SHORTEST_TIME_OUT_NS &&
           c->kept[other].last_ns <= tl_mark_ns(&odd->anew) &&
           (odd->anew_repetitions || is_gone(c, sender));
}

/* Does the sender of such a SYN go on behind it? Then it was answered, though that was not
 * captured. */
static bool goes_on_anew(const struct tl_connection *c, const struct tl_segment *s,
                         enum tl_role sender)
{
    const struct tl_kept_end *X = &c->kept[sender], *Y = &c->kept[tl_other(sender)];

    if (!(c->flags & TL_CONNECTION_SYN_ANEW) || s->flags & (TL_SYN | TL_RST) ||
        !(s->flags & TL_ACK))
        return false;
    /* …or the other end, though with other numbers than before? */
    if (tl_oddities(c)->anew_by != sender)
        return s->ack == tl_oddities(c)->anew_iss + 1 && X->flags & TL_END_HAS_SND_NXT &&
               !is_near(s->seq, X->snd_nxt);
    return s->seq == tl_oddities(c)->anew_iss + 1 &&
           (!Y->segments || (Y->flags & TL_END_HAS_SND_NXT && !is_near(s->ack, Y->snd_nxt)));
}

/* A SYN,ACK with other numbers than the connection's, and no SYN before it: what its sender sent
 * is certain, so it has received a SYN that was not captured. Where the other end was never
 * captured, or both have finished, it is no old duplicate. */
static bool syn_ack_begins_anew(const struct tl_connection *c, const struct tl_segment *s,
                                enum tl_role sender)
{
    const enum tl_role receiver = tl_other(sender);
    const struct tl_kept_end *X = &c->kept[sender], *Y = &c->kept[receiver];

    return X->flags & TL_END_HAS_SND_NXT &&
           !(X->flags & TL_END_HAS_ISS && c->past[sender].iss == s->seq) &&
           Y->flags & TL_END_HAS_SND_NXT &&
           !(Y->flags & TL_END_HAS_ISS && s->ack == c->past[receiver].iss + 1) &&
           (!Y->segments || (is_gone(c, TL_CLIENT) && is_gone(c, TL_SERVER)));
}

static bool begins_anew(const struct tl_connection *c, const struct tl_segment *s,
                        enum tl_role sender, int64_t msl_ns)
{
    if (s->flags & TL_SYN && (s->flags & (TL_ACK | TL_RST | TL_FIN)) == 0)
        return syn_begins_anew(c, s, sender, msl_ns);
    if ((s->flags & (TL_SYN | TL_ACK | TL_RST | TL_FIN)) == (TL_SYN | TL_ACK))
        return syn_ack_begins_anew(c, s, sender);
    return segment_begins_anew(c, s, sender);
}

enum tl_beginning tl_what_begins(const struct tl_connection *c, const struct tl_segment *s,
                                 enum tl_role sender, const struct tl_environment *environment)
{
    const uint8_t flags = s->flags & (TL_SYN | TL_ACK | TL_RST | TL_FIN);
    const bool is_syn = flags == TL_SYN;
    const int64_t msl_ns = environment->msl_ns;
    bool kept = (flags == (TL_SYN | TL_ACK) && answers_anew(c, s, sender)) ||
                (flags == (TL_RST | TL_ACK) && refuses_anew(c, s, sender)) ||
                (is_syn && repeats_anew(c, s, sender, msl_ns)) || goes_on_anew(c, s, sender);
    bool anew = kept || begins_anew(c, s, sender, msl_ns);

    /* Behind a scan's probe and its answer a connection may begin. */
    if (c->flags & TL_CONNECTION_STRAY)
        anew = !tl_is_stray(s) && !(s->flags & TL_RST);
    if (!anew ||
        tl_connection_is_captured_again(c, s, sender, recent_mark_of(s, sender), environment) ||
        tl_connection_disbelieves(c, s, sender))
        return TL_GOES_ON;
    return kept || (is_syn && is_kept_syn(c, s, sender, msl_ns)) ? TL_BEGINS_WITH_KEPT_SYN
                                                                 : TL_BEGINS_ANEW;
}
