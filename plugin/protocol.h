/* What the parts of the plugin share: the protocol, and a segment with all that is known of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_PROTOCOL_H
#define TCPLIFE_PROTOCOL_H

#include "tcplife/tracker.h"

#include <stdbool.h>
#include <stdint.h>

/* The protocol "TCP Lifecycle", filter name "tcplife". */
extern int proto_tcplife;

/* A segment that is being dissected. Also what the tap "tcplife" hands to its listeners. */
struct tcplife_packet {
    const struct tl_segment *segment; /* an ICMP error's: only sockets and seq are filled */
    const struct tl_connection *connection;
    enum tl_role sender; /* means nothing with `quoted` */
    /* The segment is quoted inside an ICMP error: evidence about the connection, not a
     * segment of it. */
    bool quoted;
    bool first_time; /* the frame is read for the first time: the connection just learnt from it */

    struct tl_states states; /* after the segment */
    struct tl_changes changes; /* by this segment */
};

#endif
