/* The preferences of TCP Lifecycle.
 *
 * It knows their names, texts and defaults; it does not know who reads them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/preferences.h"

#include "plugin/protocol.h"

#include <epan/packet.h>
#include <epan/prefs-int.h>
#include <epan/prefs.h>

struct tcplife_preferences tcplife_preferences = {
    .msl = TL_DEFAULT_MSL_NS / 1000000000,
    .syn_flood_threshold = 100,
    .syn_flood_window = 10,
    .close_wait_limit = 60,
};

void tcplife_register_preferences(void)
{
    module_t *module = prefs_register_protocol(proto_tcplife, NULL);

    prefs_register_uint_preference(module, "msl", "Maximum Segment Lifetime (seconds)",
        "TIME-WAIT lasts twice as long. 30 is what Linux does; RFC 9293 says 120.",
        10, &tcplife_preferences.msl);
    prefs_register_uint_preference(module, "syn_flood_threshold",
        "SYN flood: half-open connections",
        "From this number of half-open connections to one server on, they are called a SYN flood.",
        10, &tcplife_preferences.syn_flood_threshold);
    prefs_register_uint_preference(module, "syn_flood_window", "SYN flood: within (seconds)",
        "Only half-open connections begun within so many seconds count towards a SYN flood.",
        10, &tcplife_preferences.syn_flood_window);
    prefs_register_uint_preference(module, "close_wait_limit",
        "CLOSE-WAIT lingers after (seconds)",
        "An end that stays in CLOSE-WAIT for longer than this has probably forgotten to close "
        "its socket.",
        10, &tcplife_preferences.close_wait_limit);
    prefs_register_uint_preference(module, "states_interval",
        "States over time: interval (seconds)",
        "Statistics > TCP Lifecycle: States over Time has one row for so long. 0 chooses an interval "
        "that makes at most 200 rows.",
        10, &tcplife_preferences.states_interval);
    prefs_register_bool_preference(module, "zeek", "Always compute Zeek's words",
        "tcplife.zeek.conn_state and tcplife.zeek.history cost time and memory. Without this they "
        "are computed where somebody asks for them: in Wireshark always, in tshark when they are "
        "named; tshark -V names none.",
        &tcplife_preferences.zeek);
    prefs_register_bool_preference(module, "info_column",
        "Show step and states in the Info column",
        "Info then begins with the step of handshake or teardown and the states of client and "
        "server; so does the comment column of Statistics > Flow Graph.",
        &tcplife_preferences.info_column);
}

static bool tcp_prefers(const char *name)
{
    module_t *tcp = prefs_find_module("tcp");
    pref_t *preference = tcp == NULL ? NULL : prefs_find_preference(tcp, name);

    return preference != NULL && prefs_get_bool_value(preference, pref_current);
}

bool tcplife_numbers_are_relative(void)
{
    return tcp_prefers("relative_sequence_numbers") && tcp_prefers("analyze_sequence_numbers");
}
