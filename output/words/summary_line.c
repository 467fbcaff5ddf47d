/* The life of a connection in one line.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/text.h"
#include "output/words/durations.h"
#include "tcplife/output/sentences.h"

/* " in 201.9 ms"; nothing for a duration that is not known. */
static void append_time_taken(GString *text, struct tl_duration duration)
{
    if (!duration.known)
        return;
    text_append(text, " in ");
    append_duration(text, duration.ns);
}

static bool is_open(enum tl_open open)
{
    return open != TL_OPEN_UNANSWERED && open != TL_OPEN_REFUSED && open != TL_OPEN_REJECTED &&
           open != TL_OPEN_HALF_OPEN && open != TL_OPEN_ABORTED &&
           open != TL_OPEN_STRAY;
}

static void append_close(GString *text, const struct tl_summary *summary)
{
    text_append(text, ", ");
    text_append(text, tl_close_words(summary->close));
    append_time_taken(text, summary->teardown_time);
    if (!summary->has_closed_by)
        return;
    text_append(text, summary->close == TL_CLOSE_RESET ||
                                  summary->close == TL_CLOSE_HALF_CLOSED
                              ? " by the "
                              : ", begun by the ");
    text_append(text, tl_role_name(summary->closed_by));
}

static void append_states(GString *text, const struct tl_states *now)
{
    text_append(text, "; now ");
    text_append(text, tl_state_name(now->state[TL_CLIENT]));
    text_append(text, " (client) and ");
    text_append(text, tl_state_name(now->state[TL_SERVER]));
    text_append(text, " (server)");
}

void tl_append_summary(GString *text, const struct tl_capture *capture,
                       const struct tl_connection *connection, const struct tl_summary *summary)
{
    const struct tl_states now = tl_connection_states(connection);
    const struct tl_socket client = tl_connection_socket(connection, TL_CLIENT);
    const struct tl_socket server = tl_connection_socket(connection, TL_SERVER);

    tl_append_socket(text, capture, &client);
    text_append(text, " -> ");
    tl_append_socket(text, capture, &server);
    text_append(text, ": ");
    text_append(text, tl_open_words(summary->open));
    append_time_taken(text, summary->handshake_time);
    if (summary->close != TL_CLOSE_NONE || is_open(summary->open))
        append_close(text, summary);
    if (!tl_state_is_done(now.state[TL_CLIENT]) || !tl_state_is_done(now.state[TL_SERVER]))
        append_states(text, &now);
}
