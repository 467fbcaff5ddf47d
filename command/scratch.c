/* See scratch.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/scratch.h"

#include <glib.h>
#include <glib/gstdio.h>

FILE *scratch_file(void)
{
    char *name;
    const int descriptor = g_file_open_tmp("pcaplife.XXXXXX", &name, NULL);

    if (descriptor < 0)
        return NULL;
    g_unlink(name);
    g_free(name);
    return fdopen(descriptor, "w+b");
}
