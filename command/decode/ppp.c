/* PPP, and PPP over Ethernet.
 *
 * Read first: RFC 1661, section 2; RFC 2516, section 4.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/layers.h"

enum {
    PPP_IPV4 = 0x0021, PPP_COMPRESSED_TCP = 0x002d, PPP_UNCOMPRESSED_TCP = 0x002f, PPP_MULTILINK = 0x003d,
    PPP_IPV6 = 0x0057, PPP_ROHC_1 = 0x0003, PPP_ROHC_2 = 0x0005, PPP_BRIDGED = 0x0031, PPP_MPLS = 0x0281,
    PPP_MPLS_MULTICAST = 0x0283
};

void decode_ppp(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    uint16_t protocol;
    size_t length = 2;

    if (!bytes_have(bytes, 2) || !go_deeper(decoder, &layers))
        return;
    protocol = bytes_16(bytes, 0);
    if (bytes_8(bytes, 0) & 1) { /* only the number's last octet ends in 1: it is all there is */
        protocol = bytes_8(bytes, 0);
        length = 1;
    }
    bytes = bytes_behind(bytes, length);
    switch (protocol) {
    case PPP_IPV4:
    case ETHERTYPE_IPV4: decode_ip(decoder, bytes, layers); break;
    case PPP_IPV6:
    case ETHERTYPE_IPV6: decode_ipv6(decoder, bytes, layers); break;
    case PPP_MPLS:
    case PPP_MPLS_MULTICAST: decode_mpls(decoder, bytes, layers); break;
    case PPP_COMPRESSED_TCP:
    case PPP_UNCOMPRESSED_TCP: pass_over(decoder, "PPP with compressed TCP headers"); break;
    case PPP_MULTILINK: pass_over(decoder, "multilink PPP"); break;
    case PPP_BRIDGED: pass_over(decoder, "bridged PPP"); break;
    case PPP_ROHC_1:
    case PPP_ROHC_2: pass_over(decoder, "PPP with compressed headers (ROHC)"); break;
    default: break;
    }
}

void decode_pppoe(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { HEADER = 6 };

    if (bytes_have(bytes, HEADER))
        decode_ppp(decoder, bytes_first(bytes_behind(bytes, HEADER), bytes_16(bytes, 4)), layers);
}
