/* pcaplife conn: a table with one row a connection, as -z tcplife,conn of the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "command/tables.h"

static void write_tables(struct writing *writing, const struct reading *reading)
{
    tables_write(writing, reading, connection_table_columns, connection_table_fill);
}

const struct subcommand subcommand_conn = {
    .name = "conn",
    .help = "a table with one row a connection",
    .fallback = {"tcplife,conn", FALLBACK_TEXT},
    .parts_files = true,
    .wishes = {.zeek = true},
    .write = write_tables,
};
