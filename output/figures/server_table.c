/* One row a server's socket: what became of the attempts to reach it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/figures/tables.h"

#include "output/connection_set.h"
#include "output/figures/sample.h"
#include "tcplife/output/sentences.h"

#include <string.h>

struct server {
    struct tl_socket socket;
    uint32_t opens[TL_OPEN_COUNT];
    uint32_t half_open; /* now */
    uint32_t resets;
    struct sample handshakes;
};

/* ---- the servers --------------------------------------------------------------------------- */

static unsigned hash_socket(const void *key)
{
    const struct tl_socket *socket = key;
    unsigned hash = socket->port;

    for (unsigned i = 0; i < socket->address_length; i++)
        hash = hash * 31 + socket->address[i];
    return hash;
}

static gboolean is_same_socket(const void *a, const void *b)
{
    const struct tl_socket *left = a;
    const struct tl_socket *right = b;

    return left->port == right->port && left->family == right->family &&
           left->address_length == right->address_length &&
           memcmp(left->address, right->address, left->address_length) == 0;
}

static void free_server(void *data)
{
    struct server *server = data;

    sample_free(&server->handshakes);
    g_free(server);
}

/* In the order of their first connections. */
struct servers {
    GHashTable *by_socket;
    GPtrArray *all;
};

static struct server *find_server(struct servers *servers, const struct tl_socket *socket)
{
    struct server *server = g_hash_table_lookup(servers->by_socket, socket);

    if (server == NULL) {
        server = g_new0(struct server, 1);
        server->socket = *socket;
        g_ptr_array_add(servers->all, server);
        g_hash_table_insert(servers->by_socket, &server->socket, server);
    }
    return server;
}

static void add_connection(struct servers *servers, const struct tl_capture *capture,
                           const struct tl_connection *connection)
{
    const struct tl_socket socket = tl_connection_socket(connection, TL_SERVER);
    struct server *server = find_server(servers, &socket);
    const struct tl_summary summary = tl_summarize_until(connection, capture->end_ns);

    server->opens[summary.open]++;
    if (tl_connection_is_half_open(connection))
        server->half_open++;
    if (summary.close == TL_CLOSE_RESET || summary.close == TL_CLOSE_RESET_WHILE_CLOSING)
        server->resets++;
    if (summary.handshake_time.known)
        sample_add(&server->handshakes, summary.handshake_time.ns);
}

/* ---- the table ----------------------------------------------------------------------------- */

static uint32_t attempts(const struct server *server)
{
    uint32_t count = 0;

    for (int open = 0; open < TL_OPEN_COUNT; open++)
        count += open == TL_OPEN_MIDSTREAM || open == TL_OPEN_STRAY ? 0 : server->opens[open];
    return count;
}

static void put_server(const struct figure_sink *sink, const struct tl_capture *capture,
                       struct server *server)
{
    const struct sample_figures handshakes = sample_describe(&server->handshakes);
    GString *socket = g_string_new(NULL);

    tl_append_socket(socket, capture, &server->socket);
    figure_begin_row(sink);
    figure_put_text(sink, socket->str);
    figure_put_count(sink, attempts(server));
    figure_put_count(sink, server->opens[TL_OPEN_THREE_WAY] + server->opens[TL_OPEN_SIMULTANEOUS] +
                               server->opens[TL_OPEN_FAST_OPEN]);
    figure_put_count(sink, server->opens[TL_OPEN_REFUSED]);
    figure_put_count(sink, server->opens[TL_OPEN_REJECTED]);
    figure_put_count(sink, server->opens[TL_OPEN_UNANSWERED]);
    figure_put_count(sink, server->half_open);
    figure_put_count(sink, server->opens[TL_OPEN_ABORTED]);
    figure_put_count(sink, server->resets);
    figure_put_count(sink, server->opens[TL_OPEN_MIDSTREAM]);
    if (handshakes.count > 0) {
        figure_put_milliseconds(sink, handshakes.median);
        figure_put_milliseconds(sink, handshakes.p95);
        figure_put_milliseconds(sink, handshakes.maximum);
    }
    figure_end_row(sink);
    g_string_free(socket, TRUE);
}

void server_table_fill(const struct figure_sink *sink, const struct tl_capture *capture,
                       const GByteArray *chosen)
{
    struct servers servers = {.by_socket = g_hash_table_new(hash_socket, is_same_socket),
                              .all = g_ptr_array_new_with_free_func(free_server)};
    const struct tl_connection *connection;
    uint32_t number = 0;

    while ((connection = connection_set_next(capture, chosen, &number)) != NULL)
        add_connection(&servers, capture, connection);
    sink->begin_table(sink->to, "Servers");
    for (unsigned i = 0; i < servers.all->len; i++)
        put_server(sink, capture, g_ptr_array_index(servers.all, i));
    g_hash_table_destroy(servers.by_socket);
    g_ptr_array_free(servers.all, TRUE);
}

unsigned server_table_columns(struct figure_column columns[FIGURE_COLUMNS_AT_MOST])
{
    static const struct figure_column all[] = {
        {"Server", false, true, 21},
        {"Attempts", true, false, 8},
        {"Opened", true, false, 8},
        {"Refused", true, false, 8},
        {"Rejected", true, false, 8},
        {"Unanswered", true, false, 8},
        {"Half-open now", true, false, 8},
        {"Aborted", true, false, 8},
        {"Resets", true, false, 8},
        {"Midstream", true, false, 8},
        {"Handshake median (ms)", false, false, 14},
        {"Handshake p95 (ms)", false, false, 14},
        {"Handshake max (ms)", false, false, 14},
    };

    memcpy(columns, all, sizeof all);
    return G_N_ELEMENTS(all);
}
