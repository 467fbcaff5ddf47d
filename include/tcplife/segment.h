/* One captured TCP segment, as the tracker needs it (RFC 9293, section 3.1).
 *
 * The caller fills it from the packet; the tracker keeps no pointer into it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SEGMENT_H
#define TCPLIFE_SEGMENT_H

#include "tcplife/seq.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

enum {
    TL_FIN = 0x01,
    TL_SYN = 0x02,
    TL_RST = 0x04,
    TL_PSH = 0x08,
    TL_ACK = 0x10,
    TL_URG = 0x20
};

/* 146 years. */
#define TL_TIME_LIMIT_NS (INT64_MAX / 2)

/* One end's socket: an address of 4 or 16 bytes (or of any length up to 16,
 * zero-padded) and a port. `family` keeps equal bytes of different kinds of
 * addresses apart; its values are the caller's. */
struct tl_socket {
    uint8_t address[16];
    uint16_t port;
    uint8_t family;
    uint8_t address_length; /* bytes used in `address` */
};

/* Unknown is also what was left to the sender's network card: a field of 0 or of the pseudo header's
 * sum, and a segment longer than any packet, which the card merged or is to cut. */
enum tl_checksum { TL_CHECKSUM_UNKNOWN, TL_CHECKSUM_GOOD, TL_CHECKSUM_BAD };

/* Instead of a window scale: the SYN had no such option, or the capture cut its options off. What was
 * cut off may have been there. */
enum { TL_SCALE_NONE = -1, TL_SCALE_UNKNOWN = -2 };

struct tl_segment {
    uint32_t frame;  /* number in the capture, from 1, never falling; 0 is taken as 1 */
    /* Of the segments between these sockets that this frame holds (several: 802.11 A-MSDU, TCP within
     * TCP), which one is it, from 0? */
    uint32_t part;
    /* The capture's clock, nanoseconds since the epoch; may step back. Within TL_TIME_LIMIT_NS
     * on either side, so that the difference of two is a number, too. */
    int64_t time_ns;

    struct tl_socket source, destination;
    /* In which network these addresses are (a hash of the VLAN, label, tunnel… around IP), 0: nothing
     * tells. The two directions of a conversation may differ in it, and so may copies of a segment. */
    uint32_t network;

    tl_seq seq;
    tl_seq ack;       /* valid with TL_ACK only */
    uint32_t length;  /* payload bytes on the wire, captured or not */
    uint16_t window;  /* as in the header, not scaled */
    uint8_t flags;    /* TL_FIN … TL_URG */
    int8_t window_scale; /* the option's shift (RFC 7323, section 2.2), 0 to 14, or TL_SCALE_… */
    /* Only its first fragment was captured, or could be put to use: it may be longer than `length`,
     * and where its FIN is, is not known. */
    bool is_fragment;

    bool has_timestamps; /* RFC 7323, section 3 */
    uint32_t ts_val, ts_ecr;

    uint8_t sack_count; /* at most 4 blocks of the SACK option (RFC 2018, section 3) */
    struct {
        tl_seq start, end;
    } sack[4];

    bool has_fast_open;    /* the option of RFC 7413 was there… */
    bool fast_open_cookie; /* …with a cookie, not only a request for one */

    bool has_ip_id; /* IPv4's identification: tells a copy of a packet from a retransmission */
    uint16_t ip_id;

    /* Asked only when the answer matters; NULL: cannot be
     * known (cut by the snaplen, no pseudo header). tl_tcp_header_checksum() has the answer, where `caller` leads to
     * the segment's bytes. */
    enum tl_checksum (*checksum)(const struct tl_segment *segment);
    void *caller; /* for `checksum` */
};

/* What the segment occupies of sequence space: SYN and FIN count one each. */
static inline uint32_t tl_segment_span(const struct tl_segment *segment)
{
    return segment->length + !!(segment->flags & TL_SYN) + !!(segment->flags & TL_FIN);
}

TL_END_DECLS

#endif
