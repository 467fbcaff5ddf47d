/* See states_json.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/report/states_json.h"

#include "output/figures/states_over_time.h"
#include "output/text.h"

#include <inttypes.h>

static void append_seconds(GString *text, int64_t ns)
{
    text_end(text, text_put_seconds(text_room(text, TEXT_SECONDS), ns));
}

static void append_columns(GString *text)
{
    g_string_append(text, "\"start\"");
    for (unsigned i = 0; i < STATES_TITLES; i++) {
        char *name = g_ascii_strdown(states_titles[i], -1);

        g_string_append_printf(text, ",\"%s\"", name);
        g_free(name);
    }
}

static void append_row(GString *text, const struct tl_capture *capture,
                       const struct states_row *row)
{
    g_string_append_c(text, '[');
    append_seconds(text, capture->start_ns + row->start_ns);
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        g_string_append_printf(text, ",%" PRIu32, row->stages[stage]);
    for (int event = 0; event < EVENT_COUNT; event++)
        g_string_append_printf(text, ",%" PRIu32, row->events[event]);
    g_string_append_printf(text, ",%" PRIu32 "]", row->most_open);
}

void append_states(GString *text, const struct tl_capture *capture, const GByteArray *chosen,
                   int64_t interval_ns)
{
    struct states_over_time all = states_over_time(capture, chosen, interval_ns);

    g_string_append(text, "{\"interval\":");
    append_seconds(text, all.interval_ns);
    g_string_append(text, ",\"columns\":[");
    append_columns(text);
    g_string_append(text, "],\"rows\":[");
    for (unsigned i = 0; i < all.rows->len; i++) {
        if (i > 0)
            g_string_append_c(text, ',');
        append_row(text, capture, &g_array_index(all.rows, struct states_row, i));
    }
    g_string_append(text, "]}");
    states_over_time_free(&all);
}
