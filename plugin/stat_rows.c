/* Fills the rows of Wireshark's statistics tables.
 *
 * It knows how those tables keep their cells, and nothing of what is in them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "stat_rows.h"

#include "ws_compat.h"

#include <string.h>

stat_tap_table *stat_rows_table(stat_tap_table_ui *ui, const char *title)
{
    stat_tap_table *table = stat_tap_find_table(ui, title);

    if (table == NULL) {
        table = stat_tap_init_table(title, (int)ui->nfields, 0, NULL);
        stat_tap_add_table(ui, table);
    }
    return table;
}

/* ---- cells --------------------------------------------------------------------------------- */

static void empty_cell(stat_tap_table_item_type *cell)
{
    if (cell->type == TABLE_ITEM_STRING)
        g_free((char *)cell->value.string_value);
    memset(cell, 0, sizeof *cell);
}

struct stat_row stat_row_begin(stat_tap_table *table, unsigned number)
{
    if (number >= table->num_elements) {
        stat_tap_table_item_type *nothing = g_new0(stat_tap_table_item_type, table->num_fields);

        stat_tap_init_table_row(table, number, table->num_fields, nothing);
        g_free(nothing);
    }
    return (struct stat_row){.cells = stat_tap_get_field_data(table, number, 0),
                             .columns = table->num_fields};
}

/* NULL: the row is full. */
static stat_tap_table_item_type *next_cell(struct stat_row *row)
{
    return row->column < row->columns ? &row->cells[row->column++] : NULL;
}

void stat_row_text(struct stat_row *row, const char *text)
{
    stat_tap_table_item_type *cell = next_cell(row);

    if (cell == NULL || (cell->type == TABLE_ITEM_STRING &&
                         strcmp(cell->value.string_value, text) == 0))
        return;
    empty_cell(cell);
    cell->type = TABLE_ITEM_STRING;
    cell->value.string_value = g_strdup(text);
}

void stat_row_count(struct stat_row *row, uint32_t count)
{
    stat_tap_table_item_type *cell = next_cell(row);

    if (cell == NULL)
        return;
    empty_cell(cell);
    cell->type = TABLE_ITEM_UINT;
    cell->value.uint_value = count;
}

/* Texts are compared byte by byte. With as many decimals and as many characters as the others, a
 * number sorts among them by its value. */
static void put_number(struct stat_row *row, double value, const char *format, int width)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE], padded[2 * G_ASCII_DTOSTR_BUF_SIZE];

    /* Not printf(): the decimal point must not depend on the user's locale. */
    g_ascii_formatd(number, sizeof number, format, value);
    g_snprintf(padded, sizeof padded, "%*s", width, number);
    stat_row_text(row, padded);
}

void stat_row_percent(struct stat_row *row, double percent)
{
    put_number(row, percent, "%.2f", 7);
}

void stat_row_milliseconds(struct stat_row *row, double ns)
{
    put_number(row, ns / 1e6, "%.3f", 14);
}

void stat_row_seconds(struct stat_row *row, double ns)
{
    put_number(row, ns / 1e9, "%.6f", 14);
}

void stat_row_bytes(struct stat_row *row, uint64_t bytes)
{
    put_number(row, (double)bytes, "%.0f", 14);
}

void stat_row_end(struct stat_row *row)
{
    while (row->column < row->columns)
        stat_row_text(row, "");
}

void stat_rows_end(stat_tap_table *table, unsigned number)
{
    for (; number < table->num_elements; number++) {
        struct stat_row row = stat_row_begin(table, number);

        for (unsigned column = 0; column < row.columns; column++)
            empty_cell(&row.cells[column]);
    }
}

/* ---- callbacks ----------------------------------------------------------------------------- */

void stat_rows_reset(stat_tap_table *table)
{
    stat_rows_end(table, 0);
    for (unsigned number = 0; number < table->num_elements; number++)
        g_free(table->elements[number]);
    table->num_elements = 0;
}

void stat_rows_free_cell(stat_tap_table *table _U_, unsigned row _U_, unsigned column _U_,
                         stat_tap_table_item_type *cell)
{
    empty_cell(cell);
}

/* Wireshark comes here with everything that begins with a statistic's name. */
void stat_rows_check_argument(const char *argument, const char **filter _U_, char **error)
{
    static const char *const names[] = {"tcplife,stat", "tcplife,conn", "tcplife,servers"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const size_t length = strlen(names[i]);

        if (strncmp(argument, names[i], length) == 0 &&
            (argument[length] == '\0' || argument[length] == ','))
            return;
    }
    *error = g_strdup_printf("Invalid -z argument \"%s\"; after the statistic's name there may be "
                             "a comma and a display filter.", argument);
}
