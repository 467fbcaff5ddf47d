/* See host_file.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/host_file.h"

#include "command/archive/part_records.h"
#include "command/archive/slice.h"
#include "command/archive/stream.h"
#include "command/complaints.h"
#include "command/printable.h"

enum { BLOCK = 1 << 16 }; /* bytes: so many are in one, and one note more */

/* ---- writing ------------------------------------------------------------------------------- */

struct host_file_writer {
    struct stream_writer *stream;
    GByteArray *block;
    uint64_t last; /* ordinal that was written */
};

struct host_file_writer *host_file_writer_new(const char *path)
{
    struct stream_writer *stream = stream_writer_new(path, STREAM_HOSTS);
    struct host_file_writer *writer;

    if (stream == NULL)
        return NULL;
    writer = g_new0(struct host_file_writer, 1);
    writer->stream = stream;
    writer->block = g_byte_array_new();
    return writer;
}

void host_file_writer_free(struct host_file_writer *writer)
{
    if (writer == NULL)
        return;
    stream_writer_free(writer->stream);
    g_byte_array_free(writer->block, TRUE);
    g_free(writer);
}

static void flush(struct host_file_writer *writer)
{
    if (writer->block->len > 0)
        stream_write(writer->stream, writer->block);
    g_byte_array_set_size(writer->block, 0);
}

void host_file_put(struct host_file_writer *writer, const struct host_note *note)
{
    if (note->told.news == TL_HOST_IS_ASKED_ABOUT)
        return;
    numbers_put(writer->block, note->part);
    host_note_put(note, writer->last, writer->block);
    writer->last = note->ordinal;
    if (writer->block->len > BLOCK)
        flush(writer);
}

bool host_file_writer_end(struct host_file_writer *writer, unsigned parts, const bool *is_wrong,
                          const GPtrArray *slices)
{
    bool good;

    flush(writer);
    numbers_put(writer->block, parts);
    for (unsigned i = 0; i < parts; i++)
        numbers_put(writer->block, is_wrong[i]);
    part_texts_put(slices, writer->block);
    good = stream_writer_end(writer->stream, writer->block);
    writer->stream = NULL;
    host_file_writer_free(writer);
    return good;
}

/* ---- reading ------------------------------------------------------------------------------- */

struct host_file {
    struct stream_reader *stream;
    unsigned parts, part;
    bool concerns_part;
    struct numbers block;
    struct host_note next; /* which was not asked for yet… */
    bool is_ahead;         /* …if there is one */
};

static bool take_head(struct host_file *file, GPtrArray *slices)
{
    const GByteArray *last = stream_reader_last(file->stream);
    struct numbers numbers = numbers_in(last->data, last->len);

    file->parts = (unsigned)numbers_take(&numbers);
    for (unsigned i = 0; i < file->parts && !numbers.is_wrong; i++) {
        const bool is_wrong = numbers_take(&numbers) != 0;

        if (i == file->part)
            file->concerns_part = is_wrong;
    }
    part_texts_take(&numbers, slices);
    return !numbers.is_wrong && numbers.at == numbers.end && file->parts <= MOST_PARTS;
}

/* False: the user has been told. */
static bool is_of(struct host_file *file, unsigned parts, const GPtrArray *slices)
{
    GPtrArray *own = g_ptr_array_new_with_free_func(g_free);
    const bool good = take_head(file, own), fits = good && file->parts == parts && part_texts_are_same(own, slices);

    g_ptr_array_free(own, TRUE);
    if (!good) {
        stream_reader_refuse(file->stream);
    } else if (!fits) {
        char *name = printable(stream_reader_path(file->stream));

        complain("%s is of other slices, or of another number of parts", name);
        g_free(name);
    }
    return fits;
}

struct host_file *host_file_new(const char *path, unsigned parts, unsigned part, const GPtrArray *slices)
{
    struct stream_reader *stream = stream_reader_new(path, STREAM_HOSTS);
    struct host_file *file;

    if (stream == NULL)
        return NULL;
    file = g_new0(struct host_file, 1);
    file->stream = stream;
    file->part = part;
    if (is_of(file, parts, slices))
        return file;
    host_file_free(file);
    return NULL;
}

void host_file_free(struct host_file *file)
{
    if (file == NULL)
        return;
    stream_reader_free(file->stream);
    g_free(file);
}

bool host_file_concerns_part(const struct host_file *file)
{
    return file->concerns_part;
}

static void look_ahead(struct host_file *file)
{
    while (!file->is_ahead) {
        const uint64_t before = file->next.ordinal;
        unsigned part;

        if (file->block.at == file->block.end) {
            const GByteArray *block = stream_read(file->stream);

            if (block == NULL)
                return;
            file->block = numbers_in(block->data, block->len);
        }
        part = (unsigned)numbers_take(&file->block);
        file->next = host_note_take(&file->block, before);
        file->is_ahead = part != file->part; /* it knows its own notes, or tells others by now */
        if (file->block.is_wrong) {
            stream_reader_refuse(file->stream);
            file->is_ahead = false;
            return;
        }
    }
}

const struct tl_host_note *host_file_before(struct host_file *file, uint64_t ordinal)
{
    look_ahead(file);
    if (!file->is_ahead || file->next.ordinal >= ordinal)
        return NULL;
    file->is_ahead = false;
    return &file->next.told;
}

bool host_file_has_failed(const struct host_file *file)
{
    return stream_reader_has_failed(file->stream);
}
