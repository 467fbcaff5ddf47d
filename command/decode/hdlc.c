/* PPP on lines that speak HDLC, and its cousin from Cisco.
 *
 * Read first: RFC 1662, section 3; RFC 1547, section 4.3.1 (Cisco's).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/layers.h"

void decode_cisco_hdlc(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    uint16_t type;

    if (!bytes_have(bytes, 4))
        return;
    type = bytes_16(bytes, 2);
    bytes = bytes_behind(bytes, 4);
    if (type == ETHERTYPE_IPV4)
        decode_ip(decoder, bytes, layers);
    else if (type == ETHERTYPE_IPV6 || type == ETHERTYPE_MPLS || type == ETHERTYPE_MPLS_MULTICAST ||
             type == ETHERTYPE_BRIDGED)
        decode_ethertype(decoder, type, bytes, layers);
}

void decode_ppp_hdlc(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { ALL_STATIONS = 0xff, CISCO_UNICAST = 0x0f, CISCO_MULTICAST = 0x8f };

    if (!bytes_have(bytes, 1))
        return;
    switch (bytes_8(bytes, 0)) {
    case CISCO_UNICAST:
    case CISCO_MULTICAST: decode_cisco_hdlc(decoder, bytes, layers); break;
    case ALL_STATIONS: decode_ppp(decoder, bytes_behind(bytes, 2), layers); break;
    default: decode_ppp(decoder, bytes, layers); break;
    }
}
