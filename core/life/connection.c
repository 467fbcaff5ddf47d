/* One connection: which events a captured segment is, and what they mean to a person.
 *
 * It knows what each end sent, since that was captured, and therefore what
 * each end must have received to send it. It cannot know whether a segment
 * arrived until its receiver answers; it presumes so, and takes it back when
 * the receiver shows otherwise.
 *
 * A segment is taken in two halves: first what it says about its sender
 * (facts), then what it does to its receiver (presumptions), the latter in
 * the RFC's order: RST, SYN, ACK, FIN.
 *
 * Read first: RFC 9293, sections 3.4 (sequence numbers), 3.5 (opening), 3.6
 * (closing) and 3.10.7 (segment arrives); RFC 5961 (resets); RFC 7323,
 * section 5 (PAWS).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/connection.h"
#include "core/life/acceptance.h"
#include "core/life/acknowledgement.h"
#include "core/life/answers.h"
#include "core/life/attempts.h"
#include "core/life/begin.h"
#include "core/life/challenge.h"
#include "core/life/closing.h"
#include "core/life/copies.h"
#include "core/life/data.h"
#include "core/life/doubts.h"
#include "core/life/fins.h"
#include "core/life/gaps.h"
#include "core/life/likeness.h"
#include "core/life/offers.h"
#include "core/life/opening.h"
#include "core/life/ordinary.h"
#include "core/life/passage.h"
#include "core/life/reset.h"
#include "core/record/times.h"
#include "core/rfc/segment.h"

/* So many segments after an odd one, the next ones go through all rules, too: until the copies that
 * there may be of it are known as such. */
enum { TL_UNSETTLED = 8 };
/* Sequence numbers that moved by more were set anew. */
static const uint32_t FAR = 1u << 28;

/* Its FIN was sent, and nothing waits for the acknowledgement any more. */
static bool is_fin_acknowledged(const struct tl_end *end)
{
    return has(end, TL_END_SENT_FIN) && end->state != TL_FIN_WAIT_1 && end->state != TL_CLOSING &&
           end->state != TL_LAST_ACK;
}

/* A segment for an end that was closed before: not one that was on its way when it closed. */
static void note_late_segment(struct tl_passage *p)
{
    const struct tl_connection *c = p->connection;

    if (p->Y->state != TL_CLOSED || !tl_state_is_done(p->X->state) ||
        tl_may_be_on_its_way(p, TL_AT_RESET))
        return;
    tl_diagnose(p, p->x, TL_DIAGNOSIS_late_segment,
                c->at[TL_AT_RESET].frame ? c->at[TL_AT_RESET].frame : c->at[TL_AT_FIN_2_ACK].frame,
                0);
}

/* Whatever becomes of the segment, a gap before it is a gap, and what it denies was not sent. */
static enum tl_ignored why_not_taken(struct tl_passage *p)
{
    enum tl_ignored why;

    tl_choose_iss(p);
    tl_disown_syn(p);
    if (tl_is_foreign_in_syn_sent(p))
        return p->refused ? TL_UNACCEPTABLE_ACK : TL_NO_SYN;
    tl_deny_unseen_fin(p);
    tl_note_gap(p);
    why = tl_why_unacceptable(p);
    if (why == TL_NOT_IGNORED && tl_is_ancient_ack(p))
        why = TL_UNACCEPTABLE_ACK;
    if (why != TL_NOT_IGNORED) {
        tl_doubt(p, false);
        return why;
    }
    tl_take_doubted(p);
    return tl_is_impossible_ack(p) ? TL_UNACCEPTABLE_ACK : TL_NOT_IGNORED;
}

static bool is_taken(struct tl_passage *p)
{
    const enum tl_ignored why = why_not_taken(p);

    if (why != TL_NOT_IGNORED)
        tl_note_ignored(p, why);
    return why == TL_NOT_IGNORED;
}

/* What lies behind its first fragment is unknown, not absent. */
static void note_fragment(struct tl_passage *p)
{
    struct tl_end_oddities *odd;

    if (!p->segment->is_fragment)
        return;
    odd = tl_note_oddities_of(p, p->x);
    odd->has_fragment = true;
    if (p->segment->flags & TL_FIN && !has(p->X, TL_END_SENT_FIN))
        odd->fin_unplaced = true;
}

/* Whatever it is, it was there. */
static void note_presence(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    const bool known = c->last_frame != 0;
    const int64_t end_ns = known ? tl_connection_end_ns(c) : 0;

    tl_note_last_segment(c, s, p->x);
    c->flags &= ~(uint32_t)TL_CONNECTION_ORDINARY_LAST;
    /* What was captured before does not set the end back. */
    c->end_ns = known && end_ns > s->time_ns ? end_ns : s->time_ns;
    p->X->segments += p->X->segments < UINT32_MAX;
}

/* Does it say anything that was not said before? Not what no TCP sends or receives, nor a copy. */
static bool says_something(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    uint32_t mark;

    if (tl_only_acknowledges(s))
        p->environment->has_plain = true;
    if (tl_is_of_scan(p)) {
        tl_note_stray(p);
        return false;
    }
    if (!tl_has_possible_flags(s)) {
        tl_note_ignored(p, TL_IMPOSSIBLE_FLAGS);
        return false;
    }
    if (tl_has_wrong_checksum(p)) {
        tl_note_ignored(p, TL_WRONG_CHECKSUM);
        return false;
    }
    /* No TCP begins or answers anything with SYN and RST together. */
    if (s->flags & TL_SYN && s->flags & TL_RST && !(c->flags & TL_CONNECTION_BEGUN))
        return false;
    mark = recent_mark_of(s, p->x);
    if (tl_connection_is_captured_again(c, s, p->x, mark, p->environment)) {
        tl_note_copy(p);
        return false;
    }
    c->end_ns = s->time_ns;
    remember_recent(c, s, p->x, mark, p->environment);
    if (c->unsettled)
        c->unsettled--;
    return true;
}

/* False: it is a RST that nothing was captured before, and that is all there is to say. */
static bool begin(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;

    /* A RST behind what no TCP sends is the answer to that. */
    if (c->flags & TL_CONNECTION_BEGUN || c->at[TL_AT_SYN].frame ||
        (s->flags & TL_RST && s->frame != c->first_frame))
        return true;
    c->flags |= TL_CONNECTION_BEGUN;
    if (s->flags & TL_RST) {
        tl_begin_with_reset(p);
        return false;
    }
    if (!(s->flags & TL_SYN))
        tl_begin_midstream(p);
    return true;
}

static void take_syn(struct tl_passage *p)
{
    if (p->segment->flags & TL_ACK)
        tl_send_syn_ack(p);
    else
        tl_send_syn(p);
    tl_receive_ack(p);
    tl_note_offers(p, false);
}

/* Data, acknowledgement and FIN: what they say about X first, then what they do to Y. */
static void take_plain(struct tl_passage *p, bool receiver_was_over, bool is_challenge)
{
    const struct tl_segment *s = p->segment;
    const bool is_old = tl_is_old(p);

    tl_note_one_sided(p);
    tl_note_attempts(p);
    if (is_over(p->X))
        tl_show_life(p);
    note_fragment(p);
    tl_place_fin(p, p->X, s->flags & TL_FIN ? s->seq + s->length : s->seq - 1);
    tl_repeat_fin(p);
    tl_send_data(p);
    tl_send_ack(p);
    if (s->flags & TL_FIN)
        tl_send_fin(p);
    if (!is_old)
        tl_receive_ack(p);
    tl_receive_fin(p);
    tl_note_offers(p, is_old);
    tl_receive_early_reset(p);
    if (receiver_was_over && !is_challenge)
        note_late_segment(p);
}

/* Y does not take it. */
static void refuse(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;

    p->connection->unsettled = TL_UNSETTLED;
    /* That it was sent is certain all the same, where X has said before that it took so much: what
     * somebody else had sent in Y's name. */
    if (s->flags & TL_FIN && p->refused && has(p->X, TL_END_HAS_RCV_NXT) &&
        s->ack == p->X->rcv_nxt && !tl_is_unlike_its_sender(p)) {
        tl_repeat_fin(p);
        tl_send_fin(p);
    }
}

static void take_in(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    const bool receiver_was_over = is_over(p->Y);
    bool is_challenge;

    note_presence(p);
    if (!says_something(p) || !begin(p))
        return;
    is_challenge = tl_note_challenge(p);
    if (is_challenge)
        tl_take_back_sparse_reset(p);
    tl_note_sparse(p);
    if (s->flags & TL_RST) {
        tl_take_doubted(p);
        tl_reset(p);
    } else if (s->flags & TL_SYN) {
        take_syn(p);
    } else if (is_taken(p)) {
        take_plain(p, receiver_was_over, is_challenge);
    } else {
        refuse(p);
    }
    tl_forget_attempts(p, p->y); /* anything from X is an answer to what Y tries */
    p->X->last_ns = s->time_ns;
    tl_log_steps(p);
    /* The last step is the fourth, or in a simultaneous close the later of the second and fourth. */
    if (p->teardown & (step_bit(2, false) | step_bit(4, false)) && c->at[TL_AT_FIN_2_ACK].frame &&
        is_fin_acknowledged(p->X) && is_fin_acknowledged(p->Y))
        tl_diagnose(p, p->x, TL_DIAGNOSIS_closed, c->at[TL_AT_FIN_1].frame, 0);
}

/* Where an end was when a segment came: did its numbers jump? */
struct before {
    uint32_t flags;
    tl_seq seen_nxt, rcv_nxt;
};

static bool has_jumped(const struct tl_end *end, const struct before *before)
{
    return (before->flags & TL_END_HAS_SND_NXT && end->seen_nxt - before->seen_nxt > FAR) ||
           (before->flags & TL_END_HAS_RCV_NXT && end->rcv_nxt - before->rcv_nxt > FAR);
}

/* The log tells when a segment came that made a step. Where it does not, that is kept. */
static void keep_times(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    int64_t time_ns;

    if ((s->frame != c->first_frame && !p->controls) || tl_log_tells_time(c, s->frame, &time_ns))
        return;
    if (s->frame == c->first_frame)
        tl_note_oddities(c, p->environment)->start = tl_mark_at(s->frame, s->time_ns);
    if (p->controls)
        tl_note_oddities_of(p, p->x)->control = tl_mark_at(s->frame, s->time_ns);
}

void tl_connection_segment(struct tl_connection *c, const struct tl_segment *s, enum tl_role sender,
                           struct tl_environment *environment)
{
    const enum tl_role other = tl_other(sender);
    struct tl_life life;
    struct tl_end *X = &life.end[sender], *Y = &life.end[other];
    struct tl_passage p = {
        .life = &life,
        .connection = c,
        .segment = s,
        .environment = environment,
        .x = sender,
        .y = other,
        .X = X,
        .Y = Y,
        .proof = s->seq + (tl_segment_span(s) ? tl_segment_span(s) : 1),
        .was_ignored = (c->kept[sender].flags & TL_END_IGNORED_LAST) != 0,
        .silence_ns = c->last_frame ? s->time_ns - tl_connection_end_ns(c) : -1,
    };
    struct before before_x, before_y;

    tl_life_open(&life, c, environment);
    before_x = (struct before){.flags = X->flags, .seen_nxt = X->seen_nxt, .rcv_nxt = X->rcv_nxt};
    before_y = (struct before){.flags = Y->flags, .seen_nxt = Y->seen_nxt, .rcv_nxt = Y->rcv_nxt};
    c->flags &= ~(uint32_t)TL_CONNECTION_STEADY;
    X->flags &= ~(uint32_t)TL_END_IGNORED_LAST;
    take_in(&p);
    keep_times(&p);
    if (has_jumped(X, &before_x) || has_jumped(Y, &before_y))
        c->unsettled = TL_UNSETTLED;
    tl_life_close(&life);
    if (tl_is_steady(&life)) {
        c->flags |= TL_CONNECTION_STEADY;
        c->kept[sender].flags |= tl_window_shift(X, Y) << TL_KEPT_SHIFT;
        c->kept[other].flags |= tl_window_shift(Y, X) << TL_KEPT_SHIFT;
    }
}
