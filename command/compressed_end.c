/* See compressed_end.h.
 *
 * Nothing is decompressed: frames consist of blocks with their sizes, and a mark behind the last one (RFC 8878; LZ4's
 * frame format, version 1.6). What cannot be understood is for libwiretap to tell.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/compressed_end.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZSTD_MAGIC      UINT32_C(0xfd2fb528)
#define LZ4_MAGIC       UINT32_C(0x184d2204)
#define SKIPPABLE_MAGIC UINT32_C(0x184d2a50)
#define SKIPPABLE_MASK  UINT32_C(0xfffffff0)

/* A way through a file. */
struct walk {
    int file;
    int64_t at, size;
};

/* A number of so many bytes, the lowest one first. False: the file ends before. */
static bool take(struct walk *walk, unsigned count, uint32_t *number)
{
    uint8_t bytes[sizeof *number] = {0};
    const ssize_t got = pread(walk->file, bytes, count, walk->at);

    walk->at += count;
    *number = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    return got == (ssize_t)count;
}

static bool skip(struct walk *walk, uint32_t count)
{
    walk->at += count;
    return walk->at <= walk->size;
}

/* ---- frames, behind their first four bytes -------------------------------------------------- */

/* False: the file ends within it; so it is with the next two. */
static bool pass_zstd(struct walk *walk)
{
    enum { HAS_CHECKSUM = 1 << 2, IS_ONE_SEGMENT = 1 << 5, IS_LAST = 1, IS_REPEATED = 1 };
    static const uint8_t dictionary[] = {0, 1, 2, 4}, content[] = {0, 2, 4, 8};
    uint32_t flags, block = 0;
    bool one_segment;

    if (!take(walk, 1, &flags))
        return false;
    one_segment = (flags & IS_ONE_SEGMENT) != 0;
    skip(walk, (one_segment ? 0 : 1U) + dictionary[flags & 3] +
                   (one_segment && flags >> 6 == 0 ? 1U : content[flags >> 6]));
    while ((block & IS_LAST) == 0)
        if (!take(walk, 3, &block) || !skip(walk, (block >> 1 & 3) == IS_REPEATED ? 1 : block >> 3))
            return false;
    return skip(walk, (flags & HAS_CHECKSUM) != 0 ? 4 : 0);
}

static bool pass_lz4(struct walk *walk)
{
    enum { HAS_DICTIONARY = 1 << 0, HAS_CHECKSUM = 1 << 2, HAS_SIZE = 1 << 3, BLOCKS_HAVE_CHECKSUMS = 1 << 4 };
    const uint32_t is_raw = UINT32_C(1) << 31;
    uint32_t flags, block;

    if (!take(walk, 1, &flags))
        return false;
    /* One byte says how large blocks are, and one sums the header up. */
    skip(walk, 2U + ((flags & HAS_SIZE) != 0 ? 8 : 0) + ((flags & HAS_DICTIONARY) != 0 ? 4 : 0));
    do
        if (!take(walk, 4, &block) ||
            !skip(walk, (block & ~is_raw) + (block != 0 && (flags & BLOCKS_HAVE_CHECKSUMS) != 0 ? 4 : 0)))
            return false;
    while (block != 0);
    return skip(walk, (flags & HAS_CHECKSUM) != 0 ? 4 : 0);
}

static bool pass_skippable(struct walk *walk)
{
    uint32_t size;

    return take(walk, 4, &size) && skip(walk, size);
}

/* ---- the file ------------------------------------------------------------------------------- */

static bool ends_within_frame(struct walk *walk)
{
    uint32_t magic = 0;
    bool is_whole = true;

    while (is_whole && walk->at < walk->size) {
        const bool is_first = walk->at == 0;

        is_whole = take(walk, 4, &magic);
        if (!is_whole)
            return !is_first;
        if (magic == ZSTD_MAGIC)
            is_whole = pass_zstd(walk);
        else if (magic == LZ4_MAGIC)
            is_whole = pass_lz4(walk);
        else if (!is_first && (magic & SKIPPABLE_MASK) == SKIPPABLE_MAGIC)
            is_whole = pass_skippable(walk);
        else
            return false;
    }
    return !is_whole;
}

bool compressed_end_is_missing(const char *path)
{
    const bool is_input = strcmp(path, "-") == 0;
    struct walk walk = {.file = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
    struct stat status;
    bool is_missing = false;

    if (walk.file >= 0 && fstat(walk.file, &status) == 0 && S_ISREG(status.st_mode)) {
        walk.size = status.st_size;
        is_missing = ends_within_frame(&walk);
    }
    if (!is_input && walk.file >= 0)
        close(walk.file);
    return is_missing;
}
