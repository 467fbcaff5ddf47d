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
    char *line;

    va_start(arguments, format);
    line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    progress_clear();
    fprintf(stderr, "pcaplife: %s\n", line);
    g_free(line);
}

void complain_of_undecoded(const char *path, const struct undecoded *undecoded, size_t count,
                           const char *command)
{
    char *advice =
        command != NULL ? g_strdup_printf(" (--fallback runs %s)", command) : g_strdup("");
    char *file = printable(path);

    for (size_t i = 0; i < count; i++)
        complain("%s: %" PRIu64 " packet%s passed over, which tshark may read: %s%s", file,
                 undecoded[i].packets, undecoded[i].packets == 1 ? " was" : "s were",
                 undecoded[i].kind, advice);
    g_free(advice);
    g_free(file);
}
