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

/* Why the segment of `sender` that is this part of the frame is to be ignored. */
enum tl_ignored tl_change_log_ignored(const struct tl_change_log *log, uint32_t frame,
                                      uint32_t part, enum tl_role sender);

/* The states after `frame`; before the first change: CLOSED and LISTEN. */
struct tl_states tl_change_log_states(const struct tl_change_log *log, uint32_t frame);
struct tl_states tl_change_log_states_at_part(const struct tl_change_log *log, uint32_t frame,
                                              uint32_t part);

#endif
