/* What the parts of the plugin share: the protocol, and a segment with all that is known of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_PROTOCOL_H
#define TCPLIFE_PROTOCOL_H

#include "tcplife/output/sentences.h"

#include <stdbool.h>
#include <stdint.h>

/* The protocol "TCP Lifecycle", filter name "tcplife". */
extern int proto_tcplife;

/* Before everything that belongs to it. */
void tcplife_register_protocol(void);

/* The tap: its data is a struct tcplife_packet. */
#define TCPLIFE_TAP "tcplife"

/* A segment that is being dissected. Also what the tap "tcplife" hands to its listeners. */
struct tcplife_packet {
    struct tl_seen_segment seen;
    bool first_time; /* the frame is read for the first time: the connection just learnt from it */
    uint32_t place; /* which one of the frame's segments is it, from 0? */
};

#endif
