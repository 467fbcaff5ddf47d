/* See reading.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/reading.h"

#include "command/arena.h"
#include "command/batch.h"
#include "command/filming.h"
#include "command/zeek_feed.h"
#include "output/connection_set.h"

#include <inttypes.h>

/* A reading, and what it is made of. */
struct reader {
    struct reading reading;
    struct source *source; /* reading.source, to be read */
    struct arena *arena; /* of all that the next two know */
    struct tl_tracker *tracker;
    struct tl_zeek *zeek;
    bool films; /* reading.filming listens */
};

static void take_segment(void *ctx, const struct tl_segment *segment,
                         const struct segment_bytes *bytes, const struct tl_taken *taken)
{
    struct reader *reader = ctx;

    if (taken->connection == NULL)
        return;
    if (reader->zeek != NULL)
        zeek_feed(reader->zeek, segment, bytes, taken);
    if (reader->films)
        filming_segment(reader->reading.filming, segment, taken->connection, taken->sender);
}

static void take_icmp_error(void *ctx, const struct tl_segment *segment,
                            const struct tl_connection *connection)
{
    struct reader *reader = ctx;

    if (reader->films)
        filming_icmp_error(reader->reading.filming, segment, connection);
}

static unsigned file_of(uint32_t frame, void *ctx)
{
    const struct reader *reader = ctx;

    return source_file_of(reader->source, frame);
}

static struct reader *reader_new(struct source *source, const struct reading_wishes *wishes,
                                 const struct preferences *preferences)
{
    struct reader *reader = g_new0(struct reader, 1);
    struct tl_memory memory;

    reader->source = source;
    reader->arena = arena_new();
    memory = arena_memory(reader->arena);
    reader->tracker = lives_new(&memory, preferences);
    reader->zeek = wishes->zeek ? tl_zeek_new(&memory) : NULL;
    reader->reading.source = source;
    reader->reading.name = source_name(source);
    reader->reading.filming = wishes->pictures ? filming_new(reader->tracker, source) : NULL;
    reader->films = wishes->pictures && filming_listens(reader->reading.filming);
    reader->reading.connections = g_byte_array_new();
    reader->reading.capture = lives_capture(reader->tracker, preferences);
    reader->reading.capture.zeek = reader->zeek;
    reader->reading.capture.file_of = source_tap_count(source) > 1 ? file_of : NULL;
    reader->reading.capture.ctx = reader;
    return reader;
}

/* reading.of_nothing */
static char *of_nothing(const struct reading *reading)
{
    uint64_t passed_over = 0;

    for (size_t i = 0; i < reading->undecoded_count; i++)
        passed_over += reading->undecoded[i].packets;
    if (source_is_damaged(reading->source) || passed_over < reading->packets ||
        tl_tracker_connection_count(reading->capture.tracker) > 0)
        return NULL;
    if (reading->packets == 0)
        return g_strdup_printf("there is no packet in %s", reading->name);
    return g_strdup_printf("none of the packets of %s could be decoded: %s", reading->name,
                           reading->undecoded[0].kind);
}

static void read_source(struct reader *reader)
{
    const struct batch_listener listener = {take_segment, take_icmp_error, reader};
    const bool listens = reader->zeek != NULL || reader->films;
    struct batch *batch = batch_new(reader->tracker, listens ? &listener : NULL);
    struct reading *reading = &reader->reading;

    batch_read(batch, reader->source);
    reading->packets = batch_packets(batch);
    reading->segments = batch_segments(batch);
    if (reading->filming != NULL)
        filming_note_end(reading->filming, reading->packets, reading->segments);
    reading->undecoded = batch_undecoded(batch, &reading->undecoded_count);
    reading->capture.start_ns = source_first_ns(reader->source);
    reading->capture.end_ns = source_latest_ns(reader->source);
    reading->capture.files = source_files(reader->source, &reading->capture.file_count);
    for (uint32_t i = 0; i < tl_tracker_connection_count(reader->tracker); i++)
        connection_set_add(reading->connections, i);
    reading->of_nothing = of_nothing(reading);
    batch_free(batch);
}

struct reading *reading_new(struct source *source, const struct reading_wishes *wishes,
                            const struct preferences *preferences)
{
    struct reader *reader = reader_new(source, wishes, preferences);

    read_source(reader);
    return &reader->reading;
}

void reading_free(struct reading *reading)
{
    struct reader *reader = (struct reader *)reading; /* its first member */

    g_free(reading->undecoded);
    g_free(reading->of_nothing);
    g_byte_array_free(reading->connections, TRUE);
    filming_free(reading->filming);
    arena_free(reader->arena);
    g_free(reader);
}
