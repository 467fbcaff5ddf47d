/* Statistics that are Wireshark's tables (epan/stat_tap_ui.h), and how to fill their rows.
 *
 * A row is written from its first cell to its last. Its memory stays where it is while rows are
 * written again and others are added, because a dialog points to it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_STAT_TABLES_H
#define TCPLIFE_STAT_TABLES_H

#include "plugin/statistics/statistics.h"

#include <epan/packet.h> /* stat_tap_ui.h needs it */
#include <epan/stat_tap_ui.h>

#include <stdint.h>

struct stat_row {
    stat_tap_table_item_type *cells;
    unsigned column, columns;
};

/* The table of that title, made if there is none yet. */
stat_tap_table *stat_rows_table(stat_tap_table_ui *ui, const char *title);

struct stat_row stat_row_begin(stat_tap_table *table, unsigned number);
void stat_row_text(struct stat_row *row, const char *text);
void stat_row_count(struct stat_row *row, uint32_t count);
/* Numbers as texts that sort as numbers do: a dialog of Wireshark 4.0 shows six decimals of any
 * other number, and no number at all is what a time that is not known should look like. */
void stat_row_percent(struct stat_row *row, double percent);
void stat_row_milliseconds(struct stat_row *row, double ns);
void stat_row_seconds(struct stat_row *row, double ns);
void stat_row_bytes(struct stat_row *row, uint64_t bytes); /* counts end at 4 GiB */
/* The remaining cells are empty. */
void stat_row_end(struct stat_row *row);

/* The rows from `number` on are empty. */
void stat_rows_end(stat_tap_table *table, unsigned number);

/* ---- registration -------------------------------------------------------------------------- */

struct stat_tables {
    struct tcplife_statistic statistic;
    stat_tap_table_ui ui;
    struct stat_tables *next;
};

/* What compute() and title, name and columns in `ui` do not say is filled in. */
void stat_tables_register(struct stat_tables *tables);

#endif
