/* See host_notes.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/host_notes.h"

#include "command/archive/part_records.h"

/* A note's first number. */
enum { NEWS = 3, KIND_SHIFT = 2, KIND = 3, IS_DAMAGE = 1 << 4, HAS_NETWORK = 1 << 5 };

void host_note_put(const struct host_note *note, uint64_t before, GByteArray *to)
{
    const struct tl_host_note *told = &note->told;

    numbers_put(to, (uint64_t)told->news | (uint64_t)told->kind << KIND_SHIFT | (told->is_damage ? IS_DAMAGE : 0) |
                        (told->network != 0 ? HAS_NETWORK : 0));
    numbers_put(to, note->ordinal - before);
    if (told->network != 0)
        numbers_put(to, told->network);
    if (told->news == TL_HOST_IS_ASKED_ABOUT)
        numbers_put(to, told->connection);
    numbers_put_socket(to, &told->socket);
}

struct host_note host_note_take(struct numbers *from, uint64_t before)
{
    const uint64_t bits = numbers_take(from);
    struct host_note note = {.told = {.news = bits & NEWS, .kind = bits >> KIND_SHIFT & KIND}};

    note.told.is_damage = (bits & IS_DAMAGE) != 0;
    note.ordinal = before + numbers_take(from);
    if ((bits & HAS_NETWORK) != 0)
        note.told.network = (uint32_t)numbers_take(from);
    if (note.told.news == TL_HOST_IS_ASKED_ABOUT)
        note.told.connection = (uint32_t)numbers_take(from);
    note.told.socket = numbers_take_socket(from);
    from->is_wrong = from->is_wrong || note.told.kind >= TL_HOST_KINDS;
    return note;
}

/* ---- those of a part ----------------------------------------------------------------------- */

struct host_notes {
    GPtrArray *blocks;
    uint64_t last; /* ordinal that was written */
};

struct host_notes *host_notes_new(void)
{
    struct host_notes *notes = g_new0(struct host_notes, 1);

    notes->blocks = part_blocks_new();
    return notes;
}

void host_notes_free(struct host_notes *notes)
{
    if (notes == NULL)
        return;
    g_ptr_array_free(notes->blocks, TRUE);
    g_free(notes);
}

void host_notes_add(struct host_notes *notes, const struct host_note *note)
{
    /* Its port says nothing of a host. */
    struct host_note put = *note;

    put.told.socket.port = 0;
    host_note_put(&put, notes->last, part_blocks_room(notes->blocks));
    notes->last = note->ordinal;
}

const GPtrArray *host_notes_blocks(const struct host_notes *notes)
{
    return notes->blocks;
}
