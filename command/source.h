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

enum { SOURCE_TAPS_AT_MOST = 256 }; /* a byte says which tap a frame is of */

/* `taps`, so many at most, is a GPtrArray of them, each a GPtrArray of files: char *, in any order. One that is "-", the
 * standard input, must be the only one of its tap. */
struct source *source_new(const GPtrArray *taps);
struct source *source_of_file(char *path);
void source_free(struct source *source);

/* Can it be opened a second time? Not what comes through a pipe. */
bool source_can_be_read_again(const struct source *source);
/* The same files, from their beginning. */
struct source *source_new_again(const struct source *source);

/* Could any of its files be opened? */
bool source_any(const struct source *source);
/* For people: "a.pcap", "a.pcap and 2 more files". */
const char *source_name(const struct source *source);
/* Of a source that is one file: that; else NULL. */
const char *source_path(const struct source *source);
/* For what wants the name of one file: that, or the first one that packets came from. */
const char *source_file_to_name(const struct source *source);
/* source_name() of one that is not open yet, to be freed with g_free(). */
char *source_name_of(const GPtrArray *taps);

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

/* What ended with this error of libwiretap is not damaged. */
void source_forgive(struct source *source, int error);
/* Is there a file that cannot be read to its end? */
bool source_is_damaged(const struct source *source);
/* Why, of all such files; NULL: there is none. To be freed with g_free(). */
char *source_damage_text(const struct source *source);
/* A sentence about each such file, with its name: char *, to be freed with g_ptr_array_unref(). */
GPtrArray *source_damages(const struct source *source);
/* The user is told about each of them. False: there is none. */
bool source_print_damages(const struct source *source);

#endif
