/* See onlookers.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/onlookers.h"

#include "plugin/protocol.h"
#include "plugin/show/experts.h"
#include "plugin/show/fields.h"
#include "plugin/show/info_column.h"

#include <epan/packet.h>
#include <epan/tap.h>

static int tap; /* TCPLIFE_TAP */

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

static void begin_session(void)
{
    tap = find_tap_id(TCPLIFE_TAP);
}

void tcplife_register_onlookers(void)
{
    register_init_routine(begin_session);
}
