/* See complaints.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/complaints.h"

#include "command/progress.h"

#include <glib.h>

#include <inttypes.h>
#include <stdio.h>

void complain_of_damage(const char *path, const struct capture_damage *damage)
{
    char *text = capture_damage_text(damage);

    progress_clear();
    fprintf(stderr, "pcaplife: %s %s\n", path, text);
    g_free(text);
}

void complain_of_undecoded(const char *path, const struct undecoded *undecoded, size_t count,
                           const char *command)
{
    if (count > 0)
        progress_clear();
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, "pcaplife: %s: %" PRIu64 " packet%s passed over, which tshark may read: %s",
                path, undecoded[i].packets, undecoded[i].packets == 1 ? " was" : "s were",
                undecoded[i].kind);
        if (command != NULL)
            fprintf(stderr, " (--fallback runs %s)", command);
        fputc('\n', stderr);
    }
}
