/* What was sent, and is not in the capture.
 *
 * It knows what others acknowledge, and where an end goes on; it cannot know what was in between.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/gaps.h"
#include "core/life/answers.h"
#include "core/life/arrival.h"
#include "core/record/times.h"

void tl_miss(struct tl_passage *p, enum tl_role end, uint32_t bytes)
{
    /* …nor what lies behind a first fragment, all of which was there. */
    if (p->connection->flags & TL_CONNECTION_GAP || oddities_of(p, end)->has_fragment)
        return;
    p->connection->flags |= TL_CONNECTION_GAP;
    tl_diagnose(p, end, TL_DIAGNOSIS_gap, 0, bytes);
}

/* A bare acknowledgement of X that bears the last number that it was seen to use, and does not take the
 * FIN whose segment acknowledged more: X never sent that, and dropped the segment with its FIN (RFC 9293,
 * section 3.10.7.4, fifth check). */
static void deny(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X;
    struct tl_end *Y = p->Y;

    if (tl_segment_span(s) || !has(Y, TL_END_SENT_FIN) || has(Y, TL_END_UNSEEN_FIN) ||
        tl_seq_gt(s->ack, Y->fin) || !has(Y, TL_END_HAS_RCV_NXT) ||
        tl_seq_le(Y->rcv_nxt, X->seen_nxt) || !X->presumed ||
        !tl_happens(p, p->x, TL_FIN_NOT_TAKEN))
        return;
    p->X->flags |= TL_END_DENIES;
    Y->flags &= ~(uint32_t)TL_END_FIN_ARRIVED;
    Y->snd_arrived = tl_seq_min(Y->snd_arrived, s->ack);
}

void tl_note_gap(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    if (!has(X, TL_END_HAS_SND_NXT) || X->snd_nxt == X->seen_nxt || has(X, TL_END_SENT_FIN))
        return;
    if (tl_seq_gt(s->seq, X->seen_nxt)) {
        X->flags &= ~(uint32_t)TL_END_DENIES;
        tl_miss(p, p->x, s->seq - X->seen_nxt);
    } else if (s->seq == X->seen_nxt) {
        /* Never sent, or sent only now: two interfaces, merged. */
        uint32_t untrue = X->snd_nxt - X->seen_nxt;

        X->bytes -= untrue < X->bytes ? untrue : X->bytes;
        X->snd_nxt = X->seen_nxt;
        if (tl_seq_gt(X->snd_arrived, X->seen_nxt))
            X->snd_arrived = X->seen_nxt;
        deny(p);
    }
}

/* Does it tell of something that was sent and is not in the capture, as the next segment after that? */
static bool tells_of_unseen(const struct tl_passage *p)
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
static bool is_behind_handshake(const struct tl_passage *p)
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
static bool tells_of_left_out(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *Y = p->Y;

    return s->flags & TL_ACK && has(Y, TL_END_HAS_SND_NXT) && tl_seq_ge(s->ack, Y->snd_nxt) &&
           (tl_seq_gt(s->ack, Y->snd_nxt) ||
            (has(Y, TL_END_HAS_RCV_NXT) && tl_seq_gt(s->seq, Y->rcv_edge)) ||
            (s->flags & TL_RST && is_behind_handshake(p)));
}

void tl_note_sparse(struct tl_passage *p)
{
    /* Nobody sends faster than 8 Gbit/s what a capture leaves out. */
    enum { OCTETS_PER_NS = 1 };
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    int64_t passed_ns;

    if (p->environment->has_plain || s->flags & TL_SYN || !tells_of_unseen(p))
        return;
    if (tells_of_left_out(p) &&
        (c->at[TL_AT_SYN_ACK].frame || c->flags & TL_CONNECTION_MIDSTREAM))
        c->flags |= TL_CONNECTION_SPARSE;
    passed_ns = c->at[TL_AT_SYN_ACK].frame ? s->time_ns - tl_milestone_ns(c, TL_AT_SYN_ACK) : 0;
    if (c->at[TL_AT_SYN_ACK].frame && !(c->flags & TL_CONNECTION_OPENED) &&
        !has(&p->life->end[TL_CLIENT], TL_END_HAS_RCV_NXT) && tl_seq_gt(s->seq, p->X->snd_nxt) &&
        passed_ns > UNKNOWN_ROUND_TRIP_NS && s->seq - p->X->snd_nxt <= passed_ns * OCTETS_PER_NS)
        c->flags |= TL_CONNECTION_SPARSE;
}

void tl_note_one_sided(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;

    /* Acknowledgements go on without anything that they could acknowledge. */
    if (p->Y->segments || p->X->segments < 3 || c->flags & TL_CONNECTION_ONE_SIDED ||
        !(p->segment->flags & TL_ACK) || !has(p->X, TL_END_HAS_RCV_NXT) ||
        !tl_seq_gt(p->segment->ack, p->X->rcv_nxt))
        return;
    c->flags |= TL_CONNECTION_ONE_SIDED;
    tl_diagnose(p, p->y, TL_DIAGNOSIS_one_sided, 0, 0);
}

/* Two segments in a row beyond the window, the second where the first ended, while the other end
 * is silent: the capture has a hole wider than the window, and misses the acknowledgements, too. */
bool tl_goes_on_elsewhere(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;
    struct tl_end_oddities *odd = tl_note_oddities_of(p, p->x);

    if (has(X, TL_END_STRAYED) && s->seq == odd->stray_end &&
        p->Y->segments == odd->stray_silence) {
        tl_miss(p, p->x, s->seq - X->snd_arrived);
        X->snd_arrived = X->snd_nxt = X->seen_nxt = s->seq;
        tl_forget_islands(p, p->x);
        X->flags &= ~(uint32_t)TL_END_STRAYED;
        return true;
    }
    X->flags |= TL_END_STRAYED;
    odd->stray_end = s->seq + tl_segment_span(s);
    odd->stray_silence = p->Y->segments;
    return false;
}
