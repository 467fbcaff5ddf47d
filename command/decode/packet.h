/* What goes into a decoder and comes out of it: packets, the segments in them, and what was passed over.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_PACKET_H
#define PCAPLIFE_PACKET_H

#include "tcplife/segment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a packet begins with. */
enum link_layer {
    LINK_OTHER, /* none that is known here */
    LINK_ETHERNET,
    LINK_SLL,  /* Linux "cooked" */
    LINK_SLL2,
    LINK_RAW_IP,
    LINK_NULL, /* BSD loopback, in the byte order of the machine that captured */
    LINK_LOOP, /* the same in network byte order */
    LINK_PPP,  /* with or without HDLC's address */
    LINK_CISCO_HDLC,
    LINK_NFLOG,
    LINK_PKTAP,
    LINK_80211,
    LINK_RADIOTAP
};

/* One packet of a capture file. */
struct packet {
    uint32_t frame; /* from 1 */
    int64_t time_ns; /* since the epoch */
    enum link_layer link;
    const char *link_name; /* with LINK_OTHER: for people; a string that lives on */
    const uint8_t *bytes;
    size_t captured, on_the_wire;
};

/* A segment's own bytes, header first. They live as long as the packet's, and those of a segment that
 * was put together from fragments until decoder_forget(). */
struct segment_bytes {
    const uint8_t *header;
    size_t captured;    /* so many can be read */
    size_t on_the_wire; /* header and payload */
    uint32_t ip_length; /* by IP's own count, its header included; 0: not known */
    bool may_be_summed; /* whole, as it was sent: it has a checksum that can be computed… */
    bool is_summed;     /* …and this was done */
    enum tl_checksum checksum;
};

/* What takes the segments, in the order in which they lie in the packets. */
struct decoder_sink {
    /* Where the next segment and its bytes are put, should there be one: so they need not be copied. */
    struct tl_segment *(*place)(void *ctx, struct segment_bytes **bytes);
    /* It was put there: all of the segment but `checksum` and `caller`. segment_checksum() is for those. */
    void (*segment)(void *ctx);
    /* An ICMP error quotes `segment`, of which frame, time, sockets and sequence number are known. */
    void (*icmp_error)(void *ctx, const struct tl_segment *segment, uint8_t type, uint8_t code);
    void *ctx;
};

/* Packets that may hold TCP, where Wireshark would find it… */
struct undecoded {
    const char *kind; /* "link type Frame Relay", "Teredo" … */
    uint64_t packets;
};

/* …but for this kind: the snapshot length ends in front of what tells of a segment, and nobody can know more. */
extern const char undecoded_cut_off[];

/* Are there others among them? */
bool undecoded_is_for_tshark(const struct undecoded *undecoded, size_t count);

#endif
