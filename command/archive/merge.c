/* See merge.h.
 *
 * Within a tap a segment's number is known by what its file had before it, and what the tap had before its file. With
 * several taps there come those of the others that were captured before it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/merge.h"

#include "command/archive/file_blocks.h"
#include "command/archive/frame_counts.h"
#include "command/printable.h"

#include <stdlib.h>
#include <string.h>

/* A tap's segments, one ahead. */
struct lane {
    const struct tap_files *tap;
    unsigned number;
    unsigned file;              /* of the tap's files: the present one */
    bool has_begun;             /* it */
    bool has_block;
    bool is_ahead;
    struct mapped_segment next;
    struct moment moment;       /* of the next one */
    struct frame_counts *counts; /* where there are several taps */
};

struct merge {
    GPtrArray *blocks;                /* struct file_blocks, by slice… */
    struct segments_reader **readers; /* …and those of which a block is read, or NULL */
    GPtrArray *slices, *names, *times; /* the slices; their names; the paths of their times */
    GArray *taps;
    struct lane *lanes;
    GArray *files;        /* struct tl_capture_file… */
    GPtrArray *file_names;
    GArray *tap_of_file;  /* …and unsigned */
    GPtrArray *damages;
    bool has_plain;
    struct moment plain; /* of the first plain segment of all, and… */
    uint64_t plain_ordinal; /* …so many segments of its tap are before it */
    bool has_failed;
};

/* ---- what is read -------------------------------------------------------------------------- */

static void free_blocks(gpointer data)
{
    file_blocks_free(data);
}

/* "x.p12" → "x.times" */
static char *path_of_times(const char *path)
{
    const char *dot = strrchr(path, '.');
    char *stem = g_strndup(path, dot != NULL ? (gsize)(dot - path) : strlen(path));
    char *times = g_strconcat(stem, ".times", NULL);

    g_free(stem);
    return times;
}

static int compare_paths(const void *one, const void *other)
{
    char *a = g_path_get_basename(*(char *const *)one), *b = g_path_get_basename(*(char *const *)other);
    const int order = strcmp(a, b);

    g_free(a);
    g_free(b);
    return order;
}

static bool open_streams(struct merge *merge, const GPtrArray *paths)
{
    GPtrArray *sorted = g_ptr_array_new();
    bool good = true;

    for (unsigned i = 0; i < paths->len; i++)
        g_ptr_array_add(sorted, g_ptr_array_index(paths, i));
    g_ptr_array_sort(sorted, compare_paths);
    for (unsigned i = 0; i < sorted->len; i++) {
        const char *path = g_ptr_array_index(sorted, i);
        struct file_blocks *blocks = file_blocks_new(path, STREAM_SEGMENTS);

        if (blocks == NULL) {
            good = false; /* and what is wrong with the others is told, too */
            continue;
        }
        g_ptr_array_add(merge->blocks, blocks);
        g_ptr_array_add(merge->slices, blocks->slice);
        g_ptr_array_add(merge->names, g_strdup(blocks->slice->name));
        g_ptr_array_add(merge->times, path_of_times(path));
    }
    g_ptr_array_free(sorted, TRUE);
    return good;
}

static void note_damages(struct merge *merge)
{
    for (unsigned i = 0; i < merge->slices->len; i++) {
        const struct slice *slice = g_ptr_array_index(merge->slices, i);

        for (unsigned j = 0; j < slice->files->len; j++) {
            const struct slice_file *file = &g_array_index(slice->files, struct slice_file, j);
            char *name;

            if (file->damage == NULL)
                continue;
            name = printable(file->path);
            g_ptr_array_add(merge->damages, g_strdup_printf("%s %s", name, file->damage));
            g_free(name);
        }
    }
}

static void note_plain(struct merge *merge, const struct tap_file *file, unsigned tap)
{
    const struct moment moment = {MAX(file->file->plain_latest_ns, file->latest_before_ns), tap};

    if (!file->file->has_plain || (merge->has_plain && !moment_is_before(&moment, &merge->plain)))
        return;
    merge->has_plain = true;
    merge->plain = moment;
    merge->plain_ordinal = file->segments_before + file->file->plain_ordinal;
}

static void make_lanes(struct merge *merge)
{
    merge->readers = g_new0(struct segments_reader *, merge->blocks->len);
    merge->lanes = g_new0(struct lane, merge->taps->len + 1);
    for (unsigned i = 0; i < merge->taps->len; i++) {
        struct lane *lane = &merge->lanes[i];

        lane->tap = &g_array_index(merge->taps, struct tap_files, i);
        lane->number = i;
        if (merge->taps->len > 1)
            lane->counts = frame_counts_new(merge->taps, i, merge->times);
        for (unsigned j = 0; j < lane->tap->files->len; j++)
            note_plain(merge, &g_array_index(lane->tap->files, struct tap_file, j), i);
    }
}

/* ---- the files ----------------------------------------------------------------------------- */

/* A file's first or last frame: its number in the whole is to be found. */
struct edge {
    struct moment moment;
    uint64_t own; /* its number in its tap */
    const struct tap_file *file;
    uint32_t *number;
};

static int compare_edges(const void *one, const void *other)
{
    const struct edge *a = one, *b = other;

    if (moment_is_before(&a->moment, &b->moment))
        return -1;
    if (moment_is_before(&b->moment, &a->moment))
        return 1;
    return a->own < b->own ? -1 : a->own > b->own;
}

/* The numbers in the whole, of edges in order. */
static bool number_edges(struct merge *merge, GArray *edges)
{
    struct frame_counts **counts = g_new0(struct frame_counts *, merge->taps->len);
    bool good = true;

    for (unsigned i = 0; i < merge->taps->len; i++)
        counts[i] = frame_counts_new(merge->taps, i, merge->times);
    for (unsigned i = 0; i < edges->len && good; i++) {
        const struct edge *edge = &g_array_index(edges, struct edge, i);
        uint64_t number = edge->own;

        for (unsigned tap = 0; tap < merge->taps->len && merge->taps->len > 1 && good; tap++)
            if (tap != edge->moment.tap) {
                good = frame_counts_until(counts[tap], &edge->moment);
                number += counts[tap]->frames;
            }
        *edge->number = (uint32_t)number;
    }
    for (unsigned i = 0; i < merge->taps->len; i++)
        frame_counts_free(counts[i]);
    g_free(counts);
    return good;
}

struct known_file {
    struct tl_capture_file file;
    unsigned tap;
};

static int compare_known(const void *one, const void *other)
{
    const struct known_file *a = one, *b = other;

    return a->file.first_frame < b->file.first_frame ? -1 : a->file.first_frame > b->file.first_frame;
}

static void add_edges(GArray *edges, const struct tap_file *file, struct known_file *known)
{
    const struct edge first = {
        .moment = {MAX(file->latest_before_ns, file->file->first_ns), known->tap},
        .own = file->frames_before + 1,
        .number = &known->file.first_frame,
    };
    const struct edge last = {
        .moment = {tap_file_latest_ns(file), known->tap},
        .own = file->frames_before + file->file->frames,
        .number = &known->file.last_frame,
    };

    g_array_append_val(edges, first);
    g_array_append_val(edges, last);
}

static unsigned count_files(const struct merge *merge)
{
    unsigned count = 0;

    for (unsigned i = 0; i < merge->taps->len; i++)
        count += g_array_index(merge->taps, struct tap_files, i).files->len;
    return count;
}

static bool find_files(struct merge *merge)
{
    const unsigned count = count_files(merge);
    struct known_file *known = g_new0(struct known_file, count + 1);
    GArray *edges = g_array_new(FALSE, FALSE, sizeof(struct edge));
    unsigned place = 0;
    bool good;

    for (unsigned i = 0; i < merge->taps->len; i++) {
        const GArray *files = g_array_index(merge->taps, struct tap_files, i).files;

        for (unsigned j = 0; j < files->len; j++, place++) {
            const struct tap_file *file = &g_array_index(files, struct tap_file, j);
            char *name = g_filename_display_name(file->file->path);

            g_ptr_array_add(merge->file_names, name);
            known[place].file.name = name;
            known[place].tap = i;
            add_edges(edges, file, &known[place]);
        }
    }
    g_array_sort(edges, compare_edges);
    good = number_edges(merge, edges);
    qsort(known, count, sizeof *known, compare_known);
    for (unsigned i = 0; i < count; i++) {
        g_array_append_val(merge->files, known[i].file);
        g_array_append_val(merge->tap_of_file, known[i].tap);
    }
    g_array_free(edges, TRUE);
    g_free(known);
    return good;
}

struct merge *merge_new(const GPtrArray *paths)
{
    struct merge *merge = g_new0(struct merge, 1);
    bool good;

    merge->blocks = g_ptr_array_new_with_free_func(free_blocks);
    merge->slices = g_ptr_array_new();
    merge->names = g_ptr_array_new_with_free_func(g_free);
    merge->times = g_ptr_array_new_with_free_func(g_free);
    merge->files = g_array_new(FALSE, FALSE, sizeof(struct tl_capture_file));
    merge->file_names = g_ptr_array_new_with_free_func(g_free);
    merge->tap_of_file = g_array_new(FALSE, FALSE, sizeof(unsigned));
    merge->damages = g_ptr_array_new_with_free_func(g_free);
    good = open_streams(merge, paths) && merge->slices->len > 0;
    merge->taps = good ? tap_files_new(merge->slices) : NULL;
    if (merge->taps != NULL) {
        note_damages(merge);
        make_lanes(merge);
    }
    if (merge->taps == NULL || !find_files(merge)) {
        merge_free(merge);
        return NULL;
    }
    return merge;
}

void merge_free(struct merge *merge)
{
    if (merge == NULL)
        return;
    for (unsigned i = 0; merge->taps != NULL && i < merge->taps->len; i++)
        if (merge->lanes[i].counts != NULL)
            frame_counts_free(merge->lanes[i].counts);
    g_free(merge->lanes);
    if (merge->taps != NULL)
        tap_files_free(merge->taps);
    for (unsigned i = 0; merge->readers != NULL && i < merge->blocks->len; i++)
        g_clear_pointer(&merge->readers[i], segments_reader_free);
    g_free(merge->readers);
    g_ptr_array_free(merge->blocks, TRUE);
    g_ptr_array_free(merge->slices, TRUE);
    g_ptr_array_free(merge->names, TRUE);
    g_ptr_array_free(merge->times, TRUE);
    g_array_free(merge->files, TRUE);
    g_ptr_array_free(merge->file_names, TRUE);
    g_array_free(merge->tap_of_file, TRUE);
    g_ptr_array_free(merge->damages, TRUE);
    g_free(merge);
}

/* ---- segments ------------------------------------------------------------------------------ */

static void refuse(struct merge *merge, struct file_blocks *blocks)
{
    stream_reader_refuse(blocks->stream);
    merge->has_failed = true;
}

/* A slice's reader is large: it is there from its first block to its last one. */
static bool open_block(struct segments_reader **reader, struct lane *lane, const struct numbers *block)
{
    if (*reader == NULL)
        *reader = segments_reader_new();
    if (!lane->has_begun)
        segments_reader_begin_file(*reader);
    lane->has_begun = true;
    return segments_open(*reader, block->at, (size_t)(block->end - block->at));
}

/* A block of the present file, or of the next ones. */
static bool find_block(struct merge *merge, struct lane *lane)
{
    while (!lane->has_block && lane->file < lane->tap->files->len && !merge->has_failed) {
        const struct tap_file *file = &g_array_index(lane->tap->files, struct tap_file, lane->file);
        struct file_blocks *blocks = g_ptr_array_index(merge->blocks, file->slice);
        struct segments_reader **reader = &merge->readers[file->slice];
        struct numbers block;

        if (file_blocks_next(blocks, file->number, &block)) {
            lane->has_block = true;
            if (!open_block(reader, lane, &block))
                refuse(merge, blocks);
        } else {
            if (!blocks->is_ahead)
                g_clear_pointer(reader, segments_reader_free);
            merge->has_failed = stream_reader_has_failed(blocks->stream);
            lane->file++;
            lane->has_begun = false;
        }
    }
    return lane->has_block && !merge->has_failed;
}

static bool is_of_file(const struct mapped_segment *mapped, const struct slice_file *file)
{
    return mapped->frame <= file->frames && mapped->ordinal <= file->segments &&
           mapped->latest_ns <= file->latest_ns;
}

static void look_ahead(struct merge *merge, struct lane *lane)
{
    while (!lane->is_ahead && find_block(merge, lane)) {
        const struct tap_file *file = &g_array_index(lane->tap->files, struct tap_file, lane->file);
        struct file_blocks *blocks = g_ptr_array_index(merge->blocks, file->slice);
        struct segments_reader *reader = merge->readers[file->slice];

        if (segments_take(reader, &lane->next)) {
            lane->is_ahead = true;
            lane->moment = (struct moment){MAX(lane->next.latest_ns, file->latest_before_ns), lane->number};
            if (!is_of_file(&lane->next, file->file))
                refuse(merge, blocks);
        } else {
            lane->has_block = false;
            if (segments_are_wrong(reader))
                refuse(merge, blocks);
        }
    }
}

static struct lane *first_lane(struct merge *merge)
{
    struct lane *first = NULL;

    for (unsigned i = 0; i < merge->taps->len; i++) {
        struct lane *lane = &merge->lanes[i];

        look_ahead(merge, lane);
        if (lane->is_ahead && (first == NULL || moment_is_before(&lane->moment, &first->moment)))
            first = lane;
    }
    return merge->has_failed ? NULL : first;
}

static bool is_behind_plain(const struct merge *merge, const struct moment *moment, uint64_t own_ordinal)
{
    if (!merge->has_plain)
        return false;
    if (moment->tap == merge->plain.tap)
        return own_ordinal > merge->plain_ordinal;
    return moment_is_before(&merge->plain, moment);
}

bool merge_next(struct merge *merge, struct merged_segment *segment)
{
    struct lane *lane = first_lane(merge);
    const struct tap_file *file;
    uint64_t frame;

    if (lane == NULL)
        return false;
    file = &g_array_index(lane->tap->files, struct tap_file, lane->file);
    *segment = (struct merged_segment){.mapped = lane->next, .latest_ns = lane->moment.latest_ns, .tap = lane->number};
    frame = file->frames_before + lane->next.frame;
    segment->ordinal = file->segments_before + lane->next.ordinal;
    segment->has_plain_before = is_behind_plain(merge, &lane->moment, segment->ordinal);
    for (unsigned i = 0; i < merge->taps->len && merge->taps->len > 1; i++) {
        struct frame_counts *counts = merge->lanes[i].counts;

        if (i == lane->number)
            continue;
        if (!frame_counts_until(counts, &lane->moment)) {
            merge->has_failed = true;
            return false;
        }
        frame += counts->frames;
        segment->ordinal += counts->segments;
    }
    segment->mapped.segment.frame = (uint32_t)frame;
    lane->is_ahead = false;
    return true;
}

bool merge_has_failed(const struct merge *merge)
{
    return merge->has_failed;
}

/* ---- the whole ----------------------------------------------------------------------------- */

unsigned merge_part(const struct merge *merge, unsigned *parts)
{
    const struct slice *slice = g_ptr_array_index(merge->slices, 0);

    *parts = slice->parts;
    return slice->part;
}

const GPtrArray *merge_slices(const struct merge *merge)
{
    return merge->names;
}

unsigned merge_tap_count(const struct merge *merge)
{
    return merge->taps->len;
}

int64_t merge_first_ns(const struct merge *merge)
{
    int64_t first_ns = 0;
    bool any = false;

    for (unsigned i = 0; i < merge->taps->len; i++) {
        const GArray *files = g_array_index(merge->taps, struct tap_files, i).files;
        const struct tap_file *file = files->len > 0 ? &g_array_index(files, struct tap_file, 0) : NULL;

        if (file != NULL && (!any || file->file->first_ns < first_ns))
            first_ns = file->file->first_ns;
        any = any || file != NULL;
    }
    return first_ns;
}

int64_t merge_latest_ns(const struct merge *merge)
{
    int64_t latest_ns = INT64_MIN;

    for (unsigned i = 0; i < merge->taps->len; i++) {
        const GArray *files = g_array_index(merge->taps, struct tap_files, i).files;

        if (files->len > 0)
            latest_ns = MAX(latest_ns, tap_file_latest_ns(&g_array_index(files, struct tap_file, files->len - 1)));
    }
    return latest_ns;
}

const struct tl_capture_file *merge_files(const struct merge *merge, unsigned *count)
{
    *count = merge->files->len;
    return (const struct tl_capture_file *)(void *)merge->files->data;
}

unsigned merge_file_of(const struct merge *merge, unsigned tap, uint32_t frame)
{
    unsigned place = merge->files->len;

    do
        place--;
    while (place > 0 && (g_array_index(merge->tap_of_file, unsigned, place) != tap ||
                         g_array_index(merge->files, struct tl_capture_file, place).first_frame > frame));
    return place;
}

struct cut_datagrams merge_cut_datagrams(const struct merge *merge)
{
    return cut_datagrams_in(merge->slices, merge->taps);
}

bool merge_judged_places(const struct merge *merge, bool is_judged[TL_HOST_PLACES])
{
    bool any = false;

    memset(is_judged, 0, TL_HOST_PLACES * sizeof *is_judged);
    for (unsigned i = 0; i < merge->slices->len; i++) {
        const struct slice *slice = g_ptr_array_index(merge->slices, i);

        for (unsigned place = 0; place < TL_HOST_PLACES; place++) {
            is_judged[place] = is_judged[place] || slice->is_judged[place];
            any = any || slice->is_judged[place];
        }
    }
    return any;
}

const GPtrArray *merge_damages(const struct merge *merge)
{
    return merge->damages;
}
