/* Tables of figures as text, as tshark prints those of the plugin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_TABLES_H
#define PCAPLIFE_TABLES_H

#include "command/subcommand.h"
#include "output/figures/tables.h"

typedef unsigned tables_columns(struct figure_column columns[FIGURE_COLUMNS_AT_MOST]);

void tables_write(struct writing *writing, const struct reading *reading, tables_columns *columns,
                  figure_fill *fill);

#endif
