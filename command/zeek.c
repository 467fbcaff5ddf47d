/* pcaplife zeek: Zeek's conn.log, one for each file; Zeek's tools read several of them in a row.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "output/connection_set.h"
#include "tcplife/output/records.h"

static void write_zeek(struct writing *writing, const struct reading *reading)
{
    const struct tl_capture *capture = &reading->capture;
    const struct tl_connection *connection;
    int64_t opened_ns = INT64_MAX, closed_ns = INT64_MIN;
    uint32_t number = 0;

    while ((connection = connection_set_next(capture, reading->connections, &number)) != NULL) {
        opened_ns = MIN(opened_ns, tl_connection_start_ns(connection));
        closed_ns = MAX(closed_ns, tl_connection_end_ns(connection));
    }
    tl_append_zeek_log_head(writing->text, number == 0 ? 0 : opened_ns);
    number = 0;
    while ((connection = writing_next(writing, reading, &number)) != NULL) {
        tl_append_zeek_log(writing->text, capture, connection);
        writing_flush_long(writing);
    }
    tl_append_zeek_log_foot(writing->text, number == 0 ? 0 : closed_ns);
}

static void begin_live(GString *text, const struct tl_capture *capture)
{
    tl_append_zeek_log_head(text, capture->start_ns);
}

static void append(GString *text, const struct tl_capture *capture,
                   const struct tl_connection *connection)
{
    tl_append_zeek_log(text, capture, connection);
}

static void end_live(GString *text, const struct tl_capture *capture)
{
    tl_append_zeek_log_foot(text, capture->end_ns);
}

const struct subcommand subcommand_zeek = {
    .name = "zeek",
    .help = "Zeek's conn.log",
    .fallback = {"tcplife,zeek", FALLBACK_TEXT},
    .records = {.begin = begin_live, .append = append, .end = end_live},
    .wishes = {.zeek = true},
    .write = write_zeek,
};
