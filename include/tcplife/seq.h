/* Sequence numbers (RFC 9293, section 3.4).
 *
 * Sequence space is the circle of the numbers 0 to 2^32 - 1. "Less than" means
 * "reached first when walking forward by less than half the circle".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SEQ_H
#define TCPLIFE_SEQ_H

#include "tcplife/api.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

typedef uint32_t tl_seq;

/* Signed distance from b to a: positive when a lies ahead of b. */
static inline int32_t tl_seq_diff(tl_seq a, tl_seq b)
{
    uint32_t distance = a - b;

    /* Converting a uint32_t above INT32_MAX is implementation-defined in C11. */
    return distance <= (uint32_t)INT32_MAX ? (int32_t)distance
                                           : -(int32_t)(UINT32_MAX - distance) - 1;
}

static inline bool tl_seq_lt(tl_seq a, tl_seq b) { return tl_seq_diff(a, b) < 0; }
static inline bool tl_seq_le(tl_seq a, tl_seq b) { return tl_seq_diff(a, b) <= 0; }
static inline bool tl_seq_gt(tl_seq a, tl_seq b) { return tl_seq_diff(a, b) > 0; }
static inline bool tl_seq_ge(tl_seq a, tl_seq b) { return tl_seq_diff(a, b) >= 0; }

/* At most so far apart, whichever lies ahead; the distance is less than half the circle. */
static inline bool tl_seq_is_near(tl_seq a, tl_seq b, uint32_t distance)
{
    return a - b + distance <= 2 * distance;
}

/* The one that lies ahead. */
static inline tl_seq tl_seq_max(tl_seq a, tl_seq b) { return tl_seq_ge(a, b) ? a : b; }
/* The one that lies behind. */
static inline tl_seq tl_seq_min(tl_seq a, tl_seq b) { return tl_seq_lt(a, b) ? a : b; }

TL_END_DECLS

#endif
