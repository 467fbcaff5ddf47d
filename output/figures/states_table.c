/* How many connections were where, as tables: those of -z tcplife,states.
 *
 * Wireshark sorts tables by their titles, therefore the titles are numbered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/figures/tables.h"

#include "output/figures/states_over_time.h"

#define TITLE_ROWS "1. At the end of each interval, and what happened within it"
#define TITLE_PEAK "2. The first moment at which the most connections were open, and what happened until then"

static void put_row(const struct figure_sink *sink, const struct states_row *row)
{
    figure_begin_row(sink);
    figure_put_seconds(sink, (double)row->start_ns);
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        figure_put_count(sink, row->stages[stage]);
    for (int event = 0; event < EVENT_COUNT; event++)
        figure_put_count(sink, row->events[event]);
    figure_put_count(sink, row->most_open);
    figure_end_row(sink);
}

void states_table_fill(const struct figure_sink *sink, const struct tl_capture *capture,
                       const GByteArray *chosen, int64_t interval_ns)
{
    struct states_over_time all = states_over_time(capture, chosen, interval_ns);

    sink->begin_table(sink->to, TITLE_ROWS);
    for (unsigned i = 0; i < all.rows->len; i++)
        put_row(sink, &g_array_index(all.rows, struct states_row, i));
    sink->begin_table(sink->to, TITLE_PEAK);
    if (all.peak.most_open > 0)
        put_row(sink, &all.peak);
    states_over_time_free(&all);
}

unsigned states_table_columns(struct figure_column columns[FIGURE_COLUMNS_AT_MOST])
{
    unsigned count = 0;

    columns[count++] = (struct figure_column){.title = "Start (s)", .width = 14};
    for (unsigned i = 0; i < STATES_TITLES; i++)
        columns[count++] =
            (struct figure_column){.title = states_titles[i], .is_count = true, .width = 12};
    return count;
}
