/* Diagnoses as Wireshark's expert infos: one for each row of TL_DIAGNOSES.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/show/experts.h"

#include "plugin/session.h"
#include "plugin/show/scratch.h"

#include <epan/column-info.h>
#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/tap.h>

#include <string.h>

static expert_field experts[TL_DIAGNOSIS_COUNT];
static int expert_tap; /* Wireshark's: Analyze > Expert Information and -z expert listen to it */

static bool has_window;

static void begin_session(void)
{
    expert_tap = find_tap_id("expert"); /* Wireshark registers it after all protocols */
    has_window = tcplife_has_window();
}

void tcplife_register_experts(void)
{
    static ei_register_info infos[] = {
#define D(name, severity, telling, text)                                                           \
    {&experts[TL_DIAGNOSIS_##name],                                                                \
     {"tcplife.expert." #name, PI_SEQUENCE, PI_##severity, text, EXPFILL}},
        TL_DIAGNOSES(D)
#undef D
    };

    for (size_t i = 0; i < G_N_ELEMENTS(experts); i++)
        experts[i] = (expert_field)EI_INIT;
    expert_register_field_array(expert_register_protocol(proto_tcplife), infos,
                                G_N_ELEMENTS(infos));
    register_init_routine(begin_session);
}

/* Does anybody collect the expert infos of all packets, whether or not they have a tree? */
static bool are_collected(void)
{
    return have_tap_listener(expert_tap);
}

/* By a filter or as a field, under Wireshark's own name: what goes by ours is looked at as all our fields are. */
static bool are_referenced(const proto_tree *tree)
{
    return tree != NULL && proto_registrar_get_nth((unsigned)proto_expert)->ref_type != HF_REF_TYPE_NONE;
}

static bool has_column(const column_info *columns)
{
    return columns != NULL && columns->col_first[COL_EXPERT] >= 0;
}

bool tcplife_experts_are_seen(const packet_info *pinfo, const proto_tree *tree)
{
    return has_window || are_referenced(tree) || are_collected() || has_column(pinfo->cinfo);
}

/* Some sentences begin with the summary, which stands before them already. */
static void append_sentence(proto_item *item, const char *summary, const char *sentence)
{
    const size_t length = strlen(summary);

    if (strncmp(sentence, summary, length) == 0 && !g_ascii_isalnum(sentence[length]))
        proto_item_append_text(item, "%s", sentence + length);
    else
        proto_item_append_text(item, ": %s", sentence);
}

static void add_expert(packet_info *pinfo, proto_item *item, const struct tcplife_packet *packet,
                       const struct tl_change *change)
{
    /* Expert Information groups by the summary, so it is the same for each name. What is special
     * about this frame stands behind it in the packet's tree. */
    const proto_item *before = item == NULL ? NULL : item->last_child;

    expert_add_info(pinfo, item, &experts[tl_change_diagnosis(change)]);
    if (item != NULL && item->last_child != before) {
        GString *sentence = tcplife_scratch();

        tl_append_diagnosis_at(sentence, tcplife_capture(), &packet->seen, change);
        append_sentence(item->last_child, tl_diagnosis_text(tl_change_diagnosis(change)), sentence->str);
    }
}

void tcplife_add_experts(packet_info *pinfo, proto_item *item,
                         const struct tcplife_packet *packet)
{
    for (uint32_t i = 0; i < packet->seen.changes.count; i++) {
        const struct tl_change *change = &packet->seen.changes.at[i];

        if (change->kind == TL_DIAGNOSIS && tl_change_diagnosis(change) < TL_DIAGNOSIS_COUNT)
            add_expert(pinfo, item, packet, change);
    }
}
