/* The life of a whole connection, as far as it is known (contract, section 4's "final" fields).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SUMMARY_H
#define TCPLIFE_SUMMARY_H

#include "tcplife/connection.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

/*      identifier            contract's value     in words */
#define TL_OPENS(O)                                                                                \
    O(THREE_WAY, "three-way", "opened by the three-way handshake")                                 \
    O(SIMULTANEOUS, "simultaneous", "opened by both ends at once")                                 \
    O(FAST_OPEN, "fast-open", "opened by TCP Fast Open")                                           \
    O(MIDSTREAM, "midstream", "opened before the capture began")                                   \
    O(UNANSWERED, "unanswered", "its SYN was not answered")                                        \
    O(REFUSED, "refused", "refused by RST")                                                        \
    O(REJECTED, "rejected", "rejected by an ICMP error")                                           \
    O(HALF_OPEN, "half-open", "its SYN,ACK was never acknowledged")                                \
    O(ABORTED, "aborted", "aborted by the client after the SYN,ACK")                               \
    O(STRAY, "stray", "only segments that no connection sends")

#define TL_CLOSES(C)                                                                               \
    C(NONE, "none", "not closed")                                                                  \
    C(FOUR_WAY, "four-way", "closed by the four-segment teardown")                                 \
    C(THREE_WAY, "three-way", "closed by the three-segment teardown")                              \
    C(SIMULTANEOUS, "simultaneous", "closed by both ends at once")                                 \
    C(HALF_CLOSED, "half-closed", "half-closed")                                                   \
    C(UNFINISHED, "unfinished", "closing, the last ACK is missing")                                \
    C(RESET, "reset", "reset")                                                                     \
    C(RESET_WHILE_CLOSING, "reset-while-closing", "reset while closing")                           \
    C(DEAD_PEER, "dead-peer", "given up: the peer did not answer")

enum tl_open {
#define TL_ITEM(identifier, value, words) TL_OPEN_##identifier,
    TL_OPENS(TL_ITEM)
#undef TL_ITEM
        TL_OPEN_COUNT
};
enum tl_close {
#define TL_ITEM(identifier, value, words) TL_CLOSE_##identifier,
    TL_CLOSES(TL_ITEM)
#undef TL_ITEM
        TL_CLOSE_COUNT
};

TL_API const char *tl_open_name(enum tl_open open);    /* "three-way" … */
TL_API const char *tl_open_words(enum tl_open open);   /* "opened by the three-way handshake" … */
TL_API const char *tl_close_name(enum tl_close close); /* "four-way" … */
TL_API const char *tl_close_words(enum tl_close close);

/* A duration that may not be known. */
struct tl_duration {
    bool known;
    int64_t ns;
};

/* Durations are nanoseconds by the capture's clock, negative where it stepped back. */
struct tl_summary {
    enum tl_open open;
    enum tl_close close;
    bool has_closed_by;
    enum tl_role closed_by; /* sender of the first accepted FIN or RST */

    struct tl_duration handshake_time;   /* first SYN to third ACK */
    struct tl_duration synack_time;      /* first SYN to SYN,ACK */
    struct tl_duration ack_time;         /* SYN,ACK to third ACK */
    struct tl_duration teardown_time;    /* first FIN to the ACK of the second */
    struct tl_duration half_closed_time; /* first FIN to second FIN */
    /* Between the segment that began the end, a FIN or RST, and what was captured of both ends before it. */
    struct tl_duration idle_before_close;
    bool has_half_closed_bytes;
    uint64_t half_closed_bytes; /* new bytes of the other end after the first FIN */
};

/* By what the connection's own segments tell. */
TL_API struct tl_summary tl_summarize(const struct tl_connection *connection);

/* The same, of a capture that went on until then: silence tells, too. */
TL_API struct tl_summary tl_summarize_until(const struct tl_connection *connection, int64_t now_ns);

/* How long an end has been in its last state by `now_ns`. Not known of the state it had before its first
 * captured change, nor where the clock stepped back. */
TL_API struct tl_duration tl_state_time(const struct tl_connection *connection, enum tl_role end,
                                        int64_t now_ns);

TL_END_DECLS

#endif
