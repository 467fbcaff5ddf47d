/* pcaplife stat: how connections opened and closed, and how long each step took, as -z tcplife,stat of the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "command/tables.h"

static void write_tables(struct writing *writing, const struct reading *reading)
{
    tables_write(writing, reading, lifecycle_tables_columns, lifecycle_tables_fill);
}

const struct subcommand subcommand_stat = {
    .name = "stat",
    .help = "how connections opened and closed, and how long each step took",
    .fallback = {"tcplife,stat", FALLBACK_TEXT},
    .parts_files = true,
    .write = write_tables,
};
