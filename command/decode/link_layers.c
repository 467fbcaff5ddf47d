/* What a packet begins with, where it is neither Ethernet nor 802.11.
 *
 * Read first: the list of link-layer header types at www.tcpdump.org/linktypes.html.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/layers.h"

/* Address families of the systems that write such captures. */
static void decode_family(struct decoder *decoder, uint32_t family, struct bytes bytes,
                          struct layers layers)
{
    enum { INET = 2, INET6_BSD = 24, INET6_FREEBSD = 28, INET6_DARWIN = 30 };

    if (family == INET)
        decode_ip(decoder, bytes, layers);
    else if (family == INET6_BSD || family == INET6_FREEBSD || family == INET6_DARWIN)
        decode_ipv6(decoder, bytes, layers);
}

static uint32_t swap_32(uint32_t value)
{
    return value << 24 | (value & 0xff00) << 8 | (value >> 8 & 0xff00) | value >> 24;
}

/* In either byte order; of 16 or 32 bits; some systems write an EtherType. */
static void decode_null(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { PPP_ADDRESS = 0xff03 };
    uint32_t family;

    if (!bytes_have(bytes, 4))
        return;
    if (bytes_16(bytes, 0) == PPP_ADDRESS) {
        decode_ppp_hdlc(decoder, bytes, layers);
        return;
    }
    family = bytes_32_le(bytes, 0);
    if (family >> 16 != 0 && (family >> 24 != 0 || family >> 16 >= 6))
        family = swap_32(family);
    else if (family >> 16 != 0)
        family >>= 16;
    else if ((family & 0xff) == 0 && family >> 8 < 6)
        family >>= 8;
    bytes = bytes_behind(bytes, 4);
    if (family > ETHERTYPE_LENGTH_LIMIT)
        decode_ethertype(decoder, (uint16_t)family, bytes, layers);
    else
        decode_family(decoder, family, bytes, layers);
}

static void decode_loop(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    if (bytes_have(bytes, 4))
        decode_family(decoder, bytes_32(bytes, 0), bytes_behind(bytes, 4), layers);
}

/* Some systems put PPP's header there. */
static void decode_raw(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { PPP_ADDRESS = 0xff03 };

    if (bytes_have(bytes, 2) && bytes_16(bytes, 0) == PPP_ADDRESS)
        decode_ppp_hdlc(decoder, bytes, layers);
    else
        decode_ip(decoder, bytes, layers);
}

/* What follows Linux's header: the device's kind, or a number of Linux's own below those of EtherTypes. */
static void decode_cooked(struct decoder *decoder, uint16_t device, uint16_t protocol,
                          struct bytes bytes, struct layers layers)
{
    enum { DEVICE_GRE = 778, DEVICE_80211 = 801, DEVICE_RADIOTAP = 803, DEVICE_NETLINK = 824 };
    enum { MOST_OF_LINUX = 1536, ETHERNET = 3, LLC = 4, PPP = 7 };

    if (device == DEVICE_NETLINK)
        return;
    if (protocol > MOST_OF_LINUX) {
        if (device == DEVICE_GRE)
            decode_gre_payload(decoder, protocol, 0, bytes, layers);
        else
            decode_ethertype(decoder, protocol, bytes, layers);
    } else if (device == DEVICE_80211) {
        decode_80211(decoder, bytes, layers);
    } else if (device == DEVICE_RADIOTAP) {
        decode_radiotap(decoder, bytes, layers);
    } else if (protocol == ETHERNET) {
        decode_ethernet(decoder, bytes, layers);
    } else if (protocol == LLC) {
        decode_llc(decoder, bytes, layers);
    } else if (protocol == PPP) {
        decode_ppp_hdlc(decoder, bytes, layers);
    }
}

static void decode_sll(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { HEADER = 16 };

    if (bytes_have(bytes, HEADER))
        decode_cooked(decoder, bytes_16(bytes, 2), bytes_16(bytes, 14), bytes_behind(bytes, HEADER),
                      layers);
}

static void decode_sll2(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { HEADER = 20 };

    if (bytes_have(bytes, HEADER))
        decode_cooked(decoder, bytes_16(bytes, 8), bytes_16(bytes, 0), bytes_behind(bytes, HEADER),
                      layers);
}

static struct bytes nflog_value(struct bytes value, uint16_t length)
{
    value = bytes_behind(bytes_first(value, length), 4);
    value.on_the_wire = length - 4U; /* whatever the capture file claims */
    return value;
}

/* A list of values in the byte order of the machine that captured, which nothing tells: Wireshark takes
 * its own, which is that of nearly all. */
static void decode_nflog(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { HEADER = 4, PACKET_HEADER = 1, PAYLOAD = 9, FAMILY_IPV4 = 2, FAMILY_IPV6 = 10 };
    struct bytes values = bytes_behind(bytes, HEADER), payload = {0};
    uint16_t type = 0;

    while (bytes_have(values, 4)) {
        const uint16_t length = bytes_16_le(values, 0), kind = bytes_16_le(values, 2) & 0x7fff;

        if (length < 4)
            return;
        if (kind == PACKET_HEADER && length == 8 && bytes_have(values, 6))
            type = bytes_16(values, 4);
        else if (kind == PAYLOAD)
            payload = nflog_value(values, length);
        values = bytes_behind(values, (length + 3U) & ~3U);
    }
    if (payload.captured == 0)
        return;
    if (type != 0)
        decode_ethertype(decoder, type, payload, layers);
    else if (bytes_8(bytes, 0) == FAMILY_IPV4)
        decode_ip(decoder, payload, layers);
    else if (bytes_8(bytes, 0) == FAMILY_IPV6)
        decode_ipv6(decoder, payload, layers);
}

static enum link_layer link_of_number(uint32_t number)
{
    switch (number) {
    case 0: return LINK_NULL;
    case 1: return LINK_ETHERNET;
    case 9: return LINK_PPP;
    case 12:
    case 14:
    case 101:
    case 228:
    case 229: return LINK_RAW_IP;
    case 104: return LINK_CISCO_HDLC;
    case 105: return LINK_80211;
    case 108: return LINK_LOOP;
    case 113: return LINK_SLL;
    case 127: return LINK_RADIOTAP;
    case 276: return LINK_SLL2;
    default: return LINK_OTHER;
    }
}

/* Apple: each packet says what it begins with. */
static void decode_pktap(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { SHORTEST = 108, IS_PACKET = 1 };

    if (bytes_have(bytes, 12) && bytes_32_le(bytes, 0) >= SHORTEST && bytes_32_le(bytes, 4) == IS_PACKET)
        decode_link_layer(decoder, link_of_number(bytes_32_le(bytes, 8)),
                          "link types inside Apple's PKTAP",
                          bytes_behind(bytes, bytes_32_le(bytes, 0)), layers);
}

void decode_link_layer(struct decoder *decoder, enum link_layer link, const char *link_name,
                       struct bytes bytes, struct layers layers)
{
    switch (link) {
    case LINK_ETHERNET: decode_ethernet(decoder, bytes, layers); break;
    case LINK_SLL: decode_sll(decoder, bytes, layers); break;
    case LINK_SLL2: decode_sll2(decoder, bytes, layers); break;
    case LINK_RAW_IP: decode_raw(decoder, bytes, layers); break;
    case LINK_NULL: decode_null(decoder, bytes, layers); break;
    case LINK_LOOP: decode_loop(decoder, bytes, layers); break;
    case LINK_PPP: decode_ppp_hdlc(decoder, bytes, layers); break;
    case LINK_CISCO_HDLC: decode_cisco_hdlc(decoder, bytes, layers); break;
    case LINK_NFLOG: decode_nflog(decoder, bytes, layers); break;
    case LINK_PKTAP: decode_pktap(decoder, bytes, layers); break;
    case LINK_80211: decode_80211(decoder, bytes, layers); break;
    case LINK_RADIOTAP: decode_radiotap(decoder, bytes, layers); break;
    default: pass_over(decoder, link_name); break;
    }
}
