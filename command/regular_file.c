/* See regular_file.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/regular_file.h"

#include <glib.h>
#include <glib/gstdio.h>

int64_t regular_file_size(const char *path)
{
    GStatBuf status;

    return g_stat(path, &status) == 0 && S_ISREG(status.st_mode) ? (int64_t)status.st_size : -1;
}
