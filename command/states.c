/* pcaplife states: how many connections were in which states, as -z tcplife,states of the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "command/tables.h"

static void write_tables(struct writing *writing, const struct reading *reading)
{
    struct tables_pen pen;
    const struct figure_sink sink = tables_begin(&pen, writing, reading, states_table_columns);

    states_table_fill(&sink, &reading->capture, reading->connections,
                      writing->states_interval_ns);
}

const struct subcommand subcommand_states = {
    .name = "states",
    .help = "how many connections were in which states, interval by interval",
    .takes = OPTION_STATES_INTERVAL,
    .parts_files = true,
    .write = write_tables,
};
