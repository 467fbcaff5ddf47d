/* One reading of a capture file.
 *
 * It gives the tracker its memory (Wireshark's file scope, which ends with the
 * file), its configuration (the preferences) and its random seed. It must not
 * know what a segment is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session.h"

#include "preferences.h"

#include <epan/addr_resolv.h>
#include <epan/packet.h>
#include <epan/wmem_scopes.h>

static struct {
    struct tl_tracker *tracker;
    GArray *tcp_streams; /* by number of connection; NO_TCP_STREAM where unknown */
} session;

static const uint32_t NO_TCP_STREAM = UINT32_MAX;

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

/* Wireshark brings IANA's list with it, and knows it with name resolution off, too. */
static bool is_service(void *ctx _U_, uint16_t port)
{
    return try_serv_name_lookup(PT_TCP, port) != NULL;
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

    session.tracker = tl_tracker_new(&memory, &config);
    session.tcp_streams = g_array_new(FALSE, FALSE, sizeof(uint32_t));
}

static void end_session(void)
{
    session.tracker = NULL; /* its memory goes away with the file scope */
    if (session.tcp_streams != NULL)
        g_array_free(session.tcp_streams, TRUE);
    session.tcp_streams = NULL;
}

void tcplife_register_session(void)
{
    register_init_routine(begin_session);
    register_cleanup_routine(end_session);
}

struct tl_tracker *tcplife_tracker(void)
{
    return session.tracker;
}

void tcplife_set_tcp_stream(const struct tl_connection *connection, uint32_t tcp_stream)
{
    while (session.tcp_streams->len <= connection->number)
        g_array_append_val(session.tcp_streams, NO_TCP_STREAM);
    g_array_index(session.tcp_streams, uint32_t, connection->number) = tcp_stream;
}

bool tcplife_tcp_stream(const struct tl_connection *connection, uint32_t *tcp_stream)
{
    if (session.tcp_streams == NULL || connection->number >= session.tcp_streams->len)
        return false;
    *tcp_stream = g_array_index(session.tcp_streams, uint32_t, connection->number);
    return *tcp_stream != NO_TCP_STREAM;
}
