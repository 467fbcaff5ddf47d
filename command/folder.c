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

static GPtrArray *captures_in(GDir *dir, const char *folder)
{
    GPtrArray *found = g_ptr_array_new();
    const char *name;

    while ((name = g_dir_read_name(dir)) != NULL) {
        char *path = g_build_filename(folder, name, NULL);

        if (capture_has_name(name) && may_be_capture(path))
            g_ptr_array_add(found, path);
        else
            g_free(path);
    }
    g_ptr_array_sort(found, compare_names);
    return found;
}

bool folder_add_captures(GPtrArray *files, const char *folder)
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
    found = captures_in(dir, folder);
    g_dir_close(dir);
    for (unsigned i = 0; i < found->len; i++)
        g_ptr_array_add(files, g_ptr_array_index(found, i));
    any = found->len > 0;
    if (!any)
        complain("%s is a folder without a capture file", folder);
    g_ptr_array_free(found, TRUE);
    return any;
}
