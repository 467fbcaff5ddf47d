/* See slice.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/slice.h"

#include "command/archive/numbers.h"

static void clear_file(gpointer data)
{
    struct slice_file *file = data;

    g_free(file->path);
    g_free(file->damage);
}

struct slice *slice_new(void)
{
    struct slice *slice = g_new0(struct slice, 1);

    slice->files = g_array_new(FALSE, FALSE, sizeof(struct slice_file));
    g_array_set_clear_func(slice->files, clear_file);
    slice->unfinished = g_array_new(FALSE, FALSE, sizeof(struct unfinished_datagram));
    return slice;
}

void slice_free(struct slice *slice)
{
    if (slice == NULL)
        return;
    g_array_free(slice->files, TRUE);
    g_array_free(slice->unfinished, TRUE);
    g_free(slice->name);
    g_free(slice->tap);
    g_free(slice);
}

static void put_file(const struct slice_file *file, GByteArray *to)
{
    numbers_put_text(to, file->path);
    numbers_put_text(to, file->damage != NULL ? file->damage : "");
    numbers_put_signed(to, file->first_packet_ns);
    numbers_put_signed(to, file->first_ns);
    numbers_put_signed(to, file->latest_ns);
    numbers_put(to, file->frames);
    numbers_put(to, file->segments);
    numbers_put(to, file->has_plain);
    numbers_put(to, file->plain_ordinal);
    numbers_put_signed(to, file->plain_latest_ns);
}

static void put_unfinished(const struct slice *slice, GByteArray *to)
{
    const unsigned count = slice->part == 0 ? slice->unfinished->len : 0;

    numbers_put(to, count);
    for (unsigned i = 0; i < count; i++) {
        const struct unfinished_datagram *datagram = &g_array_index(slice->unfinished, struct unfinished_datagram, i);

        numbers_put(to, datagram->name);
        numbers_put(to, datagram->frame);
    }
}

static void put_judged(const struct slice *slice, GByteArray *to)
{
    unsigned count = 0;

    for (unsigned i = 0; i < TL_HOST_PLACES; i++)
        count += slice->is_judged[i];
    numbers_put(to, count);
    for (unsigned i = 0; i < TL_HOST_PLACES; i++)
        if (slice->is_judged[i])
            numbers_put(to, i);
}

void slice_put(const struct slice *slice, GByteArray *to)
{
    numbers_put(to, slice->parts);
    numbers_put(to, slice->part);
    numbers_put_text(to, slice->name);
    numbers_put_text(to, slice->tap);
    numbers_put(to, slice->files->len);
    for (unsigned i = 0; i < slice->files->len; i++)
        put_file(&g_array_index(slice->files, struct slice_file, i), to);
    put_judged(slice, to);
    put_unfinished(slice, to);
}

static struct slice_file take_file(struct numbers *from)
{
    struct slice_file file = {0};

    file.path = numbers_take_text(from);
    file.damage = numbers_take_text(from);
    if (file.damage[0] == '\0')
        g_clear_pointer(&file.damage, g_free);
    file.first_packet_ns = numbers_take_signed(from);
    file.first_ns = numbers_take_signed(from);
    file.latest_ns = numbers_take_signed(from);
    file.frames = numbers_take(from);
    file.segments = numbers_take(from);
    file.has_plain = numbers_take(from) != 0;
    file.plain_ordinal = numbers_take(from);
    file.plain_latest_ns = numbers_take_signed(from);
    return file;
}

static void take_judged(struct slice *slice, struct numbers *from)
{
    const uint64_t count = numbers_take(from);

    for (uint64_t i = 0; i < count && !from->is_wrong; i++) {
        const uint64_t place = numbers_take(from);

        from->is_wrong = from->is_wrong || place >= TL_HOST_PLACES;
        if (!from->is_wrong)
            slice->is_judged[place] = true;
    }
}

static void take_unfinished(struct slice *slice, struct numbers *from)
{
    const uint64_t count = numbers_take(from);

    from->is_wrong = from->is_wrong || count > MOST_UNFINISHED;
    for (uint64_t i = 0; i < count && !from->is_wrong; i++) {
        struct unfinished_datagram datagram = {.name = numbers_take(from)};

        datagram.frame = (uint32_t)numbers_take(from);
        g_array_append_val(slice->unfinished, datagram);
    }
}

struct slice *slice_take(const GByteArray *from)
{
    struct numbers numbers = numbers_in(from->data, from->len);
    struct slice *slice = slice_new();
    uint64_t count;

    slice->parts = (unsigned)numbers_take(&numbers);
    slice->part = (unsigned)numbers_take(&numbers);
    slice->name = numbers_take_text(&numbers);
    slice->tap = numbers_take_text(&numbers);
    count = numbers_take(&numbers);
    for (uint64_t i = 0; i < count && !numbers.is_wrong; i++) {
        const struct slice_file file = take_file(&numbers);

        g_array_append_val(slice->files, file);
    }
    take_judged(slice, &numbers);
    take_unfinished(slice, &numbers);
    if (numbers.is_wrong || numbers.at != numbers.end || slice->parts > MOST_PARTS ||
        slice->part >= slice->parts) {
        slice_free(slice);
        return NULL;
    }
    return slice;
}
