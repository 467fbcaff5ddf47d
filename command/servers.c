/* pcaplife servers: a table with one row a server, as -z tcplife,servers of the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "command/tables.h"

static void write_tables(struct writing *writing, const struct reading *reading)
{
    tables_write(writing, reading, server_table_columns, server_table_fill);
}

const struct subcommand subcommand_servers = {
    .name = "servers",
    .help = "a table with one row a server",
    .fallback = {"tcplife,servers", FALLBACK_TEXT},
    .parts_files = true,
    .write = write_tables,
};
