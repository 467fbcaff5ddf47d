/* What the decoder's layers share, and how one hands on to the next.
 *
 * Each function takes the bytes from its own header on, and what the layers around it have said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_LAYERS_H
#define PCAPLIFE_LAYERS_H

#include "command/decode/bytes.h"
#include "command/decode/packet.h"
#include "tcplife/network.h"

struct decoder;

/* What the layers so far have said of what is inside them. */
struct layers {
    uint32_t network; /* network_number.h */
    uint16_t vlan;    /* the first VLAN's number, or 0: Wireshark keeps fragments apart by it */
    uint8_t depth;
    bool is_fragment; /* the first fragment of a datagram, the others of which cannot be used */
    bool is_quoted; /* by an ICMP error: not more than the header that it is about is a segment's */
    uint8_t icmp_type, icmp_code; /* with is_quoted */
    bool icmp_is_v6;
};

/* What the IP header says to what it carries. */
struct ip {
    uint8_t version;
    const uint8_t *source, *destination; /* 4 or 16 bytes */
    /* By IP's own count, header included; 0: not known, as behind IPv4's AH, where Wireshark does
     * not hand it on. */
    uint32_t length;
    uint32_t header; /* options or extension headers included; 0: not right before what it carries */
    bool has_id;
    uint16_t id;
};

/* IP protocol numbers and EtherTypes, as IANA and IEEE list them. */
enum {
    IP_HOP_BY_HOP = 0, IP_ICMP = 1, IP_IPV4 = 4, IP_TCP = 6, IP_UDP = 17, IP_IPV6 = 41, IP_ROUTING = 43,
    IP_FRAGMENT = 44, IP_GRE = 47, IP_AH = 51, IP_ICMPV6 = 58, IP_DESTINATION_OPTIONS = 60,
    IP_ETHERIP = 97, IP_IPCOMP = 108, IP_L2TPV3 = 115, IP_UDP_LITE = 136, IP_MPLS = 137,
    IP_ETHERNET = 143
};
enum {
    ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_ARP = 0x0806, ETHERTYPE_ERSPAN_3 = 0x22eb,
    ETHERTYPE_BRIDGED = 0x6558, ETHERTYPE_VLAN = 0x8100, ETHERTYPE_IPV6 = 0x86dd, ETHERTYPE_PPP = 0x880b,
    ETHERTYPE_WCCP = 0x883e, ETHERTYPE_MPLS = 0x8847, ETHERTYPE_MPLS_MULTICAST = 0x8848,
    ETHERTYPE_PPPOE = 0x8864, ETHERTYPE_PROVIDER_BRIDGE = 0x88a8, ETHERTYPE_ERSPAN = 0x88be,
    ETHERTYPE_BACKBONE_BRIDGE = 0x88e7, ETHERTYPE_NSH = 0x894f, ETHERTYPE_OLD_VLAN = 0x9100,
    ETHERTYPE_LENGTH_LIMIT = 1500 /* what is not more is a length (IEEE 802.3) */
};

/* From the outermost on: each file needs only those below it, and what a tunnel holds is called by a table (decoder.h).
 *
 * link_layers.c */
void decode_link_layer(struct decoder *decoder, enum link_layer link, const char *link_name,
                       struct bytes bytes, struct layers layers);
/* wlan.c */
void decode_80211(struct decoder *decoder, struct bytes bytes, struct layers layers);
/* The octets of the frame control field are the other way round. */
void decode_80211_swapped(struct decoder *decoder, struct bytes bytes, struct layers layers);
void decode_radiotap(struct decoder *decoder, struct bytes bytes, struct layers layers);
/* hdlc.c: PPP that may begin with HDLC's address, or be Cisco's HDLC. */
void decode_ppp_hdlc(struct decoder *decoder, struct bytes bytes, struct layers layers);
void decode_cisco_hdlc(struct decoder *decoder, struct bytes bytes, struct layers layers);
/* ethernet.c */
void decode_ethernet(struct decoder *decoder, struct bytes bytes, struct layers layers);
void decode_ethertype(struct decoder *decoder, uint16_t type, struct bytes bytes, struct layers layers);
void decode_llc(struct decoder *decoder, struct bytes bytes, struct layers layers);
/* ppp.c */
void decode_ppp(struct decoder *decoder, struct bytes bytes, struct layers layers);
void decode_pppoe(struct decoder *decoder, struct bytes bytes, struct layers layers);
/* mpls.c */
void decode_mpls(struct decoder *decoder, struct bytes bytes, struct layers layers);
/* ip.c: of both versions */
void decode_ip(struct decoder *decoder, struct bytes bytes, struct layers layers);
/* ipv4.c, ipv6.c */
void decode_ipv4(struct decoder *decoder, struct bytes bytes, struct layers layers);
void decode_ipv6(struct decoder *decoder, struct bytes bytes, struct layers layers);
/* ip_payload.c */
void decode_ip_payload(struct decoder *decoder, uint8_t protocol, struct bytes bytes,
                       struct layers layers, const struct ip *ip);
/* udp_tunnels.c */
void decode_udp(struct decoder *decoder, struct bytes bytes, struct layers layers, const struct ip *ip);
/* gre.c */
void decode_gre(struct decoder *decoder, struct bytes bytes, struct layers layers);
void decode_gre_payload(struct decoder *decoder, uint16_t type, uint16_t flags, struct bytes bytes,
                        struct layers layers);

/* ends.c: the ends of the way. */
void decode_tcp(struct decoder *decoder, struct bytes bytes, const struct layers *layers,
                const struct ip *ip);
/* The frame holds something of a kind that is not read here. `kind` lives on. */
void pass_over(struct decoder *decoder, const char *kind);
/* The same, if the snapshot length has cut off this header of so many bytes. One that an ICMP error quotes is short
 * anyway. */
void pass_over_cut_off(struct decoder *decoder, struct bytes bytes, size_t header,
                       const struct layers *layers);
/* One layer more. False: there are more of them than any network has. */
bool go_deeper(struct decoder *decoder, struct layers *layers);

/* Adds a fragment. True: it completes the datagram that `whole` then is, until decoder_forget(). */
struct fragment_place {
    uint32_t id, offset;
    bool more;
};
bool reassemble(struct decoder *decoder, const struct ip *ip, struct fragment_place place,
                struct bytes fragment, struct bytes *whole);

#endif
