/* Everything that can be filtered by, as fields in the packet's tree.
 *
 * Two kinds: what the log says about this frame, the same in every reading; and
 * the "final" fields, which say what is known of the whole connection so far.
 * Names and types are people's scripts (docs/contract.md): never change one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/show/fields.h"

#include "output/figures/open_connections.h"
#include "plugin/session.h"
#include "plugin/show/scratch.h"
#include "plugin/show/value_fields.h"

#include <epan/packet.h>

static int ett_tcplife = -1;
static int ett_tcplife_connection = -1;

/* What one segment may have several of, and what is said of it alone. */
static int hf_tcplife_presumed = -1;
static int hf_tcplife_transition = -1;
static int hf_tcplife_handshake_step = -1;
static int hf_tcplife_teardown_step = -1;
static int hf_tcplife_ignored = -1;
static int hf_tcplife_explain = -1;
static int hf_tcplife_open_connections = -1;

/* ---- this frame ---------------------------------------------------------------------------- */

static void add_string(proto_tree *tree, int field, tvbuff_t *tvb, const char *value)
{
    proto_item_set_generated(proto_tree_add_string(tree, field, tvb, 0, 0, value));
}

static void add_uint(proto_tree *tree, int field, tvbuff_t *tvb, uint32_t value)
{
    proto_item_set_generated(proto_tree_add_uint(tree, field, tvb, 0, 0, value));
}

static void add_presumptions(proto_tree *tree, tvbuff_t *tvb, const struct tl_states *states)
{
    if (!proto_field_is_referenced(tree, hf_tcplife_presumed))
        return;
    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        if (states->presumed[end])
            add_string(tree, hf_tcplife_presumed, tvb, tl_role_name((enum tl_role)end));
    }
}

/* Presumptions have a field of their own, diagnoses are expert infos. */
static void add_transitions(proto_tree *tree, tvbuff_t *tvb, struct tl_changes changes)
{
    if (!proto_field_is_referenced(tree, hf_tcplife_transition))
        return;
    for (uint32_t i = 0; i < changes.count; i++) {
        GString *text;

        if (changes.at[i].kind != TL_TRANSITION)
            continue;
        text = tcplife_scratch();
        tl_append_transition(text, &changes.at[i]);
        add_string(tree, hf_tcplife_transition, tvb, text->str);
    }
}

static void add_steps(proto_tree *tree, tvbuff_t *tvb, struct tl_changes changes)
{
    struct tl_step step;

    if (!proto_field_is_referenced(tree, hf_tcplife_handshake_step) &&
        !proto_field_is_referenced(tree, hf_tcplife_teardown_step))
        return;
    for (uint32_t i = 0; i < changes.count; i++) {
        if (tl_change_step(&changes.at[i], &step))
            add_uint(tree, step.is_teardown ? hf_tcplife_teardown_step : hf_tcplife_handshake_step,
                     tvb, step.number);
    }
}

static void add_ignored(proto_tree *tree, tvbuff_t *tvb, enum tl_ignored ignored)
{
    if (ignored != TL_NOT_IGNORED && proto_field_is_referenced(tree, hf_tcplife_ignored))
        add_string(tree, hf_tcplife_ignored, tvb, tl_ignored_name(ignored));
}

/* Nothing is to be said of it alone. */
static bool changes_nothing(const struct tl_seen_segment *seen)
{
    return seen->changes.count == 0 && seen->ignored == TL_NOT_IGNORED;
}

static void add_explanation(proto_tree *tree, tvbuff_t *tvb, const struct tl_seen_segment *seen)
{
    GString *text;

    if (changes_nothing(seen) || !proto_field_is_referenced(tree, hf_tcplife_explain))
        return;
    text = tcplife_scratch();
    if (tl_append_explanation(text, tcplife_capture(), seen))
        add_string(tree, hf_tcplife_explain, tvb, text->str);
}

static void add_open_connections(proto_tree *tree, tvbuff_t *tvb, const struct tcplife_packet *packet)
{
    if (proto_field_is_referenced(tree, hf_tcplife_open_connections))
        add_uint(tree, hf_tcplife_open_connections, tvb,
                 open_connections_after(tcplife_open_connections(), packet->seen.segment->frame,
                                        packet->place));
}

static void add_frame_fields(proto_tree *tree, tvbuff_t *tvb, const struct known_life *life)
{
    tcplife_add_value_fields(tree, tvb, life, VALUE_OF_MOMENT);
    add_presumptions(tree, tvb, &life->states);
    add_transitions(tree, tvb, life->seen->changes);
    add_steps(tree, tvb, life->seen->changes);
    add_ignored(tree, tvb, life->seen->ignored);
    add_explanation(tree, tvb, life->seen);
}

static void add_final_fields(proto_tree *tree, tvbuff_t *tvb,
                             const struct tl_connection *connection)
{
    const struct known_life life = life_of(tcplife_capture(), connection);
    proto_tree *connection_tree =
        proto_tree_add_subtree(tree, tvb, 0, 0, ett_tcplife_connection, NULL,
                               "The whole connection, as far as it is known");

    proto_item_set_generated(proto_tree_get_parent(connection_tree));
    tcplife_add_value_fields(connection_tree, tvb, &life, VALUE_OF_LIFE);
}

/* ---- the tree ------------------------------------------------------------------------------ */

static void append_state(proto_item *item, const struct tl_states *states, enum tl_role end)
{
    proto_item_append_text(item, ", %s %s%s", tl_role_name(end),
                           tl_state_name(states->state[end]),
                           states->presumed[end] ? " (presumed)" : "");
}

static bool has_diagnosis(const struct tcplife_packet *packet)
{
    for (uint32_t i = 0; i < packet->seen.changes.count; i++) {
        if (packet->seen.changes.at[i].kind == TL_DIAGNOSIS)
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
            proto_field_is_referenced(tree, hf_tcplife_explain));
}

bool tcplife_sentences_are_looked_at(proto_tree *tree)
{
    return tree != NULL && proto_field_is_referenced(tree, hf_tcplife_explain);
}

/* Does anybody look at a field that segments without changes have, too? */
static bool a_field_of_every_segment_is_wanted(proto_tree *tree)
{
    return proto_field_is_referenced(tree, hf_tcplife_presumed) ||
           proto_field_is_referenced(tree, hf_tcplife_open_connections) ||
           tcplife_value_fields_are_wanted(tree, VALUE_OF_MOMENT) ||
           tcplife_value_fields_are_wanted(tree, VALUE_OF_LIFE);
}

/* A filter on one field makes Wireshark build a tree for every packet: has this one nothing to put there? */
static bool has_nothing_to_show(proto_tree *tree, const struct tcplife_packet *packet)
{
    return changes_nothing(&packet->seen) && !PTREE_DATA(tree)->visible &&
           proto_registrar_get_nth((unsigned)proto_tcplife)->ref_type == HF_REF_TYPE_INDIRECT &&
           !a_field_of_every_segment_is_wanted(tree);
}

static void add_states(proto_item *item, const struct known_life *life)
{
    proto_item_append_text(item, ", connection %u", tl_connection_number(life->connection));
    append_state(item, &life->states, TL_CLIENT);
    append_state(item, &life->states, TL_SERVER);
}

proto_item *tcplife_add_fields(proto_tree *tree, tvbuff_t *tvb,
                               const struct tcplife_packet *packet)
{
    proto_item *item;
    proto_tree *subtree;
    struct known_life life;
    bool looked_at;

    if (tree == NULL)
        return NULL;
    looked_at = tcplife_fields_are_looked_at(tree) && !has_nothing_to_show(tree, packet);
    if (!looked_at && !has_diagnosis(packet))
        return NULL;

    item = proto_tree_add_item(tree, proto_tcplife, tvb, 0, 0, ENC_NA);
    proto_item_set_generated(item);
    if (!looked_at)
        return item;

    life = life_at(tcplife_capture(), &packet->seen);
    if (PTREE_DATA(tree)->visible)
        add_states(item, &life);
    subtree = proto_item_add_subtree(item, ett_tcplife);
    add_frame_fields(subtree, tvb, &life);
    add_open_connections(subtree, tvb, packet);
    if (tcplife_value_fields_are_wanted(tree, VALUE_OF_LIFE))
        add_final_fields(subtree, tvb, packet->seen.connection);
    return item;
}

/* ---- registration -------------------------------------------------------------------------- */

static void register_frame_fields(void)
{
    static hf_register_info fields[] = {
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
        {&hf_tcplife_ignored,
         {"Ignored", "tcplife.ignored", FT_STRING, BASE_NONE, NULL, 0,
          "Why the receiver should ignore this segment", HFILL}},
        {&hf_tcplife_explain,
         {"Explanation", "tcplife.explain", FT_STRING, BASE_NONE, NULL, 0,
          "What this segment does, and why the states are now what they are", HFILL}},
        {&hf_tcplife_open_connections,
         {"Open connections", "tcplife.open_connections", FT_UINT32, BASE_DEC, NULL, 0,
          "Connections of the capture that are open after this segment", HFILL}},
    };

    proto_register_field_array(proto_tcplife, fields, G_N_ELEMENTS(fields));
}

void tcplife_register_fields(void)
{
    static int *const subtrees[] = {&ett_tcplife, &ett_tcplife_connection};

    tcplife_register_value_fields();
    register_frame_fields();
    proto_register_subtree_array(subtrees, G_N_ELEMENTS(subtrees));
}
