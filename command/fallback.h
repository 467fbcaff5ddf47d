/* What cannot be decoded here, tshark may read: then it reads all of the file, with the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_FALLBACK_H
#define PCAPLIFE_FALLBACK_H

#include "command/lives.h"

#include <stdbool.h>
#include <stdio.h>

/* How the plugin writes the same as a subcommand. */
struct fallback {
    const char *statistic; /* tshark's -z; NULL: it does not */
    enum { FALLBACK_TEXT, FALLBACK_JSON, FALLBACK_CSV } form;
};

/* The command, as it is typed in a shell; to be freed with g_free(). */
char *fallback_command(const struct fallback *fallback, const char *path);

/* What tshark writes of the file, to be closed by the caller; NULL: it failed, and the user has been told. */
FILE *fallback_run(const struct fallback *fallback, const char *path, const struct preferences *preferences);

/* The next line of that, as a subcommand writes it: records name the file, and no number of Wireshark's. False: no more. */
bool fallback_next(const struct fallback *fallback, const char *path, FILE *file, GString *text);

#endif
