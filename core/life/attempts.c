/* Probes and retransmissions, to which nobody answers.
 *
 * It knows how often and for how long an end has tried; it cannot know when it gives up.
 *
 * Read first: RFC 9293, sections 3.8.1, 3.8.3 and 3.8.4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/attempts.h"

/* So many probes or retransmissions without any answer: by the usual back-off, 6 s or more. */
enum { SILENT_PEER_TRIES = 5 };
/* Keepalive timers count in seconds; a retransmission's first time-out is 200 ms to 1 s. */
static const int64_t KEEPALIVE_NS = 900 * INT64_C(1000000);

static bool is_keepalive_probe(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;

    /* One byte sooner is a retransmission whose acknowledgement was lost. */
    if (s->length && s->time_ns - X->last_ns < KEEPALIVE_NS)
        return false;
    return !(s->flags & (TL_SYN | TL_FIN | TL_RST)) && s->length <= 1 &&
           has(X, TL_END_HAS_SND_NXT) && has(Y, TL_END_HAS_RCV_NXT) && s->seq == X->seen_nxt - 1 &&
           Y->rcv_nxt == X->seen_nxt && !has(Y, TL_END_ZERO_WINDOW) && !has(X, TL_END_SENT_FIN);
}

/* X tries, once more, to get an answer out of Y. */
static void attempt(struct tl_passage *p, int64_t pause_ns)
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
    if (p->segment->time_ns - odd->unanswered_since_ns > TL_R2_NS &&
        !(c->flags & TL_CONNECTION_DEAD_PEER)) {
        c->flags |= TL_CONNECTION_DEAD_PEER;
        tl_diagnose(p, p->x, TL_DIAGNOSIS_dead_peer, odd->unanswered_since, odd->unanswered);
    }
}

/* Probes and retransmissions (RFC 9293, sections 3.8.1, 3.8.4 and 3.8.6.1). */
void tl_note_attempts(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;
    int64_t pause_ns = s->time_ns - X->last_ns;

    if (!p->Y->segments)
        return; /* only one direction was captured: answers cannot be seen */
    if (s->flags & TL_ACK && has(X, TL_END_HAS_RCV_NXT) && tl_seq_gt(s->ack, X->rcv_nxt))
        tl_forget_attempts(p, p->x); /* it has heard of the other end, though the capture has not */
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
