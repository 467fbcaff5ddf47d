/* What the user is told on standard error, above all of a file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_COMPLAINTS_H
#define PCAPLIFE_COMPLAINTS_H

#include <glib.h>

#include "command/capture.h"

/* A line of the program's own. */
void complain(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* That packets of a kind were passed over, in a sentence; to be freed with g_free(). */
char *undecoded_text(const char *path, const struct undecoded *undecoded);

/* A line for each kind of packet that was passed over: none is in silence. `command`, if not NULL, reads them. */
void complain_of_undecoded(const char *path, const struct undecoded *undecoded, size_t count,
                           const char *command);

#endif
