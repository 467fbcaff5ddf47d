/* How many connections of the capture are open, after each segment.
 *
 * Told of every segment that the tracker has learnt from, in their order. Only where the number changes something
 * is kept, 12 bytes: nothing for a packet.
 *
 * Open is what states_over_time.h counts as most at once: an end is neither CLOSED nor in LISTEN or TIME-WAIT; an
 * attempt that nobody answers is until R2 after its last SYN; two sockets have one connection at a time.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OPEN_CONNECTIONS_H
#define TCPLIFE_OPEN_CONNECTIONS_H

#include "tcplife/segment.h"
#include "tcplife/tracker.h"

#include <stdint.h>

struct open_connections;

/* The tracker is to live as long. */
struct open_connections *open_connections_new(const struct tl_tracker *tracker);
/* NULL is fine. */
void open_connections_free(struct open_connections *open);

/* The tracker has learnt from a segment, or from an ICMP error that quotes it, of this connection. `place`:
 * which one of its frame's segments is it, from 0, whosesoever they are? */
void open_connections_learn(struct open_connections *open, const struct tl_connection *connection,
                            const struct tl_segment *segment, uint32_t place);

/* After the segment at this place of this frame. */
uint32_t open_connections_after(const struct open_connections *open, uint32_t frame, uint32_t place);

#endif
