/* One connection: two ends, each with its own state machine, and the evidence about them.
 *
 * Everything here may be read by anyone and is written by the files of passage.h only.
 * The contract, section 2, says what a state means and on what evidence.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_CONNECTION_H
#define TCPLIFE_CONNECTION_H

#include "change_log.h"
#include "segment.h"
#include "state.h"

#include <stdbool.h>
#include <stdint.h>

/* The segments that made each step, in the order of a textbook life. */
#define TL_MILESTONES(M)                                                                           \
    M(SYN, "syn") M(SYN_ACK, "synack") M(ACK, "ack")                                               \
    M(FIN_1, "fin1") M(FIN_1_ACK, "fin1_ack") M(FIN_2, "fin2") M(FIN_2_ACK, "fin2_ack")            \
    M(RESET, "reset")

enum tl_milestone {
#define M(identifier, name) TL_AT_##identifier,
    TL_MILESTONES(M)
#undef M
    TL_MILESTONE_COUNT
};

/* When one of them happened: tl_milestone_ns() tells the time. */
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
struct tl_islands {
    unsigned count;
    struct {
        tl_seq start, end;
    } at[TL_ISLANDS]; /* ascending, not touching */
};

/* One end. RFC 9293's variables (section 3.3.1) as far as segments show them.
 *
 * What nearly every segment touches comes first, and fills one line of a processor's cache. */
struct tl_end {
    tl_seq snd_nxt;  /* behind the last sequence number it was seen to use, with HAS_SND_NXT */
    tl_seq seen_nxt; /* the same by its own segments alone: snd_nxt may be ahead by what the other
                        end acknowledged, with HAS_SND_NXT */
    tl_seq in_order; /* up to here everything it sent was captured or acknowledged: the other
                        end's RCV.NXT, unless something was lost behind the capture point */
    tl_seq snd_una;  /* the highest acknowledgement sent to it, with HAS_SND_UNA */
    tl_seq ack;      /* the highest acknowledgement it sent, with HAS_ACK */
    tl_seq right_edge; /* of the window it offered, SEG.ACK + SEG.WND, with HAS_ACK */
    tl_seq latest_ack, earlier_ack; /* the last two different acknowledgements, in the order
                                       captured, with HAS_ACK */
    uint32_t ts_val; /* the latest timestamp it sent, with HAS_TIMESTAMPS */
    uint32_t segments; /* captured */
    uint64_t bytes;     /* payload it sent, each sequence number counted once */
    int64_t last_ns;    /* when its last segment was captured */
    uint32_t flags; /* TL_END_… */
    uint8_t state;  /* enum tl_state */
    bool presumed;
    int8_t window_scale; /* shift it offered in its SYN, -1: none, or not known */
    uint8_t looked_at;   /* checksums looked at; stops at 255 */

    int64_t control_ns; /* when its last SYN or FIN was captured */
    tl_seq iss;      /* its initial sequence number, with HAS_ISS */
    tl_seq fin;      /* its FIN's sequence number, with SENT_FIN */
    tl_seq fin_segment; /* where the segment with that FIN begins */
    tl_seq proof;    /* acknowledging this proves its presumed state, with HAS_PROOF */
    uint32_t copy_mark; /* of its last SYN or FIN: tells a copy of it from a retransmission */
    uint8_t left;   /* enum tl_state: what it was in before CLOSED or LISTEN */
    uint8_t good_checksums; /* of those looked at; stops at 255 */
};

enum {
    TL_END_HAS_ISS = 1 << 0,
    TL_END_HAS_SND_NXT = 1 << 1,
    TL_END_HAS_SND_UNA = 1 << 2,
    TL_END_HAS_ACK = 1 << 3,
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
    TL_END_ACKED_ONE = 1 << 15     /* its last segment acknowledged one number more, and said nothing */
};

/* What most connections never need to know; allocated when the first of it happens. */
struct tl_oddities {
    struct tl_end_oddities {
        struct tl_islands *islands; /* or NULL */
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
        uint16_t unanswered; /* probes or retransmissions since the other end last sent something */
        uint8_t blind; /* segments that showed that the other end's FIN has not arrived */
    } end[2]; /* by enum tl_role */
    struct tl_mark kept_syn; /* its first SYN, where the log does not tell of it: it came inside the
                                connection before this one, or was no step */
    struct tl_mark anew; /* a SYN that found this connection alive, with SYN_ANEW… */
    tl_seq anew_iss;     /* …and its sequence number */
    uint32_t syn_bytes_accepted; /* data of the SYN that the SYN,ACK acknowledged */
    uint32_t challenged; /* frame that its receiver should answer by a challenge ACK; 0: none */
    uint8_t anew_by;     /* enum tl_role */
    uint8_t challenger;  /* enum tl_role, with `challenged` */
};

/* The last segments of a connection, to know copies of them again. */
enum { TL_RECENT = 8 };
struct tl_recent {
    uint32_t mark; /* what a copy has in common with the first; 0: none */
    uint32_t time; /* in units of 1024 ns; it may wrap, since copies come at once */
};

struct tl_connection {
    _Alignas(64) struct tl_socket socket[2]; /* by enum tl_role */
    int64_t end_ns;             /* of the last segment */
    uint32_t last_frame;
    uint32_t flags; /* TL_CONNECTION_…, and where in the ring below the next one goes */
    struct tl_incarnations *incarnations; /* tracker.c's, of the first on these sockets; or NULL */
    struct tl_end end[2];       /* by enum tl_role */
    struct tl_recent recent[TL_RECENT]; /* a ring */

    uint32_t number;
    uint32_t first_frame;
    int64_t start_ns; /* of the first segment */
    /* Numbers of connections, plus 1; 0: none. */
    uint32_t previous, next; /* on the same two sockets */
    uint32_t older_half_open, newer_half_open; /* of the same server, for SYN floods */
    struct tl_oddities *oddities; /* or NULL: read them by tl_oddities() */

    struct tl_change_log log;
    int64_t time_wait_ends_ns; /* with an end in TIME-WAIT */
    int64_t answer_ns;         /* from the SYN to the first SYN,ACK; 0: not known */
    int64_t round_trip_ns;     /* of the handshake, at most two hours; 0: not known */
    uint64_t bytes_at_fin_1;   /* the other end's, when the first FIN was sent */
    struct tl_milestone_mark at[TL_MILESTONE_COUNT];

    uint8_t unsettled;   /* so many more segments are not looked at as ordinary ones */
    uint8_t first_fin;   /* enum tl_role, with at[FIN_1] */
    uint8_t reset_by;    /* enum tl_role, with at[RESET] */
};

extern const struct tl_oddities tl_no_oddities;

static inline const struct tl_oddities *tl_oddities(const struct tl_connection *connection)
{
    return connection->oddities ? connection->oddities : &tl_no_oddities;
}

/* When a step was made that has happened. */
int64_t tl_milestone_ns(const struct tl_connection *connection, enum tl_milestone step);

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
    TL_CONNECTION_SERVER_SPOKE_LAST = 1 << 21
    /* the highest bits: TL_RECENT_SHIFT */
};
/* The place in the ring counts in the flags' highest bits, and wraps there by itself. */
enum { TL_RECENT_SHIFT = 29 };

/* ---- for tracker.c ---- */

struct tl_config;

/* What processing a segment needs from outside. */
struct tl_environment {
    const struct tl_memory *memory;
    int64_t msl_ns, close_wait_limit_ns;
    bool out_of_memory; /* set when a change could not be logged */
    struct tl_oddities spilled; /* where oddities go for which there is no memory */
};

/* Makes `connection` (all zero but its sockets and number) ready for its first segment. */
void tl_connection_begin(struct tl_connection *connection, const struct tl_segment *segment);

/* Makes it begin with the SYN that `old` kept inside itself until it was answered. */
void tl_connection_begin_anew(struct tl_connection *connection, struct tl_connection *old,
                              const struct tl_segment *segment, struct tl_environment *environment);

/* Ends what the clock ends. To be called before anything is decided about a segment. */
void tl_connection_clock(struct tl_connection *connection, uint32_t frame, int64_t now_ns,
                         struct tl_environment *environment);

void tl_connection_segment(struct tl_connection *connection, const struct tl_segment *segment,
                           enum tl_role sender, struct tl_environment *environment);

/* Takes in what nearly all segments are: the next data, or an acknowledgement of more, while both
 * ends are ESTABLISHED and nothing is odd. Exactly what tl_connection_segment() would do with it,
 * in a tenth of the time. False: it is none, and nothing was done. */
bool tl_connection_ordinary_segment(struct tl_connection *connection,
                                    const struct tl_segment *segment, enum tl_role sender);

/* True when the error was about this connection's SYN. */
bool tl_connection_icmp_error(struct tl_connection *connection, uint32_t frame, int64_t time_ns,
                              enum tl_role quoted_sender, tl_seq quoted_seq, uint8_t icmp_type,
                              uint8_t icmp_code, struct tl_environment *environment);

/* Adds a diagnosis at `frame`. */
void tl_connection_diagnose(struct tl_connection *connection, uint32_t frame, enum tl_role end,
                            enum tl_diagnosis diagnosis, uint32_t about, uint32_t value,
                            struct tl_environment *environment);

/* Was its SYN answered by a SYN,ACK that nothing has acknowledged yet? */
bool tl_connection_is_half_open(const struct tl_connection *connection);

/* Is this SYN the one the end sent before: a copy made by the network or the capture, not a
 * retransmission? Also asked about SYN,ACK and FIN. */
bool tl_connection_is_copy(const struct tl_end *end, const struct tl_segment *segment);

/* Did the capture take this packet before: a mirror port, or two interfaces of one host? Such a
 * copy follows at once and differs in nothing. */
bool tl_connection_is_captured_again(const struct tl_connection *connection,
                                     const struct tl_segment *segment, enum tl_role sender);

void tl_connection_free(struct tl_connection *connection, const struct tl_memory *memory);

#endif
