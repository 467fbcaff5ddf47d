/* One reading of a capture file.
 *
 * It gives the tracker its memory (Wireshark's file scope, which ends with the
 * file), its configuration (the preferences) and its random seed. It must not
 * know what a segment is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/session.h"

#include "output/figures/open_connections.h"
#include "plugin/numbers.h"
#include "plugin/preferences.h"
#include "tcplife/service_ports.h"

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/packet.h>
#include <epan/plugin_if.h>
#include <epan/to_str.h>
#include <epan/wmem_scopes.h>

static struct tl_tracker *tracker;
static struct tl_capture capture; /* of which the tracker is */
static struct open_connections *open_connections;
static GArray *tcp_streams; /* by number of connection: Wireshark's own number, plus 1; 0: not known */
static int proto_tcp = -1;

/* struct tl_memory's resize. wmem ends the program itself when memory runs out. */
static void *resize(void *scope, void *block, size_t old_size _U_, size_t new_size)
{
    if (new_size == 0) {
        wmem_free(scope, block);
        return NULL;
    }
    return wmem_realloc(scope, block, new_size);
}

struct tl_memory tcplife_file_memory(void)
{
    return (struct tl_memory){.resize = resize, .ctx = wmem_file_scope()};
}

static bool is_service(void *ctx _U_, uint16_t port)
{
    return tl_is_service_port(port);
}

void tcplife_time_is(const nstime_t *time)
{
    const int64_t most = TL_TIME_LIMIT_NS / 1000000000 - 1, seconds = (int64_t)time->secs;
    const int64_t ns = CLAMP(seconds, -most, most) * 1000000000 + CLAMP(time->nsecs, 0, 999999999);

    capture.end_ns = MAX(capture.end_ns, ns);
}

address tcplife_address_of(const struct tl_socket *socket)
{
    address result = ADDRESS_INIT_NONE;

    if (socket->address_length > 0)
        set_address(&result, socket->family, socket->address_length, socket->address);
    return result;
}

/* struct tl_capture's append_address. */
static void append_address(GString *text, const struct tl_socket *socket, void *ctx _U_)
{
    const address whose = tcplife_address_of(socket);
    char *words = address_to_str(NULL, &whose);

    g_string_append(text, words);
    wmem_free(NULL, words);
}

/* struct tl_capture's tcp_stream. */
static bool tcp_stream_of(const struct tl_connection *connection, uint32_t *tcp_stream, void *ctx _U_)
{
    const uint32_t number_plus_1 =
        tcp_streams != NULL && tl_connection_number(connection) < tcp_streams->len
            ? g_array_index(tcp_streams, uint32_t, tl_connection_number(connection))
            : 0;

    *tcp_stream = number_plus_1 - 1;
    return number_plus_1 != 0;
}

static void begin_session(void)
{
    const struct tl_memory memory = tcplife_file_memory();
    struct tl_config config = {
        .msl_ns = (int64_t)tcplife_preferences.msl * 1000000000,
        .close_wait_limit_ns = (int64_t)tcplife_preferences.close_wait_limit * 1000000000,
        .syn_flood_threshold = tcplife_preferences.syn_flood_threshold,
        .syn_flood_window_ns = (int64_t)tcplife_preferences.syn_flood_window * 1000000000,
        .is_service = is_service,
    };

    for (int i = 0; i < 2; i++)
        config.seed[i] = (uint64_t)g_random_int() << 32 | g_random_int();

    tracker = tl_tracker_new(&memory, &config);
    capture = (struct tl_capture){
        .tracker = tracker,
        .end_ns = INT64_MIN,
        .msl_ns = config.msl_ns,
        .ipv4 = AT_IPv4,
        .ipv6 = AT_IPv6,
        .has_raw_numbers = !tcplife_numbers_are_relative(),
        .append_address = append_address,
        .tcp_stream = tcp_stream_of,
    };
    tcp_streams = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    tcplife_numbers_begin();
    open_connections = tracker == NULL ? NULL : open_connections_new(tracker);
}

static void end_session(void)
{
    /* Their memory goes away with the file scope. */
    tracker = NULL;
    capture.tracker = NULL;
    capture.zeek = NULL;
    if (tcp_streams != NULL)
        g_array_free(tcp_streams, TRUE);
    tcp_streams = NULL;
    tcplife_numbers_end();
    open_connections_free(open_connections);
    open_connections = NULL;
}

void tcplife_register_session(void)
{
    proto_tcp = proto_get_id_by_filter_name("tcp");
    register_init_routine(begin_session);
    register_cleanup_routine(end_session);
}

struct tl_tracker *tcplife_tracker(void)
{
    return tracker;
}

struct open_connections *tcplife_open_connections(void)
{
    return open_connections;
}

const struct tl_capture *tcplife_capture(void)
{
    return &capture;
}

void tcplife_capture_has_zeek(const struct tl_zeek *zeek)
{
    capture.zeek = zeek;
}

bool tcplife_has_window(void)
{
    ws_info_t *window = NULL;

    /* Only Wireshark itself supports the question. */
    plugin_if_get_ws_info(&window);
    return window != NULL && window->ws_info_supported;
}

/* What "tcp" knows of the segment's conversation. NULL: nothing. */
static const struct tcp_analysis *tcp_analysis_of(const struct tl_segment *segment)
{
    const address source = tcplife_address_of(&segment->source);
    const address destination = tcplife_address_of(&segment->destination);
    const conversation_t *conversation =
        find_conversation(segment->frame, &source, &destination, CONVERSATION_TCP,
                          segment->source.port, segment->destination.port, 0);

    return conversation == NULL ? NULL : conversation_get_proto_data(conversation, proto_tcp);
}

void tcplife_remember_tcp_stream(const struct tl_connection *connection,
                                 const struct tl_segment *first)
{
    const struct tcp_analysis *analysis = tcp_analysis_of(first);

    if (analysis == NULL)
        return;
    if (tcp_streams->len <= tl_connection_number(connection))
        g_array_set_size(tcp_streams, tl_connection_number(connection) + 1);
    g_array_index(tcp_streams, uint32_t, tl_connection_number(connection)) = analysis->stream + 1;
}
