/* From Wireshark's structures to the tracker's.
 *
 * The header is read from the packet itself: no field of the tree is needed, so tshark need not build
 * one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/packet.h"

#include "plugin/ip_header.h"
#include "plugin/network.h"
#include "plugin/parts.h"
#include "tcplife/tcp_header.h"

#include <epan/packet.h> /* packet-ip.h needs it */

#include <epan/dissectors/packet-ip.h>
#include <epan/ipproto.h>

#include <string.h>

static int64_t nanoseconds(const packet_info *pinfo)
{
    const int64_t limit = TL_TIME_LIMIT_NS / 1000000000 - 1;
    int64_t seconds = (int64_t)pinfo->abs_ts.secs;

    if (!(pinfo->presence_flags & PINFO_HAS_TS))
        return 0;
    /* The capture file can hold any number here. */
    seconds = CLAMP(seconds, -limit, limit);
    return seconds * 1000000000 + CLAMP(pinfo->abs_ts.nsecs, 0, 999999999);
}

/* All but the port. */
static inline void fill_address(struct tl_socket *socket, const address *from)
{
    size_t length = from->len > 0 && from->data != NULL ? (size_t)from->len : 0;

    if (length > sizeof socket->address)
        length = sizeof socket->address;
    memset(socket->address, 0, sizeof socket->address);
    if (length == 4) /* nearly always: this copy is no call */
        memcpy(socket->address, from->data, 4);
    else if (length > 0)
        memcpy(socket->address, from->data, length);
    socket->address_length = (uint8_t)length;
    socket->family = (uint8_t)from->type;
}

/* IPv4 hands its header down in the dissector's `data`; IPv6 hands down another structure, which
 * begins with another version, and everything else nothing. */
static const ws_ip4 *ip4_header(const packet_info *pinfo, void *data)
{
    return pinfo->src.type == AT_IPv4 ? WS_IP4_PTR(data) : NULL;
}

static void fill_ip_id(struct tl_segment *segment, const ws_ip4 *header)
{
    segment->has_ip_id = header != NULL && header->ip_proto == IP_PROTO_TCP;
    segment->ip_id = segment->has_ip_id ? header->ip_id : 0;
}

static bool checksum_is_possible(const struct captured_packet *packet)
{
    const packet_info *pinfo = packet->pinfo;
    const int type = pinfo->src.type;

    return (type == AT_IPv4 || type == AT_IPv6) && pinfo->dst.type == type &&
           !pinfo->fragmented && packet->captured >= packet->on_the_wire;
}

/* struct tl_segment's checksum. */
static enum tl_checksum checksum(const struct tl_segment *segment)
{
    const struct captured_packet *packet = segment->caller;
    const unsigned length = tvb_reported_length(packet->tvb);

    return checksum_is_possible(packet)
               ? tl_tcp_header_checksum(tvb_get_ptr(packet->tvb, 0, (int)length), length, segment)
               : TL_CHECKSUM_UNKNOWN;
}

/* By IP's own count, header included; 0: it is not known. IPv6 does not count its header. */
static uint32_t ip_length(const packet_info *pinfo, void *data)
{
    enum { IPV6_HEADER = 40 };
    const ws_ip4 *ip4 = ip4_header(pinfo, data);
    const ws_ip6 *ip6 = pinfo->src.type == AT_IPv6 ? WS_IP6_PTR(data) : NULL;

    return ip4 != NULL ? ip4->ip_len : ip6 != NULL ? ip6->ip6_len + IPV6_HEADER : 0;
}

/* Length of header and payload. Some capture files claim that less was on the wire than IP sent, be it
 * no more than was captured; IP knows better. Its header is looked for only then, since it may have
 * options: where it cannot be found (put together from fragments), the capture file is believed. */
static size_t length_on_the_wire(const packet_info *pinfo, void *data, tvbuff_t *tvb)
{
    enum { SHORTEST_IP_HEADER = 20 };
    const size_t reported = tvb_reported_length(tvb);
    const uint32_t of_ip = ip_length(pinfo, data);
    size_t header;

    if (of_ip <= SHORTEST_IP_HEADER + reported || pinfo->fragmented)
        return reported;
    header = ip_header_length(tvb, pinfo);
    return header > 0 && of_ip > header + reported ? of_ip - header : reported;
}

static bool read_header(struct captured_packet *packet)
{
    size_t captured = packet->captured;
    const uint8_t *header;

    if (captured > TL_TCP_HEADER_MAXIMUM)
        captured = TL_TCP_HEADER_MAXIMUM;
    if (captured < TL_TCP_HEADER_QUOTED) /* for both: and tvb_get_ptr() throws where nothing is */
        return false;
    header = tvb_get_ptr(packet->tvb, 0, (int)captured);
    if (packet->quoted)
        return tl_tcp_header_read_quoted(header, captured, &packet->segment) &&
               icmp_error_find(&packet->icmp, packet->tvb, packet->pinfo);
    return tl_tcp_header_read(header, captured, packet->on_the_wire, &packet->segment);
}

bool captured_packet_read(struct captured_packet *packet, tvbuff_t *tvb, packet_info *pinfo,
                          void *data)
{
    struct tl_segment *segment = &packet->segment;
    const ws_ip4 *header = ip4_header(pinfo, data);

    packet->pinfo = pinfo;
    packet->tvb = tvb;
    packet->ip_header = data;
    packet->captured = tvb_captured_length(tvb);
    packet->on_the_wire = length_on_the_wire(pinfo, data, tvb);
    packet->quoted = pinfo->flags.in_error_pkt;
    packet->first_time = !PINFO_FD_VISITED(pinfo);
    if (packet->quoted) /* then little of it is known */
        memset(segment, 0, sizeof *segment);
    if (!read_header(packet))
        return false;

    segment->frame = pinfo->num;
    segment->time_ns = nanoseconds(pinfo);
    fill_address(&segment->source, &pinfo->src);
    fill_address(&segment->destination, &pinfo->dst);
    fill_ip_id(segment, header);
    segment->network = packet->quoted ? 0 : tcplife_network(tvb, pinfo);
    packet->place = 0;
    segment->part = packet->quoted ? 0 : tcplife_part(pinfo, segment, &packet->place);
    segment->is_fragment = pinfo->fragmented && !packet->quoted;
    segment->checksum = checksum;
    segment->caller = packet;
    return true;
}

struct tl_zeek_packet captured_packet_for_zeek(const struct captured_packet *packet)
{
    enum { IPV4_HEADER = 20, IPV6_HEADER = 40 };
    const uint32_t of_ip = ip_length(packet->pinfo, packet->ip_header);

    return (struct tl_zeek_packet){
        .segment = &packet->segment,
        .ip_length = of_ip > 0 ? of_ip
                               : (uint32_t)packet->on_the_wire +
                                     (packet->pinfo->src.type == AT_IPv6 ? IPV6_HEADER : IPV4_HEADER),
        .is_whole = packet->captured >= packet->on_the_wire,
    };
}
