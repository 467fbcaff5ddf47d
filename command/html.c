/* pcaplife html: the report, one HTML file about all connections of all files.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "output/report/report.h"

static void take(void *to, const char *text, size_t length)
{
    struct writing *writing = to;

    g_string_append_len(writing->text, text, (gssize)length);
    writing_flush(writing);
}

static void begin(struct writing *writing)
{
    const struct report_options options = {
        .ladders = writing->ladders,
        .states_interval_ns = writing->states_interval_ns,
    };

    writing->state = report_new(&options, take, writing);
}

static void add(struct writing *writing, const struct reading *reading)
{
    report_add(writing->state, &reading->capture, reading->connections, reading->film);
}

static void end(struct writing *writing)
{
    report_finish(writing->state);
}

const struct subcommand subcommand_html = {
    .name = "html",
    .help = "a report for people: one HTML file, for any browser",
    .wishes = {.zeek = true, .film = true},
    .missing = report_missing,
    .begin = begin,
    .write = add,
    .end = end,
};
