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
#include "connection.h"

#include "fsm.h"
#include "seq.h"

#include <string.h>

/* A copy of a packet follows the first one closely; a retransmission comes after at least
 * the shortest retransmission time-outs in use. Only asked when nothing else tells. */
static const int64_t COPY_NS = 10 * INT64_C(1000000);
/* The same in the units of struct tl_recent, about a microsecond. */
enum { RECENT_SHIFT = 10, COPY_TICKS = 10 * 1000000 >> RECENT_SHIFT };
/* How long segments may still be on their way when the handshake did not tell. */
static const int64_t UNKNOWN_ROUND_TRIP_NS = 200 * INT64_C(1000000);
/* Window scale of an end whose SYN was not captured: the largest (RFC 7323, section 2.3), so
 * that nothing it may accept is called unacceptable. */
enum { UNKNOWN_WINDOW_SCALE = 14 };
/* Old segments are looked at as far back as this, at least: the largest unscaled window. */
enum { OLD_BYTES = 65535 };

static const uint32_t FORGET_BYTES = 1u << 30;
/* So many SYNs, or SYN,ACKs, without an answer: by the usual back-off, 3 s or more. */
enum { UNANSWERED_TRIES = 3 };
/* So many probes or retransmissions without any answer: by the usual back-off, 6 s or more. */
enum { DEAD_PEER_TRIES = 5 };
/* A RST after at least so many is given as the reason of it. */
enum { GIVEN_UP_TRIES = 2 };
/* So many segments that show a hole are taken for a loss; a single one may come of segments that
 * overtook each other (RFC 5681, section 3.2, waits for duplicates for the same reason). */
enum { BLIND_SEGMENTS = 2 };
/* A retransmission comes no sooner than this after its sender's last segment. */
static const int64_t RETRANSMISSION_NS = 100 * INT64_C(1000000);

/* Keepalive timers count in seconds; a retransmission's first time-out is 200 ms to 1 s. */
static const int64_t KEEPALIVE_NS = 900 * INT64_C(1000000);

/* One segment on its way through. X sends it, Y receives it. */
struct passage {
    struct tl_connection *connection;
    const struct tl_segment *segment;
    struct tl_environment *environment;
    enum tl_role x, y;
    struct tl_end *X, *Y;
    uint32_t answers;          /* the frame before, if Y sent it; else 0 */
    tl_seq proof;              /* Y acknowledges this: it received the segment */
    uint8_t handshake, teardown; /* steps made: bit n is step n, bit n + 4 its repetition */
    bool acknowledges;           /* has an acknowledgement that Y takes */
    bool acknowledges_syn;       /* …which is that of Y's SYN */
};

static bool has(const struct tl_end *end, unsigned flag)
{
    return (end->flags & flag) != 0;
}

static bool is_over(const struct tl_end *end)
{
    return end->state == TL_CLOSED || end->state == TL_LISTEN;
}

/* Its FIN was sent, and nothing waits for the acknowledgement any more. */
static bool is_fin_acknowledged(const struct tl_end *end)
{
    return has(end, TL_END_SENT_FIN) && end->state != TL_FIN_WAIT_1 && end->state != TL_CLOSING &&
           end->state != TL_LAST_ACK;
}

static bool is_closing(const struct tl_connection *c)
{
    return has(&c->end[TL_CLIENT], TL_END_SENT_FIN) || has(&c->end[TL_SERVER], TL_END_SENT_FIN);
}

static struct tl_mark mark_of(const struct tl_segment *segment)
{
    return (struct tl_mark){.time_ns = segment->time_ns, .frame = segment->frame};
}

/* ---- the log ------------------------------------------------------------------------------ */

static void add_change(struct tl_connection *c, struct tl_environment *environment,
                       struct tl_change change, enum tl_role end)
{
    change.states = (uint8_t)(c->end[TL_CLIENT].state | c->end[TL_SERVER].state << 4);
    change.bits |= (uint8_t)((c->end[TL_CLIENT].presumed ? 1 : 0) |
                             (c->end[TL_SERVER].presumed ? 2 : 0) | (end == TL_SERVER ? 4 : 0));
    if (!tl_change_log_add(&c->log, environment->memory, &change))
        environment->out_of_memory = true;
}

void tl_connection_diagnose(struct tl_connection *c, uint32_t frame, enum tl_role end,
                            enum tl_diagnosis diagnosis, uint32_t about, uint32_t value,
                            struct tl_environment *environment)
{
    add_change(c, environment,
               (struct tl_change){.frame = frame,
                                  .kind = TL_DIAGNOSIS,
                                  .code = (uint8_t)diagnosis,
                                  .u.why = {.about = about, .value = value}},
               end);
}

static void diagnose(struct passage *p, enum tl_role end, enum tl_diagnosis diagnosis,
                     uint32_t about, uint32_t value)
{
    tl_connection_diagnose(p->connection, p->segment->frame, end, diagnosis, about, value,
                           p->environment);
}

static void log_presumption(struct passage *p, enum tl_role role)
{
    add_change(p->connection, p->environment,
               (struct tl_change){.frame = p->segment->frame,
                                  .kind = TL_PRESUMPTION,
                                  .u.time_ns = p->segment->time_ns},
               role);
}

static void log_steps(struct passage *p, enum tl_change_kind kind, uint8_t steps)
{
    for (uint8_t step = 1; step <= 4; step++) {
        bool repeated = steps & 1 << (step + 4 - 1);

        if (repeated || steps & 1 << (step - 1))
            add_change(p->connection, p->environment,
                       (struct tl_change){.frame = p->segment->frame,
                                          .kind = (uint8_t)kind,
                                          .code = step,
                                          .bits = repeated ? 8 : 0,
                                          .u.time_ns = p->segment->time_ns},
                       p->x);
    }
}

static uint8_t step_bit(unsigned step, bool repeated)
{
    return (uint8_t)(1u << (step - 1 + (repeated ? 4 : 0)));
}

/* ---- the one setter of states ------------------------------------------------------------- */

static void set_state(struct tl_connection *c, enum tl_role role, int number, uint32_t frame,
                      int64_t now_ns, tl_seq proof, struct tl_environment *environment)
{
    const struct tl_rule *rule = &tl_rules[number];
    struct tl_end *end = &c->end[role];
    uint8_t from = end->state;

    end->state = (uint8_t)(rule->to == TL_STATE_LEFT ? end->left : rule->to);
    end->presumed = rule->evidence == TL_PRESUMES;
    end->proof = proof;
    if (end->presumed)
        end->flags |= TL_END_HAS_PROOF;
    else
        end->flags &= ~(uint32_t)TL_END_HAS_PROOF;
    if (end->state == TL_SYN_SENT)
        end->flags |= TL_END_ACTIVE_OPEN;
    if (is_over(end))
        end->left = from;
    if (end->state == TL_TIME_WAIT)
        c->time_wait_ends_ns = now_ns + 2 * environment->msl_ns;
    add_change(c, environment,
               (struct tl_change){.frame = frame,
                                  .kind = TL_TRANSITION,
                                  .code = (uint8_t)number,
                                  .bits = (uint8_t)(from << 4),
                                  .u.time_ns = now_ns},
               role);
}

/* Something happens to an end. True when the table says that it changes its state. */
static bool happens(struct passage *p, enum tl_role role, enum tl_event event)
{
    struct tl_end *end = &p->connection->end[role];
    int number = tl_fsm_rule((enum tl_state)end->state, event);

    if (number < 0)
        return false;
    if (tl_rules[number].evidence == TL_DISPROVES && !end->presumed)
        return false;
    if (tl_rules[number].to == TL_STATE_LEFT &&
        (end->left == TL_CLOSED || end->left == TL_LISTEN))
        return false;
    set_state(p->connection, role, number, p->segment->frame, p->segment->time_ns, p->proof,
              p->environment);
    return true;
}

/* The end has shown that it is in the state presumed. */
static void prove(struct passage *p, enum tl_role role)
{
    struct tl_end *end = &p->connection->end[role];

    if (!end->presumed)
        return;
    end->presumed = false;
    end->flags &= ~(uint32_t)TL_END_HAS_PROOF;
    log_presumption(p, role);
}

/* ---- what arrived, in order ---------------------------------------------------------------- */

/* in_order may have reached data that was captured ahead of a hole. */
static void join_islands(struct tl_end *end)
{
    struct tl_islands *islands = end->islands;
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

/* An end's bytes from start to end were captured, or are known to have arrived. */
static void note_arrival(struct passage *p, struct tl_end *X, tl_seq start, tl_seq end)
{
    unsigned i, last;

    if (tl_seq_le(end, X->in_order))
        return;
    if (tl_seq_le(start, X->in_order)) {
        X->in_order = end;
        join_islands(X);
        return;
    }
    if (!X->islands) {
        const struct tl_memory *memory = p->environment->memory;

        X->islands = memory->resize(memory->ctx, NULL, 0, sizeof *X->islands);
        if (!X->islands) {
            p->environment->out_of_memory = true;
            return;
        }
        X->islands->count = 0;
    }
    /* Islands i to last - 1 touch the new one and become one with it. */
    for (i = 0; i < X->islands->count && tl_seq_lt(X->islands->at[i].end, start); i++)
        ;
    for (last = i; last < X->islands->count && tl_seq_le(X->islands->at[last].start, end); last++) {
        if (tl_seq_lt(X->islands->at[last].start, start))
            start = X->islands->at[last].start;
        end = tl_seq_max(end, X->islands->at[last].end);
    }
    if (i == TL_ISLANDS)
        return; /* too far ahead: forgotten; an acknowledgement will make up for it */
    if (i == last) {
        unsigned moved = X->islands->count - i;

        if (X->islands->count == TL_ISLANDS)
            moved--; /* the farthest is forgotten */
        else
            X->islands->count++;
        memmove(&X->islands->at[i + 1], &X->islands->at[i], moved * sizeof X->islands->at[0]);
    } else {
        memmove(&X->islands->at[i + 1], &X->islands->at[last],
                (X->islands->count - last) * sizeof X->islands->at[0]);
        X->islands->count -= last - i - 1;
    }
    X->islands->at[i].start = start;
    X->islands->at[i].end = end;
}

/* ---- copies -------------------------------------------------------------------------------- */

/* What differs between a segment and its retransmission, but not in a copy. */
static uint32_t copy_mark_of(const struct tl_segment *s)
{
    uint32_t mark = s->has_ip_id ? s->ip_id : 0;

    mark = mark * 31 + (s->has_timestamps ? s->ts_val : 0);
    mark = mark * 31 + s->window;
    mark = mark * 31 + s->ack;
    return mark * 31 + s->flags;
}

bool tl_connection_is_copy(const struct tl_end *end, const struct tl_segment *s)
{
    /* Linux sends SYN,ACKs with identification 0. */
    bool tells = s->has_timestamps || (s->has_ip_id && s->ip_id);

    return end->copy_mark == copy_mark_of(s) &&
           (tells || s->time_ns - end->control_ns < COPY_NS);
}

/* May what was captured then still have been on its way now? The clock may have stepped back. */
static bool is_within_round_trip(const struct tl_connection *c, int64_t then_ns, int64_t now_ns)
{
    int64_t round_trip_ns = c->round_trip_ns ? c->round_trip_ns : UNKNOWN_ROUND_TRIP_NS;

    return now_ns >= then_ns && now_ns - then_ns < round_trip_ns;
}

/* Was what made this step still on its way when X sent the segment at hand? Then that segment
 * does not show that it was lost. */
static bool may_be_on_its_way(const struct passage *p, enum tl_milestone step)
{
    const struct tl_mark *mark = &p->connection->at[step];

    return mark->frame && is_within_round_trip(p->connection, mark->time_ns, p->segment->time_ns);
}

static uint32_t recent_time_of(const struct tl_segment *s)
{
    return (uint32_t)(s->time_ns >> RECENT_SHIFT);
}

static uint32_t recent_mark_of(const struct tl_segment *s, enum tl_role sender)
{
    uint32_t mark = copy_mark_of(s) * 31 + s->seq;

    if (s->sack_count)
        mark = mark * 31 + s->sack[0].start + s->sack[0].end;
    mark = (mark * 31 + s->length) * 2 + sender;
    return mark + !mark;
}

bool tl_connection_is_captured_again(const struct tl_connection *c, const struct tl_segment *s,
                                     enum tl_role sender)
{
    uint32_t mark = recent_mark_of(s, sender);

    /* Answers made without a socket's help look all alike, and may come often: a RST for each
     * segment of a forgotten connection, a SYN,ACK for each SYN. */
    if ((s->flags & TL_RST || (s->flags & TL_SYN && s->flags & TL_ACK)) &&
        !(s->has_ip_id && s->ip_id))
        return false;
    for (unsigned i = 0; i < TL_RECENT; i++) {
        int32_t pause = (int32_t)(recent_time_of(s) - c->recent[i].time);

        if (c->recent[i].mark == mark && pause < COPY_TICKS && pause > -COPY_TICKS)
            return true;
    }
    return false;
}

/* Its receiver should answer this segment by a challenge ACK (RFC 5961). */
static void expect_challenge(struct passage *p)
{
    p->connection->challenged = p->segment->frame;
    p->connection->challenger = (uint8_t)p->y;
}

/* A copy makes no step and shows nothing but that the segment was there. */
static void note_copy(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X;

    if (s->flags & TL_SYN) {
        if (s->flags & TL_ACK && has(X, TL_END_SENT_SYN_ACK) && s->seq == X->iss)
            p->handshake |= step_bit(2, true);
        /* A copy that the network made is answered. */
        if (!(s->flags & TL_ACK) && !is_over(p->Y) && p->Y->state != TL_SYN_SENT &&
            p->Y->state != TL_SYN_RECEIVED)
            expect_challenge(p);
    } else if (s->flags & TL_FIN && has(X, TL_END_SENT_FIN) && !has(X, TL_END_UNSEEN_FIN) &&
               s->seq + s->length == X->fin) {
        p->teardown |= step_bit(p->connection->first_fin == p->x ? 1 : 3, true);
    }
    log_steps(p, TL_HANDSHAKE_STEP, p->handshake);
    log_steps(p, TL_TEARDOWN_STEP, p->teardown);
}

static void remember_control(struct passage *p)
{
    p->X->copy_mark = copy_mark_of(p->segment);
    p->X->control_ns = p->segment->time_ns;
}

/* ---- beginning ------------------------------------------------------------------------------ */

void tl_connection_begin(struct tl_connection *c, const struct tl_segment *s)
{
    for (int role = 0; role < 2; role++) {
        c->end[role].window_scale = -1;
        c->end[role].state = role == TL_CLIENT ? TL_CLOSED : TL_LISTEN;
        c->end[role].left = c->end[role].state;
    }
    c->first_frame = s->frame;
    c->start_ns = s->time_ns;
}

/* The first segment is none of a handshake: both ends were synchronized before. Nothing is
 * known of how, so there is no transition. */
static void begin_midstream(struct passage *p)
{
    const struct tl_segment *s = p->segment;

    p->connection->flags |= TL_CONNECTION_MIDSTREAM;
    p->X->flags |= TL_END_HAS_SND_NXT;
    p->X->snd_nxt = p->X->seen_nxt = p->X->in_order = s->seq;
    if (s->flags & TL_ACK) {
        p->Y->flags |= TL_END_HAS_SND_NXT;
        p->Y->snd_nxt = p->Y->seen_nxt = p->Y->in_order = s->ack;
    }
    p->X->state = p->Y->state = TL_ESTABLISHED;
    p->Y->presumed = true;
    p->Y->proof = p->proof;
    p->Y->flags |= TL_END_HAS_PROOF;
    log_presumption(p, p->y);
    diagnose(p, p->x, TL_DIAGNOSIS_midstream, 0, 0);
}

/* A RST is all that is known: whatever it ended was before the capture. */
static void begin_with_reset(struct passage *p)
{
    struct tl_connection *c = p->connection;

    c->flags |= TL_CONNECTION_MIDSTREAM | TL_CONNECTION_RESET;
    c->reset_by = (uint8_t)p->x;
    c->at[TL_AT_RESET] = mark_of(p->segment);
    p->X->state = p->Y->state = TL_CLOSED;
    /* Should they go on, they had been synchronized. */
    p->X->left = p->Y->left = TL_ESTABLISHED;
    p->Y->presumed = true;
    log_presumption(p, p->y);
    diagnose(p, p->x, TL_DIAGNOSIS_midstream, 0, 0);
    diagnose(p, p->x, TL_DIAGNOSIS_reset, 0, 0);
}

/* ---- is this segment to be taken at all? ----------------------------------------------------- */

/* Combinations that no TCP sends, and that RFC 9293 section 3.10.7 drops: a segment of a
 * connection has ACK, unless it is a SYN or a RST. */
static bool has_possible_flags(const struct tl_segment *s)
{
    if (s->flags & TL_SYN)
        return !(s->flags & (TL_FIN | TL_RST));
    if (s->flags & TL_RST)
        return !(s->flags & TL_FIN);
    return (s->flags & TL_ACK) != 0;
}

/* A wrong checksum counts only against an end whose checksums are otherwise right: many
 * captures show segments before the network card filled the checksum in. */
static bool has_wrong_checksum(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    bool matters = s->flags & (TL_SYN | TL_FIN | TL_RST) || p->X->looked_at < 4 ||
                   p->Y->state == TL_SYN_RECEIVED || has(p->Y, TL_END_SENT_FIN);

    if (!s->checksum || !matters)
        return false;
    switch (s->checksum(s)) {
    case TL_CHECKSUM_GOOD:
        if (p->X->looked_at < UINT8_MAX) {
            p->X->looked_at++;
            p->X->good_checksums++;
        }
        return false;
    case TL_CHECKSUM_BAD:
        if (p->X->good_checksums > p->X->looked_at - p->X->good_checksums)
            return true;
        if (p->X->looked_at < UINT8_MAX)
            p->X->looked_at++;
        return false;
    default:
        return false;
    }
}

/* Does the acknowledgement tell the other end something new that it did send? */
static bool acknowledges_more(const struct passage *p)
{
    return p->segment->flags & TL_ACK && has(p->X, TL_END_HAS_ACK) &&
           has(p->Y, TL_END_HAS_SND_NXT) && tl_seq_gt(p->segment->ack, p->X->ack) &&
           tl_seq_le(p->segment->ack, p->Y->snd_nxt);
}

/* Was the third segment of the handshake, and what came behind it, left out of the capture (one
 * of SYN, FIN and RST only, or with a hole there)? The segment's numbers lie behind the
 * handshake's, and more time has passed than a third segment takes. */
static void note_sparse(struct passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;

    if (c->at[TL_AT_SYN_ACK].frame && !(c->flags & TL_CONNECTION_OPENED) &&
        !has(&c->end[TL_CLIENT], TL_END_HAS_ACK) && !(s->flags & TL_SYN) &&
        tl_seq_gt(s->seq, p->X->snd_nxt) &&
        s->time_ns - c->at[TL_AT_SYN_ACK].time_ns > UNKNOWN_ROUND_TRIP_NS)
        c->flags |= TL_CONNECTION_SPARSE;
}

static void miss(struct passage *p, enum tl_role end, uint32_t bytes)
{
    if (p->connection->flags & TL_CONNECTION_GAP)
        return;
    p->connection->flags |= TL_CONNECTION_GAP;
    diagnose(p, end, TL_DIAGNOSIS_gap, 0, bytes);
}

/* Two segments in a row beyond the window, the second where the first ended, while the other end
 * is silent: the capture has a hole wider than the window, and misses the acknowledgements, too. */
static bool goes_on_elsewhere(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    if (has(X, TL_END_STRAYED) && s->seq == X->stray_end && p->Y->segments == X->stray_silence) {
        miss(p, p->x, s->seq - X->in_order);
        X->in_order = X->snd_nxt = X->seen_nxt = s->seq;
        if (X->islands)
            X->islands->count = 0;
        X->flags &= ~(uint32_t)TL_END_STRAYED;
        return true;
    }
    X->flags |= TL_END_STRAYED;
    X->stray_end = s->seq + tl_segment_span(s);
    X->stray_silence = p->Y->segments;
    return false;
}

/* RFC 9293, section 3.10.7.4, first check, as an observer can make it: a segment that its
 * receiver must drop changes nothing, and is not believed to be its alleged sender's. */
static bool is_acceptable(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *Y = p->Y;
    struct tl_end *X = p->X;
    tl_seq end = s->seq + tl_segment_span(s);
    uint32_t window = OLD_BYTES;

    if (!has(X, TL_END_HAS_SND_NXT))
        return true;
    /* RFC 7323, section 5.2 (PAWS): new data with an old timestamp. */
    if (s->has_timestamps && has(X, TL_END_HAS_TIMESTAMPS) && tl_seq_gt(end, X->snd_nxt) &&
        tl_seq_lt(s->ts_val, X->ts_val))
        return false;
    if (has(Y, TL_END_HAS_ACK)) {
        if (tl_seq_gt(Y->right_edge, Y->ack) && Y->right_edge - Y->ack > window)
            window = Y->right_edge - Y->ack;
        /* Beyond the window. Where the numbers go on without a gap, or the acknowledgement
         * goes on, it is the receiver's segments that are missing in the capture. */
        if (tl_seq_gt(s->seq, Y->right_edge) && tl_seq_gt(s->seq, X->snd_nxt) &&
            !acknowledges_more(p) && !(p->connection->flags & TL_CONNECTION_SPARSE) &&
            !goes_on_elsewhere(p))
            return false;
    }
    return tl_seq_ge(end, X->in_order - window);
}

static bool refuse_ack(struct passage *p)
{
    p->X->refused_ack = p->segment->ack;
    p->X->flags |= TL_END_REFUSED_ACK;
    return true;
}

/* ---- SYN and SYN,ACK ------------------------------------------------------------------------- */

static bool acknowledges_syn_of(const struct tl_end *end, tl_seq ack)
{
    return has(end, TL_END_HAS_ISS) && tl_seq_gt(ack, end->iss) && tl_seq_le(ack, end->snd_nxt);
}

static void learn_syn(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    X->iss = s->seq;
    X->snd_nxt = X->seen_nxt = s->seq + tl_segment_span(s);
    /* Data in a SYN counts as received when it is acknowledged (RFC 7413). */
    X->in_order = s->seq + 1;
    X->flags |= TL_END_HAS_ISS | TL_END_HAS_SND_NXT;
    X->window_scale = s->window_scale;
    X->flags &= (uint16_t)~TL_END_HAS_TIMESTAMPS; /* they start with the SYN */
    X->bytes += s->length;
}

/* Is a SYN with another ISN from an end that had a connection already its own? Not if it is
 * from before (RFC 9293, section 3.5, Figure 8), nor if its options differ from those that
 * this end sends. */
static bool is_new_life(const struct tl_end *X, const struct tl_segment *s)
{
    if (has(X, TL_END_HAS_TIMESTAMPS))
        return s->has_timestamps && tl_seq_ge(s->ts_val, X->ts_val);
    if (has(X, TL_END_SENT_SYN) && (X->window_scale >= 0) != (s->window_scale >= 0))
        return false;
    return !has(X, TL_END_HAS_SND_NXT) || tl_seq_gt(s->seq, X->snd_nxt);
}

/* X's segment, if it is the challenge ACK that was expected of it: an ACK that says nothing new. */
static bool note_challenge(struct passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    bool is_challenge;

    if (!c->challenged || c->challenger != p->x)
        return false;
    is_challenge = (s->flags & (TL_SYN | TL_ACK | TL_RST | TL_FIN)) == TL_ACK && !s->length &&
                   s->seq == p->X->snd_nxt && has(p->X, TL_END_HAS_ACK) && s->ack == p->X->ack;
    if (is_challenge)
        diagnose(p, p->x, TL_DIAGNOSIS_challenge_ack, c->challenged, 0);
    c->challenged = 0;
    return is_challenge;
}

static void send_syn(struct passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;

    if (!has(X, TL_END_HAS_ISS) && !has(X, TL_END_HAS_SND_NXT)) {
        bool crossing = X->state == TL_SYN_RECEIVED;

        learn_syn(p);
        happens(p, p->x, TL_SND_SYN);
        if (crossing) {
            /* The other end's SYN is still on its way to X. */
            c->flags |= TL_CONNECTION_SIMULTANEOUS_OPEN;
            diagnose(p, p->x, TL_DIAGNOSIS_simultaneous_open, c->at[TL_AT_SYN].frame, 0);
            p->proof = Y->iss + 1;
            happens(p, p->x, TL_RCV_SYN);
            p->proof = s->seq + tl_segment_span(s);
        }
        p->handshake |= step_bit(1, false);
        if (s->length)
            diagnose(p, p->x, TL_DIAGNOSIS_syn_data, 0, s->length);
    } else if (has(X, TL_END_HAS_ISS) && s->seq == X->iss) {
        if (!has(X, TL_END_SENT_SYN) && !has(X, TL_END_SENT_SYN_ACK)) {
            /* Captured behind the SYN,ACK that answers it. */
            X->window_scale = s->window_scale;
            p->handshake |= step_bit(1, false);
        } else if (!tl_connection_is_copy(X, s)) {
            if (happens(p, p->x, TL_SND_SYN_AGAIN) || X->state == TL_SYN_SENT ||
                X->state == TL_SYN_RECEIVED) {
                X->syn_retransmissions++;
                p->handshake |= step_bit(1, true);
                diagnose(p, p->x, TL_DIAGNOSIS_syn_retransmitted, c->at[TL_AT_SYN].frame,
                         X->syn_retransmissions);
                if (!Y->segments && X->syn_retransmissions + 1 == UNANSWERED_TRIES)
                    diagnose(p, p->x, TL_DIAGNOSIS_unanswered, c->at[TL_AT_SYN].frame,
                             UNANSWERED_TRIES);
            } else {
                diagnose(p, p->x, TL_DIAGNOSIS_old_duplicate_syn, c->at[TL_AT_SYN].frame, 0);
                expect_challenge(p);
            }
        } else if (!is_over(Y) && Y->state != TL_SYN_SENT && Y->state != TL_SYN_RECEIVED) {
            diagnose(p, p->x, TL_DIAGNOSIS_old_duplicate_syn, c->at[TL_AT_SYN].frame, 0);
            expect_challenge(p);
        }
    } else if (c->flags & TL_CONNECTION_SYN_ANEW && s->seq == c->anew_iss &&
               c->anew_by == p->x) {
        diagnose(p, p->x, TL_DIAGNOSIS_syn_retransmitted, c->anew.frame, 1);
        return;
    } else {
        bool is_new = is_new_life(X, s);

        /* Either way it may be answered, and begin a connection of its own. */
        c->flags |= TL_CONNECTION_SYN_ANEW;
        c->anew_iss = s->seq;
        c->anew_by = (uint8_t)p->x;
        c->anew = mark_of(s);
        if (is_new) {
            happens(p, p->x, TL_SND_SYN_ANEW);
            if (Y->segments)
                diagnose(p, p->x, TL_DIAGNOSIS_half_open_discovered, 0, 0);
        } else {
            diagnose(p, p->x, TL_DIAGNOSIS_old_duplicate_syn, c->at[TL_AT_SYN].frame, 0);
        }
        expect_challenge(p);
        return;
    }
    X->flags |= TL_END_SENT_SYN;
    if (!c->at[TL_AT_SYN].frame)
        c->at[TL_AT_SYN] = mark_of(s);
    remember_control(p);
    happens(p, p->y, TL_RCV_SYN);
}

static void established(struct passage *p)
{
    struct tl_connection *c = p->connection;
    int64_t since = c->at[TL_AT_SYN].frame ? c->end[TL_CLIENT].control_ns : 0;

    /* It is the handshake's third segment, not a later one that implies it. */
    if (!(c->flags & TL_CONNECTION_SPARSE) && p->acknowledges_syn) {
        c->at[TL_AT_ACK] = mark_of(p->segment);
        if (since && p->segment->time_ns > since)
            c->round_trip_ns = p->segment->time_ns - since;
    }
    if (!(c->flags & TL_CONNECTION_OPENED))
        diagnose(p, p->x, TL_DIAGNOSIS_established, c->at[TL_AT_SYN].frame, 0);
    c->flags |= TL_CONNECTION_OPENED;
}

static void send_syn_ack(struct passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;
    bool repeated = has(X, TL_END_SENT_SYN_ACK);

    if (!has(X, TL_END_HAS_ISS)) {
        if (has(X, TL_END_HAS_SND_NXT) && has(Y, TL_END_HAS_ACK) && !Y->presumed &&
            !is_over(Y) && Y->state != TL_SYN_SENT)
            return; /* from before the capture: an old duplicate */
        learn_syn(p);
        happens(p, p->x, TL_SND_SYN_ACK);
        prove(p, p->x);
    } else if (s->seq != X->iss) {
        /* Another ISN. A server that kept no state (SYN cookies) or lost it may do so, until
         * the client has answered. */
        if (Y->state != TL_SYN_SENT && !(Y->state == TL_ESTABLISHED && Y->presumed))
            return;
        learn_syn(p);
        X->flags &= ~(uint32_t)TL_END_SENT_SYN;
        happens(p, p->x, TL_SND_SYN_ACK_AGAIN);
        happens(p, p->x, TL_SND_SYN_ACK);
        repeated = false;
    } else if (!repeated) {
        prove(p, p->x);
    } else if (!tl_connection_is_copy(X, s)) {
        uint32_t lost = c->at[TL_AT_ACK].frame;

        if (!may_be_on_its_way(p, TL_AT_ACK) && happens(p, p->x, TL_SND_SYN_ACK_AGAIN) && lost)
            diagnose(p, p->x, TL_DIAGNOSIS_handshake_ack_lost, lost, 0);
        if (X->state == TL_SYN_RECEIVED || X->presumed) {
            X->synack_retransmissions++;
            X->flags |= TL_END_REPEATED_SYN;
            diagnose(p, p->x, TL_DIAGNOSIS_synack_retransmitted, c->at[TL_AT_SYN_ACK].frame,
                     X->synack_retransmissions);
            if (!c->at[TL_AT_ACK].frame && X->synack_retransmissions + 1 == UNANSWERED_TRIES)
                diagnose(p, p->x, TL_DIAGNOSIS_half_open, c->at[TL_AT_SYN_ACK].frame,
                         UNANSWERED_TRIES);
        }
    } else {
        repeated = false;
        p->handshake |= step_bit(2, true);
    }
    X->flags |= TL_END_SENT_SYN_ACK;
    remember_control(p);

    if (!has(Y, TL_END_HAS_ISS)) {
        /* Its SYN was not captured, but must have been sent. */
        Y->iss = s->ack - 1;
        Y->snd_nxt = Y->seen_nxt = Y->in_order = s->ack;
        Y->flags |= TL_END_HAS_ISS | TL_END_HAS_SND_NXT;
        happens(p, p->y, TL_UNSEEN_SYN);
    }
    if (!acknowledges_syn_of(Y, s->ack)) {
        diagnose(p, p->x, TL_DIAGNOSIS_bad_handshake_ack, c->at[TL_AT_SYN].frame, Y->iss + 1);
        refuse_ack(p);
        return;
    }
    p->acknowledges = true;
    Y->in_order = tl_seq_max(Y->in_order, s->ack);
    if (!(p->handshake & step_bit(2, true)))
        p->handshake |= step_bit(2, repeated);
    if (Y->state == TL_SYN_RECEIVED) {
        if (happens(p, p->y, TL_RCV_SYN_ACK)) {
            if (!c->at[TL_AT_SYN_ACK].frame)
                c->at[TL_AT_SYN_ACK] = mark_of(s);
            if (X->state == TL_ESTABLISHED) {
                p->acknowledges_syn = true;
                established(p);
            }
        }
    } else if (happens(p, p->y, TL_RCV_SYN_ACK)) {
        c->at[TL_AT_SYN_ACK] = mark_of(s);
        c->syn_bytes_accepted = s->ack - Y->iss - 1;
        if (c->syn_bytes_accepted) {
            c->flags |= TL_CONNECTION_FAST_OPEN;
            diagnose(p, p->y, TL_DIAGNOSIS_fast_open, c->at[TL_AT_SYN].frame,
                     c->syn_bytes_accepted);
        }
    } else if (!c->at[TL_AT_SYN_ACK].frame) {
        c->at[TL_AT_SYN_ACK] = mark_of(s);
    }
}

/* ---- acknowledgements ------------------------------------------------------------------------ */

/* X acknowledges Y's FIN, or what must have been one: X has received it. */
static void has_received_fin(struct passage *p)
{
    p->Y->flags |= TL_END_FIN_ARRIVED;
    if (happens(p, p->x, TL_RCV_FIN))
        prove(p, p->x);
}

/* X acknowledges more of Y than was captured. */
static void acknowledges_unseen(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;
    bool one_more = s->ack == Y->snd_nxt + 1;

    /* All that was seen of Y was a keepalive probe: one number back. */
    if (one_more && Y->segments == 1 && p->connection->flags & TL_CONNECTION_MIDSTREAM &&
        !has(Y, TL_END_SENT_FIN) && !has(X, TL_END_SENT_FIN)) {
        Y->snd_nxt = Y->in_order = s->ack;
        return;
    }
    /* After its own FIN, an end that says nothing itself but acknowledges one number more: that
     * number is the other end's FIN. (One byte of data would look the same, and is rare.) */
    if (one_more && s->length == 0 &&
        (has(X, TL_END_SENT_FIN) || (s->flags & TL_FIN && !Y->segments)) && Y->in_order == Y->snd_nxt &&
        (Y->state == TL_CLOSE_WAIT || Y->state == TL_ESTABLISHED)) {
        if (!is_closing(p->connection))
            p->connection->first_fin = (uint8_t)p->y;
        Y->fin = Y->fin_segment = Y->snd_nxt;
        Y->flags |= TL_END_SENT_FIN | TL_END_UNSEEN_FIN;
        happens(p, p->y, TL_UNSEEN_FIN);
        /* A FIN from CLOSE-WAIT acknowledges X's. */
        if (Y->state == TL_LAST_ACK)
            happens(p, p->x, TL_RCV_ACK_OF_FIN);
    }
    if (!has(Y, TL_END_UNSEEN_FIN))
        Y->bytes += s->ack - Y->snd_nxt;
    Y->snd_nxt = s->ack;
}

/* An acknowledgement that its receiver cannot take (RFC 9293, section 3.10.7.4, fifth check): in
 * SYN-RECEIVED anything but what acknowledges its SYN, later anything behind its FIN. What else
 * was never captured may have been sent. */
static bool is_impossible_ack(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *Y = p->Y;

    if (has(Y, TL_END_SENT_FIN) && tl_seq_gt(s->ack, Y->fin + 1))
        return refuse_ack(p);
    if (has(Y, TL_END_SENT_FIN))
        return false;
    if (Y->state != TL_SYN_RECEIVED || !has(Y, TL_END_SENT_SYN | TL_END_SENT_SYN_ACK) ||
        p->connection->flags & TL_CONNECTION_SPARSE ||
        acknowledges_syn_of(Y, s->ack) ||
        (tl_seq_gt(s->ack, Y->snd_nxt) && Y->snd_nxt != Y->iss + 1))
        return false;
    diagnose(p, p->x, TL_DIAGNOSIS_bad_handshake_ack, p->connection->at[TL_AT_SYN_ACK].frame,
             Y->iss + 1);
    return refuse_ack(p);
}

/* Does X's segment show that it has not received Y's FIN, though that was captured with all before
 * it? It says so itself when it names by SACK what it holds ahead of a hole (RFC 2018). That it
 * does not acknowledge the FIN yet shows nothing: the FIN may be on its way. */
static bool is_blind_to_fin(const struct passage *p)
{
    const struct tl_segment *s = p->segment;

    if (!p->X->presumed || !has(p->Y, TL_END_FIN_ARRIVED) || tl_seq_gt(s->ack, p->Y->fin))
        return false;
    for (unsigned i = 0; i < s->sack_count; i++)
        if (tl_seq_gt(s->sack[i].start, s->ack))
            return true;
    return false;
}

/* What of Y arrived ends at X's acknowledgement, but for what SACK names. */
static void take_back_arrival(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *Y = p->Y;

    Y->flags &= ~(uint32_t)TL_END_FIN_ARRIVED;
    Y->in_order = s->ack;
    if (Y->islands)
        Y->islands->count = 0;
    for (unsigned i = 0; i < s->sack_count; i++)
        if (tl_seq_gt(s->sack[i].start, s->ack) && tl_seq_gt(s->sack[i].end, s->sack[i].start) &&
            tl_seq_le(s->sack[i].end, Y->snd_nxt))
            note_arrival(p, Y, s->sack[i].start, s->sack[i].end);
}

/* What an acknowledgement says about its sender. */
static void send_ack(struct passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;

    if (X->state == TL_SYN_SENT && c->flags & TL_CONNECTION_SYN_ANEW && c->anew_by == p->x)
        return; /* not the new life's yet */
    if (!has(Y, TL_END_HAS_SND_NXT)) {
        /* Nothing of Y was captured so far. */
        Y->snd_nxt = Y->seen_nxt = Y->in_order = s->ack;
        Y->flags |= TL_END_HAS_SND_NXT;
        if (X->state == TL_SYN_SENT) {
            Y->iss = s->ack - 1;
            Y->flags |= TL_END_HAS_ISS;
            happens(p, p->y, TL_UNSEEN_SYN_ACK);
            prove(p, p->y);
            happens(p, p->x, TL_RCV_SYN_ACK);
            prove(p, p->x);
        }
    } else if (tl_seq_gt(s->ack, Y->snd_nxt)) {
        acknowledges_unseen(p);
    }
    p->acknowledges = true;

    if (tl_seq_gt(s->ack, Y->in_order)) {
        bool all_but_fin = has(Y, TL_END_SENT_FIN) && Y->in_order == Y->fin;

        if (Y->segments && !all_but_fin && tl_seq_lt(Y->in_order, Y->seen_nxt))
            miss(p, p->y, s->ack - Y->in_order);
        Y->in_order = s->ack;
        join_islands(Y);
    }
    if (is_blind_to_fin(p) && ++X->blind >= BLIND_SEGMENTS &&
        happens(p, p->x, TL_SND_BLIND_TO_FIN))
        take_back_arrival(p);
    if (X->state == TL_SYN_SENT && acknowledges_syn_of(Y, s->ack) && has(Y, TL_END_SENT_SYN_ACK))
        happens(p, p->x, TL_RCV_SYN_ACK);
    if (X->presumed && has(X, TL_END_HAS_PROOF) && tl_seq_ge(s->ack, X->proof))
        prove(p, p->x);
    /* Only TCP Fast Open lets an end send or take data in SYN-RECEIVED. */
    if (!has(X, TL_END_ACTIVE_OPEN) && !(c->flags & TL_CONNECTION_FAST_OPEN)) {
        bool has_data_of_peer = has(Y, TL_END_HAS_ISS) && tl_seq_gt(s->ack, Y->iss + 1);

        if (X->state == TL_SYN_RECEIVED && (s->length || has_data_of_peer) &&
            happens(p, p->x, TL_RCV_ACK_OF_SYN)) {
            prove(p, p->x);
            established(p);
        } else if (X->state == TL_ESTABLISHED) {
            prove(p, p->x);
        }
    }
    if (has(Y, TL_END_SENT_FIN) && s->ack == Y->fin + 1)
        has_received_fin(p);
}

/* What an acknowledgement does to its receiver. */
static void receive_ack(struct passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *Y = p->Y;

    if (!p->acknowledges)
        return;
    if (!has(Y, TL_END_HAS_SND_UNA) || tl_seq_gt(s->ack, Y->snd_una)) {
        Y->snd_una = s->ack;
        Y->flags |= TL_END_HAS_SND_UNA;
    }
    if (!(s->flags & TL_SYN) && acknowledges_syn_of(Y, s->ack)) {
        if (happens(p, p->y, TL_RCV_ACK_OF_SYN)) {
            p->acknowledges_syn = true;
            if (!(c->flags & TL_CONNECTION_SPARSE))
                p->handshake |= step_bit(3, (c->flags & TL_CONNECTION_OPENED) != 0);
            established(p);
        } else if (has(Y, TL_END_REPEATED_SYN)) {
            p->handshake |= step_bit(3, true);
        }
        Y->flags &= ~(uint32_t)TL_END_REPEATED_SYN;
    }
    if (has(Y, TL_END_SENT_FIN) && s->ack == Y->fin + 1) {
        bool first = c->first_fin == p->y;
        enum tl_milestone milestone = first ? TL_AT_FIN_1_ACK : TL_AT_FIN_2_ACK;
        unsigned step = first ? 2 : 4;

        if (happens(p, p->y, TL_RCV_ACK_OF_FIN) || !c->at[milestone].frame) {
            p->teardown |= step_bit(step, c->at[milestone].frame != 0);
            c->at[milestone] = mark_of(s);
            if (Y->state == TL_FIN_WAIT_2 && !(s->flags & TL_FIN) && !has(p->X, TL_END_SENT_FIN))
                diagnose(p, p->y, TL_DIAGNOSIS_half_closed, c->at[TL_AT_FIN_1].frame, 0);
        } else if (has(Y, TL_END_REPEATED_FIN)) {
            p->teardown |= step_bit(step, true);
        }
        Y->flags &= ~(uint32_t)TL_END_REPEATED_FIN;
    }
}

/* ---- data and FIN ---------------------------------------------------------------------------- */

/* The other end acknowledged more than was captured of X. Now X's own numbers tell whether that
 * had been sent, and missed by the capture, or had never been sent. */
static void note_gap(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    if (!has(X, TL_END_HAS_SND_NXT) || X->snd_nxt == X->seen_nxt || has(X, TL_END_SENT_FIN))
        return;
    if (tl_seq_gt(s->seq, X->seen_nxt)) {
        miss(p, p->x, s->seq - X->seen_nxt);
    } else if (s->seq == X->seen_nxt) {
        /* Never sent, or sent only now: two interfaces, merged. */
        uint32_t untrue = X->snd_nxt - X->seen_nxt;

        X->bytes -= untrue < X->bytes ? untrue : X->bytes;
        X->snd_nxt = X->seen_nxt;
        if (tl_seq_gt(X->in_order, X->seen_nxt))
            X->in_order = X->seen_nxt;
    }
}

static void send_data(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;
    tl_seq end = s->seq + s->length;

    /* The first segment of an end in mid-stream: what lies before it was sent before the capture,
     * though the other end may not have acknowledged it yet. */
    if (!has(X, TL_END_HAS_SND_NXT) ||
        (X->segments == 1 && p->connection->flags & TL_CONNECTION_MIDSTREAM &&
         tl_seq_gt(s->seq, X->snd_nxt))) {
        X->snd_nxt = X->seen_nxt = X->in_order = s->seq;
        X->flags |= TL_END_HAS_SND_NXT;
    }
    if (p->connection->flags & TL_CONNECTION_SPARSE && tl_seq_gt(s->seq, X->in_order)) {
        if (tl_seq_gt(s->seq, X->snd_nxt)) {
            X->bytes += s->seq - X->snd_nxt;
            X->snd_nxt = s->seq;
        }
        miss(p, p->x, s->seq - X->in_order);
        X->in_order = s->seq; /* the hole is the capture's */
        join_islands(X);
    }
    /* An end that acknowledges the other's FIN with a number one behind all that was captured of
     * it has sent a FIN itself, before that one arrived. */
    if (!s->length && !(s->flags & TL_FIN) && s->seq == X->snd_nxt + 1 && !has(X, TL_END_SENT_FIN) &&
        X->in_order == X->snd_nxt && X->state == TL_CLOSE_WAIT && X->presumed &&
        s->ack == p->Y->fin + 1) {
        X->fin = X->fin_segment = X->snd_nxt;
        X->snd_nxt++;
        X->seen_nxt++;
        X->flags |= TL_END_SENT_FIN | TL_END_UNSEEN_FIN;
        happens(p, p->x, TL_SND_FIN_CROSSING);
        return;
    }
    if (has(X, TL_END_SENT_FIN) && tl_seq_gt(end, X->fin)) {
        if (s->length && !has(X, TL_END_UNSEEN_FIN)) {
            diagnose(p, p->x, TL_DIAGNOSIS_data_after_fin,
                     p->connection->at[p->connection->first_fin == p->x ? TL_AT_FIN_1
                                                                        : TL_AT_FIN_2].frame,
                     s->length);
        }
        return;
    }
    X->seen_nxt = tl_seq_max(X->seen_nxt, end);
    if (tl_seq_gt(end, X->snd_nxt)) {
        /* With what was sent before it, though it may never be captured. */
        X->bytes += end - X->snd_nxt;
        X->snd_nxt = end;
    }
    if (s->length)
        note_arrival(p, X, s->seq, end);
    /* A hole that nothing fills or acknowledges, as in one-sided captures, is left behind before
     * it is half the circle away. */
    if (X->snd_nxt - X->in_order > FORGET_BYTES && tl_seq_gt(X->snd_nxt, X->in_order)) {
        X->in_order = X->snd_nxt - FORGET_BYTES;
        join_islands(X);
    }
}

/* X's FIN shows that the other end's FIN, or RST, had not arrived when it was sent. */
static bool send_crossing_fin(struct passage *p)
{
    const struct tl_segment *s = p->segment;

    if (!happens(p, p->x, TL_SND_FIN_CROSSING))
        return false;
    /* The other end's FIN is still on its way to X. It is presumed to arrive as the next thing;
     * with data before it, that cannot be: an end that has closed may answer data with a RST
     * (RFC 9293, section 3.6.1). */
    if (has(p->Y, TL_END_FIN_ARRIVED) && tl_seq_ge(s->ack, p->Y->fin_segment)) {
        p->proof = p->Y->fin + 1;
        happens(p, p->x, TL_RCV_FIN);
        p->proof = s->seq + tl_segment_span(s);
    } else {
        /* It arrives later, with the other end's next segment at the latest. */
        p->Y->flags &= ~(uint32_t)TL_END_FIN_ARRIVED;
    }
    return true;
}

/* The first and the second FIN of a connection: what they are to the teardown. */
static void note_teardown(struct passage *p, bool acknowledges_fin)
{
    struct tl_connection *c = p->connection;

    if (!c->at[TL_AT_FIN_1].frame && !has(p->Y, TL_END_SENT_FIN)) {
        c->at[TL_AT_FIN_1] = mark_of(p->segment);
        c->first_fin = (uint8_t)p->x;
        c->bytes_at_fin_1 = p->Y->bytes;
        p->teardown |= step_bit(1, false);
        return;
    }
    if (!acknowledges_fin) {
        c->flags |= TL_CONNECTION_SIMULTANEOUS_CLOSE;
        diagnose(p, p->x, TL_DIAGNOSIS_simultaneous_close, c->at[TL_AT_FIN_1].frame, 0);
    } else if (!c->at[TL_AT_FIN_1_ACK].frame) {
        c->flags |= TL_CONNECTION_THREE_SEGMENT_CLOSE;
    }
    c->at[TL_AT_FIN_2] = mark_of(p->segment);
    p->teardown |= step_bit(3, false);
}

/* One direction only: an end that acknowledges one number more, says nothing, and then closes, has
 * received a FIN. (One byte of data, not answered, would look the same, and is rare.) */
static void conclude_unseen_fin(struct passage *p)
{
    struct tl_end *X = p->X, *Y = p->Y;

    if (Y->segments || has(Y, TL_END_SENT_FIN) || !has(X, TL_END_ACKED_ONE) || p->segment->length ||
        p->segment->ack != X->ack || Y->state != TL_ESTABLISHED)
        return;
    p->connection->first_fin = (uint8_t)p->y;
    Y->fin = Y->fin_segment = X->ack - 1;
    Y->flags |= TL_END_SENT_FIN | TL_END_UNSEEN_FIN;
    happens(p, p->y, TL_UNSEEN_FIN);
    happens(p, p->y, TL_RCV_ACK_OF_FIN);
    has_received_fin(p);
}

static void send_fin(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;
    tl_seq fin = s->seq + s->length;
    bool covers = has(Y, TL_END_SENT_FIN) && s->ack == Y->fin + 1;

    if (has(X, TL_END_HAS_ISS) && tl_seq_le(fin, X->iss))
        return; /* that number was its SYN's */
    if (!has(X, TL_END_SENT_FIN)) {
        bool crossing;

        conclude_unseen_fin(p);
        covers = has(Y, TL_END_SENT_FIN) && s->ack == Y->fin + 1;
        crossing = X->presumed && !covers &&
                        (X->state == TL_CLOSE_WAIT || X->state == TL_CLOSED);

        if (!(crossing && send_crossing_fin(p)) && !happens(p, p->x, TL_SND_FIN))
            return; /* no state to send a FIN from */
        X->fin = fin;
        X->fin_segment = s->seq;
        X->flags |= TL_END_SENT_FIN;
        X->snd_nxt = tl_seq_max(X->snd_nxt, fin + 1);
        X->seen_nxt = tl_seq_max(X->seen_nxt, fin + 1);
        note_teardown(p, covers);
        remember_control(p);
        /* Its acknowledgement was captured first (two interfaces, merged). */
        if (has(X, TL_END_HAS_SND_UNA) && X->snd_una == fin + 1) {
            p->proof = s->ack;
            X->flags |= TL_END_FIN_ARRIVED;
            happens(p, p->x, TL_RCV_ACK_OF_FIN);
            happens(p, p->y, TL_RCV_FIN);
            prove(p, p->y);
            p->proof = s->seq + tl_segment_span(s);
        }
    } else if (fin == X->fin && has(X, TL_END_UNSEEN_FIN)) {
        /* It was told of before it was captured. */
        X->flags &= ~(uint32_t)TL_END_UNSEEN_FIN;
        note_teardown(p, covers);
        remember_control(p);
    }
    /* A FIN elsewhere than the first one is not believed. */
}

/* The same FIN again. What it says about what has not arrived comes before what it says, by its
 * acknowledgement, about what has. */
static void repeat_fin(struct passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;
    bool covers = has(p->Y, TL_END_SENT_FIN) && s->ack == p->Y->fin + 1;
    bool first = c->first_fin == p->x;
    uint32_t last_ack = X->state == TL_CLOSED ? c->at[TL_AT_FIN_2_ACK].frame : 0;

    if (!(s->flags & TL_FIN) || !has(X, TL_END_SENT_FIN) || has(X, TL_END_UNSEEN_FIN) ||
        s->seq + s->length != X->fin)
        return;
    p->teardown |= step_bit(first ? 1 : 3, true);
    if (tl_connection_is_copy(X, s))
        return;
    X->fin_retransmissions++;
    X->flags |= TL_END_REPEATED_FIN;
    diagnose(p, p->x, TL_DIAGNOSIS_fin_retransmitted,
             c->at[first ? TL_AT_FIN_1 : TL_AT_FIN_2].frame, X->fin_retransmissions);
    if (!may_be_on_its_way(p, first ? TL_AT_FIN_1_ACK : TL_AT_FIN_2_ACK) &&
        happens(p, p->x, covers ? TL_SND_FIN_AGAIN_ACKING_FIN : TL_SND_FIN_AGAIN) &&
        X->state == TL_LAST_ACK && last_ack)
        diagnose(p, p->x, TL_DIAGNOSIS_last_ack_lost, last_ack, 0);
    remember_control(p);
}

/* X's FIN takes effect when all data before it has arrived. */
static void receive_fin(struct passage *p)
{
    struct tl_end *X = p->X, *Y = p->Y;

    if (!has(X, TL_END_SENT_FIN) || has(X, TL_END_UNSEEN_FIN) || Y->state == TL_SYN_SENT)
        return;
    if (tl_seq_lt(X->in_order, X->fin) ||
        (has(X, TL_END_FIN_ARRIVED) && !(p->segment->flags & TL_FIN)))
        return;
    X->in_order = X->fin + 1;
    X->flags |= TL_END_FIN_ARRIVED;
    Y->blind = 0;
    if (!happens(p, p->y, TL_RCV_FIN) && Y->state == TL_TIME_WAIT)
        p->connection->time_wait_ends_ns = p->segment->time_ns + 2 * p->environment->msl_ns;
}

/* ---- RST -------------------------------------------------------------------------------------- */

enum verdict { RST_ACCEPTED, RST_CHALLENGED, RST_IGNORED };

/* What the receiver does with a RST (RFC 9293, section 3.10.7.3 and .4; RFC 5961, section 3). */
static enum verdict judge_rst(const struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;
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
    if (X->islands && X->islands->count &&
        s->seq == X->islands->at[X->islands->count - 1].end && s->seq == X->snd_nxt)
        return RST_ACCEPTED;
    /* What lies before it was sent, though not captured. */
    if (p->connection->flags & TL_CONNECTION_SPARSE && tl_seq_gt(s->seq, highest))
        return RST_ACCEPTED;
    if (tl_seq_gt(s->seq, highest) &&
        (!has(Y, TL_END_HAS_ACK) || tl_seq_le(s->seq, Y->right_edge)))
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

    if (!(s->flags & TL_ACK))
        return has(Y, TL_END_HAS_ACK) &&
               (s->seq == Y->ack || s->seq == Y->latest_ack || s->seq == Y->earlier_ack);
    return has(X, TL_END_HAS_ACK) && has(Y, TL_END_HAS_SND_NXT) && tl_seq_ge(s->ack, X->ack) &&
           tl_seq_le(s->ack, Y->snd_nxt) && tl_seq_ge(s->seq, X->seen_nxt) &&
           tl_seq_le(s->seq, Y->right_edge);
}

static void name_reset(struct passage *p, bool was_over, enum tl_state receiver_was,
                       bool sender_was_proven)
{
    struct tl_connection *c = p->connection;
    /* A RST without ACK answers a segment, and bears the number which that acknowledged: its
     * sender knows nothing of a connection (RFC 9293, section 3.10.7.1). */
    uint32_t answers = !(p->segment->flags & TL_ACK) && has(p->Y, TL_END_HAS_ACK) &&
                               p->segment->seq == p->Y->ack
                           ? p->answers
                           : 0;

    if (receiver_was == TL_TIME_WAIT)
        diagnose(p, p->y, TL_DIAGNOSIS_time_wait_assassinated, c->at[TL_AT_FIN_2].frame, 0);
    if (was_over)
        return; /* both ends had finished: nothing is reset any more */
    if (!c->at[TL_AT_RESET].frame)
        c->reset_by = (uint8_t)p->x;
    c->at[TL_AT_RESET] = mark_of(p->segment);
    if (c->flags & (TL_CONNECTION_OPENED | TL_CONNECTION_MIDSTREAM)) {
        bool closing = is_closing(c);

        if (c->flags & (TL_CONNECTION_RESET | TL_CONNECTION_RESET_WHILE_CLOSING))
            return;
        c->flags |= closing ? TL_CONNECTION_RESET_WHILE_CLOSING : TL_CONNECTION_RESET;
        if (closing)
            diagnose(p, p->x, TL_DIAGNOSIS_reset_while_closing, c->at[TL_AT_FIN_1].frame, 0);
        else
            diagnose(p, p->x, TL_DIAGNOSIS_reset, answers, 0);
        if (p->X->unanswered >= GIVEN_UP_TRIES) {
            if (!(c->flags & TL_CONNECTION_DEAD_PEER))
                diagnose(p, p->x, TL_DIAGNOSIS_dead_peer, p->X->unanswered_since,
                         p->X->unanswered);
            c->flags |= TL_CONNECTION_DEAD_PEER;
        } else if (answers && !closing && sender_was_proven &&
                   !(c->flags & TL_CONNECTION_SYN_ANEW && c->anew_by == p->x)) {
            diagnose(p, p->x, TL_DIAGNOSIS_half_open_discovered, answers, 0);
        }
    } else if (c->flags & TL_CONNECTION_ABORTED) {
        return; /* it ended before */
    } else if (p->x == TL_SERVER) {
        c->flags |= TL_CONNECTION_REFUSED;
        diagnose(p, p->x, TL_DIAGNOSIS_refused, c->at[TL_AT_SYN].frame, 0);
    } else if (c->at[TL_AT_SYN_ACK].frame) {
        c->flags |= TL_CONNECTION_ABORTED;
        diagnose(p, p->x, TL_DIAGNOSIS_aborted, c->at[TL_AT_SYN_ACK].frame, 0);
    }
}

static void reset(struct passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X, *Y = p->Y;
    enum verdict verdict = judge_rst(p);
    enum tl_state receiver_was = (enum tl_state)Y->state;
    bool was_over = (is_over(X) || X->state == TL_TIME_WAIT) &&
                    (is_over(Y) || Y->state == TL_TIME_WAIT);
    /* In SYN-SENT a RST without ACK answers a segment of a connection that this end does not
     * know (RFC 9293, section 3.5.1); the attempt goes on. */
    bool goes_on = X->state == TL_SYN_SENT && !(s->flags & TL_ACK) &&
                   ((c->flags & TL_CONNECTION_SYN_ANEW && c->anew_by == p->x) ||
                    s->seq != X->iss + 1);
    bool sender_was_proven = !X->presumed, changed = false;

    /* A RST that answers an acknowledgement which could not be taken ends nothing (RFC 9293,
     * section 3.10.7.4, fifth check, and 3.5.2, group 2). */
    if (verdict != RST_ACCEPTED && !(s->flags & TL_ACK) && has(Y, TL_END_REFUSED_ACK) &&
        s->seq == Y->refused_ack)
        return;
    if (verdict == RST_CHALLENGED)
        expect_challenge(p);
    if (verdict == RST_ACCEPTED && c->flags & TL_CONNECTION_SPARSE)
        c->flags |= TL_CONNECTION_OPENED;
    if (verdict == RST_ACCEPTED || is_own_rst(p)) {
        if (!goes_on) {
            changed |= happens(p, p->x, TL_REFUSAL) || happens(p, p->x, TL_SND_RST);
            if (is_over(X))
                prove(p, p->x);
        }
    } else if (!is_over(Y) && Y->state != TL_SYN_SENT && Y->segments) {
        diagnose(p, p->x, TL_DIAGNOSIS_blind_reset, 0, X->in_order);
    }
    if (verdict == RST_ACCEPTED)
        changed |= happens(p, p->y, has(Y, TL_END_ACTIVE_OPEN) ? TL_RCV_RST_AFTER_ACTIVE_OPEN
                                                               : TL_RCV_RST) ||
                   happens(p, p->y, TL_RCV_RST);
    if (changed)
        name_reset(p, was_over, verdict == RST_ACCEPTED ? receiver_was : TL_CLOSED,
                   sender_was_proven);
}

/* ---- a segment --------------------------------------------------------------------------------- */

/* An end that is presumably reset goes on as if nothing had happened: not with segments that
 * were on their way when the RST passed, but with what it can only send afterwards. */
static void show_life(struct passage *p)
{
    const struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X;
    tl_seq end = s->seq + tl_segment_span(s);

    if (!is_over(X) || !c->at[TL_AT_RESET].frame || may_be_on_its_way(p, TL_AT_RESET))
        return;
    if (!has(X, TL_END_HAS_SND_NXT) || tl_seq_gt(end, X->snd_nxt) || acknowledges_more(p) ||
        (s->has_timestamps && has(X, TL_END_HAS_TIMESTAMPS) && X->presumed &&
         tl_seq_gt(s->ts_val, X->ts_val)))
        happens(p, p->x, TL_SND_LIFE);
}

/* Keeps the window and the timestamp that X offers. */
static void note_offers(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    if (s->has_timestamps &&
        (!has(X, TL_END_HAS_TIMESTAMPS) || tl_seq_gt(s->ts_val, X->ts_val))) {
        X->ts_val = s->ts_val;
        X->flags |= TL_END_HAS_TIMESTAMPS;
    }
    if (p->acknowledges) {
        bool one_more = has(X, TL_END_HAS_ACK) && s->ack == X->ack + 1 && !s->length;
        bool knows = has(X, TL_END_SENT_SYN | TL_END_SENT_SYN_ACK);
        bool both = X->window_scale >= 0 &&
                    (p->Y->window_scale >= 0 ||
                     !has(p->Y, TL_END_SENT_SYN | TL_END_SENT_SYN_ACK));
        unsigned shift = s->flags & TL_SYN ? 0
                         : !knows          ? UNKNOWN_WINDOW_SCALE
                         : both            ? (unsigned)X->window_scale
                                           : 0;
        tl_seq edge = s->ack + ((uint32_t)s->window << shift);

        if (!has(X, TL_END_HAS_ACK)) {
            X->ack = X->latest_ack = X->earlier_ack = s->ack;
            X->right_edge = edge;
            X->flags |= TL_END_HAS_ACK;
        }
        X->flags &= ~(uint32_t)(TL_END_ZERO_WINDOW | TL_END_ACKED_ONE);
        if (!s->window)
            X->flags |= TL_END_ZERO_WINDOW;
        if (one_more)
            X->flags |= TL_END_ACKED_ONE;
        if (s->ack != X->latest_ack) {
            X->earlier_ack = X->latest_ack;
            X->latest_ack = s->ack;
        }
        X->ack = tl_seq_max(X->ack, s->ack);
        X->right_edge = tl_seq_max(X->right_edge, edge);
    }
}

static bool is_keepalive_probe(const struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;

    /* One byte sooner is a retransmission whose acknowledgement was lost. */
    if (s->length && s->time_ns - X->last_ns < KEEPALIVE_NS)
        return false;
    return !(s->flags & (TL_SYN | TL_FIN | TL_RST)) && s->length <= 1 &&
           has(X, TL_END_HAS_SND_UNA) && has(X, TL_END_HAS_SND_NXT) &&
           has(Y, TL_END_HAS_ACK) && s->seq == X->seen_nxt - 1 && X->snd_una == X->seen_nxt &&
           !has(Y, TL_END_ZERO_WINDOW) && !has(X, TL_END_SENT_FIN);
}

/* X tries, once more, to get an answer out of Y. */
static void attempt(struct passage *p)
{
    struct tl_connection *c = p->connection;
    struct tl_end *X = p->X;

    if (!X->unanswered++)
        X->unanswered_since = p->segment->frame;
    X->last_attempt = p->segment->frame;
    if (X->unanswered == UINT16_MAX)
        X->unanswered--;
    if (X->unanswered == DEAD_PEER_TRIES) {
        c->flags |= TL_CONNECTION_DEAD_PEER;
        diagnose(p, p->x, TL_DIAGNOSIS_dead_peer, X->unanswered_since, X->unanswered);
    }
}

/* Probes and retransmissions (RFC 9293, sections 3.8.1, 3.8.4 and 3.8.6.1). */
static void note_attempts(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;
    int64_t pause_ns = s->time_ns - X->last_ns;

    if (!p->Y->segments)
        return; /* only one direction was captured: answers cannot be seen */
    if (s->flags & TL_ACK && has(X, TL_END_HAS_ACK) && tl_seq_gt(s->ack, X->ack))
        X->unanswered = 0; /* it has heard of the other end, though the capture has not */
    if (is_keepalive_probe(p)) {
        if (X->unanswered)
            diagnose(p, p->x, TL_DIAGNOSIS_keepalive_unanswered, X->last_attempt, X->unanswered);
        X->keepalive_probes++;
        diagnose(p, p->x, TL_DIAGNOSIS_keepalive_probe, 0,
                 TL_PROBE(X->unanswered + 1u, pause_ns > 0 ? pause_ns / 1000000 : 0));
        attempt(p);
    } else if (pause_ns >= RETRANSMISSION_NS && has(X, TL_END_HAS_SND_NXT) &&
               ((tl_segment_span(s) && tl_seq_le(s->seq + tl_segment_span(s), X->snd_nxt)) ||
                (!tl_segment_span(s) && s->seq == X->snd_nxt - 1))) {
        attempt(p);
    }
}

/* Anything from X is an answer to what Y tries. */
static void note_answer(struct passage *p)
{
    struct tl_connection *c = p->connection;

    if (p->Y->unanswered && !(c->flags & (TL_CONNECTION_RESET | TL_CONNECTION_RESET_WHILE_CLOSING)))
        c->flags &= ~(uint32_t)TL_CONNECTION_DEAD_PEER;
    p->Y->unanswered = 0;
}

/* A segment for an end that was closed before: not one that was on its way when it closed. */
static void note_late_segment(struct passage *p)
{
    const struct tl_connection *c = p->connection;

    if (p->Y->state != TL_CLOSED || !(is_over(p->X) || p->X->state == TL_TIME_WAIT) ||
        may_be_on_its_way(p, TL_AT_RESET))
        return;
    diagnose(p, p->x, TL_DIAGNOSIS_late_segment,
             c->at[TL_AT_RESET].frame ? c->at[TL_AT_RESET].frame : c->at[TL_AT_FIN_2_ACK].frame, 0);
}

static void note_one_sided(struct passage *p)
{
    struct tl_connection *c = p->connection;

    /* Acknowledgements go on without anything that they could acknowledge. */
    if (p->Y->segments || p->X->segments < 3 || c->flags & TL_CONNECTION_ONE_SIDED ||
        !(p->segment->flags & TL_ACK) || !has(p->X, TL_END_HAS_ACK) ||
        !tl_seq_gt(p->segment->ack, p->X->ack))
        return;
    c->flags |= TL_CONNECTION_ONE_SIDED;
    diagnose(p, p->y, TL_DIAGNOSIS_one_sided, 0, 0);
}

void tl_connection_segment(struct tl_connection *c, const struct tl_segment *s,
                           enum tl_role sender, struct tl_environment *environment)
{
    struct passage p = {
        .connection = c,
        .segment = s,
        .environment = environment,
        .x = sender,
        .y = tl_other(sender),
        .X = &c->end[sender],
        .Y = &c->end[tl_other(sender)],
        .proof = s->seq + (tl_segment_span(s) ? tl_segment_span(s) : 1),
    };
    bool receiver_was_over = is_over(p.Y), is_challenge, first;

    if (c->last_frame && c->last_sender != sender)
        p.answers = c->last_frame;
    c->last_sender = (uint8_t)sender;
    c->last_frame = s->frame;
    c->end_ns = s->time_ns;
    if (p.X->segments < UINT32_MAX)
        p.X->segments++;
    if (!has_possible_flags(s) || has_wrong_checksum(&p))
        return;
    if (tl_connection_is_captured_again(c, s, sender)) {
        note_copy(&p);
        return;
    }
    c->recent[c->next_recent] =
        (struct tl_recent){.mark = recent_mark_of(s, sender), .time = recent_time_of(s)};
    c->next_recent = (uint8_t)((c->next_recent + 1) % TL_RECENT);

    /* A RST behind what no TCP sends is the answer to that. */
    first = !(c->flags & TL_CONNECTION_BEGUN) && !c->at[TL_AT_SYN].frame &&
            !(s->flags & TL_RST && s->frame != c->first_frame);
    if (first)
        c->flags |= TL_CONNECTION_BEGUN;
    if (first && s->flags & TL_RST) {
        begin_with_reset(&p);
        return;
    }
    if (first && !(s->flags & TL_SYN))
        begin_midstream(&p);
    is_challenge = note_challenge(&p);
    note_sparse(&p);
    if (s->flags & TL_RST) {
        reset(&p);
    } else if (s->flags & TL_SYN) {
        if (s->flags & TL_ACK)
            send_syn_ack(&p);
        else
            send_syn(&p);
        receive_ack(&p);
        note_offers(&p);
    } else if (note_gap(&p), is_acceptable(&p) && !is_impossible_ack(&p)) {
        note_one_sided(&p);
        note_attempts(&p);
        show_life(&p);
        repeat_fin(&p);
        send_data(&p);
        send_ack(&p);
        if (s->flags & TL_FIN)
            send_fin(&p);
        receive_ack(&p);
        receive_fin(&p);
        note_offers(&p);
        if (receiver_was_over && !is_challenge)
            note_late_segment(&p);
    }
    note_answer(&p);
    p.X->last_ns = s->time_ns;
    log_steps(&p, TL_HANDSHAKE_STEP, p.handshake);
    log_steps(&p, TL_TEARDOWN_STEP, p.teardown);
    /* The last step is the fourth, or in a simultaneous close the later of the second and fourth. */
    if (p.teardown & (step_bit(2, false) | step_bit(4, false)) && c->at[TL_AT_FIN_2_ACK].frame &&
        is_fin_acknowledged(p.X) && is_fin_acknowledged(p.Y))
        diagnose(&p, p.x, TL_DIAGNOSIS_closed, c->at[TL_AT_FIN_1].frame, 0);
}

bool tl_connection_is_half_open(const struct tl_connection *c)
{
    return has(&c->end[TL_SERVER], TL_END_SENT_SYN_ACK) &&
           c->end[TL_SERVER].state == TL_SYN_RECEIVED && !(c->flags & TL_CONNECTION_OPENED);
}

void tl_connection_clock(struct tl_connection *c, uint32_t frame, int64_t now_ns,
                         struct tl_environment *environment)
{
    for (int role = 0; role < 2; role++) {
        int number = tl_fsm_rule((enum tl_state)c->end[role].state, TL_TIMEOUT_2MSL);
        int64_t waited_ns = now_ns - c->at[TL_AT_FIN_1].time_ns;

        if (number >= 0 && now_ns >= c->time_wait_ends_ns)
            set_state(c, (enum tl_role)role, number, frame, now_ns, 0, environment);
        if (c->end[role].state == TL_CLOSE_WAIT && c->at[TL_AT_FIN_1].frame &&
            environment->close_wait_limit_ns && waited_ns > environment->close_wait_limit_ns &&
            !(c->flags & TL_CONNECTION_LINGERS)) {
            c->flags |= TL_CONNECTION_LINGERS;
            tl_connection_diagnose(c, frame, (enum tl_role)role,
                                   TL_DIAGNOSIS_lingering_close_wait, c->at[TL_AT_FIN_1].frame,
                                   (uint32_t)(waited_ns / 1000000000), environment);
        }
    }
}

void tl_connection_begin_anew(struct tl_connection *c, struct tl_connection *old,
                              const struct tl_segment *s, struct tl_environment *environment)
{
    struct tl_end *client = &c->end[TL_CLIENT];

    tl_connection_begin(c, s);
    /* The SYN was sent and seen, though inside the old connection. */
    c->at[TL_AT_SYN] = c->anew = old->anew;
    client->iss = old->anew_iss;
    client->snd_nxt = client->seen_nxt = client->in_order = old->anew_iss + 1;
    client->flags |= TL_END_HAS_ISS | TL_END_HAS_SND_NXT | TL_END_SENT_SYN;
    client->window_scale = old->end[old->anew_by].window_scale;
    client->control_ns = old->anew.time_ns;
    set_state(c, TL_CLIENT, tl_fsm_rule(TL_CLOSED, TL_SND_SYN), s->frame, s->time_ns, 0,
              environment);
    set_state(c, TL_SERVER, tl_fsm_rule(TL_LISTEN, TL_RCV_SYN), s->frame, s->time_ns,
              client->snd_nxt, environment);
}

bool tl_connection_icmp_error(struct tl_connection *c, uint32_t frame, int64_t time_ns,
                              enum tl_role quoted_sender, tl_seq quoted_seq, uint8_t icmp_type,
                              uint8_t icmp_code, struct tl_environment *environment)
{
    struct tl_end *end = &c->end[quoted_sender];
    int number = tl_fsm_rule((enum tl_state)end->state, TL_ICMP_REJECTION);

    if (number < 0 || !has(end, TL_END_HAS_ISS) || quoted_seq != end->iss)
        return false;
    set_state(c, quoted_sender, number, frame, time_ns, end->snd_nxt, environment);
    number = tl_fsm_rule((enum tl_state)c->end[tl_other(quoted_sender)].state, TL_REFUSAL);
    if (number >= 0 && c->end[tl_other(quoted_sender)].presumed)
        set_state(c, tl_other(quoted_sender), number, frame, time_ns, 0, environment);
    c->flags |= TL_CONNECTION_REJECTED;
    tl_connection_diagnose(c, frame, tl_other(quoted_sender), TL_DIAGNOSIS_rejected,
                           c->at[TL_AT_SYN].frame, (uint32_t)icmp_type << 8 | icmp_code,
                           environment);
    return true;
}

void tl_connection_free(struct tl_connection *c, const struct tl_memory *memory)
{
    tl_change_log_free(&c->log, memory);
    for (int role = 0; role < 2; role++)
        if (c->end[role].islands)
            memory->resize(memory->ctx, c->end[role].islands, sizeof *c->end[role].islands, 0);
}
