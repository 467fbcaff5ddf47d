/* Addresses and sockets, as everybody writes them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/text.h"
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

enum { LONGEST_IPV4 = 15, LONGEST_PORT = 5 };

/* Not inet_ntop(), which takes its digits from printf(): every record has four of them. */
static char *put_ipv4(char *to, const uint8_t *address)
{
    for (int i = 0; i < 4; i++) {
        if (i > 0)
            *to++ = '.';
        to = text_put_up_to_four(to, address[i]);
    }
    return to;
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
        text_end(text, put_ipv4(text_room(text, LONGEST_IPV4), socket->address));
    else if (tl_is_ipv6(capture, socket))
        text_append(text, inet_ntop(AF_INET6, socket->address, ipv6, sizeof ipv6));
    else if (capture->append_address != NULL)
        capture->append_address(text, socket, capture->ctx);
    else
        append_hexadecimal(text, socket);
}

static void append_ipv4_socket(GString *text, const struct tl_socket *socket)
{
    char *to = put_ipv4(text_room(text, LONGEST_IPV4 + 1 + LONGEST_PORT), socket->address);

    *to++ = ':';
    text_end(text, text_put_small_number(to, socket->port));
}

static void append_any_socket(GString *text, const struct tl_capture *capture, const struct tl_socket *socket)
{
    const gsize begin = text->len;
    bool has_colons;

    tl_append_address(text, capture, socket);
    /* What has colons of its own needs brackets (RFC 3986, section 3.2.2). */
    has_colons = strchr(text->str + begin, ':') != NULL;
    if (has_colons)
        g_string_insert_c(text, (gssize)begin, '[');
    text_append(text, has_colons ? "]:" : ":");
    text_append_number(text, socket->port);
}

void tl_append_socket(GString *text, const struct tl_capture *capture,
                      const struct tl_socket *socket)
{
    if (is_ipv4(capture, socket))
        append_ipv4_socket(text, socket);
    else
        append_any_socket(text, capture, socket);
}
