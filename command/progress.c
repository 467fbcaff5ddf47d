/* See progress.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/progress.h"

#include "command/regular_file.h"
#include "command/scratch.h"


#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define AGAIN_US (G_USEC_PER_SEC / 5)

/* In memory that processes share. */
struct progress {
    int terminal; /* standard error may lead elsewhere in another process */
    unsigned files;
    int64_t bytes; /* of all files; 0: not known */
    int64_t begun_us;
    atomic_uint files_read;
    _Atomic int64_t bytes_read, draw_at_us;
    _Atomic uint64_t packets;
    atomic_bool is_drawn;
};

static struct progress *progress; /* NULL: nobody looks */
static bool is_held;

/* 0: not known, as of pipes. */
static int64_t size_of_all(const GPtrArray *files)
{
    int64_t sum = 0;

    for (unsigned i = 0; i < files->len; i++) {
        const int64_t size = regular_file_size(g_ptr_array_index(files, i));

        if (size < 0)
            return 0;
        sum += size;
    }
    return sum;
}

void progress_begin(const GPtrArray *files)
{
    if (!isatty(STDERR_FILENO) || g_strcmp0(g_getenv("TERM"), "dumb") == 0)
        return;
    progress = scratch_shared(sizeof *progress);
    if (progress == NULL)
        return;
    progress->terminal = dup(STDERR_FILENO);
    progress->files = files->len;
    progress->bytes = size_of_all(files);
    progress->begun_us = g_get_monotonic_time();
}

static void put(const char *text)
{
    /* A terminal that has gone is not worth a word. */
    if (write(progress->terminal, text, strlen(text)) < 0)
        return;
}

static void append_rate(GString *line, double per_second)
{
    if (per_second >= 1e6)
        g_string_append_printf(line, ", %.1f M packets/s", per_second / 1e6);
    else
        g_string_append_printf(line, ", %.0f packets/s", per_second);
}

/* At the pace of all so far. */
static void append_time_left(GString *line, double seconds)
{
    const int64_t read = progress->bytes_read;
    int64_t left;

    if (progress->bytes == 0 || read == 0)
        return;
    left = (int64_t)(seconds * (double)MAX(progress->bytes - read, 0) / (double)read + 0.5);
    g_string_append_printf(line, ", %d %%, %" PRId64 ":%02" PRId64 " left",
                           (int)(100.0 * (double)MIN(read, progress->bytes) / (double)progress->bytes),
                           left / 60, left % 60);
}

static void draw(int64_t now_us)
{
    const double seconds = (double)(now_us - progress->begun_us) / G_USEC_PER_SEC;
    GString *line = g_string_new("\r");

    g_string_append_printf(line, "%u of %u file%s", (unsigned)progress->files_read, progress->files,
                           progress->files == 1 ? "" : "s");
    if (seconds > 0)
        append_rate(line, (double)progress->packets / seconds);
    append_time_left(line, seconds);
    g_string_append(line, "\033[K"); /* the rest of the line goes */
    progress->is_drawn = true;
    put(line->str);
    g_string_free(line, TRUE);
}

void progress_note(int64_t bytes, uint64_t packets)
{
    int64_t now_us, at_us;

    if (progress == NULL || is_held)
        return;
    progress->bytes_read += bytes;
    progress->packets += packets;
    now_us = g_get_monotonic_time();
    at_us = progress->draw_at_us;
    /* Of several processes one draws. */
    if (now_us >= at_us &&
        atomic_compare_exchange_strong(&progress->draw_at_us, &at_us, now_us + AGAIN_US))
        draw(now_us);
}

void progress_note_file(void)
{
    if (progress != NULL && !is_held)
        progress->files_read++;
}

void progress_hold(bool hold)
{
    is_held = hold;
}

void progress_clear(void)
{
    if (progress != NULL && progress->is_drawn) {
        progress->is_drawn = false;
        put("\r\033[K");
    }
}

void progress_end(void)
{
    if (progress == NULL)
        return;
    progress_clear();
    close(progress->terminal);
    scratch_shared_free(progress, sizeof *progress);
    progress = NULL;
}
