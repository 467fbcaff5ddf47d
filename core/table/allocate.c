/* Memory for the table's arrays.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/table/allocate.h"
#include "core/base/growth.h"

#include <string.h>

void *tl_allocate(struct tl_environment *environment, size_t size)
{
    void *block = environment->memory->resize(environment->memory->ctx, NULL, 0, size);

    if (block)
        memset(block, 0, size);
    else
        environment->out_of_memory = true;
    return block;
}

void *tl_enlarge(struct tl_environment *environment, void *array, uint32_t count,
                 uint32_t *capacity, size_t size)
{
    uint32_t bigger = tl_bigger(*capacity);
    void *block;

    if (count < *capacity)
        return array;
    block = bigger ? environment->memory->resize(environment->memory->ctx, array, *capacity * size,
                                                 bigger * size)
                   : NULL;
    if (block)
        *capacity = bigger;
    else
        environment->out_of_memory = true;
    return block;
}

void tl_release(const struct tl_memory *memory, void *block, size_t size)
{
    if (block)
        memory->resize(memory->ctx, block, size, 0);
}
