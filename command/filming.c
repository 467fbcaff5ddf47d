/* See filming.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/filming.h"

#include "command/batch.h"
#include "command/complaints.h"
#include "command/printable.h"
#include "command/progress.h"
#include "output/connection_set.h"
#include "output/pictures/film.h"

struct filming {
    struct tl_tracker *tracker;
    const struct source *source;
    uint64_t packets, segments; /* that were in it */
    const GByteArray *wanted; /* NULL: all */
    bool is_at_once;          /* the source can be read only once */
    struct picture_film *film; /* NULL: none yet */
};

struct filming *filming_new(struct tl_tracker *tracker, const struct source *source)
{
    struct filming *filming = g_new0(struct filming, 1);

    filming->tracker = tracker;
    filming->source = source;
    filming->is_at_once = !source_can_be_read_again(source);
    if (filming->is_at_once)
        filming->film = picture_film_new();
    return filming;
}

void filming_free(struct filming *filming)
{
    if (filming == NULL)
        return;
    if (filming->film != NULL)
        picture_film_free(filming->film);
    g_free(filming);
}

bool filming_listens(const struct filming *filming)
{
    return filming->is_at_once;
}

/* ---- segments ------------------------------------------------------------------------------ */

static void take(struct filming *filming, const struct tl_segment *segment,
                 const struct tl_connection *connection, enum tl_role sender, bool quoted)
{
    struct tl_seen_segment seen = {
        .segment = segment,
        .connection = connection,
        .sender = sender,
        .quoted = quoted,
    };

    if (connection == NULL ||
        (filming->wanted != NULL &&
         !connection_set_has(filming->wanted, tl_connection_number(connection))))
        return;
    seen.states = tl_connection_states_after_part(connection, segment->frame, segment->part);
    seen.changes = tl_connection_changes_at_part(connection, segment->frame, segment->part);
    /* An ICMP error that changed nothing was none of the connection's business. */
    if (!quoted || seen.changes.count > 0)
        picture_film_take(filming->film, &seen);
}

void filming_segment(struct filming *filming, const struct tl_segment *segment,
                     const struct tl_connection *connection, enum tl_role sender)
{
    take(filming, segment, connection, sender, false);
}

void filming_icmp_error(struct filming *filming, const struct tl_segment *segment,
                        const struct tl_connection *connection)
{
    take(filming, segment, connection, TL_CLIENT, true);
}

void filming_note_end(struct filming *filming, uint64_t packets, uint64_t segments)
{
    filming->packets = packets;
    filming->segments = segments;
}

/* ---- the second time ----------------------------------------------------------------------- */

static void take_segment(void *ctx, const struct tl_segment *segment,
                         const struct segment_bytes *bytes, const struct tl_taken *taken)
{
    (void)bytes;
    filming_segment(ctx, segment, taken->connection, taken->sender);
}

static void take_icmp_error(void *ctx, const struct tl_segment *segment,
                            const struct tl_connection *connection)
{
    filming_icmp_error(ctx, segment, connection);
}

/* A file that has grown meanwhile is read as far as the first time. False: it is another one. */
static bool read_again(struct filming *filming)
{
    const struct batch_listener listener = {take_segment, take_icmp_error, filming};
    struct batch *batch = batch_new_again(filming->tracker, &listener);
    struct source *source = source_new_again(filming->source);
    enum capture_result result;
    struct packet packet;
    bool is_same;

    while (batch_packets(batch) < filming->packets &&
           (result = source_read(source, &packet)) != CAPTURE_END)
        batch_take(batch, source, result, &packet);
    batch_flush(batch);
    is_same = batch_packets(batch) == filming->packets && batch_segments(batch) == filming->segments;
    batch_free(batch);
    source_free(source);
    return is_same;
}

static void forget_film(struct filming *filming)
{
    if (filming->film != NULL)
        picture_film_free(filming->film);
    filming->film = NULL;
}

static void complain_of_change(const struct filming *filming)
{
    char *name = printable(source_name(filming->source));

    complain("%s was changed while it was read: no ladder can be drawn", name);
    g_free(name);
}

struct picture_film *filming_film(struct filming *filming, const GByteArray *connections)
{
    bool is_same;

    if (filming->is_at_once)
        return filming->film;
    forget_film(filming);
    filming->film = picture_film_new();
    filming->wanted = connections;
    progress_hold(true);
    is_same = read_again(filming);
    progress_hold(false);
    filming->wanted = NULL;
    if (!is_same) {
        forget_film(filming);
        complain_of_change(filming);
    }
    return filming->film;
}
