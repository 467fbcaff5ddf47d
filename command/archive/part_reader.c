/* See part_reader.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/part_reader.h"

struct part_reader *part_reader_new(const char *path)
{
    struct stream_reader *stream = stream_reader_new(path, STREAM_RECORDS);
    struct part_reader *reader;

    if (stream == NULL)
        return NULL;
    reader = g_new0(struct part_reader, 1);
    reader->stream = stream;
    reader->pieces = g_byte_array_new();
    reader->steps = record_steps_new();
    reader->head = part_head_take(stream_reader_last(stream));
    if (reader->head == NULL) {
        stream_reader_refuse(stream);
        part_reader_free(reader);
        return NULL;
    }
    return reader;
}

void part_reader_free(struct part_reader *reader)
{
    if (reader == NULL)
        return;
    stream_reader_free(reader->stream);
    g_byte_array_free(reader->pieces, TRUE);
    record_steps_free(reader->steps);
    if (reader->head != NULL)
        part_head_free(reader->head);
    g_free(reader);
}

static unsigned rank(unsigned kind)
{
    static const uint8_t kinds[] = {0, PART_BIRTHS, PART_HOSTS, PART_SERVERS, PART_HALF_OPEN, PART_TEXTS};
    unsigned i = G_N_ELEMENTS(kinds) - 1;

    while (i > 0 && kinds[i] != kind)
        i--;
    return i;
}

static bool next_block(struct part_reader *reader)
{
    const GByteArray *block = stream_read(reader->stream);

    if (block == NULL)
        return false;
    if (block->len == 0 || rank(block->data[0]) < rank(reader->kind)) {
        stream_reader_refuse(reader->stream);
        return false;
    }
    reader->kind = block->data[0];
    reader->block = (struct numbers){.at = block->data + 1, .end = block->data + block->len};
    return true;
}

bool part_reader_has(struct part_reader *reader, enum part_block kind)
{
    while (reader->kind == 0 || rank(reader->kind) < rank(kind) || reader->block.at == reader->block.end) {
        if (rank(reader->kind) > rank(kind) || !next_block(reader))
            return false;
    }
    return reader->kind == kind;
}

/* What the record is written as. NULL: there is none. */
static const uint8_t *take_pieces(struct part_reader *reader, size_t *length)
{
    bool is_last = false;

    g_byte_array_set_size(reader->pieces, 0);
    while (!is_last) {
        const uint8_t *piece;

        if (!part_reader_has(reader, PART_TEXTS))
            return NULL;
        is_last = numbers_take(&reader->block) == 0;
        piece = numbers_take_bytes(&reader->block, length);
        /* Nearly all are in one piece, which nobody needs to copy. */
        if (piece == NULL || (is_last && reader->pieces->len == 0))
            return piece;
        g_byte_array_append(reader->pieces, piece, (guint)*length);
    }
    *length = reader->pieces->len;
    return reader->pieces->data;
}

const struct record_steps *part_reader_record(struct part_reader *reader)
{
    size_t length;
    const uint8_t *bytes = take_pieces(reader, &length);

    if (bytes == NULL || !record_steps_take(reader->steps, bytes, length)) {
        stream_reader_refuse(reader->stream);
        return NULL;
    }
    return reader->steps;
}

bool part_reader_is_good(struct part_reader *reader)
{
    if (reader->block.is_wrong)
        stream_reader_refuse(reader->stream);
    return !stream_reader_has_failed(reader->stream);
}
