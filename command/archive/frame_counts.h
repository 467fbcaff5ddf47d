/* How many frames, and segments, has a tap captured before a moment? With several taps only all of their frames' times
 * say which number a frame has in the whole.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_FRAME_COUNTS_H
#define PCAPLIFE_ARCHIVE_FRAME_COUNTS_H

#include "command/archive/tap_files.h"

#include <stdbool.h>
#include <stdint.h>

/* A place in the order of all taps' frames: by the latest time so far of its own tap, then by the tap. */
struct moment {
    int64_t latest_ns;
    unsigned tap;
};

static inline bool moment_is_before(const struct moment *one, const struct moment *other)
{
    return one->latest_ns != other->latest_ns ? one->latest_ns < other->latest_ns : one->tap < other->tap;
}

struct frame_counts {
    uint64_t frames, segments; /* before the moment that was asked about last */
    struct frame_counter *counter;
};

/* For tap number `tap` of `taps`; `paths` (char *) are those of the slices' streams of times. Both live on. */
struct frame_counts *frame_counts_new(const GArray *taps, unsigned tap, const GPtrArray *paths);
void frame_counts_free(struct frame_counts *counts);

/* Moments do not fall. False: a stream cannot be read, and the user has been told. */
bool frame_counts_until(struct frame_counts *counts, const struct moment *moment);

#endif
