/* The hook: a thin dissector in front of Wireshark's "tcp" (docs/architecture.md, section 2).
 *
 * It sees every TCP header that IP carries, feeds it to the tracker the first
 * time round, and hands the answer to fields, experts, columns and taps. It
 * reads the header from the packet itself: no field of the tree is needed, so
 * tshark need not build one. It must not know how states change.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "hook.h"

#include "ws_compat.h"

#include "experts.h"
#include "fields.h"
#include "icmp_error.h"
#include "info_column.h"
#include "protocol.h"
#include "session.h"
#include "tcp_header.h"
#include "zeek_session.h"

#include <epan/conversation.h>
#include <epan/conversation_filter.h>
#include <epan/dissectors/packet-ip.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/exceptions.h>
#include <epan/in_cksum.h>
#include <epan/ipproto.h>
#include <epan/packet.h>
#include <epan/proto_data.h>
#include <epan/tap.h>

#include <string.h>

static int proto_tcp = -1;
static int proto_hook = -1;
static int tcplife_tap = -1;
static dissector_handle_t tcp_handle;
static dissector_handle_t hook_handle;

/* A packet as IP handed it over. Kept aside, since the dissectors behind TCP may carry packets
 * themselves and then change Wireshark's idea of the addresses. */
struct captured_packet {
    packet_info *pinfo;
    tvbuff_t *tvb;
    address source, destination;
    bool quoted; /* inside an ICMP error */
    void *ip_header; /* Wireshark's, or NULL */
    size_t on_the_wire; /* bytes of TCP header and payload */
    struct icmp_error icmp; /* with `quoted` */
    struct tl_segment segment;
};

/* ---- from Wireshark's structures to the tracker's ------------------------------------------ */

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

static void fill_address(struct tl_socket *socket, const address *from)
{
    size_t length = from->len > 0 && from->data != NULL ? (size_t)from->len : 0;

    memset(socket->address, 0, sizeof socket->address);
    length = MIN(length, sizeof socket->address);
    /* cppcheck-suppress knownConditionTrueFalse ; it does not know that MIN() is a macro */
    if (length > 0)
        memcpy(socket->address, from->data, length);
    socket->address_length = (uint8_t)length;
    socket->family = (uint8_t)from->type;
}

/* IPv4 hands its header down in the dissector's `data`; IPv6 hands down another structure, which
 * begins with another version, and everything else nothing. */
static void fill_ip_id(struct tl_segment *segment, const address *source, void *data)
{
    const ws_ip4 *header = source->type == AT_IPv4 ? WS_IP4_PTR(data) : NULL;

    if (header == NULL || header->ip_proto != IP_PROTO_TCP)
        return;
    segment->has_ip_id = true;
    segment->ip_id = header->ip_id;
}

/* struct tl_segment's checksum: RFC 9293, section 3.1. */
static enum tl_checksum checksum(const struct tl_segment *segment)
{
    const struct captured_packet *packet = segment->caller;
    unsigned length = tvb_reported_length(packet->tvb);
    uint32_t length_and_protocol[2] = {g_htonl(length), g_htonl(IP_PROTO_TCP)};
    vec_t parts[4];

    SET_CKSUM_VEC_PTR(parts[0], segment->source.address, segment->source.address_length);
    SET_CKSUM_VEC_PTR(parts[1], segment->destination.address,
                      segment->destination.address_length);
    SET_CKSUM_VEC_PTR(parts[2], (const uint8_t *)length_and_protocol, sizeof length_and_protocol);
    SET_CKSUM_VEC_TVB(parts[3], packet->tvb, 0, (int)length);
    return in_cksum(parts, 4) == 0 ? TL_CHECKSUM_GOOD : TL_CHECKSUM_BAD;
}

static bool checksum_is_possible(const struct captured_packet *packet, size_t on_the_wire)
{
    const int type = packet->source.type;

    return (type == AT_IPv4 || type == AT_IPv6) && packet->destination.type == type &&
           !packet->pinfo->fragmented &&
           tvb_captured_length(packet->tvb) >= on_the_wire;
}

/* Length of header and payload. Some capture files claim that no more was on the wire than was
 * captured; then IPv4's header knows better. */
static size_t length_on_the_wire(tvbuff_t *tvb, const packet_info *pinfo, const address *source,
                                 void *data)
{
    enum { IP_HEADER = 20, FRAGMENT = 0x3fff };
    const ws_ip4 *header = source->type == AT_IPv4 ? WS_IP4_PTR(data) : NULL;
    size_t length = tvb_reported_length(tvb);

    if (header != NULL && !pinfo->fragmented && !(header->ip_off & FRAGMENT) &&
        header->ip_len > IP_HEADER && header->ip_len - IP_HEADER > length &&
        tvb_captured_length(tvb) == length)
        return header->ip_len - IP_HEADER;
    return length;
}

/* False: this is nothing for the tracker. */
static bool read_packet(struct captured_packet *packet, tvbuff_t *tvb, packet_info *pinfo,
                        void *data)
{
    uint8_t header[TCP_HEADER_MAXIMUM];
    size_t captured = MIN(tvb_captured_length(tvb), sizeof header);
    size_t on_the_wire = length_on_the_wire(tvb, pinfo, &pinfo->src, data);
    struct tl_segment *segment = &packet->segment;

    memset(packet, 0, sizeof *packet);
    packet->pinfo = pinfo;
    packet->tvb = tvb;
    packet->quoted = pinfo->flags.in_error_pkt;
    packet->ip_header = data;
    packet->on_the_wire = on_the_wire;
    copy_address_shallow(&packet->source, &pinfo->src);
    copy_address_shallow(&packet->destination, &pinfo->dst);

    tvb_memcpy(tvb, header, 0, captured);
    if (packet->quoted) {
        if (!tcp_header_read_quoted(header, captured, segment) ||
            !icmp_error_find(&packet->icmp, tvb, pinfo))
            return false;
    } else if (!tcp_header_read(header, captured, on_the_wire, segment)) {
        return false;
    }

    segment->frame = pinfo->num;
    segment->time_ns = nanoseconds(pinfo);
    fill_address(&segment->source, &packet->source);
    fill_address(&segment->destination, &packet->destination);
    fill_ip_id(segment, &packet->source, data);
    if (checksum_is_possible(packet, on_the_wire)) {
        segment->checksum = checksum;
        segment->caller = packet;
    }
    return true;
}

/* ---- asking the tracker -------------------------------------------------------------------- */

/* Wireshark's own number of the conversation, now that "tcp" has seen the connection's first
 * segment. */
static void remember_tcp_stream(const struct tl_connection *connection,
                                const struct captured_packet *packet)
{
    const struct tl_segment *segment = &packet->segment;
    const conversation_t *conversation =
        find_conversation(segment->frame, &packet->source, &packet->destination,
                          CONVERSATION_TCP, segment->source.port, segment->destination.port, 0);
    const struct tcp_analysis *analysis =
        conversation == NULL ? NULL : conversation_get_proto_data(conversation, proto_tcp);

    if (analysis != NULL)
        tcplife_set_tcp_stream(connection, analysis->stream);
}

/* By the IP header's own count, where Wireshark tells it. */
static uint32_t ip_length(const struct captured_packet *packet)
{
    enum { IPV4_HEADER = 20, IPV6_HEADER = 40 };
    const ws_ip4 *ip4 = packet->source.type == AT_IPv4 ? WS_IP4_PTR(packet->ip_header) : NULL;
    const ws_ip6 *ip6 = packet->source.type == AT_IPv6 ? WS_IP6_PTR(packet->ip_header) : NULL;

    if (ip4 != NULL)
        return ip4->ip_len;
    if (ip6 != NULL)
        return ip6->ip6_len + IPV6_HEADER;
    return (uint32_t)packet->on_the_wire +
           (packet->source.type == AT_IPv6 ? IPV6_HEADER : IPV4_HEADER);
}

static void learn_for_zeek(const struct captured_packet *packet,
                           const struct tl_connection *connection, enum tl_role sender)
{
    const struct tl_zeek_packet zeek_packet = {
        .segment = &packet->segment,
        .ip_length = ip_length(packet),
        .is_whole = tvb_captured_length(packet->tvb) >= packet->on_the_wire,
    };

    tcplife_zeek_learn(connection, sender, &zeek_packet);
}

static const struct tl_connection *learn(const struct captured_packet *packet,
                                         enum tl_role *sender)
{
    const struct tl_segment *segment = &packet->segment;
    struct tl_tracker *tracker = tcplife_tracker();
    const struct tl_connection *connection;
    uint32_t known = tl_tracker_connection_count(tracker);

    if (packet->quoted)
        return tl_tracker_icmp_error(tracker, segment->frame, segment->time_ns, &segment->source,
                                     &segment->destination, segment->seq, packet->icmp.type,
                                     packet->icmp.code);

    connection = tl_tracker_segment(tracker, segment, sender);
    if (connection != NULL && connection->number >= known)
        remember_tcp_stream(connection, packet);
    if (connection != NULL && tcplife_zeek_is_wanted())
        learn_for_zeek(packet, connection, *sender);
    return connection;
}

/* Will anybody look at this packet? */
static bool is_wanted(const proto_tree *tree)
{
    return tree != NULL || tcplife_info_column_is_on() || tcplife_experts_are_collected() ||
           have_tap_listener(tcplife_tap);
}

/* False: there is nothing to show. */
static bool look_up(struct tcplife_packet *result, const struct captured_packet *packet,
                    proto_tree *tree)
{
    const struct tl_segment *segment = &packet->segment;
    struct tl_tracker *tracker = tcplife_tracker();
    const bool wanted = is_wanted(tree);

    memset(result, 0, sizeof *result);
    result->segment = segment;
    result->quoted = packet->quoted;
    result->first_time = !PINFO_FD_VISITED(packet->pinfo);

    /* A packet is learnt from once, the first time that it is dissected; Wireshark dissects it
     * again whenever it shows it. */
    if (result->first_time)
        result->connection = learn(packet, &result->sender);
    else if (wanted)
        result->connection = tl_tracker_find(tracker, segment->frame, &segment->source,
                                             &segment->destination, &result->sender);
    if (result->connection == NULL)
        return false;

    result->change_count =
        tl_change_log_at(&result->connection->log, segment->frame, &result->changes);
    /* Experts count even where nobody looks: Wireshark keeps the worst severity of the file. */
    if (!wanted && result->change_count == 0)
        return false;
    result->states = tl_change_log_states(&result->connection->log, segment->frame);
    /* An ICMP error that changed nothing was none of the connection's business. */
    return !result->quoted || result->change_count > 0;
}

/* ---- the dissector ------------------------------------------------------------------------- */

/* The taps, and the conversation filter, run when the whole packet has been dissected. */
static struct tcplife_packet *keep(packet_info *pinfo, const struct tcplife_packet *result)
{
    struct tcplife_packet *kept = wmem_new(pinfo->pool, struct tcplife_packet);
    struct tl_segment *segment = wmem_new(pinfo->pool, struct tl_segment);

    *segment = *result->segment;
    segment->checksum = NULL;
    segment->caller = NULL;
    *kept = *result;
    kept->segment = segment;
    return kept;
}

static void show(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb,
                 const struct tcplife_packet *result)
{
    proto_item *item = tcplife_add_fields(proto_tree_get_root(tree), tvb, pinfo, result);

    tcplife_add_experts(pinfo, item, result);
    tcplife_add_to_info_column(pinfo, result);
    if (tree != NULL || have_tap_listener(tcplife_tap)) {
        struct tcplife_packet *kept = keep(pinfo, result);

        p_add_proto_data(pinfo->pool, pinfo, proto_tcplife, 0, kept);
        tap_queue_packet(tcplife_tap, pinfo, kept);
    }
}

static void process(const struct captured_packet *packet, proto_tree *tree)
{
    packet_info *pinfo = packet->pinfo;
    const char *current_proto = pinfo->current_proto;
    const bool in_error_pkt = pinfo->flags.in_error_pkt;
    struct tcplife_packet result;

    if (!look_up(&result, packet, tree))
        return;

    /* Expert Information names the current protocol; a hook in name only is none. Afterwards it
     * must be the old one again, to which an exception on its way may belong. */
    pinfo->current_proto = proto_get_protocol_short_name(find_protocol_by_id(proto_tcplife));
    /* Taps, Expert Information among them, pass over what is quoted in an error. But what is
     * shown here is no quotation: it is what the error means for the connection. */
    pinfo->flags.in_error_pkt = false;
    show(pinfo, tree, packet->tvb, &result);
    pinfo->flags.in_error_pkt = in_error_pkt;
    pinfo->current_proto = current_proto;
}

static int call_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data,
                    const struct captured_packet *packet)
{
    volatile int length = 0;

    TRY
    {
        length = call_dissector_only(tcp_handle, tvb, pinfo, tree, data);
    }
    FINALLY
    {
        /* Whatever the dissectors behind TCP threw (they throw on every truncated packet), the
         * segment was there. The exception goes on its way afterwards. */
        process(packet, tree);
    }
    ENDTRY;

    return length;
}

static int dissect_hook(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    struct captured_packet packet;

    if (!proto_is_protocol_enabled(find_protocol_by_id(proto_tcplife)) ||
        tcplife_tracker() == NULL || !read_packet(&packet, tvb, pinfo, data))
        return call_dissector_only(tcp_handle, tvb, pinfo, tree, data);
    return call_tcp(tvb, pinfo, tree, data, &packet);
}

/* ---- Analyze > Conversation Filter --------------------------------------------------------- */

static ws_boolean has_connection(WS_CONVERSATION_FILTER_PARAMETERS)
{
    return p_get_proto_data(pinfo->pool, pinfo, proto_tcplife, 0) != NULL;
}

static char *connection_filter(WS_CONVERSATION_FILTER_PARAMETERS)
{
    const struct tcplife_packet *packet = p_get_proto_data(pinfo->pool, pinfo, proto_tcplife, 0);

    return packet == NULL ? NULL
                          : g_strdup_printf("tcplife.connection == %u",
                                            packet->connection->number);
}

void tcplife_register_hook(void)
{
    proto_tcp = proto_get_id_by_filter_name("tcp");
    /* In name only: adds no layer to frame.protocols, and is enabled exactly when TCP is. */
    proto_hook = proto_register_protocol_in_name_only("TCP, watched by TCP Lifecycle",
                                                      "TCP (TCP Lifecycle)", "tcplife.hook",
                                                      proto_tcp, FT_PROTOCOL);
    tcplife_tap = register_tap(TCPLIFE_TAP);
    ws_register_conversation_filter("tcplife", "TCP Lifecycle", has_connection,
                                    connection_filter);
}

void tcplife_hand_off_hook(void)
{
    tcp_handle = find_dissector("tcp");
    hook_handle = create_dissector_handle(dissect_hook, proto_hook);
    dissector_add_uint("ip.proto", IP_PROTO_TCP, hook_handle);
}
