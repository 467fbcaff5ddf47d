/* -z tcplife,tree and Statistics > TCP Lifecycle: Tree: the counts as one of Wireshark's statistics
 * trees, which bring Copy and Save as (text, CSV, XML, YAML) with them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/statistics/dialogs.h"

#include "output/connection_set.h"
#include "output/figures/life_counts.h"
#include "plugin/session.h"
#include "plugin/statistics/statistics.h"

#include <epan/packet.h>
#include <epan/stats_tree_priv.h>

#include <string.h>

/* The tree's nodes of states: a state that no end is in has none, until the first one enters it. */
static bool has_state_node[2][TL_STATE_COUNT][2];

/* Sets a node's count, which makes the node where it is missing. Returns its number as a parent. */
static int put_parent(stats_tree *tree, const char *name, int parent, uint32_t count)
{
    return stats_tree_manip_node_int(MN_SET, tree, name, parent, TRUE, (int)count);
}

static void put_leaf(stats_tree *tree, const char *name, int parent, uint32_t count)
{
    stats_tree_manip_node_int(MN_SET, tree, name, parent, FALSE, (int)count);
}

static void put_opened(stats_tree *tree, int root, const struct life_counts *counts)
{
    const int opened = put_parent(tree, "How they opened", root, counts->connections);

    for (int open = 0; open < TL_OPEN_COUNT; open++)
        put_leaf(tree, tl_open_name((enum tl_open)open), opened, counts->opens[open]);
}

static void put_closed(stats_tree *tree, int root, const struct life_counts *counts)
{
    const int closed = put_parent(tree, "How they closed", root, counts->connections);
    const int by = put_parent(tree, "Who closed first", root,
                              counts->closed_by[TL_CLIENT] + counts->closed_by[TL_SERVER]);

    for (int close = 0; close < TL_CLOSE_COUNT; close++)
        put_leaf(tree, tl_close_name((enum tl_close)close), closed, counts->closes[close]);
    for (int end = TL_CLIENT; end <= TL_SERVER; end++)
        put_leaf(tree, tl_role_name((enum tl_role)end), by, counts->closed_by[end]);
}

static void put_state(stats_tree *tree, int parent, const struct life_counts *counts, int end,
                      int state, bool is_presumed)
{
    const uint32_t count = counts->states[end][state][is_presumed];
    char name[LIFE_STATE_NAME_SIZE];

    if (count == 0 && !has_state_node[end][state][is_presumed])
        return;
    has_state_node[end][state][is_presumed] = true;
    put_leaf(tree, life_state_name((enum tl_state)state, is_presumed, name), parent, count);
}

static void put_states(stats_tree *tree, int root, const struct life_counts *counts)
{
    static const char *const names[] = {[TL_CLIENT] = "States of clients now",
                                        [TL_SERVER] = "States of servers now"};

    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        const int parent = put_parent(tree, names[end], root, counts->connections);

        for (int state = 0; state < TL_STATE_COUNT; state++) {
            put_state(tree, parent, counts, end, state, false);
            put_state(tree, parent, counts, end, state, true);
        }
    }
}

static void put_steps(stats_tree *tree, int root, const struct life_counts *counts)
{
    const int steps = put_parent(tree, "Steps made", root, counts->connections);

    for (int step = 0; step < LIFE_STEP_COUNT; step++)
        put_leaf(tree, life_step_name((enum life_step)step), steps,
                 (uint32_t)counts->steps[step].count);
}

static void put_experts_of(stats_tree *tree, int experts, enum tl_severity severity,
                           const struct life_counts *counts)
{
    uint32_t all = 0;
    int parent;

    for (int diagnosis = 0; diagnosis < TL_DIAGNOSIS_COUNT; diagnosis++) {
        if (tl_diagnosis_severity((enum tl_diagnosis)diagnosis) == severity)
            all += counts->experts[diagnosis];
    }
    parent = put_parent(tree, tl_severity_name(severity), experts, all);
    for (int diagnosis = 0; diagnosis < TL_DIAGNOSIS_COUNT; diagnosis++) {
        if (tl_diagnosis_severity((enum tl_diagnosis)diagnosis) == severity &&
            counts->experts[diagnosis] > 0)
            put_leaf(tree, tl_diagnosis_name((enum tl_diagnosis)diagnosis), parent,
                     counts->experts[diagnosis]);
    }
}

static void put_experts(stats_tree *tree, const struct life_counts *counts)
{
    uint32_t all = 0;
    int experts;

    for (int diagnosis = 0; diagnosis < TL_DIAGNOSIS_COUNT; diagnosis++)
        all += counts->experts[diagnosis];
    experts = put_parent(tree, "Expert infos", 0, all);
    for (int severity = TL_ERROR; severity >= TL_CHAT; severity--)
        put_experts_of(tree, experts, (enum tl_severity)severity, counts);
}

static void compute(struct tcplife_statistic *self)
{
    stats_tree *tree = self->output;
    const struct tl_capture *capture = tcplife_statistics_capture();
    const GByteArray *chosen = choice_made(self->choice);
    const struct tl_connection *connection;
    struct life_counts counts = {0};
    uint32_t number = 0;
    int root;

    while ((connection = connection_set_next(capture, chosen, &number)) != NULL)
        life_counts_add(&counts, capture, connection);
    root = put_parent(tree, "Connections", 0, counts.connections);
    put_opened(tree, root, &counts);
    put_closed(tree, root, &counts);
    put_steps(tree, root, &counts);
    put_states(tree, root, &counts);
    put_experts(tree, &counts);
    life_counts_free(&counts);
}

/* ---- Wireshark's callbacks ----------------------------------------------------------------- */

static struct tcplife_statistic statistic = {.compute = compute};

/* Also called when the tree is to be empty again. In a window all packets have been read when a filter chooses,
 * and final fields are what they are at the end. */
static void begin_tree(stats_tree *tree)
{
    memset(has_state_node, 0, sizeof has_state_node);
    if (!statistic.is_open && !tcplife_has_window())
        tcplife_statistic_filter(&statistic, tree->filter);
    tcplife_statistic_open(&statistic, tree);
}

static tap_packet_status see_packet(stats_tree *tree _U_, packet_info *pinfo, epan_dissect_t *edt,
                                    const void *data, tap_flags_t flags _U_)
{
    return tcplife_statistic_packet(&statistic, pinfo, edt, data);
}

/* cppcheck-suppress constParameter ; the type of Wireshark's callback */
static void end_tree(stats_tree *tree)
{
    if (statistic.output == tree)
        tcplife_statistic_close(&statistic);
}

void tcplife_register_tree(void)
{
    /* tshark calls a tree by this name and ",tree". */
    stats_tree_register_plugin(TCPLIFE_TAP, "tcplife", "TCP Lifecycle: Tree", TL_REQUIRES_NOTHING,
                               see_packet, begin_tree, end_tree);
}
