/* See frame_counts.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/frame_counts.h"

#include "command/archive/file_blocks.h"

struct frame_counter {
    const struct tap_files *tap;
    unsigned tap_number;
    const GPtrArray *paths;
    struct file_blocks **blocks; /* by slice; NULL: not opened yet */
    unsigned file;               /* of the tap's files */
    uint64_t file_frames;        /* of it were read */
    int64_t noted_ns;            /* the latest time of the file's frames */
    uint64_t left;               /* frames of the block… */
    struct numbers times, segments; /* …and their columns */
    bool is_ahead, has_failed;
    struct moment next;
    uint64_t next_segments;
};

struct frame_counts *frame_counts_new(const GArray *taps, unsigned tap, const GPtrArray *paths)
{
    struct frame_counts *counts = g_new0(struct frame_counts, 1);

    counts->counter = g_new0(struct frame_counter, 1);
    counts->counter->tap = &g_array_index(taps, struct tap_files, tap);
    counts->counter->tap_number = tap;
    counts->counter->paths = paths;
    counts->counter->blocks = g_new0(struct file_blocks *, paths->len);
    return counts;
}

void frame_counts_free(struct frame_counts *counts)
{
    for (unsigned i = 0; i < counts->counter->paths->len; i++)
        file_blocks_free(counts->counter->blocks[i]);
    g_free(counts->counter->blocks);
    g_free(counts->counter);
    g_free(counts);
}

static const struct tap_file *present_file(const struct frame_counter *counter)
{
    return &g_array_index(counter->tap->files, struct tap_file, counter->file);
}

static bool read_block(struct frame_counter *counter, struct file_blocks *blocks)
{
    const uint8_t *column;
    struct numbers block;
    size_t length;

    if (!file_blocks_next(blocks, present_file(counter)->number, &block))
        return false;
    counter->left = numbers_take(&block);
    column = numbers_take_bytes(&block, &length);
    counter->times = numbers_in(column, length);
    column = numbers_take_bytes(&block, &length);
    counter->segments = numbers_in(column, length);
    counter->times.is_wrong = counter->segments.is_wrong = block.is_wrong;
    return true;
}

/* A block with frames of the present file, or of the next ones. */
static bool find_block(struct frame_counter *counter)
{
    while (counter->left == 0 && counter->file < counter->tap->files->len && !counter->has_failed) {
        const struct tap_file *file = present_file(counter);
        struct file_blocks **blocks = &counter->blocks[file->slice];

        if (*blocks == NULL)
            *blocks = file_blocks_new(g_ptr_array_index(counter->paths, file->slice), STREAM_TIMES);
        if (*blocks == NULL) {
            counter->has_failed = true;
        } else if (!read_block(counter, *blocks)) {
            if (counter->file_frames != file->file->frames)
                stream_reader_refuse((*blocks)->stream);
            counter->has_failed = stream_reader_has_failed((*blocks)->stream);
            counter->file++;
            counter->file_frames = 0;
            counter->noted_ns = 0;
        }
    }
    return counter->left > 0 && !counter->has_failed;
}

static void look_ahead(struct frame_counter *counter)
{
    if (!find_block(counter))
        return;
    counter->left--;
    counter->file_frames++;
    counter->noted_ns = numbers_after_step(counter->noted_ns, numbers_take_signed(&counter->times));
    counter->next = (struct moment){MAX(counter->noted_ns, present_file(counter)->latest_before_ns),
                                    counter->tap_number};
    counter->next_segments = numbers_take(&counter->segments);
    counter->is_ahead = !counter->times.is_wrong && !counter->segments.is_wrong;
    if (!counter->is_ahead) {
        stream_reader_refuse(counter->blocks[present_file(counter)->slice]->stream);
        counter->has_failed = true;
    }
}

bool frame_counts_until(struct frame_counts *counts, const struct moment *moment)
{
    struct frame_counter *counter = counts->counter;

    for (;;) {
        if (!counter->is_ahead)
            look_ahead(counter);
        if (!counter->is_ahead || !moment_is_before(&counter->next, moment))
            return !counter->has_failed;
        counts->frames++;
        counts->segments += counter->next_segments;
        counter->is_ahead = false;
    }
}
