/* Reads a TCP header as it stands in a packet (RFC 9293, section 3.1).
 *
 * Plain bytes in, struct tl_segment out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TCP_HEADER_H
#define TCPLIFE_TCP_HEADER_H

#include "tcplife/segment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

TL_BEGIN_DECLS

enum {
    TL_TCP_HEADER_MINIMUM = 20,
    TL_TCP_HEADER_MAXIMUM = 60,
    TL_TCP_HEADER_QUOTED = 8 /* what the oldest ICMP errors quote: ports and sequence number */
};

/* Ports and sequence number, of which an ICMP error quotes little more.
 * False: less than TL_TCP_HEADER_QUOTED bytes were captured. */
TL_API bool tl_tcp_header_read_quoted(const uint8_t *header, size_t captured, struct tl_segment *segment);

/* Fills in what the header and its options tell; leaves everything else alone.
 *
 * `captured` bytes of the segment can be read (more than TL_TCP_HEADER_MAXIMUM are not needed);
 * `on_the_wire` bytes it had, payload included.
 *
 * False: no TCP would accept this as a segment (too short, or a data offset that does not fit),
 * or too little of it was captured to know its flags and window. */
TL_API bool tl_tcp_header_read(const uint8_t *header, size_t captured, size_t on_the_wire,
                     struct tl_segment *segment);

/* The checksum's answer, of a whole segment whose addresses are known (RFC 9293, section 3.1). `tcp` is
 * its header and payload, `length` bytes. */
TL_API enum tl_checksum tl_tcp_header_checksum(const uint8_t *tcp, size_t length,
                                     const struct tl_segment *segment);

TL_END_DECLS

#endif
