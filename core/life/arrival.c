/* What of an end's segments was captured, in order.
 *
 * It knows what passed the capture point; it cannot know what was lost behind
 * it, until its receiver tells.
 *
 * Read first: RFC 9293, section 3.4; RFC 2018 (SACK).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/arrival.h"

static enum tl_role role_of(const struct tl_passage *p, const struct tl_end *end)
{
    return end == p->X ? p->x : p->y;
}

void tl_forget_islands(struct tl_passage *p, enum tl_role end)
{
    struct tl_ranges *islands = oddities_of(p, end)->islands;

    tl_ranges_remove(islands, 0, tl_ranges_count(islands));
}

/* Where the islands' numbers wrap is nobody's business: they lie within half the circle. The first one
 * begins in the second lap, so that what lies before it has a number, too. */
static uint64_t unwrap(const struct tl_ranges *islands, tl_seq number)
{
    const uint64_t second_lap = UINT64_C(1) << 32;

    return tl_ranges_count(islands) ? tl_unwrap(number, islands->at[0].start) : second_lap + number;
}

void tl_join_islands(struct tl_passage *p, struct tl_end *end)
{
    struct tl_ranges *islands = oddities_of(p, role_of(p, end))->islands;

    if (tl_ranges_count(islands))
        end->snd_arrived = (tl_seq)tl_ranges_join(islands, unwrap(islands, end->snd_arrived));
}

void tl_note_arrival(struct tl_passage *p, struct tl_end *X, tl_seq start, tl_seq end)
{
    struct tl_end_oddities *odd;
    uint64_t from;

    if (tl_seq_le(end, X->snd_arrived))
        return;
    if (tl_seq_le(start, X->snd_arrived)) {
        X->snd_arrived = end;
        tl_join_islands(p, X);
        return;
    }
    odd = tl_note_oddities_of(p, role_of(p, X));
    if (!p->connection->oddities)
        return; /* there was no memory for them */
    from = unwrap(odd->islands, start);
    /* What is too far ahead is forgotten; an acknowledgement will make up for it. */
    if (!tl_ranges_add(&odd->islands, from, from + (end - start), TL_ISLANDS,
                       p->environment->memory))
        p->environment->out_of_memory = true;
}
