/* See printable.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/printable.h"

#include <glib.h>

char *printable(const char *words)
{
    char *valid = g_filename_display_name(words);
    GString *text = g_string_new(NULL);

    for (const char *at = valid; *at != '\0'; at = g_utf8_find_next_char(at, NULL)) {
        const gunichar letter = g_utf8_get_char(at);

        g_string_append_unichar(text, g_unichar_isprint(letter) ? letter : 0xfffd);
    }
    g_free(valid);
    return g_string_free(text, FALSE);
}
