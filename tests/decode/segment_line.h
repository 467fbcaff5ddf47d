/* A segment as one line of text: all that the tracker is given, and what it then says. Wireshark with the
 * plugin (segments_tap.c) and the command's decoder (decode_segments.c) must write the same lines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SEGMENT_LINE_H
#define TCPLIFE_SEGMENT_LINE_H

#include "tcplife/tracker.h"

void print_segment(const struct tl_segment *segment, const struct tl_connection *connection,
                   enum tl_role sender);

/* Of an ICMP error that says something of a connection. */
void print_icmp_error(const struct tl_segment *segment, const struct tl_connection *connection);

#endif
