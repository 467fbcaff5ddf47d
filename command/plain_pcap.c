/* See plain_pcap.h.
 *
 * Packets stay where the system put them: in blocks that are read one behind the other, and used again when their packets
 * may go.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/plain_pcap.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What libwiretap does not believe either, or believes only after other rules than these. */
enum { LONGEST = 1 << 18, LONGEST_ON_THE_WIRE = 1 << 26 };

/* A block holds the longest record. Of the system so much is asked at a time: it is still in the processor's cache when
 * its packets are looked at. */
enum { BLOCK = 2 * LONGEST, AT_ONCE = 1 << 16 };

/* So little is moved to a block's beginning, which is then used again while it is in the cache. */
enum { LITTLE = AT_ONCE / 4 };

/* The beginning of a file's header. The rest says what libwiretap tells better: what the packets begin with. */
struct file_header {
    uint32_t magic;
    uint16_t major, minor;
};
enum { FILE_HEADER = 24 };

struct record_header {
    uint32_t seconds, fraction;
    uint32_t captured, on_the_wire;
};

struct block {
    struct block *next;
    uint8_t bytes[BLOCK];
};

struct plain_pcap {
    int file; /* -1: none is open */
    int64_t read_so_far;
    bool is_at_end;
    uint32_t fraction_ns; /* a record's fractions of a second are so long… */
    uint32_t fractions;   /* …and there are so many of them in a second */
    struct block *block; /* that is filled now; NULL: none yet… */
    size_t at, end;      /* …from the next record to where nothing was read yet */
    struct block *full;  /* have packets that may still be looked at */
    struct block *spare;
};

struct plain_pcap *plain_pcap_new(void)
{
    struct plain_pcap *plain = g_new0(struct plain_pcap, 1);

    plain->file = -1;
    return plain;
}

static void free_all(struct block *block)
{
    while (block != NULL) {
        struct block *next = block->next;

        g_free(block);
        block = next;
    }
}

void plain_pcap_free(struct plain_pcap *plain)
{
    if (plain == NULL)
        return;
    plain_pcap_close(plain);
    free_all(plain->full);
    free_all(plain->spare);
    g_free(plain->block);
    g_free(plain);
}

/* ---- blocks -------------------------------------------------------------------------------- */

/* What was read of the next record comes along. */
static void begin_block(struct plain_pcap *plain)
{
    struct block *block = plain->spare;

    if (block != NULL)
        plain->spare = block->next;
    else
        block = g_new(struct block, 1);
    if (plain->block != NULL) {
        memcpy(block->bytes, plain->block->bytes + plain->at, plain->end - plain->at);
        plain->block->next = plain->full;
        plain->full = plain->block;
    }
    plain->block = block;
    plain->end -= plain->at;
    plain->at = 0;
}

/* Until so many bytes are there of the next record. False: there are not. */
static bool fill(struct plain_pcap *plain, size_t bytes)
{
    if (plain->block == NULL || plain->at + bytes > BLOCK)
        begin_block(plain);
    while (plain->end - plain->at < bytes) {
        const ssize_t count =
            read(plain->file, plain->block->bytes + plain->end, MIN((size_t)AT_ONCE, BLOCK - plain->end));

        if (count < 0 && errno == EINTR)
            continue;
        plain->is_at_end = count == 0;
        if (count <= 0)
            return false;
        plain->end += (size_t)count;
        plain->read_so_far += count;
    }
    return true;
}

static inline bool has(struct plain_pcap *plain, size_t bytes)
{
    return G_LIKELY(plain->end - plain->at >= bytes) || fill(plain, bytes);
}

void plain_pcap_forget(struct plain_pcap *plain)
{
    const size_t left = plain->end - plain->at;

    while (plain->full != NULL) {
        struct block *block = plain->full;

        plain->full = block->next;
        block->next = plain->spare;
        plain->spare = block;
    }
    if (plain->at >= left && left <= LITTLE && plain->block != NULL) {
        memcpy(plain->block->bytes, plain->block->bytes + plain->at, left);
        plain->at = 0;
        plain->end = left;
    }
}

/* ---- the file ------------------------------------------------------------------------------ */

void plain_pcap_close(struct plain_pcap *plain)
{
    if (plain->file >= 0)
        close(plain->file);
    plain->file = -1;
}

static bool read_header(struct plain_pcap *plain)
{
    enum { MICROSECONDS = 0xa1b2c3d4, NANOSECONDS = 0xa1b23c4d };
    struct file_header header;

    if (!has(plain, FILE_HEADER))
        return false;
    memcpy(&header, plain->block->bytes + plain->at, sizeof header);
    plain->at += FILE_HEADER;
    plain->fraction_ns = header.magic == NANOSECONDS ? 1 : 1000;
    plain->fractions = 1000000000 / plain->fraction_ns;
    return (header.magic == MICROSECONDS || header.magic == NANOSECONDS) && header.major == 2 && header.minor == 4;
}

/* A file, and no pipe: what is read of that is gone. */
static bool is_file(const char *path)
{
    GStatBuf status;

    return g_stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

bool plain_pcap_open(struct plain_pcap *plain, const char *path)
{
    plain_pcap_close(plain);
    if (!is_file(path))
        return false;
    plain->file = g_open(path, O_RDONLY | O_CLOEXEC, 0);
    if (plain->file < 0)
        return false;
    plain->read_so_far = 0;
    plain->at = plain->end; /* behind what was read of another file, of which packets may live */
    if (read_header(plain))
        return true;
    plain_pcap_close(plain);
    return false;
}

bool plain_pcap_is_open(const struct plain_pcap *plain)
{
    return plain->file >= 0;
}

bool plain_pcap_is_at(const struct plain_pcap *plain, const char *path)
{
    struct stat opened;
    GStatBuf named;

    return fstat(plain->file, &opened) == 0 && g_stat(path, &named) == 0 && named.st_dev == opened.st_dev &&
           named.st_ino == opened.st_ino;
}

/* ---- records ------------------------------------------------------------------------------- */

static inline bool is_ordinary(const struct plain_pcap *plain, const struct record_header *record)
{
    return record->seconds <= INT32_MAX && record->fraction < plain->fractions && record->captured <= LONGEST &&
           record->captured <= record->on_the_wire && record->on_the_wire <= LONGEST_ON_THE_WIRE;
}

enum plain_result plain_pcap_read(struct plain_pcap *plain, struct packet *packet)
{
    struct record_header record;

    if (!has(plain, sizeof record))
        return plain->is_at_end && plain->end == plain->at ? PLAIN_END : PLAIN_ODD;
    memcpy(&record, plain->block->bytes + plain->at, sizeof record);
    if (!is_ordinary(plain, &record) || !has(plain, sizeof record + record.captured))
        return PLAIN_ODD;
    packet->time_ns = record.seconds * INT64_C(1000000000) + (int64_t)record.fraction * plain->fraction_ns;
    packet->bytes = plain->block->bytes + plain->at + sizeof record;
    packet->captured = record.captured;
    packet->on_the_wire = record.on_the_wire;
    plain->at += sizeof record + record.captured;
    return PLAIN_PACKET;
}

int64_t plain_pcap_read_so_far(const struct plain_pcap *plain)
{
    return plain->read_so_far;
}
