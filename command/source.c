/* See source.h.
 *
 * Within a tap packets stay in the order in which they were captured; its clock is the latest time so far, so that
 * one that steps back holds up nobody. The tap whose clock is behind the others' is read, the first of several.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/source.h"

#include "command/complaints.h"
#include "command/printable.h"

#include <glib/gstdio.h>

#include <string.h>

struct tap {
    struct pieces *pieces;
    int64_t latest_ns;
    unsigned place; /* of the file that was read last, among all files… */
    unsigned piece; /* …and among the tap's */

    /* A record that was read already, to know whether it is the next one of all taps. */
    bool is_ahead;
    enum capture_result result;
    struct packet packet;
    GByteArray *held; /* its bytes, if those before it had to go */
};

struct source {
    GPtrArray *paths; /* of each tap */
    struct tap *taps;
    unsigned tap_count;
    unsigned last; /* tap that was read */
    uint32_t frame;
    int64_t first_ns, latest_ns;
    bool is_too_long;
    GArray *files;       /* struct tl_capture_file… */
    GPtrArray *names;    /* …and what owns their names */
    GByteArray *tap_of;  /* each frame's; where there are several */
    GArray *tap_of_file; /* unsigned: the same of each file */
    char *name;
};

char *source_name_of(const GPtrArray *taps)
{
    const GPtrArray *first = g_ptr_array_index(taps, 0);
    char *name = g_filename_display_name(g_ptr_array_index(first, 0));
    unsigned more = 0;
    char *text;

    for (unsigned i = 0; i < taps->len; i++)
        more += ((const GPtrArray *)g_ptr_array_index(taps, i))->len;
    if (--more == 0)
        return name;
    text = g_strdup_printf("%s and %u more file%s", name, more, more == 1 ? "" : "s");
    g_free(name);
    return text;
}

struct source *source_new(const GPtrArray *taps)
{
    struct source *source = g_new0(struct source, 1);

    g_assert(taps->len > 0 && taps->len <= SOURCE_TAPS_AT_MOST);
    source->paths = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    source->taps = g_new0(struct tap, taps->len);
    source->tap_count = taps->len;
    source->latest_ns = INT64_MIN;
    source->files = g_array_new(FALSE, FALSE, sizeof(struct tl_capture_file));
    source->names = g_ptr_array_new_with_free_func(g_free);
    source->tap_of = g_byte_array_new();
    source->tap_of_file = g_array_new(FALSE, FALSE, sizeof(unsigned));
    source->name = source_name_of(taps);
    for (unsigned i = 0; i < taps->len; i++) {
        g_ptr_array_add(source->paths, g_ptr_array_ref(g_ptr_array_index(taps, i)));
        source->taps[i] = (struct tap){
            .pieces = pieces_new(g_ptr_array_index(taps, i)),
            .latest_ns = INT64_MIN,
            .piece = G_MAXUINT,
            .held = g_byte_array_new(),
        };
    }
    return source;
}

struct source *source_of_file(char *path)
{
    GPtrArray *files = g_ptr_array_new(), *taps = g_ptr_array_new();
    struct source *source;

    g_ptr_array_add(files, path);
    g_ptr_array_add(taps, files);
    source = source_new(taps);
    g_ptr_array_unref(files);
    g_ptr_array_unref(taps);
    return source;
}

void source_free(struct source *source)
{
    for (unsigned i = 0; i < source->tap_count; i++) {
        pieces_free(source->taps[i].pieces);
        g_byte_array_free(source->taps[i].held, TRUE);
    }
    g_ptr_array_unref(source->paths);
    g_free(source->taps);
    g_array_free(source->files, TRUE);
    g_ptr_array_free(source->names, TRUE);
    g_byte_array_free(source->tap_of, TRUE);
    g_array_free(source->tap_of_file, TRUE);
    g_free(source->name);
    g_free(source);
}

static bool is_file(const char *path)
{
    GStatBuf file;

    return strcmp(path, "-") != 0 && g_stat(path, &file) == 0 && S_ISREG(file.st_mode);
}

bool source_can_be_read_again(const struct source *source)
{
    for (unsigned i = 0; i < source->paths->len; i++) {
        const GPtrArray *paths = g_ptr_array_index(source->paths, i);

        for (unsigned j = 0; j < paths->len; j++)
            if (!is_file(g_ptr_array_index(paths, j)))
                return false;
    }
    return true;
}

struct source *source_new_again(const struct source *source)
{
    return source_new(source->paths);
}

bool source_any(const struct source *source)
{
    bool any = false;

    for (unsigned i = 0; i < source->tap_count; i++)
        any = any || pieces_any(source->taps[i].pieces);
    return any;
}

const char *source_path(const struct source *source)
{
    return source->tap_count == 1 ? pieces_only_path(source->taps[0].pieces) : NULL;
}

const char *source_name(const struct source *source)
{
    return source->name;
}

const char *source_file_to_name(const struct source *source)
{
    unsigned count;
    const struct tl_capture_file *files = source_files(source, &count);

    return source_path(source) == NULL && count > 0 ? files[0].name : source->name;
}

/* ---- reading ------------------------------------------------------------------------------- */

static void look_ahead(struct tap *tap)
{
    tap->result = pieces_read(tap->pieces, &tap->packet);
    tap->is_ahead = true;
    if (tap->result != CAPTURE_END)
        tap->latest_ns = MAX(tap->latest_ns, tap->packet.time_ns);
}

/* NULL: all have ended. */
static struct tap *behind(struct source *source)
{
    struct tap *found = NULL;

    for (unsigned i = 0; i < source->tap_count; i++) {
        struct tap *tap = &source->taps[i];

        if (!tap->is_ahead)
            look_ahead(tap);
        if (tap->result != CAPTURE_END && (found == NULL || tap->latest_ns < found->latest_ns))
            found = tap;
    }
    return found;
}

static enum capture_result read_merged(struct source *source, struct packet *packet)
{
    struct tap *tap = behind(source);

    if (tap == NULL)
        return CAPTURE_END;
    source->last = (unsigned)(tap - source->taps);
    *packet = tap->packet;
    tap->is_ahead = false;
    return tap->result;
}

static void begin_file(struct source *source, struct tap *tap)
{
    char *name = g_filename_display_name(pieces_path(tap->pieces));
    const struct tl_capture_file file = {.name = name, .first_frame = source->frame};

    g_ptr_array_add(source->names, name);
    tap->piece = pieces_place(tap->pieces);
    tap->place = source->files->len;
    g_array_append_val(source->files, file);
    g_array_append_val(source->tap_of_file, source->last);
}

/* The record has been read; its frame number is the capture's from now on. */
static void number(struct source *source, struct packet *packet)
{
    struct tap *tap = &source->taps[source->last];

    packet->frame = ++source->frame;
    if (source->frame == 1)
        source->first_ns = packet->time_ns;
    source->latest_ns = MAX(source->latest_ns, packet->time_ns);
    if (tap->piece != pieces_place(tap->pieces))
        begin_file(source, tap);
    g_array_index(source->files, struct tl_capture_file, tap->place).last_frame = source->frame;
    if (source->tap_count > 1) {
        const uint8_t last = (uint8_t)source->last;

        g_byte_array_append(source->tap_of, &last, 1);
    }
}

enum capture_result source_read(struct source *source, struct packet *packet)
{
    enum capture_result result;

    if (source->frame == UINT32_MAX) {
        source->is_too_long = true;
        return CAPTURE_END;
    }
    result = source->tap_count == 1 ? pieces_read(source->taps[0].pieces, packet)
                                    : read_merged(source, packet);
    if (result != CAPTURE_END)
        number(source, packet);
    return result;
}

/* What was read ahead is needed later. */
static void hold(struct tap *tap)
{
    if (!tap->is_ahead || tap->result != CAPTURE_PACKET || tap->packet.bytes == tap->held->data)
        return;
    g_byte_array_set_size(tap->held, 0);
    g_byte_array_append(tap->held, tap->packet.bytes, (guint)tap->packet.captured);
    tap->packet.bytes = tap->held->data;
}

void source_forget(struct source *source)
{
    for (unsigned i = 0; i < source->tap_count; i++) {
        hold(&source->taps[i]);
        pieces_forget(source->taps[i].pieces);
    }
}

unsigned source_tap(const struct source *source)
{
    return source->last;
}

unsigned source_tap_count(const struct source *source)
{
    return source->tap_count;
}

/* ---- what was read ------------------------------------------------------------------------- */

int64_t source_first_ns(const struct source *source)
{
    return source->first_ns;
}

int64_t source_latest_ns(const struct source *source)
{
    return source->latest_ns;
}

const struct tl_capture_file *source_files(const struct source *source, unsigned *count)
{
    *count = source->files->len;
    return (const struct tl_capture_file *)(void *)source->files->data;
}

unsigned source_file_of(const struct source *source, uint32_t frame)
{
    const unsigned tap = source->tap_count > 1 ? source->tap_of->data[frame - 1] : 0;
    unsigned place = source->files->len;

    do
        place--;
    while (place > 0 &&
           (g_array_index(source->tap_of_file, unsigned, place) != tap ||
            g_array_index(source->files, struct tl_capture_file, place).first_frame > frame));
    return place;
}

void source_forgive(struct source *source, int error)
{
    for (unsigned i = 0; i < source->tap_count; i++)
        pieces_forgive(source->taps[i].pieces, error);
}

/* A name may hold anything, line breaks too. */
static void note(GPtrArray *texts, const char *path, char *why)
{
    char *file = path != NULL ? printable(path) : NULL;

    g_ptr_array_add(texts, file != NULL ? g_strdup_printf("%s %s", file, why) : g_strdup(why));
    g_free(file);
    g_free(why);
}

/* A text about each file that is damaged, with its name or without. */
static GPtrArray *damage_texts(const struct source *source, bool with_names)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);

    for (unsigned i = 0; i < source->tap_count; i++) {
        const GArray *damages = pieces_damages(source->taps[i].pieces);

        for (unsigned j = 0; j < damages->len; j++) {
            const struct piece_damage *one = &g_array_index(damages, struct piece_damage, j);

            note(texts, with_names ? one->path : NULL, capture_damage_text(&one->damage));
        }
    }
    if (source->is_too_long)
        note(texts, with_names ? source->name : NULL,
             g_strdup_printf("is longer than a capture can be: nothing is read behind frame %u",
                             UINT32_MAX));
    return texts;
}

GPtrArray *source_damages(const struct source *source)
{
    return damage_texts(source, true);
}

bool source_is_damaged(const struct source *source)
{
    GPtrArray *texts = damage_texts(source, true);
    const bool any = texts->len > 0;

    g_ptr_array_unref(texts);
    return any;
}

char *source_damage_text(const struct source *source)
{
    GPtrArray *texts = damage_texts(source, source_path(source) == NULL);
    char *text = NULL;

    g_ptr_array_add(texts, NULL);
    if (texts->len > 1)
        text = g_strjoinv("; ", (char **)texts->pdata);
    g_ptr_array_unref(texts);
    return text;
}

bool source_print_damages(const struct source *source)
{
    GPtrArray *texts = damage_texts(source, true);
    const bool any = texts->len > 0;

    for (unsigned i = 0; i < texts->len; i++)
        complain("%s", (const char *)g_ptr_array_index(texts, i));
    g_ptr_array_unref(texts);
    return any;
}
