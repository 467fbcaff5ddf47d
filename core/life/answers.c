/* What a segment answers, and what was still on its way when it was sent.
 *
 * It knows the connection's last segments and the handshake's round trip; it cannot know how long the
 * way is now.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/answers.h"
#include "core/record/times.h"

static const int64_t ROUND_TRIP_MARGIN_NS = 1 * INT64_C(1000000);

/* May what was captured then still have been on its way now? Two interfaces, or two hosts, do not write
 * in the order of their clocks: what was captured a little "before" it was on its way as well. */
static bool is_within_round_trip(const struct tl_connection *c, int64_t then_ns, int64_t now_ns)
{
    /* Round trips vary: twice the handshake's, and a little more on fast networks. */
    int64_t round_trip_ns = c->round_trip_us
                                ? c->round_trip_us * INT64_C(2000) + ROUND_TRIP_MARGIN_NS
                                : UNKNOWN_ROUND_TRIP_NS;

    return (now_ns >= then_ns ? now_ns - then_ns : then_ns - now_ns) < round_trip_ns;
}

bool tl_may_be_on_its_way(const struct tl_passage *p, enum tl_milestone step)
{
    return p->connection->at[step].frame &&
           is_within_round_trip(p->connection, tl_milestone_ns(p->connection, step),
                                p->segment->time_ns);
}

bool tl_may_cross_fin(const struct tl_passage *p)
{
    const struct tl_connection *c = p->connection;
    const enum tl_milestone fin = c->first_fin == p->y ? TL_AT_FIN_1 : TL_AT_FIN_2;

    return tl_may_be_on_its_way(p, fin) ||
           (c->at[fin].frame && p->segment->time_ns - tl_milestone_ns(c, fin) < TL_OVERTAKEN_NS);
}

/* So many of a connection's segments are looked at: a window's worth. */
enum { ANSWERED = 128 };

/* A capture that does not tell its round trip: no answer comes later than this. */
static const int64_t LONGEST_ANSWER_NS = 1000 * INT64_C(1000000);

/* How long a segment takes from the capture point to this end, and the answer back. */
static int64_t round_trip_to(const struct tl_connection *c, enum tl_role end)
{
    const uint32_t there_us = end == TL_SERVER                   ? c->answer_us
                              : c->round_trip_us > c->answer_us ? c->round_trip_us - c->answer_us
                                                                 : 0;

    return c->round_trip_us ? there_us * INT64_C(1000) : UNKNOWN_ROUND_TRIP_NS;
}

/* Y's last segment that acknowledged this number, and came so long before the one at hand. */
static const struct tl_recent *last_acknowledgement(const struct tl_passage *p, tl_seq acknowledged,
                                                    int64_t before_ns)
{
    const struct tl_recent *recent = recent_before(p);

    for (unsigned i = 0; recent && i < ANSWERED; i++, recent = recent_earlier(p, recent)) {
        if (is_recent_of(recent, p->y) && recent->flags & TL_ACK &&
            recent->ack == acknowledged && p->segment->time_ns - recent->time_ns >= before_ns)
            return recent;
    }
    return NULL;
}

/* Did what was captured then have the time to be answered now, and not much more? */
static bool is_answerable(const struct tl_passage *p, int64_t then_ns)
{
    const int64_t now_ns = p->segment->time_ns;

    return p->connection->round_trip_us
               ? is_within_round_trip(p->connection, then_ns, now_ns)
               : now_ns >= then_ns && now_ns - then_ns < LONGEST_ANSWER_NS;
}

const struct tl_recent *tl_answered(const struct tl_passage *p, tl_seq acknowledged)
{
    /* It must have reached X; round trips vary, but not by four. */
    const int64_t there_ns = p->connection->round_trip_us ? round_trip_to(p->connection, p->x) : 0;
    const struct tl_recent *recent = last_acknowledgement(p, acknowledged, there_ns / 4);

    return recent && is_answerable(p, recent->time_ns) ? recent : NULL;
}

bool tl_may_answer(const struct tl_passage *p, tl_seq acknowledged)
{
    const struct tl_recent *recent = last_acknowledgement(p, acknowledged, 0);

    /* A path may have become longer than it was at the handshake. */
    return recent && (is_answerable(p, recent->time_ns) ||
                      p->segment->time_ns - recent->time_ns < UNKNOWN_ROUND_TRIP_NS);
}

bool tl_has_just_spoken(const struct tl_passage *p)
{
    return p->Y->segments && is_answerable(p, p->Y->last_ns);
}

/* Would Y's segment tell of X's, had that arrived? Round trips vary by a quarter, and by a little more on
 * fast networks. */
static bool had_time_to_be_answered(const struct tl_passage *p, const struct tl_recent *sent,
                                    const struct tl_recent *answer)
{
    const int64_t there_ns = round_trip_to(p->connection, p->y);

    return answer->time_ns - sent->time_ns > there_ns + there_ns / 4 + ROUND_TRIP_MARGIN_NS / 4;
}

bool tl_has_not_arrived(const struct tl_passage *p, tl_seq acknowledged)
{
    const struct tl_recent *recent = recent_before(p);
    const struct tl_recent *answer = NULL, *sent = NULL; /* its last one; X's first one */

    for (unsigned i = 0; recent && i < ANSWERED; i++, recent = recent_earlier(p, recent)) {
        const bool is_answer = is_recent_of(recent, p->y);

        if (is_answer && !answer)
            answer = recent;
        if (!is_answer && recent_holds(recent, acknowledged))
            sent = recent;
    }
    if (!answer || !(answer->flags & TL_ACK) || answer->ack != acknowledged)
        return false;
    return answer->shows_hole || (sent && had_time_to_be_answered(p, sent, answer));
}

bool tl_has_used(const struct tl_passage *p, tl_seq number)
{
    const struct tl_recent *recent = recent_before(p);

    for (unsigned i = 0; recent && i < ANSWERED; i++, recent = recent_earlier(p, recent)) {
        if (is_recent_of(recent, p->x) && recent_holds(recent, number))
            return true;
    }
    return false;
}

bool tl_has_gone_on_behind_fin(const struct tl_passage *p)
{
    const struct tl_recent *recent = recent_before(p);

    for (unsigned i = 0; recent && i < ANSWERED; i++, recent = recent_earlier(p, recent)) {
        if (is_recent_of(recent, p->x) && !(recent->flags & TL_RST) &&
            recent->seq == p->X->fin + 1)
            return true;
    }
    return false;
}

bool tl_had_sent_fin_before(const struct tl_passage *p, tl_seq fin)
{
    const struct tl_recent *recent = recent_before(p);

    for (unsigned i = 0; recent && i < ANSWERED; i++, recent = recent_earlier(p, recent)) {
        if (is_recent_of(recent, p->x) && !(recent->flags & TL_RST) && recent->flags & TL_ACK &&
            recent->seq == fin + 1 && tl_seq_le(recent->ack, p->Y->fin))
            return true;
    }
    return false;
}

bool tl_holds_more(const struct tl_passage *p, tl_seq number)
{
    const struct tl_recent *recent = recent_before(p);
    unsigned count = 0;

    for (unsigned i = 0; recent && i < ANSWERED && count < 2;
         i++, recent = recent_earlier(p, recent)) {
        if (is_recent_of(recent, p->y)) {
            if (!(recent->flags & TL_ACK) || tl_seq_le(recent->ack, number))
                return false;
            count++;
        }
    }
    return count == 2;
}

bool tl_tells_holes(const struct tl_passage *p)
{
    const struct tl_recent *recent = recent_before(p), *last = NULL;

    for (unsigned i = 0; recent && i < ANSWERED; i++, recent = recent_earlier(p, recent)) {
        if (!is_recent_of(recent, p->y))
            continue;
        if (recent->shows_hole)
            return true;
        if (last && !last->span && !recent->span && last->ack == recent->ack)
            return false;
        last = recent;
    }
    return true;
}

/* X's last segment with this number, of those that were captured before `recent`, or after it. */
static const struct tl_recent *last_with(const struct tl_passage *p, tl_seq number,
                                         const struct tl_recent *recent,
                                         const struct tl_recent *until)
{
    for (unsigned i = 0; recent && recent != until && i < ANSWERED;
         i++, recent = recent_earlier(p, recent))
        if (is_recent_of(recent, p->x) && recent_holds(recent, number))
            return recent;
    return NULL;
}

bool tl_knows_of_hole(const struct tl_passage *p, tl_seq *start, tl_seq *end)
{
    const struct tl_recent *last = recent_before(p), *lost;

    /* (Others may have overtaken it.) */
    for (unsigned i = 0; last && (is_recent_of(last, p->x) || last->ack != p->Y->rcv_nxt); i++)
        last = i < ANSWERED ? recent_earlier(p, last) : NULL;
    if (!last || !last->shows_hole || last_with(p, last->ack, recent_before(p), last))
        return false;
    lost = last_with(p, last->ack, last, NULL);
    if (!lost || !had_time_to_be_answered(p, lost, last))
        return false;
    *start = last->ack;
    *end = lost->seq + lost->span;
    return true;
}

bool tl_goes_on_from_its_last(const struct tl_passage *p)
{
    const struct tl_recent *recent = recent_before(p);

    while (recent && !is_recent_of(recent, p->x))
        recent = recent_earlier(p, recent);
    return recent && recent->seq + recent->span == p->segment->seq;
}

bool tl_acknowledges_more(const struct tl_passage *p)
{
    return p->segment->flags & TL_ACK && has(p->Y, TL_END_HAS_SND_NXT) &&
           (!has(p->X, TL_END_HAS_RCV_NXT) || tl_seq_gt(p->segment->ack, p->X->rcv_nxt)) &&
           tl_seq_le(p->segment->ack, p->Y->snd_nxt);
}

bool tl_answers_what_came_after_reset(const struct tl_passage *p)
{
    const struct tl_connection *c = p->connection;
    const struct tl_recent *recent = recent_segment(&p->environment->recents, c->recent);
    const tl_seq last = p->segment->ack - 1; /* the last octet that it acknowledges */
    const struct tl_recent *first = NULL;    /* with which it came first */
    int64_t reset_ns;

    if (!tl_acknowledges_more(p))
        return false;
    reset_ns = tl_milestone_ns(c, TL_AT_RESET);
    /* X's own RST left before an octet arrived that had not the time to come and go by then. */
    if (tl_reset_by(c) == p->x)
        reset_ns -= c->round_trip_us ? round_trip_to(c, p->x) / 4 * 3 : 0;
    for (unsigned i = 0; recent && i < ANSWERED; i++, recent = recent_earlier(p, recent)) {
        if (is_recent_of(recent, p->y) && recent_holds(recent, last))
            first = recent;
    }
    return first && first->time_ns > reset_ns;
}
