/* A packet of Wireshark's as the tracker wants it: what of it becomes a struct tl_segment.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_PACKET_H
#define TCPLIFE_PACKET_H

#include "plugin/icmp_error.h"
#include "tcplife/segment.h"
#include "tcplife/zeek.h"

#include <epan/packet_info.h>
#include <epan/tvbuff.h>

#include <stdbool.h>
#include <stddef.h>

/* A packet as IP handed it over. What comes from `pinfo` is right until "tcp" is called: the
 * dissectors behind it may carry packets themselves and then change the addresses. */
struct captured_packet {
    packet_info *pinfo;
    tvbuff_t *tvb;
    void *ip_header; /* Wireshark's, or NULL */
    size_t captured, on_the_wire; /* bytes of TCP header and payload */
    struct icmp_error icmp; /* with `quoted` */
    bool quoted; /* inside an ICMP error */
    bool first_time; /* … that this frame is dissected */
    uint32_t place;  /* which one of the frame's segments is it, from 0? */
    struct tl_segment segment;
};

/* `tvb` begins at the TCP header; `data` is what IP hands down to the dissector behind it. Sets every
 * member of the segment but SACK blocks that are not there: clearing it beforehand would cost as much
 * as reading the header. False: this is nothing for the tracker. */
bool captured_packet_read(struct captured_packet *packet, tvbuff_t *tvb, packet_info *pinfo,
                          void *data);

/* What Zeek wants to know of it, too. It points into `packet`. */
struct tl_zeek_packet captured_packet_for_zeek(const struct captured_packet *packet);

#endif
