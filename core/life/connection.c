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
#include "core/life/passage.h"

#include <string.h>

/* Window scale of an end whose SYN, or its options, were not captured: the largest (RFC 7323,
 * section 2.3), so that nothing it may accept is called unacceptable. */
enum { UNKNOWN_WINDOW_SCALE = 14 };
/* So many probes or retransmissions without any answer: by the usual back-off, 6 s or more. */
enum { SILENT_PEER_TRIES = 5 };
/* RFC 9293, section 3.8.3: an end that has tried in vain for so long may close the connection. */
static const int64_t R2_NS = 100 * INT64_C(1000000000);
/* So many segments after an odd one, the next ones go through all rules, too: until the copies that
 * there may be of it are known as such. */
enum { TL_UNSETTLED = 8 };
/* Keepalive timers count in seconds; a retransmission's first time-out is 200 ms to 1 s. */
static const int64_t KEEPALIVE_NS = 900 * INT64_C(1000000);

/* Its FIN was sent, and nothing waits for the acknowledgement any more. */
static bool is_fin_acknowledged(const struct tl_end *end)
{
    return has(end, TL_END_SENT_FIN) && end->state != TL_FIN_WAIT_1 && end->state != TL_CLOSING &&
           end->state != TL_LAST_ACK;
}

/* ---- beginning ------------------------------------------------------------------------------- */

void tl_connection_begin(struct tl_connection *c, const struct tl_segment *s)
{
    for (int role = 0; role < 2; role++) {
        unsigned state = role == TL_CLIENT ? TL_CLOSED : TL_LISTEN;

        c->kept[role].window_scale = TL_SCALE_NONE;
        c->kept[role].states = (uint8_t)(state | state << 4);
    }
    c->first_frame = s->frame;
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
    tl_log_presumption(p, p->y);
    tl_diagnose(p, p->x, TL_DIAGNOSIS_midstream, 0, 0);
}

/* A RST is all that is known: whatever it ended was before the capture. */
static void begin_with_reset(struct passage *p)
{
    struct tl_connection *c = p->connection;

    c->flags |= TL_CONNECTION_MIDSTREAM | TL_CONNECTION_RESET;
    tl_note_reset_by(c, p->x);
    c->at[TL_AT_RESET] = mark_of(p->segment);
    p->X->state = p->Y->state = TL_CLOSED;
    /* Should they go on, they had been synchronized. */
    p->X->left = p->Y->left = TL_ESTABLISHED;
    p->Y->presumed = true;
    tl_log_presumption(p, p->y);
    tl_diagnose(p, p->x, TL_DIAGNOSIS_midstream, 0, 0);
    tl_diagnose(p, p->x, TL_DIAGNOSIS_reset, 0, 0);
}

/* ---- a segment ------------------------------------------------------------------------------- */

/* An end that is presumably reset goes on as if nothing had happened: not with segments that
 * were on their way when the RST passed, but with what it can only send afterwards. */
static void show_life(struct passage *p)
{
    const struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X;
    tl_seq end = s->seq + tl_segment_span(s);

    if (!is_over(X) || !c->at[TL_AT_RESET].frame ||
        (tl_may_be_on_its_way(p, TL_AT_RESET) && !tl_answers_what_came_after_reset(p)))
        return;
    if (!has(X, TL_END_HAS_SND_NXT) || tl_seq_gt(end, X->snd_nxt) || tl_acknowledges_more(p) ||
        (s->has_timestamps && has(X, TL_END_HAS_TIMESTAMPS) && X->presumed &&
         tl_seq_gt(s->ts_val, X->ts_val)))
        tl_outlive_reset(p);
}

unsigned tl_window_shift(const struct tl_end *X, const struct tl_end *Y)
{
    const uint32_t opened = TL_END_SENT_SYN | TL_END_SENT_SYN_ACK;

    if (!has(X, opened))
        return UNKNOWN_WINDOW_SCALE;
    /* Only where both ends have the option, windows are shifted. */
    if (X->window_scale == TL_SCALE_NONE || (has(Y, opened) && Y->window_scale == TL_SCALE_NONE))
        return 0;
    return X->window_scale == TL_SCALE_UNKNOWN ? UNKNOWN_WINDOW_SCALE : (unsigned)X->window_scale;
}

/* Keeps the window and the timestamp that X offers; the timestamp only where Y does not hold all of the
 * segment already (RFC 7323, section 4.3: only what is acceptable sets TS.Recent). */
static void note_offers(struct passage *p, bool is_old)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    if (s->has_timestamps && !is_old &&
        (!has(X, TL_END_HAS_TIMESTAMPS) || tl_seq_gt(s->ts_val, X->ts_val))) {
        if (has(X, TL_END_HAS_TIMESTAMPS) && has(p->Y, TL_END_SENT_SYN_ACK) && p->Y->presumed)
            X->flags |= TL_END_CLOCK_MOVED;
        X->ts_val = s->ts_val;
        X->flags |= TL_END_HAS_TIMESTAMPS;
    }
    if (s->has_timestamps && s->flags & TL_SYN)
        X->flags &= ~(uint32_t)TL_END_NO_TIMESTAMPS;
    if (p->acknowledges) {
        bool one_more = has(X, TL_END_HAS_ACK) && s->ack == X->ack + 1 && !s->length;
        unsigned shift = s->flags & TL_SYN ? 0 : tl_window_shift(X, p->Y);
        tl_seq edge = s->ack + ((uint32_t)s->window << shift);

        if (!has(X, TL_END_HAS_ACK)) {
            X->ack = X->latest_ack = X->earlier_ack = s->ack;
            X->right_edge = edge;
            X->flags |= TL_END_HAS_ACK;
        }
        if (s->flags & TL_FIN)
            X->flags |= TL_END_FIN_ACKED_MOST;
        else if (tl_seq_gt(s->ack, X->ack))
            X->flags &= ~(uint32_t)TL_END_FIN_ACKED_MOST;
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
           has(X, TL_END_HAS_SND_NXT) && has(Y, TL_END_HAS_ACK) &&
           s->seq == X->seen_nxt - 1 && Y->ack == X->seen_nxt && !has(Y, TL_END_ZERO_WINDOW) &&
           !has(X, TL_END_SENT_FIN);
}

static void forget_attempts(struct passage *p, enum tl_role end)
{
    if (!oddities_of(p, end)->unanswered)
        return;
    tl_note_oddities_of(p, end)->unanswered = 0;
    /* A peer that answers in the end is not dead, whatever its answer is. */
    p->connection->flags &= ~(uint32_t)TL_CONNECTION_DEAD_PEER;
}

/* X tries, once more, to get an answer out of Y. */
static void attempt(struct passage *p, int64_t pause_ns)
{
    struct tl_connection *c = p->connection;
    struct tl_end_oddities *odd = tl_note_oddities_of(p, p->x);

    if (!odd->unanswered++) {
        odd->unanswered_since = p->segment->frame;
        odd->unanswered_since_ns = p->segment->time_ns;
    }
    odd->last_attempt = p->segment->frame;
    odd->pause_ns = pause_ns;
    if (odd->unanswered == UINT16_MAX)
        odd->unanswered--;
    if (odd->unanswered == SILENT_PEER_TRIES)
        tl_diagnose(p, p->x, TL_DIAGNOSIS_silent_peer, odd->unanswered_since, odd->unanswered);
    if (p->segment->time_ns - odd->unanswered_since_ns > R2_NS &&
        !(c->flags & TL_CONNECTION_DEAD_PEER)) {
        c->flags |= TL_CONNECTION_DEAD_PEER;
        tl_diagnose(p, p->x, TL_DIAGNOSIS_dead_peer, odd->unanswered_since, odd->unanswered);
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
        forget_attempts(p, p->x); /* it has heard of the other end, though the capture has not */
    if (is_keepalive_probe(p)) {
        struct tl_end_oddities *odd = tl_note_oddities_of(p, p->x);

        if (odd->unanswered)
            tl_diagnose(p, p->x, TL_DIAGNOSIS_keepalive_unanswered, odd->last_attempt,
                        odd->unanswered);
        odd->keepalive_probes++;
        tl_diagnose(p, p->x, TL_DIAGNOSIS_keepalive_probe, 0,
                    TL_PROBE(odd->unanswered + 1u, pause_ns > 0 ? pause_ns / 1000000 : 0));
        attempt(p, pause_ns);
    } else if (pause_ns >= TL_SHORTEST_TIME_OUT_NS && has(X, TL_END_HAS_SND_NXT) &&
               ((tl_segment_span(s) && tl_seq_le(s->seq + tl_segment_span(s), X->snd_nxt)) ||
                (!tl_segment_span(s) && s->seq == X->snd_nxt - 1))) {
        attempt(p, pause_ns);
    }
}

/* A segment for an end that was closed before: not one that was on its way when it closed. */
static void note_late_segment(struct passage *p)
{
    const struct tl_connection *c = p->connection;

    if (p->Y->state != TL_CLOSED || !(is_over(p->X) || p->X->state == TL_TIME_WAIT) ||
        tl_may_be_on_its_way(p, TL_AT_RESET))
        return;
    tl_diagnose(p, p->x, TL_DIAGNOSIS_late_segment,
                c->at[TL_AT_RESET].frame ? c->at[TL_AT_RESET].frame : c->at[TL_AT_FIN_2_ACK].frame,
                0);
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
    tl_diagnose(p, p->y, TL_DIAGNOSIS_one_sided, 0, 0);
}

/* Whatever becomes of the segment, a gap before it is a gap. */
static bool is_taken(struct passage *p)
{
    tl_choose_iss(p);
    tl_disown_syn(p);
    if (tl_is_foreign_in_syn_sent(p))
        return false;
    tl_note_gap(p);
    if (!tl_is_acceptable(p) || tl_is_ancient_ack(p)) {
        tl_doubt(p, false);
        return false;
    }
    tl_take_doubted(p);
    return !tl_is_impossible_ack(p);
}

/* What every segment of the connection leaves behind, whatever it is. */
static void note_segment(struct tl_connection *c, const struct tl_segment *s, enum tl_role sender)
{
    if (sender == TL_SERVER)
        c->flags |= TL_CONNECTION_SERVER_SPOKE_LAST;
    else
        c->flags &= ~(uint32_t)TL_CONNECTION_SERVER_SPOKE_LAST;
    c->last_frame = s->frame;
}

/* What lies behind its first fragment is unknown, not absent. */
static void note_fragment(struct passage *p)
{
    struct tl_end_oddities *odd;

    if (!p->segment->is_fragment)
        return;
    odd = tl_note_oddities_of(p, p->x);
    odd->has_fragment = true;
    if (p->segment->flags & TL_FIN && !has(p->X, TL_END_SENT_FIN))
        odd->fin_unplaced = true;
}

/* Scans send segments with neither SYN, RST nor ACK, and are answered by a RST or not at all (RFC
 * 9293, section 3.10.7.1 and .2): there is no connection. */
static bool is_stray(const struct passage *p)
{
    return p->connection->flags & TL_CONNECTION_STRAY ||
           (!(p->connection->flags & TL_CONNECTION_BEGUN) &&
            p->segment->frame == p->connection->first_frame && tl_is_stray(p->segment));
}

static void note_stray(struct passage *p)
{
    if (p->connection->flags & TL_CONNECTION_STRAY) {
        tl_prove(p, p->x);
        return;
    }
    p->connection->flags |= TL_CONNECTION_STRAY;
    p->X->state = p->Y->state = TL_CLOSED;
    p->Y->presumed = true;
    tl_log_presumption(p, p->y);
}

static void take_in(struct passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    bool receiver_was_over = is_over(p->Y), is_challenge, first, known;
    int64_t end_ns;
    uint32_t mark;

    known = c->last_frame != 0;
    end_ns = known ? tl_connection_end_ns(c) : 0;
    note_segment(c, s, p->x);
    c->flags &= ~(uint32_t)TL_CONNECTION_ORDINARY_LAST;
    /* What was captured before does not set the end back. */
    c->end_ns = known && end_ns > s->time_ns ? end_ns : s->time_ns;
    p->X->segments += p->X->segments < UINT32_MAX;
    if (is_stray(p)) {
        note_stray(p);
        return;
    }
    if (!(s->flags & (TL_SYN | TL_FIN | TL_RST)))
        p->environment->has_plain = true;
    if (!tl_has_possible_flags(s) || tl_has_wrong_checksum(p))
        return;
    /* No TCP begins or answers anything with SYN and RST together. */
    if (s->flags & TL_SYN && s->flags & TL_RST && !(c->flags & TL_CONNECTION_BEGUN))
        return;
    mark = recent_mark_of(s, p->x);
    if (tl_connection_is_captured_again(c, s, p->x, mark, p->environment)) {
        tl_note_copy(p);
        return;
    }
    c->end_ns = s->time_ns;
    remember_recent(c, s, p->x, mark, p->environment);
    if (c->unsettled)
        c->unsettled--;

    /* A RST behind what no TCP sends is the answer to that. */
    first = !(c->flags & TL_CONNECTION_BEGUN) && !c->at[TL_AT_SYN].frame &&
            !(s->flags & TL_RST && s->frame != c->first_frame);
    if (first)
        c->flags |= TL_CONNECTION_BEGUN;
    if (first && s->flags & TL_RST) {
        begin_with_reset(p);
        return;
    }
    if (first && !(s->flags & TL_SYN))
        begin_midstream(p);
    is_challenge = tl_note_challenge(p);
    tl_note_sparse(p);
    if (s->flags & TL_RST) {
        tl_take_doubted(p);
        tl_reset(p);
    } else if (s->flags & TL_SYN) {
        if (s->flags & TL_ACK)
            tl_send_syn_ack(p);
        else
            tl_send_syn(p);
        tl_receive_ack(p);
        note_offers(p, false);
    } else if (is_taken(p)) {
        const bool is_old = tl_is_old(p);

        note_one_sided(p);
        note_attempts(p);
        show_life(p);
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
        note_offers(p, is_old);
        tl_receive_early_reset(p);
        if (receiver_was_over && !is_challenge)
            note_late_segment(p);
    } else {
        c->unsettled = TL_UNSETTLED;
        /* That it was sent is certain all the same, where X has said before that it took so much: what
         * somebody else had sent in Y's name. */
        if (s->flags & TL_FIN && p->refused && has(p->X, TL_END_HAS_ACK) && s->ack == p->X->ack &&
            !tl_is_unlike_its_sender(p)) {
            tl_repeat_fin(p);
            tl_send_fin(p);
        }
    }
    forget_attempts(p, p->y); /* anything from X is an answer to what Y tries */
    p->X->last_ns = s->time_ns;
    tl_log_steps(p);
    /* The last step is the fourth, or in a simultaneous close the later of the second and fourth. */
    if (p->teardown & (step_bit(2, false) | step_bit(4, false)) && c->at[TL_AT_FIN_2_ACK].frame &&
        is_fin_acknowledged(p->X) && is_fin_acknowledged(p->Y))
        tl_diagnose(p, p->x, TL_DIAGNOSIS_closed, c->at[TL_AT_FIN_1].frame, 0);
}

/* ---- ordinary segments ----------------------------------------------------------------------- */

/* Nearly all segments carry the next data, or acknowledge more, in a connection in which nothing is
 * odd: no rule of the other files has anything to say about them. What these rules ask for is asked
 * once, when a segment that went through them all has been taken in (is_steady()), and holds until
 * another one does. The fuzzers compare the answers with and without this short way. */

/* The largest window that there is (RFC 7323, section 2.3), about. */
static const uint32_t LARGEST_WINDOW = 1u << 30;
/* More than any segment has; and sequence numbers that moved by more were set anew. */
static const uint32_t LONGEST_SEGMENT = 1u << 20, FAR = 1u << 28;

static bool is_quiet(const struct life *life, enum tl_role role)
{
    const struct tl_end *end = &life->end[role];
    const struct tl_end_oddities *oddities = &tl_oddities(life->connection)->end[role];
    const uint32_t needed = TL_END_HAS_SND_NXT | TL_END_HAS_ACK;
    const uint32_t odd = TL_END_SENT_FIN | TL_END_UNSEEN_FIN | TL_END_FIN_ARRIVED |
                         TL_END_FIN_ACKED_MOST | TL_END_REPEATED_SYN | TL_END_REPEATED_FIN;

    return end->state == TL_ESTABLISHED && !end->presumed && end->segments &&
           (end->flags & (needed | odd)) == needed && end->snd_nxt == end->seen_nxt &&
           end->snd_nxt == end->in_order && end->ack == end->latest_ack &&
           !(oddities->islands && oddities->islands->count) && !oddities->unanswered &&
           end->right_edge - end->ack <= LARGEST_WINDOW;
}

bool tl_connection_is_with_itself(const struct tl_connection *c)
{
    struct tl_socket one, other;

    if (c->port[TL_CLIENT] != c->port[TL_SERVER])
        return false;
    one = tl_connection_socket(c, TL_CLIENT);
    other = tl_connection_socket(c, TL_SERVER);
    return memcmp(&one, &other, sizeof one) == 0;
}

static bool is_steady(const struct life *life)
{
    const struct tl_connection *c = life->connection;
    const uint32_t odd =
        TL_CONNECTION_SYN_ANEW | TL_CONNECTION_SPARSE | TL_CONNECTION_COUNTED;

    return (c->flags & (TL_CONNECTION_BEGUN | odd)) == TL_CONNECTION_BEGUN &&
           !tl_oddities(c)->challenged && !c->unsettled && is_quiet(life, TL_CLIENT) &&
           is_quiet(life, TL_SERVER) && !tl_connection_is_with_itself(c);
}

/* Does it carry the next data, or acknowledge more? Then it is no copy of a segment that is
 * remembered: of one that was taken, data and acknowledgement are known; one that was not has been
 * forgotten (`unsettled`). */
static bool is_ordinary(const struct tl_kept_end *X, const struct tl_kept_end *Y,
                        const struct tl_segment *s)
{
    return (s->flags & (TL_SYN | TL_FIN | TL_RST | TL_ACK)) == TL_ACK && s->seq == X->snd_nxt &&
           s->length <= LONGEST_SEGMENT && !s->is_fragment &&
           (s->length ? tl_seq_ge(s->ack, X->ack) : tl_seq_gt(s->ack, X->ack)) &&
           tl_seq_le(s->ack, Y->snd_nxt) &&
           /* PAWS */
           !(s->has_timestamps && X->flags & TL_END_HAS_TIMESTAMPS &&
             tl_seq_lt(s->ts_val, X->ts_val));
}

bool tl_connection_ordinary_segment(struct tl_connection *c, const struct tl_segment *s,
                                    enum tl_role sender, struct tl_environment *environment)
{
    struct tl_kept_end *X = &c->kept[sender];
    const struct tl_kept_end *Y = &c->kept[tl_other(sender)];
    uint32_t flags = X->flags & ~(uint32_t)(TL_END_ZERO_WINDOW | TL_END_ACKED_ONE);

    if (!(c->flags & TL_CONNECTION_STEADY) || !is_ordinary(X, Y, s) || c->last_frame == s->frame)
        return false;
    if (s->checksum &&
        is_checksum_of_use(s, X->checksums, X->flags, X->ts_val, X->last_ns)) {
        enum tl_checksum checksum = s->checksum(s);

        if (checksum == TL_CHECKSUM_BAD)
            return false;
        tl_checksum_condemns(&X->checksums, tl_checksum_kind(s), checksum);
    }
    note_segment(c, s, sender);
    c->flags |= TL_CONNECTION_ORDINARY_LAST;
    remember_recent(c, s, sender, recent_mark_of(s, sender), environment);
    if (s->has_timestamps) {
        flags |= TL_END_HAS_TIMESTAMPS;
        X->ts_val = s->ts_val;
    }
    if (!s->window)
        flags |= TL_END_ZERO_WINDOW;
    if (s->ack == X->ack + 1 && !s->length)
        flags |= TL_END_ACKED_ONE;
    X->flags = flags;
    if (s->ack != X->ack)
        X->earlier_ack = X->ack;
    X->ack = s->ack;
    X->right_edge =
        tl_seq_max(X->right_edge, s->ack + ((uint32_t)s->window << (flags >> TL_KEPT_SHIFT)));
    X->snd_nxt += s->length;
    X->bytes += s->length;
    X->segments += X->segments < UINT32_MAX;
    X->last_ns = s->time_ns;
    return true;
}

/* Where an end was when a segment came: did its numbers jump? */
struct before {
    uint32_t flags;
    tl_seq seen_nxt, ack;
};

static bool has_jumped(const struct tl_end *end, const struct before *before)
{
    return (before->flags & TL_END_HAS_SND_NXT && end->seen_nxt - before->seen_nxt > FAR) ||
           (before->flags & TL_END_HAS_ACK && end->ack - before->ack > FAR);
}

/* The log tells when a segment came that made a step. Where it does not, that is kept. */
static void keep_times(struct passage *p)
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
    struct life life;
    struct tl_end *X = &life.end[sender], *Y = &life.end[other];
    struct passage p = {
        .life = &life,
        .connection = c,
        .segment = s,
        .environment = environment,
        .x = sender,
        .y = other,
        .X = X,
        .Y = Y,
        .proof = s->seq + (tl_segment_span(s) ? tl_segment_span(s) : 1),
        .silence_ns = c->last_frame ? s->time_ns - tl_connection_end_ns(c) : -1,
    };
    struct before before_x, before_y;

    tl_life_open(&life, c, environment);
    before_x = (struct before){.flags = X->flags, .seen_nxt = X->seen_nxt, .ack = X->ack};
    before_y = (struct before){.flags = Y->flags, .seen_nxt = Y->seen_nxt, .ack = Y->ack};
    c->flags &= ~(uint32_t)TL_CONNECTION_STEADY;
    take_in(&p);
    keep_times(&p);
    if (has_jumped(X, &before_x) || has_jumped(Y, &before_y))
        c->unsettled = TL_UNSETTLED;
    tl_life_close(&life);
    if (is_steady(&life)) {
        c->flags |= TL_CONNECTION_STEADY;
        c->kept[sender].flags |= tl_window_shift(X, Y) << TL_KEPT_SHIFT;
        c->kept[other].flags |= tl_window_shift(Y, X) << TL_KEPT_SHIFT;
    }
}

bool tl_connection_is_half_open(const struct tl_connection *c)
{
    return c->kept[TL_SERVER].flags & TL_END_SENT_SYN_ACK &&
           tl_connection_state(c, TL_SERVER) == TL_SYN_RECEIVED &&
           !(c->flags & TL_CONNECTION_OPENED);
}

static void end_time_wait(struct tl_connection *c, enum tl_role role, uint32_t frame,
                          int64_t now_ns, struct tl_environment *environment)
{
    struct life life;

    if (now_ns < c->time_wait_ends_ns)
        return;
    tl_life_open(&life, c, environment);
    tl_set_state(&life, role, tl_fsm_rule(TL_TIME_WAIT, TL_TIMEOUT_2MSL), frame, now_ns, 0);
    tl_life_close(&life);
}

static void name_lingering(struct tl_connection *c, enum tl_role role, uint32_t frame,
                           int64_t now_ns, struct tl_environment *environment)
{
    int64_t waited_ns;

    /* An end of which nothing shows that the FIN has arrived is not called lingering. */
    if (!c->at[TL_AT_FIN_1].frame || !environment->close_wait_limit_ns ||
        c->flags & TL_CONNECTION_LINGERS || c->kept[role].flags & TL_KEPT_PRESUMED)
        return;
    waited_ns = now_ns - tl_milestone_ns(c, TL_AT_FIN_1);
    if (waited_ns <= environment->close_wait_limit_ns)
        return;
    c->flags |= TL_CONNECTION_LINGERS;
    tl_connection_diagnose(c, frame, role, TL_DIAGNOSIS_lingering_close_wait,
                           c->at[TL_AT_FIN_1].frame, (uint32_t)(waited_ns / 1000000000),
                           environment);
}

void tl_connection_clock(struct tl_connection *c, uint32_t frame, int64_t now_ns,
                         struct tl_environment *environment)
{
    for (int role = 0; role < 2; role++) {
        const enum tl_state state = tl_connection_state(c, (enum tl_role)role);

        if (state == TL_TIME_WAIT)
            end_time_wait(c, (enum tl_role)role, frame, now_ns, environment);
        else if (state == TL_CLOSE_WAIT)
            name_lingering(c, (enum tl_role)role, frame, now_ns, environment);
    }
}

void tl_connection_begin_anew(struct tl_connection *c, struct tl_connection *old,
                              const struct tl_segment *s, struct tl_environment *environment)
{
    const struct tl_oddities *kept = tl_oddities(old);
    struct life life;
    struct tl_end *client = &life.end[TL_CLIENT];
    struct tl_oddities *odd;

    tl_connection_begin(c, s);
    tl_life_open(&life, c, environment);
    /* The SYN was sent and seen, though inside the old connection: it counts here, not there. */
    c->first_frame = c->at[TL_AT_SYN].frame = kept->anew.frame;
    odd = tl_note_oddities(c, environment);
    odd->found_from = s->frame;
    odd->start = odd->kept_syn = kept->anew;
    odd->end[TL_CLIENT].control = kept->anew_last;
    odd->end[TL_CLIENT].syn_retransmissions = kept->anew_repetitions;
    client->segments = kept->anew_repetitions + 1;
    if (old->kept[kept->anew_by].segments >= client->segments)
        old->kept[kept->anew_by].segments -= client->segments;
    client->last_ns = tl_mark_ns(&kept->anew_last);
    client->copy_mark = kept->anew_mark;
    client->iss = kept->anew_iss;
    client->snd_nxt = client->seen_nxt = client->in_order = kept->anew_iss + 1;
    client->flags |= TL_END_HAS_ISS | TL_END_HAS_SND_NXT | TL_END_SENT_SYN;
    client->window_scale = kept->anew_window_scale;
    client->control_frame = kept->anew_last.frame;
    old->flags &= ~(uint32_t)TL_CONNECTION_SYN_ANEW;
    tl_set_state(&life, TL_CLIENT, tl_fsm_rule(TL_CLOSED, TL_SND_SYN), s->frame, s->time_ns, 0);
    tl_set_state(&life, TL_SERVER, tl_fsm_rule(TL_LISTEN, TL_RCV_SYN), s->frame, s->time_ns,
                 client->snd_nxt);
    tl_life_close(&life);
}

/* Who of the connection before has this end's socket? */
static enum tl_role role_before(const struct tl_connection *c, enum tl_role role,
                                const struct tl_connection *old)
{
    const struct tl_socket socket = tl_connection_socket(c, role);
    const struct tl_socket client = tl_connection_socket(old, TL_CLIENT);

    return memcmp(&socket, &client, sizeof socket) == 0 ? TL_CLIENT : TL_SERVER;
}

static enum tl_state old_state(const struct tl_connection *c, enum tl_role role,
                               const struct tl_connection *old)
{
    return tl_connection_state(old, role_before(c, role, old));
}

void tl_connection_old_life_answers(struct tl_connection *c, const struct tl_connection *old,
                                    const struct tl_segment *s, enum tl_role sender,
                                    struct tl_environment *environment)
{
    struct life life;
    struct tl_end *end = &life.end[sender];
    const int number = tl_fsm_rule(tl_connection_state(c, sender), TL_SND_OLD_NUMBERS);
    const enum tl_state left = old_state(c, sender, old);

    if (number < 0 || left == TL_CLOSED || left == TL_LISTEN ||
        (tl_rules[number].evidence == TL_DISPROVES &&
         !(c->kept[sender].flags & TL_KEPT_PRESUMED)))
        return;
    tl_life_open(&life, c, environment);
    end->left = (uint8_t)left;
    tl_set_state(&life, sender, number, s->frame, s->time_ns, 0);
    c->time_wait_ends_ns = old->time_wait_ends_ns;
    c->flags |= TL_CONNECTION_OLD_LIFE;
    tl_note_oddities(c, environment)->end[sender].refused_ack = s->ack;
    tl_add_diagnosis(&life, s->frame, sender, TL_DIAGNOSIS_challenge_ack,
                     c->past[tl_other(sender)].control_frame, 0);
    tl_life_close(&life);
}

void tl_connection_old_life_ends(struct tl_connection *c, struct tl_connection *old,
                                 const struct tl_segment *s, enum tl_role receiver,
                                 struct tl_environment *environment)
{
    const enum tl_role was = role_before(c, receiver, old);
    const enum tl_state state = tl_connection_state(c, receiver);
    int number = tl_fsm_rule(state, TL_RCV_OLD_RST);
    struct life life;

    if (number < 0 || s->seq != tl_oddities(c)->end[receiver].refused_ack)
        return;
    tl_life_open(&life, c, environment);
    tl_set_state(&life, receiver, number, s->frame, s->time_ns, 0);
    life.end[receiver].flags &= ~(uint32_t)TL_END_HAS_PROOF;
    if (state == TL_TIME_WAIT)
        tl_add_diagnosis(&life, s->frame, receiver, TL_DIAGNOSIS_time_wait_assassinated,
                         old->at[TL_AT_FIN_2].frame, 0);
    tl_life_close(&life);
    number = tl_fsm_rule(tl_connection_state(old, was), TL_RCV_OLD_RST);
    if (number < 0)
        return;
    tl_life_open(&life, old, environment);
    if (life.end[was].state != TL_TIME_WAIT) {
        if (!old->at[TL_AT_FIN_1].frame)
            tl_add_silence(&life, s->frame, tl_other(was), s->time_ns - tl_connection_end_ns(old));
        old->flags |= old->at[TL_AT_FIN_1].frame ? TL_CONNECTION_RESET_WHILE_CLOSING
                                                 : TL_CONNECTION_RESET;
        tl_note_reset_by(old, tl_other(was));
        old->at[TL_AT_RESET] = mark_of(s);
    }
    tl_set_state(&life, was, number, s->frame, s->time_ns, 0);
    life.end[was].flags &= ~(uint32_t)TL_END_HAS_PROOF;
    tl_life_close(&life);
}

/* Is it the destination itself that says that it has no such port or protocol (RFC 1122, section
 * 3.2.2.1; RFC 4443, section 3.1)? What a router says is nothing about the destination's state. */
static bool is_of_destination(uint8_t icmp_type, uint8_t icmp_code)
{
    enum { UNREACHABLE = 3, NO_PROTOCOL = 2, NO_PORT = 3, UNREACHABLE_V6 = 1, NO_PORT_V6 = 4 };

    return (icmp_type == UNREACHABLE && (icmp_code == NO_PROTOCOL || icmp_code == NO_PORT)) ||
           (icmp_type == UNREACHABLE_V6 && icmp_code == NO_PORT_V6);
}

bool tl_connection_icmp_error(struct tl_connection *c, uint32_t frame, int64_t time_ns,
                              enum tl_role quoted_sender, tl_seq quoted_seq, uint8_t icmp_type,
                              uint8_t icmp_code, struct tl_environment *environment)
{
    const enum tl_role other = tl_other(quoted_sender);
    int number = tl_fsm_rule(tl_connection_state(c, quoted_sender), TL_ICMP_REJECTION);
    struct life life;
    struct tl_end *end = &life.end[quoted_sender];

    if (number < 0)
        return false;
    tl_life_open(&life, c, environment);
    if (!has(end, TL_END_HAS_ISS) || quoted_seq != end->iss)
        return false;
    tl_set_state(&life, quoted_sender, number, frame, time_ns, 0);
    end->flags &= ~(uint32_t)TL_END_HAS_PROOF; /* nothing that it can acknowledge */
    number = tl_fsm_rule((enum tl_state)life.end[other].state, TL_REFUSAL);
    if (number >= 0 && life.end[other].presumed && is_of_destination(icmp_type, icmp_code))
        tl_set_state(&life, other, number, frame, time_ns, 0);
    c->flags |= TL_CONNECTION_REJECTED;
    tl_add_diagnosis(&life, frame, other, TL_DIAGNOSIS_rejected, c->at[TL_AT_SYN].frame,
                     (uint32_t)icmp_type << 8 | icmp_code);
    tl_life_close(&life);
    return true;
}

void tl_connection_diagnose(struct tl_connection *c, uint32_t frame, enum tl_role end,
                            enum tl_diagnosis diagnosis, uint32_t about, uint32_t value,
                            struct tl_environment *environment)
{
    struct life life;

    tl_life_open(&life, c, environment);
    tl_add_diagnosis(&life, frame, end, diagnosis, about, value);
}

void tl_connection_free(struct tl_connection *c, const struct tl_memory *memory)
{
    tl_change_log_free(&c->log, memory);
    for (int role = 0; role < 2; role++)
        if (tl_oddities(c)->end[role].islands)
            memory->resize(memory->ctx, c->oddities->end[role].islands, sizeof(struct tl_islands),
                           0);
    if (c->oddities)
        memory->resize(memory->ctx, c->oddities, sizeof *c->oddities, 0);
    if (c->address_length == TL_LONG)
        memory->resize(memory->ctx, c->u.long_sockets, sizeof *c->u.long_sockets, 0);
}
