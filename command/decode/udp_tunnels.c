/* Tunnels in UDP, known by their ports.
 *
 * Read first: RFC 7348 (VXLAN), draft-ietf-nvo3-vxlan-gpe, RFC 8926 (GENEVE), 3GPP TS 29.281 (GTP-U),
 * RFC 2661 (L2TP), RFC 5415 (CAPWAP), RFC 7510 (MPLS), RFC 8086 (GRE).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/decoder.h"

static void decode_vxlan(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    if (!bytes_have(bytes, 8))
        return;
    layers.network = tl_network_within(layers.network, TL_NETWORK_VXLAN, bytes_24(bytes, 4));
    decoder->tunnelled->ethernet(decoder, bytes_behind(bytes, 8), layers);
}

static void decode_vxlan_gpe(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { IPV4 = 1, IPV6 = 2, ETHERNET = 3, NSH = 4, MPLS = 5 };
    struct bytes inside;

    if (!bytes_have(bytes, 8))
        return;
    layers.network = tl_network_within(layers.network, TL_NETWORK_VXLAN, bytes_24(bytes, 4));
    inside = bytes_behind(bytes, 8);
    switch (bytes_8(bytes, 3)) {
    case IPV4: decoder->tunnelled->ip(decoder, inside, layers); break;
    case IPV6: decoder->tunnelled->ipv6(decoder, inside, layers); break;
    case ETHERNET: decoder->tunnelled->ethernet(decoder, inside, layers); break;
    case NSH: pass_over(decoder, "NSH"); break;
    case MPLS: decoder->tunnelled->mpls(decoder, inside, layers); break;
    default: break;
    }
}

static void decode_geneve(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    if (!bytes_have(bytes, 8))
        return;
    layers.network = tl_network_within(layers.network, TL_NETWORK_GENEVE, bytes_24(bytes, 4));
    decoder->tunnelled->ethertype(decoder, bytes_16(bytes, 2),
                     bytes_behind(bytes, 8 + (size_t)(bytes_8(bytes, 0) & 0x3f) * 4), layers);
}

/* Nothing says what a tunnel of GTP carries but the one who has set it up: IP, or else Ethernet. */
static void decode_gtp_payload(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { ETHERNET_HEADER = 14 };
    uint16_t type;

    if (!bytes_have(bytes, 1))
        return;
    if ((bytes_8(bytes, 0) >= 0x45 && bytes_8(bytes, 0) <= 0x4e) || bytes_8(bytes, 0) >> 4 == 6) {
        decoder->tunnelled->ip(decoder, bytes, layers);
    } else if (bytes_have(bytes, ETHERNET_HEADER)) {
        type = bytes_16(bytes, 12);
        if (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6)
            decoder->tunnelled->ethernet(decoder, bytes, layers);
    }
}

/* Extension headers, each of which says which one is the next: 0, none. */
static bool pass_gtp_extensions(struct bytes *bytes, uint8_t next)
{
    while (next != 0) {
        size_t length;

        if (!bytes_have(*bytes, 1) || bytes_8(*bytes, 0) == 0)
            return false;
        length = (size_t)bytes_8(*bytes, 0) * 4;
        if (!bytes_have(*bytes, length))
            return false;
        next = bytes_8(*bytes, length - 1);
        *bytes = bytes_behind(*bytes, length);
    }
    return true;
}

static void decode_gtp(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { VERSION_1 = 0x30, VERSION = 0xf0, OPTIONAL = 0x07, EXTENSION = 0x04, PACKET = 255 };
    struct bytes inside;
    uint8_t flags;

    if (!bytes_have(bytes, 8) || bytes_8(bytes, 1) != PACKET)
        return;
    flags = bytes_8(bytes, 0);
    if ((flags & VERSION) != VERSION_1)
        return;
    layers.network = tl_network_within(layers.network, TL_NETWORK_GTP, bytes_32(bytes, 4));
    inside = bytes_first(bytes_behind(bytes, 8), bytes_16(bytes, 2));
    if ((flags & OPTIONAL) != 0) {
        uint8_t next;

        if (!bytes_have(inside, 4))
            return;
        next = (flags & EXTENSION) != 0 ? bytes_8(inside, 3) : 0;
        inside = bytes_behind(inside, 4);
        if (!pass_gtp_extensions(&inside, next))
            return;
    }
    decode_gtp_payload(decoder, inside, layers);
}

static void decode_l2tp(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { IS_CONTROL = 0x8000, HAS_LENGTH = 0x4000, HAS_SEQUENCE = 0x0800, HAS_OFFSET = 0x0200, VERSION = 15 };
    uint16_t flags;
    size_t header;

    if (!bytes_have(bytes, 4))
        return;
    flags = bytes_16(bytes, 0);
    if ((flags & IS_CONTROL) != 0)
        return;
    if ((flags & VERSION) == 3)
        pass_over(decoder, "L2TPv3");
    if ((flags & VERSION) != 2)
        return;
    if ((flags & HAS_LENGTH) != 0)
        bytes = bytes_first(bytes, bytes_16(bytes, 2));
    header = (flags & HAS_LENGTH) != 0 ? 8 : 6;
    header += (flags & HAS_SEQUENCE) != 0 ? 4 : 0;
    if ((flags & HAS_OFFSET) != 0) {
        if (!bytes_have(bytes, header + 2))
            return;
        header += 2U + bytes_16(bytes, header);
    }
    decoder->tunnelled->ppp_hdlc(decoder, bytes_behind(bytes, header), layers);
}

/* An access point's frames: 802.11 with its first two octets swapped, or Ethernet. */
static void decode_capwap(struct decoder *decoder, struct bytes bytes, struct layers layers,
                          const struct ip *ip)
{
    enum { HEADER = 8, IS_NATIVE = 0x100, IS_FRAGMENT = 0x80, IS_LAST = 0x40, IS_KEEP_ALIVE = 0x08, IS_80211 = 1 };
    uint16_t flags;
    uint8_t binding;

    /* A first octet of 1: encrypted. */
    if (!bytes_have(bytes, HEADER) || bytes_8(bytes, 0) != 0)
        return;
    flags = bytes_16(bytes, 2) & 0x1ff;
    binding = bytes_8(bytes, 2) >> 1 & 31;
    if ((flags & IS_KEEP_ALIVE) != 0)
        return;
    if ((flags & IS_FRAGMENT) != 0) {
        const struct fragment_place place = {.id = 1U << 31 | bytes_16(bytes, 4),
                                             .offset = bytes_16(bytes, 6) & 0xfff8U,
                                             .more = (flags & IS_LAST) == 0};
        const struct bytes fragment = bytes_behind(bytes, (size_t)(bytes_8(bytes, 1) >> 3) * 4);

        if (fragment.captured == 0 || fragment.captured < fragment.on_the_wire ||
            !reassemble(decoder, ip, place, fragment, &bytes))
            return;
    } else {
        bytes = bytes_behind(bytes, (size_t)(bytes_8(bytes, 1) >> 3) * 4);
    }
    if ((flags & IS_NATIVE) == 0)
        decoder->tunnelled->ethernet(decoder, bytes, layers);
    else if (binding == IS_80211)
        decoder->tunnelled->wlan_swapped(decoder, bytes, layers);
}

/* False: this port is no tunnel's. */
static bool decode_port(struct decoder *decoder, uint16_t port, struct bytes bytes,
                        struct layers layers, const struct ip *ip)
{
    enum {
        L2TP = 1701, GTP_CONTROL = 2123, GTP_USER = 2152, TEREDO = 3544, LISP = 4341, GRE = 4754,
        VXLAN = 4789, VXLAN_GPE = 4790, CAPWAP = 5247, GENEVE = 6081, MPLS = 6635, TZSP = 37008
    };

    switch (port) {
    case L2TP: decode_l2tp(decoder, bytes, layers); break;
    case GTP_CONTROL:
    case GTP_USER: decode_gtp(decoder, bytes, layers); break;
    case TEREDO: pass_over(decoder, "Teredo"); break;
    case LISP: pass_over(decoder, "LISP"); break;
    case GRE: decode_gre(decoder, bytes, layers); break;
    case VXLAN: decode_vxlan(decoder, bytes, layers); break;
    case VXLAN_GPE: decode_vxlan_gpe(decoder, bytes, layers); break;
    case CAPWAP: decode_capwap(decoder, bytes, layers, ip); break;
    case GENEVE: decode_geneve(decoder, bytes, layers); break;
    case MPLS: decoder->tunnelled->mpls(decoder, bytes, layers); break;
    case TZSP: pass_over(decoder, "TZSP"); break;
    default: return false;
    }
    return true;
}

void decode_udp(struct decoder *decoder, struct bytes bytes, struct layers layers, const struct ip *ip)
{
    enum { HEADER = 8 };
    uint16_t source, destination, length;
    bool is_known;

    if (!bytes_have(bytes, HEADER))
        return;
    source = bytes_16(bytes, 0);
    destination = bytes_16(bytes, 2);
    length = bytes_16(bytes, 4);
    if (length >= HEADER)
        bytes = bytes_first(bytes, length);
    else if (length > 0 || ip->version != 6) /* RFC 2675: 0 stands for a jumbogram's */
        return;
    bytes = bytes_behind(bytes, HEADER);
    /* The lower port is the one that Wireshark asks first. */
    is_known = decode_port(decoder, source < destination ? source : destination, bytes, layers, ip);
    if (!is_known)
        decode_port(decoder, source < destination ? destination : source, bytes, layers, ip);
}
