/* The hook: a thin dissector in front of Wireshark's "tcp" (docs/architecture.md, "The hook").
 *
 * It sees every TCP header that IP carries, feeds it to the tracker the first
 * time round, calls "tcp", and hands the answer to fields, experts, columns and
 * taps. It must not know how states change.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/hook.h"

#include "plugin/ws_compat.h"

#include "output/figures/open_connections.h"
#include "plugin/network.h"
#include "plugin/numbers.h"
#include "plugin/onlookers.h"
#include "plugin/packet.h"
#include "plugin/parts.h"
#include "plugin/protocol.h"
#include "plugin/session.h"
#include "plugin/show/experts.h"
#include "plugin/show/fields.h"
#include "plugin/show/info_column.h"
#include "plugin/zeek_session.h"

#include <epan/conversation_filter.h>
#include <epan/exceptions.h>
#include <epan/ipproto.h>
#include <epan/packet.h>
#include <epan/proto_data.h>
#include <epan/tap.h>

static int proto_hook = -1;
static int tcplife_tap = -1;
static protocol_t *protocol; /* TCP Lifecycle's */
static bool is_enabled; /* that protocol, in this reading: whenever somebody changes it, Wireshark
                           reads the file anew */
static bool has_window;
static dissector_handle_t tcp_handle;
static dissector_handle_t hook_handle;

/* ---- asking the tracker -------------------------------------------------------------------- */

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
    if (found->connection != NULL && tcplife_zeek_is_wanted()) {
        const struct tl_zeek_packet zeek_packet = captured_packet_for_zeek(packet);

        tcplife_zeek_learn(found->connection, found->sender, &zeek_packet);
    }
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
    if (!packet->first_time || found->connection == NULL)
        return;
    if (!packet->quoted)
        tcplife_numbers_learn(found->connection, found->sender, segment);
    open_connections_learn(tcplife_open_connections(), found->connection, segment, packet->place);
}

/* ---- what is to be shown -------------------------------------------------------------------- */

static bool has_changes(const struct tl_connection *connection, const struct tl_segment *segment)
{
    return tl_connection_changes_at_part(connection, segment->frame, segment->part).count > 0;
}

/* An ICMP error that changed nothing was none of the connection's business. */
static bool is_to_be_shown(const struct captured_packet *packet,
                           const struct tl_connection *connection, enum tcplife_shown shown)
{
    if (shown == TCPLIFE_NOTHING)
        return false;
    return (shown == TCPLIFE_EVERYTHING && !packet->quoted) || has_changes(connection, &packet->segment);
}

/* ---- the dissector ------------------------------------------------------------------------- */

/* The taps, and the conversation filter, run when the whole packet has been dissected; a window alone has the
 * filter. */
static bool is_to_be_kept(void)
{
    return has_window || have_tap_listener(tcplife_tap);
}

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
    proto_item *item = tcplife_add_fields(proto_tree_get_root(tree), tvb, result);

    tcplife_add_experts(pinfo, item, result);
    tcplife_add_to_info_column(pinfo, result);
    if (is_to_be_kept()) {
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
            .ignored = packet->quoted ? TL_NOT_IGNORED
                                      : tl_connection_ignored_at_part(connection, frame, part,
                                                                      found->sender),
        },
        .first_time = packet->first_time,
        .place = packet->place,
    };

    if (!packet->quoted && !tcplife_capture()->has_raw_numbers && tcplife_sentences_are_looked_at(tree))
        tcplife_numbers_bases(connection, found->sender, &packet->segment, result.seen.base);
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
    enum tcplife_shown shown;
    bool is_shown;

    if (!is_enabled || tcplife_tracker() == NULL)
        return call_tcp(tvb, pinfo, tree, data);

    shown = tcplife_shown_of(pinfo, tree);
    if (tcplife_nobody_asks(shown))
        return call_tcp(tvb, pinfo, tree, data);
    /* Where the frame has other segments, this one has to be counted. */
    if (PINFO_FD_VISITED(pinfo) && shown == TCPLIFE_NOTHING && !tcplife_some_frames_have_parts())
        return call_tcp(tvb, pinfo, tree, data);

    if (!captured_packet_read(&packet, tvb, pinfo, data))
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
    tcplife_begin_parts();
    is_enabled = proto_is_protocol_enabled(protocol);
    has_window = tcplife_has_window();
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
