/* What IP carries, by its protocol number; and ICMP, whose errors quote packets.
 *
 * Read first: RFC 792; RFC 4443, section 3; RFC 4302 (AH).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/decoder.h"
#include "tcplife/icmp.h"

/* Nothing that a quoted packet carries is a segment of a connection, but the TCP header that the
 * error is about. */
static void decode_icmp(struct decoder *decoder, bool is_v6, struct bytes bytes, struct layers layers)
{
    if (!bytes_have(bytes, TL_ICMP_HEADER) || layers.is_quoted)
        return;
    layers.icmp_type = bytes_8(bytes, 0);
    layers.icmp_code = bytes_8(bytes, 1);
    layers.icmp_is_v6 = is_v6;
    if (!(is_v6 ? tl_icmpv6_is_error(layers.icmp_type) : tl_icmp_is_error(layers.icmp_type)))
        return;
    layers.is_quoted = true;
    decoder->tunnelled->ip(decoder, bytes_behind(bytes, TL_ICMP_HEADER), layers);
}

/* Behind IPv6 it is one of the extension headers: ipv6.c. */
static void decode_ipv4_ah(struct decoder *decoder, struct bytes bytes, struct layers layers,
                           const struct ip *ip)
{
    struct ip unknown = *ip;

    if (!bytes_have(bytes, 2) || !go_deeper(decoder, &layers))
        return;
    /* Wireshark hands nothing of IPv4's header on through AH. */
    unknown.length = unknown.header = 0;
    unknown.has_id = false;
    decode_ip_payload(decoder, bytes_8(bytes, 0),
                      bytes_behind(bytes, ((size_t)bytes_8(bytes, 1) + 2) * 4), layers, &unknown);
}

static void decode_tunnel(struct decoder *decoder, uint8_t protocol, struct bytes bytes,
                          struct layers layers)
{
    switch (protocol) {
    case IP_IPV4: decoder->tunnelled->ip(decoder, bytes, layers); break;
    case IP_IPV6: decoder->tunnelled->ipv6(decoder, bytes, layers); break;
    case IP_GRE: decode_gre(decoder, bytes, layers); break;
    case IP_MPLS: decoder->tunnelled->mpls(decoder, bytes, layers); break;
    case IP_ETHERIP: decoder->tunnelled->ethernet(decoder, bytes_behind(bytes, 2), layers); break;
    case IP_ETHERNET: decoder->tunnelled->ethernet(decoder, bytes, layers); break;
    case IP_L2TPV3: pass_over(decoder, "L2TPv3"); break;
    case IP_IPCOMP: pass_over(decoder, "IPComp"); break;
    case IP_UDP_LITE: pass_over(decoder, "UDP-Lite"); break;
    default: break;
    }
}

void decode_ip_payload(struct decoder *decoder, uint8_t protocol, struct bytes bytes,
                       struct layers layers, const struct ip *ip)
{
    if (protocol == IP_TCP) {
        decode_tcp(decoder, bytes, &layers, ip);
        return;
    }
    if (layers.is_quoted && protocol != IP_AH)
        return;
    switch (protocol) {
    case IP_UDP: decode_udp(decoder, bytes, layers, ip); break;
    case IP_ICMP: decode_icmp(decoder, false, bytes, layers); break;
    case IP_ICMPV6: decode_icmp(decoder, true, bytes, layers); break;
    case IP_AH: decode_ipv4_ah(decoder, bytes, layers, ip); break;
    default: decode_tunnel(decoder, protocol, bytes, layers); break;
    }
}
