/* pcaplife counts: how many packets, segments and connections there are in each file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include <inttypes.h>

static void write_counts(struct writing *writing, const struct reading *reading)
{
    g_string_append_printf(writing->text,
                           "%s: %" PRIu64 " packets, %" PRIu64 " TCP segments, %u connections\n",
                           reading->name, reading->packets, reading->segments,
                           reading->connections->len);
}

const struct subcommand subcommand_counts = {
    .name = "counts",
    .help = "how many packets, segments and connections there are",
    .write = write_counts,
};
