/* Segments on their way from the decoder to the tracker, many at a time: so they are several times as fast. Of a
 * capture that is read a second time, the tracker is only asked whose they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_BATCH_H
#define PCAPLIFE_BATCH_H

#include "command/decode/decode.h"
#include "command/source.h"
#include "tcplife/tracker.h"

/* Who wants to know of every segment; NULL members are not called. */
struct batch_listener {
    /* A segment was learnt from, or found. What the pointers lead to lives as long as the call, but the connection. */
    void (*segment)(void *ctx, const struct tl_segment *segment, const struct segment_bytes *bytes,
                    const struct tl_taken *taken);
    /* An ICMP error was learnt from, or found; `connection` is NULL where it was about none. */
    void (*icmp_error)(void *ctx, const struct tl_segment *segment,
                       const struct tl_connection *connection);
    void *ctx;
};

struct batch;

struct batch *batch_new(struct tl_tracker *tracker, const struct batch_listener *listener);
/* The tracker has learnt from the capture already. */
struct batch *batch_new_again(struct tl_tracker *tracker, const struct batch_listener *listener);
void batch_free(struct batch *batch);

/* Reads to the end, and learns from all of it. */
void batch_read(struct batch *batch, struct source *source);

/* One step of that, for who reads packets himself: what source_read() said, which was not CAPTURE_END. */
void batch_take(struct batch *batch, struct source *source, enum capture_result result,
                const struct packet *packet);
/* All segments so far are learnt from. */
void batch_flush(struct batch *batch);

/* Since the beginning. */
uint64_t batch_packets(const struct batch *batch);
uint64_t batch_segments(const struct batch *batch);
/* What was passed over: the kinds, most packets first, `*count` of them, freed by the caller with g_free(). */
struct undecoded *batch_undecoded(const struct batch *batch, size_t *count);

#endif
