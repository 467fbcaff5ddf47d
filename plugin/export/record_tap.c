/* The -z arguments that write one record a connection (contract, section 6).
 *
 * It knows which connections: those of which a packet passed the filter. What
 * is written of them is output's business (tcplife/output/records.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/export/record_tap.h"

#include "output/connection_set.h"
#include "plugin/choice/choice.h"
#include "plugin/export/batch_argument.h"
#include "plugin/protocol.h"
#include "plugin/session.h"
#include "plugin/zeek_session.h"
#include "tcplife/output/records.h"

#include <epan/packet.h>
#include <epan/tap.h>

#include <stdio.h>

/* One -z argument. */
struct export {
    const struct export_argument *argument;
    struct choice *choice;
};

/* ---- what is written ----------------------------------------------------------------------- */

static void write_out(GString *text)
{
    fwrite(text->str, 1, text->len, stdout);
    g_string_truncate(text, 0);
}

static void write_json(const struct tl_capture *capture, const GByteArray *passed, GString *text)
{
    const struct tl_connection *connection;
    uint32_t number = 0;

    while ((connection = connection_set_next(capture, passed, &number)) != NULL) {
        tl_append_json(text, capture, connection);
        write_out(text);
    }
}

/* CSV has a header even where it has no line. */
static void write_csv(const struct tl_capture *capture, const GByteArray *passed, GString *text)
{
    const struct tl_connection *connection;
    uint32_t number = 0;

    tl_append_csv_header(text, capture);
    while ((connection = connection_set_next(capture, passed, &number)) != NULL) {
        tl_append_csv(text, capture, connection);
        write_out(text);
    }
    write_out(text);
}

static void write_zeek_log(const struct tl_capture *capture, const GByteArray *passed,
                           GString *text)
{
    const struct tl_connection *connection;
    int64_t opened_ns = INT64_MAX, closed_ns = INT64_MIN;
    uint32_t number = 0;

    while ((connection = connection_set_next(capture, passed, &number)) != NULL) {
        opened_ns = MIN(opened_ns, tl_connection_start_ns(connection));
        closed_ns = MAX(closed_ns, tl_connection_end_ns(connection));
    }
    tl_append_zeek_log_head(text, opened_ns == INT64_MAX ? 0 : opened_ns);
    number = 0;
    while ((connection = connection_set_next(capture, passed, &number)) != NULL) {
        tl_append_zeek_log(text, capture, connection);
        write_out(text);
    }
    tl_append_zeek_log_foot(text, closed_ns == INT64_MIN ? 0 : closed_ns);
    write_out(text);
}

static const struct export_argument {
    const char *name;
    void (*write)(const struct tl_capture *capture, const GByteArray *passed, GString *text);
} arguments[] = {
    {"tcplife,json", write_json},
    {"tcplife,csv", write_csv},
    {"tcplife,zeek", write_zeek_log},
};

/* ---- the tap ------------------------------------------------------------------------------- */

static void reset(void *tapdata)
{
    struct export *export = tapdata;

    choice_reset(export->choice);
}

static tap_packet_status see_packet(void *tapdata, packet_info *pinfo _U_, epan_dissect_t *edt,
                                    const void *data, tap_flags_t flags _U_)
{
    struct export *export = tapdata;

    choice_see(export->choice, edt, data);
    return TAP_PACKET_DONT_REDRAW;
}

static void draw(void *tapdata)
{
    const struct export *export = tapdata;
    GString *text = g_string_new(NULL);

    export->argument->write(tcplife_capture(), choice_made(export->choice), text);
    g_string_free(text, TRUE);
    fflush(stdout);
}

static void finish(void *tapdata)
{
    struct export *export = tapdata;

    choice_free(export->choice);
    tcplife_zeek_listener_goes();
    g_free(export);
}

/* ---- the -z arguments ---------------------------------------------------------------------- */

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
    export->argument = self;
    export->choice = choice_new(filter);
    tcplife_zeek_listener_comes();
    error = register_tap_listener(TCPLIFE_TAP, export, choice_listens_to(export->choice),
                                  TL_REQUIRES_NOTHING, reset, see_packet, draw, finish);
    if (error != NULL) {
        batch_argument_report(self->name, error);
        finish(export);
        WS_STAT_INIT_FAILED;
    }
    WS_STAT_INIT_OK;
}

void tcplife_register_records(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(arguments); i++)
        batch_argument_register(arguments[i].name, begin, &arguments[i]);
}
