/* See reading.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/reading.h"

#include "command/batch.h"
#include "command/zeek_feed.h"
#include "output/connection_set.h"
#include "output/pictures/film.h"

#include <inttypes.h>

/* A reading, and what is needed only until the file has ended. */
struct reader {
    struct reading reading;
    char *name;
    struct tl_capture_file file; /* of that name */
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

static void take_segment(void *ctx, const struct tl_segment *segment,
                         const struct segment_bytes *bytes, const struct tl_taken *taken)
{
    struct reader *reader = ctx;

    if (taken->connection == NULL)
        return;
    if (reader->zeek != NULL)
        zeek_feed(reader->zeek, segment, bytes, taken);
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

static struct reader *reader_new(const char *path, const struct reading_wishes *wishes,
                                 const struct preferences *preferences)
{
    const struct tl_memory memory = lives_memory();
    struct reader *reader = g_new0(struct reader, 1);

    reader->tracker = lives_new(preferences);
    reader->zeek = wishes->zeek ? tl_zeek_new(&memory) : NULL;
    reader->name = g_filename_display_name(path);
    reader->file.name = reader->name;
    reader->file.first_frame = 1;
    reader->reading.film = wishes->film ? picture_film_new() : NULL;
    reader->reading.connections = g_byte_array_new();
    reader->reading.capture = lives_capture(reader->tracker, preferences);
    reader->reading.capture.zeek = reader->zeek;
    reader->reading.capture.files = &reader->file;
    reader->reading.capture.file_count = 1;
    return reader;
}

static void read_file(struct reader *reader, struct capture *capture)
{
    const struct batch_listener listener = {take_segment, take_icmp_error, reader};
    const bool listens = reader->zeek != NULL || reader->reading.film != NULL;
    struct batch *batch = batch_new(reader->tracker, listens ? &listener : NULL);
    struct reading *reading = &reader->reading;

    batch_read(batch, capture);
    reading->packets = batch_packets(batch);
    reading->segments = batch_segments(batch);
    reading->undecoded = decoder_undecoded(batch_decoder(batch), &reading->undecoded_count);
    reading->capture.start_ns = capture_first_ns(capture);
    reading->capture.end_ns = capture_latest_ns(capture);
    reading->damage = *capture_damage(capture);
    reading->damage.details = g_strdup(reading->damage.details);
    for (uint32_t i = 0; i < tl_tracker_connection_count(reader->tracker); i++)
        connection_set_add(reading->connections, i);
    batch_free(batch);
}

struct reading *reading_new(const char *path, const struct reading_wishes *wishes,
                            const struct preferences *preferences, struct capture_damage *damage)
{
    struct capture *capture = capture_open(path, damage);
    struct reader *reader;

    if (capture == NULL)
        return NULL;
    reader = reader_new(path, wishes, preferences);
    read_file(reader, capture);
    capture_close(capture);
    return &reader->reading;
}

void reading_free(struct reading *reading)
{
    struct reader *reader = (struct reader *)reading; /* its first member */

    capture_damage_clear(&reading->damage);
    g_free(reading->undecoded);
    g_byte_array_free(reading->connections, TRUE);
    if (reading->film != NULL)
        picture_film_free(reading->film);
    tl_zeek_free(reader->zeek);
    tl_tracker_free(reader->tracker);
    g_free(reader->name);
    g_free(reader);
}
