/* A capture read to its end: its connections, and what output needs to know of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_READING_H
#define PCAPLIFE_READING_H

#include <glib.h>

#include "command/lives.h"
#include "command/source.h"
#include "tcplife/output/capture.h"

#include <stdbool.h>
#include <stdint.h>

struct filming;

/* What costs memory or time, and is done only where it is asked for. */
struct reading_wishes {
    bool zeek; /* Zeek's words, tl_capture.zeek */
    bool pictures; /* what they are made of, reading.filming */
};

struct reading {
    struct tl_capture capture;
    GByteArray *connections;   /* a connection_set: all that there are, until somebody chooses */
    struct filming *filming;   /* NULL: no pictures are wished for */
    uint64_t packets, segments;
    struct undecoded *undecoded; /* what was passed over: kinds, most packets first */
    size_t undecoded_count;
    const struct source *source;
    const char *name;        /* the source's, for people */

    /* Why there is nothing in it, although it could be read to its end: it was never made, or a download failed. One
     * sentence without a full stop. NULL: there are connections in it, or only other traffic than TCP's. */
    char *of_nothing;
};

/* Reads all of the source, which has to live on until the reading is freed. */
struct reading *reading_new(struct source *source, const struct reading_wishes *wishes,
                            const struct preferences *preferences);
void reading_free(struct reading *reading);

#endif
