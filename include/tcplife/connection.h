/* One connection, as far as the capture has shown it: what may be asked about it.
 *
 * A connection is the tracker's (tracker.h) and stays where it is until it is forgotten. What is asked is
 * answered at once, from what is known so far; nothing is computed anew but a summary (summary.h).
 *
 * Read first: RFC 9293, section 3.3.2 (the states) and 3.5 to 3.6 (opening and closing).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_CONNECTION_H
#define TCPLIFE_CONNECTION_H

#include "tcplife/change.h"
#include "tcplife/segment.h"
#include "tcplife/state.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

struct tl_connection;

/* A connection of which nothing is known: for the columns of a table that has no line. */
TL_API const struct tl_connection *tl_no_connection(void);

/* From 0, in the order of their first segments, as long as none is forgotten (tl_tracker_forget()): then its
 * number is given again, so that tables by number stay small. tl_tracker_ordinal() never comes again. */
TL_API uint32_t tl_connection_number(const struct tl_connection *connection);

TL_API struct tl_socket tl_connection_socket(const struct tl_connection *connection,
                                             enum tl_role role);

/* The frames of its first segment and of its last one, and when those were captured, in nanoseconds
 * since the epoch. */
TL_API uint32_t tl_connection_first_frame(const struct tl_connection *connection);
TL_API uint32_t tl_connection_last_frame(const struct tl_connection *connection);
TL_API int64_t tl_connection_start_ns(const struct tl_connection *connection);
TL_API int64_t tl_connection_end_ns(const struct tl_connection *connection);

/* ---- its states, and how it came to them ----------------------------------------------------- */

/* Now, and after a frame; before the first change: CLOSED and LISTEN. */
TL_API struct tl_states tl_connection_states(const struct tl_connection *connection);
TL_API struct tl_states tl_connection_states_after(const struct tl_connection *connection,
                                                   uint32_t frame);
/* The same, after one of several segments in that frame (struct tl_segment's `part`). */
TL_API struct tl_states tl_connection_states_after_part(const struct tl_connection *connection,
                                                        uint32_t frame, uint32_t part);

/* All its changes, those at one frame, and those by one of several segments in that frame. */
TL_API struct tl_changes tl_connection_changes(const struct tl_connection *connection);
TL_API struct tl_changes tl_connection_changes_at(const struct tl_connection *connection,
                                                  uint32_t frame);
TL_API struct tl_changes tl_connection_changes_at_part(const struct tl_connection *connection,
                                                       uint32_t frame, uint32_t part);

/* Why the segment of `sender` that is this part of the frame is to be ignored by its receiver. An IGNORED
 * among the changes stands at the first of several such segments only. */
TL_API enum tl_ignored tl_connection_ignored_at_part(const struct tl_connection *connection,
                                                     uint32_t frame, uint32_t part,
                                                     enum tl_role sender);

/* How long nothing had been captured of both ends before the frame that began the connection's end.
 * False: not known, or the frame began no end. */
TL_API bool tl_connection_silence_before(const struct tl_connection *connection, uint32_t frame,
                                         int64_t *silence_ns);

/* Is it half-open: was its SYN answered by a SYN,ACK that nothing has acknowledged yet? (Not what RFC
 * 9293, section 3.5.1, calls a half-open connection, of which one end has forgotten.) */
TL_API bool tl_connection_is_half_open(const struct tl_connection *connection);

/* With an end in TIME-WAIT, or that was: when 2 MSL are over (nanoseconds since the epoch). Segments that
 * come later find it closed. */
TL_API int64_t tl_connection_time_wait_ends_ns(const struct tl_connection *connection);

/* ---- the segments that made each step -------------------------------------------------------- */

/* In the order of a textbook life. */
#define TL_MILESTONES(M)                                                                           \
    M(SYN, "syn") M(SYN_ACK, "synack") M(ACK, "ack")                                               \
    M(FIN_1, "fin1") M(FIN_1_ACK, "fin1_ack") M(FIN_2, "fin2") M(FIN_2_ACK, "fin2_ack")            \
    M(RESET, "reset")

enum tl_milestone {
#define TL_ITEM(identifier, name) TL_AT_##identifier,
    TL_MILESTONES(TL_ITEM)
#undef TL_ITEM
    TL_MILESTONE_COUNT
};

/* Its frame. 0: it has not happened. */
TL_API uint32_t tl_connection_milestone(const struct tl_connection *connection,
                                        enum tl_milestone step);

/* Who sent the first FIN. Where none was sent, it says nothing. */
TL_API enum tl_role tl_connection_first_fin(const struct tl_connection *connection);

/* ---- what one end has sent ------------------------------------------------------------------- */

struct tl_end_counts {
    uint32_t segments; /* captured */
    uint64_t bytes;    /* payload, each sequence number counted once */
    uint32_t syn_retransmissions; /* of its SYN without ACK */
    uint32_t synack_retransmissions;
    uint32_t fin_retransmissions;
    uint32_t keepalive_probes; /* RFC 9293, section 3.8.4 */
};

TL_API struct tl_end_counts tl_connection_counts(const struct tl_connection *connection,
                                                 enum tl_role role);

/* Its initial sequence number. False: not known. */
TL_API bool tl_connection_iss(const struct tl_connection *connection, enum tl_role role,
                              tl_seq *iss);

TL_END_DECLS

#endif
