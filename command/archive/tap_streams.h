/* What pcaplife map writes of one tap's files: a stream of segments for each part, and one of all frames' times.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_TAP_STREAMS_H
#define PCAPLIFE_ARCHIVE_TAP_STREAMS_H

#include "command/archive/segments.h"
#include "command/archive/slice.h"

#include <stdbool.h>
#include <stdint.h>

struct tap_streams;

/* For a slice with its name, its tap and its number of parts, which from now on is theirs. NULL: they cannot be
 * written, and the user has been told. */
struct tap_streams *tap_streams_new(const char *folder, struct slice *slice);

/* What comes next is of this file. */
void tap_streams_begin_file(struct tap_streams *streams, const char *path);
/* One more frame of it; its segments come behind this. */
void tap_streams_frame(struct tap_streams *streams, int64_t time_ns, bool is_packet);
/* A segment of that frame: place and part are filled in here. */
void tap_streams_segment(struct tap_streams *streams, struct mapped_segment *mapped);
/* The file of that path could not be read to its end, or not at all. */
void tap_streams_damage(struct tap_streams *streams, const char *path, const char *damage);

/* Datagrams of which fragments are missing (decoder_unfinished()), MOST_NOTED_DATAGRAMS at most. */
void tap_streams_unfinished(struct tap_streams *streams, const struct noted_datagram *datagrams, unsigned count);

/* False: something could not be written, and the user has been told. Frees all of it. */
bool tap_streams_end(struct tap_streams *streams);

#endif
