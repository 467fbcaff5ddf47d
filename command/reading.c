/* See reading.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/reading.h"

#include "command/batch.h"
#include "output/connection_set.h"
#include "output/pictures/film.h"

#include <inttypes.h>

enum { IPV4 = 4, IPV6 = 6 }; /* the decoder's families */

/* A reading, and what it is made of. */
struct reader {
    struct reading reading;
    struct source *source;
    struct tl_tracker *tracker;
    struct tl_zeek *zeek;
};

static void film_segment(struct picture_film *film, const struct tl_segment *segment,
                         const struct tl_connection *connection, enum tl_role sender, bool quoted)
{
    const struct tl_seen_segment seen = {
        .segment = segment,
        .connection = connection,
        .sender = sender,
        .quoted = quoted,
        .states = tl_connection_states_after_part(connection, segment->frame, segment->part),
        .changes = tl_connection_changes_at_part(connection, segment->frame, segment->part),
    };

    /* An ICMP error that changed nothing was none of the connection's business. */
    if (!quoted || seen.changes.count > 0)
        picture_film_take(film, &seen);
}

/* What no IP header tells is taken to be as short as it can be. */
static uint32_t ip_length(const struct tl_segment *segment, const struct segment_bytes *bytes)
{
    enum { IPV4_HEADER = 20, IPV6_HEADER = 40 };

    if (bytes->ip_length > 0)
        return bytes->ip_length;
    return (uint32_t)bytes->on_the_wire +
           (segment->source.family == IPV6 ? IPV6_HEADER : IPV4_HEADER);
}

static void take_segment(void *ctx, const struct tl_segment *segment,
                         const struct segment_bytes *bytes, const struct tl_taken *taken)
{
    struct reader *reader = ctx;

    if (taken->connection == NULL)
        return;
    if (reader->zeek != NULL) {
        const struct tl_zeek_packet packet = {
            .segment = segment,
            .ip_length = ip_length(segment, bytes),
            .is_whole = bytes->captured >= bytes->on_the_wire,
        };

        tl_zeek_segment(reader->zeek, tl_connection_number(taken->connection), taken->sender,
                        &packet);
    }
    if (reader->reading.film != NULL)
        film_segment(reader->reading.film, segment, taken->connection, taken->sender, false);
}

static void take_icmp_error(void *ctx, const struct tl_segment *segment,
                            const struct tl_connection *connection)
{
    struct reader *reader = ctx;

    if (connection != NULL && reader->reading.film != NULL)
        film_segment(reader->reading.film, segment, connection, TL_CLIENT, true);
}

static unsigned file_of(uint32_t frame, void *ctx)
{
    const struct reader *reader = ctx;

    return source_file_of(reader->source, frame);
}

static struct reader *reader_new(struct source *source, const struct reading_wishes *wishes,
                                 const struct preferences *preferences)
{
    const struct tl_memory memory = lives_memory();
    struct reader *reader = g_new0(struct reader, 1);

    reader->source = source;
    reader->tracker = lives_new(preferences);
    reader->zeek = wishes->zeek ? tl_zeek_new(&memory) : NULL;
    reader->reading.name = source_name(source);
    reader->reading.film = wishes->film ? picture_film_new() : NULL;
    reader->reading.connections = g_byte_array_new();
    reader->reading.capture = (struct tl_capture){
        .tracker = reader->tracker,
        .zeek = reader->zeek,
        .msl_ns = preferences->msl * INT64_C(1000000000),
        .ipv4 = IPV4,
        .ipv6 = IPV6,
        .file_of = source_tap_count(source) > 1 ? file_of : NULL,
        .ctx = reader,
    };
    return reader;
}

static void read_source(struct reader *reader)
{
    const struct batch_listener listener = {take_segment, take_icmp_error, reader};
    const bool listens = reader->zeek != NULL || reader->reading.film != NULL;
    struct batch *batch = batch_new(reader->tracker, listens ? &listener : NULL);
    struct reading *reading = &reader->reading;

    batch_read(batch, reader->source);
    reading->packets = batch_packets(batch);
    reading->segments = batch_segments(batch);
    reading->undecoded = batch_undecoded(batch, &reading->undecoded_count);
    reading->capture.start_ns = source_first_ns(reader->source);
    reading->capture.end_ns = source_latest_ns(reader->source);
    reading->capture.files = source_files(reader->source, &reading->capture.file_count);
    for (uint32_t i = 0; i < tl_tracker_connection_count(reader->tracker); i++)
        connection_set_add(reading->connections, i);
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
    g_byte_array_free(reading->connections, TRUE);
    if (reading->film != NULL)
        picture_film_free(reading->film);
    tl_zeek_free(reader->zeek);
    tl_tracker_free(reader->tracker);
    g_free(reader);
}
