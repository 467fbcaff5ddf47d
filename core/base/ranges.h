/* Ranges of numbers: what of a stream is there, behind what is missing.
 *
 * The numbers have 64 bits, so that none of them wraps: a sequence number (RFC 9293, section 3.4) is unwrapped near
 * another one (tl_unwrap()), and its low 32 bits are what it was.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_BASE_RANGES_H
#define TCPLIFE_BASE_RANGES_H

#include "tcplife/memory.h"
#include "tcplife/seq.h"

#include <stdbool.h>
#include <stdint.h>

struct tl_ranges {
    uint32_t count, capacity;
    struct {
        uint64_t start, end;
    } at[]; /* ascending, not touching */
};

/* Of the numbers with these low 32 bits, the one that is nearest to `near`. */
static inline uint64_t tl_unwrap(tl_seq number, uint64_t near)
{
    return near + (uint64_t)(int64_t)tl_seq_diff(number, (tl_seq)near);
}

/* NULL is no range. */
static inline uint32_t tl_ranges_count(const struct tl_ranges *ranges)
{
    return ranges ? ranges->count : 0;
}

/* Adds one; those that it touches become one with it. Of more than `most`, the farthest is forgotten. *ranges may
 * be NULL. False: memory ran out, and the farthest was forgotten instead. */
bool tl_ranges_add(struct tl_ranges **ranges, uint64_t start, uint64_t end, uint32_t most,
                   const struct tl_memory *memory);

/* Everything up to here is there. Returns how far it is there with the ranges that this reaches, which are taken
 * out. */
uint64_t tl_ranges_join(struct tl_ranges *ranges, uint64_t until);

/* Takes out `count` of them, from number `first` on. */
void tl_ranges_remove(struct tl_ranges *ranges, uint32_t first, uint32_t count);

void tl_ranges_free(struct tl_ranges *ranges, const struct tl_memory *memory);

#endif
