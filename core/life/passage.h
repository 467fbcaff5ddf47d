/* One segment on its way through a connection: shared by the files that take it in.
 *
 * Not for users of core/: they include tracker.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_PASSAGE_H
#define TCPLIFE_PASSAGE_H

#include "core/record/record.h"
#include "tcplife/fsm.h"
#include "tcplife/seq.h"

/* How long segments may still be on their way when the handshake did not tell. */
#define UNKNOWN_ROUND_TRIP_NS (200 * INT64_C(1000000))

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
    int64_t silence_ns; /* since what was captured of both ends before; negative: not known */
    tl_seq proof;                /* Y acknowledges this: it received the segment */
    uint8_t handshake, teardown; /* steps made: bit n is step n, bit n + 4 its repetition */
    bool acknowledges;           /* has an acknowledgement that Y takes */
    bool acknowledges_syn;       /* …which is that of Y's SYN */
    bool controls;               /* X's last SYN or FIN is this segment */
    bool refused;                /* its acknowledgement is one that Y cannot take */
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

/* An end's oddities, to read. */
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

/* Of the capture's last segments, the one of that number, if it is still known. */
static inline const struct tl_recent *recent_segment(const struct tl_recents *recents,
                                                     uint32_t number)
{
    return number && recents->last - number < recents->size
               ? &recents->segment[number & (recents->size - 1)]
               : NULL;
}

/* The connection's last segment before the one at hand, which is among them already. */
static inline const struct tl_recent *recent_before(const struct passage *p)
{
    const struct tl_recents *recents = &p->environment->recents;
    const struct tl_recent *recent = recent_segment(recents, p->connection->recent);

    return recent ? recent_segment(recents, recent->before) : NULL;
}

/* The one before that of the same connection; NULL: none is known. */
static inline const struct tl_recent *recent_earlier(const struct passage *p,
                                                     const struct tl_recent *recent)
{
    return recent_segment(&p->environment->recents, recent->before);
}

static inline bool is_recent_of(const struct tl_recent *recent, enum tl_role sender)
{
    return recent->sender == (sender == TL_SERVER);
}

/* Is this number one of those that the segment occupies? */
static inline bool recent_holds(const struct tl_recent *recent, tl_seq number)
{
    return tl_seq_le(recent->seq, number) && tl_seq_gt(recent->seq + recent->span, number);
}

/* So much of an end that is not synchronized yet may have been missed by the capture. */
enum { UNSEEN_BYTES = 65535 };

/* Puts a segment of this mark among the capture's last ones. */
static inline void remember_recent(struct tl_connection *c, const struct tl_segment *s,
                                   enum tl_role sender, uint32_t mark,
                                   struct tl_environment *environment)
{
    struct tl_recents *recents = &environment->recents;
    uint32_t number = recents->last + 1;

    if (number >= recents->size && recents->size < TL_MOST_RECENT &&
        !tl_recents_enlarge(environment))
        return;
    number += !number; /* 0 is none */
    recents->segment[number & (recents->size - 1)] = (struct tl_recent){
        .time_ns = s->time_ns,
        .mark = mark,
        .before = c->recent,
        .frame = s->frame,
        .seq = s->seq,
        .ack = s->ack,
        .span = tl_segment_span(s) & 0x3fffffff,
        .sender = sender == TL_SERVER,
        .shows_hole = s->sack_count && tl_seq_gt(s->sack[0].start, s->ack),
        .ip_id = s->has_ip_id ? s->ip_id : 0,
        .window = s->window,
        .flags = s->flags};
    recents->last = c->recent = number;
}

/* Is an ordinary segment's checksum to be looked at? That of data always: its receiver drops what is
 * damaged. That of a bare acknowledgement while it is not known how this end's are; and where its
 * timestamp leaps, which would make all later ones old (RFC 7323, section 5). */
static inline bool is_checksum_of_use(const struct tl_segment *s, tl_checksums checksums,
                                      uint32_t flags, uint32_t ts_val, int64_t last_ns)
{
    const unsigned seen = tl_checksums_of(checksums, tl_checksum_kind(s));
    const int64_t pause = s->time_ns - last_ns;

    if (s->length || seen < TL_CHECKSUM_RIGHT)
        return seen != TL_CHECKSUM_IGNORED;
    /* Its unit is mostly a millisecond; this is two of them for each that has passed. */
    return seen != TL_CHECKSUM_IGNORED && s->has_timestamps && flags & TL_END_HAS_TIMESTAMPS &&
           (pause < 0 || s->ts_val - ts_val > (uint64_t)(pause >> 19) + 1);
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

/* An end's oddities, to write: never NULL. */
struct tl_oddities *tl_note_oddities(struct tl_connection *c, struct tl_environment *environment);
struct tl_end_oddities *tl_note_oddities_of(struct passage *p, enum tl_role end);

void tl_add_diagnosis(const struct life *life, uint32_t frame, enum tl_role end,
                      enum tl_diagnosis diagnosis, uint32_t about, uint32_t value);
void tl_diagnose(struct passage *p, enum tl_role end, enum tl_diagnosis diagnosis, uint32_t about,
                 uint32_t value);
/* The frame begins the end of the connection, by a segment of `end`; before it, nothing was captured for so
 * long (negative: not known). */
void tl_add_silence(const struct life *life, uint32_t frame, enum tl_role end, int64_t silence_ns);
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

/* Y's last segment that acknowledged this number, if X's segment at hand came about a round trip later:
 * then it is the answer. NULL: there is none. */
const struct tl_recent *tl_answered(const struct passage *p, tl_seq acknowledged);

/* Was Y's last segment captured about a round trip before? */
bool tl_has_just_spoken(const struct passage *p);

/* Could it be the answer to one? Then its sender is not accused of anything. */
bool tl_may_answer(const struct passage *p, tl_seq acknowledged);

/* Has Y acknowledged this number, and no more, when what X had sent from there on should have reached
 * it? Then that was lost behind the capture point. */
bool tl_has_not_arrived(const struct passage *p, tl_seq acknowledged);

/* Has X sent another octet with this number, as far as its last segments tell? */
bool tl_has_used(const struct passage *p, tl_seq number);

/* Has X sent something from behind its FIN, as only an end does that has sent it? */
bool tl_has_gone_on_behind_fin(const struct passage *p);

/* Have Y's last two segments acknowledged more than this? */
bool tl_holds_more(const struct passage *p, tl_seq number);
/* May Y use SACK? Not when it acknowledges the same number twice, and names no hole. */
bool tl_tells_holes(const struct passage *p);

/* Does X's segment begin where its last one ended? */
bool tl_goes_on_from_its_last(const struct passage *p);

/* Does X acknowledge what reached it after the RST only? Then it has outlived it, however soon. */
bool tl_answers_what_came_after_reset(const struct passage *p);
/* Is it the FIN that X sent before, cut in another way by the network card (TSO, GRO)? */
bool tl_is_other_cut_of_fin(const struct passage *p);

/* Its receiver should answer this segment by a challenge ACK (RFC 5961). */
void tl_expect_challenge(struct passage *p);

/* A copy makes no step and shows nothing but that the segment was there. */
void tl_note_copy(struct passage *p);

void tl_remember_control(struct passage *p);

/* ---- likeness.c ---- */

/* Does the segment look as if somebody else had sent it? Its IP identification, its window or its options
 * break with what X's last segments had in common. Alone that decides nothing. */
bool tl_is_unlike_its_sender(const struct passage *p);

/* ---- connection.c ---- */

/* By how much are the windows that X offers shifted (RFC 7323, section 2.2)? */
unsigned tl_window_shift(const struct tl_end *X, const struct tl_end *Y);

/* ---- acceptance.c ---- */

/* Combinations that no TCP sends, and that RFC 9293 section 3.10.7 drops: a segment of a
 * connection has ACK, unless it is a SYN or a RST. */
bool tl_has_possible_flags(const struct tl_segment *s);

/* A wrong checksum condemns only what nothing speaks for (checksum.h): many captures show segments
 * before the network card filled the checksum in. */
bool tl_has_wrong_checksum(struct passage *p);

/* What is not taken may have been good all the same: the other end may acknowledge it. */
void tl_doubt(struct passage *p, bool has_wrong_checksum);
/* X acknowledges what was not believed to be Y's: Y did send it, and X has received it. */
void tl_take_doubted(struct passage *p);

/* Does the acknowledgement tell the other end something new that it did send? */
bool tl_acknowledges_more(const struct passage *p);

/* Was what came behind the handshake left out of the capture? It is one of SYN, FIN and RST only so
 * far, and a FIN or RST tells of more; or it has a hole there: the segment's numbers lie behind the
 * handshake's, and more time has passed than a third segment takes. */
void tl_note_sparse(struct passage *p);

void tl_miss(struct passage *p, enum tl_role end, uint32_t bytes);
/* RFC 9293, section 3.10.7.4, first check, as an observer can make it: a segment that its
 * receiver must drop changes nothing, and is not believed to be its alleged sender's. */
bool tl_is_acceptable(struct passage *p);

/* Is all of it older than what Y has acknowledged? Its receiver answers, and looks no further: what
 * it acknowledges does not reach Y. What it says about X is true all the same. */
bool tl_is_old(const struct passage *p);
/* Is its timestamp before X's last one, where timestamps are agreed on? */
bool tl_has_old_timestamp(const struct passage *p);

bool tl_is_ancient_ack(const struct passage *p);

bool tl_refuse_ack(struct passage *p);

/* ---- opening.c ---- */

/* X's segment, if it is the challenge ACK that was expected of it: an ACK that says nothing new. */
bool tl_note_challenge(struct passage *p);

void tl_choose_iss(struct passage *p);
void tl_disown_syn(struct passage *p);
bool tl_is_foreign_in_syn_sent(struct passage *p);
void tl_send_syn(struct passage *p);
bool tl_is_third_segment(const struct passage *p);
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

/* An end's FIN behind the first fragment of its segment, if it is one, is found to be there. */
void tl_place_fin(struct passage *p, struct tl_end *end, tl_seq fin);

void tl_send_data(struct passage *p);
void tl_send_fin(struct passage *p);
/* The same FIN again. What it says about what has not arrived comes before what it says, by its
 * acknowledgement, about what has. */
void tl_repeat_fin(struct passage *p);

/* X's FIN takes effect when all data before it has arrived. */
void tl_receive_fin(struct passage *p);

/* ---- reset.c ---- */

void tl_reset(struct passage *p);

/* X goes on behind a RST. If that was its own, it disowns it: somebody forged it. If both ends go on,
 * it is not how the connection closed. */
void tl_outlive_reset(struct passage *p);

/* X's segment fills the hole before its RST, and by the capture's clock it was there first: the RST
 * was not ahead of anything when it passed. */
void tl_receive_early_reset(struct passage *p);

#endif
