/* What the flags of a segment allow (RFC 9293, section 3.10.7).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_RFC_SEGMENT_H
#define TCPLIFE_RFC_SEGMENT_H

#include "tcplife/segment.h"

#include <stdbool.h>

/* A segment that is of no connection: neither SYN, RST nor ACK. */
static inline bool tl_is_stray(const struct tl_segment *s)
{
    return !(s->flags & (TL_SYN | TL_RST | TL_ACK));
}

/* Neither SYN, FIN nor RST, as most segments of a connection: without ACK there is no such segment of one (RFC 9293,
 * section 3.10.7.4, fifth check). */
static inline bool tl_only_acknowledges(const struct tl_segment *s)
{
    return (s->flags & (TL_SYN | TL_FIN | TL_RST | TL_ACK)) == TL_ACK;
}

/* Combinations that no TCP sends, and that RFC 9293 section 3.10.7 drops: a segment of a
 * connection has ACK, unless it is a SYN or a RST. */
static inline bool tl_has_possible_flags(const struct tl_segment *s)
{
    /* What stands beside RST is not looked at any more (RFC 9293, section 3.10.7.4, second check). */
    if (s->flags & TL_RST)
        return true;
    return s->flags & TL_SYN ? !(s->flags & TL_FIN) : (s->flags & TL_ACK) != 0;
}

#endif
