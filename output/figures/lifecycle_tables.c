/* What many connections have in common, as tables: those of -z tcplife,stat.
 *
 * All of them have the same columns, so that most rows fill some of them only.
 * Wireshark sorts tables by their titles, therefore the titles are numbered, and copies rows without
 * them, therefore every row says what it is about.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/figures/tables.h"

#include "output/connection_set.h"
#include "output/figures/life_counts.h"
#include "tcplife/output/sentences.h"

#include <string.h>

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

static void put_counted(const struct figure_sink *sink, const char *item, uint32_t count,
                        uint32_t all)
{
    figure_begin_row(sink);
    figure_put_text(sink, item);
    figure_put_count(sink, count);
    figure_put_percent(sink, percent(count, all));
    figure_end_row(sink);
}

/* The same with a name of two parts, such as "open: three-way". */
static void put_named(const struct figure_sink *sink, const char *kind, const char *name,
                      uint32_t count, uint32_t all)
{
    char *item = g_strdup_printf("%s %s", kind, name);

    put_counted(sink, item, count, all);
    g_free(item);
}

static void put_timed(const struct figure_sink *sink, const char *item,
                      const struct sample_figures *figures, double percentage)
{
    figure_begin_row(sink);
    figure_put_text(sink, item);
    figure_put_count(sink, (uint32_t)figures->count);
    figure_put_percent(sink, percentage);
    if (figures->count > 0) {
        figure_put_milliseconds(sink, figures->minimum);
        figure_put_milliseconds(sink, figures->mean);
        figure_put_milliseconds(sink, figures->median);
        figure_put_milliseconds(sink, figures->p95);
        figure_put_milliseconds(sink, figures->p99);
        figure_put_milliseconds(sink, figures->maximum);
        figure_put_milliseconds(sink, figures->total);
    }
    figure_end_row(sink);
}

/* ---- tables -------------------------------------------------------------------------------- */

static void fill_opened(const struct figure_sink *sink, const struct life_counts *counts)
{
    sink->begin_table(sink->to, TITLE_OPENED);
    put_counted(sink, "all connections", counts->connections, counts->connections);
    for (int open = 0; open < TL_OPEN_COUNT; open++)
        put_named(sink, "open:", tl_open_name((enum tl_open)open), counts->opens[open],
                  counts->connections);
}

static void fill_closed(const struct figure_sink *sink, const struct life_counts *counts)
{
    sink->begin_table(sink->to, TITLE_CLOSED);
    for (int close = 0; close < TL_CLOSE_COUNT; close++)
        put_named(sink, "close:", tl_close_name((enum tl_close)close),
                  counts->closes[close], counts->connections);
    for (int end = TL_CLIENT; end <= TL_SERVER; end++)
        put_named(sink, "closed by:", tl_role_name((enum tl_role)end),
                  counts->closed_by[end], counts->connections);
}

static void fill_steps(const struct figure_sink *sink, struct life_counts *counts)
{
    sink->begin_table(sink->to, TITLE_STEPS);
    for (int step = 0; step < LIFE_STEP_COUNT; step++) {
        const struct sample_figures figures = sample_describe(&counts->steps[step]);

        put_timed(sink, life_step_name((enum life_step)step), &figures,
                  percent((double)figures.count, counts->connections));
    }
}

static void fill_stays_of(const struct figure_sink *sink, struct life_counts *counts,
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
        item = g_strdup_printf("%s in %s", tl_role_name(end),
                               tl_state_name((enum tl_state)state));
        put_timed(sink, item, &figures[state], percent(figures[state].total, total));
        g_free(item);
    }
}

static void fill_stays(const struct figure_sink *sink, struct life_counts *counts)
{
    sink->begin_table(sink->to, TITLE_STAYS);
    for (int end = TL_CLIENT; end <= TL_SERVER; end++)
        fill_stays_of(sink, counts, (enum tl_role)end);
}

static void put_state(const struct figure_sink *sink, const struct life_counts *counts,
                      enum tl_role end, enum tl_state state, bool is_presumed)
{
    char name[LIFE_STATE_NAME_SIZE];

    if (counts->states[end][state][is_presumed] == 0)
        return;
    put_named(sink, end == TL_CLIENT ? "now: client in" : "now: server in",
              life_state_name(state, is_presumed, name), counts->states[end][state][is_presumed], counts->connections);
}

static void fill_states(const struct figure_sink *sink, const struct life_counts *counts)
{
    sink->begin_table(sink->to, TITLE_STATES);
    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        for (int state = 0; state < TL_STATE_COUNT; state++) {
            put_state(sink, counts, (enum tl_role)end, (enum tl_state)state, false);
            put_state(sink, counts, (enum tl_role)end, (enum tl_state)state, true);
        }
    }
}

static void fill_experts(const struct figure_sink *sink, const struct life_counts *counts)
{
    uint32_t all = 0;

    sink->begin_table(sink->to, TITLE_EXPERTS);
    for (int diagnosis = 0; diagnosis < TL_DIAGNOSIS_COUNT; diagnosis++)
        all += counts->experts[diagnosis];
    for (int diagnosis = 0; diagnosis < TL_DIAGNOSIS_COUNT; diagnosis++) {
        const enum tl_severity severity = tl_diagnosis_severity((enum tl_diagnosis)diagnosis);
        char *kind;

        if (counts->experts[diagnosis] == 0)
            continue;
        kind = g_strdup_printf("expert %s:", tl_severity_name(severity));
        put_named(sink, kind, tl_diagnosis_name((enum tl_diagnosis)diagnosis),
                  counts->experts[diagnosis], all);
        g_free(kind);
    }
}

void lifecycle_tables_fill(const struct figure_sink *sink, const struct tl_capture *capture,
                           const GByteArray *chosen)
{
    const struct tl_connection *connection;
    struct life_counts counts = {0};
    uint32_t number = 0;

    while ((connection = connection_set_next(capture, chosen, &number)) != NULL)
        life_counts_add(&counts, capture, connection);
    fill_opened(sink, &counts);
    fill_closed(sink, &counts);
    fill_steps(sink, &counts);
    fill_stays(sink, &counts);
    fill_states(sink, &counts);
    fill_experts(sink, &counts);
    life_counts_free(&counts);
}

unsigned lifecycle_tables_columns(struct figure_column columns[FIGURE_COLUMNS_AT_MOST])
{
    static const struct figure_column all[] = {
        {"Item", false, true, 57},
        {"Count", true, false, 8},
        {"Percent", false, false, 7},
        {"Min (ms)", false, false, 14},
        {"Mean (ms)", false, false, 14},
        {"Median (ms)", false, false, 14},
        {"p95 (ms)", false, false, 14},
        {"p99 (ms)", false, false, 14},
        {"Max (ms)", false, false, 14},
        {"Total (ms)", false, false, 14},
    };

    memcpy(columns, all, sizeof all);
    return G_N_ELEMENTS(all);
}
