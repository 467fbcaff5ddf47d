/* Tables of figures as text, as tshark prints those of the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_TABLES_H
#define PCAPLIFE_TABLES_H

#include "command/subcommand.h"
#include "output/figures/tables.h"

typedef unsigned tables_columns(struct figure_column columns[FIGURE_COLUMNS_AT_MOST]);

/* Where the next cell goes. */
struct tables_pen {
    struct writing *writing;
    struct figure_column columns[FIGURE_COLUMNS_AT_MOST];
    unsigned count, column;
};

/* Writes the file's heading and the columns' titles; figures put into the sink go behind them, as long as
 * the pen is there. */
struct figure_sink tables_begin(struct tables_pen *pen, struct writing *writing,
                                const struct reading *reading, tables_columns *columns);

/* The same with all figures. */
void tables_write(struct writing *writing, const struct reading *reading, tables_columns *columns,
                  figure_fill *fill);

#endif
