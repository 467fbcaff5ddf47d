/* Memory for the table's arrays.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TABLE_ALLOCATE_H
#define TCPLIFE_TABLE_ALLOCATE_H

#include "core/record/environment.h"

#include <stddef.h>
#include <stdint.h>

/* A block of zeros. NULL: memory ran out, which is noted. */
void *tl_allocate(struct tl_environment *environment, size_t size);

/* An array, with room for one more element. NULL: memory ran out, which is noted. */
void *tl_enlarge(struct tl_environment *environment, void *array, uint32_t count,
                 uint32_t *capacity, size_t size);

/* Gives back a block; NULL is fine. */
void tl_release(const struct tl_memory *memory, void *block, size_t size);

#endif
