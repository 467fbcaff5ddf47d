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
    uint64_t fin;       /* relative, behind its last segment with FIN; with `sent_fin` */
    uint64_t delivered; /* relative: up to here everything was captured, or given up */
    uint64_t trimmed;   /* relative: up to here it was acknowledged */

    tl_seq start; /* its SYN's, or the one before the first number known of it */
    tl_seq last;  /* behind the last number that it used */
    tl_seq acked; /* by the other end */

    uint32_t packets, gaps; /* gaps: letter G */
    tl_checksums checksums;
    enum zeek_state state : 3, left : 3; /* now, and before */
    bool was_seen : 1;
    bool sent_fin : 1;
    bool did_close : 1; /* it closed, and all of its data was delivered or given up */
    bool reached_end : 1; /* that was noticed */
    bool is_skipped : 1; /* too much of its data waited: it is not put together any more */
};

/* What most connections never need: all of it is 0 at first. */
struct zeek_oddities {
    struct zeek_odd_end {
        struct tl_ranges *islands; /* data behind a hole, by relative numbers; or NULL */
        uint32_t last_wraps, acked_wraps; /* how often `last` and `acked` passed 2^32 */
        uint32_t last_syn, last_rst; /* relative, of those in the history */
        uint32_t from_fin_to_last; /* from `fin` on to that of the last FIN in the history: mostly the same one */
        uint32_t wrong_checksums, retransmissions, zero_windows; /* letters C, T, W */
    } end[2]; /* by enum tl_role */
};
extern const struct zeek_oddities zeek_no_oddities;

enum { ZEEK_HISTORY_HERE = 15 };

struct zeek_connection {
    struct zeek_end end[2]; /* by enum tl_role */
    struct zeek_oddities *oddities; /* or NULL: read by zeek_oddities(), written by zeek_note_oddities() */
    int64_t first_ns, last_ns;
    uint64_t missed_bytes;

    union {
        char here[ZEEK_HISTORY_HERE + 1];
        char *there;
    } history;
    uint16_t history_length, history_capacity; /* 0: it is in history.here */
    uint16_t letters_seen; /* of those that are recorded once; the responder's 8 bits higher */

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
    struct zeek_oddities *spilled; /* where oddities go for which there is no memory */
    struct zeek_end *X, *Y;
    uint64_t relative_seq, relative_ack; /* what X begins with; what Y was acknowledged */
    int32_t advance; /* how far it ends ahead of everything X sent before */
    bool from_originator; /* when it arrived: a flip does not change that */
    bool is_whole;
    bool precedes_start; /* it begins before X's first number known */
    bool closes; /* X has closed by it */
};

static inline enum tl_role zeek_role(const struct zeek_connection *c, const struct zeek_end *end)
{
    return end == &c->end[TL_CLIENT] ? TL_CLIENT : TL_SERVER;
}

static inline bool zeek_is_originator(const struct zeek_connection *c, const struct zeek_end *end)
{
    return end == &c->end[c->originator];
}

static inline bool zeek_has_flag(const struct zeek_passage *p, unsigned flag)
{
    return (p->segment->flags & flag) != 0;
}

static inline const struct zeek_oddities *zeek_oddities(const struct zeek_connection *c)
{
    return c->oddities ? c->oddities : &zeek_no_oddities;
}

static inline const struct zeek_odd_end *zeek_odd_end(const struct zeek_connection *c,
                                                      const struct zeek_end *end)
{
    return &zeek_oddities(c)->end[zeek_role(c, end)];
}

/* The same, to write: never NULL. */
struct zeek_oddities *zeek_note_oddities(struct zeek_passage *p);

static inline struct zeek_odd_end *zeek_note_odd_end(struct zeek_passage *p,
                                                     const struct zeek_end *end)
{
    return &zeek_note_oddities(p)->end[zeek_role(p->connection, end)];
}

#endif
