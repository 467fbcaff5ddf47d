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
    slice->unfinished = g_array_new(FALSE, FALSE, sizeof(struct noted_datagram));
    return slice;
}

void slice_free(struct slice *slice)
{
    if (slice == NULL)
        return;
    g_array_free(slice->files, TRUE);
    g_array_free(slice->unfinished, TRUE);
    whole_datagrams_free(slice->whole);
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

static void put_datagrams(const GArray *datagrams, GByteArray *to)
{
    numbers_put(to, datagrams->len);
    for (unsigned i = 0; i < datagrams->len; i++) {
        const struct noted_datagram *datagram = &g_array_index(datagrams, struct noted_datagram, i);

        numbers_put(to, datagram->name);
        numbers_put(to, datagram->first_frame);
        numbers_put(to, datagram->last_frame - datagram->first_frame);
    }
}

/* Each as the number of places between it and the one before. */
static void put_places(const struct datagram_places *places, GByteArray *to)
{
    unsigned behind = 0;

    numbers_put(to, places->count);
    for (unsigned i = 0; i < places->count; i++) {
        const unsigned place = datagram_places_next(places, behind);

        numbers_put(to, place - behind);
        behind = place + 1;
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
    if (slice->part > 0)
        return;
    put_datagrams(slice->unfinished, to);
    if (slice->whole == NULL || slice->whole->places.count == 0) {
        numbers_put(to, 0);
    } else {
        put_places(&slice->whole->places, to);
        put_datagrams(slice->whole->of_several_files, to);
    }
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

static void take_datagrams(GArray *datagrams, struct numbers *from)
{
    const uint64_t count = numbers_take(from);

    from->is_wrong = from->is_wrong || count > MOST_NOTED_DATAGRAMS;
    for (uint64_t i = 0; i < count && !from->is_wrong; i++) {
        struct noted_datagram datagram = {.name = numbers_take(from)};

        datagram.first_frame = (uint32_t)numbers_take(from);
        datagram.last_frame = datagram.first_frame + (uint32_t)numbers_take(from);
        g_array_append_val(datagrams, datagram);
    }
}

static void take_places(struct datagram_places *places, uint64_t count, struct numbers *from)
{
    unsigned behind = 0;

    from->is_wrong = from->is_wrong || count > DATAGRAM_PLACES;
    for (uint64_t i = 0; i < count && !from->is_wrong; i++) {
        const uint64_t between = numbers_take(from);

        from->is_wrong = from->is_wrong || between >= DATAGRAM_PLACES - behind;
        if (from->is_wrong)
            return;
        datagram_places_mark(places, behind + (unsigned)between);
        behind += (unsigned)between + 1;
    }
}

static void take_whole(struct slice *slice, struct numbers *from)
{
    const uint64_t places = numbers_take(from);

    if (places == 0)
        return;
    slice->whole = whole_datagrams_new();
    take_places(&slice->whole->places, places, from);
    take_datagrams(slice->whole->of_several_files, from);
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
    if (slice->part == 0) {
        take_datagrams(slice->unfinished, &numbers);
        take_whole(slice, &numbers);
    }
    if (numbers.is_wrong || numbers.at != numbers.end || slice->parts > MOST_PARTS ||
        slice->part >= slice->parts) {
        slice_free(slice);
        return NULL;
    }
    return slice;
}
