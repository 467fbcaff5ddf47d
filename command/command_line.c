/* See command_line.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command_line.h"

#include "command/complaints.h"

bool command_line_parse(GOptionContext *context, const GOptionEntry *entries, int argc, char **argv)
{
    GError *error = NULL;
    bool good;

    g_option_context_add_main_entries(context, entries, NULL);
    good = g_option_context_parse(context, &argc, &argv, &error);
    if (!good) {
        complain("%s", error->message);
        g_error_free(error);
    }
    g_option_context_free(context);
    return good;
}
