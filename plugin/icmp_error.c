/* Finds the ICMP or ICMPv6 header of an error that quotes a TCP header.
 *
 * Wireshark tells the dissector of a quoted header that it is inside an error,
 * but not inside which. Therefore this walks backwards from the TCP header over
 * the quoted IP header, which it recognizes by its addresses, to the 8 bytes of
 * ICMP before it.
 *
 * Read first: RFC 792; RFC 4443, sections 2.1 and 3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "icmp_error.h"

#include <epan/ipproto.h>
#include <epan/proto.h>
#include <epan/tvbuff.h>

#include <string.h>

enum { ICMP_HEADER = 8 };

/* What both versions of IP look like to somebody who searches their header. */
struct ip_layout {
    const char *icmp;      /* Wireshark's name of the ICMP that belongs to it */
    uint8_t version;       /* in the first four bits */
    uint8_t source;        /* offset of the addresses, source before destination */
    uint8_t address_length;
    uint8_t minimum;       /* length of a header without options */
    uint8_t maximum;       /* …with as many options or extension headers as are searched */
    uint32_t error_types;  /* bit n: type n is an error */
};

static const struct ip_layout ipv4 = {
    .icmp = "icmp",
    .version = 4,
    .source = 12,
    .address_length = 4,
    .minimum = 20,
    .maximum = 60,
    /* destination unreachable, time exceeded, parameter problem */
    .error_types = 1U << 3 | 1U << 11 | 1U << 12,
};

static const struct ip_layout ipv6 = {
    .icmp = "icmpv6",
    .version = 6,
    .source = 8,
    .address_length = 16,
    .minimum = 40,
    .maximum = 248,
    /* destination unreachable, packet too big, time exceeded, parameter problem */
    .error_types = 1U << 1 | 1U << 2 | 1U << 3 | 1U << 4,
};

static bool is_address(const uint8_t *bytes, const address *expected)
{
    return memcmp(bytes, expected->data, (size_t)expected->len) == 0;
}

static bool is_quoted_header(const uint8_t *header, unsigned length, const struct ip_layout *ip,
                             const packet_info *pinfo)
{
    if (header[0] >> 4 != ip->version)
        return false;
    if (ip->version == 4 && ((header[0] & 15U) * 4 != length || header[9] != IP_PROTO_TCP))
        return false;
    return is_address(header + ip->source, &pinfo->src) &&
           is_address(header + ip->source + ip->address_length, &pinfo->dst);
}

bool icmp_error_find(struct icmp_error *error, tvbuff_t *tvb, const packet_info *pinfo)
{
    const struct ip_layout *ip = pinfo->src.type == AT_IPv4   ? &ipv4
                                 : pinfo->src.type == AT_IPv6 ? &ipv6
                                                              : NULL;
    tvbuff_t *whole = tvb_get_ds_tvb(tvb);
    int tcp = tvb_raw_offset(tvb);

    if (ip == NULL || whole == NULL || !proto_is_frame_protocol(pinfo->layers, ip->icmp) ||
        pinfo->src.len != ip->address_length || pinfo->dst.len != ip->address_length)
        return false;

    for (int length = ip->minimum; length <= ip->maximum; length += 4) {
        int icmp = tcp - length - ICMP_HEADER;
        const uint8_t *bytes;

        if (icmp < 0)
            return false;
        bytes = tvb_get_ptr(whole, icmp, ICMP_HEADER + length);
        if (!is_quoted_header(bytes + ICMP_HEADER, (unsigned)length, ip, pinfo))
            continue;
        error->type = bytes[0];
        error->code = bytes[1];
        return error->type < 32 && (ip->error_types >> error->type & 1) != 0;
    }
    return false;
}
