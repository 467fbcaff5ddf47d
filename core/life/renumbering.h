/* Both sides of a firewall that rewrites sequence numbers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_RENUMBERING_H
#define TCPLIFE_LIFE_RENUMBERING_H

#include "core/record/environment.h"
#include "core/record/record.h"

/* A capture on both sides of a firewall that rewrites sequence numbers holds each segment with two
 * numbers. Returns the segment with those of the side that was captured first: itself, or `room`, filled. */
const struct tl_segment *tl_connection_renumber(struct tl_connection *connection,
                                                const struct tl_segment *segment,
                                                enum tl_role sender, struct tl_segment *room,
                                                struct tl_environment *environment);

#endif
