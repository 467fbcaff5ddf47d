/* See stream.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/stream.h"

#include "command/complaints.h"
#include "command/printable.h"

#include <glib/gstdio.h>
#include <zstd.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    HEAD = 16,  /* magic, kind, version, three bytes of 0, and the order of bytes */
    TAIL = 16,  /* where the last block is, and the end's magic */
    LENGTH = 4, /* of a block, before it */
    LEVEL = 1,  /* of compression: the next ones save a tenth, and take twice the time */
    LEVEL_OF_RECORDS = -5000,    /* they are differences, of which little can be saved */
    DESCRIPTOR = 4,            /* of a Zstandard frame is behind its magic; of its bits, */
    DESCRIPTOR_UNUSED = 0x18 /* these mean nothing (RFC 8878, section 3.1.1.1.1) */
};

static const char magic[8] = {'p', 'c', 'a', 'p', 'l', 'i', 'f', 'e'};
static const char end_magic[8] = {'e', 'f', 'i', 'l', 'p', 'a', 'c', 'p'};
/* All numbers are written with their lowest byte first, on every machine. */
static const uint8_t order_mark[4] = {4, 3, 2, 1};

static void put_number(uint8_t *to, uint64_t number, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        to[i] = (uint8_t)(number >> 8 * i);
}

static uint64_t number_at(const uint8_t *from, unsigned size)
{
    uint64_t number = 0;

    for (unsigned i = size; i-- > 0;)
        number = number << 8 | from[i];
    return number;
}

static void complain_of(const char *path, const char *why)
{
    char *name = printable(path);

    complain("%s %s", name, why);
    g_free(name);
}

/* ---- writing ------------------------------------------------------------------------------- */

struct stream_writer {
    char *path, *unfinished; /* its name until it is whole */
    FILE *file;
    int level; /* of compression */
    uint64_t offset;
    bool has_failed;
};

static void put(struct stream_writer *writer, const void *bytes, size_t count)
{
    if (!writer->has_failed && fwrite(bytes, 1, count, writer->file) != count) {
        complain("%s cannot be written: %s", writer->path, g_strerror(errno));
        writer->has_failed = true;
    }
    writer->offset += count;
}

static void put_head(struct stream_writer *writer, enum stream_kind kind)
{
    uint8_t head[HEAD] = {0};

    memcpy(head, magic, sizeof magic);
    head[8] = (uint8_t)kind;
    head[9] = STREAM_VERSION;
    memcpy(head + 12, order_mark, sizeof order_mark);
    put(writer, head, sizeof head);
}

struct stream_writer *stream_writer_new(const char *path, enum stream_kind kind)
{
    struct stream_writer *writer = g_new0(struct stream_writer, 1);

    writer->path = g_strdup(path);
    writer->level = kind == STREAM_RECORDS ? LEVEL_OF_RECORDS : LEVEL;
    /* Two that write the same file at once do not meet. */
    writer->unfinished = g_strdup_printf("%s.%ld-%08x", path, (long)getpid(), g_random_int());
    writer->file = g_fopen(writer->unfinished, "wb");
    if (writer->file == NULL) {
        complain("%s cannot be written: %s", path, g_strerror(errno));
        stream_writer_free(writer);
        return NULL;
    }
    put_head(writer, kind);
    return writer;
}

/* What it takes to compress is large, and there are hundreds of writers: they share it. */
static void compress(struct stream_writer *writer, const GByteArray *block)
{
    static ZSTD_CCtx *context;
    static GByteArray *compressed;
    uint8_t length[LENGTH];
    size_t count;

    if (context == NULL) {
        context = ZSTD_createCCtx();
        compressed = g_byte_array_new();
    }
    g_byte_array_set_size(compressed, (guint)ZSTD_compressBound(block->len));
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, writer->level);
    count = ZSTD_compress2(context, compressed->data, compressed->len, block->data, block->len);
    g_assert(!ZSTD_isError(count));
    put_number(length, count, LENGTH);
    put(writer, length, LENGTH);
    put(writer, compressed->data, count);
}

void stream_write(struct stream_writer *writer, const GByteArray *block)
{
    if (block->len <= STREAM_MOST) {
        compress(writer, block);
    } else if (!writer->has_failed) {
        complain("%s cannot be written: it would need a block of more than 16 MB", writer->path);
        writer->has_failed = true;
    }
}

bool stream_writer_end(struct stream_writer *writer, const GByteArray *last)
{
    uint8_t tail[TAIL];
    bool good;

    put_number(tail, writer->offset, 8);
    memcpy(tail + 8, end_magic, sizeof end_magic);
    stream_write(writer, last);
    put(writer, tail, sizeof tail);
    if (!writer->has_failed && (fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0 ||
                                g_rename(writer->unfinished, writer->path) != 0)) {
        complain("%s cannot be written: %s", writer->path, g_strerror(errno));
        writer->has_failed = true;
    }
    good = !writer->has_failed;
    stream_writer_free(writer);
    return good;
}

void stream_writer_free(struct stream_writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->file != NULL) {
        fclose(writer->file);
        g_unlink(writer->unfinished); /* which is not there if it was renamed */
    }
    g_free(writer->unfinished);
    g_free(writer->path);
    g_free(writer);
}

/* ---- reading ------------------------------------------------------------------------------- */

struct stream_reader {
    char *path;
    uint64_t offset, last_offset, size;
    GByteArray *last;
    FILE *file;         /* NULL: it is opened again when more is to be read */
    ZSTD_DCtx *context; /* NULL: it rests, and has none of these */
    GByteArray *compressed, *block;
    bool has_failed;
};

/* A process may not have many files open (ulimit -n): beyond so many of these a reader closes its own behind each block. */
enum { MOST_OPEN = 32 };
static unsigned open_files;

static bool open_file(struct stream_reader *reader)
{
    reader->file = g_fopen(reader->path, "rb");
    open_files += reader->file != NULL;
    return reader->file != NULL;
}

static void close_file(struct stream_reader *reader)
{
    if (reader->file == NULL)
        return;
    fclose(reader->file);
    reader->file = NULL;
    open_files--;
}

static void fail(struct stream_reader *reader, const char *why)
{
    if (!reader->has_failed)
        complain_of(reader->path, why);
    reader->has_failed = true;
}

void stream_reader_refuse(struct stream_reader *reader)
{
    char *why = g_strdup_printf("is damaged before byte %" G_GUINT64_FORMAT, (guint64)reader->offset);

    fail(reader, why);
    g_free(why);
}

static bool get(struct stream_reader *reader, void *to, size_t count)
{
    if (fread(to, 1, count, reader->file) == count) {
        reader->offset += count;
        return true;
    }
    fail(reader, ferror(reader->file) ? "cannot be read" : "is cut off");
    return false;
}

static bool decompress(struct stream_reader *reader, GByteArray *to)
{
    const uint8_t *from = reader->compressed->data;
    const size_t length = reader->compressed->len;
    const unsigned long long size = ZSTD_getFrameContentSize(from, length);

    if (length <= DESCRIPTOR || (from[DESCRIPTOR] & DESCRIPTOR_UNUSED) != 0 || size > STREAM_MOST)
        return false;
    g_byte_array_set_size(to, (guint)size + 1); /* never none */
    if (ZSTD_decompressDCtx(reader->context, to->data, (size_t)size, from, length) != size)
        return false;
    g_byte_array_set_size(to, (guint)size);
    return true;
}

/* The block that begins here, and ends before `end`. */
static bool read_block(struct stream_reader *reader, GByteArray *to, uint64_t end)
{
    uint8_t bytes[LENGTH];
    uint64_t length;

    if (!get(reader, bytes, LENGTH))
        return false;
    length = number_at(bytes, LENGTH);
    if (reader->offset > end || length > end - reader->offset) {
        stream_reader_refuse(reader);
        return false;
    }
    g_byte_array_set_size(reader->compressed, (guint)length);
    if (!get(reader, reader->compressed->data, (size_t)length))
        return false;
    if (!decompress(reader, to)) {
        stream_reader_refuse(reader);
        return false;
    }
    return true;
}

static bool seek(struct stream_reader *reader, uint64_t offset)
{
    reader->offset = offset;
    if (fseeko(reader->file, (off_t)offset, SEEK_SET) == 0)
        return true;
    fail(reader, "cannot be read: it is no file that is kept");
    return false;
}

static const char *writer_of(unsigned kind)
{
    return kind == STREAM_RECORDS ? "reduce" : kind == STREAM_HOSTS ? "result" : "map";
}

static bool is_head(struct stream_reader *reader, const uint8_t *head, enum stream_kind kind)
{
    char *why = NULL;

    if (memcmp(head, magic, sizeof magic) != 0 || memcmp(head + 12, order_mark, sizeof order_mark) != 0 ||
        head[10] != 0 || head[11] != 0)
        why = g_strdup("is none of the files that pcaplife map, reduce and result write for each other");
    else if (head[9] != STREAM_VERSION)
        why = g_strdup_printf("is of version %u of this format, and this pcaplife reads version %d: "
                              "let it be written again",
                              head[9], STREAM_VERSION);
    else if (head[8] != kind)
        why = g_strdup_printf("was written by pcaplife %s, and one of pcaplife %s is needed here", writer_of(head[8]),
                              writer_of(kind));
    if (why != NULL)
        fail(reader, why);
    g_free(why);
    return !reader->has_failed;
}

static bool read_ends(struct stream_reader *reader, enum stream_kind kind)
{
    uint8_t head[HEAD], tail[TAIL];
    GStatBuf status;

    if (g_stat(reader->path, &status) != 0 || !S_ISREG(status.st_mode)) {
        fail(reader, "cannot be read: it is no file that is kept");
        return false;
    }
    reader->size = (uint64_t)status.st_size;
    if (!get(reader, head, HEAD) || !is_head(reader, head, kind))
        return false;
    if (reader->size < HEAD + TAIL || !seek(reader, reader->size - TAIL) || !get(reader, tail, TAIL) ||
        memcmp(tail + 8, end_magic, sizeof end_magic) != 0) {
        fail(reader, "is cut off");
        return false;
    }
    reader->last_offset = number_at(tail, 8);
    if (reader->last_offset < HEAD || reader->last_offset > reader->size - TAIL) {
        stream_reader_refuse(reader);
        return false;
    }
    if (!seek(reader, reader->last_offset) || !read_block(reader, reader->last, reader->size - TAIL))
        return false;
    if (reader->offset != reader->size - TAIL)
        stream_reader_refuse(reader);
    return !reader->has_failed && seek(reader, HEAD);
}

static bool wake(struct stream_reader *reader)
{
    if (reader->context == NULL) {
        reader->context = ZSTD_createDCtx();
        reader->compressed = g_byte_array_new();
        reader->block = g_byte_array_new();
    }
    if (reader->file != NULL)
        return true;
    if (!open_file(reader)) {
        char *why = g_strdup_printf("cannot be read: %s", g_strerror(errno));

        fail(reader, why);
        g_free(why);
        return false;
    }
    return seek(reader, reader->offset);
}

struct stream_reader *stream_reader_new(const char *path, enum stream_kind kind)
{
    struct stream_reader *reader = g_new0(struct stream_reader, 1);

    reader->path = g_strdup(path);
    reader->last = g_byte_array_new();
    if (!wake(reader) || !read_ends(reader, kind)) {
        stream_reader_free(reader);
        return NULL;
    }
    return reader;
}

void stream_reader_free(struct stream_reader *reader)
{
    if (reader == NULL)
        return;
    stream_reader_rest(reader);
    g_byte_array_free(reader->last, TRUE);
    g_free(reader->path);
    g_free(reader);
}

const GByteArray *stream_reader_last(const struct stream_reader *reader)
{
    return reader->last;
}

const char *stream_reader_path(const struct stream_reader *reader)
{
    return reader->path;
}

const GByteArray *stream_read(struct stream_reader *reader)
{
    bool good;

    if (reader->has_failed || reader->offset == reader->last_offset || !wake(reader))
        return NULL;
    good = read_block(reader, reader->block, reader->last_offset);
    if (open_files > MOST_OPEN)
        close_file(reader);
    return good ? reader->block : NULL;
}

bool stream_reader_has_failed(const struct stream_reader *reader)
{
    return reader->has_failed;
}

void stream_reader_rest(struct stream_reader *reader)
{
    close_file(reader);
    if (reader->context == NULL)
        return;
    ZSTD_freeDCtx(reader->context);
    reader->context = NULL;
    g_byte_array_free(reader->compressed, TRUE);
    g_byte_array_free(reader->block, TRUE);
}
