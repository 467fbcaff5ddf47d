/* Addresses and sockets, as everybody writes them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/output/sentences.h"

#include <string.h>

#ifdef G_OS_WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

bool tl_is_ipv6(const struct tl_capture *capture, const struct tl_socket *socket)
{
    return socket->family == capture->ipv6 && socket->address_length == 16;
}

static bool is_ipv4(const struct tl_capture *capture, const struct tl_socket *socket)
{
    return socket->family == capture->ipv4 && socket->address_length == 4;
}

/* Not inet_ntop(), which takes its digits from printf(): every record has four of them. */
static void append_ipv4(GString *text, const uint8_t *address)
{
    for (int i = 0; i < 4; i++) {
        const unsigned byte = address[i];

        if (i > 0)
            g_string_append_c(text, '.');
        if (byte >= 100)
            g_string_append_c(text, (char)('0' + byte / 100));
        if (byte >= 10)
            g_string_append_c(text, (char)('0' + byte / 10 % 10));
        g_string_append_c(text, (char)('0' + byte % 10));
    }
}

static void append_hexadecimal(GString *text, const struct tl_socket *socket)
{
    for (unsigned i = 0; i < socket->address_length; i++)
        g_string_append_printf(text, "%s%02x", i > 0 ? "-" : "", socket->address[i]);
}

void tl_append_address(GString *text, const struct tl_capture *capture,
                       const struct tl_socket *socket)
{
    char ipv6[INET6_ADDRSTRLEN];

    if (is_ipv4(capture, socket))
        append_ipv4(text, socket->address);
    else if (tl_is_ipv6(capture, socket))
        g_string_append(text, inet_ntop(AF_INET6, socket->address, ipv6, sizeof ipv6));
    else if (capture->append_address != NULL)
        capture->append_address(text, socket, capture->ctx);
    else
        append_hexadecimal(text, socket);
}

/* Digits of a port, as those of an address: without printf(). */
static void append_port(GString *text, unsigned port)
{
    char digits[8], *first = digits + sizeof digits - 1;

    *first = '\0';
    do {
        *--first = (char)('0' + port % 10);
        port /= 10;
    } while (port > 0);
    g_string_append(text, first);
}

void tl_append_socket(GString *text, const struct tl_capture *capture,
                      const struct tl_socket *socket)
{
    const gsize begin = text->len;
    bool has_colons;

    tl_append_address(text, capture, socket);
    /* What has colons of its own needs brackets (RFC 3986, section 3.2.2). */
    has_colons = strchr(text->str + begin, ':') != NULL;
    if (has_colons)
        g_string_insert_c(text, (gssize)begin, '[');
    g_string_append(text, has_colons ? "]:" : ":");
    append_port(text, socket->port);
}
