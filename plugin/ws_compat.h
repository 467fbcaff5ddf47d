/* What differs between Wireshark 4.0, 4.4 and 4.6.
 *
 * The only file that may test Wireshark's version; everything else uses the
 * names defined here. It knows Wireshark's interfaces and nothing of TCP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_WS_COMPAT_H
#define TCPLIFE_WS_COMPAT_H

#include <wireshark.h>
#include <ws_version.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define WS_VERSION_AT_LEAST(major, minor)                                                          \
    (WIRESHARK_VERSION_MAJOR > (major) ||                                                          \
     (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* Truth values in Wireshark's interfaces: GLib's, as wide as an int, before 4.3. The type
 * matters most where a pointer to it is handed over: a preference of the wrong width
 * overwrites its neighbour without a warning. */
#if WS_VERSION_AT_LEAST(4, 3)
typedef bool ws_boolean;
#else
typedef gboolean ws_boolean;
#endif

/* The parameters of both callbacks of register_conversation_filter(). */
#if WS_VERSION_AT_LEAST(4, 3)
#define WS_CONVERSATION_FILTER_PARAMETERS struct _packet_info *pinfo, void *user_data _U_
#define ws_register_conversation_filter(protocol, label, is_valid, build)                          \
    register_conversation_filter(protocol, label, is_valid, build, NULL)
#else
#define WS_CONVERSATION_FILTER_PARAMETERS struct _packet_info *pinfo
#define ws_register_conversation_filter(protocol, label, is_valid, build)                          \
    register_conversation_filter(protocol, label, is_valid, build)
#endif

/* What the function behind a -z argument returns. Before 4.5 it cannot say that it failed:
 * it has to end the program itself, as Wireshark's own taps of that time do. */
#if WS_VERSION_AT_LEAST(4, 5)
typedef bool ws_stat_init_result;
#define WS_STAT_INIT_OK return true
#define WS_STAT_INIT_FAILED return false
#else
typedef void ws_stat_init_result;
#define WS_STAT_INIT_OK return
#define WS_STAT_INIT_FAILED exit(EXIT_FAILURE)
#endif

/* A tap that cannot do what it was asked for. TAP_PACKET_FAILED would only silence it, and tshark say that all went well. */
#define WS_TAP_FAILED exit(EXIT_FAILURE)

/* What dfilter_compile() and dfilter_expand() say of a filter that is not valid. */
#if WS_VERSION_AT_LEAST(4, 1)
#define ws_dfilter_error df_error_t
#define ws_dfilter_error_free(error) df_error_free(&(error))
#else
#define ws_dfilter_error char
#define ws_dfilter_error_free(error) g_free(error)
#endif

/* plugin_describe() tells newer versions what a plugin holds; older ones do not ask. */
#if WS_VERSION_AT_LEAST(4, 3)
#include <wsutil/plugins.h>
#else
#define WS_PLUGIN_DESC_DISSECTOR (1UL << 0)
#define WS_PLUGIN_DESC_TAP_LISTENER (1UL << 4)
#endif

#endif
