/* GRE, and ERSPAN inside it: frames that a switch has copied.
 *
 * Read first: RFC 2784; RFC 2890 (key and sequence number); RFC 2637, section 4.1 (PPTP);
 * draft-foschiano-erspan-03.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/decoder.h"

enum {
    HAS_CHECKSUM = 0x8000, HAS_ROUTING = 0x4000, HAS_KEY = 0x2000, HAS_SEQUENCE = 0x1000,
    HAS_ACKNOWLEDGEMENT = 0x0080, VERSION = 7, VERSION_PPTP = 1
};
enum { MIKROTIK_EOIP = 0x6400, ARUBA_FIRST = 0x8200, ARUBA_LAST = 0x8370, PPP_3GPP2 = 0x88d2, PPP_A10 = 0x8881 };

static void decode_erspan(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { VERSION_II = 1, VERSION_III = 2, HAS_SUBHEADER = 1, FRAME_TYPE = 0x7c00 };
    size_t header = 8;

    if (!bytes_have(bytes, 8))
        return;
    if (bytes_8(bytes, 0) >> 4 == VERSION_III) {
        if (!bytes_have(bytes, 12) || (bytes_16(bytes, 10) & FRAME_TYPE) != 0)
            return;
        header = (bytes_16(bytes, 10) & HAS_SUBHEADER) != 0 ? 20 : 12;
    } else if (bytes_8(bytes, 0) >> 4 != VERSION_II) {
        return;
    }
    decoder->tunnelled->ethernet(decoder, bytes_behind(bytes, header), layers);
}

/* Redirected by a router to a cache: with a header of four bytes from version 2 on, which does not
 * look like IPv4's. */
static void decode_wccp(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    if (bytes_have(bytes, 1))
        decoder->tunnelled->ip(decoder, bytes_behind(bytes, bytes_8(bytes, 0) >> 4 == 4 ? 0 : 4), layers);
}

void decode_gre_payload(struct decoder *decoder, uint16_t type, uint16_t flags, struct bytes bytes,
                        struct layers layers)
{
    switch (type) {
    case ETHERTYPE_IPV4: decoder->tunnelled->ip(decoder, bytes, layers); break;
    case ETHERTYPE_IPV6: decoder->tunnelled->ipv6(decoder, bytes, layers); break;
    case ETHERTYPE_BRIDGED:
    case MIKROTIK_EOIP: decoder->tunnelled->ethernet(decoder, bytes, layers); break;
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_MULTICAST: decoder->tunnelled->mpls(decoder, bytes, layers); break;
    case ETHERTYPE_PPP: decoder->tunnelled->ppp_hdlc(decoder, bytes, layers); break;
    case ETHERTYPE_ERSPAN: /* type I has no header, and no sequence number */
        if ((flags & HAS_SEQUENCE) == 0)
            decoder->tunnelled->ethernet(decoder, bytes, layers);
        else
            decode_erspan(decoder, bytes, layers);
        break;
    case ETHERTYPE_ERSPAN_3: decode_erspan(decoder, bytes, layers); break;
    case ETHERTYPE_WCCP: decode_wccp(decoder, bytes, layers); break;
    case ETHERTYPE_NSH: pass_over(decoder, "NSH"); break;
    case PPP_3GPP2:
    case PPP_A10: pass_over(decoder, "PPP of 3GPP2 in GRE"); break;
    default:
        if (type >= ARUBA_FIRST && type <= ARUBA_LAST)
            pass_over(decoder, "802.11 of Aruba in GRE");
        break;
    }
}

/* The length of the routing field (RFC 1701), or 0: it has no end in what was captured. */
static size_t routing_length(struct bytes bytes)
{
    size_t length = 0;

    while (bytes_have(bytes, length + 4)) {
        const bool is_last = bytes_16(bytes, length) == 0 && bytes_8(bytes, length + 3) == 0;

        length += 4U + bytes_8(bytes, length + 3);
        if (is_last)
            return length;
    }
    return 0;
}

void decode_gre(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    size_t header = 4;
    uint16_t flags;
    bool is_pptp;

    if (!bytes_have(bytes, header))
        return;
    flags = bytes_16(bytes, 0);
    is_pptp = (flags & VERSION) == VERSION_PPTP;
    header += (flags & (HAS_CHECKSUM | HAS_ROUTING)) != 0 ? 4 : 0;
    if ((flags & HAS_KEY) != 0) {
        if (!bytes_have(bytes, header + 4))
            return;
        /* PPTP's key is a length and the call. */
        layers.network = tl_network_within(layers.network, TL_NETWORK_GRE,
                                           is_pptp ? bytes_16(bytes, header + 2)
                                                   : bytes_32(bytes, header));
        header += 4;
    }
    header += (flags & HAS_SEQUENCE) != 0 ? 4 : 0;
    header += is_pptp && (flags & HAS_ACKNOWLEDGEMENT) != 0 ? 4 : 0;
    if ((flags & HAS_ROUTING) != 0) {
        const size_t routing = routing_length(bytes_behind(bytes, header));

        if (routing == 0)
            return;
        header += routing;
    }
    decode_gre_payload(decoder, bytes_16(bytes, 2), flags, bytes_behind(bytes, header), layers);
}
