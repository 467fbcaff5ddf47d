/* One record a connection, for programs: JSON Lines and CSV (contract, section 6).
 *
 * It knows which values a record has, in which order, under which keys; how
 * JSON and CSV write them is record_writer.c's business.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/export/record_tap.h"

#include "plugin/export/batch_argument.h"
#include "output/connection_set.h"
#include "plugin/hook.h"
#include "output/records/record_writer.h"
#include "output/words/sentences.h"
#include "plugin/session.h"
#include "tcplife/fsm.h"
#include "tcplife/summary.h"
#include "plugin/zeek_session.h"

#include <epan/packet.h>
#include <epan/tap.h>

#include <stdio.h>

/* One -z argument. */
struct export {
    enum record_format format;
    GByteArray *passed; /* a connection_set */
};

/* ---- the record ---------------------------------------------------------------------------- */

/* Writes a number's digits, at least so many, in front of `end`; returns the first. */
static char *put_digits(char *end, uint64_t value, int least)
{
    while (value != 0 || least > 0) {
        *--end = (char)('0' + value % 10);
        value /= 10;
        least--;
    }
    return end;
}

static void put_uint(struct record_writer *writer, const char *key, uint64_t value)
{
    char text[24], *const end = text + sizeof text - 1;

    *end = '\0';
    record_number(writer, key, put_digits(end, value, 1));
}

/* Seconds with nine decimals, of integers: no digit of it is invented. */
static void put_seconds(struct record_writer *writer, const char *key, int64_t ns)
{
    const uint64_t magnitude = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    char text[32], *first = text + sizeof text - 1;

    *first = '\0';
    first = put_digits(first, magnitude % 1000000000, 9);
    *--first = '.';
    first = put_digits(first, magnitude / 1000000000, 1);
    if (ns < 0)
        *--first = '-';
    record_number(writer, key, first);
}

static void put_duration(struct record_writer *writer, const char *key,
                         struct tl_duration duration)
{
    if (duration.known)
        put_seconds(writer, key, duration.ns);
    else
        record_absent(writer, key);
}

static void put_text(struct record_writer *writer, const char *key, char *text)
{
    record_string(writer, key, text);
    g_free(text);
}

static void put_neighbour(struct record_writer *writer, const char *key,
                          const struct tl_connection *neighbour)
{
    if (neighbour != NULL)
        put_uint(writer, key, tl_connection_number(neighbour));
    else
        record_absent(writer, key);
}

static void put_identity(struct record_writer *writer, const struct tl_connection *connection)
{
    const struct tl_socket client = tl_connection_socket(connection, TL_CLIENT);
    const struct tl_socket server = tl_connection_socket(connection, TL_SERVER);
    uint32_t tcp_stream;

    put_uint(writer, "connection", tl_connection_number(connection));
    if (tcplife_tcp_stream(connection, &tcp_stream))
        put_uint(writer, "tcp_stream", tcp_stream);
    else
        record_absent(writer, "tcp_stream");
    put_text(writer, "client_address", tcplife_address_text(NULL, &client));
    put_uint(writer, "client_port", client.port);
    put_text(writer, "server_address", tcplife_address_text(NULL, &server));
    put_uint(writer, "server_port", server.port);
    put_uint(writer, "first_frame", tl_connection_first_frame(connection));
    put_uint(writer, "last_frame", tl_connection_last_frame(connection));
    put_seconds(writer, "start", tl_connection_start_ns(connection));
    put_seconds(writer, "end", tl_connection_end_ns(connection));
    put_neighbour(writer, "previous", tl_tracker_previous(tcplife_tracker(), connection));
    put_neighbour(writer, "next", tl_tracker_next(tcplife_tracker(), connection));
}

static void put_outcome(struct record_writer *writer, const struct tl_connection *connection,
                        const struct tl_summary *summary)
{
    const struct tl_states now = tl_connection_states(connection);

    record_word(writer, "open", tl_open_name(summary->open));
    record_word(writer, "close", tl_close_name(summary->close));
    if (summary->has_closed_by)
        record_word(writer, "closed_by", tcplife_role_name(summary->closed_by));
    else
        record_absent(writer, "closed_by");
    put_text(writer, "summary", tcplife_summary_line(NULL, connection, summary));

    record_word(writer, "client_state", tl_state_name(now.state[TL_CLIENT]));
    record_word(writer, "server_state", tl_state_name(now.state[TL_SERVER]));
    if (now.presumed[TL_CLIENT] || now.presumed[TL_SERVER]) {
        record_begin_list(writer, "presumed");
        for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
            if (now.presumed[end])
                record_item_string(writer, tcplife_role_name((enum tl_role)end));
        }
        record_end_list(writer, "presumed");
    } else {
        record_absent(writer, "presumed");
    }
}

static void put_times_and_counts(struct record_writer *writer,
                                 const struct tl_connection *connection,
                                 const struct tl_summary *summary)
{
    const struct tl_end_counts client = tl_connection_counts(connection, TL_CLIENT);
    const struct tl_end_counts server = tl_connection_counts(connection, TL_SERVER);

    put_duration(writer, "client_state_time", tcplife_state_time(connection, TL_CLIENT));
    put_duration(writer, "server_state_time", tcplife_state_time(connection, TL_SERVER));
    put_duration(writer, "handshake_time", summary->handshake_time);
    put_duration(writer, "handshake_synack_time", summary->synack_time);
    put_duration(writer, "handshake_ack_time", summary->ack_time);
    put_uint(writer, "handshake_syn_retransmissions", client.syn_retransmissions);
    put_uint(writer, "handshake_synack_retransmissions", server.synack_retransmissions);
    put_duration(writer, "idle_before_close", summary->idle_before_close);
    put_duration(writer, "teardown_time", summary->teardown_time);
    put_uint(writer, "teardown_fin_retransmissions",
             (uint64_t)client.fin_retransmissions + server.fin_retransmissions);
    put_duration(writer, "half_closed_time", summary->half_closed_time);
    if (summary->has_half_closed_bytes)
        put_uint(writer, "half_closed_bytes", summary->half_closed_bytes);
    else
        record_absent(writer, "half_closed_bytes");
    put_uint(writer, "keepalive_probes",
             (uint64_t)client.keepalive_probes + server.keepalive_probes);
    put_uint(writer, "client_segments", client.segments);
    put_uint(writer, "server_segments", server.segments);
    put_uint(writer, "client_bytes", client.bytes);
    put_uint(writer, "server_bytes", server.bytes);
}

static void put_milestones(struct record_writer *writer, const struct tl_connection *connection)
{
    static const char *const keys[] = {
#define M(identifier, name) "frame_" name,
        TL_MILESTONES(M)
#undef M
    };

    for (int step = 0; step < TL_MILESTONE_COUNT; step++) {
        const uint32_t frame = tl_connection_milestone(connection, (enum tl_milestone)step);

        if (frame != 0)
            put_uint(writer, keys[step], frame);
        else
            record_absent(writer, keys[step]);
    }
}

static void put_zeek(struct record_writer *writer, const struct tl_connection *connection)
{
    struct tl_zeek_record record;
    const bool known = tcplife_zeek_look_up(connection, &record);

    if (known)
        record_word(writer, "zeek_conn_state", record.conn_state);
    else
        record_absent(writer, "zeek_conn_state");
    if (known && record.history[0] != '\0')
        record_word(writer, "zeek_history", record.history);
    else
        record_absent(writer, "zeek_history");
}

static void put_expert(struct record_writer *writer, const struct tl_connection *connection,
                       const struct tl_change *change)
{
    const enum tl_diagnosis diagnosis = tl_change_diagnosis(change);

    record_begin_item(writer);
    put_uint(writer, "frame", change->frame);
    record_word(writer, "name", tl_diagnosis_name(diagnosis));
    record_word(writer, "severity",
                tcplife_severity_name(tl_diagnosis_severity(diagnosis)));
    put_text(writer, "text", tcplife_diagnosis_sentence(NULL, connection, change));
    record_end_item(writer);
}

static void put_transition(struct record_writer *writer, const struct tl_change *change)
{
    record_begin_item(writer);
    put_uint(writer, "frame", change->frame);
    put_seconds(writer, "time", tl_change_time_ns(change));
    record_word(writer, "end", tcplife_role_name(tl_change_end(change)));
    record_word(writer, "from", tl_state_name(tl_change_from(change)));
    record_word(writer, "to", tl_state_name(tl_change_to(change)));
    record_end_item(writer);
}

static void put_changes(struct record_writer *writer, const struct tl_connection *connection,
                        const char *key, enum tl_change_kind kind)
{
    const struct tl_changes changes = tl_connection_changes(connection);

    record_begin_list(writer, key);
    for (uint32_t i = 0; i < changes.count; i++) {
        const struct tl_change *change = &changes.at[i];

        if (change->kind != kind)
            continue;
        if (kind == TL_DIAGNOSIS)
            put_expert(writer, connection, change);
        else
            put_transition(writer, change);
    }
    record_end_list(writer, key);
}

static void put_values(struct record_writer *writer, const struct tl_connection *connection)
{
    const struct tl_summary summary = tcplife_summarize(connection);

    put_identity(writer, connection);
    put_outcome(writer, connection, &summary);
    put_times_and_counts(writer, connection, &summary);
    put_milestones(writer, connection);
    put_zeek(writer, connection);
    put_changes(writer, connection, "experts", TL_DIAGNOSIS);
    put_changes(writer, connection, "transitions", TL_TRANSITION);
}

/* CSV has a header even where it has no line. */
static void put_header(struct record_writer *writer)
{
    record_begin_header(writer);
    put_values(writer, tl_no_connection());
    record_end_header(writer);
}

static void put_connection(struct record_writer *writer, const struct tl_connection *connection)
{
    record_begin(writer);
    put_values(writer, connection);
    record_end(writer);
}

/* ---- the tap ------------------------------------------------------------------------------- */

static void reset(void *tapdata)
{
    struct export *export = tapdata;

    g_byte_array_set_size(export->passed, 0);
}

static tap_packet_status see_packet(void *tapdata, packet_info *pinfo _U_,
                                    epan_dissect_t *edt _U_, const void *data,
                                    tap_flags_t flags _U_)
{
    struct export *export = tapdata;
    const struct tcplife_packet *packet = data;

    connection_set_add(export->passed, tl_connection_number(packet->connection));
    return TAP_PACKET_DONT_REDRAW;
}

static void draw(void *tapdata)
{
    const struct export *export = tapdata;
    const struct tl_connection *connection;
    uint32_t number = 0;
    struct record_writer *writer = record_writer_new(stdout, export->format);

    if (export->format == RECORD_CSV)
        put_header(writer);
    while ((connection = connection_set_next(export->passed, &number)) != NULL)
        put_connection(writer, connection);
    record_writer_free(writer);
    fflush(stdout);
}

static void finish(void *tapdata)
{
    struct export *export = tapdata;

    g_byte_array_free(export->passed, TRUE);
    tcplife_zeek_listener_goes();
    g_free(export);
}

/* ---- the -z arguments ---------------------------------------------------------------------- */

static const struct export_argument {
    const char *name;
    enum record_format format;
} arguments[] = {
    {"tcplife,json", RECORD_JSON},
    {"tcplife,csv", RECORD_CSV},
};

/* Wireshark comes here with everything that begins with the argument's name. */
static ws_stat_init_result begin(const char *argument, void *userdata)
{
    const struct export_argument *self = userdata;
    const char *filter;
    struct export *export;
    GString *error;

    if (!batch_argument_parse(argument, self->name, &filter))
        WS_STAT_INIT_FAILED;

    export = g_new0(struct export, 1);
    export->format = self->format;
    export->passed = g_byte_array_new();
    tcplife_zeek_listener_comes();
    error = register_tap_listener(TCPLIFE_TAP, export, filter, TL_REQUIRES_NOTHING, reset,
                                  see_packet, draw, finish);
    if (error != NULL) {
        batch_argument_report(self->name, error);
        finish(export);
        WS_STAT_INIT_FAILED;
    }
    WS_STAT_INIT_OK;
}

void tcplife_register_export(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(arguments); i++)
        batch_argument_register(arguments[i].name, begin, &arguments[i]);
}
