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

#include <string.h>

static enum tl_role role_of(const struct tl_passage *p, const struct tl_end *end)
{
    return end == p->X ? p->x : p->y;
}

void tl_forget_islands(struct tl_passage *p, enum tl_role end)
{
    if (oddities_of(p, end)->islands)
        tl_note_oddities_of(p, end)->islands->count = 0;
}

void tl_join_islands(struct tl_passage *p, struct tl_end *end)
{
    struct tl_islands *islands = oddities_of(p, role_of(p, end))->islands;
    unsigned joined = 0;

    if (!islands)
        return;
    while (joined < islands->count && tl_seq_le(islands->at[joined].start, end->snd_arrived)) {
        end->snd_arrived = tl_seq_max(end->snd_arrived, islands->at[joined].end);
        joined++;
    }
    islands->count -= joined;
    memmove(islands->at, islands->at + joined, islands->count * sizeof islands->at[0]);
}

/* An end's, made if it has none. NULL: memory ran out. */
static struct tl_islands *find_islands(struct tl_passage *p, enum tl_role end)
{
    const struct tl_memory *memory = p->environment->memory;
    struct tl_end_oddities *odd = tl_note_oddities_of(p, end);

    if (!odd->islands && p->connection->oddities) {
        odd->islands = memory->resize(memory->ctx, NULL, 0, sizeof *odd->islands);
        if (odd->islands)
            odd->islands->count = 0;
        else
            p->environment->out_of_memory = true;
    }
    return odd->islands;
}

void tl_note_arrival(struct tl_passage *p, struct tl_end *X, tl_seq start, tl_seq end)
{
    struct tl_islands *islands;
    unsigned i, last;

    if (tl_seq_le(end, X->snd_arrived))
        return;
    if (tl_seq_le(start, X->snd_arrived)) {
        X->snd_arrived = end;
        tl_join_islands(p, X);
        return;
    }
    islands = find_islands(p, role_of(p, X));
    if (!islands)
        return;
    /* Islands i to last - 1 touch the new one and become one with it. */
    for (i = 0; i < islands->count && tl_seq_lt(islands->at[i].end, start); i++)
        ;
    for (last = i; last < islands->count && tl_seq_le(islands->at[last].start, end); last++) {
        if (tl_seq_lt(islands->at[last].start, start))
            start = islands->at[last].start;
        end = tl_seq_max(end, islands->at[last].end);
    }
    if (i == TL_ISLANDS)
        return; /* too far ahead: forgotten; an acknowledgement will make up for it */
    if (i == last) {
        unsigned moved = islands->count - i;

        if (islands->count == TL_ISLANDS)
            moved--; /* the farthest is forgotten */
        else
            islands->count++;
        memmove(&islands->at[i + 1], &islands->at[i], moved * sizeof islands->at[0]);
    } else {
        memmove(&islands->at[i + 1], &islands->at[last],
                (islands->count - last) * sizeof islands->at[0]);
        islands->count -= last - i - 1;
    }
    islands->at[i].start = start;
    islands->at[i].end = end;
}
