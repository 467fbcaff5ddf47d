/* Segments on their way from the decoder to the tracker.
 *
 * The segments' bytes stay where they are until the tracker has taken them, for it may ask for a checksum.
 * A batch ends when the capture cannot keep more packets, or when they are so large that they would not
 * fit into a processor's cache.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/batch.h"

#include <glib.h>

#include <string.h>

enum { MOST = CAPTURE_KEEPS, MOST_BYTES = 512 << 10 };

struct batch {
    struct tl_tracker *tracker;
    bool is_again; /* the tracker has learnt from all of it */
    struct batch_listener listener;
    GPtrArray *decoders; /* one for each tap: fragments of a datagram come from one */
    uint64_t packets, segments;
    unsigned kept; /* packets since the last end_batch()… */
    size_t kept_bytes; /* …and how large they are */
    unsigned count;
    struct tl_segment waiting[MOST];
    struct segment_bytes bytes[MOST];
    struct tl_taken taken[MOST];
};

static void find_segments(struct batch *batch)
{
    for (unsigned i = 0; i < batch->count; i++)
        batch->taken[i].connection =
            tl_tracker_find_segment(batch->tracker, &batch->waiting[i], &batch->taken[i].sender);
}

void batch_flush(struct batch *batch)
{
    if (batch->is_again)
        find_segments(batch);
    else
        tl_tracker_segments(batch->tracker, batch->waiting, batch->count, batch->taken);
    if (batch->listener.segment != NULL)
        for (unsigned i = 0; i < batch->count; i++)
            batch->listener.segment(batch->listener.ctx, &batch->waiting[i], &batch->bytes[i],
                                    &batch->taken[i]);
    batch->segments += batch->count;
    batch->count = 0;
}

static struct tl_segment *place_of_next(void *ctx, struct segment_bytes **bytes)
{
    struct batch *batch = ctx;

    *bytes = &batch->bytes[batch->count];
    return &batch->waiting[batch->count];
}

static void take_segment(void *ctx)
{
    struct batch *batch = ctx;
    struct tl_segment *segment = &batch->waiting[batch->count];

    segment->checksum = segment_checksum;
    segment->caller = &batch->bytes[batch->count];
    if (++batch->count == MOST)
        batch_flush(batch);
}

/* It comes behind the segments before it. */
static void take_icmp_error(void *ctx, const struct tl_segment *segment, uint8_t type, uint8_t code)
{
    struct batch *batch = ctx;
    const struct tl_connection *connection;
    enum tl_role sender;

    batch_flush(batch);
    connection = batch->is_again
                     ? tl_tracker_find_segment(batch->tracker, segment, &sender)
                     : tl_tracker_icmp_error(batch->tracker, segment->frame, segment->time_ns,
                                             &segment->source, &segment->destination,
                                             segment->seq, type, code);
    if (batch->listener.icmp_error != NULL)
        batch->listener.icmp_error(batch->listener.ctx, segment, connection);
}

struct batch *batch_new(struct tl_tracker *tracker, const struct batch_listener *listener)
{
    struct batch *batch = g_new0(struct batch, 1);

    batch->tracker = tracker;
    if (listener != NULL)
        batch->listener = *listener;
    batch->decoders = g_ptr_array_new();
    return batch;
}

struct batch *batch_new_again(struct tl_tracker *tracker, const struct batch_listener *listener)
{
    struct batch *batch = batch_new(tracker, listener);

    batch->is_again = true;
    return batch;
}

void batch_free(struct batch *batch)
{
    for (unsigned i = 0; i < batch->decoders->len; i++)
        decoder_free(g_ptr_array_index(batch->decoders, i));
    g_ptr_array_free(batch->decoders, TRUE);
    g_free(batch);
}

static void end_batch(struct batch *batch, struct source *source)
{
    batch_flush(batch);
    for (unsigned i = 0; i < batch->decoders->len; i++)
        decoder_forget(g_ptr_array_index(batch->decoders, i));
    source_forget(source);
    batch->kept = 0;
    batch->kept_bytes = 0;
}

static struct decoder *decoder_of(struct batch *batch, unsigned tap)
{
    const struct decoder_sink sink = {place_of_next, take_segment, take_icmp_error, batch};

    while (batch->decoders->len <= tap)
        g_ptr_array_add(batch->decoders, decoder_new(&sink));
    return g_ptr_array_index(batch->decoders, tap);
}

void batch_take(struct batch *batch, struct source *source, enum capture_result result,
                const struct packet *packet)
{
    batch->packets++;
    if (result == CAPTURE_PACKET) {
        decoder_packet(decoder_of(batch, source_tap(source)), packet);
        batch->kept_bytes += packet->captured;
    }
    if (++batch->kept == CAPTURE_KEEPS || batch->kept_bytes > MOST_BYTES)
        end_batch(batch, source);
}

void batch_read(struct batch *batch, struct source *source)
{
    enum capture_result result;
    struct packet packet;

    while ((result = source_read(source, &packet)) != CAPTURE_END)
        batch_take(batch, source, result, &packet);
    end_batch(batch, source);
}

uint64_t batch_packets(const struct batch *batch)
{
    return batch->packets;
}

uint64_t batch_segments(const struct batch *batch)
{
    return batch->segments;
}

struct undecoded *batch_undecoded(const struct batch *batch, size_t *count)
{
    return decoders_undecoded((struct decoder *const *)batch->decoders->pdata, batch->decoders->len,
                              count);
}
