/* FINs that nobody captured, and FINs that were none.
 *
 * It knows what an end acknowledges and where it goes on; it cannot know one octet of data that was not
 * captured from a FIN but by that.
 *
 * Read first: RFC 9293, section 3.6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/fins.h"
#include "core/life/answers.h"
#include "core/life/doubts.h"
#include "core/life/likeness.h"

void tl_has_received_fin(struct tl_passage *p)
{
    p->Y->flags |= TL_END_FIN_ARRIVED;
    if (tl_happens(p, p->x, TL_RCV_FIN))
        tl_prove(p, p->x);
}

void tl_place_fin(struct tl_passage *p, struct tl_end *end, tl_seq fin)
{
    const enum tl_role role = end == p->X ? p->x : p->y;

    if (!has(end, TL_END_SENT_FIN) || !oddities_of(p, role)->fin_unplaced ||
        tl_seq_le(fin, end->fin))
        return;
    end->bytes += fin - end->fin;
    if (end->snd_arrived == end->fin + 1 || end->snd_arrived == end->fin)
        end->snd_arrived += fin - end->fin;
    end->fin = fin;
    end->snd_nxt = end->seen_nxt = fin + 1;
    tl_note_oddities_of(p, role)->fin_unplaced = false;
}

/* Does X's segment show that what was acknowledged, and not captured, was no FIN? It has data, or a FIN, in
 * its place or behind it; or it was sent behind it, and before the other end's FIN arrived, which that FIN
 * was taken to answer. */
static bool shows_that_unseen_was_data(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;

    if (!has(X, TL_END_UNSEEN_FIN))
        return false;
    if (tl_seq_gt(s->seq, X->fin) && tl_segment_span(s))
        return true;
    if (tl_seq_gt(s->seq, X->fin))
        return X->state == TL_CLOSED && X->presumed && X->left == TL_LAST_ACK &&
               has(Y, TL_END_SENT_FIN) && tl_seq_le(s->ack, Y->fin);
    return tl_seq_gt(s->seq + s->length, X->fin);
}

/* The first FIN was none: the other end's, if there is one, is the first now. */
static void forget_first_fin(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_end *sender = &p->life->end[c->first_fin];

    if (c->at[TL_AT_FIN_2].frame)
        c->v.bytes_at_fin_1 = sender->bytes;
    c->at[TL_AT_FIN_1] = c->at[TL_AT_FIN_2];
    c->at[TL_AT_FIN_1_ACK] = c->at[TL_AT_FIN_2_ACK];
    c->at[TL_AT_FIN_2].frame = c->at[TL_AT_FIN_2_ACK].frame = 0;
    c->first_fin = (uint8_t)tl_other((enum tl_role)c->first_fin);
}

static void take_back_one_unseen_fin(struct tl_passage *p, enum tl_role x)
{
    struct tl_connection *c = p->connection;
    const enum tl_role y = tl_other(x);
    struct tl_end *X = &p->life->end[x], *Y = &p->life->end[y];
    const bool was_reset = c->at[TL_AT_RESET].frame != 0;

    X->flags &= ~(uint32_t)(TL_END_SENT_FIN | TL_END_UNSEEN_FIN | TL_END_FIN_ARRIVED);
    X->bytes++;
    c->at[c->first_fin == x ? TL_AT_FIN_1_ACK : TL_AT_FIN_2_ACK].frame = 0;
    if (c->first_fin == x && has(Y, TL_END_SENT_FIN)) {
        forget_first_fin(p);
        c->flags &= ~(uint32_t)TL_CONNECTION_THREE_SEGMENT_CLOSE;
    }
    if (!was_reset)
        tl_happens(p, x, TL_SND_OCTET_NOT_FIN);
    if (Y->state != TL_CLOSED || (Y->left == TL_LAST_ACK && !was_reset))
        tl_happens(p, y, TL_NO_FIN_CAME);
    if (has(Y, TL_END_SENT_FIN) && !(has(X, TL_END_HAS_RCV_NXT) && tl_seq_gt(X->rcv_nxt, Y->fin)))
        tl_happens(p, y, TL_NO_ACK_CAME);
}

void tl_take_back_unseen_fin(struct tl_passage *p, enum tl_role sender)
{
    const enum tl_role other = tl_other(sender);

    /* Where both FINs were missed, each was taken for one because the other was; but a FIN behind an
     * octet closes after the other end's. */
    if (!(p->segment->flags & TL_FIN) && has(&p->life->end[other], TL_END_UNSEEN_FIN))
        take_back_one_unseen_fin(p, other);
    take_back_one_unseen_fin(p, sender);
}

/* X's FIN was an impostor's. What became of it at Y stays where Y has acknowledged it. (Of one that was not
 * captured there is no frame to name.) */
void tl_disown_fin(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    struct tl_end *X = p->X, *Y = p->Y;
    const bool first = c->first_fin == p->x;
    const bool was_taken = has(Y, TL_END_HAS_RCV_NXT) && tl_seq_gt(Y->rcv_nxt, X->fin);

    if (!has(X, TL_END_UNSEEN_FIN))
        tl_diagnose(p, p->x, TL_DIAGNOSIS_forged_segment,
                    c->at[first ? TL_AT_FIN_1 : TL_AT_FIN_2].frame, 0);
    /* What Y has sent since it took that FIN acknowledges what X never sent: X takes nothing of it. */
    if (was_taken && first && has(Y, TL_END_SENT_FIN)) {
        tl_happens(p, p->x, TL_FIN_NOT_TAKEN);
        Y->flags &= ~(uint32_t)TL_END_FIN_ARRIVED;
    }
    if (!c->at[TL_AT_RESET].frame)
        tl_happens(p, p->x, TL_DISOWNS_FIN);
    if (!was_taken) {
        tl_happens(p, p->y, TL_FIN_NOT_TAKEN);
        if (has(Y, TL_END_HAS_RCV_NXT))
            X->snd_arrived = Y->rcv_nxt;
    }
    X->flags &= ~(uint32_t)(TL_END_SENT_FIN | TL_END_UNSEEN_FIN | TL_END_FIN_ARRIVED |
                            TL_END_REPEATED_FIN);
    X->snd_nxt = X->seen_nxt = was_taken ? X->snd_arrived : p->segment->seq;
    c->flags &= ~(uint32_t)(TL_CONNECTION_SIMULTANEOUS_CLOSE | TL_CONNECTION_THREE_SEGMENT_CLOSE);
    if (first)
        forget_first_fin(p);
    else
        c->at[TL_AT_FIN_2].frame = c->at[TL_AT_FIN_2_ACK].frame = 0;
}

void tl_deny_unseen_fin(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;

    if (tl_segment_span(s) || !has(X, TL_END_UNSEEN_FIN) || s->seq != X->fin ||
        !has(p->Y, TL_END_HAS_RCV_NXT) || tl_seq_le(p->Y->rcv_nxt, X->fin) || !tl_has_just_spoken(p) ||
        tl_has_gone_on_behind_fin(p))
        return;
    tl_disown_fin(p);
    X->snd_nxt = X->seen_nxt = X->snd_arrived = s->seq;
    X->flags |= TL_END_DENIES;
}

/* Does X send data in the place of its FIN? */
static bool shows_that_fin_was_forged(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X;

    return has(X, TL_END_SENT_FIN) && !has(X, TL_END_UNSEEN_FIN) && s->length &&
           tl_seq_le(s->seq, X->fin) && tl_seq_gt(s->seq + s->length, X->fin) &&
           !tl_is_unlike_its_sender(p) &&
           !tl_has_gone_on_behind_fin(p);
}

void tl_take_back_untrue_fin(struct tl_passage *p)
{
    if (shows_that_unseen_was_data(p))
        tl_take_back_unseen_fin(p, p->x);
    if (shows_that_fin_was_forged(p))
        tl_disown_fin(p);
}

/* A bare acknowledgement that lies one number behind all that was captured of X, and acknowledges one more
 * than was captured of Y: both FINs were missed, and this is the last ACK, of the end that closed first.
 * (Two single octets would look the same, and are rare.) */
void tl_conclude_both_fins(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;
    const struct tl_end *Y = p->Y;

    if (s->length || s->flags & TL_FIN || s->seq != X->snd_nxt + 1 || s->ack != Y->snd_nxt + 1 ||
        is_closing(p) || X->state != TL_ESTABLISHED || Y->state != TL_ESTABLISHED ||
        X->snd_arrived != X->snd_nxt || Y->snd_arrived != Y->snd_nxt || !Y->segments ||
        tl_has_doubted_data(p) || p->connection->flags & TL_CONNECTION_SPARSE)
        return;
    p->connection->first_fin = (uint8_t)p->x;
    X->fin = X->fin_segment = X->snd_nxt;
    X->snd_nxt = X->seen_nxt = X->snd_arrived = s->seq;
    X->flags |= TL_END_SENT_FIN | TL_END_UNSEEN_FIN | TL_END_FIN_ARRIVED;
    tl_happens(p, p->x, TL_UNSEEN_FIN);
    tl_happens(p, p->y, TL_RCV_FIN);
}

/* Is the last number of Y one that X has acknowledged and nobody captured, and has Y said nothing since? */
static bool is_last_number_unseen(const struct tl_passage *p)
{
    const struct tl_end *X = p->X, *Y = p->Y;

    if (!Y->segments) /* a capture of one direction */
        return has(X, TL_END_ACKED_ONE) && p->segment->ack == X->rcv_nxt;
    return Y->snd_nxt == Y->seen_nxt + 1 && Y->snd_arrived == Y->snd_nxt &&
           p->segment->ack == Y->snd_nxt && !(p->connection->flags & TL_CONNECTION_SPARSE);
}

/* X closes, and nothing of it is missing. If one number of Y is, and Y goes on to say nothing, that was its FIN. (One
 * octet that drew no answer would look the same, and is rare.) */
void tl_conclude_unseen_fin(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *Y = p->Y;

    if (s->length || tl_seq_gt(s->seq, p->X->snd_arrived) || has(Y, TL_END_SENT_FIN) ||
        Y->state != TL_ESTABLISHED || !is_last_number_unseen(p))
        return;
    p->connection->first_fin = (uint8_t)p->y;
    Y->bytes -= Y->bytes != 0; /* acknowledged, it was taken for an octet */
    Y->fin = Y->fin_segment = s->ack - 1;
    Y->flags |= TL_END_SENT_FIN | TL_END_UNSEEN_FIN;
    tl_happens(p, p->y, TL_UNSEEN_FIN);
    tl_happens(p, p->y, TL_RCV_ACK_OF_FIN);
    tl_has_received_fin(p);
}
