/* One entry in the log of a connection: a change, and nothing for a segment that changes nothing.
 *
 * The answer for frame n is the last change at or before n. First pass, second pass, a click and a
 * filter read the same log; therefore they agree. A connection has a dozen of them, however long it
 * is; connection.h says how to reach them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_CHANGE_H
#define TCPLIFE_CHANGE_H

#include "tcplife/diagnosis.h"
#include "tcplife/fsm.h"
#include "tcplife/state.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

/* Both ends' states at one moment, as an observer knows them. */
struct tl_states {
    enum tl_state state[2]; /* by enum tl_role */
    bool presumed[2];       /* not yet proven by a segment of that end */
};

/* RFC 9293, section 3.8.3: an end that has tried in vain for so long may close the connection. */
#define TL_R2_NS (100 * INT64_C(1000000000))

/* An end is in SYN-SENT, and nothing has come from the other one: after R2 it has given up, without a segment
 * that would tell. */
TL_API bool tl_states_are_unanswered(const struct tl_states *states);

enum tl_change_kind {
    TL_TRANSITION,     /* an end's state changed */
    TL_PRESUMPTION,    /* an end's state became proven, or doubtful, and stayed the same */
    TL_STEP,           /* nothing but that the segment makes a step: see tl_change_step() */
    TL_DIAGNOSIS,      /* a person should be told */
    TL_PART,           /* no change: what follows comes of another segment in the same frame */
    TL_SILENCE,        /* no change: how long nothing had been captured of both ends before this frame,
                          which begins the end of the connection */
    TL_IGNORED         /* no change: the receiver must ignore this segment, and no diagnosis says so; nor
                          does one say so of its sender's next ones: tl_connection_ignored_at_part() */
};

/* Why a receiver must ignore a segment (RFC 9293, section 3.10.7), as far as the capture shows when it comes. */
enum tl_ignored {
    TL_NOT_IGNORED,
    TL_WRONG_CHECKSUM,
    TL_IMPOSSIBLE_FLAGS, /* no TCP sends them together, or without ACK */
    TL_NO_SYN,           /* its receiver is in SYN-SENT */
    TL_OLD_TIMESTAMP,    /* PAWS: RFC 7323, section 5 */
    TL_BEYOND_WINDOW,
    TL_OLD_DUPLICATE,    /* before the window; or a SYN of an earlier connection */
    TL_UNACCEPTABLE_ACK, /* of what was never sent, or older than any window */
    TL_UNACCEPTABLE_RST, /* RFC 5961, section 3 */
    TL_IGNORED_COUNT
};

/* Frame and kind may be read as they are; the rest is packed, and read by the functions below. */
struct tl_change {
    uint32_t frame;
    uint8_t kind : 3; /* enum tl_change_kind */
    uint8_t step : 5;
    uint8_t code;
    uint8_t states;
    uint8_t bits;
    union {
        int64_t time_ns;
        struct {
            uint32_t about;
            uint32_t value;
        } why;
        uint32_t part;
        int64_t silence_ns;
        uint32_t until; /* frame of the last segment that is ignored for the same reason */
    } u;
};

/* Some of them, one behind the other. They are the connection's, and stay where they are until the tracker is given
 * the next segment, ICMP error or time. */
struct tl_changes {
    const struct tl_change *at; /* NULL: there are none */
    uint32_t count;
};

/* TRANSITION, PRESUMPTION and STEP say when: the segment's time, in nanoseconds since the epoch. */
TL_API bool tl_change_has_time(const struct tl_change *change);
TL_API int64_t tl_change_time_ns(const struct tl_change *change);

/* After the change. */
TL_API struct tl_states tl_change_states(const struct tl_change *change);
/* The end concerned: whose state, whose step, whom the diagnosis is about. */
TL_API enum tl_role tl_change_end(const struct tl_change *change);

/* TRANSITION: the state left and the state entered, and the rule that led there. */
TL_API enum tl_state tl_change_from(const struct tl_change *change);
TL_API enum tl_state tl_change_to(const struct tl_change *change);
/* NULL: it is no TRANSITION. */
TL_API const struct tl_rule *tl_change_rule(const struct tl_change *change);

/* DIAGNOSIS: which one, the other frame concerned (0: none), and a value; diagnosis.h says of each what
 * they mean. */
TL_API enum tl_diagnosis tl_change_diagnosis(const struct tl_change *change);
TL_API uint32_t tl_change_about(const struct tl_change *change);
TL_API uint32_t tl_change_value(const struct tl_change *change);

/* IGNORED, and a DIAGNOSIS that says as much: the reason; of other changes TL_NOT_IGNORED. */
TL_API enum tl_ignored tl_change_ignored(const struct tl_change *change);
/* The stable name, e.g. "wrong-checksum". Never NULL. */
TL_API const char *tl_ignored_name(enum tl_ignored ignored);

/* A step of the three-way handshake (RFC 9293, section 3.5) or of the teardown (section 3.6). */
struct tl_step {
    bool is_teardown;
    bool is_repetition; /* by a retransmission or copy of a segment that had made it before */
    uint8_t number;     /* 1 to 4 */
    enum tl_role sender;
};

/* A segment's steps stand with its other changes as far as there are any, in their order. False: none
 * stands here. */
TL_API bool tl_change_step(const struct tl_change *change, struct tl_step *step);

TL_END_DECLS

#endif
