/* Which ICMP messages are errors, which quote the packet that they are about?
 *
 * Read first: RFC 792; RFC 4443, sections 2.1 and 3.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_ICMP_H
#define TCPLIFE_ICMP_H

#include "tcplife/api.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

enum {
    TL_ICMP_HEADER = 8 /* what precedes the quoted packet */
};

/* Destination unreachable, time exceeded, parameter problem. A redirection quotes a packet, too, and
 * is none. */
static inline bool tl_icmp_is_error(uint8_t type)
{
    return type == 3 || type == 11 || type == 12;
}

/* Destination unreachable, packet too big, time exceeded, parameter problem. */
static inline bool tl_icmpv6_is_error(uint8_t type)
{
    return type >= 1 && type <= 4;
}

TL_END_DECLS

#endif
