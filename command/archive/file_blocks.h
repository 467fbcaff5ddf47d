/* A stream of pcaplife map, file by file: each of its blocks is of one of its slice's files.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_FILE_BLOCKS_H
#define PCAPLIFE_ARCHIVE_FILE_BLOCKS_H

#include "command/archive/numbers.h"
#include "command/archive/slice.h"
#include "command/archive/stream.h"

struct file_blocks {
    struct stream_reader *stream;
    struct slice *slice;
    struct numbers block; /* what is left of the one that was read last… */
    unsigned file;        /* …whose file has this number in the slice */
    bool is_ahead;        /* it has not been given out yet */
};

/* NULL: it cannot be used, and the user has been told. */
struct file_blocks *file_blocks_new(const char *path, enum stream_kind kind);
void file_blocks_free(struct file_blocks *blocks);

/* The next block of that file; files are asked for in their order. False: it has no more, or the stream has failed. */
bool file_blocks_next(struct file_blocks *blocks, unsigned file, struct numbers *block);

#endif
