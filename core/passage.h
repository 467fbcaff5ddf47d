/* One segment on its way through a connection: shared by the files that take it in.
 *
 * Not for users of core/: they include tracker.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_PASSAGE_H
#define TCPLIFE_PASSAGE_H

#include "connection.h"
#include "fsm.h"
#include "seq.h"

/* How long segments may still be on their way when the handshake did not tell. */
#define UNKNOWN_ROUND_TRIP_NS (200 * INT64_C(1000000))

/* An end's first checksums are looked at, so that a wrong one can be told from one that was not
 * filled in yet. */
enum { ENOUGH_CHECKSUMS = 4 };

/* A connection that something happens to: its ends unfolded. */
struct life {
    struct tl_connection *connection;
    struct tl_environment *environment;
    struct tl_end end[2]; /* by enum tl_role */
};

/* One segment on its way through. X sends it, Y receives it. */
struct passage {
    struct life *life;
    struct tl_connection *connection;
    const struct tl_segment *segment;
    struct tl_environment *environment;
    enum tl_role x, y;
    struct tl_end *X, *Y;
    uint32_t answers;            /* the frame before, if Y sent it; else 0 */
    tl_seq proof;                /* Y acknowledges this: it received the segment */
    uint8_t handshake, teardown; /* steps made: bit n is step n, bit n + 4 its repetition */
    bool acknowledges;           /* has an acknowledgement that Y takes */
    bool acknowledges_syn;       /* …which is that of Y's SYN */
    bool controls;               /* X's last SYN or FIN is this segment */
};

static inline bool has(const struct tl_end *end, unsigned flag)
{
    return (end->flags & flag) != 0;
}

static inline void tl_note_reset_by(struct tl_connection *c, enum tl_role role)
{
    c->flags &= ~(uint32_t)TL_CONNECTION_SERVER_RESET;
    if (role == TL_SERVER)
        c->flags |= TL_CONNECTION_SERVER_RESET;
}

static inline bool is_over(const struct tl_end *end)
{
    return end->state == TL_CLOSED || end->state == TL_LISTEN;
}

static inline bool is_closing(const struct passage *p)
{
    return has(p->X, TL_END_SENT_FIN) || has(p->Y, TL_END_SENT_FIN);
}

static inline struct tl_milestone_mark mark_of(const struct tl_segment *segment)
{
    return (struct tl_milestone_mark){.frame = segment->frame};
}

/* An end's, to read… */
static inline const struct tl_end_oddities *oddities_of(const struct passage *p, enum tl_role end)
{
    return &tl_oddities(p->connection)->end[end];
}

/* What differs between a segment and its retransmission, but not in a copy. */
static inline uint32_t copy_mark_of(const struct tl_segment *s)
{
    uint32_t mark = s->has_ip_id ? s->ip_id : 0;

    mark = mark * 31 + (s->has_timestamps ? s->ts_val : 0);
    mark = mark * 31 + s->window;
    mark = mark * 31 + s->ack;
    return mark * 31 + s->flags;
}

/* …and what only a copy has in common with it, never 0. */
static inline uint32_t recent_mark_of(const struct tl_segment *s, enum tl_role sender)
{
    uint32_t mark = copy_mark_of(s) * 31 + s->seq;

    if (s->sack_count)
        mark = mark * 31 + s->sack[0].start + s->sack[0].end;
    mark = (mark * 31 + s->length) * 31 + sender;
    return mark + !mark;
}

/* Makes room for more of them. False: memory ran out. */
bool tl_recents_enlarge(struct tl_environment *environment);

/* The unit of struct tl_recent's times, about a microsecond. */
enum { RECENT_TICK_SHIFT = 10 };

static inline uint32_t recent_time_of(const struct tl_segment *s)
{
    return (uint32_t)(s->time_ns >> RECENT_TICK_SHIFT);
}

/* Of the capture's last segments, the one of that number, if it is still known. */
static inline const struct tl_recent *recent_segment(const struct tl_recents *recents,
                                                     uint32_t number)
{
    return number && recents->last - number < recents->size
               ? &recents->segment[number & (recents->size - 1)]
               : NULL;
}

/* Puts a segment of this mark among the capture's last ones. */
static inline void remember_recent(struct tl_connection *c, const struct tl_segment *s,
                                   uint32_t mark, struct tl_environment *environment)
{
    struct tl_recents *recents = &environment->recents;
    uint32_t number = recents->last + 1;

    if (number >= recents->size && recents->size < TL_MOST_RECENT &&
        !tl_recents_enlarge(environment))
        return;
    number += !number; /* 0 is none */
    recents->segment[number & (recents->size - 1)] = (struct tl_recent){
        .mark = mark, .time = recent_time_of(s), .before = c->recent};
    recents->last = c->recent = number;
}

static inline uint8_t step_bit(unsigned step, bool repeated)
{
    return (uint8_t)(1u << (step - 1 + (repeated ? 4 : 0)));
}

static inline bool acknowledges_syn_of(const struct tl_end *end, tl_seq ack)
{
    return has(end, TL_END_HAS_ISS) && tl_seq_gt(ack, end->iss) && tl_seq_le(ack, end->snd_nxt);
}

/* ---- ends.c ---- */

/* Unfolds the ends, and folds them again. */
void tl_life_open(struct life *life, struct tl_connection *c, struct tl_environment *environment);
void tl_life_close(const struct life *life);

/* Has the log an entry with its time for this frame? */
bool tl_log_tells_time(const struct tl_connection *c, uint32_t frame, int64_t *time_ns);

/* ---- passage.c ---- */

/* …and to write: never NULL. */
struct tl_oddities *tl_note_oddities(struct tl_connection *c, struct tl_environment *environment);
struct tl_end_oddities *tl_note_oddities_of(struct passage *p, enum tl_role end);

void tl_add_diagnosis(const struct life *life, uint32_t frame, enum tl_role end,
                      enum tl_diagnosis diagnosis, uint32_t about, uint32_t value);
void tl_diagnose(struct passage *p, enum tl_role end, enum tl_diagnosis diagnosis, uint32_t about,
                 uint32_t value);
void tl_log_presumption(struct passage *p, enum tl_role role);
/* Writes down p's steps. */
void tl_log_steps(struct passage *p);
void tl_set_state(struct life *life, enum tl_role role, int number, uint32_t frame, int64_t now_ns,
                  tl_seq proof);
/* Something happens to an end. True when the table says that it changes its state. */
bool tl_happens(struct passage *p, enum tl_role role, enum tl_event event);

/* The end has shown that it is in the state presumed. */
void tl_prove(struct passage *p, enum tl_role role);

/* ---- arrival.c ---- */

/* in_order may have reached data that was captured ahead of a hole. */
void tl_join_islands(struct passage *p, struct tl_end *end);

void tl_forget_islands(struct passage *p, enum tl_role end);

/* An end's bytes from start to end were captured, or are known to have arrived. */
void tl_note_arrival(struct passage *p, struct tl_end *X, tl_seq start, tl_seq end);

/* Was what made this step still on its way when X sent the segment at hand? Then that segment
 * does not show that it was lost. */
bool tl_may_be_on_its_way(const struct passage *p, enum tl_milestone step);

/* Its receiver should answer this segment by a challenge ACK (RFC 5961). */
void tl_expect_challenge(struct passage *p);

/* A copy makes no step and shows nothing but that the segment was there. */
void tl_note_copy(struct passage *p);

void tl_remember_control(struct passage *p);

/* ---- acceptance.c ---- */

/* Combinations that no TCP sends, and that RFC 9293 section 3.10.7 drops: a segment of a
 * connection has ACK, unless it is a SYN or a RST. */
bool tl_has_possible_flags(const struct tl_segment *s);

/* A wrong checksum counts only against an end whose checksums are otherwise right: many
 * captures show segments before the network card filled the checksum in. */
bool tl_has_wrong_checksum(struct passage *p);

/* Does the acknowledgement tell the other end something new that it did send? */
bool tl_acknowledges_more(const struct passage *p);

/* Was the third segment of the handshake, and what came behind it, left out of the capture (one
 * of SYN, FIN and RST only, or with a hole there)? The segment's numbers lie behind the
 * handshake's, and more time has passed than a third segment takes. */
void tl_note_sparse(struct passage *p);

void tl_miss(struct passage *p, enum tl_role end, uint32_t bytes);
/* RFC 9293, section 3.10.7.4, first check, as an observer can make it: a segment that its
 * receiver must drop changes nothing, and is not believed to be its alleged sender's. */
bool tl_is_acceptable(struct passage *p);

bool tl_refuse_ack(struct passage *p);

/* ---- opening.c ---- */

/* X's segment, if it is the challenge ACK that was expected of it: an ACK that says nothing new. */
bool tl_note_challenge(struct passage *p);

void tl_choose_iss(struct passage *p);
void tl_disown_syn(struct passage *p);
bool tl_is_foreign_in_syn_sent(struct passage *p);
void tl_send_syn(struct passage *p);
void tl_established(struct passage *p);
void tl_send_syn_ack(struct passage *p);

/* ---- acknowledgement.c ---- */

/* X acknowledges Y's FIN, or what must have been one: X has received it. */
void tl_has_received_fin(struct passage *p);

/* An acknowledgement that its receiver cannot take (RFC 9293, section 3.10.7.4, fifth check): in
 * SYN-RECEIVED anything but what acknowledges its SYN, later anything behind its FIN. What else
 * was never captured may have been sent. */
bool tl_is_impossible_ack(struct passage *p);

/* What an acknowledgement says about its sender. */
void tl_send_ack(struct passage *p);

/* What an acknowledgement does to its receiver. */
void tl_receive_ack(struct passage *p);

/* ---- closing.c ---- */

/* The other end acknowledged more than was captured of X. Now X's own numbers tell whether that
 * had been sent, and missed by the capture, or had never been sent. */
void tl_note_gap(struct passage *p);

void tl_send_data(struct passage *p);
void tl_send_fin(struct passage *p);
/* The same FIN again. What it says about what has not arrived comes before what it says, by its
 * acknowledgement, about what has. */
void tl_repeat_fin(struct passage *p);

/* X's FIN takes effect when all data before it has arrived. */
void tl_receive_fin(struct passage *p);

/* ---- reset.c ---- */

void tl_reset(struct passage *p);

#endif
