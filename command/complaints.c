/* See complaints.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/complaints.h"

#include "command/printable.h"
#include "command/progress.h"

#include <glib.h>

#include <inttypes.h>
#include <stdio.h>

void complain(const char *format, ...)
{
    va_list arguments;
    char *words, *line;

    va_start(arguments, format);
    words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    /* What the user has typed, and files' names, may hold anything; a complaint is one line. */
    line = printable(words);
    progress_clear();
    fprintf(stderr, "pcaplife: %s\n", line);
    g_free(line);
    g_free(words);
}

char *undecoded_text(const char *path, const struct undecoded *undecoded)
{
    char *file = printable(path);
    char *text = g_strdup_printf("%s: %" PRIu64 " packet%s passed over%s: %s", file,
                                 undecoded->packets, undecoded->packets == 1 ? " was" : "s were",
                                 undecoded_is_for_tshark(undecoded, 1) ? ", which tshark may read" : "",
                                 undecoded->kind);

    g_free(file);
    return text;
}

void complain_of_undecoded(const char *path, const struct undecoded *undecoded, size_t count,
                           const char *command)
{
    char *advice =
        command != NULL ? g_strdup_printf(" (--fallback runs %s)", command) : g_strdup("");

    for (size_t i = 0; i < count; i++) {
        char *text = undecoded_text(path, &undecoded[i]);

        complain("%s%s", text, undecoded_is_for_tshark(&undecoded[i], 1) ? advice : "");
        g_free(text);
    }
    g_free(advice);
}
