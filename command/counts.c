/* pcaplife counts: how many packets, segments and connections there are in each file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

static void write_counts(struct writing *writing, const struct reading *reading)
{
    writing_append_counts(writing, reading);
}

const struct subcommand subcommand_counts = {
    .name = "counts",
    .help = "how many packets, segments and connections there are",
    .write = write_counts,
};
