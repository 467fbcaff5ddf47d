/* Finds the ICMP or ICMPv6 header of an error that quotes a TCP header.
 *
 * Wireshark tells the dissector of a quoted header that it is inside an error,
 * but not inside which. Therefore this walks backwards from the TCP header over
 * the quoted IP header (ip_header.h) to the 8 bytes of ICMP before it.
 *
 * Read first: RFC 792; RFC 4443, sections 2.1 and 3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "icmp_error.h"

#include "ip_header.h"

#include <epan/proto.h>
#include <epan/tvbuff.h>

enum { ICMP_HEADER = 8 };

/* Bit n: type n is an error. */
static const uint32_t icmp_errors = 1U << 3 | 1U << 11 | 1U << 12; /* destination unreachable, time
                                                                      exceeded, parameter problem */
static const uint32_t icmpv6_errors = 1U << 1 | 1U << 2 | 1U << 3 | 1U << 4; /* destination
                                            unreachable, packet too big, time exceeded, parameter problem */

bool icmp_error_find(struct icmp_error *error, tvbuff_t *tvb, const packet_info *pinfo)
{
    const bool is_v6 = pinfo->src.type == AT_IPv6;
    const int icmp = tvb_raw_offset(tvb) - (int)ip_header_length(tvb, pinfo) - ICMP_HEADER;
    const uint8_t *bytes;

    if (icmp < 0 || icmp + ICMP_HEADER == tvb_raw_offset(tvb) ||
        !proto_is_frame_protocol(pinfo->layers, is_v6 ? "icmpv6" : "icmp"))
        return false;
    bytes = tvb_get_ptr(tvb_get_ds_tvb(tvb), icmp, ICMP_HEADER);
    error->type = bytes[0];
    error->code = bytes[1];
    return error->type < 32 && ((is_v6 ? icmpv6_errors : icmp_errors) >> error->type & 1) != 0;
}
