/* MPLS: labels, and what may be behind the last of them, which no label says.
 *
 * Read first: RFC 3032; RFC 4385 and 4448 (Ethernet over MPLS); RFC 5586 (label 13).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/decoder.h"

enum { LABEL = 4, LABEL_OF_MANAGEMENT = 13, CONTROL_WORD = 4, ETHERNET_HEADER = 14 };

/* Does an Ethernet frame that carries something known begin here? */
static bool looks_like_ethernet(struct bytes bytes)
{
    enum { LLC = 3, SNAP = 0xaaaa03, IP = 0x060603 };

    if (!bytes_have(bytes, ETHERNET_HEADER))
        return false;
    switch (bytes_16(bytes, 12)) {
    case ETHERTYPE_IPV4:
    case ETHERTYPE_ARP:
    case ETHERTYPE_IPV6:
    case ETHERTYPE_VLAN:
    case ETHERTYPE_OLD_VLAN:
    case ETHERTYPE_PROVIDER_BRIDGE:
    case ETHERTYPE_BACKBONE_BRIDGE:
    case ETHERTYPE_MPLS:
    case ETHERTYPE_PPPOE: return true;
    default:
        return bytes_16(bytes, 12) <= ETHERTYPE_LENGTH_LIMIT && bytes_have(bytes, ETHERNET_HEADER + LLC) &&
               (bytes_24(bytes, ETHERNET_HEADER) == SNAP || bytes_24(bytes, ETHERNET_HEADER) == IP);
    }
}

/* A frame whose first octet is 0, or a control word (it begins with four bits of 0) and a frame: the
 * EtherType tells, which is in one place or the other. */
static void decode_pseudowire(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    const struct bytes behind_word = bytes_behind(bytes, CONTROL_WORD);
    const bool is_plain = looks_like_ethernet(bytes), has_word = looks_like_ethernet(behind_word);

    if (is_plain && has_word)
        pass_over(decoder, "Ethernet over MPLS that may have a control word or not");
    else if (is_plain || has_word)
        decoder->tunnelled->ethernet(decoder, has_word ? behind_word : bytes, layers);
}

void decode_mpls(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    bool is_last = false;

    if (!go_deeper(decoder, &layers))
        return;
    while (!is_last) {
        if (!bytes_have(bytes, LABEL))
            return;
        is_last = (bytes_8(bytes, 2) & 1) != 0;
        layers.network = tl_network_within(layers.network, TL_NETWORK_MPLS, bytes_32(bytes, 0) >> 12);
        if (is_last && bytes_32(bytes, 0) >> 12 == LABEL_OF_MANAGEMENT)
            return;
        bytes = bytes_behind(bytes, LABEL);
    }
    if (!bytes_have(bytes, 1))
        return;
    switch (bytes_8(bytes, 0) >> 4) {
    case 0: decode_pseudowire(decoder, bytes, layers); break;
    case 4:
    case 6: decode_ip(decoder, bytes, layers); break;
    default: break; /* 1: a pseudowire's management */
    }
}
