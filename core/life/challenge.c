/* What a segment that is not taken draws, and what could not be taken of it.
 *
 * Read first: RFC 5961.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/challenge.h"

void tl_expect_challenge(struct tl_passage *p)
{
    struct tl_oddities *odd = tl_note_oddities(p->connection, p->environment);

    odd->challenged = p->segment->frame;
    odd->challenger = (uint8_t)p->y;
}

bool tl_note_challenge(struct tl_passage *p)
{
    struct tl_connection *c = p->connection;
    const struct tl_segment *s = p->segment;
    bool is_challenge;

    const uint32_t challenged = tl_oddities(c)->challenged;

    if (!challenged || tl_oddities(c)->challenger != p->x)
        return false;
    is_challenge = (s->flags & (TL_SYN | TL_ACK | TL_RST | TL_FIN)) == TL_ACK && !s->length &&
                   s->seq == p->X->snd_nxt && has(p->X, TL_END_HAS_RCV_NXT) &&
                   s->ack == p->X->rcv_nxt;
    if (is_challenge)
        tl_diagnose(p, p->x, TL_DIAGNOSIS_challenge_ack, challenged, 0);
    tl_note_oddities(c, p->environment)->challenged = 0;
    return is_challenge;
}

bool tl_refuse_ack(struct tl_passage *p)
{
    tl_note_oddities_of(p, p->x)->refused_ack = p->segment->ack;
    p->X->flags |= TL_END_REFUSED_ACK;
    p->refused = true;
    return true;
}
