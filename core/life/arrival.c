/* What of an end's segments was captured, in order; and which segments are copies.
 *
 * It knows what passed the capture point; it cannot know what was lost behind
 * it, until its receiver tells.
 *
 * Read first: RFC 9293, section 3.4; RFC 2018 (SACK).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/passage.h"

#include <string.h>

/* A copy of a packet follows the first one closely; a retransmission comes after at least
 * the shortest retransmission time-outs in use. Only asked when nothing else tells. */
static const int64_t COPY_NS = 10 * INT64_C(1000000);
/* With an identification or a timestamp that tells, the two captures of one packet, on both hosts, may
 * be as far apart as the way between them is long. */
static const int64_t STAMPED_COPY_NS = 100 * INT64_C(1000000);
static const int64_t ROUND_TRIP_MARGIN_NS = 1 * INT64_C(1000000);
/* So many of a connection's segments may lie between a packet and its copy. */
enum { TL_RECENT = 8 };
enum { TL_FEWEST_RECENT = 512 };

/* ---- what arrived, in order ------------------------------------------------------------------ */

static enum tl_role role_of(const struct passage *p, const struct tl_end *end)
{
    return end == p->X ? p->x : p->y;
}

void tl_forget_islands(struct passage *p, enum tl_role end)
{
    if (oddities_of(p, end)->islands)
        tl_note_oddities_of(p, end)->islands->count = 0;
}

void tl_join_islands(struct passage *p, struct tl_end *end)
{
    struct tl_islands *islands = oddities_of(p, role_of(p, end))->islands;
    unsigned joined = 0;

    if (!islands)
        return;
    while (joined < islands->count && tl_seq_le(islands->at[joined].start, end->in_order)) {
        end->in_order = tl_seq_max(end->in_order, islands->at[joined].end);
        joined++;
    }
    islands->count -= joined;
    memmove(islands->at, islands->at + joined, islands->count * sizeof islands->at[0]);
}

/* An end's, made if it has none. NULL: memory ran out. */
static struct tl_islands *find_islands(struct passage *p, enum tl_role end)
{
    const struct tl_memory *memory = p->environment->memory;
    struct tl_end_oddities *odd = tl_note_oddities_of(p, end);

    if (!odd->islands && p->connection->oddities) {
        odd->islands = memory->resize(memory->ctx, NULL, 0, sizeof *odd->islands);
        if (odd->islands)
            odd->islands->count = 0;
        else
            p->environment->out_of_memory = true;
    }
    return odd->islands;
}

void tl_note_arrival(struct passage *p, struct tl_end *X, tl_seq start, tl_seq end)
{
    struct tl_islands *islands;
    unsigned i, last;

    if (tl_seq_le(end, X->in_order))
        return;
    if (tl_seq_le(start, X->in_order)) {
        X->in_order = end;
        tl_join_islands(p, X);
        return;
    }
    islands = find_islands(p, role_of(p, X));
    if (!islands)
        return;
    /* Islands i to last - 1 touch the new one and become one with it. */
    for (i = 0; i < islands->count && tl_seq_lt(islands->at[i].end, start); i++)
        ;
    for (last = i; last < islands->count && tl_seq_le(islands->at[last].start, end); last++) {
        if (tl_seq_lt(islands->at[last].start, start))
            start = islands->at[last].start;
        end = tl_seq_max(end, islands->at[last].end);
    }
    if (i == TL_ISLANDS)
        return; /* too far ahead: forgotten; an acknowledgement will make up for it */
    if (i == last) {
        unsigned moved = islands->count - i;

        if (islands->count == TL_ISLANDS)
            moved--; /* the farthest is forgotten */
        else
            islands->count++;
        memmove(&islands->at[i + 1], &islands->at[i], moved * sizeof islands->at[0]);
    } else {
        memmove(&islands->at[i + 1], &islands->at[last],
                (islands->count - last) * sizeof islands->at[0]);
        islands->count -= last - i - 1;
    }
    islands->at[i].start = start;
    islands->at[i].end = end;
}

/* ---- copies ---------------------------------------------------------------------------------- */

/* Does an identification or a timestamp tell a copy from a retransmission? (Linux sends SYN,ACKs with
 * identification 0.) */
static bool has_identification(const struct tl_segment *s)
{
    return s->has_ip_id && s->ip_id;
}

static bool tells_copies(const struct tl_segment *s)
{
    return s->has_timestamps || has_identification(s);
}

bool tl_connection_is_copy(const struct tl_connection *c, enum tl_role sender,
                           const struct tl_segment *s)
{
    const struct tl_kept_past *past = &c->past[sender];

    return past->copy_mark == copy_mark_of(s) &&
           (tells_copies(s) || s->time_ns - tl_control_ns(c, sender, past->control_frame) < COPY_NS);
}

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

bool tl_may_be_on_its_way(const struct passage *p, enum tl_milestone step)
{
    return p->connection->at[step].frame &&
           is_within_round_trip(p->connection, tl_milestone_ns(p->connection, step),
                                p->segment->time_ns);
}

/* ---- what a segment answers ------------------------------------------------------------------ */

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
static const struct tl_recent *last_acknowledgement(const struct passage *p, tl_seq acknowledged,
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
static bool is_answerable(const struct passage *p, int64_t then_ns)
{
    const int64_t now_ns = p->segment->time_ns;

    return p->connection->round_trip_us
               ? is_within_round_trip(p->connection, then_ns, now_ns)
               : now_ns >= then_ns && now_ns - then_ns < LONGEST_ANSWER_NS;
}

const struct tl_recent *tl_answered(const struct passage *p, tl_seq acknowledged)
{
    /* It must have reached X; round trips vary, but not by four. */
    const int64_t there_ns = p->connection->round_trip_us ? round_trip_to(p->connection, p->x) : 0;
    const struct tl_recent *recent = last_acknowledgement(p, acknowledged, there_ns / 4);

    return recent && is_answerable(p, recent->time_ns) ? recent : NULL;
}

bool tl_may_answer(const struct passage *p, tl_seq acknowledged)
{
    const struct tl_recent *recent = last_acknowledgement(p, acknowledged, 0);

    /* A path may have become longer than it was at the handshake. */
    return recent && (is_answerable(p, recent->time_ns) ||
                      p->segment->time_ns - recent->time_ns < UNKNOWN_ROUND_TRIP_NS);
}

bool tl_has_just_spoken(const struct passage *p)
{
    return p->Y->segments && is_answerable(p, p->Y->last_ns);
}

bool tl_has_not_arrived(const struct passage *p, tl_seq acknowledged)
{
    const struct tl_recent *recent = recent_before(p);
    const struct tl_recent *answer = NULL, *sent = NULL; /* its last one; X's first one */
    const int64_t there_ns = round_trip_to(p->connection, p->y);

    for (unsigned i = 0; recent && i < ANSWERED; i++, recent = recent_earlier(p, recent)) {
        const bool is_answer = is_recent_of(recent, p->y);

        if (is_answer && !answer)
            answer = recent;
        if (!is_answer && recent_holds(recent, acknowledged))
            sent = recent;
    }
    if (!answer || !(answer->flags & TL_ACK) || answer->ack != acknowledged)
        return false;
    /* Round trips vary by a quarter, and by a little more on fast networks. */
    return answer->shows_hole ||
           (sent && answer->time_ns - sent->time_ns > there_ns + there_ns / 4 + ROUND_TRIP_MARGIN_NS / 4);
}

bool tl_has_used(const struct passage *p, tl_seq number)
{
    const struct tl_recent *recent = recent_before(p);

    for (unsigned i = 0; recent && i < ANSWERED; i++, recent = recent_earlier(p, recent)) {
        if (is_recent_of(recent, p->x) && recent_holds(recent, number))
            return true;
    }
    return false;
}

bool tl_has_gone_on_behind_fin(const struct passage *p)
{
    const struct tl_recent *recent = recent_before(p);

    for (unsigned i = 0; recent && i < ANSWERED; i++, recent = recent_earlier(p, recent)) {
        if (is_recent_of(recent, p->x) && !(recent->flags & TL_RST) &&
            recent->seq == p->X->fin + 1)
            return true;
    }
    return false;
}

bool tl_holds_more(const struct passage *p, tl_seq number)
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

bool tl_tells_holes(const struct passage *p)
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

bool tl_goes_on_from_its_last(const struct passage *p)
{
    const struct tl_recent *recent = recent_before(p);

    while (recent && !is_recent_of(recent, p->x))
        recent = recent_earlier(p, recent);
    return recent && recent->seq + recent->span == p->segment->seq;
}

bool tl_answers_what_came_after_reset(const struct passage *p)
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

/* ---- copies, again --------------------------------------------------------------------------- */

bool tl_is_other_cut_of_fin(const struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X;
    const int64_t pause_ns = s->time_ns - tl_control_ns(p->connection, p->x, X->control_frame);

    /* A retransmission has a timestamp of its own. */
    if (s->has_timestamps && has(X, TL_END_HAS_TIMESTAMPS))
        return s->seq != X->fin_segment && s->ts_val == X->ts_val && pause_ns < STAMPED_COPY_NS;
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
           (!tl_segment_span(s) || tl_seq_le(end, X.in_order) || s->flags & TL_FIN) &&
           s->flags & TL_ACK && has(&X, TL_END_HAS_ACK) && tl_seq_le(s->ack, X.ack);
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
        !is_syn && tells_copies(s) ? STAMPED_COPY_NS : COPY_NS;

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
    }
    return false;
}

/* ---- both sides of a firewall ----------------------------------------------------------------- */

/* No window is as large, and no two numbers that a firewall chooses are likely to be as near. */
static const uint32_t NEAR = 1u << 28;

/* A number of one of the two sides, as the side that came first has it. */
static tl_seq renumber(tl_seq number, const struct tl_kept_end *end, tl_seq moved)
{
    return moved && !tl_seq_is_near(number, end->snd_nxt, NEAR) &&
                   tl_seq_is_near(number - moved, end->snd_nxt, NEAR)
               ? number - moved
               : number;
}

/* Is this the SYN or SYN,ACK that its sender sent last, but for its own number? */
static bool is_same_with_another_iss(const struct tl_connection *c, const struct tl_segment *s,
                                     enum tl_role sender)
{
    const struct tl_kept_past *past = &c->past[sender];
    const bool is_syn_ack = (s->flags & TL_ACK) != 0;
    int64_t pause_ns;

    if (!(s->flags & TL_SYN) || !tells_copies(s) || !(c->kept[sender].flags & TL_END_HAS_ISS) ||
        s->seq == past->iss || past->copy_mark != copy_mark_of(s) ||
        !c->at[is_syn_ack ? TL_AT_SYN_ACK : TL_AT_SYN].frame ||
        c->kept[sender].window_scale != s->window_scale)
        return false;
    pause_ns = s->time_ns - tl_control_ns(c, sender, past->control_frame);
    return pause_ns < STAMPED_COPY_NS && pause_ns > -STAMPED_COPY_NS;
}

const struct tl_segment *tl_connection_renumber(struct tl_connection *c,
                                                const struct tl_segment *s, enum tl_role sender,
                                                struct tl_segment *room,
                                                struct tl_environment *environment)
{
    const struct tl_end_oddities *odd = tl_oddities(c)->end;
    const enum tl_role other = tl_other(sender);

    if (!(s->flags & TL_SYN) && !odd[sender].moved && !odd[other].moved)
        return s;
    *room = *s;
    if (s->flags & TL_ACK)
        room->ack = renumber(s->ack, &c->kept[other], odd[other].moved);
    if (is_same_with_another_iss(c, room, sender))
        tl_note_oddities(c, environment)->end[sender].moved = s->seq - c->past[sender].iss;
    odd = tl_oddities(c)->end;
    room->seq = renumber(s->seq, &c->kept[sender], odd[sender].moved);
    for (unsigned i = 0; i < s->sack_count; i++) {
        room->sack[i].start = renumber(s->sack[i].start, &c->kept[other], odd[other].moved);
        room->sack[i].end = renumber(s->sack[i].end, &c->kept[other], odd[other].moved);
    }
    return room;
}

uint32_t tl_recent_mark(const struct tl_segment *s, enum tl_role sender)
{
    return recent_mark_of(s, sender);
}

bool tl_recents_enlarge(struct tl_environment *environment)
{
    const struct tl_memory *memory = environment->memory;
    struct tl_recents *recents = &environment->recents;
    uint32_t size = recents->size ? recents->size * 2 : TL_FEWEST_RECENT;
    struct tl_recent *segment = memory->resize(memory->ctx, recents->segment,
                                               recents->size * sizeof *segment, size * sizeof *segment);

    if (!segment) {
        environment->out_of_memory = true;
        return recents->size != 0;
    }
    recents->segment = segment;
    recents->size = size;
    return true;
}

void tl_recents_free(struct tl_recents *recents, const struct tl_memory *memory)
{
    if (recents->segment)
        memory->resize(memory->ctx, recents->segment, recents->size * sizeof *recents->segment, 0);
    *recents = (struct tl_recents){0};
}

void tl_expect_challenge(struct passage *p)
{
    struct tl_oddities *odd = tl_note_oddities(p->connection, p->environment);

    odd->challenged = p->segment->frame;
    odd->challenger = (uint8_t)p->y;
}

void tl_note_copy(struct passage *p)
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

void tl_remember_control(struct passage *p)
{
    p->X->copy_mark = copy_mark_of(p->segment);
    p->X->control_frame = p->segment->frame;
    p->controls = true;
}
