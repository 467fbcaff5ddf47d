/* In which network a packet's addresses are: what the layers around IP say.
 *
 * Wireshark names the layers that it has dissected, but not what they said, unless there is a tree. So
 * this walks along their names and the packet's bytes together, from the frame's beginning to the TCP
 * header. Where it meets a layer that it does not know, it goes no further: the network is then what
 * it has seen. Nearly all packets have no such layers, and are not looked at.
 *
 * Read first: IEEE 802.1Q; RFC 3032 (MPLS); RFC 7348 (VXLAN); RFC 8926 (GENEVE); RFC 2890 (GRE's key);
 * 3GPP TS 29.281 (GTP-U).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/network.h"

#include "tcplife/network.h"

#include <epan/packet.h>

#include <stdbool.h>

/* The layers that are known: Wireshark's names. */
#define LAYERS(L)                                                                                  \
    L(FRAME, "frame") L(ETHERNET, "eth") L(ETHERTYPE, "ethertype") L(SLL, "sll") L(RAW, "raw")     \
    L(NULL_LOOPBACK, "null") L(VLAN, "vlan") L(IEEE8021AD, "ieee8021ad") L(MPLS, "mpls")           \
    L(PPPOE, "pppoes") L(PPP, "ppp") L(IPV4, "ip") L(IPV6, "ipv6") L(HOP_BY_HOP, "ipv6.hopopts")   \
    L(ROUTING, "ipv6.routing") L(OPTIONS, "ipv6.dstopts") L(UDP, "udp") L(VXLAN, "vxlan")          \
    L(GENEVE, "geneve") L(GRE, "gre") L(GTP, "gtp")

enum layer {
#define L(identifier, name) LAYER_##identifier,
    LAYERS(L)
#undef L
    LAYER_COUNT
};

static int protocols[LAYER_COUNT];

void tcplife_hand_off_network(void)
{
    static const char *const names[] = {
#define L(identifier, name) name,
        LAYERS(L)
#undef L
    };

    for (int i = 0; i < LAYER_COUNT; i++)
        protocols[i] = proto_get_id_by_filter_name(names[i]);
}

static enum layer layer_of(int protocol)
{
    int i = 0;

    while (i < LAYER_COUNT && protocols[i] != protocol)
        i++;
    return (enum layer)i;
}

static enum layer layer_at(const wmem_list_frame_t *one)
{
    return layer_of(GPOINTER_TO_INT(wmem_list_frame_data(one)));
}

/* The packet's bytes before the TCP header. */
struct walk {
    const uint8_t *bytes;
    size_t length, at;
    uint32_t network;
};

static uint32_t peek(const struct walk *walk, size_t at, unsigned size)
{
    uint32_t value = 0;

    for (; size > 0; size--, at++)
        value = value << 8 | (walk->at + at < walk->length ? walk->bytes[walk->at + at] : 0U);
    return value;
}

static void enter(struct walk *walk, enum tl_network_kind kind, uint32_t number)
{
    walk->network = tl_network_within(walk->network, kind, number);
}

static void pass_vlan(struct walk *walk)
{
    /* Number 0 is a priority alone. */
    const uint32_t number = peek(walk, 0, 2) & 0xfff;

    if (number > 0)
        enter(walk, TL_NETWORK_VLAN, number);
    walk->at += 4;
}

/* IEEE 802.1ad: Wireshark has one layer for two such tags; an inner one of 802.1Q is a layer of its own. */
static void pass_provider_bridge(struct walk *walk)
{
    enum { INNER_TAG = 0x88a8 };
    const bool has_inner = peek(walk, 2, 2) == INNER_TAG;

    pass_vlan(walk);
    if (has_inner)
        pass_vlan(walk);
}

static void pass_labels(struct walk *walk)
{
    bool is_last = false;

    while (!is_last && walk->at < walk->length) {
        const uint32_t entry = peek(walk, 0, 4);

        enter(walk, TL_NETWORK_MPLS, entry >> 12);
        is_last = (entry >> 8 & 1) != 0;
        walk->at += 4;
    }
}

static bool pass_ipv4(struct walk *walk)
{
    const bool is_fragment = (peek(walk, 6, 2) & 0x3fff) != 0;

    walk->at += (size_t)(peek(walk, 0, 1) & 15) * 4;
    return !is_fragment;
}

/* With its extension headers; a fragment's next one is not in this packet. */
static bool pass_ipv6(struct walk *walk)
{
    enum { HOP_BY_HOP = 0, ROUTING = 43, OPTIONS = 60, FRAGMENT = 44 };
    uint32_t next = peek(walk, 6, 1);

    walk->at += 40;
    while ((next == HOP_BY_HOP || next == ROUTING || next == OPTIONS) && walk->at < walk->length) {
        next = peek(walk, 0, 1);
        walk->at += (size_t)(peek(walk, 1, 1) + 1) * 8;
    }
    return next != FRAGMENT;
}

static void pass_gre(struct walk *walk)
{
    enum { CHECKSUM = 0x8000, KEY = 0x2000, SEQUENCE = 0x1000, VERSION = 7, PPTP = 1,
           ACKNOWLEDGEMENT = 0x80 };
    const uint32_t flags = peek(walk, 0, 2);

    walk->at += (flags & CHECKSUM) != 0 ? 8 : 4;
    if ((flags & KEY) != 0) {
        /* PPTP's key is a length and the call (RFC 2637). */
        enter(walk, TL_NETWORK_GRE,
              (flags & VERSION) == PPTP ? peek(walk, 2, 2) : peek(walk, 0, 4));
        walk->at += 4;
    }
    walk->at += (flags & SEQUENCE) != 0 ? 4 : 0;
    walk->at += (flags & VERSION) == PPTP && (flags & ACKNOWLEDGEMENT) != 0 ? 4 : 0;
}

static void pass_gtp(struct walk *walk)
{
    enum { VERSION_1 = 0x20, VERSION = 0xe0, OPTIONAL = 0x07, EXTENSION = 0x04 };
    const uint32_t flags = peek(walk, 0, 1);
    uint32_t next;

    if ((flags & VERSION) != VERSION_1) {
        walk->at = walk->length;
        return;
    }
    enter(walk, TL_NETWORK_GTP, peek(walk, 4, 4));
    next = (flags & EXTENSION) != 0 ? peek(walk, 11, 1) : 0;
    walk->at += (flags & OPTIONAL) != 0 ? 12 : 8;
    while (next != 0 && walk->at < walk->length) {
        const size_t length = (size_t)peek(walk, 0, 1) * 4;

        if (length == 0)
            return;
        next = peek(walk, length - 1, 1);
        walk->at += length;
    }
}

/* False: from here on, the packet's bytes and the names of the layers cannot be brought together. */
static bool pass(struct walk *walk, enum layer layer)
{
    switch (layer) {
    case LAYER_FRAME:
    case LAYER_ETHERTYPE:
    case LAYER_RAW:
    case LAYER_HOP_BY_HOP:
    case LAYER_ROUTING:
    case LAYER_OPTIONS: /* nothing of their own, or passed with IPv6 */ return true;
    case LAYER_ETHERNET: walk->at += 14; return true;
    case LAYER_SLL: /* version 2 begins with the type of what follows, which version 1 ends with */
        walk->at += peek(walk, 0, 2) >= 0x600 ? 20 : 16;
        return true;
    case LAYER_NULL_LOOPBACK: walk->at += 4; return true;
    case LAYER_VLAN: pass_vlan(walk); return true;
    case LAYER_IEEE8021AD: pass_provider_bridge(walk); return true;
    case LAYER_MPLS: pass_labels(walk); return true;
    case LAYER_PPPOE: walk->at += 6; return true;
    case LAYER_PPP: walk->at += 2; return true;
    case LAYER_IPV4: return pass_ipv4(walk);
    case LAYER_IPV6: return pass_ipv6(walk);
    case LAYER_UDP: walk->at += 8; return true;
    case LAYER_VXLAN:
        enter(walk, TL_NETWORK_VXLAN, peek(walk, 4, 3));
        walk->at += 8;
        return true;
    case LAYER_GENEVE:
        enter(walk, TL_NETWORK_GENEVE, peek(walk, 4, 3));
        walk->at += 8 + (size_t)(peek(walk, 0, 1) & 0x3f) * 4;
        return true;
    case LAYER_GRE: pass_gre(walk); return true;
    case LAYER_GTP: pass_gtp(walk); return true;
    default: return false;
    }
}

/* Wireshark from 4.4 on does not name the IP header that follows MPLS. */
static bool pass_unnamed_ip(struct walk *walk, const wmem_list_frame_t *after)
{
    const enum layer next = after != NULL ? layer_at(after) : LAYER_COUNT;

    if (next != LAYER_UDP && next != LAYER_GRE && next != LAYER_HOP_BY_HOP &&
        next != LAYER_ROUTING && next != LAYER_OPTIONS)
        return true;
    return peek(walk, 0, 1) >> 4 == 6 ? pass_ipv6(walk) : pass_ipv4(walk);
}

/* frame:eth:ethertype:ip, as nearly all packets have; everything that makes a network is one more, or
 * stands in IP's place (see pass_unnamed_ip). */
static bool is_plain(const packet_info *pinfo)
{
    enum { PLAIN_LAYERS = 4 };

    return pinfo->curr_layer_num < PLAIN_LAYERS ||
           (pinfo->curr_layer_num == PLAIN_LAYERS &&
            GPOINTER_TO_INT(wmem_list_frame_data(wmem_list_tail(pinfo->layers))) !=
                protocols[LAYER_MPLS]);
}

uint32_t tcplife_network(tvbuff_t *tvb, const packet_info *pinfo)
{
    struct walk walk = {0};
    tvbuff_t *whole;

    if (is_plain(pinfo))
        return 0;
    whole = tvb_get_ds_tvb(tvb);
    /* Put together from fragments, decrypted or decompressed: other bytes than the frame's. */
    if (whole == NULL || tvb_captured_length(whole) != pinfo->fd->cap_len)
        return pinfo->vlan_id > 0 ? tl_network_within(0, TL_NETWORK_VLAN, pinfo->vlan_id) : 0;
    walk.length = (size_t)tvb_raw_offset(tvb);
    walk.bytes = tvb_get_ptr(whole, 0, (int)walk.length);
    for (wmem_list_frame_t *one = wmem_list_head(pinfo->layers);
         one != NULL && walk.at < walk.length; one = wmem_list_frame_next(one)) {
        const enum layer layer = layer_at(one);

        if (!pass(&walk, layer) ||
            (layer == LAYER_MPLS && !pass_unnamed_ip(&walk, wmem_list_frame_next(one))))
            break;
    }
    return walk.network;
}
