/* Analyze > TCP Lifecycle: from the chosen packet to its connection; and all connections, for a spreadsheet.
 *
 * Wireshark's statistics tables give a plugin no click, so what a person does with a connection begins at
 * one of its packets. Everything of the window comes by plugin_if.h and funnel.h, which tshark's libraries
 * have, too: no Qt here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/window/windows.h"

#include "plugin/window/drawing.h"

#include "plugin/protocol.h"
#include "plugin/session.h"
#include "tcplife/connection.h"
#include "tcplife/output/records.h"

#include <cfile.h>
#include <epan/epan_dissect.h>
#include <epan/funnel.h>
#include <epan/plugin_if.h>
#include <epan/proto_data.h>
#include <wsutil/report_message.h>

#include <errno.h>
#include <stdio.h>

/* ---- the chosen packet --------------------------------------------------------------------- */

/* Fills in the number of its connection; NULL: it has none. */
static void *read_connection(capture_file *file, void *number)
{
    epan_dissect_t *edt = file->edt; /* of the packet that the details show */
    const struct tcplife_packet *packet =
        edt == NULL ? NULL : p_get_proto_data(edt->pi.pool, &edt->pi, proto_tcplife, 0);

    if (packet == NULL)
        return NULL;
    *(uint32_t *)number = tl_connection_number(packet->seen.connection);
    return number;
}

static bool find_connection(uint32_t *number)
{
    if (plugin_if_get_capture_file(read_connection, number) != NULL)
        return true;
    report_failure("Choose a packet of a TCP connection first.");
    return false;
}

/* ---- what can be done with its connection -------------------------------------------------- */

static void apply_filter(uint32_t number)
{
    char *filter = g_strdup_printf("tcplife.connection == %u", number);

    plugin_if_apply_filter(filter, TRUE);
    g_free(filter);
}

static void go_to_first_frame(uint32_t number)
{
    plugin_if_goto_frame(
        tl_connection_first_frame(tl_tracker_connection(tcplife_tracker(), number)));
}

static void show_ladder(uint32_t number)
{
    const funnel_ops_t *window = funnel_get_funnel_ops();
    GString *ladder = connection_drawing(number, DRAW_LADDER);
    funnel_text_window_t *text_window;
    char *title;

    if (ladder == NULL)
        return;
    title = g_strdup_printf("TCP Lifecycle: Ladder of connection %u", number);
    text_window = window->new_text_window(window->ops_id, title);
    window->set_text(text_window, ladder->str);
    g_free(title);
    g_string_free(ladder, TRUE);
}

/* The file stays: nobody knows when the browser has read it. NULL: it could not be written; the user knows. */
static char *write_temporary_file(const GString *text)
{
    GError *error = NULL;
    char *path = NULL;
    const int descriptor = g_file_open_tmp("tcplife-XXXXXX.svg", &path, &error);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    bool done = file != NULL && fwrite(text->str, 1, text->len, file) == text->len;

    if (file != NULL)
        done = fclose(file) == 0 && done;
    if (!done) {
        report_failure("The picture could not be written: %s.",
                       error != NULL ? error->message : g_strerror(errno));
        g_free(path);
        path = NULL;
    }
    g_clear_error(&error);
    return path;
}

static void show_picture(uint32_t number)
{
    const funnel_ops_t *window = funnel_get_funnel_ops();
    GString *picture = connection_drawing(number, DRAW_SVG);
    char *path;

    if (picture == NULL)
        return;
    path = write_temporary_file(picture);
    if (path != NULL) {
        char *uri = g_filename_to_uri(path, NULL, NULL);

        if (uri == NULL || !window->browser_open_url(uri))
            report_failure("No browser could be opened. The picture is in %s.", path);
        g_free(uri);
    }
    g_free(path);
    g_string_free(picture, TRUE);
}

/* ---- all connections ----------------------------------------------------------------------- */

/* A table's own Save as quotes every text, and our numbers are texts there, padded so that they sort
 * (stat_tables.c). Here they are plain ones. */
static void copy_as_csv(ext_menubar_gui_type type _U_, void *window _U_, void *data _U_)
{
    const struct tl_tracker *tracker = tcplife_tracker();
    GString *text;

    if (tracker == NULL || tl_tracker_connection_count(tracker) == 0) {
        report_failure("There is no TCP connection.");
        return;
    }
    text = g_string_new(NULL);
    tl_append_csv_header(text, tcplife_capture());
    for (uint32_t number = 0; number < tl_tracker_connection_count(tracker); number++)
        tl_append_csv(text, tcplife_capture(), tl_tracker_connection(tracker, number));
    funnel_get_funnel_ops()->copy_to_clipboard(text);
    g_string_free(text, TRUE);
}

/* ---- the menu ------------------------------------------------------------------------------ */

static struct packet_action {
    const char *label, *tooltip;
    void (*act)(uint32_t connection);
} actions[] = {
    {"Filter This Connection", "Show only the packets of the chosen packet's connection", apply_filter},
    {"First Frame", "Go to the first packet of the chosen packet's connection", go_to_first_frame},
    {"Ladder", "Every segment of the connection with the states of both ends, as text", show_ladder},
    {"Picture", "The same as a picture, in the browser", show_picture},
};

static void choose(ext_menubar_gui_type type _U_, void *window _U_, void *data)
{
    const struct packet_action *action = data;
    uint32_t number;

    if (find_connection(&number))
        action->act(number);
}

void tcplife_register_packet_menu(void)
{
    ext_menu_t *menu = ext_menubar_register_menu(proto_tcplife, "TCP Lifecycle", TRUE);

    ext_menubar_set_parentmenu(menu, "Analyze");
    for (size_t i = 0; i < G_N_ELEMENTS(actions); i++)
        ext_menubar_add_entry(menu, actions[i].label, actions[i].tooltip, choose, &actions[i]);
    ext_menubar_add_separator(menu);
    ext_menubar_add_entry(menu, "Copy All Connections as CSV",
                          "One line a connection, with plain numbers, for a spreadsheet", copy_as_csv, NULL);
}
