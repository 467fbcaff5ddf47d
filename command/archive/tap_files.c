/* See tap_files.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/tap_files.h"

#include "command/complaints.h"
#include "command/printable.h"

#include <string.h>

static void clear_file(gpointer data)
{
    g_free(((struct tap_file *)data)->key);
}

static void clear_tap(gpointer data)
{
    g_array_free(((struct tap_files *)data)->files, TRUE);
}

static struct tap_files *tap_called(GArray *taps, const char *name)
{
    const struct tap_files none = {.name = name};
    struct tap_files *added;

    for (unsigned i = 0; i < taps->len; i++)
        if (strcmp(g_array_index(taps, struct tap_files, i).name, name) == 0)
            return &g_array_index(taps, struct tap_files, i);
    g_array_append_val(taps, none);
    added = &g_array_index(taps, struct tap_files, taps->len - 1);
    added->files = g_array_new(FALSE, FALSE, sizeof(struct tap_file));
    g_array_set_clear_func(added->files, clear_file);
    return added;
}

static bool complain_of(const char *path, const char *why)
{
    char *name = printable(path);

    complain("%s %s", name, why);
    g_free(name);
    return false;
}

static bool add_slice(GArray *taps, const struct slice *slice, unsigned number, GHashTable *known)
{
    struct tap_files *tap = tap_called(taps, slice->tap);

    for (unsigned i = 0; i < slice->files->len; i++) {
        const struct slice_file *file = &g_array_index(slice->files, struct slice_file, i);
        const struct tap_file added = {
            .file = file, .slice = number, .number = i, .key = g_utf8_collate_key_for_filename(file->path, -1)};

        if (file->frames == 0) {
            g_free(added.key);
            continue;
        }
        g_array_append_val(tap->files, added);
        if (!g_hash_table_add(known, file->path))
            return complain_of(file->path, "is in two slices of the archive: its packets would be taken for copies");
    }
    return true;
}

/* As --join puts them. */
static int compare_files(const void *one, const void *other)
{
    const struct tap_file *a = one, *b = other;

    return a->file->first_packet_ns != b->file->first_packet_ns
               ? (a->file->first_packet_ns < b->file->first_packet_ns ? -1 : 1)
               : g_strcmp0(a->key, b->key);
}

static int compare_taps(const void *one, const void *other)
{
    return strcmp(((const struct tap_files *)one)->name, ((const struct tap_files *)other)->name);
}

int64_t tap_file_latest_ns(const struct tap_file *file)
{
    return MAX(file->latest_before_ns, file->file->latest_ns);
}

static uint64_t count_before(struct tap_files *tap)
{
    uint64_t frames = 0, segments = 0;
    int64_t latest_ns = INT64_MIN;

    for (unsigned i = 0; i < tap->files->len; i++) {
        struct tap_file *file = &g_array_index(tap->files, struct tap_file, i);

        file->frames_before = frames;
        file->segments_before = segments;
        file->latest_before_ns = latest_ns;
        frames += file->file->frames;
        segments += file->file->segments;
        latest_ns = tap_file_latest_ns(file);
    }
    return frames;
}

static bool is_one_archive(const GPtrArray *slices)
{
    const struct slice *first = g_ptr_array_index(slices, 0);

    for (unsigned i = 1; i < slices->len; i++) {
        const struct slice *slice = g_ptr_array_index(slices, i);

        if (slice->parts != first->parts || slice->part != first->part) {
            complain("%s is part %u of %u, and %s part %u of %u: they do not go together", first->name, first->part,
                     first->parts, slice->name, slice->part, slice->parts);
            return false;
        }
    }
    return true;
}

static bool add_all(GArray *taps, const GPtrArray *slices)
{
    GHashTable *known = g_hash_table_new(g_str_hash, g_str_equal);
    bool good = is_one_archive(slices);
    uint64_t frames = 0;

    for (unsigned i = 0; i < slices->len && good; i++)
        good = add_slice(taps, g_ptr_array_index(slices, i), i, known);
    g_hash_table_unref(known);
    g_array_sort(taps, compare_taps);
    for (unsigned i = 0; i < taps->len; i++) {
        struct tap_files *tap = &g_array_index(taps, struct tap_files, i);

        g_array_sort(tap->files, compare_files);
        frames += count_before(tap);
    }
    if (good && frames > UINT32_MAX) {
        complain("the archive has %" G_GUINT64_FORMAT " frames, and %u at most can be counted", (guint64)frames,
                 UINT32_MAX);
        good = false;
    }
    return good;
}

GArray *tap_files_new(const GPtrArray *slices)
{
    GArray *taps = g_array_new(FALSE, FALSE, sizeof(struct tap_files));

    g_array_set_clear_func(taps, clear_tap);
    if (add_all(taps, slices))
        return taps;
    tap_files_free(taps);
    return NULL;
}

void tap_files_free(GArray *taps)
{
    g_array_free(taps, TRUE);
}
