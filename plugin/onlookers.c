/* See onlookers.h.
 *
 * Wireshark's windows, `tshark -2` and sharkd read a packet once and dissect it again when somebody asks.
 * What tshark does in one pass it knows before the first packet: filters, fields and statistics are
 * arguments. No function says which program this is, but taps tell: they are given a packet at its first
 * dissection only where that one counts, which without a window is the only one. So a tap of our own is
 * listened to until the first packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/onlookers.h"

#include "plugin/protocol.h"
#include "plugin/session.h"
#include "plugin/show/experts.h"
#include "plugin/show/fields.h"
#include "plugin/show/info_column.h"

#include <epan/packet.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

#define TRIAL_TAP "tcplife.trial"

/* Of this reading of a file. */
static enum { UNDECIDED, MAY_BE_ASKED, NOBODY_ASKS, ASKED_TOO_LATE } asking;
static int tap; /* TCPLIFE_TAP */
static int trial_tap;
static char trial[] = "trial"; /* what is given to it; also its listener's name. Wireshark wants no const */

static bool is_wanted(proto_tree *tree)
{
    return tcplife_fields_are_looked_at(tree) || tcplife_info_column_is_on() || have_tap_listener(tap);
}

enum tcplife_shown tcplife_shown_of(const packet_info *pinfo, proto_tree *tree)
{
    if (is_wanted(tree))
        return TCPLIFE_EVERYTHING;
    return tcplife_experts_are_seen(pinfo, tree) ? TCPLIFE_EXPERT_INFOS : TCPLIFE_NOTHING;
}

static bool taps_are_given(packet_info *pinfo)
{
    tap_queue_packet(trial_tap, pinfo, trial);
    return fetch_tapped_data(trial_tap, 0) == trial;
}

static void end_trial(void)
{
    if (have_tap_listener(trial_tap))
        remove_tap_listener(trial);
}

void tcplife_onlookers_at(packet_info *pinfo, proto_tree *tree)
{
    if (asking != UNDECIDED)
        return;
    asking = !PINFO_FD_VISITED(pinfo) && tcplife_shown_of(pinfo, tree) == TCPLIFE_NOTHING && taps_are_given(pinfo)
                 ? NOBODY_ASKS
                 : MAY_BE_ASKED;
    end_trial();
}

bool tcplife_nobody_asks(enum tcplife_shown shown)
{
    if (asking == NOBODY_ASKS && shown != TCPLIFE_NOTHING) {
        /* A Lua script can begin to listen at any packet. Half of what was, told as the whole, would be wrong. */
        report_warning("TCP Lifecycle says nothing: it was asked after packets had been read, "
                       "and nobody had asked before the first one");
        asking = ASKED_TOO_LATE;
    }
    return asking >= NOBODY_ASKS;
}

static void begin_session(void)
{
    GString *error;

    asking = tcplife_has_window() ? MAY_BE_ASKED : UNDECIDED;
    tap = find_tap_id(TCPLIFE_TAP);
    if (asking != UNDECIDED)
        return;
    error = register_tap_listener(TRIAL_TAP, trial, NULL, TL_IS_DISSECTOR_HELPER, NULL, NULL, NULL, NULL);
    if (error != NULL)
        g_string_free(error, TRUE);
}

void tcplife_register_onlookers(void)
{
    trial_tap = register_tap(TRIAL_TAP);
    register_init_routine(begin_session);
    register_cleanup_routine(end_trial);
}
