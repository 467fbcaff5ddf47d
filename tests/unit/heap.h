/* The heap as the memory that the core takes from its caller (allocator.h).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TEST_HEAP_H
#define TCPLIFE_TEST_HEAP_H

#include <stddef.h>
#include <stdlib.h>

/* Tests whose memory is counted, or runs out, do that in a function of their own, and call this. */
static inline void *heap_resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)old_size;
    if (!new_size) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

#endif
