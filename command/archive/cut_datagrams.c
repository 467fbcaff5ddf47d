/* See cut_datagrams.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/cut_datagrams.h"

#include "command/archive/slice.h"
#include "command/printable.h"

#include <stdbool.h>
#include <string.h>

/* A datagram that is not whole in a slice. */
struct cut {
    uint64_t name;
    uint32_t frame; /* of the slice */
    const struct slice *slice;
};

/* Fragments that different taps have captured are put together by nobody. */
static int compare_datagrams(const struct cut *a, const struct cut *b)
{
    if (a->name != b->name)
        return a->name < b->name ? -1 : 1;
    return strcmp(a->slice->tap, b->slice->tap);
}

static int compare_cuts(const void *one, const void *other)
{
    const struct cut *a = one, *b = other;
    const int order = compare_datagrams(a, b);

    return order != 0 ? order : strcmp(a->slice->name, b->slice->name);
}

/* "frame 3 of a.pcap" */
static char *place_of(const struct cut *cut)
{
    const GArray *files = cut->slice->files;
    uint64_t frame = cut->frame;
    unsigned i = 0;
    char *name, *place;

    while (i + 1 < files->len && frame > g_array_index(files, struct slice_file, i).frames)
        frame -= g_array_index(files, struct slice_file, i++).frames;
    name = printable(files->len > 0 ? g_array_index(files, struct slice_file, i).path : "");
    place = g_strdup_printf("frame %" G_GUINT64_FORMAT " of %s", (guint64)frame, name);
    g_free(name);
    return place;
}

static char *example_of(const struct cut *one, const struct cut *other)
{
    char *here = place_of(one), *there = place_of(other), *example = g_strdup_printf("%s, and %s", here, there);

    g_free(here);
    g_free(there);
    return example;
}

static GArray *all_cuts(const GPtrArray *slices)
{
    GArray *cuts = g_array_new(FALSE, FALSE, sizeof(struct cut));

    for (unsigned i = 0; i < slices->len; i++) {
        const struct slice *slice = g_ptr_array_index(slices, i);

        for (unsigned j = 0; j < slice->unfinished->len; j++) {
            const struct unfinished_datagram *datagram = &g_array_index(slice->unfinished, struct unfinished_datagram, j);
            const struct cut cut = {datagram->name, datagram->frame, slice};

            g_array_append_val(cuts, cut);
        }
    }
    g_array_sort(cuts, compare_cuts);
    return cuts;
}

uint64_t cut_datagrams(const GPtrArray *slices, char **example)
{
    GArray *cuts = all_cuts(slices);
    uint64_t count = 0;
    bool was_same = false;

    *example = NULL;
    for (unsigned i = 1; i < cuts->len; i++) {
        const struct cut *before = &g_array_index(cuts, struct cut, i - 1), *cut = before + 1;
        const bool is_same = compare_datagrams(before, cut) == 0;

        if (is_same && *example == NULL)
            *example = example_of(before, cut);
        count += is_same && !was_same;
        was_same = is_same;
    }
    if (*example == NULL)
        *example = g_strdup("");
    g_array_free(cuts, TRUE);
    return count;
}
