/* The connections as Zeek's conn.log: tab-separated, with the header lines by which zeek-cut and
 * other readers of Zeek's logs know names and types.
 *
 * It knows how Zeek writes values; what they are comes from tcplife/zeek.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/output/records.h"

#include "output/text.h"
#include "tcplife/output/sentences.h"

/* What a line is made of. */
struct row {
    GString *text; /* where it goes */
    const struct tl_capture *capture;
    const struct tl_connection *connection;
    struct tl_zeek_record record;
    struct tl_socket socket[2]; /* by enum tl_zeek_side */
};

/* ---- values ---------------------------------------------------------------------------------- */

static void put_unset(const struct row *row)
{
    g_string_append_c(row->text, '-');
}

static void put_count(const struct row *row, uint64_t count)
{
    text_append_number(row->text, count);
}

/* Seconds with six decimals, as Zeek writes them. */
static void put_seconds(const struct row *row, int64_t ns)
{
    const uint64_t magnitude = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    const uint64_t microseconds = (magnitude + 500) / 1000;

    enum { SIX_DECIMALS = 7 };
    char *to = text_room(row->text, 1 + TEXT_DIGITS + SIX_DECIMALS);

    if (ns < 0)
        *to++ = '-';
    to = text_put_number(to, microseconds / 1000000);
    *to++ = '.';
    text_end(row->text, text_put_microseconds(to, (uint32_t)(microseconds % 1000000)));
}

static void put_address(const struct row *row, enum tl_zeek_side side)
{
    tl_append_address(row->text, row->capture, &row->socket[side]);
}

/* ---- columns --------------------------------------------------------------------------------- */

static void put_ts(const struct row *row)
{
    put_seconds(row, tl_connection_start_ns(row->connection));
}

/* Zeek's own are random; this one leads to tcplife.connection. */
static void put_uid(const struct row *row)
{
    g_string_append_c(row->text, 'C');
    text_append_number(row->text, row->capture->first_number +
                                      tl_tracker_ordinal(row->capture->tracker, row->connection));
}

static void put_originator_address(const struct row *row)
{
    put_address(row, TL_ZEEK_ORIGINATOR);
}

static void put_originator_port(const struct row *row)
{
    put_count(row, row->socket[TL_ZEEK_ORIGINATOR].port);
}

static void put_responder_address(const struct row *row)
{
    put_address(row, TL_ZEEK_RESPONDER);
}

static void put_responder_port(const struct row *row)
{
    put_count(row, row->socket[TL_ZEEK_RESPONDER].port);
}

static void put_protocol(const struct row *row)
{
    text_append(row->text, "tcp");
}

static void put_duration(const struct row *row)
{
    if (row->record.has_duration)
        put_seconds(row, row->record.duration_ns);
    else
        put_unset(row);
}

static void put_bytes(const struct row *row, enum tl_zeek_side side)
{
    if (row->record.has_duration)
        put_count(row, row->record.bytes[side]);
    else
        put_unset(row);
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
    text_append(row->text, row->record.conn_state);
}

static void put_missed_bytes(const struct row *row)
{
    put_count(row, row->record.missed_bytes);
}

static void put_history(const struct row *row)
{
    if (row->record.history[0] != '\0')
        text_append(row->text, row->record.history);
    else
        put_unset(row);
}

static void put_originator_packets(const struct row *row)
{
    put_count(row, row->record.packets[TL_ZEEK_ORIGINATOR]);
}

static void put_originator_ip_bytes(const struct row *row)
{
    put_count(row, row->record.ip_bytes[TL_ZEEK_ORIGINATOR]);
}

static void put_responder_packets(const struct row *row)
{
    put_count(row, row->record.packets[TL_ZEEK_RESPONDER]);
}

static void put_responder_ip_bytes(const struct row *row)
{
    put_count(row, row->record.ip_bytes[TL_ZEEK_RESPONDER]);
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

/* By the capture's clock, which struct tl_segment keeps within two centuries around the epoch. */
static void append_moment(GString *text, const char *key, int64_t ns)
{
    GDateTime *utc = g_date_time_new_from_unix_utc(ns / 1000000000);
    char *moment = g_date_time_format(utc, "%Y-%m-%d-%H-%M-%S");

    g_string_append_printf(text, "#%s\t%s\n", key, moment);
    g_free(moment);
    g_date_time_unref(utc);
}

void tl_append_zeek_log_head(GString *text, int64_t opened_ns)
{
    g_string_append(text, "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n"
                    "#unset_field\t-\n#path\tconn\n");
    append_moment(text, "open", opened_ns);
    g_string_append(text, "#fields");
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        g_string_append_printf(text, "\t%s", columns[i].name);
    g_string_append(text, "\n#types");
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        g_string_append_printf(text, "\t%s", columns[i].type);
    g_string_append_c(text, '\n');
}

void tl_append_zeek_log_foot(GString *text, int64_t closed_ns)
{
    append_moment(text, "close", closed_ns);
}

bool tl_append_zeek_log(GString *text, const struct tl_capture *capture,
                        const struct tl_connection *connection)
{
    struct row row = {.text = text, .capture = capture, .connection = connection};
    enum tl_role originator;

    if (capture->zeek == NULL ||
        !tl_zeek_look_up(capture->zeek, tl_connection_number(connection), &row.record))
        return false;
    originator = row.record.originator;
    row.socket[TL_ZEEK_ORIGINATOR] = tl_connection_socket(connection, originator);
    row.socket[TL_ZEEK_RESPONDER] = tl_connection_socket(connection, tl_other(originator));
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) {
        if (i > 0)
            g_string_append_c(text, '\t');
        columns[i].put(&row);
    }
    g_string_append_c(text, '\n');
    return true;
}
