/* The table of a life's values: how each is read, and what it is called where it is shown.
 *
 * It knows where a value comes from; what a value means is core's business, how it is written that of
 * whoever writes it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/records/values.h"

#include "output/records/attention.h"
#include "output/records/record_lists.h"
#include "output/records/record_names.h"

#include <stdlib.h>

/* ---- how each value is read ---------------------------------------------------------------- */

#define GETTER(name)                                                                               \
    static bool get_##name(const struct known_life *life, struct value *value)
/* Values that every life has. */
#define NUMBER(name, expression)                                                                   \
    GETTER(name) { value->number = (expression); return true; }
#define NAME(name, names, which)                                                                   \
    GETTER(name) { return set_name(value, &(names)[which]); }
#define TIME(name, expression)                                                                     \
    GETTER(name) { value->ns = (expression); return true; }
/* Of a struct tl_duration. */
#define DURATION(name, expression)                                                                 \
    GETTER(name) { return is_known(value, (expression)); }
/* 0 says that there is none. */
#define MILESTONE(name, step)                                                                      \
    GETTER(name)                                                                                   \
    {                                                                                              \
        value->number = tl_connection_milestone(life->connection, step);                           \
        return value->number != 0;                                                                 \
    }

static bool set_name(struct value *value, const struct record_name *name)
{
    value->name = name;
    value->word = name->text;
    return true;
}

static bool is_known(struct value *value, struct tl_duration duration)
{
    value->ns = duration.ns;
    return duration.known;
}

static bool read_neighbour(struct value *value, const struct tl_capture *capture,
                           const struct tl_connection *neighbour)
{
    value->number =
        neighbour != NULL ? capture->first_number + tl_tracker_ordinal(capture->tracker, neighbour) : 0;
    return neighbour != NULL;
}

/* The file that a frame is in. */
static const struct tl_capture_file *file_with(const struct tl_capture *capture, uint32_t frame)
{
    unsigned i = 0, end = capture->file_count;

    if (capture->file_of != NULL)
        return &capture->files[capture->file_of(frame, capture->ctx)];
    while (end - i > 1) {
        const unsigned middle = i + (end - i) / 2;

        if (capture->files[middle].first_frame <= frame)
            i = middle;
        else
            end = middle;
    }
    return &capture->files[i];
}

NUMBER(connection,
       life->capture->first_number + tl_tracker_ordinal(life->capture->tracker, life->connection))

GETTER(sender)
{
    /* What quotes a segment was sent by neither end. */
    if (life->seen == NULL || life->seen->quoted)
        return false;
    value->word = tl_role_name(life->seen->sender);
    return true;
}

GETTER(file)
{
    g_string_append(value->text,
                    file_with(life->capture, tl_connection_first_frame(life->connection))->name);
    return true;
}

GETTER(tcp_stream)
{
    uint32_t number;
    const bool known = life->capture->tcp_stream(life->connection, &number, life->capture->ctx);

    value->number = number;
    return known;
}

GETTER(client_address)
{
    tl_append_address(value->text, life->capture, &life->sockets[TL_CLIENT]);
    return true;
}

GETTER(server_address)
{
    tl_append_address(value->text, life->capture, &life->sockets[TL_SERVER]);
    return true;
}

GETTER(client_socket)
{
    tl_append_socket(value->text, life->capture, &life->sockets[TL_CLIENT]);
    return true;
}

GETTER(server_socket)
{
    tl_append_socket(value->text, life->capture, &life->sockets[TL_SERVER]);
    return true;
}

NUMBER(client_port, life->sockets[TL_CLIENT].port)
NUMBER(server_port, life->sockets[TL_SERVER].port)
NUMBER(first_frame, tl_connection_first_frame(life->connection))
NUMBER(last_frame, tl_connection_last_frame(life->connection))
TIME(start, tl_connection_start_ns(life->connection))
TIME(end, tl_connection_end_ns(life->connection))
TIME(since_capture, tl_connection_start_ns(life->connection) - life->capture->start_ns)
TIME(duration, tl_connection_end_ns(life->connection) - tl_connection_start_ns(life->connection))

/* How long it had been silent when that was taken for its end. */
GETTER(idle)
{
    value->ns = life->capture->end_ns - tl_connection_end_ns(life->connection);
    return life->capture->is_idle;
}

GETTER(previous)
{
    return read_neighbour(value, life->capture,
                          tl_tracker_previous(life->capture->tracker, life->connection));
}

GETTER(next)
{
    return read_neighbour(value, life->capture,
                          tl_tracker_next(life->capture->tracker, life->connection));
}

NAME(open, record_opens, life->summary.open)
NAME(close, record_closes, life->summary.close)

GETTER(closed_by)
{
    value->word = "";
    return life->summary.has_closed_by && set_name(value, &record_roles[life->summary.closed_by]);
}

GETTER(summary)
{
    tl_append_summary(value->text, life->capture, life->connection, &life->summary);
    return true;
}

NAME(client_state, record_states, life->states.state[TL_CLIENT])
NAME(server_state, record_states, life->states.state[TL_SERVER])
DURATION(client_state_time, tl_state_time(life->connection, TL_CLIENT, life->capture->end_ns))
DURATION(server_state_time, tl_state_time(life->connection, TL_SERVER, life->capture->end_ns))
DURATION(handshake_time, life->summary.handshake_time)
DURATION(synack_time, life->summary.synack_time)
DURATION(ack_time, life->summary.ack_time)
NUMBER(syn_retransmissions, life->counts[TL_CLIENT].syn_retransmissions)
NUMBER(synack_retransmissions, life->counts[TL_SERVER].synack_retransmissions)
NUMBER(opening_retransmissions, life->counts[TL_CLIENT].syn_retransmissions +
                                    life->counts[TL_SERVER].synack_retransmissions)
DURATION(idle_before_close, life->summary.idle_before_close)
DURATION(teardown_time, life->summary.teardown_time)
NUMBER(fin_retransmissions, (uint64_t)life->counts[TL_CLIENT].fin_retransmissions +
                                life->counts[TL_SERVER].fin_retransmissions)
DURATION(half_closed_time, life->summary.half_closed_time)

GETTER(half_closed_bytes)
{
    value->number = life->summary.half_closed_bytes;
    return life->summary.has_half_closed_bytes;
}

NUMBER(keepalive_probes, (uint64_t)life->counts[TL_CLIENT].keepalive_probes +
                             life->counts[TL_SERVER].keepalive_probes)
NUMBER(client_segments, life->counts[TL_CLIENT].segments)
NUMBER(server_segments, life->counts[TL_SERVER].segments)
NUMBER(client_bytes, life->counts[TL_CLIENT].bytes)
NUMBER(server_bytes, life->counts[TL_SERVER].bytes)
MILESTONE(frame_syn, TL_AT_SYN)
MILESTONE(frame_synack, TL_AT_SYN_ACK)
MILESTONE(frame_ack, TL_AT_ACK)
MILESTONE(frame_fin1, TL_AT_FIN_1)
MILESTONE(frame_fin1_ack, TL_AT_FIN_1_ACK)
MILESTONE(frame_fin2, TL_AT_FIN_2)
MILESTONE(frame_fin2_ack, TL_AT_FIN_2_ACK)
MILESTONE(frame_reset, TL_AT_RESET)

GETTER(zeek_conn_state)
{
    value->word = life->has_zeek ? life->zeek.conn_state : "";
    return life->has_zeek;
}

GETTER(zeek_history)
{
    value->word = life->has_zeek ? life->zeek.history : "";
    return value->word[0] != '\0';
}

/* Does one say more than the other of what is wrong? */
static bool is_worse(enum tl_diagnosis one, enum tl_diagnosis other)
{
    if (one == TL_DIAGNOSIS_COUNT || other == TL_DIAGNOSIS_COUNT)
        return one != TL_DIAGNOSIS_COUNT && other == TL_DIAGNOSIS_COUNT;
    if (tl_diagnosis_severity(one) != tl_diagnosis_severity(other))
        return tl_diagnosis_severity(one) > tl_diagnosis_severity(other);
    return tl_diagnosis_telling(one) > tl_diagnosis_telling(other);
}

/* The most severe one, of several the one that tells most, of several the first; TL_DIAGNOSIS_COUNT: none. How it
 * opened and closed is known at the end, be it that it was too early for an expert info. */
static enum tl_diagnosis worst_diagnosis(const struct known_life *life)
{
    const struct tl_changes changes = tl_connection_changes(life->connection);
    const enum tl_diagnosis of_life[] = {trouble_of_open(life->summary.open),
                                         trouble_of_close(life->summary.close)};
    enum tl_diagnosis worst = TL_DIAGNOSIS_COUNT;

    for (uint32_t i = 0; i < changes.count; i++) {
        if (changes.at[i].kind == TL_DIAGNOSIS &&
            is_worse(tl_change_diagnosis(&changes.at[i]), worst))
            worst = tl_change_diagnosis(&changes.at[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(of_life); i++) {
        if (is_worse(of_life[i], worst))
            worst = of_life[i];
    }
    return worst;
}

/* A space less for everything worse: so texts sort by severity. */
GETTER(worst_expert)
{
    const enum tl_diagnosis worst = worst_diagnosis(life);
    enum tl_severity severity;

    if (worst == TL_DIAGNOSIS_COUNT)
        return false;
    severity = tl_diagnosis_severity(worst);
    g_string_append_printf(value->text, "%*s%s: %s", TL_ERROR - severity, "",
                           tl_severity_name(severity), tl_diagnosis_name(worst));
    return true;
}

/* As a table shows it, which has no column for what is presumed. */
static bool get_shown_state(const struct known_life *life, struct value *value, enum tl_role end)
{
    g_string_append(value->text, tl_state_name(life->states.state[end]));
    if (life->states.presumed[end])
        g_string_append(value->text, " (presumed)");
    return true;
}

GETTER(shown_client_state)
{
    return get_shown_state(life, value, TL_CLIENT);
}

GETTER(shown_server_state)
{
    return get_shown_state(life, value, TL_SERVER);
}

/* To copy: no table of Wireshark's gives a plugin a click. */
GETTER(filter)
{
    g_string_append_printf(value->text, "tcplife.connection == %u",
                           tl_tracker_ordinal(life->capture->tracker, life->connection));
    return true;
}

/* ---- which captures have it ---------------------------------------------------------------- */

static bool has_tcp_streams(const struct tl_capture *capture)
{
    return capture->tcp_stream != NULL;
}

static bool has_file(const struct tl_capture *capture)
{
    return capture->file_count > 0;
}

static bool lists_files(const struct tl_capture *capture)
{
    return capture->lists_files;
}

static bool is_live(const struct tl_capture *capture)
{
    return capture->is_live;
}

static bool has_lists_of_changes(const struct tl_capture *capture)
{
    return !capture->has_slim_records;
}

/* ---- the table ----------------------------------------------------------------------------- */

#define VALUE(key, type, finality, getter)                                                         \
    RECORD_KEY(key), VALUE_##type, VALUE_OF_##finality, .get = get_##getter
#define NAMELESS(type, finality, getter)                                                           \
    NO_RECORD_KEY, VALUE_##type, VALUE_OF_##finality, .get = get_##getter
#define LIST(key, finality, writer)                                                                \
    RECORD_KEY(key), VALUE_LIST, VALUE_OF_##finality, .put_list = (writer)
/* Fields and columns stand in another order than records: by their places, which leave gaps for more. */
#define FIELD(place, name, title, help) .field = {place, name, title, help, false}
/* Zeek's words: a field that costs something. */
#define COSTLY_FIELD(place, name, title, help) .field = {place, name, title, help, true}
#define COLUMN(place, title, width) .column = {place, title, width, VALUE_MILLISECONDS}
#define COLUMN_OF_SECONDS(place, title, width) .column = {place, title, width, VALUE_SECONDS}

const struct value_row value_rows[] = {
    {VALUE("connection", NUMBER, MOMENT, connection),
     FIELD(10, "tcplife.connection", "Connection",
           "Number of the connection, from 0. The same two sockets used again after CLOSED or "
           "TIME-WAIT are a new one"),
     COLUMN(10, "No.", 6)},
    {NAMELESS(WORD, MOMENT, sender),
     FIELD(20, "tcplife.sender", "Sender", "Who sent this segment: client or server")},
    {VALUE("file", FILE_NAME, LIFE, file), .exists = has_file},
    {LIST("files", LIFE, record_files), .exists = lists_files},
    {VALUE("tcp_stream", NUMBER, LIFE, tcp_stream), .exists = has_tcp_streams},
    {VALUE("client_address", TEXT, LIFE, client_address)},
    {VALUE("client_port", NUMBER, LIFE, client_port)},
    {NAMELESS(TEXT, LIFE, client_socket), COLUMN(20, "Client", 21)},
    {VALUE("server_address", TEXT, LIFE, server_address)},
    {VALUE("server_port", NUMBER, LIFE, server_port)},
    {NAMELESS(TEXT, LIFE, server_socket), COLUMN(30, "Server", 21)},
    {VALUE("first_frame", FRAME, LIFE, first_frame)},
    {VALUE("last_frame", FRAME, LIFE, last_frame)},
    {VALUE("start", TIME, LIFE, start)},
    {VALUE("end", TIME, LIFE, end)},
    {VALUE("idle", DURATION, LIFE, idle), .exists = is_live},
    {NAMELESS(DURATION, LIFE, since_capture), COLUMN_OF_SECONDS(110, "Start (s)", 14)},
    {NAMELESS(DURATION, LIFE, duration), COLUMN_OF_SECONDS(66, "Duration (s)", 14)},
    {VALUE("previous", NUMBER, LIFE, previous),
     FIELD(400, "tcplife.previous", "Previous connection",
           "Number of the connection before this one on the same two sockets")},
    {VALUE("next", NUMBER, LIFE, next),
     FIELD(410, "tcplife.next", "Next connection",
           "Number of the connection after this one on the same two sockets")},

    {VALUE("open", WORD, LIFE, open),
     FIELD(110, "tcplife.open", "Opening", "How the connection was opened, or why it was not"),
     COLUMN(40, "Open", 12)},
    {VALUE("close", WORD, LIFE, close),
     FIELD(120, "tcplife.close", "Closing", "How the connection was closed"),
     COLUMN(50, "Close", 19)},
    {VALUE("closed_by", WORD, LIFE, closed_by),
     FIELD(130, "tcplife.closed_by", "Closed by",
           "Who sent the first accepted FIN or RST: client or server"),
     COLUMN(60, "Closed by", 6)},
    {VALUE("summary", TEXT, LIFE, summary),
     FIELD(100, "tcplife.summary", "Summary", "The life of the connection in one line")},

    {VALUE("client_state", WORD, MOMENT, client_state),
     FIELD(30, "tcplife.client.state", "Client state",
           "The client's RFC 9293 state after this segment")},
    {VALUE("server_state", WORD, MOMENT, server_state),
     FIELD(40, "tcplife.server.state", "Server state",
           "The server's RFC 9293 state after this segment")},
    {LIST("presumed", MOMENT, record_presumed)},
    {VALUE("client_state_time", DURATION, LIFE, client_state_time),
     FIELD(140, "tcplife.client.state_time", "Client's time in its last state",
           "How long the client's last state has lasted, up to the capture's last packet"),
     COLUMN_OF_SECONDS(90, "Client in it for (s)", 14)},
    {VALUE("server_state_time", DURATION, LIFE, server_state_time),
     FIELD(150, "tcplife.server.state_time", "Server's time in its last state",
           "How long the server's last state has lasted, up to the capture's last packet"),
     COLUMN_OF_SECONDS(100, "Server in it for (s)", 14)},

    {VALUE("handshake_time", DURATION, LIFE, handshake_time),
     FIELD(160, "tcplife.handshake.time", "Handshake time",
           "From the first SYN to the ACK of the SYN,ACK"),
     COLUMN(130, "Handshake (ms)", 14)},
    {VALUE("handshake_synack_time", DURATION, LIFE, synack_time),
     FIELD(170, "tcplife.handshake.synack_time", "SYN to SYN,ACK",
           "From the first SYN to the SYN,ACK")},
    {VALUE("handshake_ack_time", DURATION, LIFE, ack_time),
     FIELD(180, "tcplife.handshake.ack_time", "SYN,ACK to ACK", "From the SYN,ACK to its ACK")},
    {VALUE("handshake_syn_retransmissions", NUMBER, LIFE, syn_retransmissions),
     FIELD(230, "tcplife.handshake.syn_retransmissions", "SYN retransmissions",
           "How often the client sent its SYN again")},
    {VALUE("handshake_synack_retransmissions", NUMBER, LIFE, synack_retransmissions),
     FIELD(240, "tcplife.handshake.synack_retransmissions", "SYN,ACK retransmissions",
           "How often the server sent its SYN,ACK again")},
    {NAMELESS(NUMBER, LIFE, opening_retransmissions), COLUMN(210, "SYN retransmissions", 3)},

    {VALUE("idle_before_close", DURATION, LIFE, idle_before_close),
     FIELD(190, "tcplife.idle_before_close", "Idle before close",
           "How long neither end had sent anything when the first FIN, or the RST, was sent"),
     COLUMN(140, "Idle before close (ms)", 22)},
    {VALUE("teardown_time", DURATION, LIFE, teardown_time),
     FIELD(200, "tcplife.teardown.time", "Teardown time",
           "From the first FIN to the ACK of the second"),
     COLUMN(160, "Teardown (ms)", 14)},
    {VALUE("teardown_fin_retransmissions", NUMBER, LIFE, fin_retransmissions),
     FIELD(250, "tcplife.teardown.fin_retransmissions", "FIN retransmissions",
           "How often either end sent its FIN again"),
     COLUMN(220, "FIN retransmissions", 3)},
    {VALUE("half_closed_time", DURATION, LIFE, half_closed_time),
     FIELD(210, "tcplife.half_closed.time", "Half-closed time",
           "From the first FIN to the second"),
     COLUMN(150, "Half-closed (ms)", 14)},
    {VALUE("half_closed_bytes", BYTES, LIFE, half_closed_bytes),
     FIELD(220, "tcplife.half_closed.bytes", "Half-closed bytes",
           "New bytes that the other end sent after the first FIN")},
    {VALUE("keepalive_probes", NUMBER, LIFE, keepalive_probes),
     FIELD(260, "tcplife.keepalive.probes", "Keepalive probes",
           "How many keepalive probes either end sent")},
    {VALUE("client_segments", NUMBER, LIFE, client_segments), COLUMN(170, "Client segments", 7)},
    {VALUE("server_segments", NUMBER, LIFE, server_segments), COLUMN(180, "Server segments", 7)},
    {VALUE("client_bytes", BYTES, LIFE, client_bytes), COLUMN(190, "Client bytes", 14)},
    {VALUE("server_bytes", BYTES, LIFE, server_bytes), COLUMN(200, "Server bytes", 14)},

    {VALUE("frame_syn", FRAME_OF_REQUEST, LIFE, frame_syn),
     FIELD(300, "tcplife.frame.syn", "SYN in frame", "The first SYN")},
    {VALUE("frame_synack", FRAME_OF_RESPONSE, LIFE, frame_synack),
     FIELD(310, "tcplife.frame.synack", "SYN,ACK in frame", "The SYN,ACK")},
    {VALUE("frame_ack", FRAME_OF_ACK, LIFE, frame_ack),
     FIELD(320, "tcplife.frame.ack", "Handshake's ACK in frame",
           "The ACK that completed the handshake")},
    {VALUE("frame_fin1", FRAME, LIFE, frame_fin1),
     FIELD(330, "tcplife.frame.fin1", "First FIN in frame", "The first FIN")},
    {VALUE("frame_fin1_ack", FRAME_OF_ACK, LIFE, frame_fin1_ack),
     FIELD(340, "tcplife.frame.fin1_ack", "First FIN's ACK in frame",
           "The ACK of the first FIN")},
    {VALUE("frame_fin2", FRAME, LIFE, frame_fin2),
     FIELD(350, "tcplife.frame.fin2", "Second FIN in frame", "The FIN of the other end")},
    {VALUE("frame_fin2_ack", FRAME_OF_ACK, LIFE, frame_fin2_ack),
     FIELD(360, "tcplife.frame.fin2_ack", "Second FIN's ACK in frame",
           "The ACK of the second FIN")},
    {VALUE("frame_reset", FRAME, LIFE, frame_reset),
     FIELD(370, "tcplife.frame.reset", "RST in frame", "The RST that ended the connection")},

    {VALUE("zeek_conn_state", WORD, LIFE, zeek_conn_state),
     COSTLY_FIELD(420, "tcplife.zeek.conn_state", "Zeek's conn_state",
                  "How the connection went, in the words of Zeek's conn.log"),
     COLUMN(230, "Zeek state", 6)},
    {VALUE("zeek_history", WORD, LIFE, zeek_history),
     COSTLY_FIELD(430, "tcplife.zeek.history", "Zeek's history",
                  "What the two ends did, a letter each, as in Zeek's conn.log"),
     COLUMN(240, "Zeek history", 15)},
    {NAMELESS(TEXT, LIFE, shown_client_state), COLUMN(70, "Client state", 23)},
    {NAMELESS(TEXT, LIFE, shown_server_state), COLUMN(80, "Server state", 23)},
    {NAMELESS(TEXT, LIFE, worst_expert), COLUMN(64, "Worst expert info", 30)},
    {NAMELESS(TEXT, LIFE, filter), COLUMN(260, "Filter", 0)},
    {LIST("experts", LIFE, record_experts), .exists = has_lists_of_changes},
    {LIST("transitions", LIFE, record_transitions), .exists = has_lists_of_changes},
};

const unsigned value_row_count = G_N_ELEMENTS(value_rows);

G_STATIC_ASSERT(G_N_ELEMENTS(value_rows) <= VALUE_ROWS_AT_MOST);

static int compare_fields(const void *a, const void *b)
{
    const struct value_row *const *left = a, *const *right = b;

    return (int)(*left)->field.place - (int)(*right)->field.place;
}

static int compare_columns(const void *a, const void *b)
{
    const struct value_row *const *left = a, *const *right = b;

    return (int)(*left)->column.place - (int)(*right)->column.place;
}

unsigned value_fields(const struct value_row *rows[VALUE_ROWS_AT_MOST])
{
    unsigned count = 0;

    for (unsigned i = 0; i < value_row_count; i++) {
        if (value_rows[i].field.place != 0)
            rows[count++] = &value_rows[i];
    }
    qsort(rows, count, sizeof(struct value_row *), compare_fields);
    return count;
}

unsigned value_columns(const struct value_row *rows[VALUE_ROWS_AT_MOST])
{
    unsigned count = 0;

    for (unsigned i = 0; i < value_row_count; i++) {
        if (value_rows[i].column.place != 0)
            rows[count++] = &value_rows[i];
    }
    qsort(rows, count, sizeof(struct value_row *), compare_columns);
    return count;
}
