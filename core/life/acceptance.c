/* Is a segment to be taken at all?
 *
 * It knows what the receiver offered and acknowledged, as far as that was
 * captured; it cannot know of windows that the capture missed.
 *
 * Read first: RFC 9293, section 3.10.7.4, first check; RFC 7323, section 5
 * (PAWS).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/passage.h"

/* Old segments are looked at as far back as this, at least: the largest unscaled window. */
enum { OLD_BYTES = 65535 };

bool tl_is_stray(const struct tl_segment *s)
{
    return !(s->flags & (TL_SYN | TL_RST | TL_ACK));
}

bool tl_has_possible_flags(const struct tl_segment *s)
{
    /* What stands beside RST is not looked at any more (RFC 9293, section 3.10.7.4, second check). */
    if (s->flags & TL_RST)
        return true;
    return s->flags & TL_SYN ? !(s->flags & TL_FIN) : (s->flags & TL_ACK) != 0;
}

/* ---- checksums and doubts -------------------------------------------------------------------- */

/* Whatever is not just what was expected next may be so because it was damaged. */
static bool does_checksum_matter(const struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;

    return s->flags & (TL_SYN | TL_FIN | TL_RST) || Y->state == TL_SYN_RECEIVED ||
           has(Y, TL_END_SENT_FIN) || !has(X, TL_END_HAS_SND_NXT) || s->seq != X->snd_nxt ||
           (has(Y, TL_END_HAS_SND_NXT) && tl_seq_gt(s->ack, Y->snd_nxt)) ||
           (has(X, TL_END_HAS_ACK) && tl_seq_lt(s->ack, X->ack)) ||
           is_checksum_of_use(s, X->checksums, X->flags, X->ts_val, X->last_ns);
}

/* Data that an end did send, though it was doubted at first. */
static void take_doubted_data(struct passage *p, enum tl_role role, const struct tl_doubted *doubted)
{
    struct tl_end *sender = &p->life->end[role];
    const tl_seq end = doubted->end - doubted->has_fin;

    sender->flags &= ~(uint32_t)TL_END_DOUBTED;
    sender->seen_nxt = tl_seq_max(sender->seen_nxt, end);
    if (tl_seq_gt(end, sender->snd_nxt)) {
        sender->bytes += end - sender->snd_nxt;
        sender->snd_nxt = end;
    }
    if (end != doubted->start)
        tl_note_arrival(p, sender, doubted->start, end);
}

/* X's wrong checksums are believed from now on: those right before this one, too. */
static void believe_what_was_before(struct passage *p)
{
    const struct tl_doubted doubted = oddities_of(p, p->x)->doubted;

    if (has(p->X, TL_END_DOUBTED) && doubted.has_wrong_checksum && !doubted.has_fin &&
        doubted.start == p->X->in_order && doubted.end == p->segment->seq)
        take_doubted_data(p, p->x, &doubted);
}

bool tl_has_wrong_checksum(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    enum tl_checksum checksum;

    if (!s->checksum || !does_checksum_matter(p))
        return false;
    checksum = s->checksum(s);
    if (tl_checksum_condemns(&p->X->checksums, tl_checksum_kind(s), checksum)) {
        tl_doubt(p, true);
        return true;
    }
    if (checksum == TL_CHECKSUM_BAD)
        believe_what_was_before(p);
    return false;
}

bool tl_connection_disbelieves(const struct tl_connection *c, const struct tl_segment *s,
                               enum tl_role sender)
{
    tl_checksums seen = c->kept[sender].checksums;

    return s->checksum && tl_checksum_condemns(&seen, tl_checksum_kind(s), s->checksum(s));
}

void tl_doubt(struct passage *p, bool has_wrong_checksum)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;
    tl_seq start = s->seq, end = s->seq + tl_segment_span(s);
    struct tl_doubted *doubted;

    if (start == end || s->flags & (TL_SYN | TL_RST) ||
        (has(X, TL_END_HAS_SND_NXT) && tl_seq_le(end, X->in_order)))
        return;
    doubted = &tl_note_oddities_of(p, p->x)->doubted;
    if (has(X, TL_END_DOUBTED) && start == doubted->end && !doubted->has_fin &&
        !(has(X, TL_END_HAS_SND_NXT) && tl_seq_lt(doubted->start, X->in_order)))
        start = doubted->start; /* one behind the other */
    *doubted = (struct tl_doubted){.start = start,
                                   .end = end,
                                   .ack = s->ack,
                                   .has_fin = (s->flags & TL_FIN) != 0,
                                   .has_wrong_checksum = has_wrong_checksum,
                                   .kind = (uint8_t)tl_checksum_kind(s)};
    X->flags |= TL_END_DOUBTED;
}

/* Does X acknowledge just what was doubted? */
static bool acknowledges_doubted(const struct passage *p, const struct tl_doubted *doubted)
{
    const tl_seq ack = p->segment->ack;

    return ack == doubted->end || (!doubted->has_fin && doubted->start == p->Y->in_order &&
                                   tl_seq_gt(ack, doubted->end));
}

static void take_doubted_fin(struct passage *p, const struct tl_doubted *doubted)
{
    struct tl_end *X = p->X, *Y = p->Y;

    if (has(Y, TL_END_SENT_FIN))
        return;
    if (!is_closing(p))
        p->connection->first_fin = (uint8_t)p->y;
    Y->fin = doubted->end - 1;
    Y->fin_segment = doubted->start;
    Y->snd_nxt = Y->seen_nxt = doubted->end;
    Y->flags |= TL_END_SENT_FIN | TL_END_UNSEEN_FIN;
    /* One that does not acknowledge X's had left before that arrived, which it does now. */
    if (has(X, TL_END_SENT_FIN) && tl_seq_le(doubted->ack, X->fin) &&
        tl_happens(p, p->y, TL_SND_FIN_CROSSING))
        X->flags &= ~(uint32_t)TL_END_FIN_ARRIVED;
    else
        tl_happens(p, p->y, TL_DOUBTED_FIN);
    if (has(X, TL_END_SENT_FIN) && doubted->ack == X->fin + 1 &&
        tl_happens(p, p->x, TL_RCV_ACK_OF_FIN))
        tl_prove(p, p->x);
}

void tl_take_doubted(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *Y = p->Y;
    struct tl_doubted doubted;

    if (!has(Y, TL_END_DOUBTED) || !(s->flags & TL_ACK))
        return;
    doubted = oddities_of(p, p->y)->doubted;
    if (!has(Y, TL_END_HAS_SND_NXT)) {
        /* It was the first that was captured of Y. */
        if (s->ack - doubted.start - 1 >= UNSEEN_BYTES)
            return;
        Y->flags |= TL_END_HAS_SND_NXT;
        Y->snd_nxt = Y->seen_nxt = Y->in_order = doubted.start;
    }
    /* What was captured once more, and believed, is no matter of doubt any more. */
    if (tl_seq_le(doubted.end, Y->in_order) || !acknowledges_doubted(p, &doubted))
        return;
    if (doubted.has_wrong_checksum)
        tl_checksum_was_good(&Y->checksums, (enum tl_checksum_kind)doubted.kind);
    take_doubted_data(p, p->y, &doubted);
    if (doubted.has_fin)
        take_doubted_fin(p, &doubted);
}

/* ---- numbers --------------------------------------------------------------------------------- */

bool tl_acknowledges_more(const struct passage *p)
{
    return p->segment->flags & TL_ACK && has(p->Y, TL_END_HAS_SND_NXT) &&
           (!has(p->X, TL_END_HAS_ACK) || tl_seq_gt(p->segment->ack, p->X->ack)) &&
           tl_seq_le(p->segment->ack, p->Y->snd_nxt);
}

/* Does it tell of something that was sent and is not in the capture, as the next segment after that? */
static bool tells_of_unseen(const struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;

    if (!has(X, TL_END_HAS_SND_NXT) || tl_seq_lt(s->seq, X->snd_nxt))
        return false;
    return s->seq != X->snd_nxt ||
           (s->flags & TL_ACK && has(Y, TL_END_HAS_SND_NXT) && tl_seq_gt(s->ack, Y->snd_nxt));
}

/* Has the handshake's third segment had its time? It comes a round trip after the SYN,ACK at most, of
 * which the capture shows the server's part. */
static bool is_behind_handshake(const struct passage *p)
{
    static const int64_t MARGIN_NS = 1 * INT64_C(1000000);
    const struct tl_connection *c = p->connection;

    return !c->at[TL_AT_SYN_ACK].frame ||
           p->segment->time_ns - tl_milestone_ns(c, TL_AT_SYN_ACK) >
               c->answer_us * INT64_C(2000) + MARGIN_NS;
}

/* Does it tell that a capture of SYN, FIN and RST only left something out? They do so by numbers that
 * nothing captured allows, an acknowledgement among them, or those beyond the window. (What lies within
 * it may have overtaken the third ACK: a FIN is told of later, a RST has to come later.) A RST without
 * ACK need not be its alleged sender's. */
static bool tells_of_left_out(const struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *Y = p->Y;

    return s->flags & TL_ACK && has(Y, TL_END_HAS_SND_NXT) &&
           tl_seq_ge(s->ack, Y->snd_nxt) &&
           (tl_seq_gt(s->ack, Y->snd_nxt) ||
            (has(Y, TL_END_HAS_ACK) && tl_seq_gt(s->seq, Y->right_edge)) ||
            (s->flags & TL_RST && is_behind_handshake(p)));
}

void tl_note_sparse(struct passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;

    if (p->environment->has_plain || s->flags & TL_SYN || !tells_of_unseen(p))
        return;
    if (tells_of_left_out(p) &&
        (c->at[TL_AT_SYN_ACK].frame || c->flags & TL_CONNECTION_MIDSTREAM))
        c->flags |= TL_CONNECTION_SPARSE;
    if (c->at[TL_AT_SYN_ACK].frame && !(c->flags & TL_CONNECTION_OPENED) &&
        !has(&p->life->end[TL_CLIENT], TL_END_HAS_ACK) && tl_seq_gt(s->seq, p->X->snd_nxt) &&
        s->time_ns - tl_milestone_ns(c, TL_AT_SYN_ACK) > UNKNOWN_ROUND_TRIP_NS)
        c->flags |= TL_CONNECTION_SPARSE;
}

void tl_miss(struct passage *p, enum tl_role end, uint32_t bytes)
{
    /* …nor what lies behind a first fragment, all of which was there. */
    if (p->connection->flags & TL_CONNECTION_GAP || oddities_of(p, end)->has_fragment)
        return;
    p->connection->flags |= TL_CONNECTION_GAP;
    tl_diagnose(p, end, TL_DIAGNOSIS_gap, 0, bytes);
}

/* Two segments in a row beyond the window, the second where the first ended, while the other end
 * is silent: the capture has a hole wider than the window, and misses the acknowledgements, too. */
static bool goes_on_elsewhere(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;
    struct tl_end_oddities *odd = tl_note_oddities_of(p, p->x);

    if (has(X, TL_END_STRAYED) && s->seq == odd->stray_end &&
        p->Y->segments == odd->stray_silence) {
        tl_miss(p, p->x, s->seq - X->in_order);
        X->in_order = X->snd_nxt = X->seen_nxt = s->seq;
        tl_forget_islands(p, p->x);
        X->flags &= ~(uint32_t)TL_END_STRAYED;
        return true;
    }
    X->flags |= TL_END_STRAYED;
    odd->stray_end = s->seq + tl_segment_span(s);
    odd->stray_silence = p->Y->segments;
    return false;
}

/* Without the option in both SYNs nobody looks at it (RFC 7323, section 3.2); where a SYN was not captured,
 * nobody knows. */
bool tl_has_old_timestamp(const struct passage *p)
{
    const struct tl_end *X = p->X, *Y = p->Y;

    return p->segment->has_timestamps && has(X, TL_END_HAS_TIMESTAMPS) &&
           tl_seq_lt(p->segment->ts_val, X->ts_val) && !has(X, TL_END_NO_TIMESTAMPS) &&
           !has(Y, TL_END_NO_TIMESTAMPS);
}

bool tl_is_acceptable(struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *Y = p->Y;
    struct tl_end *X = p->X;
    tl_seq end = s->seq + tl_segment_span(s);
    uint32_t window = OLD_BYTES;

    if (!has(X, TL_END_HAS_SND_NXT))
        return true;
    /* RFC 7323, section 5.2 (PAWS): new data with an old timestamp. */
    if (tl_seq_gt(end, X->snd_nxt) && tl_has_old_timestamp(p))
        return false;
    if (has(Y, TL_END_HAS_ACK)) {
        if (tl_seq_gt(Y->right_edge, Y->ack) && Y->right_edge - Y->ack > window)
            window = Y->right_edge - Y->ack;
        /* Beyond the window. Where the numbers go on without a gap, it is the receiver's segments
         * that are missing in the capture. */
        if (tl_seq_gt(s->seq, Y->right_edge) && tl_seq_gt(s->seq, X->snd_nxt) &&
            !(p->connection->flags & TL_CONNECTION_SPARSE) && !goes_on_elsewhere(p))
            return false;
    }
    return tl_seq_ge(end, X->in_order - window);
}

bool tl_is_old(const struct passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;
    tl_seq received;

    if (!has(Y, TL_END_HAS_ACK) || !has(X, TL_END_HAS_SND_NXT))
        return false;
    /* The least that Y has received by now. An acknowledgement above all that X has sent was none. */
    received = tl_seq_min(X->in_order, tl_seq_min(Y->latest_ack, Y->ack));
    return tl_seq_lt(s->seq + tl_segment_span(s), received);
}

/* Below all that Y can have on its way: Y answers, and looks no further (RFC 5961, section 5). */
bool tl_is_ancient_ack(const struct passage *p)
{
    const struct tl_end *X = p->X, *Y = p->Y;
    const uint32_t largest_window = UINT32_C(65535) << tl_window_shift(X, Y);
    tl_seq acknowledged;

    if (!has(X, TL_END_HAS_ACK) || !has(Y, TL_END_HAS_SND_NXT))
        return false;
    /* What lies above all that Y has sent was no acknowledgement. */
    acknowledged = tl_seq_min(Y->seen_nxt, tl_seq_min(X->latest_ack, X->ack));
    return tl_seq_lt(p->segment->ack, acknowledged - largest_window);
}

bool tl_refuse_ack(struct passage *p)
{
    tl_note_oddities_of(p, p->x)->refused_ack = p->segment->ack;
    p->X->flags |= TL_END_REFUSED_ACK;
    p->refused = true;
    return true;
}
