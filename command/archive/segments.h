/* Segments in a stream's blocks: columns of what differs from what is expected.
 *
 * A segment of a conversation that went before costs a few bytes: where its numbers go on is known. Writer and reader
 * keep the same few thousand conversations in mind; docs/archives.md describes the columns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_SEGMENTS_H
#define PCAPLIFE_ARCHIVE_SEGMENTS_H

#include <glib.h>

#include "tcplife/segment.h"

#include <stdbool.h>
#include <stdint.h>

/* A segment, or one that an ICMP error quotes, and where in its file it was. */
struct mapped_segment {
    /* All but `frame`, `checksum` and `caller`. */
    struct tl_segment segment;
    uint64_t frame;   /* of its file, from 1 */
    uint64_t ordinal; /* so many segments are before it in its file; one of a socket to itself counts twice */
    int64_t latest_ns; /* of all frames of its file so far, its own included */
    enum tl_checksum checksum;
    uint32_t ip_length; /* for Zeek, as struct tl_zeek_packet's */
    bool is_whole;      /* the same */
    bool is_quoted;     /* by an ICMP error: */
    uint8_t icmp_type, icmp_code;
};

struct segments_writer;

struct segments_writer *segments_writer_new(void);
void segments_writer_free(struct segments_writer *writer);
/* `hash` is socket_pair_hash() of its sockets. Frames and ordinals do not fall within a file. */
void segments_put(struct segments_writer *writer, const struct mapped_segment *mapped, uint32_t hash);
/* So many were put since the last block. */
unsigned segments_waiting(const struct segments_writer *writer);
/* Appends them to the block, all of them one file's, and forgets them. */
void segments_flush(struct segments_writer *writer, GByteArray *block);
/* What comes next is of another file. */
void segments_begin_file(struct segments_writer *writer);

struct segments_reader;

struct segments_reader *segments_reader_new(void);
void segments_reader_free(struct segments_reader *reader);
/* Begins with a block's bytes, which live until all is taken. False: they are no such block. */
bool segments_open(struct segments_reader *reader, const uint8_t *bytes, size_t length);
/* False: the block has no more, or what it has is no segment: segments_are_wrong(). */
bool segments_take(struct segments_reader *reader, struct mapped_segment *mapped);
bool segments_are_wrong(const struct segments_reader *reader);
void segments_reader_begin_file(struct segments_reader *reader);

#endif
