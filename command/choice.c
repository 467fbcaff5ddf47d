/* See choice.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/choice.h"

#include "command/complaints.h"
#include "command/expression.h"
#include "output/connection_set.h"
#include "tcplife/output/capture.h"
#include "tcplife/output/records.h"

#include <inttypes.h>
#include <string.h>

#ifdef G_OS_WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

/* ---- what the user has written ------------------------------------------------------------- */

static bool take_number(uint64_t *to, const char *option, const char *word, uint64_t most)
{
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned(word, 10, 0, most, &number, NULL)) {
        complain("%s is a number from 0 to %" G_GUINT64_FORMAT ", and not %s", option, (guint64)most,
                 word);
        return false;
    }
    *to = number;
    return true;
}

static bool take_host(struct choice *choice, const char *word)
{
    if (inet_pton(AF_INET, word, choice->host) == 1)
        choice->host_length = 4;
    else if (inet_pton(AF_INET6, word, choice->host) == 1)
        choice->host_length = 16;
    else
        complain("--host is an address of IPv4 or IPv6, such as 192.0.2.1 or 2001:db8::1, and not %s",
                 word);
    choice->by_host = choice->host_length > 0;
    return choice->by_host;
}

static bool take_where(struct choice *choice, const char *jq)
{
    char *error;

    if (jq[strspn(jq, " \t\r\n")] == '\0') {
        complain("--where is a question in jq, and not empty");
        return false;
    }
    choice->where = expression_new(jq, &error);
    if (choice->where == NULL) {
        complain("--where is no jq: %s", error);
        g_free(error);
    }
    return choice->where != NULL;
}

/* "--host 192.0.2.1 --port 80"; NULL: none of them is given. */
static char *words_of(const char *number, const char *host, const char *port, const char *where)
{
    const char *const given[][2] = {
        {"--connection", number}, {"--host", host}, {"--port", port}, {"--where", where}};
    GString *words = g_string_new(NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(given); i++)
        if (given[i][1] != NULL)
            g_string_append_printf(words, "%s%s %s", words->len > 0 ? " " : "", given[i][0],
                                   given[i][1]);
    return g_string_free(words, words->len == 0);
}

bool choice_take(struct choice *choice, const char *number, const char *host, const char *port,
                 const char *where)
{
    uint64_t value;

    *choice = (struct choice){.words = words_of(number, host, port, where)};
    if (number != NULL) {
        if (!take_number(&value, "--connection", number, G_MAXUINT32))
            return false;
        choice->by_number = true;
        choice->number = (uint32_t)value;
    }
    if (port != NULL) {
        if (!take_number(&value, "--port", port, G_MAXUINT16))
            return false;
        choice->by_port = true;
        choice->port = (uint16_t)value;
    }
    return (host == NULL || take_host(choice, host)) &&
           (where == NULL || take_where(choice, where));
}

void choice_clear(struct choice *choice)
{
    expression_free(choice->where);
    choice->where = NULL;
    g_clear_pointer(&choice->words, g_free);
}

/* ---- a connection -------------------------------------------------------------------------- */

static bool has_address(const struct choice *choice, const struct tl_capture *capture,
                        const struct tl_socket *socket)
{
    const uint8_t family = choice->host_length == 4 ? capture->ipv4 : capture->ipv6;

    return socket->family == family && socket->address_length == choice->host_length &&
           memcmp(socket->address, choice->host, choice->host_length) == 0;
}

static bool is_where(struct expression *where, const struct tl_capture *capture,
                     const struct tl_connection *connection, char **error)
{
    GString *text = g_string_new(NULL);
    struct record *record;
    enum answer answer;

    tl_append_json(text, capture, connection);
    record = record_new(text->str, text->len);
    answer = expression_ask(where, record, error);
    record_free(record);
    g_string_free(text, TRUE);
    return answer == ANSWER_YES;
}

bool choice_has(const struct choice *choice, const struct tl_capture *capture,
                const struct tl_connection *connection, char **error)
{
    const struct tl_socket client = tl_connection_socket(connection, TL_CLIENT);
    const struct tl_socket server = tl_connection_socket(connection, TL_SERVER);

    *error = NULL;
    if (choice->by_number && tl_tracker_ordinal(capture->tracker, connection) != choice->number)
        return false;
    if (choice->by_port && client.port != choice->port && server.port != choice->port)
        return false;
    if (choice->by_host && !has_address(choice, capture, &client) &&
        !has_address(choice, capture, &server))
        return false;
    return choice->where == NULL || is_where(choice->where, capture, connection, error);
}

bool choice_is_among(const struct choice *choice, uint32_t connections)
{
    return !choice->by_number || choice->number < connections;
}

void choice_complain(const struct choice *choice, const char *name, uint32_t connections)
{
    if (connections == 0)
        complain("%s has no connection, and so no connection %" PRIu32, name, choice->number);
    else if (connections == 1)
        complain("%s has one connection, number 0: there is no connection %" PRIu32, name,
                 choice->number);
    else
        complain("%s has %" PRIu32 " connections, numbers 0 to %" PRIu32
                 ": there is no connection %" PRIu32,
                 name, connections, connections - 1, choice->number);
}

bool choice_is_narrow(const struct choice *choice)
{
    return choice->by_number || choice->by_host || choice->by_port || choice->where != NULL;
}

bool choice_narrow(const struct choice *choice, const struct tl_capture *capture,
                   GByteArray *connections, char **error)
{
    const struct tl_connection *connection;
    uint32_t next = 0;
    char *why;

    if (!choice_is_narrow(choice))
        return true;
    while ((connection = connection_set_next(capture, connections, &next)) != NULL) {
        if (!choice_has(choice, capture, connection, &why))
            connection_set_remove(connections, next - 1);
        if (why != NULL) {
            *error =
                g_strdup_printf("--where fails: %s, connection %u: %s", capture->files[0].name,
                                tl_tracker_ordinal(capture->tracker, connection), why);
            g_free(why);
            return false;
        }
    }
    return true;
}
