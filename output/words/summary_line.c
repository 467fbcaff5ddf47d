/* The life of a connection in one line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/output/sentences.h"

/* " in 201.9 ms"; nothing for a duration that is not known. */
static void append_duration(GString *text, struct tl_duration duration)
{
    static const struct {
        double ns;
        const char *name;
    } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    double ns = (double)duration.ns;
    size_t unit = 0;

    if (!duration.known)
        return;
    while (unit + 1 < G_N_ELEMENTS(units) && ABS(ns) < units[unit].ns)
        unit++;
    /* Not printf(): the decimal point must not depend on the user's locale. */
    g_ascii_formatd(number, sizeof number, ABS(ns) >= 1e12 ? "%.0f" : "%.4g", ns / units[unit].ns);
    g_string_append(text, " in ");
    g_string_append(text, number);
    g_string_append_c(text, ' ');
    g_string_append(text, units[unit].name);
}

static bool is_open(enum tl_open open)
{
    return open != TL_OPEN_UNANSWERED && open != TL_OPEN_REFUSED && open != TL_OPEN_REJECTED &&
           open != TL_OPEN_HALF_OPEN && open != TL_OPEN_ABORTED &&
           open != TL_OPEN_STRAY;
}

static void append_close(GString *text, const struct tl_summary *summary)
{
    g_string_append(text, ", ");
    g_string_append(text, tl_close_words(summary->close));
    append_duration(text, summary->teardown_time);
    if (!summary->has_closed_by)
        return;
    g_string_append(text, summary->close == TL_CLOSE_RESET ||
                                  summary->close == TL_CLOSE_HALF_CLOSED
                              ? " by the "
                              : ", begun by the ");
    g_string_append(text, tl_role_name(summary->closed_by));
}

static bool is_over(enum tl_state state)
{
    return state == TL_CLOSED || state == TL_LISTEN || state == TL_TIME_WAIT;
}

void tl_append_summary(GString *text, const struct tl_capture *capture,
                       const struct tl_connection *connection, const struct tl_summary *summary)
{
    const struct tl_states now = tl_connection_states(connection);
    const struct tl_socket client = tl_connection_socket(connection, TL_CLIENT);
    const struct tl_socket server = tl_connection_socket(connection, TL_SERVER);

    tl_append_socket(text, capture, &client);
    g_string_append(text, " -> ");
    tl_append_socket(text, capture, &server);
    g_string_append(text, ": ");
    g_string_append(text, tl_open_words(summary->open));
    append_duration(text, summary->handshake_time);
    if (summary->close != TL_CLOSE_NONE || is_open(summary->open))
        append_close(text, summary);
    if (!is_over(now.state[TL_CLIENT]) || !is_over(now.state[TL_SERVER]))
        g_string_append_printf(text, "; now %s (client) and %s (server)",
                               tl_state_name(now.state[TL_CLIENT]),
                               tl_state_name(now.state[TL_SERVER]));
}
