/* Ethernet and what stands between it and IP: VLANs, provider bridges, LLC.
 *
 * Read first: IEEE 802.3, 802.1Q (with 802.1ad and 802.1ah in it), 802.2; RFC 1042 (SNAP).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/layers.h"

enum { ETHERNET_HEADER = 14, VLAN_TAG = 4, SERVICE_TAG = 18 };

/* EtherTypes that carry packets which Wireshark can read, and this decoder cannot. */
static const struct {
    uint16_t type;
    const char *kind;
} not_read[] = {
    {0x22f3, "TRILL"},
    {0x8868, "LLC in jumbo frames"},
    {0x8870, "LLC in jumbo frames"},
    {0x8909, "Cisco MetaData"},
    {0x8926, "VN-Tag"},
    {0x893f, "802.1BR"},
    {0x88e5, "MACsec"},
    {0x890d, "802.11 data encapsulation"},
    {0x2452, "802.11 of Centrino"},
    {ETHERTYPE_NSH, "NSH"},
};

/* LLC: its unnumbered information (3) is all that carries IP. */
void decode_llc(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { SAP_IP = 0x06, SAP_SNAP = 0xaa, UNNUMBERED = 3, OUI_ETHERTYPE = 0, OUI_CISCO = 0xf8 };

    if (!bytes_have(bytes, 3) || bytes_8(bytes, 2) != UNNUMBERED)
        return;
    if (bytes_8(bytes, 0) == SAP_IP) {
        decode_ip(decoder, bytes_behind(bytes, 3), layers);
    } else if (bytes_8(bytes, 0) == SAP_SNAP && bytes_8(bytes, 1) == SAP_SNAP && bytes_have(bytes, 8)) {
        const uint32_t oui = bytes_24(bytes, 3);

        if (oui == OUI_ETHERTYPE || oui == OUI_CISCO)
            decode_ethertype(decoder, bytes_16(bytes, 6), bytes_behind(bytes, 8), layers);
    }
}

static void decode_type_or_length(struct decoder *decoder, uint16_t type, struct bytes bytes,
                                  struct layers layers)
{
    if (type > ETHERTYPE_LENGTH_LIMIT)
        decode_ethertype(decoder, type, bytes, layers);
    else if (type > 0)
        decode_llc(decoder, bytes_first(bytes, type), layers);
}

void decode_ethernet(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    if (bytes_have(bytes, ETHERNET_HEADER))
        decode_type_or_length(decoder, bytes_16(bytes, 12), bytes_behind(bytes, ETHERNET_HEADER),
                              layers);
}

/* Number 0 is a priority alone. */
static void enter_vlan(struct layers *layers, uint16_t number)
{
    if (number > 0)
        layers->network = tl_network_within(layers->network, TL_NETWORK_VLAN, number);
}

static void decode_vlan(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    uint16_t number;

    if (!bytes_have(bytes, VLAN_TAG))
        return;
    number = bytes_16(bytes, 0) & 0xfff;
    enter_vlan(&layers, number);
    if (layers.vlan == 0)
        layers.vlan = number;
    decode_type_or_length(decoder, bytes_16(bytes, 2), bytes_behind(bytes, VLAN_TAG), layers);
}

/* IEEE 802.1ah: a service, then the customer's whole frame. */
static void decode_backbone_bridge(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    if (bytes_have(bytes, SERVICE_TAG))
        decode_ethertype(decoder, bytes_16(bytes, SERVICE_TAG - 2), bytes_behind(bytes, SERVICE_TAG),
                         layers);
}

static void decode_provider_bridge(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    if (!bytes_have(bytes, VLAN_TAG))
        return;
    enter_vlan(&layers, bytes_16(bytes, 0) & 0xfff);
    decode_ethertype(decoder, bytes_16(bytes, 2), bytes_behind(bytes, VLAN_TAG), layers);
}

static void note_what_is_not_read(struct decoder *decoder, uint16_t type)
{
    for (size_t i = 0; i < sizeof not_read / sizeof not_read[0]; i++)
        if (not_read[i].type == type)
            pass_over(decoder, not_read[i].kind);
}

void decode_ethertype(struct decoder *decoder, uint16_t type, struct bytes bytes, struct layers layers)
{
    if (type == ETHERTYPE_IPV4) {
        decode_ipv4(decoder, bytes, layers);
        return;
    }
    if (!go_deeper(decoder, &layers))
        return;
    switch (type) {
    case ETHERTYPE_IPV6: decode_ipv6(decoder, bytes, layers); break;
    case ETHERTYPE_VLAN:
    case ETHERTYPE_OLD_VLAN: decode_vlan(decoder, bytes, layers); break;
    case ETHERTYPE_PROVIDER_BRIDGE: decode_provider_bridge(decoder, bytes, layers); break;
    case ETHERTYPE_BACKBONE_BRIDGE: decode_backbone_bridge(decoder, bytes, layers); break;
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_MULTICAST: decode_mpls(decoder, bytes, layers); break;
    case ETHERTYPE_PPPOE: decode_pppoe(decoder, bytes, layers); break;
    case ETHERTYPE_BRIDGED: decode_ethernet(decoder, bytes, layers); break;
    default: note_what_is_not_read(decoder, type); break;
    }
}
