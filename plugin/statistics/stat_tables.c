/* Statistics that are Wireshark's tables, and how to fill their rows.
 *
 * It knows how those tables keep their cells and which callbacks they need, and nothing of what is
 * in them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/statistics/stat_tables.h"

#include "plugin/ws_compat.h"

#include "plugin/hook.h"

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
        /* Const in Wireshark's structure, but every text in it is an allocation of ours. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
        g_free((char *)cell->value.string_value);
#pragma GCC diagnostic pop
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

/* ---- Wireshark's callbacks ----------------------------------------------------------------- */

static struct stat_tables *registered;

static struct stat_tables *find_by_ui(const stat_tap_table_ui *ui)
{
    struct stat_tables *tables = registered;

    while (tables != NULL && &tables->ui != ui)
        tables = tables->next;
    return tables;
}

static bool has_table(const stat_tap_table_ui *ui, const stat_tap_table *table)
{
    for (unsigned i = 0; ui->tables != NULL && i < ui->tables->len; i++) {
        if (g_array_index(ui->tables, stat_tap_table *, i) == table)
            return true;
    }
    return false;
}

static struct stat_tables *find_by_table(const stat_tap_table *table)
{
    struct stat_tables *tables = registered;

    while (tables != NULL && !has_table(&tables->ui, table))
        tables = tables->next;
    return tables;
}

static void begin(stat_tap_table_ui *ui)
{
    tcplife_statistic_open(&find_by_ui(ui)->statistic, ui);
}

static tap_packet_status see_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt _U_,
                                    const void *data, tap_flags_t flags _U_)
{
    const stat_data_t *stat_data = tapdata;

    return tcplife_statistic_packet(&find_by_ui(stat_data->stat_tap_data)->statistic, pinfo, data);
}

/* Comes for one table after the other. Those with rows that are always there get them again. */
static void reset(stat_tap_table *table)
{
    struct stat_tables *tables = find_by_table(table);

    stat_rows_end(table, 0);
    for (unsigned number = 0; number < table->num_elements; number++)
        g_free(table->elements[number]);
    table->num_elements = 0;
    if (tables != NULL && tables->statistic.is_open)
        tcplife_statistic_open(&tables->statistic, tables->statistic.output);
}

/* The dialog is closed: comes for every cell. */
static void free_cell(stat_tap_table *table, unsigned row, unsigned column,
                      stat_tap_table_item_type *cell)
{
    struct stat_tables *tables = row == 0 && column == 0 ? find_by_table(table) : NULL;

    if (tables != NULL)
        tcplife_statistic_close(&tables->statistic);
    empty_cell(cell);
}

/* Wireshark takes everything that begins with a statistic's name for it. */
static void check_argument(const char *argument, const char **filter _U_, char **error)
{
    for (const struct stat_tables *tables = registered; tables != NULL; tables = tables->next) {
        const size_t length = strlen(tables->ui.cli_string);

        if (strncmp(argument, tables->ui.cli_string, length) == 0 &&
            (argument[length] == '\0' || argument[length] == ','))
            return;
    }
    *error = g_strdup_printf("Invalid -z argument \"%s\"; after the statistic's name there may be "
                             "a comma and a display filter.", argument);
}

void stat_tables_register(struct stat_tables *tables)
{
    static tap_param parameters[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};
    stat_tap_table_ui *ui = &tables->ui;

    ui->group = REGISTER_PACKET_STAT_GROUP_UNSORTED; /* the menu Statistics itself */
    ui->tap_name = TCPLIFE_TAP;
    ui->stat_tap_init_cb = begin;
    ui->packet_func = see_packet;
    ui->stat_tap_reset_table_cb = reset;
    ui->stat_tap_free_table_item_cb = free_cell;
    ui->stat_filter_check_cb = check_argument;
    ui->params = parameters;
    ui->nparams = G_N_ELEMENTS(parameters);
    tables->next = registered;
    registered = tables;
    register_stat_tap_table_ui(ui);
}
