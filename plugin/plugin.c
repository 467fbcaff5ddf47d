/* The plugin's entry points, and the order in which its parts are registered.
 *
 * It knows what Wireshark expects of a plugin; everything about TCP is elsewhere.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define WS_BUILD_DLL
#include "plugin/ws_compat.h"

#include "plugin/clock.h"
#include "plugin/export/picture_tap.h"
#include "plugin/export/record_tap.h"
#include "plugin/hook.h"
#include "plugin/onlookers.h"
#include "plugin/preferences.h"
#include "plugin/protocol.h"
#include "plugin/session.h"
#include "plugin/show/experts.h"
#include "plugin/show/fields.h"
#include "plugin/statistics/dialogs.h"
#include "plugin/statistics/states_argument.h"
#include "plugin/window/windows.h"
#include "plugin/zeek_session.h"

#include <epan/packet.h>

WS_DLL_PUBLIC_DEF const char plugin_version[] = TCPLIFE_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

static void register_tcplife(void)
{
    tcplife_register_protocol();
    tcplife_register_fields();
    tcplife_register_preferences();
    tcplife_register_session();
    tcplife_register_clock();
    tcplife_register_onlookers();
    tcplife_register_zeek_session();
    tcplife_register_hook();
    tcplife_register_experts();
    tcplife_register_records();
    tcplife_register_stat_tables();
    tcplife_register_states_argument();
    tcplife_register_tree();
    tcplife_register_pictures();
    tcplife_register_conversations();
    tcplife_register_packet_menu();
}

static void hand_off_tcplife(void)
{
    tcplife_hand_off_hook();
    tcplife_hand_off_clock();
}

uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER;
}

void plugin_register(void)
{
    static const proto_plugin plugin = {
        .register_protoinfo = register_tcplife,
        .register_handoff = hand_off_tcplife,
    };

    proto_register_plugin(&plugin);
}
