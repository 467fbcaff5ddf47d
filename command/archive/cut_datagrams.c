/* See cut_datagrams.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/cut_datagrams.h"

#include "command/archive/slice.h"
#include "command/archive/tap_files.h"
#include "command/printable.h"

#include <stdbool.h>
#include <string.h>

/* Of its tap's files, which count from 1: which are a slice's first and last one, and which is each of its own? */
struct reach {
    unsigned tap, first, last;
    unsigned count;    /* of its own */
    unsigned *of_file; /* NULL: it has no files */
};

/* A datagram of which another slice may have fragments, too. */
struct cut {
    uint64_t name;
    uint32_t first_frame, last_frame; /* of the slice */
    unsigned slice;
    unsigned tap; /* fragments that different taps have captured are put together by nobody */
    bool is_whole;
};

/* Of the slices of a tap in which datagrams of one place became whole: to which file one reaches, which is this one, and
 * to which one all others do. 0: there is none. */
struct reached {
    unsigned farthest, slice, others;
};

struct search {
    const GPtrArray *slices;
    struct reach *reaches; /* of each */
    GArray *cuts;
    struct reached *places; /* NULL, or DATAGRAM_PLACES of them… */
    unsigned tap;           /* …of this one */
};

static int compare_datagrams(const struct cut *a, const struct cut *b)
{
    if (a->tap != b->tap)
        return a->tap < b->tap ? -1 : 1;
    return a->name < b->name ? -1 : a->name > b->name;
}

static int compare_cuts(const void *one, const void *other)
{
    const struct cut *a = one, *b = other;
    const int order = compare_datagrams(a, b);

    if (order != 0)
        return order;
    if (a->is_whole != b->is_whole)
        return a->is_whole ? 1 : -1;
    return a->slice != b->slice ? (a->slice < b->slice ? -1 : 1)
                                : a->first_frame < b->first_frame ? -1 : a->first_frame > b->first_frame;
}

static const struct slice *slice_of(const struct search *search, unsigned number)
{
    return g_ptr_array_index(search->slices, number);
}

static void find_reaches(struct search *search, const GArray *taps)
{
    search->reaches = g_new0(struct reach, search->slices->len);
    for (unsigned i = 0; i < search->slices->len; i++)
        search->reaches[i].of_file = g_new0(unsigned, slice_of(search, i)->files->len);
    for (unsigned tap = 0; tap < taps->len; tap++) {
        const GArray *files = g_array_index(taps, struct tap_files, tap).files;

        for (unsigned i = 0; i < files->len; i++) {
            const struct tap_file *file = &g_array_index(files, struct tap_file, i);
            struct reach *reach = &search->reaches[file->slice];

            reach->tap = tap;
            reach->of_file[file->number] = i + 1;
            reach->last = i + 1;
            if (reach->count++ == 0)
                reach->first = i + 1;
        }
    }
}

static bool is_interrupted(const struct reach *reach)
{
    return reach->last - reach->first + 1 > reach->count;
}

static void add_cuts(struct search *search, unsigned slice, const GArray *datagrams, bool are_whole)
{
    for (unsigned i = 0; i < datagrams->len; i++) {
        const struct noted_datagram *datagram = &g_array_index(datagrams, struct noted_datagram, i);
        const struct cut cut = {.name = datagram->name, .first_frame = datagram->first_frame,
                                .last_frame = datagram->last_frame, .slice = slice,
                                .tap = search->reaches[slice].tap, .is_whole = are_whole};

        g_array_append_val(search->cuts, cut);
    }
}

static void find_cuts(struct search *search)
{
    search->cuts = g_array_new(FALSE, FALSE, sizeof(struct cut));
    for (unsigned i = 0; i < search->slices->len; i++) {
        const struct slice *slice = slice_of(search, i);

        add_cuts(search, i, slice->unfinished, false);
        if (slice->whole != NULL && is_interrupted(&search->reaches[i])) /* else nothing comes between their fragments */
            add_cuts(search, i, slice->whole->of_several_files, true);
    }
    g_array_sort(search->cuts, compare_cuts);
}

/* In which of the slice's files is its frame? `*frame` is then counted through that one. */
static unsigned file_of(const struct slice *slice, uint64_t *frame)
{
    unsigned i = 0;

    while (i + 1 < slice->files->len && *frame > g_array_index(slice->files, struct slice_file, i).frames)
        *frame -= g_array_index(slice->files, struct slice_file, i++).frames;
    return i;
}

/* ---- examples ------------------------------------------------------------------------------ */

/* "frame 3 of a.pcap" */
static char *place_of(const struct search *search, unsigned number, uint64_t frame)
{
    const struct slice *slice = slice_of(search, number);
    const unsigned file = file_of(slice, &frame);
    char *name = printable(slice->files->len > 0 ? g_array_index(slice->files, struct slice_file, file).path : "");
    char *place = g_strdup_printf("frame %" G_GUINT64_FORMAT " of %s", (guint64)frame, name);

    g_free(name);
    return place;
}

static char *places_of_both(const struct search *search, const struct cut *one, const struct cut *other)
{
    char *here = place_of(search, one->slice, one->last_frame);
    char *there = place_of(search, other->slice, other->last_frame);
    char *example = g_strdup_printf("%s, and %s", here, there);

    g_free(here);
    g_free(there);
    return example;
}

/* ---- what is left, and may be of a later datagram ------------------------------------------ */

static void note_whole(struct search *search, unsigned slice)
{
    const struct datagram_places *whole = &slice_of(search, slice)->whole->places;
    const unsigned last = search->reaches[slice].last;

    for (unsigned place = datagram_places_next(whole, 0); place < DATAGRAM_PLACES;
         place = datagram_places_next(whole, place + 1)) {
        struct reached *reached = &search->places[place];

        if (last > reached->farthest)
            *reached = (struct reached){last, slice, reached->farthest};
        else
            reached->others = MAX(reached->others, last);
    }
}

static void find_places(struct search *search, unsigned tap)
{
    if (search->places != NULL && search->tap == tap)
        return;
    g_free(search->places);
    search->places = g_new0(struct reached, DATAGRAM_PLACES);
    search->tap = tap;
    for (unsigned i = 0; i < search->slices->len; i++)
        if (search->reaches[i].tap == tap && slice_of(search, i)->whole != NULL)
            note_whole(search, i);
}

static unsigned file_of_tap(const struct search *search, unsigned slice, uint64_t frame)
{
    const unsigned *of_file = search->reaches[slice].of_file;

    return of_file != NULL ? of_file[file_of(slice_of(search, slice), &frame)] : 0;
}

/* Another slice has a datagram of the same place, which became whole in files that may lie between these two. */
static bool another_lies_between(const struct search *search, const struct cut *cut, unsigned first, unsigned last)
{
    for (unsigned i = 0; i < search->slices->len; i++) {
        const struct reach *reach = &search->reaches[i];
        const struct whole_datagrams *whole = slice_of(search, i)->whole;

        if (i != cut->slice && reach->tap == cut->tap && reach->first < last && reach->last > first && whole != NULL &&
            datagram_places_has(&whole->places, datagram_place(cut->name)))
            return true;
    }
    return false;
}

/* Its fragments wait from their first one on: until the last one if it is whole then, and else as long as there are files.
 * Fragments of another slice may come then. */
static bool may_be_joined(struct search *search, const struct cut *cut)
{
    const unsigned first = file_of_tap(search, cut->slice, cut->first_frame);
    const struct reached *reached;

    find_places(search, cut->tap);
    reached = &search->places[datagram_place(cut->name)];
    if ((reached->slice != cut->slice ? reached->farthest : reached->others) <= first)
        return false;
    return !cut->is_whole ||
           another_lies_between(search, cut, first, file_of_tap(search, cut->slice, cut->last_frame));
}

/* ---- all of it ----------------------------------------------------------------------------- */

/* `count` of one name, those that are not whole first. */
static void take_cuts(struct search *search, const struct cut *cuts, unsigned count, struct cut_datagrams *found)
{
    unsigned i = 0;

    if (count > 1 && !cuts[1].is_whole) {
        if (found->cut++ == 0)
            found->cut_example = places_of_both(search, &cuts[0], &cuts[1]);
        return;
    }
    while (i < count && !may_be_joined(search, &cuts[i]))
        i++;
    if (i < count && found->joined++ == 0)
        found->joined_example = place_of(search, cuts[i].slice, cuts[i].first_frame);
}

struct cut_datagrams cut_datagrams_in(const GPtrArray *slices, const GArray *taps)
{
    struct search search = {.slices = slices};
    struct cut_datagrams found = {0};
    unsigned count;

    find_reaches(&search, taps);
    find_cuts(&search);
    for (unsigned i = 0; i < search.cuts->len; i += count) {
        const struct cut *cuts = &g_array_index(search.cuts, struct cut, i);

        for (count = 1; i + count < search.cuts->len && compare_datagrams(cuts, &cuts[count]) == 0; count++)
            ;
        take_cuts(&search, cuts, count, &found);
    }
    if (found.cut == 0)
        found.cut_example = g_strdup("");
    if (found.joined == 0)
        found.joined_example = g_strdup("");
    g_array_free(search.cuts, TRUE);
    g_free(search.places);
    for (unsigned i = 0; i < slices->len; i++)
        g_free(search.reaches[i].of_file);
    g_free(search.reaches);
    return found;
}
