/* -z tcplife,conn and Statistics > TCP Lifecycle: Connections: one row a connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/words/sentences.h"
#include "plugin/session.h"
#include "plugin/statistics/stat_tables.h"
#include "tcplife/summary.h"
#include "plugin/zeek_session.h"

#include <epan/packet.h>

#define TITLE "Connections"

static void put_socket(struct stat_row *row, const struct tl_socket *socket)
{
    char *text = tcplife_socket_text(NULL, socket);

    stat_row_text(row, text);
    wmem_free(NULL, text);
}

static void put_duration(struct stat_row *row, struct tl_duration duration)
{
    if (duration.known)
        stat_row_milliseconds(row, (double)duration.ns);
    else
        stat_row_text(row, "");
}

/* The most severe diagnosis, the first of them; NULL: there is none. */
static const struct tl_change *worst_diagnosis(const struct tl_connection *connection)
{
    const struct tl_changes changes = tl_connection_changes(connection);
    const struct tl_change *worst = NULL;

    for (uint32_t i = 0; i < changes.count; i++) {
        const struct tl_change *change = &changes.at[i];

        if (change->kind != TL_DIAGNOSIS)
            continue;
        if (worst == NULL || tl_diagnosis_severity(tl_change_diagnosis(change)) >
                                 tl_diagnosis_severity(tl_change_diagnosis(worst)))
            worst = change;
    }
    return worst;
}

/* A space less for everything worse: so texts sort by severity. */
static void put_worst_expert(struct stat_row *row, const struct tl_connection *connection)
{
    const struct tl_change *worst = worst_diagnosis(connection);
    enum tl_severity severity;
    char *text;

    if (worst == NULL) {
        stat_row_text(row, "");
        return;
    }
    severity = tl_diagnosis_severity(tl_change_diagnosis(worst));
    text = g_strdup_printf("%*s%s: %s", TL_ERROR - severity, "", tcplife_severity_name(severity),
                           tl_diagnosis_name(tl_change_diagnosis(worst)));
    stat_row_text(row, text);
    g_free(text);
}

static void put_zeek(struct stat_row *row, const struct tl_connection *connection)
{
    struct tl_zeek_record record;
    const bool known = tcplife_zeek_look_up(connection, &record);

    stat_row_text(row, known ? record.conn_state : "");
    stat_row_text(row, known ? record.history : "");
}

static void put_state_time(struct stat_row *row, const struct tl_connection *connection,
                           enum tl_role end)
{
    const struct tl_duration time = tcplife_state_time(connection, end);

    if (time.known)
        stat_row_seconds(row, (double)time.ns);
    else
        stat_row_text(row, "");
}

static void put_connection(struct stat_row *row, const struct tl_connection *connection)
{
    const struct tl_summary summary = tcplife_summarize(connection);
    const struct tl_states now = tl_connection_states(connection);
    const struct tl_end_counts client = tl_connection_counts(connection, TL_CLIENT);
    const struct tl_end_counts server = tl_connection_counts(connection, TL_SERVER);
    const struct tl_socket sockets[] = {tl_connection_socket(connection, TL_CLIENT),
                                        tl_connection_socket(connection, TL_SERVER)};

    stat_row_count(row, tl_connection_number(connection));
    put_socket(row, &sockets[TL_CLIENT]);
    put_socket(row, &sockets[TL_SERVER]);
    stat_row_text(row, tl_open_name(summary.open));
    stat_row_text(row, tl_close_name(summary.close));
    stat_row_text(row, summary.has_closed_by ? tcplife_role_name(summary.closed_by) : "");
    stat_row_text(row, tl_state_name(now.state[TL_CLIENT]));
    stat_row_text(row, tl_state_name(now.state[TL_SERVER]));
    put_state_time(row, connection, TL_CLIENT);
    put_state_time(row, connection, TL_SERVER);
    stat_row_seconds(row,
                     (double)(tl_connection_start_ns(connection) - tcplife_capture_start_ns()));
    stat_row_seconds(
        row, (double)(tl_connection_end_ns(connection) - tl_connection_start_ns(connection)));
    put_duration(row, summary.handshake_time);
    put_duration(row, summary.idle_before_close);
    put_duration(row, summary.half_closed_time);
    put_duration(row, summary.teardown_time);
    stat_row_count(row, client.segments);
    stat_row_count(row, server.segments);
    stat_row_bytes(row, client.bytes);
    stat_row_bytes(row, server.bytes);
    stat_row_count(row, client.syn_retransmissions + server.synack_retransmissions);
    stat_row_count(row, client.fin_retransmissions + server.fin_retransmissions);
    put_zeek(row, connection);
    put_worst_expert(row, connection);
    stat_row_end(row);
}

static void compute(struct tcplife_statistic *self)
{
    stat_tap_table *table = stat_rows_table(self->output, TITLE);
    const struct tl_connection *connection;
    uint32_t number = 0;
    unsigned rows = 0;

    while ((connection = tcplife_statistic_next(self, &number)) != NULL) {
        struct stat_row row = stat_row_begin(table, rows++);

        put_connection(&row, connection);
    }
    stat_rows_end(table, rows);
}

/* ---- registration -------------------------------------------------------------------------- */

void tcplife_register_connection_table(void)
{
    static stat_tap_table_item columns[] = {
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "No.", "%6u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Client", "%-21s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Server", "%-21s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Open", "%-12s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Close", "%-19s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Closed by", "%-6s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Client state", "%-12s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Server state", "%-12s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Client in it for (s)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Server in it for (s)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Start (s)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Duration (s)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Handshake (ms)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Idle before close (ms)", "%22s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Half-closed (ms)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Teardown (ms)", "%14s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Client segments", "%7u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Server segments", "%7u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Client bytes", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Server bytes", "%14s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "SYN retransmissions", "%3u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "FIN retransmissions", "%3u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Zeek state", "%-6s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Zeek history", "%-15s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Worst expert info", "%s"},
    };
    static struct stat_tables tables = {
        .statistic = {.compute = compute, .shows_zeek = true},
        .ui = {
            .title = "TCP Lifecycle: Connections",
            .cli_string = "tcplife,conn",
            .fields = columns,
            .nfields = G_N_ELEMENTS(columns),
        },
    };

    stat_tables_register(&tables);
}
