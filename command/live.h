/* A capture that goes on: each connection is told of when it is over, and forgotten.
 *
 * What decides is the capture's clock. While nothing comes from a capture that is taken at this moment, it goes on
 * as this machine's does: nobody waits for the next packet to hear of what has ended.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_LIVE_H
#define PCAPLIFE_LIVE_H

#include <glib.h>

#include "command/lives.h"
#include "command/source.h"
#include "tcplife/output/capture.h"

#include <stdbool.h>
#include <stdint.h>

/* Who is told. Calls come from two threads, never at the same time. */
struct live_listener {
    void (*begin)(void *ctx, const struct tl_capture *capture); /* before the first record, or the end */
    void (*record)(void *ctx, const struct tl_capture *capture, const struct tl_connection *connection);
    void (*pause)(void *ctx); /* there may be no more for a while: what was written should get to its reader */
    bool (*is_unwanted)(void *ctx); /* nothing more can be written */
    void *ctx;
};

struct live_wishes {
    struct preferences preferences;
    int64_t idle_ns; /* silent for so long, a connection is told of as idle, and forgotten */
    bool slim;       /* records */
};

struct live_report {
    struct tl_capture capture; /* when it began and ended */
    struct undecoded *undecoded; /* what was passed over */
    size_t undecoded_count;
    struct source *source; /* which has ended; not damaged if the user ended it */
};

/* Reads what source_new() makes of `taps` until the input or the user ends it; then all that is left is told. */
void live_read(const GPtrArray *taps, const struct live_wishes *wishes, const struct live_listener *listener,
               struct live_report *report);
void live_report_clear(struct live_report *report);

#endif
