/* See ordered_runs.h.
 *
 * Two neighbouring runs become one, until there is one: of P parts that takes log P steps, however many members they have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/ordered_runs.h"

#include <string.h>

/* Members, and where they are merged to. */
struct runs {
    char *from, *to;
    size_t size; /* of a member */
    GCompareFunc compare;
    GArray *ends; /* size_t: of each run, in bytes */
};

static void find_runs(struct runs *runs, size_t length)
{
    for (size_t at = runs->size; at <= length; at += runs->size)
        if (at == length || runs->compare(runs->from + (at - runs->size), runs->from + at) > 0)
            g_array_append_val(runs->ends, at);
}

/* Two runs, from `begin` and from `middle`. */
static void merge_two(const struct runs *runs, size_t begin, size_t middle, size_t end)
{
    const char *one = runs->from + begin, *one_end = runs->from + middle, *other = one_end, *other_end = runs->from + end;
    char *to = runs->to + begin;

    while (one < one_end && other < other_end) {
        const char **const next = runs->compare(one, other) <= 0 ? &one : &other;

        memcpy(to, *next, runs->size);
        *next += runs->size;
        to += runs->size;
    }
    memcpy(to, one, (size_t)(one_end - one));
    memcpy(to + (one_end - one), other, (size_t)(other_end - other));
}

/* Each two runs become one; the last one of an odd number stays. */
static void merge_all(struct runs *runs)
{
    size_t *ends = (size_t *)(void *)runs->ends->data, begin = 0;
    unsigned count = 0;
    char *merged = runs->to;

    for (unsigned i = 0; i < runs->ends->len; i += 2) {
        const size_t middle = ends[i], end = ends[MIN(i + 1, runs->ends->len - 1)];

        merge_two(runs, begin, middle, end);
        begin = ends[count++] = end;
    }
    g_array_set_size(runs->ends, count);
    runs->to = runs->from;
    runs->from = merged;
}

void ordered_runs_sort(GArray *array, GCompareFunc compare)
{
    const size_t size = g_array_get_element_size(array), length = array->len * size;
    struct runs runs = {.from = array->data, .size = size, .compare = compare};
    char *room;

    if (array->len < 2)
        return;
    room = runs.to = g_malloc(length);
    runs.ends = g_array_new(FALSE, FALSE, sizeof(size_t));
    find_runs(&runs, length);
    while (runs.ends->len > 1)
        merge_all(&runs);
    if (runs.from == room)
        memcpy(array->data, room, length);
    g_array_free(runs.ends, TRUE);
    g_free(room);
}
