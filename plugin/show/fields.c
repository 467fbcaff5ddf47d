/* Everything that can be filtered by, as fields in the packet's tree.
 *
 * Two kinds: what the log says about this frame, the same in every reading; and
 * the "final" fields, which say what is known of the whole connection so far.
 * Names and types are people's scripts (docs/contract.md): never change one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/show/fields.h"

#include "output/words/sentences.h"
#include "plugin/session.h"
#include "tcplife/summary.h"
#include "plugin/zeek_session.h"

#include <epan/packet.h>

int proto_tcplife = -1;

static int ett_tcplife = -1;
static int ett_tcplife_connection = -1;

static int hf_tcplife_connection = -1;
static int hf_tcplife_sender = -1;
static int hf_tcplife_client_state = -1;
static int hf_tcplife_server_state = -1;
static int hf_tcplife_presumed = -1;
static int hf_tcplife_transition = -1;
static int hf_tcplife_handshake_step = -1;
static int hf_tcplife_teardown_step = -1;
static int hf_tcplife_explain = -1;

static int hf_tcplife_open = -1;
static int hf_tcplife_close = -1;
static int hf_tcplife_closed_by = -1;
static int hf_tcplife_summary = -1;
static int hf_tcplife_client_state_time = -1;
static int hf_tcplife_server_state_time = -1;
static int hf_tcplife_handshake_time = -1;
static int hf_tcplife_handshake_synack_time = -1;
static int hf_tcplife_handshake_ack_time = -1;
static int hf_tcplife_handshake_syn_retransmissions = -1;
static int hf_tcplife_handshake_synack_retransmissions = -1;
static int hf_tcplife_teardown_time = -1;
static int hf_tcplife_teardown_fin_retransmissions = -1;
static int hf_tcplife_idle_before_close = -1;
static int hf_tcplife_half_closed_time = -1;
static int hf_tcplife_half_closed_bytes = -1;
static int hf_tcplife_keepalive_probes = -1;
static int hf_tcplife_frame_syn = -1;
static int hf_tcplife_frame_synack = -1;
static int hf_tcplife_frame_ack = -1;
static int hf_tcplife_frame_fin1 = -1;
static int hf_tcplife_frame_fin1_ack = -1;
static int hf_tcplife_frame_fin2 = -1;
static int hf_tcplife_frame_fin2_ack = -1;
static int hf_tcplife_frame_reset = -1;
static int hf_tcplife_previous = -1;
static int hf_tcplife_next = -1;
static int hf_tcplife_zeek_conn_state = -1;
static int hf_tcplife_zeek_history = -1;

/* ---- this frame ---------------------------------------------------------------------------- */

static void add_string(proto_tree *tree, int field, tvbuff_t *tvb, const char *value)
{
    proto_item_set_generated(proto_tree_add_string(tree, field, tvb, 0, 0, value));
}

static void add_uint(proto_tree *tree, int field, tvbuff_t *tvb, uint32_t value)
{
    proto_item_set_generated(proto_tree_add_uint(tree, field, tvb, 0, 0, value));
}

static void add_states(proto_tree *tree, tvbuff_t *tvb, const struct tl_states *states)
{
    add_string(tree, hf_tcplife_client_state, tvb, tl_state_name(states->state[TL_CLIENT]));
    add_string(tree, hf_tcplife_server_state, tvb, tl_state_name(states->state[TL_SERVER]));
    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        if (states->presumed[end])
            add_string(tree, hf_tcplife_presumed, tvb, tcplife_role_name((enum tl_role)end));
    }
}

/* Presumptions show in add_states(), diagnoses in experts.c. */
static void add_changes(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
                        const struct tcplife_packet *packet)
{
    struct tl_step step;

    for (uint32_t i = 0; i < packet->changes.count; i++) {
        if (packet->changes.at[i].kind == TL_TRANSITION)
            add_string(tree, hf_tcplife_transition, tvb,
                       tcplife_transition_text(pinfo->pool, &packet->changes.at[i]));
    }
    for (uint32_t i = 0; i < packet->changes.count; i++) {
        if (tl_change_step(&packet->changes.at[i], &step))
            add_uint(tree, step.is_teardown ? hf_tcplife_teardown_step : hf_tcplife_handshake_step,
                     tvb, step.number);
    }
}

static void add_frame_fields(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
                             const struct tcplife_packet *packet)
{
    add_uint(tree, hf_tcplife_connection, tvb, tl_connection_number(packet->connection));
    /* What quotes a segment was sent by neither end. */
    if (!packet->quoted)
        add_string(tree, hf_tcplife_sender, tvb, tcplife_role_name(packet->sender));
    add_states(tree, tvb, &packet->states);
    add_changes(tree, tvb, pinfo, packet);

    if (packet->changes.count > 0 && proto_field_is_referenced(tree, hf_tcplife_explain)) {
        const char *sentence = tcplife_explain(pinfo->pool, packet);

        if (sentence != NULL)
            add_string(tree, hf_tcplife_explain, tvb, sentence);
    }
}

/* ---- the whole connection ------------------------------------------------------------------ */

static void add_duration(proto_tree *tree, int field, tvbuff_t *tvb, struct tl_duration duration)
{
    nstime_t value;

    if (!duration.known)
        return;
    value.secs = (time_t)(duration.ns / 1000000000);
    value.nsecs = (int)(duration.ns % 1000000000);
    proto_item_set_generated(proto_tree_add_time(tree, field, tvb, 0, 0, &value));
}

static void add_counts(proto_tree *tree, tvbuff_t *tvb, const struct tl_connection *connection)
{
    const struct tl_end_counts client = tl_connection_counts(connection, TL_CLIENT);
    const struct tl_end_counts server = tl_connection_counts(connection, TL_SERVER);

    add_uint(tree, hf_tcplife_handshake_syn_retransmissions, tvb, client.syn_retransmissions);
    add_uint(tree, hf_tcplife_handshake_synack_retransmissions, tvb, server.synack_retransmissions);
    add_uint(tree, hf_tcplife_teardown_fin_retransmissions, tvb,
             client.fin_retransmissions + server.fin_retransmissions);
    add_uint(tree, hf_tcplife_keepalive_probes, tvb,
             client.keepalive_probes + server.keepalive_probes);
}

static void add_milestones(proto_tree *tree, tvbuff_t *tvb, const struct tl_connection *connection)
{
    const int fields[TL_MILESTONE_COUNT] = {
        [TL_AT_SYN] = hf_tcplife_frame_syn,
        [TL_AT_SYN_ACK] = hf_tcplife_frame_synack,
        [TL_AT_ACK] = hf_tcplife_frame_ack,
        [TL_AT_FIN_1] = hf_tcplife_frame_fin1,
        [TL_AT_FIN_1_ACK] = hf_tcplife_frame_fin1_ack,
        [TL_AT_FIN_2] = hf_tcplife_frame_fin2,
        [TL_AT_FIN_2_ACK] = hf_tcplife_frame_fin2_ack,
        [TL_AT_RESET] = hf_tcplife_frame_reset,
    };

    for (int step = 0; step < TL_MILESTONE_COUNT; step++) {
        const uint32_t frame = tl_connection_milestone(connection, (enum tl_milestone)step);

        if (frame != 0)
            add_uint(tree, fields[step], tvb, frame);
    }
}

static void add_zeek(proto_tree *tree, tvbuff_t *tvb, const struct tl_connection *connection)
{
    struct tl_zeek_record record;

    if (!tcplife_zeek_fields_are_named() || !tcplife_zeek_look_up(connection, &record))
        return;
    add_string(tree, hf_tcplife_zeek_conn_state, tvb, record.conn_state);
    if (record.history[0] != '\0')
        add_string(tree, hf_tcplife_zeek_history, tvb, record.history);
}

static void add_final_fields(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
                             const struct tl_connection *connection)
{
    const struct tl_connection *neighbour;
    const struct tl_summary summary = tcplife_summarize(connection);

    if (proto_field_is_referenced(tree, hf_tcplife_summary))
        add_string(tree, hf_tcplife_summary, tvb,
                   tcplife_summary_line(pinfo->pool, connection, &summary));
    add_string(tree, hf_tcplife_open, tvb, tl_open_name(summary.open));
    add_string(tree, hf_tcplife_close, tvb, tl_close_name(summary.close));
    if (summary.has_closed_by)
        add_string(tree, hf_tcplife_closed_by, tvb, tcplife_role_name(summary.closed_by));

    add_duration(tree, hf_tcplife_client_state_time, tvb,
                 tcplife_state_time(connection, TL_CLIENT));
    add_duration(tree, hf_tcplife_server_state_time, tvb,
                 tcplife_state_time(connection, TL_SERVER));
    add_duration(tree, hf_tcplife_handshake_time, tvb, summary.handshake_time);
    add_duration(tree, hf_tcplife_handshake_synack_time, tvb, summary.synack_time);
    add_duration(tree, hf_tcplife_handshake_ack_time, tvb, summary.ack_time);
    add_duration(tree, hf_tcplife_idle_before_close, tvb, summary.idle_before_close);
    add_duration(tree, hf_tcplife_teardown_time, tvb, summary.teardown_time);
    add_duration(tree, hf_tcplife_half_closed_time, tvb, summary.half_closed_time);
    if (summary.has_half_closed_bytes)
        proto_item_set_generated(proto_tree_add_uint64(tree, hf_tcplife_half_closed_bytes, tvb, 0,
                                                       0, summary.half_closed_bytes));
    add_counts(tree, tvb, connection);

    add_milestones(tree, tvb, connection);
    neighbour = tl_tracker_previous(tcplife_tracker(), connection);
    if (neighbour != NULL)
        add_uint(tree, hf_tcplife_previous, tvb, tl_connection_number(neighbour));
    neighbour = tl_tracker_next(tcplife_tracker(), connection);
    if (neighbour != NULL)
        add_uint(tree, hf_tcplife_next, tvb, tl_connection_number(neighbour));
    add_zeek(tree, tvb, connection);
}

/* ---- the tree ------------------------------------------------------------------------------ */

static void append_state(proto_item *item, const struct tcplife_packet *packet, enum tl_role end)
{
    proto_item_append_text(item, ", %s %s%s", tcplife_role_name(end),
                           tl_state_name(packet->states.state[end]),
                           packet->states.presumed[end] ? " (presumed)" : "");
}

static bool has_diagnosis(const struct tcplife_packet *packet)
{
    for (uint32_t i = 0; i < packet->changes.count; i++) {
        if (packet->changes.at[i].kind == TL_DIAGNOSIS)
            return true;
    }
    return false;
}

/* Not proto_field_is_referenced() for the protocol: it says yes whenever tshark prints fields,
 * whosesoever they are. */
bool tcplife_fields_are_looked_at(proto_tree *tree)
{
    return tree != NULL &&
           (proto_registrar_get_nth((unsigned)proto_tcplife)->ref_type != HF_REF_TYPE_NONE ||
            proto_field_is_referenced(tree, hf_tcplife_connection));
}

proto_item *tcplife_add_fields(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo,
                               const struct tcplife_packet *packet)
{
    proto_item *item;
    proto_tree *subtree, *connection_tree;
    bool looked_at;

    if (tree == NULL)
        return NULL;
    looked_at = tcplife_fields_are_looked_at(tree);
    if (!looked_at && !has_diagnosis(packet))
        return NULL;

    item = proto_tree_add_item(tree, proto_tcplife, tvb, 0, 0, ENC_NA);
    proto_item_set_generated(item);
    if (!looked_at)
        return item;

    proto_item_append_text(item, ", connection %u", tl_connection_number(packet->connection));
    append_state(item, packet, TL_CLIENT);
    append_state(item, packet, TL_SERVER);
    subtree = proto_item_add_subtree(item, ett_tcplife);
    add_frame_fields(subtree, tvb, pinfo, packet);

    connection_tree = proto_tree_add_subtree(subtree, tvb, 0, 0, ett_tcplife_connection, NULL,
                                             "The whole connection, as far as it is known");
    proto_item_set_generated(proto_tree_get_parent(connection_tree));
    add_final_fields(connection_tree, tvb, pinfo, packet->connection);
    return item;
}

/* ---- registration -------------------------------------------------------------------------- */

static void register_frame_fields(void)
{
    static hf_register_info fields[] = {
        {&hf_tcplife_connection,
         {"Connection", "tcplife.connection", FT_UINT32, BASE_DEC, NULL, 0,
          "Number of the connection, from 0. The same two sockets used again after CLOSED or "
          "TIME-WAIT are a new one",
          HFILL}},
        {&hf_tcplife_sender,
         {"Sender", "tcplife.sender", FT_STRING, BASE_NONE, NULL, 0,
          "Who sent this segment: client or server", HFILL}},
        {&hf_tcplife_client_state,
         {"Client state", "tcplife.client.state", FT_STRING, BASE_NONE, NULL, 0,
          "The client's RFC 9293 state after this segment", HFILL}},
        {&hf_tcplife_server_state,
         {"Server state", "tcplife.server.state", FT_STRING, BASE_NONE, NULL, 0,
          "The server's RFC 9293 state after this segment", HFILL}},
        {&hf_tcplife_presumed,
         {"Presumed", "tcplife.presumed", FT_STRING, BASE_NONE, NULL, 0,
          "The end whose state is not proven yet by a segment of its own", HFILL}},
        {&hf_tcplife_transition,
         {"Transition", "tcplife.transition", FT_STRING, BASE_NONE, NULL, 0,
          "A change of state that this segment makes or shows", HFILL}},
        {&hf_tcplife_handshake_step,
         {"Handshake step", "tcplife.handshake.step", FT_UINT8, BASE_DEC, NULL, 0,
          "1: SYN, 2: SYN,ACK, 3: ACK of the SYN,ACK", HFILL}},
        {&hf_tcplife_teardown_step,
         {"Teardown step", "tcplife.teardown.step", FT_UINT8, BASE_DEC, NULL, 0,
          "1: first FIN, 2: its ACK, 3: second FIN, 4: its ACK", HFILL}},
        {&hf_tcplife_explain,
         {"Explanation", "tcplife.explain", FT_STRING, BASE_NONE, NULL, 0,
          "What this segment does, and why the states are now what they are", HFILL}},
    };

    proto_register_field_array(proto_tcplife, fields, G_N_ELEMENTS(fields));
}

static void register_final_fields(void)
{
    static hf_register_info fields[] = {
        {&hf_tcplife_summary,
         {"Summary", "tcplife.summary", FT_STRING, BASE_NONE, NULL, 0,
          "The life of the connection in one line", HFILL}},
        {&hf_tcplife_open,
         {"Opening", "tcplife.open", FT_STRING, BASE_NONE, NULL, 0,
          "How the connection was opened, or why it was not", HFILL}},
        {&hf_tcplife_close,
         {"Closing", "tcplife.close", FT_STRING, BASE_NONE, NULL, 0,
          "How the connection was closed", HFILL}},
        {&hf_tcplife_closed_by,
         {"Closed by", "tcplife.closed_by", FT_STRING, BASE_NONE, NULL, 0,
          "Who sent the first accepted FIN or RST: client or server", HFILL}},
        {&hf_tcplife_client_state_time,
         {"Client's time in its last state", "tcplife.client.state_time", FT_RELATIVE_TIME,
          BASE_NONE, NULL, 0,
          "How long the client's last state has lasted, up to the capture's last packet", HFILL}},
        {&hf_tcplife_server_state_time,
         {"Server's time in its last state", "tcplife.server.state_time", FT_RELATIVE_TIME,
          BASE_NONE, NULL, 0,
          "How long the server's last state has lasted, up to the capture's last packet", HFILL}},
        {&hf_tcplife_handshake_time,
         {"Handshake time", "tcplife.handshake.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the first SYN to the ACK of the SYN,ACK", HFILL}},
        {&hf_tcplife_handshake_synack_time,
         {"SYN to SYN,ACK", "tcplife.handshake.synack_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the first SYN to the SYN,ACK", HFILL}},
        {&hf_tcplife_handshake_ack_time,
         {"SYN,ACK to ACK", "tcplife.handshake.ack_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the SYN,ACK to its ACK", HFILL}},
        {&hf_tcplife_handshake_syn_retransmissions,
         {"SYN retransmissions", "tcplife.handshake.syn_retransmissions", FT_UINT32, BASE_DEC,
          NULL, 0, "How often the client sent its SYN again", HFILL}},
        {&hf_tcplife_handshake_synack_retransmissions,
         {"SYN,ACK retransmissions", "tcplife.handshake.synack_retransmissions", FT_UINT32,
          BASE_DEC, NULL, 0, "How often the server sent its SYN,ACK again", HFILL}},
        {&hf_tcplife_idle_before_close,
         {"Idle before close", "tcplife.idle_before_close", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "How long neither end had sent anything when the first FIN, or the RST, was sent", HFILL}},
        {&hf_tcplife_teardown_time,
         {"Teardown time", "tcplife.teardown.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the first FIN to the ACK of the second", HFILL}},
        {&hf_tcplife_teardown_fin_retransmissions,
         {"FIN retransmissions", "tcplife.teardown.fin_retransmissions", FT_UINT32, BASE_DEC,
          NULL, 0, "How often either end sent its FIN again", HFILL}},
        {&hf_tcplife_half_closed_time,
         {"Half-closed time", "tcplife.half_closed.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the first FIN to the second", HFILL}},
        {&hf_tcplife_half_closed_bytes,
         {"Half-closed bytes", "tcplife.half_closed.bytes", FT_UINT64, BASE_DEC, NULL, 0,
          "New bytes that the other end sent after the first FIN", HFILL}},
        {&hf_tcplife_keepalive_probes,
         {"Keepalive probes", "tcplife.keepalive.probes", FT_UINT32, BASE_DEC, NULL, 0,
          "How many keepalive probes either end sent", HFILL}},
        {&hf_tcplife_previous,
         {"Previous connection", "tcplife.previous", FT_UINT32, BASE_DEC, NULL, 0,
          "Number of the connection before this one on the same two sockets", HFILL}},
        {&hf_tcplife_next,
         {"Next connection", "tcplife.next", FT_UINT32, BASE_DEC, NULL, 0,
          "Number of the connection after this one on the same two sockets", HFILL}},
    };

    proto_register_field_array(proto_tcplife, fields, G_N_ELEMENTS(fields));
}

static void register_milestones(void)
{
    static hf_register_info fields[] = {
        {&hf_tcplife_frame_syn,
         {"SYN in frame", "tcplife.frame.syn", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, "The first SYN", HFILL}},
        {&hf_tcplife_frame_synack,
         {"SYN,ACK in frame", "tcplife.frame.synack", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0, "The SYN,ACK", HFILL}},
        {&hf_tcplife_frame_ack,
         {"Handshake's ACK in frame", "tcplife.frame.ack", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0, "The ACK that completed the handshake", HFILL}},
        {&hf_tcplife_frame_fin1,
         {"First FIN in frame", "tcplife.frame.fin1", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0, "The first FIN", HFILL}},
        {&hf_tcplife_frame_fin1_ack,
         {"First FIN's ACK in frame", "tcplife.frame.fin1_ack", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0, "The ACK of the first FIN", HFILL}},
        {&hf_tcplife_frame_fin2,
         {"Second FIN in frame", "tcplife.frame.fin2", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0, "The FIN of the other end", HFILL}},
        {&hf_tcplife_frame_fin2_ack,
         {"Second FIN's ACK in frame", "tcplife.frame.fin2_ack", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0, "The ACK of the second FIN", HFILL}},
        {&hf_tcplife_frame_reset,
         {"RST in frame", "tcplife.frame.reset", FT_FRAMENUM, BASE_NONE,
          FRAMENUM_TYPE(FT_FRAMENUM_NONE), 0, "The RST that ended the connection", HFILL}},
    };

    G_STATIC_ASSERT(G_N_ELEMENTS(fields) == TL_MILESTONE_COUNT);
    proto_register_field_array(proto_tcplife, fields, G_N_ELEMENTS(fields));
}

/* Wireshark comes here when somebody uses a field "tcplife.…" that is not registered, and when all
 * fields are to be listed. */
static void register_zeek_fields(const char *name _U_)
{
    static hf_register_info fields[] = {
        {&hf_tcplife_zeek_conn_state,
         {"Zeek's conn_state", "tcplife.zeek.conn_state", FT_STRING, BASE_NONE, NULL, 0,
          "How the connection went, in the words of Zeek's conn.log", HFILL}},
        {&hf_tcplife_zeek_history,
         {"Zeek's history", "tcplife.zeek.history", FT_STRING, BASE_NONE, NULL, 0,
          "What the two ends did, a letter each, as in Zeek's conn.log", HFILL}},
    };

    proto_register_field_array(proto_tcplife, fields, G_N_ELEMENTS(fields));
}

bool tcplife_zeek_fields_are_named(void)
{
    return hf_tcplife_zeek_conn_state >= 0;
}

void tcplife_name_zeek_fields(void)
{
    proto_registrar_get_byname("tcplife.zeek.conn_state");
}

void tcplife_register_fields(void)
{
    static int *const subtrees[] = {&ett_tcplife, &ett_tcplife_connection};

    proto_tcplife = proto_register_protocol("TCP Lifecycle", "TCP Lifecycle", "tcplife");
    register_frame_fields();
    register_final_fields();
    register_milestones();
    proto_register_prefix("tcplife", register_zeek_fields);
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
}
