/* The log of a connection: every change, and nothing for a segment that changes nothing.
 *
 * The answer for frame n is the last change at or before n. Where a frame holds several segments of
 * the connection, an entry says where the changes of the next one begin. First pass, second
 * pass, a click and a filter read the same log; therefore they agree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_CHANGE_LOG_H
#define TCPLIFE_CHANGE_LOG_H

#include "diagnosis.h"
#include "allocator.h"
#include "state.h"

#include <stdbool.h>
#include <stdint.h>

/* Both ends' states at one moment, as an observer knows them. */
struct tl_states {
    enum tl_state state[2]; /* by enum tl_role */
    bool presumed[2];       /* not yet proven by a segment of that end */
};

enum tl_change_kind {
    TL_TRANSITION,     /* an end's state changed */
    TL_PRESUMPTION,    /* an end's state became proven, or doubtful, and stayed the same */
    TL_STEP,           /* nothing but that the segment makes a step: see tl_change_step() */
    TL_DIAGNOSIS,      /* a person should be told */
    TL_PART,           /* no change: what follows comes of this part of the frame */
    TL_SILENCE         /* no change: how long nothing had been captured of both ends before this frame,
                          which begins the end of the connection */
};

struct tl_change {
    uint32_t frame;
    uint8_t kind : 3; /* enum tl_change_kind */
    uint8_t step : 5; /* the step that the segment makes, as tl_change_step() reads it; 0: none */
    uint8_t code; /* TRANSITION: rule (fsm.h); DIAGNOSIS: enum tl_diagnosis; PART: 1, the connection
                     begins with it */
    uint8_t states; /* after the change: client in the low four bits, server in the high ones */
    uint8_t bits;   /* bit 0, 1: client's, server's state is presumed; bit 2: the end concerned
                       (enum tl_role); bit 3: the step's sender; bits 4-7: the state left */
    union {
        int64_t time_ns; /* TRANSITION, PRESUMPTION, STEP: the segment's */
        struct {
            uint32_t about; /* DIAGNOSIS: the other frame concerned, 0: none */
            uint32_t value; /* DIAGNOSIS: as in diagnosis.h's list */
        } why;
        uint32_t part; /* PART: struct tl_segment's */
        int64_t silence_ns; /* SILENCE: never negative */
    } u;
};

static inline bool tl_change_has_time(const struct tl_change *change)
{
    return change->kind <= TL_STEP;
}

static inline struct tl_states tl_change_states(const struct tl_change *change)
{
    return (struct tl_states){
        .state = {(enum tl_state)(change->states & 15), (enum tl_state)(change->states >> 4)},
        .presumed = {(change->bits & 1) != 0, (change->bits & 2) != 0},
    };
}

/* The end concerned: whose state, whose step, whom the diagnosis is about. */
static inline enum tl_role tl_change_end(const struct tl_change *change)
{
    return change->bits & 4 ? TL_SERVER : TL_CLIENT;
}

/* TRANSITION: the state left and the state entered. */
static inline enum tl_state tl_change_from(const struct tl_change *change)
{
    return (enum tl_state)(change->bits >> 4);
}

static inline enum tl_state tl_change_to(const struct tl_change *change)
{
    return tl_change_states(change).state[tl_change_end(change)];
}

/* A step of the handshake or of the teardown. */
struct tl_step {
    bool is_teardown;
    bool is_repetition; /* by a retransmission or copy of a segment that had made it before */
    uint8_t number;     /* 1 to 4 */
    enum tl_role sender;
};

/* A segment's steps stand with its other changes as far as there are any, in their order. False: none
 * stands here. */
static inline bool tl_change_step(const struct tl_change *change, struct tl_step *step)
{
    const unsigned code = change->step - 1u;

    *step = (struct tl_step){.is_teardown = (code & 8) != 0,
                             .is_repetition = (code & 1) != 0,
                             .number = (uint8_t)((code >> 1 & 3) + 1),
                             .sender = change->bits & 8 ? TL_SERVER : TL_CLIENT};
    return change->step != 0;
}

/* …and as it is written. */
static inline void tl_change_note_step(struct tl_change *change, struct tl_step step)
{
    const unsigned code = (step.is_teardown ? 8u : 0u) | (step.number - 1u) << 1 |
                          (step.is_repetition ? 1u : 0u);

    change->step = (code + 1) & 31;
    change->bits |= step.sender == TL_SERVER ? 8 : 0;
}

struct tl_change_log {
    struct tl_change *changes; /* ordered by frame */
    uint32_t count, capacity;
};

/* Adds a change; its frame must not lie before the last one's. False: memory ran out. */
bool tl_change_log_add(struct tl_change_log *log, const struct tl_memory *memory,
                       const struct tl_change *change);
void tl_change_log_free(struct tl_change_log *log, const struct tl_memory *memory);

/* Number of changes at frames <= frame. */
uint32_t tl_change_log_count_until(const struct tl_change_log *log, uint32_t frame);

/* The changes of exactly this frame, in order; returns how many, *first is where they begin. */
uint32_t tl_change_log_at(const struct tl_change_log *log, uint32_t frame,
                          const struct tl_change **first);

/* The same of one part of the frame alone. */
uint32_t tl_change_log_at_part(const struct tl_change_log *log, uint32_t frame, uint32_t part,
                               const struct tl_change **first);

/* The states after `frame`; before the first change: CLOSED and LISTEN. */
struct tl_states tl_change_log_states(const struct tl_change_log *log, uint32_t frame);
struct tl_states tl_change_log_states_at_part(const struct tl_change_log *log, uint32_t frame,
                                              uint32_t part);

#endif
