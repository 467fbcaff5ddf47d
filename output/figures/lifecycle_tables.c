/* -z tcplife,stat and Statistics > TCP Lifecycle: Handshake and Teardown.
 *
 * All tables of one statistic have the same columns, so that most rows fill some of them only.
 * The GUI sorts tables by their titles, therefore the titles are numbered, and copies rows without
 * them, therefore every row says what it is about.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/figures/life_counts.h"
#include "output/words/sentences.h"
#include "plugin/statistics/stat_tables.h"

#include <epan/packet.h>

#define TITLE_OPENED  "1. How connections opened (percent of connections)"
#define TITLE_CLOSED  "2. How connections closed (percent of connections)"
#define TITLE_STEPS   "3. Time of each step (percent of connections that made it)"
#define TITLE_STAYS   "4. Time spent in each state, when it was left (percent of that end's time)"
#define TITLE_STATES  "5. States now (percent of connections)"
#define TITLE_EXPERTS "6. Expert infos (percent of expert infos)"

/* ---- rows ---------------------------------------------------------------------------------- */

static double percent(double part, double whole)
{
    return whole > 0 ? 100 * part / whole : 0;
}

static void put_counted(stat_tap_table *table, unsigned *number, const char *item, uint32_t count,
                        uint32_t all)
{
    struct stat_row row = stat_row_begin(table, (*number)++);

    stat_row_text(&row, item);
    stat_row_count(&row, count);
    stat_row_percent(&row, percent(count, all));
    stat_row_end(&row);
}

/* The same with a name of two parts, such as "open: three-way". */
static void put_named(stat_tap_table *table, unsigned *number, const char *kind, const char *name,
                      uint32_t count, uint32_t all)
{
    char *item = g_strdup_printf("%s %s", kind, name);

    put_counted(table, number, item, count, all);
    g_free(item);
}

static void put_timed(stat_tap_table *table, unsigned *number, const char *item,
                      const struct sample_figures *figures, double percentage)
{
    struct stat_row row = stat_row_begin(table, (*number)++);

    stat_row_text(&row, item);
    stat_row_count(&row, (uint32_t)figures->count);
    stat_row_percent(&row, percentage);
    if (figures->count > 0) {
        stat_row_milliseconds(&row, figures->minimum);
        stat_row_milliseconds(&row, figures->mean);
        stat_row_milliseconds(&row, figures->median);
        stat_row_milliseconds(&row, figures->p95);
        stat_row_milliseconds(&row, figures->p99);
        stat_row_milliseconds(&row, figures->maximum);
        stat_row_milliseconds(&row, figures->total);
    }
    stat_row_end(&row);
}

/* ---- tables -------------------------------------------------------------------------------- */

static void fill_opened(stat_tap_table *table, const struct life_counts *counts)
{
    unsigned number = 0;

    put_counted(table, &number, "all connections", counts->connections, counts->connections);
    for (int open = 0; open < TL_OPEN_COUNT; open++)
        put_named(table, &number, "open:", tl_open_name((enum tl_open)open), counts->opens[open],
                  counts->connections);
}

static void fill_closed(stat_tap_table *table, const struct life_counts *counts)
{
    unsigned number = 0;

    for (int close = 0; close < TL_CLOSE_COUNT; close++)
        put_named(table, &number, "close:", tl_close_name((enum tl_close)close),
                  counts->closes[close], counts->connections);
    for (int end = TL_CLIENT; end <= TL_SERVER; end++)
        put_named(table, &number, "closed by:", tcplife_role_name((enum tl_role)end),
                  counts->closed_by[end], counts->connections);
}

static void fill_steps(stat_tap_table *table, struct life_counts *counts)
{
    unsigned number = 0;

    for (int step = 0; step < LIFE_STEP_COUNT; step++) {
        const struct sample_figures figures = sample_describe(&counts->steps[step]);

        put_timed(table, &number, life_step_name((enum life_step)step), &figures,
                  percent((double)figures.count, counts->connections));
    }
}

static void fill_stays_of(stat_tap_table *table, unsigned *number, struct life_counts *counts,
                          enum tl_role end)
{
    struct sample_figures figures[TL_STATE_COUNT];
    double total = 0;

    for (int state = 0; state < TL_STATE_COUNT; state++) {
        figures[state] = sample_describe(&counts->stays[end][state]);
        total += figures[state].total;
    }
    for (int state = 0; state < TL_STATE_COUNT; state++) {
        char *item;

        if (figures[state].count == 0)
            continue;
        item = g_strdup_printf("%s in %s", tcplife_role_name(end),
                               tl_state_name((enum tl_state)state));
        put_timed(table, number, item, &figures[state], percent(figures[state].total, total));
        g_free(item);
    }
}

static void fill_stays(stat_tap_table *table, struct life_counts *counts)
{
    unsigned number = 0;

    for (int end = TL_CLIENT; end <= TL_SERVER; end++)
        fill_stays_of(table, &number, counts, (enum tl_role)end);
    stat_rows_end(table, number);
}

static void fill_states(stat_tap_table *table, const struct life_counts *counts)
{
    unsigned number = 0;

    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        for (int state = 0; state < TL_STATE_COUNT; state++) {
            if (counts->states[end][state] > 0)
                put_named(table, &number,
                          end == TL_CLIENT ? "now: client in" : "now: server in",
                          tl_state_name((enum tl_state)state), counts->states[end][state],
                          counts->connections);
        }
    }
    stat_rows_end(table, number);
}

static void fill_experts(stat_tap_table *table, const struct life_counts *counts)
{
    unsigned number = 0;
    uint32_t all = 0;

    for (int diagnosis = 0; diagnosis < TL_DIAGNOSIS_COUNT; diagnosis++)
        all += counts->experts[diagnosis];
    for (int diagnosis = 0; diagnosis < TL_DIAGNOSIS_COUNT; diagnosis++) {
        const enum tl_severity severity = tl_diagnosis_severity((enum tl_diagnosis)diagnosis);
        char *kind;

        if (counts->experts[diagnosis] == 0)
            continue;
        kind = g_strdup_printf("expert %s:", tcplife_severity_name(severity));
        put_named(table, &number, kind, tl_diagnosis_name((enum tl_diagnosis)diagnosis),
                  counts->experts[diagnosis], all);
        g_free(kind);
    }
    stat_rows_end(table, number);
}

static void compute(struct tcplife_statistic *self)
{
    stat_tap_table_ui *ui = self->output;
    const struct tl_connection *connection;
    struct life_counts counts = {0};
    uint32_t number = 0;

    while ((connection = tcplife_statistic_next(self, &number)) != NULL)
        life_counts_add(&counts, connection);
    fill_opened(stat_rows_table(ui, TITLE_OPENED), &counts);
    fill_closed(stat_rows_table(ui, TITLE_CLOSED), &counts);
    fill_steps(stat_rows_table(ui, TITLE_STEPS), &counts);
    fill_stays(stat_rows_table(ui, TITLE_STAYS), &counts);
    fill_states(stat_rows_table(ui, TITLE_STATES), &counts);
    fill_experts(stat_rows_table(ui, TITLE_EXPERTS), &counts);
    life_counts_free(&counts);
}

/* ---- registration -------------------------------------------------------------------------- */

void tcplife_register_lifecycle_tables(void)
{
    static stat_tap_table_item columns[] = {
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Item", "%-57s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Count", "%8u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Percent", "%7s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Min (ms)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Mean (ms)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Median (ms)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "p95 (ms)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "p99 (ms)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Max (ms)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Total (ms)", "%14s"},
    };
    static struct stat_tables tables = {
        .statistic = {.compute = compute},
        .ui = {
            .title = "TCP Lifecycle: Handshake and Teardown",
            .cli_string = "tcplife,stat",
            .fields = columns,
            .nfields = G_N_ELEMENTS(columns),
        },
    };

    stat_tables_register(&tables);
}
