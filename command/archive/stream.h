/* The files that lie between the steps of an archive: blocks of bytes, compressed, each with a checksum.
 *
 * docs/archives.md describes the format. It knows nothing of what is in the blocks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_STREAM_H
#define PCAPLIFE_ARCHIVE_STREAM_H

#include <glib.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whoever changes what any file of these holds counts it up. */
enum { STREAM_VERSION = 8 };

enum stream_kind {
    STREAM_SEGMENTS = 's', /* of one part */
    STREAM_TIMES = 't',    /* of all frames */
    STREAM_RECORDS = 'r',  /* what is told of one part's connections */
    STREAM_HOSTS = 'h'     /* what all parts tell of hosts */
};

/* ---- writing ------------------------------------------------------------------------------- */

struct stream_writer;

/* Nothing is at `path` before stream_writer_end(). NULL: it cannot be written, and the user has been told. */
struct stream_writer *stream_writer_new(const char *path, enum stream_kind kind);
/* One block more, of STREAM_MOST bytes at most. */
enum { STREAM_MOST = 1 << 24 };
void stream_write(struct stream_writer *writer, const GByteArray *block);
/* The last one is found without reading the others. False: something could not be written, nothing is at the path,
 * and the user has been told. Frees the writer. */
bool stream_writer_end(struct stream_writer *writer, const GByteArray *last);
/* Gives up. NULL is fine. */
void stream_writer_free(struct stream_writer *writer);

/* ---- reading ------------------------------------------------------------------------------- */

struct stream_reader;

/* NULL: the user has been told why: each file that is no such stream, is of another version, damaged or cut, is
 * refused by its name. */
struct stream_reader *stream_reader_new(const char *path, enum stream_kind kind);
void stream_reader_free(struct stream_reader *reader);

/* Owned by the reader. */
const GByteArray *stream_reader_last(const struct stream_reader *reader);
const char *stream_reader_path(const struct stream_reader *reader);

/* The next block, the last one excepted; it lives until the next call. NULL: there is none. */
const GByteArray *stream_read(struct stream_reader *reader);
/* Nothing more can be read, and the user has been told. */
bool stream_reader_has_failed(const struct stream_reader *reader);
/* What a block holds is no such thing: the user is told. */
void stream_reader_refuse(struct stream_reader *reader);
/* There may be thousands: all that takes room goes, the present block too, until the next one is read. */
void stream_reader_rest(struct stream_reader *reader);

#endif
