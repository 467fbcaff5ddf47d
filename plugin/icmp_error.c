/* Finds the ICMP or ICMPv6 header of an error that quotes a TCP header.
 *
 * Wireshark tells the dissector of a quoted header that it is inside an error,
 * but not inside which. Therefore this walks backwards from the TCP header over
 * the quoted IP header (ip_header.h) to the 8 bytes of ICMP before it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "icmp_error.h"

#include "tcplife/icmp.h"
#include "ip_header.h"

#include <epan/proto.h>
#include <epan/tvbuff.h>

bool icmp_error_find(struct icmp_error *error, tvbuff_t *tvb, const packet_info *pinfo)
{
    const bool is_v6 = pinfo->src.type == AT_IPv6;
    const int icmp = tvb_raw_offset(tvb) - (int)ip_header_length(tvb, pinfo) - TL_ICMP_HEADER;
    const uint8_t *bytes;

    if (icmp < 0 || icmp + TL_ICMP_HEADER == tvb_raw_offset(tvb) ||
        !proto_is_frame_protocol(pinfo->layers, is_v6 ? "icmpv6" : "icmp"))
        return false;
    bytes = tvb_get_ptr(tvb_get_ds_tvb(tvb), icmp, TL_ICMP_HEADER);
    error->type = bytes[0];
    error->code = bytes[1];
    return is_v6 ? tl_icmpv6_is_error(error->type) : tl_icmp_is_error(error->type);
}
