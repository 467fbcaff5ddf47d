/* See folder.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/folder.h"

#include "command/capture.h"
#include "command/complaints.h"

#include <glib/gstdio.h>

#include <string.h>
#include <sys/stat.h>

static int compare_names(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Not what nobody keeps captures in, and where a reader would wait for a writer: a pipe, a socket, a folder. */
static bool may_be_capture(const char *path)
{
    GStatBuf file;

    /* What cannot be looked at is for others to tell. */
    return g_stat(path, &file) != 0 || S_ISREG(file.st_mode);
}

/* An empty one is one, too. */
static bool is_text(const char *path)
{
    unsigned char bytes[4096];
    FILE *file = g_fopen(path, "rb");
    size_t count = 0;
    bool is_one = file != NULL;

    if (file != NULL) {
        count = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
    }
    for (size_t i = 0; i < count; i++)
        is_one = is_one && (bytes[i] >= ' ' || strchr("\t\n\v\f\r\b\033", bytes[i]) != NULL) && bytes[i] != 0;
    return is_one;
}

/* Some captures are texts, as logcat's. */
static bool has_packet(const char *path)
{
    struct capture *capture = capture_new();
    struct packet packet;
    const bool has_one = capture_open(capture, path) && capture_read(capture, &packet) != CAPTURE_END;

    capture_free(capture);
    return has_one;
}

/* What is called as only captures are must be one; so must what is no text, which may be a damaged one. */
static bool is_other_text(const char *name, const char *path)
{
    return capture_shares_name(name) && is_text(path) && !has_packet(path);
}

static GPtrArray *captures_in(GDir *dir, GPtrArray *texts, const char *folder)
{
    GPtrArray *found = g_ptr_array_new();
    const char *name;

    while ((name = g_dir_read_name(dir)) != NULL) {
        char *path = g_build_filename(folder, name, NULL);

        if (!capture_has_name(name) || !may_be_capture(path))
            g_free(path);
        else
            g_ptr_array_add(is_other_text(name, path) ? texts : found, path);
    }
    g_ptr_array_sort(found, compare_names);
    g_ptr_array_sort(texts, compare_names);
    return found;
}

bool folder_add_captures(GPtrArray *files, GPtrArray *texts, const char *folder)
{
    GError *error = NULL;
    GDir *dir = g_dir_open(folder, 0, &error);
    GPtrArray *found;
    bool any;

    if (dir == NULL) {
        complain("%s", error->message);
        g_error_free(error);
        return false;
    }
    found = captures_in(dir, texts, folder);
    g_dir_close(dir);
    for (unsigned i = 0; i < found->len; i++)
        g_ptr_array_add(files, g_ptr_array_index(found, i));
    any = found->len > 0;
    if (!any)
        complain("%s is a folder without a capture file", folder);
    g_ptr_array_free(found, TRUE);
    return any;
}

void folder_complain_of_texts(const GPtrArray *texts)
{
    enum { NAMED = 3 };
    GString *names = g_string_new(NULL);

    for (unsigned i = 0; i < texts->len && i < NAMED; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(texts, i));
    if (texts->len > NAMED)
        g_string_append_printf(names, " and %u more", texts->len - NAMED);
    if (texts->len == 1)
        complain("a text was passed over, which is no capture: %s", names->str);
    else if (texts->len > 1)
        complain("%u texts were passed over, which are no captures: %s", texts->len, names->str);
    g_string_free(names, TRUE);
}
