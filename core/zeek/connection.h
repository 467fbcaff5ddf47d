/* One connection as Zeek sees it: shared by the files of this folder.
 *
 * Zeek counts sequence numbers from an end's start: a relative number of 64 bits that need not be
 * a right one, since the start may be guessed and numbers wrap. What Zeek makes of that is what is
 * computed here, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_ZEEK_CONNECTION_H
#define TCPLIFE_ZEEK_CONNECTION_H

#include "core/base/ranges.h"
#include "core/record/checksum.h"
#include "tcplife/seq.h"
#include "tcplife/zeek.h"

/* What Zeek has seen of an end: not RFC 9293's states. */
enum zeek_state {
    ZEEK_INACTIVE,     /* nothing */
    ZEEK_SYN_SENT,     /* a SYN, and no answer */
    ZEEK_SYN_ACK_SENT, /* a SYN,ACK without a SYN before it */
    ZEEK_PARTIAL,      /* segments without a SYN before them */
    ZEEK_ESTABLISHED,
    ZEEK_CLOSED,       /* a FIN */
    ZEEK_RESET         /* a RST */
};

struct zeek_end {
    uint64_t ip_bytes;
    uint64_t fin;       /* relative, behind its last FIN; with `sent_fin` */
    uint64_t delivered; /* relative: up to here everything was captured, or given up */
    uint64_t trimmed;   /* relative: up to here it was acknowledged */
    struct tl_ranges *islands; /* data behind a hole, by relative numbers; or NULL */

    tl_seq start; /* its SYN's, or the one before the first number known of it */
    tl_seq last;  /* behind the last number that it used */
    tl_seq acked; /* by the other end */
    uint32_t last_wraps, acked_wraps; /* how often those passed 2^32 */

    uint32_t last_syn, last_fin, last_rst; /* relative, of those in the history */
    uint32_t packets;
    uint32_t wrong_checksums, retransmissions, zero_windows, gaps; /* letters C, T, W, G */

    uint8_t state, left; /* enum zeek_state: now, and before */
    tl_checksums checksums;
    bool was_seen : 1;
    bool sent_fin : 1;
    bool did_close : 1; /* it closed, and all of its data was delivered or given up */
    bool reached_end : 1; /* that was noticed */
    bool is_skipped : 1; /* too much of its data waited: it is not put together any more */
};

enum { ZEEK_HISTORY_HERE = 15 };

struct zeek_connection {
    struct zeek_end end[2]; /* by enum tl_role */
    int64_t first_ns, last_ns;
    uint64_t missed_bytes;
    uint32_t letters_seen; /* of those that are recorded once; the responder's 16 bits higher */

    uint16_t history_length, history_capacity; /* 0: it is in history.here */
    union {
        char here[ZEEK_HISTORY_HERE + 1];
        char *there;
    } history;

    uint8_t originator; /* enum tl_role */
    bool is_known : 1;  /* a segment was seen */
    bool is_partial : 1; /* the first segment was none of a handshake */
    bool is_close_deferred : 1; /* data of an end that closes is still missing */
};

/* One segment on its way through. X sends it, Y receives it. */
struct zeek_passage {
    struct zeek_connection *connection;
    const struct tl_segment *segment;
    const struct tl_memory *memory;
    struct zeek_end *X, *Y;
    uint64_t relative_seq, relative_ack; /* what X begins with; what Y was acknowledged */
    int32_t advance; /* how far it ends ahead of everything X sent before */
    bool from_originator; /* when it arrived: a flip does not change that */
    bool is_whole;
    bool precedes_start; /* it begins before X's first number known */
    bool closes; /* X has closed by it */
};

static inline bool zeek_is_originator(const struct zeek_connection *c, const struct zeek_end *end)
{
    return end == &c->end[c->originator];
}

static inline bool zeek_has_flag(const struct zeek_passage *p, unsigned flag)
{
    return (p->segment->flags & flag) != 0;
}

#endif
