/* What GitHub's runner takes out of a step's output and shows beside the commit: annotations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_GITHUB_H
#define PCAPLIFE_GITHUB_H

#include <glib.h>

/* An error about a file (NULL: about the step), as one line. Any text may be given. */
void github_append_error(GString *text, const char *file, const char *title, const char *message);

#endif
