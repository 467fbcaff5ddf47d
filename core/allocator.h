/* The core takes all its memory from its caller.
 *
 * resize(ctx, NULL, 0, n)   allocates n bytes
 * resize(ctx, p, old, n)    grows or shrinks, keeping the contents
 * resize(ctx, p, old, 0)    gives back; the result is not looked at
 *
 * NULL for a non-zero n means that memory ran out: the tracker then stops
 * learning (tl_tracker_out_of_memory() says so) and stays safe to ask.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_ALLOCATOR_H
#define TCPLIFE_ALLOCATOR_H

#include <stddef.h>
#include <stdint.h>

struct tl_memory {
    void *(*resize)(void *ctx, void *block, size_t old_size, size_t new_size);
    void *ctx;
};

/* How many elements an array that is full gets room for: it starts small, since most stay so, and
 * a long one has at most an eighth to spare. 0: it cannot be longer. */
static inline uint32_t tl_bigger(uint32_t capacity)
{
    uint32_t more = capacity < 64 ? capacity / 2 : capacity / 8;

    if (more < 4)
        more = 4;
    return capacity <= UINT32_MAX - more ? capacity + more : 0;
}

#endif
