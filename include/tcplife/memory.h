/* The library takes all its memory from its caller.
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
#ifndef TCPLIFE_MEMORY_H
#define TCPLIFE_MEMORY_H

#include "tcplife/api.h"

#include <stddef.h>
#include <stdint.h>

TL_BEGIN_DECLS

struct tl_memory {
    void *(*resize)(void *ctx, void *block, size_t old_size, size_t new_size);
    void *ctx;
};

TL_END_DECLS

#endif
