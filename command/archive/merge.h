/* The segments of one part of an archive in the order of the whole, from the streams of all slices.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_MERGE_H
#define PCAPLIFE_ARCHIVE_MERGE_H

#include "command/archive/cut_datagrams.h"
#include "command/archive/segments.h"
#include "tcplife/hosts.h"
#include "tcplife/output/capture.h"

#include <stdbool.h>
#include <stdint.h>

struct merge;

/* `paths`, char *, are those of all streams of one part. NULL: they cannot be read together, and the user has been
 * told. */
struct merge *merge_new(const GPtrArray *paths);
void merge_free(struct merge *merge);

struct merged_segment {
    struct mapped_segment mapped; /* segment.frame is the whole's */
    uint64_t ordinal;             /* so many segments of the whole are before it */
    int64_t latest_ns;            /* of all frames until then, its own as well */
    bool has_plain_before;        /* one of those acknowledges, and is neither SYN nor FIN nor RST */
    unsigned tap;
};

/* False: there are no more, or merge_has_failed(). */
bool merge_next(struct merge *merge, struct merged_segment *segment);
/* The user has been told. */
bool merge_has_failed(const struct merge *merge);

/* Of the whole; owned by the merge. */
unsigned merge_part(const struct merge *merge, unsigned *parts);
/* The slices' names, in order: what is told is of these. */
const GPtrArray *merge_slices(const struct merge *merge);
unsigned merge_tap_count(const struct merge *merge);
int64_t merge_first_ns(const struct merge *merge);
int64_t merge_latest_ns(const struct merge *merge);
const struct tl_capture_file *merge_files(const struct merge *merge, unsigned *count);
/* The place among merge_files() of the one in which a tap's frame is. */
unsigned merge_file_of(const struct merge *merge, unsigned tap, uint32_t frame);
/* None but in part 0. */
struct cut_datagrams merge_cut_datagrams(const struct merge *merge);
/* In which places of hosts are segments that are judged by them? False: in none. */
bool merge_judged_places(const struct merge *merge, bool is_judged[TL_HOST_PLACES]);
/* Sentences, char *, about files that could not be read to their ends. */
const GPtrArray *merge_damages(const struct merge *merge);

#endif
