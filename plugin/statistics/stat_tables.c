/* The statistics that are Wireshark's tables (epan/stat_tap_ui.h).
 *
 * It knows how those tables keep their cells and which callbacks they need, and nothing of what is
 * in them: that is output's business (output/figures/tables.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/statistics/dialogs.h"

#include "plugin/ws_compat.h"

#include "output/figures/tables.h"
#include "plugin/statistics/states_argument.h"
#include "plugin/statistics/statistics.h"

#include <epan/packet.h> /* stat_tap_ui.h needs it */
#include <epan/stat_tap_ui.h>

#include <string.h>

/* One entry of the menu Statistics, and one -z argument. */
struct stat_tables {
    struct tcplife_statistic statistic;
    stat_tap_table_ui ui;
    figure_fill *fill;
    unsigned (*columns)(struct figure_column columns[FIGURE_COLUMNS_AT_MOST]);
};

static void compute(struct tcplife_statistic *statistic);
static figure_fill fill_states;

static struct stat_tables dialogs[] = {
    {
        .ui = {.title = "TCP Lifecycle: Handshake and Teardown", .cli_string = "tcplife,stat"},
        .statistic = {.compute = compute},
        .fill = lifecycle_tables_fill,
        .columns = lifecycle_tables_columns,
    },
    {
        .ui = {.title = "TCP Lifecycle: Connections", .cli_string = "tcplife,conn"},
        .statistic = {.compute = compute, .shows_zeek = true},
        .fill = connection_table_fill,
        .columns = connection_table_columns,
    },
    {
        .ui = {.title = "TCP Lifecycle: Servers", .cli_string = "tcplife,servers"},
        .statistic = {.compute = compute},
        .fill = server_table_fill,
        .columns = server_table_columns,
    },
    {
        .ui = {.title = "TCP Lifecycle: States over Time", .cli_string = TCPLIFE_STATES_DIALOG},
        .statistic = {.compute = compute},
        .fill = fill_states,
        .columns = states_table_columns,
    },
};

static void fill_states(const struct figure_sink *sink, const struct tl_capture *capture,
                        const GByteArray *chosen)
{
    states_table_fill(sink, capture, chosen, tcplife_states_interval_ns());
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

static void set_text(stat_tap_table_item_type *cell, const char *text)
{
    if (cell->type == TABLE_ITEM_STRING && strcmp(cell->value.string_value, text) == 0)
        return;
    empty_cell(cell);
    cell->type = TABLE_ITEM_STRING;
    cell->value.string_value = g_strdup(text);
}

/* Numbers other than counts are texts: a dialog of Wireshark 4.0 shows six decimals of any other number,
 * and no number at all is what a time that is not known should look like. */
static void set_cell(stat_tap_table_item_type *cell, const struct figure *figure)
{
    if (figure->type == FIGURE_COUNT) {
        empty_cell(cell);
        cell->type = TABLE_ITEM_UINT;
        cell->value.uint_value = figure->count;
    } else if (figure->type == FIGURE_TEXT) {
        set_text(cell, figure->text);
    } else {
        char buffer[FIGURE_SIZE];

        set_text(cell, figure_text(figure, buffer));
    }
}

static void empty_rows(const stat_tap_table *table, unsigned from)
{
    for (unsigned row = from; row < table->num_elements; row++) {
        for (unsigned column = 0; column < table->num_fields; column++)
            empty_cell(stat_tap_get_field_data(table, row, column));
    }
}

/* ---- rows: the sink of what output writes -------------------------------------------------- */

/* A row is written from its first cell to its last. Its memory stays where it is while rows are
 * written again and others are added, because a dialog points to it. */
struct pen {
    stat_tap_table_ui *ui;
    stat_tap_table *table; /* NULL: none yet */
    unsigned row, column;
};

/* Rows that an earlier writing had and this one has not. */
static void finish_table(const struct pen *pen)
{
    if (pen->table != NULL)
        empty_rows(pen->table, pen->row);
}

static void begin_table(void *to, const char *title)
{
    struct pen *pen = to;

    finish_table(pen);
    pen->row = 0;
    pen->table = stat_tap_find_table(pen->ui, title);
    if (pen->table == NULL) {
        pen->table = stat_tap_init_table(title, (int)pen->ui->nfields, 0, NULL);
        stat_tap_add_table(pen->ui, pen->table);
    }
}

static void begin_row(void *to)
{
    struct pen *pen = to;

    pen->column = 0;
    if (pen->row >= pen->table->num_elements) {
        stat_tap_table_item_type *nothing =
            g_new0(stat_tap_table_item_type, pen->table->num_fields);

        stat_tap_init_table_row(pen->table, pen->row, pen->table->num_fields, nothing);
        g_free(nothing);
    }
}

static void put(void *to, const struct figure *figure)
{
    struct pen *pen = to;

    if (pen->column < pen->table->num_fields)
        set_cell(stat_tap_get_field_data(pen->table, pen->row, pen->column++), figure);
}

static void end_row(void *to)
{
    struct pen *pen = to;

    while (pen->column < pen->table->num_fields)
        put(pen, &(struct figure){.type = FIGURE_NOTHING});
    pen->row++;
}

static struct stat_tables *find_by_statistic(const struct tcplife_statistic *statistic)
{
    for (size_t i = 0; i < G_N_ELEMENTS(dialogs); i++) {
        if (&dialogs[i].statistic == statistic)
            return &dialogs[i];
    }
    return NULL;
}

static void compute(struct tcplife_statistic *statistic)
{
    const struct stat_tables *tables = find_by_statistic(statistic);
    struct pen pen = {.ui = statistic->output};
    const struct figure_sink sink = {.begin_table = begin_table,
                                     .begin_row = begin_row,
                                     .put = put,
                                     .end_row = end_row,
                                     .to = &pen};

    if (tables == NULL)
        return;
    tables->fill(&sink, tcplife_statistics_capture(), choice_made(statistic->choice));
    finish_table(&pen);
}

/* ---- Wireshark's callbacks ----------------------------------------------------------------- */

static struct stat_tables *find_by_ui(const stat_tap_table_ui *ui)
{
    for (size_t i = 0; i < G_N_ELEMENTS(dialogs); i++) {
        if (&dialogs[i].ui == ui)
            return &dialogs[i];
    }
    return NULL;
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
    for (size_t i = 0; i < G_N_ELEMENTS(dialogs); i++) {
        if (has_table(&dialogs[i].ui, table))
            return &dialogs[i];
    }
    return NULL;
}

static void begin(stat_tap_table_ui *ui)
{
    tcplife_statistic_open(&find_by_ui(ui)->statistic, ui);
}

static tap_packet_status see_packet(void *tapdata, packet_info *pinfo, epan_dissect_t *edt,
                                    const void *data, tap_flags_t flags _U_)
{
    const stat_data_t *stat_data = tapdata;

    return tcplife_statistic_packet(&find_by_ui(stat_data->stat_tap_data)->statistic, pinfo, edt,
                                    data);
}

/* Comes for one table after the other. Those with rows that are always there get them again. */
static void reset(stat_tap_table *table)
{
    struct stat_tables *tables = find_by_table(table);

    empty_rows(table, 0);
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

static struct stat_tables *find_by_argument(const char *argument)
{
    for (size_t i = 0; i < G_N_ELEMENTS(dialogs); i++) {
        const char *name = dialogs[i].ui.cli_string;

        if (g_str_has_prefix(argument, name) && strchr(",", argument[strlen(name)]) != NULL)
            return &dialogs[i];
    }
    return NULL;
}

/* What is wrong with it; NULL: nothing. */
static char *complain(const struct stat_tables *tables, const char *argument)
{
    if (tables == NULL)
        return g_strdup_printf("Invalid -z argument \"%s\"; after the statistic's name there may be "
                               "a comma and a display filter.", argument);
    if (tables->statistic.is_open) /* Wireshark has one table of a name */
        return g_strdup_printf("-z %s can be asked for once only.", tables->ui.cli_string);
    return NULL;
}

/* Wireshark takes everything that begins with a statistic's name for it. Only tshark asks: in a window all
 * packets have been read when a filter chooses, and final fields are what they are at the end. */
static void check_argument(const char *argument, const char **filter, char **error)
{
    struct stat_tables *tables = find_by_argument(argument);

    *error = complain(tables, argument);
    if (*error == NULL)
        tcplife_statistic_filter(&tables->statistic, *filter);
}

/* ---- registration -------------------------------------------------------------------------- */

/* They stay for good, as Wireshark's list of statistics does. */
static void make_columns(struct stat_tables *tables)
{
    struct figure_column columns[FIGURE_COLUMNS_AT_MOST];
    const unsigned count = tables->columns(columns);
    stat_tap_table_item *fields = g_new0(stat_tap_table_item, count);

    for (unsigned i = 0; i < count; i++) {
        const struct figure_column *column = &columns[i];
        const char *kind = column->is_count ? "u" : "s";

        fields[i].type = column->is_count ? TABLE_ITEM_UINT : TABLE_ITEM_STRING;
        fields[i].align = column->is_left ? TAP_ALIGN_LEFT : TAP_ALIGN_RIGHT;
        fields[i].column_name = column->title;
        fields[i].field_format = column->width == 0
                                     ? g_strdup_printf("%%%s", kind)
                                     : g_strdup_printf("%%%s%u%s", column->is_left ? "-" : "",
                                                       column->width, kind);
    }
    tables->ui.fields = fields;
    tables->ui.nfields = count;
}

void tcplife_register_stat_tables(void)
{
    static tap_param parameters[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};

    for (size_t i = 0; i < G_N_ELEMENTS(dialogs); i++) {
        stat_tap_table_ui *ui = &dialogs[i].ui;

        make_columns(&dialogs[i]);
        ui->group = REGISTER_PACKET_STAT_GROUP_UNSORTED; /* the menu Statistics itself */
        ui->tap_name = TCPLIFE_TAP;
        ui->stat_tap_init_cb = begin;
        ui->packet_func = see_packet;
        ui->stat_tap_reset_table_cb = reset;
        ui->stat_tap_free_table_item_cb = free_cell;
        ui->stat_filter_check_cb = check_argument;
        ui->params = parameters;
        ui->nparams = G_N_ELEMENTS(parameters);
        register_stat_tap_table_ui(ui);
    }
}
