/* Where the packets of one capture come from: a file; or files that are one capture cut in pieces; or those of
 * several taps, points where the same traffic was captured, merged by time.
 *
 * Frames count through all of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_SOURCE_H
#define PCAPLIFE_SOURCE_H

#include <glib.h>

#include "command/pieces.h"
#include "tcplife/output/capture.h"

#include <stdbool.h>
#include <stdint.h>

struct source;

/* `taps`, 256 at most, is a GPtrArray of them, each a GPtrArray of files: char *, in any order. One that is "-", the
 * standard input, must be the only one of its tap. */
struct source *source_new(const GPtrArray *taps);
void source_free(struct source *source);

/* Could any of its files be opened? */
bool source_any(const struct source *source);
/* For people: "a.pcap", "a.pcap and 2 more files". */
const char *source_name(const struct source *source);

/* At most CAPTURE_KEEPS records can be read before source_forget(). */
enum capture_result source_read(struct source *source, struct packet *packet);
/* The bytes of all packets so far may go. */
void source_forget(struct source *source);

/* Which tap, from 0, has captured the packet that was read last? Fragments of a datagram come from one. */
unsigned source_tap(const struct source *source);
unsigned source_tap_count(const struct source *source);

/* Of what has been read so far, owned by the source: the time of the first frame (0: there was none), the latest
 * time (INT64_MIN: there was none), and the files with frames in the order in which they begin. */
int64_t source_first_ns(const struct source *source);
int64_t source_latest_ns(const struct source *source);
const struct tl_capture_file *source_files(const struct source *source, unsigned *count);
/* The place among source_files() of the one that a frame is in. */
unsigned source_file_of(const struct source *source, uint32_t frame);

/* A message for people about each file that cannot be read to its end. False: there is none. */
bool source_print_damages(const struct source *source);

#endif
