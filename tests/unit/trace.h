/* Traces as tests: each line is a segment and what the tracker must say after it.
 *
 *   "C SYN seq=100            -> SYN-SENT SYN-RECEIVED? h1"
 *   "S SYN,ACK seq=300 ack=101 -> ESTABLISHED? SYN-RECEIVED h2"
 *
 * Before the arrow: the sender (C or S), its flags (SYN FIN RST ACK PSH, joined by commas, or
 * "none"; "ICMP": an error of the destination's that quotes such a SYN; "ICMP-ROUTER": a router's), and seq= ack=
 * len= win= ws= (window scale) ts= (timestamp) ecr= (its echo) id= (IP identification).
 * sack=FROM-TO (one block), "bad" and "good": the checksum's answer; "cut": its options were cut off by the
 * snaplen; "fragment": only its first fragment is known;
 * "part=1": the next segment of the same frame, at the same time;
 * "net=7": its network; "port=40001": the client's port, of another connection of both hosts. A leading "+1.5" lets so many seconds pass first
 * (a millisecond otherwise).
 *
 * Behind it: the client's and the server's state, "?" where it is only presumed, then everything
 * else that the segment must cause, in any order and nothing else: h1…h3 and t1…t4 (steps; "h2r"
 * a repetition), names of diagnoses, "#1" when the connection is number 1 instead of 0.
 *
 * Every trace is played three times: as written, and with either end's sequence numbers moved so
 * that they wrap past 2^32 in the middle of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TEST_TRACE_H
#define TCPLIFE_TEST_TRACE_H

#include "core/record/ends.h"
#include "core/record/oddities.h"
#include "core/record/times.h"
#include "tcplife/summary.h"
#include "tcplife/tracker.h"

struct trace {
    struct tl_tracker *tracker;
    struct tl_connection *connection; /* of the last segment */
    uint32_t frame, part;
    int64_t now_ns;
    tl_seq offset[2]; /* added to the sequence numbers of client and server */
    uint16_t service_port; /* 0: none is registered */
};

/* Plays lines, the last one NULL, in the three ways; `check`, if not NULL, looks at the result
 * of each. Fails the running cmocka test with the line that is wrong. */
void trace_play(const char *const *lines, void (*check)(struct trace *trace));

/* The same, once: for what depends on a RST's number being 0, and not moved. */
void trace_play_as_written(const char *const *lines);

/* The segment of a line without an arrow; it moves the trace's clock and counts its frame. */
struct tl_segment trace_segment(struct trace *trace, const char *line);

/* Has any trace played so far made this rule of fsm.h fire? */
bool trace_has_fired(unsigned rule);

#define PLAY_AND(check, ...) trace_play((const char *const[]){__VA_ARGS__, NULL}, check)
#define PLAY(...) PLAY_AND(NULL, __VA_ARGS__)
#define PLAY_AS_WRITTEN(...) trace_play_as_written((const char *const[]){__VA_ARGS__, NULL})

#endif
