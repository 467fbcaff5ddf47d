/* See writing.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/writing.h"

#include "command/complaints.h"
#include "command/printable.h"
#include "command/progress.h"
#include "output/connection_set.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void writing_note_code(struct writing *writing, enum exit_code code)
{
    writing->code = MAX(writing->code, code);
}

static bool is_dash(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* Be it read by its name or, as `-`, by what the shell has opened. */
static bool look_up(const char *input, GStatBuf *file)
{
    return (is_dash(input) ? fstat(STDIN_FILENO, file) : g_stat(input, file)) == 0;
}

static bool is_same_file(const char *input, const char *path)
{
    GStatBuf a, b;

    return look_up(input, &a) && g_stat(path, &b) == 0 && S_ISREG(a.st_mode) &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static GList *taken; /* char *: the paths of what the options name to be written, and of rules */

static bool is_taken(const char *path)
{
    for (const GList *item = taken; item != NULL; item = item->next)
        if (is_same_file(item->data, path))
            return true;
    return false;
}

void writing_take(const char *path)
{
    taken = g_list_prepend(taken, g_strdup(path));
}

/* Only -o may mean it: there, other files would stand between a subcommand's own lines. */
static FILE *standard_output(const char *option)
{
    if (strcmp(option, "-o") == 0)
        return stdout;
    complain("%s names a file, and not -: the standard output is what -o is for", option);
    return NULL;
}

bool writing_claim(const struct writing *writing, const char *option, const char *path)
{
    for (unsigned i = 0; i < writing->inputs->len; i++) {
        const char *input = g_ptr_array_index(writing->inputs, i);

        if (is_same_file(input, path)) {
            complain("%s %s would overwrite %s, which is to be read", option, path,
                     is_dash(input) ? "the standard input" : input);
            return false;
        }
    }
    if (is_taken(path)) {
        complain("%s %s is another option's file, too", option, path);
        return false;
    }
    writing_take(path);
    return true;
}

FILE *writing_open(const struct writing *writing, const char *option, const char *path)
{
    FILE *file;

    if (is_dash(path))
        return standard_output(option);
    if (!writing_claim(writing, option, path))
        return NULL;
    file = fopen(path, "wb");
    if (file == NULL)
        complain("%s cannot be written: %s", path, g_strerror(errno));
    return file;
}

/* A reader that has seen enough closes the pipe: that is no failure of ours. */
void writing_note_failure(struct writing *writing)
{
    const int error = errno;

    if (!writing->has_failed && error != EPIPE)
        complain("the output cannot be written: %s", g_strerror(error));
    writing->has_failed = true;
    writing->is_unwanted = error == EPIPE;
}

void writing_flush(struct writing *writing)
{
    if (writing->text->len > 0)
        progress_clear();
    if (!writing->has_failed &&
        fwrite(writing->text->str, 1, writing->text->len, writing->to) != writing->text->len)
        writing_note_failure(writing);
    g_string_truncate(writing->text, 0);
}

void writing_flush_long(struct writing *writing)
{
    enum { LONG = 2048 };

    if (writing->text->len >= LONG)
        writing_flush(writing);
}

const struct tl_connection *writing_next(const struct writing *writing,
                                         const struct reading *reading, uint32_t *number)
{
    return writing->has_failed
               ? NULL
               : connection_set_next(&reading->capture, reading->connections, number);
}

void writing_append_counts(struct writing *writing, const struct reading *reading)
{
    const uint32_t all = tl_tracker_connection_count(reading->capture.tracker);
    const uint32_t chosen = connection_set_count(reading->connections);
    char *name = printable(reading->name);

    g_string_append_printf(writing->text, "%s: %" PRIu64 " packets, %" PRIu64 " TCP segments, ",
                           name, reading->packets, reading->segments);
    if (chosen < all)
        g_string_append_printf(writing->text, "%" PRIu32 " of ", chosen);
    g_string_append_printf(writing->text, "%" PRIu32 " connection%s\n", all, all == 1 ? "" : "s");
    g_free(name);
}

void writing_begin_file(struct writing *writing, const struct reading *reading)
{
    char *name;

    if (!writing->several_files)
        return;
    name = printable(reading->name);
    g_string_append_printf(writing->text, "%s:\n\n", name);
    g_free(name);
}

void writing_append_file(struct writing *writing, FILE *file)
{
    char bytes[65536];
    size_t count;

    while (!writing->has_failed && (count = fread(bytes, 1, sizeof bytes, file)) > 0) {
        g_string_append_len(writing->text, bytes, (gssize)count);
        writing_flush(writing);
    }
}

void writing_end(struct writing *writing)
{
    writing_flush(writing);
    if (!writing->has_failed && fflush(writing->to) != 0)
        writing_note_failure(writing);
}
