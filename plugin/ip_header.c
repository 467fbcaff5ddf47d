/* Finds the IP header before a TCP header.
 *
 * Wireshark does not tell the dissector of a TCP header how long IP's is. Therefore this walks
 * backwards from the TCP header until there is something that is an IP header with the right
 * addresses.
 *
 * Read first: RFC 791, section 3.1; RFC 8200, sections 3 and 4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ip_header.h"

#include <epan/ipproto.h>

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* What both versions of IP look like to somebody who searches their header. */
struct ip_layout {
    uint8_t version;       /* in the first four bits */
    uint8_t source;        /* offset of the addresses, source before destination */
    uint8_t address_length;
    uint8_t minimum;       /* length of a header without options */
    uint8_t maximum;       /* …with as many options or extension headers as are searched */
};

static const struct ip_layout ipv4 = {
    .version = 4, .source = 12, .address_length = 4, .minimum = 20, .maximum = 60};
static const struct ip_layout ipv6 = {
    .version = 6, .source = 8, .address_length = 16, .minimum = 40, .maximum = 248};

static bool is_address(const uint8_t *bytes, const address *expected)
{
    return memcmp(bytes, expected->data, (size_t)expected->len) == 0;
}

static bool is_header(const uint8_t *header, unsigned length, const struct ip_layout *ip,
                      const packet_info *pinfo)
{
    if (header[0] >> 4 != ip->version)
        return false;
    if (ip->version == 4 && ((header[0] & 15U) * 4 != length || header[9] != IP_PROTO_TCP))
        return false;
    return is_address(header + ip->source, &pinfo->src) &&
           is_address(header + ip->source + ip->address_length, &pinfo->dst);
}

size_t ip_header_length(tvbuff_t *tvb, const packet_info *pinfo)
{
    const struct ip_layout *ip = pinfo->src.type == AT_IPv4   ? &ipv4
                                 : pinfo->src.type == AT_IPv6 ? &ipv6
                                                              : NULL;
    tvbuff_t *whole = tvb_get_ds_tvb(tvb);
    const int tcp = tvb_raw_offset(tvb);

    if (ip == NULL || whole == NULL || pinfo->src.len != ip->address_length ||
        pinfo->dst.len != ip->address_length)
        return 0;
    for (int length = ip->minimum; length <= ip->maximum && length <= tcp; length += 4) {
        if (is_header(tvb_get_ptr(whole, tcp - length, length), (unsigned)length, ip, pinfo))
            return (size_t)length;
    }
    return 0;
}
