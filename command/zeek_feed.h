/* What Zeek's words are made of, segment by segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ZEEK_FEED_H
#define PCAPLIFE_ZEEK_FEED_H

#include "command/decode/decode.h"
#include "tcplife/tracker.h"
#include "tcplife/zeek.h"

/* By the IP header; what no header tells is taken to be as short as it can be. */
uint32_t zeek_ip_length(const struct tl_segment *segment, const struct segment_bytes *bytes);

/* A segment that the tracker has taken, of a connection. */
void zeek_feed(struct tl_zeek *zeek, const struct tl_segment *segment, const struct segment_bytes *bytes,
               const struct tl_taken *taken);

#endif
