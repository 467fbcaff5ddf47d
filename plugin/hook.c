/* The hook: a thin dissector in front of Wireshark's "tcp" (docs/architecture.md, "The hook").
 *
 * It sees every TCP header that IP carries, feeds it to the tracker the first
 * time round, calls "tcp", and hands the answer to fields, experts, columns and
 * taps. It reads the header from the packet itself: no field of the tree is
 * needed, so tshark need not build one. It must not know how states change.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/hook.h"

#include "plugin/ws_compat.h"

#include "plugin/show/experts.h"
#include "plugin/show/fields.h"
#include "plugin/icmp_error.h"
#include "plugin/show/info_column.h"
#include "plugin/ip_header.h"
#include "plugin/network.h"
#include "plugin/protocol.h"
#include "plugin/session.h"
#include "plugin/tcp_header.h"
#include "plugin/zeek_session.h"

#include <epan/conversation_filter.h>
#include <epan/dissectors/packet-ip.h>
#include <epan/exceptions.h>
#include <epan/ipproto.h>
#include <epan/packet.h>
#include <epan/proto_data.h>
#include <epan/tap.h>

#include <string.h>

static int proto_hook = -1;
static int tcplife_tap = -1;
static protocol_t *protocol; /* TCP Lifecycle's */
static bool is_enabled; /* that protocol, in this reading: whenever somebody changes it, Wireshark
                           reads the file anew */
static dissector_handle_t tcp_handle;
static dissector_handle_t hook_handle;

/* A packet as IP handed it over. What comes from `pinfo` is right until "tcp" is called: the
 * dissectors behind it may carry packets themselves and then change the addresses. */
struct captured_packet {
    packet_info *pinfo;
    tvbuff_t *tvb;
    void *ip_header; /* Wireshark's, or NULL */
    size_t captured, on_the_wire; /* bytes of TCP header and payload */
    struct icmp_error icmp; /* with `quoted` */
    bool quoted; /* inside an ICMP error */
    bool first_time; /* … that this frame is dissected */
    struct tl_segment segment;
};

/* ---- several segments in one frame --------------------------------------------------------- */

/* 802.11 A-MSDU, TCP within TCP, several PDUs of a tunnel: the segments of a frame between the same
 * sockets are told apart by their order. */
struct parts {
    uint32_t frame;
    int64_t file_offset;
    unsigned count;
    unsigned capacity;
    uint64_t *sockets; /* hashes: which sockets the frame's segments so far were between */
    struct tl_socket first[2]; /* the first one's, with count 1: most frames have no other */
};

/* Of the frame that is read for the first time. `tshark -2 -R` gives one number to several: where they
 * stand in the file tells them apart. */
static struct parts first_parts;
/* Some frame had several: only then, those of frames that are read again are counted. */
static bool some_have_parts;

static uint64_t hash_sockets(const struct tl_socket *one, const struct tl_socket *other)
{
    /* Both directions have one hash. */
    const struct tl_socket *sockets[2] = {one, other};
    uint64_t sum = 0;

    for (unsigned i = 0; i < 2; i++) {
        uint64_t words[3] = {0}, hash = 0;

        memcpy(words, sockets[i], sizeof *sockets[i]);
        for (unsigned k = 0; k < 3; k++)
            hash = (hash ^ words[k]) * UINT64_C(0x9e3779b97f4a7c15);
        sum += hash ^ hash >> 32;
    }
    return sum;
}

static void keep_hash(struct parts *parts, uint64_t sockets, unsigned place,
                      wmem_allocator_t *scope)
{
    if (place >= parts->capacity) {
        parts->capacity = parts->capacity > 0 ? 2 * parts->capacity : 8;
        parts->sockets =
            wmem_realloc(scope, parts->sockets, parts->capacity * sizeof *parts->sockets);
    }
    parts->sockets[place] = sockets;
}

/* How many of the frame's segments so far were between these sockets? */
static uint32_t count_part(struct parts *parts, const struct tl_segment *segment,
                           wmem_allocator_t *scope)
{
    uint32_t part = 0;
    uint64_t sockets;

    if (parts->count == 0) {
        parts->first[0] = segment->source;
        parts->first[1] = segment->destination;
        parts->count = 1;
        return 0;
    }
    if (parts->count == 1)
        keep_hash(parts, hash_sockets(&parts->first[0], &parts->first[1]), 0, scope);
    sockets = hash_sockets(&segment->source, &segment->destination);
    for (unsigned i = 0; i < parts->count; i++)
        part += parts->sockets[i] == sockets;
    keep_hash(parts, sockets, parts->count++, scope);
    return part;
}

static uint32_t find_part(packet_info *pinfo, const struct tl_segment *segment)
{
    enum { PARTS = 1 }; /* the key of what this dissection of the frame has counted */
    const int64_t file_offset = pinfo->fd->file_off;
    struct parts *parts = &first_parts;

    if (!PINFO_FD_VISITED(pinfo)) {
        if (parts->frame != pinfo->num || parts->file_offset != file_offset) {
            parts->frame = pinfo->num;
            parts->file_offset = file_offset;
            parts->count = 0;
        }
        some_have_parts |= parts->count > 0;
        return count_part(parts, segment, NULL);
    }
    if (!some_have_parts)
        return 0;
    parts = p_get_proto_data(pinfo->pool, pinfo, proto_tcplife, PARTS);
    if (parts == NULL) {
        parts = wmem_new0(pinfo->pool, struct parts);
        p_add_proto_data(pinfo->pool, pinfo, proto_tcplife, PARTS, parts);
    }
    return count_part(parts, segment, pinfo->pool);
}

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
               ? tcp_header_checksum(tvb_get_ptr(packet->tvb, 0, (int)length), length, segment)
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

    if (captured > TCP_HEADER_MAXIMUM)
        captured = TCP_HEADER_MAXIMUM;
    if (captured < TCP_HEADER_QUOTED) /* for both: and tvb_get_ptr() throws where nothing is */
        return false;
    header = tvb_get_ptr(packet->tvb, 0, (int)captured);
    if (packet->quoted)
        return tcp_header_read_quoted(header, captured, &packet->segment) &&
               icmp_error_find(&packet->icmp, packet->tvb, packet->pinfo);
    return tcp_header_read(header, captured, packet->on_the_wire, &packet->segment);
}

/* Sets every member of the segment but SACK blocks that are not there: clearing it beforehand would
 * cost as much as reading the header. False: this is nothing for the tracker. */
static bool read_packet(struct captured_packet *packet, tvbuff_t *tvb, packet_info *pinfo,
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
    segment->part = packet->quoted ? 0 : find_part(pinfo, segment);
    segment->is_fragment = pinfo->fragmented && !packet->quoted;
    segment->checksum = checksum;
    segment->caller = packet;
    return true;
}

/* ---- asking the tracker -------------------------------------------------------------------- */

static void learn_for_zeek(const struct captured_packet *packet,
                           const struct tl_connection *connection, enum tl_role sender)
{
    enum { IPV4_HEADER = 20, IPV6_HEADER = 40 };
    const uint32_t of_ip = ip_length(packet->pinfo, packet->ip_header);
    const struct tl_zeek_packet zeek_packet = {
        .segment = &packet->segment,
        .ip_length = of_ip > 0 ? of_ip
                               : (uint32_t)packet->on_the_wire +
                                     (packet->pinfo->src.type == AT_IPv6 ? IPV6_HEADER : IPV4_HEADER),
        .is_whole = packet->captured >= packet->on_the_wire,
    };

    tcplife_zeek_learn(connection, sender, &zeek_packet);
}

/* Whose packet is it? */
struct finding {
    const struct tl_connection *connection; /* NULL: it has none */
    enum tl_role sender;
    bool is_new; /* the connection begins here */
};

static void learn(struct finding *found, const struct captured_packet *packet)
{
    const struct tl_segment *segment = &packet->segment;
    struct tl_tracker *tracker = tcplife_tracker();
    const uint32_t known = tl_tracker_connection_count(tracker);

    found->connection = tl_tracker_segment(tracker, segment, &found->sender);
    found->is_new = tl_tracker_connection_count(tracker) > known;
    if (found->connection != NULL && tcplife_zeek_is_wanted())
        learn_for_zeek(packet, found->connection, found->sender);
}

/* A packet is learnt from once, the first time that it is dissected; Wireshark dissects it again
 * whenever it shows it. */
static void find(struct finding *found, const struct captured_packet *packet)
{
    const struct tl_segment *segment = &packet->segment;

    if (!packet->first_time)
        found->connection =
            tl_tracker_find_segment(tcplife_tracker(), segment, &found->sender);
    else if (packet->quoted)
        found->connection = tl_tracker_icmp_error(
            tcplife_tracker(), segment->frame, segment->time_ns, &segment->source,
            &segment->destination, segment->seq, packet->icmp.type, packet->icmp.code);
    else
        learn(found, packet);
}

/* ---- who wants to know --------------------------------------------------------------------- */

/* What somebody looks at: nothing, the expert infos of any packet that has some, or everything. */
enum shown { NOTHING, EXPERT_INFOS, EVERYTHING };

static bool is_wanted(proto_tree *tree)
{
    return tcplife_fields_are_looked_at(tree) || tcplife_info_column_is_on() ||
           have_tap_listener(tcplife_tap);
}

static enum shown what_is_shown(const packet_info *pinfo, proto_tree *tree)
{
    if (is_wanted(tree))
        return EVERYTHING;
    return tcplife_experts_are_seen(pinfo, tree) ? EXPERT_INFOS : NOTHING;
}

static bool has_changes(const struct tl_connection *connection, const struct tl_segment *segment)
{
    return tl_connection_changes_at_part(connection, segment->frame, segment->part).count > 0;
}

/* An ICMP error that changed nothing was none of the connection's business. */
static bool is_to_be_shown(const struct captured_packet *packet,
                           const struct tl_connection *connection, enum shown shown)
{
    if (shown == NOTHING)
        return false;
    return (shown == EVERYTHING && !packet->quoted) || has_changes(connection, &packet->segment);
}

/* ---- the dissector ------------------------------------------------------------------------- */

/* The taps, and the conversation filter, run when the whole packet has been dissected. */
static struct tcplife_packet *keep(packet_info *pinfo, const struct tcplife_packet *result)
{
    struct tcplife_packet *kept = wmem_new(pinfo->pool, struct tcplife_packet);
    struct tl_segment *segment = wmem_new(pinfo->pool, struct tl_segment);

    *segment = *result->seen.segment;
    segment->checksum = NULL;
    segment->caller = NULL;
    *kept = *result;
    kept->seen.segment = segment;
    return kept;
}

static void show(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb,
                 const struct tcplife_packet *result)
{
    proto_item *item = tcplife_add_fields(proto_tree_get_root(tree), tvb, pinfo, result);

    tcplife_add_experts(pinfo, item, result);
    tcplife_add_to_info_column(pinfo, result);
    if (is_wanted(tree)) {
        struct tcplife_packet *kept = keep(pinfo, result);

        p_add_proto_data(pinfo->pool, pinfo, proto_tcplife, 0, kept);
        tap_queue_packet(tcplife_tap, pinfo, kept);
    }
}

static void process(const struct captured_packet *packet, const struct finding *found,
                    proto_tree *tree)
{
    packet_info *pinfo = packet->pinfo;
    const struct tl_connection *connection = found->connection;
    const uint32_t frame = packet->segment.frame, part = packet->segment.part;
    const char *current_proto = pinfo->current_proto;
    const bool in_error_pkt = pinfo->flags.in_error_pkt;
    struct tcplife_packet result = {
        .seen = {
            .segment = &packet->segment,
            .connection = connection,
            .sender = found->sender,
            .quoted = packet->quoted,
            .states = tl_connection_states_after_part(connection, frame, part),
            .changes = tl_connection_changes_at_part(connection, frame, part),
        },
        .first_time = packet->first_time,
    };

    /* Expert Information names the current protocol; a hook in name only is none. Afterwards it
     * must be the old one again, to which an exception on its way may belong. */
    pinfo->current_proto = proto_get_protocol_short_name(protocol);
    /* Taps, Expert Information among them, pass over what is quoted in an error. But what is
     * shown here is no quotation: it is what the error means for the connection. */
    pinfo->flags.in_error_pkt = false;
    show(pinfo, tree, packet->tvb, &result);
    pinfo->flags.in_error_pkt = in_error_pkt;
    pinfo->current_proto = current_proto;
}

static int call_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    return call_dissector_only(tcp_handle, tvb, pinfo, tree, data);
}

/* Wireshark's number of a connection is there when "tcp" has seen its first segment; and what is
 * shown stands behind what "tcp" shows. */
static int call_tcp_and_go_on(const struct captured_packet *packet, const struct finding *found,
                              proto_tree *tree, bool is_shown)
{
    volatile int length = 0;

    TRY
    {
        length = call_tcp(packet->tvb, packet->pinfo, tree, packet->ip_header);
    }
    FINALLY
    {
        /* Whatever the dissectors behind TCP threw (they throw on every truncated packet), the
         * segment was there. The exception goes on its way afterwards. */
        if (found->is_new)
            tcplife_remember_tcp_stream(found->connection, &packet->segment);
        if (is_shown)
            process(packet, found, tree);
    }
    ENDTRY;

    return length;
}

/* Learns before "tcp" is called: so nothing is left to do afterwards, nor to catch, when nobody
 * looks and the connection is known; and a connection gets its number before those inside it, as
 * it does from "tcp". */
static int dissect_hook(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    struct captured_packet packet;
    struct finding found = {.sender = TL_CLIENT};
    enum shown shown;
    bool is_shown;

    if (!is_enabled || tcplife_tracker() == NULL)
        return call_tcp(tvb, pinfo, tree, data);

    shown = what_is_shown(pinfo, tree);
    /* Where the frame has other segments, this one has to be counted. */
    if (PINFO_FD_VISITED(pinfo) && shown == NOTHING && !some_have_parts)
        return call_tcp(tvb, pinfo, tree, data);

    if (!read_packet(&packet, tvb, pinfo, data))
        return call_tcp(tvb, pinfo, tree, data);
    find(&found, &packet);
    if (found.connection == NULL)
        return call_tcp(tvb, pinfo, tree, data);
    is_shown = is_to_be_shown(&packet, found.connection, shown);
    if (!is_shown && !found.is_new)
        return call_tcp(tvb, pinfo, tree, data);
    return call_tcp_and_go_on(&packet, &found, tree, is_shown);
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
                                            tl_connection_number(packet->seen.connection));
}

static void begin_session(void)
{
    first_parts.frame = 0;
    some_have_parts = false;
    is_enabled = proto_is_protocol_enabled(protocol);
}

void tcplife_register_hook(void)
{
    const int proto_tcp = proto_get_id_by_filter_name("tcp");

    protocol = find_protocol_by_id(proto_tcplife);
    /* In name only: adds no layer to frame.protocols, and is enabled exactly when TCP is. */
    proto_hook = proto_register_protocol_in_name_only("TCP, watched by TCP Lifecycle",
                                                      "TCP (TCP Lifecycle)", "tcplife.hook",
                                                      proto_tcp, FT_PROTOCOL);
    register_init_routine(begin_session);
    tcplife_tap = register_tap(TCPLIFE_TAP);
    ws_register_conversation_filter("tcplife", "TCP Lifecycle", has_connection,
                                    connection_filter);
}

void tcplife_hand_off_hook(void)
{
    tcplife_hand_off_network();
    tcp_handle = find_dissector("tcp");
    hook_handle = create_dissector_handle(dissect_hook, proto_hook);
    dissector_add_uint("ip.proto", IP_PROTO_TCP, hook_handle);
}
