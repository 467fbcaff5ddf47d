/* A plugin for tests: prints all TCP segments as TCP Lifecycle sees them, and what it says of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define WS_BUILD_DLL
#include "plugin/ws_compat.h"

#include "plugin/hook.h"
#include "plugin/protocol.h"
#include "tests/decode/segment_line.h"

#include <epan/packet.h>
#include <epan/tap.h>

#include <stdlib.h>

WS_DLL_PUBLIC_DEF const char plugin_version[] = "0";
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

static tap_packet_status take_packet(void *ctx _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                     const void *data, tap_flags_t flags _U_)
{
    const struct tl_seen_segment *seen = &((const struct tcplife_packet *)data)->seen;

    if (seen->quoted)
        print_icmp_error(seen->segment, seen->connection);
    else
        print_segment(seen->segment, seen->connection, seen->sender);
    return TAP_PACKET_DONT_REDRAW;
}

/* Behind all protocols, and so behind the tap itself. */
static void register_listener(void)
{
    GString *error = register_tap_listener(TCPLIFE_TAP, NULL, NULL, TL_REQUIRES_NOTHING, NULL,
                                           take_packet, NULL, NULL);

    if (error != NULL)
        abort();
}

uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_TAP_LISTENER;
}

void plugin_register(void)
{
    static const tap_plugin plugin = {.register_tap_listener = register_listener};

    tap_register_plugin(&plugin);
}
