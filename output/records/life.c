/* A connection, with all that several of its values are read from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/records/life.h"

struct known_life life_of(const struct tl_capture *capture, const struct tl_connection *connection)
{
    struct known_life life = {
        .capture = capture,
        .connection = connection,
        .states = tl_connection_states(connection),
        .summary = tl_summarize_until(connection, capture->end_ns),
    };

    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        life.sockets[end] = tl_connection_socket(connection, (enum tl_role)end);
        life.counts[end] = tl_connection_counts(connection, (enum tl_role)end);
    }
    life.has_zeek = capture->zeek != NULL &&
                    tl_zeek_look_up(capture->zeek, tl_connection_number(connection), &life.zeek);
    return life;
}

struct known_life life_at(const struct tl_capture *capture, const struct tl_seen_segment *seen)
{
    return (struct known_life){.capture = capture,
                         .connection = seen->connection,
                         .seen = seen,
                         .states = seen->states};
}
