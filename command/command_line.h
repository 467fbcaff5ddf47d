/* The words of a command line, by GLib's parser.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_COMMAND_LINE_H
#define PCAPLIFE_COMMAND_LINE_H

#include <glib.h>

#include <stdbool.h>

/* The first word is the program's, or the subcommand's. False: they are wrong, and the user has been told why. The
 * context is freed. */
bool command_line_parse(GOptionContext *context, const GOptionEntry *entries, int argc, char **argv);

#endif
