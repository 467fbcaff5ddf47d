/* See host_answers.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/host_answers.h"

#include "command/lives.h"

/* A part's notes, one ahead. */
struct lane {
    struct part_reader *reader;
    struct host_note next;
};

/* The parts that have more, as a heap: the one with the earliest note is the first, and each is before those at twice its
 * place. */
struct lanes {
    struct lane *heap;
    unsigned count;
};

static bool look_ahead(struct lane *lane)
{
    if (!part_reader_has(lane->reader, PART_HOSTS))
        return false;
    lane->next = host_note_take(&lane->reader->block, lane->next.ordinal);
    lane->next.part = lane->reader->head->part;
    if (lane->next.told.connection >= lane->reader->head->connections &&
        lane->next.told.news == TL_HOST_IS_ASKED_ABOUT)
        lane->reader->block.is_wrong = true;
    return part_reader_is_good(lane->reader);
}

static bool is_before(const struct lane *one, const struct lane *other)
{
    return one->next.ordinal < other->next.ordinal;
}

/* The lane at `place` goes behind those that are before it. */
static void sink(struct lanes *lanes, unsigned place)
{
    const struct lane lane = lanes->heap[place];

    for (;;) {
        unsigned below = 2 * place + 1;

        if (below + 1 < lanes->count && is_before(&lanes->heap[below + 1], &lanes->heap[below]))
            below++;
        if (below >= lanes->count || !is_before(&lanes->heap[below], &lane))
            break;
        lanes->heap[place] = lanes->heap[below];
        place = below;
    }
    lanes->heap[place] = lane;
}

static void lanes_begin(struct lanes *lanes, struct part_reader **parts, unsigned count)
{
    lanes->heap = g_new0(struct lane, count);
    for (unsigned i = 0; i < count; i++) {
        struct lane lane = {.reader = parts[i]};

        if (look_ahead(&lane))
            lanes->heap[lanes->count++] = lane;
    }
    for (unsigned i = lanes->count; i-- > 0;)
        sink(lanes, i);
}

static void lanes_next(struct lanes *lanes)
{
    if (!look_ahead(&lanes->heap[0]))
        lanes->heap[0] = lanes->heap[--lanes->count];
    if (lanes->count > 0)
        sink(lanes, 0);
}

static void note(struct host_answers *answers, struct tl_host_table *table, const struct host_note *note)
{
    const struct host_asker asker = {note->part, note->told.connection};
    const bool is_damage = tl_host_table_note(table, &note->told);

    if (note->told.news != TL_HOST_IS_ASKED_ABOUT)
        return;
    if (is_damage != note->told.is_damage)
        answers->are_wrong = answers->is_wrong[note->part] = true;
    if (answers->are_wrong)
        g_array_append_val(answers->askers, asker);
}

struct host_answers *host_answers_new(struct part_reader **parts, unsigned count, struct host_file_writer *writer)
{
    const struct tl_memory memory = lives_memory();
    struct host_answers *answers = g_new0(struct host_answers, 1);
    struct tl_host_table *table = tl_host_table_new(&memory);
    struct lanes lanes = {0};
    bool good = true;

    answers->askers = g_array_new(FALSE, FALSE, sizeof(struct host_asker));
    for (lanes_begin(&lanes, parts, count); lanes.count > 0; lanes_next(&lanes)) {
        note(answers, table, &lanes.heap[0].next);
        if (writer != NULL)
            host_file_put(writer, &lanes.heap[0].next);
    }
    for (unsigned i = 0; i < count; i++)
        good = part_reader_is_good(parts[i]) && good;
    g_free(lanes.heap);
    tl_host_table_free(table);
    if (good)
        return answers;
    host_answers_free(answers);
    return NULL;
}

void host_answers_free(struct host_answers *answers)
{
    if (answers == NULL)
        return;
    g_array_free(answers->askers, TRUE);
    g_free(answers);
}
