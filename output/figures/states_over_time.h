/* How many connections were where, interval by interval: the figures of -z tcplife,states.
 *
 * Computed from the logs of the connections when all segments are known; its cost follows the changes of
 * states, not the intervals.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_STATES_OVER_TIME_H
#define TCPLIFE_STATES_OVER_TIME_H

#include <glib.h>

#include "tcplife/output/capture.h"

#include <stdbool.h>
#include <stdint.h>

/* Where a connection is, by the states of both ends. An end that is CLOSED or in LISTEN does not count
 * beside one that is not. An attempt that nobody answers is there for R2 after its last SYN.
 *
 *      identifier    title */
#define LIFE_STAGES(S)                                                                             \
    S(OPENING,     "Opening")     /* an end is in SYN-SENT or SYN-RECEIVED */                      \
    S(ESTABLISHED, "Established") /* no end is in another state than ESTABLISHED */                \
    S(HALF_CLOSED, "Half-closed") /* a FIN was sent, and an end may still send: it is in           \
                                     ESTABLISHED or CLOSE-WAIT */                                  \
    S(CLOSING,     "Closing")     /* no end may send any more, and one waits for an answer */      \
    S(TIME_WAIT,   "TIME-WAIT")   /* no end is in another state than TIME-WAIT */

/*      identifier    title */
#define LIFE_EVENTS(E)                                                                             \
    E(OPENED,     "Opened")     /* it was opening, and is established */                           \
    E(CLOSED,     "Closed")     /* it was established, and is closed or in TIME-WAIT, without a RST */ \
    E(RESET,      "Reset")      /* the same by a RST; or aborted while it was opening */           \
    E(REFUSED,    "Refused")    /* by a RST or an ICMP error */                                    \
    E(UNANSWERED, "Unanswered") /* the last segment of a connection whose SYN nobody answered */

enum life_stage {
#define S(identifier, title) STAGE_##identifier,
    LIFE_STAGES(S)
#undef S
    STAGE_COUNT,
    STAGE_NONE = STAGE_COUNT /* it is not yet there, or no more */
};

enum life_event {
#define E(identifier, title) EVENT_##identifier,
    LIFE_EVENTS(E)
#undef E
    EVENT_COUNT,
    EVENT_NONE = EVENT_COUNT
};

/* What is counted in an interval, in the order of a row: stages, events, and how many were open at most. */
enum { STATES_TITLES = STAGE_COUNT + EVENT_COUNT + 1 };
extern const char *const states_titles[STATES_TITLES];

/* One interval, or several of them in which nothing happened. */
struct states_row {
    int64_t start_ns;             /* since the capture's start */
    uint32_t stages[STAGE_COUNT]; /* connections that are there at its end */
    uint32_t events[EVENT_COUNT]; /* within it */
    uint32_t most_open;           /* at once within it: in any stage but TIME-WAIT */
};

struct states_over_time {
    int64_t interval_ns;
    GArray *rows;           /* of struct states_row, in order; none: there is no connection */
    struct states_row peak; /* the first moment at which the most were open; events until then */
};

/* 1, 2 or 5 times a power of ten seconds, no less than a microsecond: the shortest interval that
 * makes at most 200 rows of so long a capture. */
int64_t states_interval_ns(int64_t capture_ns);

/* Reads an interval: seconds, with decimals or without. *end: what is behind it. False: it is none. */
bool states_interval_parse(const char *text, int64_t *interval_ns, const char **end);

/* What it takes, for those who gave something else. */
#define STATES_INTERVAL_WORDS "a number of seconds from 0.000001 to 1000000000, or 0"

/* Of the connections chosen, a connection_set. An interval of 0 ns: states_interval_ns(). Where the
 * clock stepped back, a change counts at the latest time of its connection so far. */
struct states_over_time states_over_time(const struct tl_capture *capture, const GByteArray *chosen,
                                         int64_t interval_ns);
void states_over_time_free(struct states_over_time *over_time);

#endif
