/* The last segments of the whole capture: their memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/record/recents.h"

/* Of a short capture not more is needed. */
enum { TL_FEWEST_RECENT = 512 };

bool tl_recents_enlarge(struct tl_environment *environment)
{
    const struct tl_memory *memory = environment->memory;
    struct tl_recents *recents = &environment->recents;
    uint32_t size = recents->size ? recents->size * 2 : TL_FEWEST_RECENT;
    struct tl_recent *segment = memory->resize(memory->ctx, recents->segment,
                                               recents->size * sizeof *segment, size * sizeof *segment);

    if (!segment) {
        environment->out_of_memory = true;
        return false;
    }
    recents->segment = segment;
    recents->size = size;
    return true;
}

void tl_recents_free(struct tl_recents *recents, const struct tl_memory *memory)
{
    if (recents->segment)
        memory->resize(memory->ctx, recents->segment, recents->size * sizeof *recents->segment, 0);
    *recents = (struct tl_recents){0};
}
