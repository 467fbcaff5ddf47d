/* What is kept of a connection: two ends, each with its own state machine, and the evidence about them.
 *
 * The core's own: users of the library ask by tcplife/connection.h. It is written by the files of core/life
 * only. The contract, section 2, says what a state means and on what evidence.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_RECORD_RECORD_H
#define TCPLIFE_RECORD_RECORD_H

#include "core/base/ranges.h"
#include "core/record/change_log.h"
#include "core/record/checksum.h"
#include "tcplife/connection.h"

#include <stdbool.h>
#include <stdint.h>

/* When a step was made: tl_milestone_ns() tells the time. */
struct tl_milestone_mark {
    uint32_t frame; /* 0: has not happened */
};

struct tl_mark {
    uint32_t frame; /* 0: has not happened */
    uint32_t time_low; /* tl_mark_ns() in halves: an int64_t would need 4 bytes of padding */
    int32_t time_high;
};

static inline struct tl_mark tl_mark_at(uint32_t frame, int64_t time_ns)
{
    return (struct tl_mark){.frame = frame,
                            .time_low = (uint32_t)time_ns,
                            .time_high = (int32_t)(time_ns >> 32)};
}

static inline int64_t tl_mark_ns(const struct tl_mark *mark)
{
    return mark->time_high * INT64_C(0x100000000) + mark->time_low;
}

/* Data that was captured ahead of a hole, so that a FIN behind a hole waits for it. Allocated
 * when an end's first hole appears. More than these are forgotten, farthest first. */
enum { TL_ISLANDS = 8 };

/* One end. RFC 9293's variables (section 3.3.1) as far as segments show them. Rules work on it;
 * between segments it is kept in half the space (struct tl_kept_end).
 *
 *     RFC 9293, of X            here
 *     ISS, SND.NXT              X->iss, X->snd_nxt
 *     RCV.NXT, as X said it     X->rcv_nxt: the highest SEG.ACK of X
 *     RCV.NXT, presumably       Y->snd_arrived: X may not have said it yet. It is wrong where something was
 *                               lost behind the capture point
 *     RCV.NXT + RCV.WND         X->rcv_edge
 *     SND.UNA, SND.WND          Y->rcv_nxt, Y->rcv_edge - Y->rcv_nxt: when Y's segment has arrived
 *     IRS                       Y->iss
 *
 * What a segment says stands with its sender: it is certain of that end, and an ordinary segment writes in
 * one place. */
struct tl_end {
    uint64_t bytes;  /* payload it sent, each sequence number counted once */
    int64_t last_ns; /* when its last segment was captured */
    tl_seq snd_nxt;  /* behind the last sequence number it was seen to use, with HAS_SND_NXT */
    tl_seq rcv_nxt;  /* the highest acknowledgement it sent, with HAS_RCV_NXT */
    tl_seq rcv_edge; /* the right edge of its window, RCV.NXT + RCV.WND, with HAS_RCV_NXT */
    uint32_t ts_val; /* the latest timestamp it sent, with HAS_TIMESTAMPS */
    uint32_t segments; /* captured */
    uint32_t flags;  /* TL_END_… */
    uint8_t state;   /* enum tl_state */
    uint8_t left;    /* enum tl_state: what it was in before CLOSED or LISTEN */
    bool presumed;
    int8_t window_scale;    /* shift it offered in its SYN, or TL_SCALE_… */
    tl_checksums checksums; /* what was seen of them */

    tl_seq iss;      /* its initial sequence number, with HAS_ISS */
    tl_seq proof;    /* acknowledging this proves its presumed state, with HAS_PROOF */
    uint32_t copy_mark; /* of its last SYN or FIN: tells a copy of it from a retransmission */
    uint32_t control_frame; /* of that SYN or FIN; 0: none. tl_control_ns() tells when */

    tl_seq seen_nxt; /* as snd_nxt by its own segments alone: snd_nxt may be ahead by what the other
                        end acknowledged, with HAS_SND_NXT */
    tl_seq snd_arrived; /* up to here everything it sent has arrived, as far as that was captured or
                           acknowledged */
    tl_seq latest_ack;  /* the last acknowledgement in the order captured, with HAS_RCV_NXT */
    tl_seq fin;      /* its FIN's sequence number, with SENT_FIN */
    tl_seq fin_segment; /* where the segment with that FIN begins */
};

enum {
    TL_END_HAS_ISS = 1 << 0,
    TL_END_HAS_SND_NXT = 1 << 1,
    TL_END_DENIES = 1 << 2, /* it has shown that it never sent what is acknowledged behind snd_nxt */
    TL_END_HAS_RCV_NXT = 1 << 3,
    TL_END_HAS_PROOF = 1 << 4,
    TL_END_HAS_TIMESTAMPS = 1 << 5,
    TL_END_SENT_SYN = 1 << 6,     /* without ACK, captured */
    TL_END_SENT_SYN_ACK = 1 << 7, /* captured */
    TL_END_SENT_FIN = 1 << 8,     /* captured, or acknowledged */
    TL_END_UNSEEN_FIN = 1 << 9,   /* SENT_FIN only because it was acknowledged */
    TL_END_REPEATED_SYN = 1 << 10, /* a SYN(,ACK) was retransmitted and is not yet acknowledged */
    TL_END_REPEATED_FIN = 1 << 11, /* the same for its FIN */
    TL_END_FIN_ARRIVED = 1 << 12,  /* its FIN took effect at the other end, presumably */
    TL_END_ACTIVE_OPEN = 1 << 13,  /* it was in SYN-SENT */
    TL_END_ZERO_WINDOW = 1 << 14,  /* the window it offered last is closed */
    TL_END_REFUSED_ACK = 1 << 16,
    TL_END_STRAYED = 1 << 17,
    TL_END_ACKED_ONE = 1 << 15,    /* its last segment acknowledged one number more, and said nothing */
    TL_END_RESET_CROSSED = 1 << 26, /* its RST had not arrived yet when the other end sent its FIN */
    TL_END_CLOCK_MOVED = 1 << 24, /* its timestamps went on while the other end was in SYN-RECEIVED */
    TL_END_LOST_BEHIND = 1 << 25, /* what was captured of it did not arrive: SACK told */
    /* of what is kept only */
    TL_KEPT_PRESUMED = 1 << 18,
    TL_KEPT_APART = 1 << 19, /* numbers that are nearly always the same are not: see the oddities */
    TL_END_DOUBTED = 1 << 20, /* a segment that was not believed: see the oddities */
    TL_END_NO_TIMESTAMPS = 1 << 21, /* its SYN or SYN,ACK was captured, and offers none */
    TL_END_RIVAL_ISS = 1 << 22, /* it sent SYN,ACKs with two ISNs, and neither is acknowledged yet */
    TL_END_FIN_ACKED_MOST = 1 << 23, /* nothing of it acknowledged more than its FIN did */
    TL_END_IGNORED_LAST = 1 << 27, /* its last segment is to be ignored, which the log's last IGNORED says */
    /* the highest bits: TL_KEPT_SHIFT */
};

/* What is kept of an end, first what an ordinary segment touches. Of numbers that nearly always are
 * the same (seen_nxt, snd_arrived and snd_nxt; latest_ack and rcv_nxt; fin and snd_nxt - 1) one is kept. */
struct tl_kept_end {
    uint64_t bytes;
    int64_t last_ns;
    tl_seq snd_nxt, rcv_nxt, rcv_edge;
    uint32_t ts_val, segments;
    uint32_t flags;
    uint8_t states; /* the state in the low four bits, the state left in the high ones */
    int8_t window_scale;
    tl_checksums checksums;
};
/* With STEADY the highest bits of its flags say by how much its windows are shifted. */
enum { TL_KEPT_SHIFT = 28 };
#define TL_KEPT_ONLY (TL_KEPT_PRESUMED | TL_KEPT_APART | UINT32_C(15) << TL_KEPT_SHIFT)

struct tl_kept_past {
    tl_seq iss, proof;
    uint32_t copy_mark, control_frame;
};

/* What most connections never need to know; allocated when the first of it happens. */
struct tl_oddities {
    struct tl_end_oddities {
        struct tl_ranges *islands; /* or NULL */
        tl_seq refused_ack; /* of its last segment whose acknowledgement could not be taken, with
                               REFUSED_ACK */
        tl_seq stray_end; /* behind its last segment beyond the window, with STRAYED */
        uint32_t stray_silence; /* the other end's segments by then */
        uint32_t syn_retransmissions; /* of its SYN without ACK */
        uint32_t synack_retransmissions;
        uint32_t fin_retransmissions;
        uint32_t keepalive_probes;
        uint32_t unanswered_since; /* frame of the first attempt that got no answer; 0: none */
        uint32_t last_attempt;     /* frame of the last one */
        uint32_t echo; /* with has_echo: what it goes by when it looks at timestamps (TS.Recent) */
        int64_t unanswered_since_ns; /* when the first one was captured */
        int64_t pause_ns; /* between the last one and what the end had sent before it */
        uint16_t unanswered; /* probes or retransmissions since the other end last sent something */
        uint8_t blind; /* segments that showed that the other end's FIN has not arrived */
        bool has_early_reset : 1; /* early_reset is a RST's number, be it 0 */
        bool has_fragment : 1; /* of one of its segments only the first fragment is known… */
        bool fin_unplaced : 1; /* …which has its FIN: that is at `fin` or behind it */
        bool has_echo : 1; /* echo is the other end's latest timestamp that it has echoed */
        uint32_t lost_fin_ack; /* frame that acknowledged its FIN, and was lost; 0: none */
        tl_seq early_reset; /* of its RST ahead of what was captured, with has_early_reset and at[RESET] */
        struct tl_doubted {
            tl_seq start, end; /* its numbers, those of its FIN among them */
            tl_seq ack;
            bool has_fin;
            bool has_wrong_checksum; /* that is why; else its receiver had to refuse it */
            uint8_t kind; /* enum tl_checksum_kind */
        } doubted; /* the last segment of it that was not believed, with DOUBTED */
        struct tl_mark control; /* its last SYN or FIN, where the log does not tell of it */
        tl_seq seen_nxt, snd_arrived, latest_ack, fin, fin_segment; /* with KEPT_APART */
        tl_seq moved; /* what a firewall adds to its sequence numbers, where the capture holds both of its
                         sides: from those that came first to the others; 0: nothing */
        tl_seq rival_iss; /* of its SYN,ACK before the last, with RIVAL_ISS */
        int8_t rival_window_scale;
    } end[2]; /* by enum tl_role */
    struct tl_mark kept_syn; /* its first SYN, where the log does not tell of it: it came inside the
                                connection before this one, or was no step */
    struct tl_mark start; /* its first segment, where the log does not tell of it */
    struct tl_mark anew; /* a SYN that found this connection alive, with SYN_ANEW… */
    tl_seq anew_iss;     /* …its sequence number… */
    uint32_t anew_mark;  /* …copy mark… */
    struct tl_mark anew_last;    /* …and the last time it was sent */
    uint32_t anew_repetitions;
    int8_t anew_window_scale;
    uint32_t found_from; /* this connection's first frame that does not count as the old one's, where
                            that is not the first of all; 0: it is */
    uint32_t syn_bytes_accepted; /* data of the SYN that the SYN,ACK acknowledged */
    uint32_t challenged; /* frame that its receiver should answer by a challenge ACK; 0: none */
    uint8_t anew_by;     /* enum tl_role */
    uint8_t challenger;  /* enum tl_role, with `challenged` */
};

/* Sockets whose addresses are longer than 4 bytes, or differ in kind. */
struct tl_long_sockets {
    struct tl_socket socket[2]; /* by enum tl_role */
};

/* All that is kept: four lines of a processor's cache, two of them for ordinary segments. */
struct tl_connection {
    /* Both sockets, by enum tl_role: read them by tl_connection_socket(). */
    _Alignas(64) union {
        uint8_t address[2][4];
        struct tl_long_sockets *long_sockets; /* with address_length TL_LONG */
    } u;
    uint16_t port[2];
    uint8_t family, address_length; /* of both; or 0 and TL_LONG */
    uint8_t unsettled; /* so many more segments are not looked at as ordinary ones */
    uint8_t first_fin; /* enum tl_role, with at[FIN_1] */
    uint32_t number;
    uint32_t last_frame;
    uint32_t flags;    /* TL_CONNECTION_… */
    uint32_t recent;   /* number of its last segment among the capture's (recents.h) */
    struct tl_kept_end kept[2]; /* by enum tl_role, as all the following pairs */

    struct tl_kept_past past[2];
    uint16_t fin_length[2]; /* data before the FIN in its segment */
    uint32_t first_frame;
    uint32_t answer_us;     /* from the SYN to the first SYN,ACK; 0: not known */
    uint32_t round_trip_us; /* of the handshake; 0: not known */
    int64_t end_ns;            /* of the last segment, without ORDINARY_LAST: tl_connection_end_ns() */
    int64_t time_wait_ends_ns; /* with an end in TIME-WAIT */
    union {
        uint32_t half_open_place; /* in its server's queue, with COUNTED (half_open.c) */
        uint64_t bytes_at_fin_1;  /* the other end's, when the first FIN was sent, with at[FIN_1] */
    } v;
    struct tl_change_log log;
    struct tl_oddities *oddities; /* or NULL: read them by tl_oddities() */
    struct tl_milestone_mark at[TL_MILESTONE_COUNT];
};

enum { TL_LONG = 255 };

static inline enum tl_state tl_connection_state(const struct tl_connection *connection,
                                                enum tl_role role)
{
    return (enum tl_state)(connection->kept[role].states & 15);
}

enum {
    TL_CONNECTION_MIDSTREAM = 1 << 0, /* neither SYN nor SYN,ACK was captured or implied */
    TL_CONNECTION_OPENED = 1 << 1,    /* both ends were ESTABLISHED */
    TL_CONNECTION_SIMULTANEOUS_OPEN = 1 << 2,
    TL_CONNECTION_SIMULTANEOUS_CLOSE = 1 << 3,
    TL_CONNECTION_THREE_SEGMENT_CLOSE = 1 << 4, /* the second FIN acknowledged the first */
    TL_CONNECTION_FAST_OPEN = 1 << 5, /* data of the SYN was accepted */
    TL_CONNECTION_REFUSED = 1 << 6,
    TL_CONNECTION_REJECTED = 1 << 7,
    TL_CONNECTION_ABORTED = 1 << 8,
    TL_CONNECTION_RESET = 1 << 9,     /* by an accepted RST, before any FIN */
    TL_CONNECTION_RESET_WHILE_CLOSING = 1 << 10,
    TL_CONNECTION_DEAD_PEER = 1 << 11,
    TL_CONNECTION_SYN_ANEW = 1 << 12,
    TL_CONNECTION_GAP = 1 << 13,      /* something acknowledged was never captured */
    TL_CONNECTION_ONE_SIDED = 1 << 14,
    TL_CONNECTION_LINGERS = 1 << 15, /* in CLOSE-WAIT, and was called lingering */
    TL_CONNECTION_COUNTED = 1 << 16, /* among its server's half-open connections… */
    TL_CONNECTION_STALE = 1 << 17,   /* …and for too long to be on its way */
    TL_CONNECTION_SPARSE = 1 << 19,  /* what followed the handshake was left out of the capture */
    TL_CONNECTION_BEGUN = 1 << 18,   /* a segment was taken: not only what no TCP sends */
    TL_CONNECTION_STEADY = 1 << 20,  /* an ordinary segment would change nothing but numbers */
    TL_CONNECTION_SERVER_SPOKE_LAST = 1 << 21,
    TL_CONNECTION_SERVER_RESET = 1 << 22, /* at[RESET] is the server's */
    TL_CONNECTION_REUSED = 1 << 23, /* there are others on the same two sockets */
    TL_CONNECTION_ORDINARY_LAST = 1 << 24, /* the last segment was an ordinary one */
    TL_CONNECTION_OLD_SYN = 1 << 25, /* an old copy of its SYN has found the listener again */
    TL_CONNECTION_OLD_LIFE = 1 << 26, /* its SYN was answered by the socket of the connection before */
    TL_CONNECTION_STRAY = 1 << 27, /* no connection: what no TCP sends, and its answers */
    TL_CONNECTION_RESET_DISOWNED = 1 << 29, /* at[RESET] is not its alleged sender's */
    TL_CONNECTION_SPLIT = 1 << 30 /* there are others on the same two sockets of another network */
};

static inline enum tl_role tl_reset_by(const struct tl_connection *connection)
{
    return connection->flags & TL_CONNECTION_SERVER_RESET ? TL_SERVER : TL_CLIENT;
}

static inline void tl_note_reset_by(struct tl_connection *c, enum tl_role role)
{
    c->flags &= ~(uint32_t)TL_CONNECTION_SERVER_RESET;
    if (role == TL_SERVER)
        c->flags |= TL_CONNECTION_SERVER_RESET;
}

/* Does a host connect to itself, from its own port? Each segment is sent by one end and arrives at the
 * other, and they are one. */
bool tl_connection_is_with_itself(const struct tl_connection *connection);

#endif
