/* The connections as Zeek's conn.log: tab-separated, with the header lines by which zeek-cut and
 * other readers of Zeek's logs know names and types.
 *
 * It knows how Zeek writes values; what they are comes from tcplife/zeek.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/export/zeek_log.h"

#include "plugin/export/batch_argument.h"
#include "output/connection_set.h"
#include "plugin/hook.h"
#include "output/words/sentences.h"
#include "plugin/session.h"
#include "plugin/zeek_session.h"

#include <epan/packet.h>
#include <epan/tap.h>

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static const char NAME[] = "tcplife,zeek";

/* What a line is made of. */
struct row {
    const struct tl_connection *connection;
    struct tl_zeek_record record;
    struct tl_socket socket[2]; /* by enum tl_zeek_side */
};

/* ---- values ---------------------------------------------------------------------------------- */

static void put_unset(void)
{
    fputc('-', stdout);
}

static void put_count(uint64_t count)
{
    printf("%" PRIu64, count);
}

/* Seconds with six decimals, as Zeek writes them. */
static void put_seconds(int64_t ns)
{
    const uint64_t magnitude = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    const uint64_t microseconds = (magnitude + 500) / 1000;

    printf("%s%" PRIu64 ".%06" PRIu64, ns < 0 ? "-" : "", microseconds / 1000000,
           microseconds % 1000000);
}

static void put_address(const struct tl_socket *socket)
{
    char *text = tcplife_address_text(NULL, socket);

    fputs(text, stdout);
    g_free(text);
}

/* ---- columns --------------------------------------------------------------------------------- */

static void put_ts(const struct row *row)
{
    put_seconds(tl_connection_start_ns(row->connection));
}

/* Zeek's own are random; this one leads to tcplife.connection. */
static void put_uid(const struct row *row)
{
    printf("C%u", tl_connection_number(row->connection));
}

static void put_originator_address(const struct row *row)
{
    put_address(&row->socket[TL_ZEEK_ORIGINATOR]);
}

static void put_originator_port(const struct row *row)
{
    put_count(row->socket[TL_ZEEK_ORIGINATOR].port);
}

static void put_responder_address(const struct row *row)
{
    put_address(&row->socket[TL_ZEEK_RESPONDER]);
}

static void put_responder_port(const struct row *row)
{
    put_count(row->socket[TL_ZEEK_RESPONDER].port);
}

static void put_protocol(const struct row *row _U_)
{
    fputs("tcp", stdout);
}

static void put_duration(const struct row *row)
{
    if (row->record.has_duration)
        put_seconds(row->record.duration_ns);
    else
        put_unset();
}

static void put_bytes(const struct row *row, enum tl_zeek_side side)
{
    if (row->record.has_duration)
        put_count(row->record.bytes[side]);
    else
        put_unset();
}

static void put_originator_bytes(const struct row *row)
{
    put_bytes(row, TL_ZEEK_ORIGINATOR);
}

static void put_responder_bytes(const struct row *row)
{
    put_bytes(row, TL_ZEEK_RESPONDER);
}

static void put_conn_state(const struct row *row)
{
    fputs(row->record.conn_state, stdout);
}

static void put_missed_bytes(const struct row *row)
{
    put_count(row->record.missed_bytes);
}

static void put_history(const struct row *row)
{
    if (row->record.history[0] != '\0')
        fputs(row->record.history, stdout);
    else
        put_unset();
}

static void put_originator_packets(const struct row *row)
{
    put_count(row->record.packets[TL_ZEEK_ORIGINATOR]);
}

static void put_originator_ip_bytes(const struct row *row)
{
    put_count(row->record.ip_bytes[TL_ZEEK_ORIGINATOR]);
}

static void put_responder_packets(const struct row *row)
{
    put_count(row->record.packets[TL_ZEEK_RESPONDER]);
}

static void put_responder_ip_bytes(const struct row *row)
{
    put_count(row->record.ip_bytes[TL_ZEEK_RESPONDER]);
}

/* In Zeek's order. */
static const struct column {
    const char *name, *type;
    void (*put)(const struct row *row);
} columns[] = {
    {"ts", "time", put_ts},
    {"uid", "string", put_uid},
    {"id.orig_h", "addr", put_originator_address},
    {"id.orig_p", "port", put_originator_port},
    {"id.resp_h", "addr", put_responder_address},
    {"id.resp_p", "port", put_responder_port},
    {"proto", "enum", put_protocol},
    {"duration", "interval", put_duration},
    {"orig_bytes", "count", put_originator_bytes},
    {"resp_bytes", "count", put_responder_bytes},
    {"conn_state", "string", put_conn_state},
    {"missed_bytes", "count", put_missed_bytes},
    {"history", "string", put_history},
    {"orig_pkts", "count", put_originator_packets},
    {"orig_ip_bytes", "count", put_originator_ip_bytes},
    {"resp_pkts", "count", put_responder_packets},
    {"resp_ip_bytes", "count", put_responder_ip_bytes},
};

/* ---- lines ----------------------------------------------------------------------------------- */

/* When Zeek would have opened or closed the log, had it watched: by the capture's clock, so that
 * the same capture gives the same text. */
static void put_moment(const char *key, int64_t ns)
{
    const time_t seconds = (time_t)(ns / 1000000000);
    struct tm utc;
    char text[64] = "-";

    if (gmtime_r(&seconds, &utc) != NULL)
        strftime(text, sizeof text, "%Y-%m-%d-%H-%M-%S", &utc);
    printf("#%s\t%s\n", key, text);
}

static void put_head(int64_t opened_ns)
{
    fputs("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
          "#path\tconn\n", stdout);
    put_moment("open", opened_ns);
    fputs("#fields", stdout);
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        printf("\t%s", columns[i].name);
    fputs("\n#types", stdout);
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        printf("\t%s", columns[i].type);
    fputc('\n', stdout);
}

static void put_row(const struct tl_connection *connection)
{
    struct row row = {.connection = connection};
    enum tl_role originator;

    if (!tcplife_zeek_look_up(connection, &row.record))
        return;
    originator = row.record.originator;
    row.socket[TL_ZEEK_ORIGINATOR] = tl_connection_socket(connection, originator);
    row.socket[TL_ZEEK_RESPONDER] = tl_connection_socket(connection, tl_other(originator));
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
        if (i > 0)
            fputc('\t', stdout);
        columns[i].put(&row);
    }
    fputc('\n', stdout);
}

/* ---- the tap --------------------------------------------------------------------------------- */

static void reset(void *tapdata)
{
    g_byte_array_set_size(tapdata, 0);
}

static tap_packet_status see_packet(void *tapdata, packet_info *pinfo _U_,
                                    epan_dissect_t *edt _U_, const void *data,
                                    tap_flags_t flags _U_)
{
    const struct tcplife_packet *packet = data;

    connection_set_add(tapdata, tl_connection_number(packet->connection));
    return TAP_PACKET_DONT_REDRAW;
}

static void draw(void *tapdata)
{
    const GByteArray *passed = tapdata;
    const struct tl_connection *connection;
    int64_t opened_ns = INT64_MAX, closed_ns = INT64_MIN;
    uint32_t number = 0;

    while ((connection = connection_set_next(passed, &number)) != NULL) {
        opened_ns = MIN(opened_ns, tl_connection_start_ns(connection));
        closed_ns = MAX(closed_ns, tl_connection_end_ns(connection));
    }
    put_head(opened_ns == INT64_MAX ? 0 : opened_ns);
    number = 0;
    while ((connection = connection_set_next(passed, &number)) != NULL)
        put_row(connection);
    put_moment("close", closed_ns == INT64_MIN ? 0 : closed_ns);
    fflush(stdout);
}

static void finish(void *tapdata)
{
    g_byte_array_free(tapdata, TRUE);
    tcplife_zeek_listener_goes();
}

/* Wireshark comes here with everything that begins with the argument's name. */
static ws_stat_init_result begin(const char *argument, void *userdata _U_)
{
    const char *filter;
    GByteArray *passed;
    GString *error;

    if (!batch_argument_parse(argument, NAME, &filter))
        WS_STAT_INIT_FAILED;

    passed = g_byte_array_new();
    tcplife_zeek_listener_comes();
    error = register_tap_listener(TCPLIFE_TAP, passed, filter, TL_REQUIRES_NOTHING, reset,
                                  see_packet, draw, finish);
    if (error != NULL) {
        batch_argument_report(NAME, error);
        finish(passed);
        WS_STAT_INIT_FAILED;
    }
    WS_STAT_INIT_OK;
}

void tcplife_register_zeek_log(void)
{
    batch_argument_register(NAME, begin, NULL);
}
