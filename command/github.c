/* See github.h; the escapes are those of GitHub's "workflow commands".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/github.h"

#include "command/printable.h"

#include <string.h>

static void append_escaped(GString *text, const char *words, const char *special)
{
    for (; *words != '\0'; words++) {
        if (strchr(special, *words) != NULL)
            g_string_append_printf(text, "%%%02X", (unsigned char)*words);
        else
            g_string_append_c(text, *words);
    }
}

void github_append_error(GString *text, const char *file, const char *title, const char *message)
{
    static const char of_property[] = "%\r\n:,", of_message[] = "%\r\n";

    g_string_append(text, "::error ");
    if (file != NULL) {
        char *path = printable(file);

        g_string_append(text, "file=");
        append_escaped(text, path, of_property);
        g_string_append_c(text, ',');
        g_free(path);
    }
    g_string_append(text, "title=");
    append_escaped(text, title, of_property);
    g_string_append(text, "::");
    append_escaped(text, message, of_message);
    g_string_append_c(text, '\n');
}
