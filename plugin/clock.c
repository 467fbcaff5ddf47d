/* See clock.h: a dissector behind all others.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/clock.h"

#include "plugin/onlookers.h"
#include "plugin/session.h"

#include <epan/packet.h>

static int proto_clock = -1;

static int see_clock(tvbuff_t *tvb _U_, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    tcplife_onlookers_at(pinfo, tree);
    if (!PINFO_FD_VISITED(pinfo))
        tcplife_time_is(&pinfo->abs_ts);
    return 0;
}

void tcplife_register_clock(void)
{
    /* In name only: adds no layer to frame.protocols. */
    proto_clock = proto_register_protocol_in_name_only("The capture's clock (TCP Lifecycle)",
                                                       "Clock (TCP Lifecycle)", "tcplife.clock",
                                                       proto_get_id_by_filter_name("tcp"), FT_PROTOCOL);
}

void tcplife_hand_off_clock(void)
{
    register_postdissector(create_dissector_handle(see_clock, proto_clock));
}
