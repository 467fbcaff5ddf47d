/* The log of a connection: how it is written and searched. What an entry says is in tcplife/change.h.
 *
 * Where a frame holds several segments of the connection, an entry says where the changes of the next
 * one begin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_CHANGE_LOG_H
#define TCPLIFE_CHANGE_LOG_H

#include "tcplife/change.h"
#include "tcplife/memory.h"

/* How an entry (struct tl_change) is packed:
 *
 * step     the step that the segment makes, as tl_change_step() reads it; 0: none
 * code     TRANSITION: number of the rule (fsm.h); DIAGNOSIS: enum tl_diagnosis; PART: 1, the connection
 *          begins with it
 * states   after the change: client in the low four bits, server in the high ones
 * bits     bit 0, 1: client's, server's state is presumed; bit 2: the end concerned (enum tl_role);
 *          bit 3: the step's sender; bits 4-7: the state left
 * u        TRANSITION, PRESUMPTION, STEP: time_ns; DIAGNOSIS: why; PART: struct tl_segment's part;
 *          SILENCE: silence_ns, never negative */

/* Writes a step into an entry. */
void tl_change_note_step(struct tl_change *change, struct tl_step step);

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
