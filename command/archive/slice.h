/* What one task of pcaplife map has read: some files of one tap. The last block of each of its streams.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_SLICE_H
#define PCAPLIFE_ARCHIVE_SLICE_H

#include <glib.h>

#include "command/decode/fragments.h"
#include "tcplife/hosts.h"

#include <stdbool.h>
#include <stdint.h>

/* A task of map has a file open for each. */
enum { MOST_PARTS = 512 };

/* One of its files. Times are nanoseconds since the epoch. */
struct slice_file {
    char *path;
    char *damage;            /* why it was not read to its end, or NULL */
    int64_t first_packet_ns; /* INT64_MIN: it has none; it says where the file comes among the tap's */
    int64_t first_ns;        /* of its first frame, be it a packet or not */
    int64_t latest_ns;
    uint64_t frames;
    uint64_t segments; /* a socket's to itself count twice */
    /* Its first segment that acknowledges and is neither SYN nor FIN nor RST. */
    bool has_plain;
    uint64_t plain_ordinal;
    int64_t plain_latest_ns; /* of all frames until then */
};

struct slice {
    unsigned parts, part; /* into how many is everything divided, and which one is this, from 0 */
    char *name;  /* of the slice's streams, without folder and ending */
    char *tap;   /* "": it has no name */
    GArray *files; /* struct slice_file, in their order; their numbers are in the blocks */
    /* Is a segment of theirs, in whichever part, judged by its host, of this place (tcplife/hosts.h)? */
    bool is_judged[TL_HOST_PLACES];
    /* struct noted_datagram, of part 0 alone, whose frames are counted through all the files: not all fragments of these
     * are in there. */
    GArray *unfinished;
    /* The same part's: those that became whole in there. NULL: none did. */
    struct whole_datagrams *whole;
};

/* Nothing in it. */
struct slice *slice_new(void);
void slice_free(struct slice *slice);

void slice_put(const struct slice *slice, GByteArray *to);
/* NULL: these are no slice's. */
struct slice *slice_take(const GByteArray *from);

#endif
