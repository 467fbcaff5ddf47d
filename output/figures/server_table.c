/* -z tcplife,servers and Statistics > TCP Lifecycle: Servers: one row a server's socket.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/figures/sample.h"
#include "output/words/sentences.h"
#include "plugin/session.h"
#include "plugin/statistics/stat_tables.h"
#include "tcplife/summary.h"

#include <epan/packet.h>

#include <string.h>

#define TITLE "Servers"

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

static void add_connection(struct servers *servers, const struct tl_connection *connection)
{
    const struct tl_socket socket = tl_connection_socket(connection, TL_SERVER);
    struct server *server = find_server(servers, &socket);
    const struct tl_summary summary = tcplife_summarize(connection);

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

static void put_server(struct stat_row *row, struct server *server)
{
    const struct sample_figures handshakes = sample_describe(&server->handshakes);
    char *socket = tcplife_socket_text(NULL, &server->socket);

    stat_row_text(row, socket);
    stat_row_count(row, attempts(server));
    stat_row_count(row, server->opens[TL_OPEN_THREE_WAY] + server->opens[TL_OPEN_SIMULTANEOUS] +
                            server->opens[TL_OPEN_FAST_OPEN]);
    stat_row_count(row, server->opens[TL_OPEN_REFUSED]);
    stat_row_count(row, server->opens[TL_OPEN_REJECTED]);
    stat_row_count(row, server->opens[TL_OPEN_UNANSWERED]);
    stat_row_count(row, server->half_open);
    stat_row_count(row, server->opens[TL_OPEN_ABORTED]);
    stat_row_count(row, server->resets);
    stat_row_count(row, server->opens[TL_OPEN_MIDSTREAM]);
    if (handshakes.count > 0) {
        stat_row_milliseconds(row, handshakes.median);
        stat_row_milliseconds(row, handshakes.p95);
        stat_row_milliseconds(row, handshakes.maximum);
    }
    stat_row_end(row);
    wmem_free(NULL, socket);
}

static void compute(struct tcplife_statistic *self)
{
    stat_tap_table *table = stat_rows_table(self->output, TITLE);
    struct servers servers = {.by_socket = g_hash_table_new(hash_socket, is_same_socket),
                              .all = g_ptr_array_new_with_free_func(free_server)};
    const struct tl_connection *connection;
    uint32_t number = 0;

    while ((connection = tcplife_statistic_next(self, &number)) != NULL)
        add_connection(&servers, connection);
    for (unsigned i = 0; i < servers.all->len; i++) {
        struct stat_row row = stat_row_begin(table, i);

        put_server(&row, g_ptr_array_index(servers.all, i));
    }
    stat_rows_end(table, servers.all->len);
    g_hash_table_destroy(servers.by_socket);
    g_ptr_array_free(servers.all, TRUE);
}

/* ---- registration -------------------------------------------------------------------------- */

void tcplife_register_server_table(void)
{
    static stat_tap_table_item columns[] = {
        {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Server", "%-21s"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Attempts", "%8u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Opened", "%8u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Refused", "%8u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Rejected", "%8u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Unanswered", "%8u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Half-open now", "%8u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Aborted", "%8u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Resets", "%8u"},
        {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Midstream", "%8u"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Handshake median (ms)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Handshake p95 (ms)", "%14s"},
        {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Handshake max (ms)", "%14s"},
    };
    static struct stat_tables tables = {
        .statistic = {.compute = compute},
        .ui = {
            .title = "TCP Lifecycle: Servers",
            .cli_string = "tcplife,servers",
            .fields = columns,
            .nfields = G_N_ELEMENTS(columns),
        },
    };

    stat_tables_register(&tables);
}
