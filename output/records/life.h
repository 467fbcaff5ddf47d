/* A connection, with all that several of its values are read from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_LIFE_H
#define TCPLIFE_OUTPUT_LIFE_H

#include "tcplife/output/sentences.h"

#include <stdbool.h>

struct known_life {
    const struct tl_capture *capture;
    const struct tl_connection *connection;
    const struct tl_seen_segment *seen; /* at that segment; NULL: all of its life */
    struct tl_states states;
    struct tl_summary summary;
    struct tl_socket sockets[2];     /* by enum tl_role */
    struct tl_end_counts counts[2];  /* by enum tl_role */
    bool has_zeek;
    struct tl_zeek_record zeek;
};

struct known_life life_of(const struct tl_capture *capture, const struct tl_connection *connection);
/* As it is after that segment: enough for values that are not final, and for no others. */
struct known_life life_at(const struct tl_capture *capture, const struct tl_seen_segment *seen);

#endif
