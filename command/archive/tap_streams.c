/* See tap_streams.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/tap_streams.h"

#include "command/archive/numbers.h"
#include "command/archive/socket_pair.h"
#include "command/archive/stream.h"

#include <string.h>

/* So many are in a block: enough to compress well. */
enum { SEGMENTS_A_BLOCK = 16384, FRAMES_A_BLOCK = 65536 };

struct part {
    struct stream_writer *writer;
    struct segments_writer *segments;
};

struct tap_streams {
    struct slice *slice;
    struct part *parts;
    struct stream_writer *times;
    struct numbers_column lateness, counts; /* of the frames that wait for a block */
    GByteArray *block;
    unsigned frames_waiting;
    uint64_t counted;       /* segments before the frame that was noted last */
    int64_t noted_ns;       /* the latest time that was noted */
    struct slice_file file; /* the present one, which is not among the slice's yet… */
    bool has_file;          /* …or there is none */
};

static struct stream_writer *open_stream(const char *folder, const char *name, const char *ending,
                                         enum stream_kind kind)
{
    char *file = g_strconcat(name, ending, NULL), *path = g_build_filename(folder, file, NULL);
    struct stream_writer *writer = stream_writer_new(path, kind);

    g_free(path);
    g_free(file);
    return writer;
}

static bool open_streams(struct tap_streams *streams, const char *folder)
{
    streams->times = open_stream(folder, streams->slice->name, ".times", STREAM_TIMES);
    for (unsigned i = 0; i < streams->slice->parts && streams->times != NULL; i++) {
        char *ending = g_strdup_printf(".p%u", i);

        streams->parts[i].segments = segments_writer_new();
        streams->parts[i].writer =
            open_stream(folder, streams->slice->name, ending, STREAM_SEGMENTS);
        g_free(ending);
        if (streams->parts[i].writer == NULL)
            return false;
    }
    return streams->times != NULL;
}

static void free_streams(struct tap_streams *streams)
{
    for (unsigned i = 0; i < streams->slice->parts; i++) {
        stream_writer_free(streams->parts[i].writer);
        if (streams->parts[i].segments != NULL)
            segments_writer_free(streams->parts[i].segments);
    }
    stream_writer_free(streams->times);
    g_free(streams->lateness.bytes);
    g_free(streams->counts.bytes);
    g_byte_array_free(streams->block, TRUE);
    g_free(streams->parts);
    slice_free(streams->slice);
    g_free(streams);
}

struct tap_streams *tap_streams_new(const char *folder, struct slice *slice)
{
    struct tap_streams *streams = g_new0(struct tap_streams, 1);

    streams->slice = slice;
    streams->parts = g_new0(struct part, slice->parts);
    streams->block = g_byte_array_new();
    if (!open_streams(streams, folder)) {
        free_streams(streams);
        return NULL;
    }
    return streams;
}

/* ---- blocks -------------------------------------------------------------------------------- */

static void begin_block(struct tap_streams *streams)
{
    g_byte_array_set_size(streams->block, 0);
    numbers_put(streams->block, streams->slice->files->len);
}

static void flush_part(struct tap_streams *streams, struct part *part)
{
    if (segments_waiting(part->segments) == 0)
        return;
    begin_block(streams);
    segments_flush(part->segments, streams->block);
    stream_write(part->writer, streams->block);
}

/* How many segments the last frame holds is known when the next one comes. */
static void count_last_frame(struct tap_streams *streams)
{
    if (streams->file.frames > 0)
        numbers_add(&streams->counts, streams->file.segments - streams->counted);
    streams->counted = streams->file.segments;
}

static void flush_times(struct tap_streams *streams)
{
    if (streams->frames_waiting == 0)
        return;
    begin_block(streams);
    numbers_put(streams->block, streams->frames_waiting);
    numbers_put_column(streams->block, &streams->lateness);
    numbers_put_column(streams->block, &streams->counts);
    stream_write(streams->times, streams->block);
    streams->frames_waiting = 0;
}

/* ---- files --------------------------------------------------------------------------------- */

static void end_file(struct tap_streams *streams)
{
    if (!streams->has_file)
        return;
    count_last_frame(streams);
    flush_times(streams);
    for (unsigned i = 0; i < streams->slice->parts; i++) {
        flush_part(streams, &streams->parts[i]);
        segments_begin_file(streams->parts[i].segments);
    }
    g_array_append_val(streams->slice->files, streams->file);
    streams->has_file = false;
}

void tap_streams_begin_file(struct tap_streams *streams, const char *path)
{
    end_file(streams);
    streams->file = (struct slice_file){
        .path = g_strdup(path), .first_packet_ns = INT64_MIN, .latest_ns = INT64_MIN};
    streams->has_file = true;
    streams->counted = 0;
    streams->noted_ns = 0;
}

void tap_streams_frame(struct tap_streams *streams, int64_t time_ns, bool is_packet)
{
    struct slice_file *file = &streams->file;

    count_last_frame(streams);
    if (streams->frames_waiting == FRAMES_A_BLOCK)
        flush_times(streams);
    if (file->frames++ == 0)
        file->first_ns = time_ns;
    if (is_packet && file->first_packet_ns == INT64_MIN)
        file->first_packet_ns = time_ns;
    file->latest_ns = MAX(file->latest_ns, time_ns);
    numbers_add(&streams->lateness, numbers_folded(numbers_step(streams->noted_ns, file->latest_ns)));
    streams->noted_ns = file->latest_ns;
    streams->frames_waiting++;
}

static bool is_plain(const struct tl_segment *segment)
{
    return (segment->flags & (TL_ACK | TL_SYN | TL_FIN | TL_RST)) == TL_ACK;
}

static void count_segment(struct slice_file *file, const struct tl_segment *segment)
{
    if (!file->has_plain && is_plain(segment)) {
        file->has_plain = true;
        file->plain_ordinal = file->segments;
        file->plain_latest_ns = file->latest_ns;
    }
    file->segments += socket_pair_is_same(&segment->source, &segment->destination) ? 2 : 1;
}

void tap_streams_segment(struct tap_streams *streams, struct mapped_segment *mapped)
{
    const struct tl_segment *s = &mapped->segment;
    const uint32_t hash = socket_pair_hash(&s->source, &s->destination);
    struct part *part = &streams->parts[socket_pair_part(hash, streams->slice->parts)];

    mapped->frame = streams->file.frames;
    mapped->ordinal = streams->file.segments;
    mapped->latest_ns = streams->file.latest_ns;
    segments_put(part->segments, mapped, hash);
    if (!mapped->is_quoted)
        count_segment(&streams->file, s);
    if (tl_is_judged_by_host(s, mapped->checksum))
        streams->slice->is_judged[tl_host_place(&s->source, s->network)] = true;
    if (segments_waiting(part->segments) == SEGMENTS_A_BLOCK)
        flush_part(streams, part);
}

void tap_streams_damage(struct tap_streams *streams, const char *path, const char *damage)
{
    struct slice_file file = {.path = g_strdup(path),
                              .damage = g_strdup(damage),
                              .first_packet_ns = INT64_MIN,
                              .latest_ns = INT64_MIN};

    end_file(streams);
    for (unsigned i = 0; i < streams->slice->files->len; i++) {
        struct slice_file *known = &g_array_index(streams->slice->files, struct slice_file, i);

        if (strcmp(known->path, path) == 0 && known->damage == NULL) {
            known->damage = file.damage;
            g_free(file.path);
            return;
        }
    }
    g_array_append_val(streams->slice->files, file);
}

void tap_streams_unfinished(struct tap_streams *streams, const struct noted_datagram *datagrams, unsigned count)
{
    g_array_append_vals(streams->slice->unfinished, datagrams, count);
}

bool tap_streams_end(struct tap_streams *streams)
{
    bool good = true;

    end_file(streams);
    for (unsigned i = 0; i < streams->slice->parts; i++) {
        g_byte_array_set_size(streams->block, 0);
        streams->slice->part = i;
        slice_put(streams->slice, streams->block);
        good = stream_writer_end(streams->parts[i].writer, streams->block) && good;
        streams->parts[i].writer = NULL;
    }
    streams->slice->part = 0;
    g_byte_array_set_size(streams->block, 0);
    slice_put(streams->slice, streams->block);
    good = stream_writer_end(streams->times, streams->block) && good;
    streams->times = NULL;
    free_streams(streams);
    return good;
}
