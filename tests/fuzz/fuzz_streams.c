/* What lies between the steps of an archive, behind its checksums: whatever a block holds, it is read to its end or
 * refused; and what could be read says the same when it is written and read once more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/host_notes.h"
#include "command/archive/numbers.h"
#include "command/archive/part_records.h"
#include "command/archive/record_steps.h"
#include "command/archive/segments.h"
#include "command/archive/slice.h"
#include "command/archive/socket_pair.h"

#include "promises.h"

static void check_same(GByteArray *one, GByteArray *other)
{
    PROMISE(one->len == other->len && (one->len == 0 || memcmp(one->data, other->data, one->len) == 0));
    g_byte_array_free(one, TRUE);
    g_byte_array_free(other, TRUE);
}

/* ---- segments ------------------------------------------------------------------------------ */

static void check_segment(const struct mapped_segment *mapped)
{
    const struct tl_segment *s = &mapped->segment;

    PROMISE(s->source.address_length <= sizeof s->source.address);
    PROMISE(s->destination.address_length <= sizeof s->destination.address);
    PROMISE(s->sack_count <= G_N_ELEMENTS(s->sack) && mapped->frame > 0);
    PROMISE(mapped->latest_ns >= s->time_ns && mapped->checksum <= TL_CHECKSUM_BAD);
}

/* The block's segments as a writer puts them; `count` of them. */
static GByteArray *written_again(struct segments_reader *reader, unsigned *count)
{
    struct segments_writer *writer = segments_writer_new();
    GByteArray *block = g_byte_array_new();
    struct mapped_segment mapped;

    for (*count = 0; segments_take(reader, &mapped); ++*count) {
        check_segment(&mapped);
        segments_put(writer, &mapped, socket_pair_hash(&mapped.segment.source, &mapped.segment.destination));
    }
    PROMISE(segments_waiting(writer) == *count);
    segments_flush(writer, block);
    segments_writer_free(writer);
    return block;
}

static void check_segments(const uint8_t *bytes, size_t size)
{
    struct segments_reader *reader = segments_reader_new();
    GByteArray *first, *second;
    unsigned count, again;

    if (segments_open(reader, bytes, size)) {
        first = written_again(reader, &count);
        segments_reader_free(reader);
        reader = segments_reader_new();
        PROMISE(segments_open(reader, first->data, first->len));
        second = written_again(reader, &again);
        PROMISE(again == count && !segments_are_wrong(reader));
        check_same(first, second);
    }
    segments_reader_free(reader);
}

/* ---- what comes last in a stream ----------------------------------------------------------- */

static GByteArray *bytes_of(const uint8_t *bytes, size_t size)
{
    return g_byte_array_append(g_byte_array_new(), bytes, (guint)size);
}

/* NULL: it is none. */
static GByteArray *slice_again(GByteArray *from)
{
    struct slice *slice = slice_take(from);
    GByteArray *to;

    if (slice == NULL)
        return NULL;
    PROMISE(slice->parts <= MOST_PARTS && slice->part < slice->parts);
    to = g_byte_array_new();
    slice_put(slice, to);
    slice_free(slice);
    return to;
}

static GByteArray *head_again(GByteArray *from)
{
    struct part_head *head = part_head_take(from);
    GByteArray *to;

    if (head == NULL)
        return NULL;
    PROMISE(head->parts <= MOST_PARTS && head->part < head->parts);
    to = g_byte_array_new();
    part_head_put(head, to);
    part_head_free(head);
    return to;
}

static void check_last(const uint8_t *bytes, size_t size, GByteArray *(*again)(GByteArray *from))
{
    GByteArray *given = bytes_of(bytes, size), *first = again(given);

    g_byte_array_free(given, TRUE);
    if (first != NULL) {
        GByteArray *second = again(first);

        PROMISE(second != NULL);
        check_same(first, second);
    }
}

/* ---- servers, hosts and notes --------------------------------------------------------------------------------- */

static GByteArray *notes_again(const GByteArray *from)
{
    struct numbers numbers = numbers_in(from->data, from->len);
    GByteArray *to = g_byte_array_new();

    while (numbers.at < numbers.end) {
        const struct part_note note = part_note_take(&numbers);

        PROMISE(note.note.server.address_length <= sizeof note.note.server.address);
        if (!numbers.is_wrong)
            part_note_put(&note, to);
    }
    return to;
}

static GByteArray *servers_again(const GByteArray *from)
{
    struct numbers numbers = numbers_in(from->data, from->len);
    GByteArray *to = g_byte_array_new();

    while (numbers.at < numbers.end) {
        const struct part_server server = part_server_take(&numbers);

        PROMISE(server.socket.address_length <= sizeof server.socket.address);
        if (!numbers.is_wrong)
            part_server_put(&server, to);
    }
    return to;
}

static GByteArray *hosts_again(const GByteArray *from)
{
    struct numbers numbers = numbers_in(from->data, from->len);
    GByteArray *to = g_byte_array_new();
    uint64_t before = 0, put = 0;

    while (numbers.at < numbers.end) {
        const struct host_note note = host_note_take(&numbers, before);

        PROMISE(note.told.socket.address_length <= sizeof note.told.socket.address);
        before = note.ordinal;
        if (numbers.is_wrong)
            break;
        PROMISE(note.told.kind < TL_HOST_KINDS);
        host_note_put(&note, put, to);
        put = note.ordinal;
    }
    return to;
}

static void check_notes(const uint8_t *bytes, size_t size)
{
    GByteArray *given = bytes_of(bytes, size), *notes = notes_again(given), *servers = servers_again(given);
    GByteArray *hosts = hosts_again(given);

    g_byte_array_free(given, TRUE);
    check_same(notes, notes_again(notes));
    check_same(servers, servers_again(servers));
    check_same(hosts, hosts_again(hosts));
}

/* ---- records --------------------------------------------------------------------------------------------- */

static const uint64_t first_number = UINT64_C(10000000000000000000);
static const char constant[] = "1000000000";

/* Where connections' numbers are, looked for one byte after the other. */
static void check_places(const struct record_steps *steps)
{
    const char *text = steps->text->str;
    unsigned known = 0;

    for (size_t at = 0, end; at < steps->text->len; at = end + 1) {
        for (end = at; g_ascii_isdigit(text[end]); end++)
            ;
        if (end - at != RECORD_DIGITS || memcmp(text + at, constant, RECORD_CONSTANT) != 0)
            continue;
        PROMISE(known < steps->places->len && g_array_index(steps->places, uint32_t, known) == at);
        known++;
    }
    PROMISE(known == steps->places->len);
}

/* Lines as records: what is written of them is read again. */
static void check_texts(const uint8_t *bytes, size_t size)
{
    struct record_steps *writer = record_steps_new(), *reader = record_steps_new();
    GByteArray *written = g_byte_array_new();

    while (size > 0) {
        const uint8_t *end = memchr(bytes, '\n', size);
        const size_t length = end != NULL ? (size_t)(end - bytes) + 1 : size;

        g_string_append_len(record_steps_begin(writer), (const char *)bytes, (gssize)length);
        g_byte_array_set_size(written, 0);
        record_steps_put(writer, first_number, written);
        check_places(writer);
        PROMISE(record_steps_take(reader, written->data, written->len));
        PROMISE(g_string_equal(reader->text, writer->text) && reader->places->len == writer->places->len);
        for (unsigned i = 0; i < reader->places->len; i++)
            PROMISE(g_array_index(reader->places, uint32_t, i) == g_array_index(writer->places, uint32_t, i));
        bytes += length;
        size -= length;
    }
    g_byte_array_free(written, TRUE);
    record_steps_free(reader);
    record_steps_free(writer);
}

/* Any bytes as what is written of a record, and once more behind that record. */
static void check_steps(const uint8_t *bytes, size_t size)
{
    struct record_steps *reader = record_steps_new();

    for (int i = 0; i < 2 && record_steps_take(reader, bytes, size); i++)
        for (unsigned place = 0; place < reader->places->len; place++)
            PROMISE(g_array_index(reader->places, uint32_t, place) + (size_t)RECORD_DIGITS <= reader->text->len);
    record_steps_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};

    switch (take_8(&input) % 6) {
    case 0: check_segments(input.data, input.size); break;
    case 1: check_last(input.data, input.size, slice_again); break;
    case 2: check_last(input.data, input.size, head_again); break;
    case 3: check_notes(input.data, input.size); break;
    case 4: check_texts(input.data, input.size); break;
    default: check_steps(input.data, input.size); break;
    }
    return 0;
}
