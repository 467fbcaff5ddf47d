/* What most connections never need to know of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/record/oddities.h"

const struct tl_oddities tl_no_oddities;

struct tl_oddities *tl_note_oddities(struct tl_connection *c, struct tl_environment *environment)
{
    const struct tl_memory *memory = environment->memory;

    if (c->oddities)
        return c->oddities;
    c->oddities = memory->resize(memory->ctx, NULL, 0, sizeof *c->oddities);
    if (c->oddities) {
        *c->oddities = tl_no_oddities;
        return c->oddities;
    }
    environment->out_of_memory = true;
    environment->spilled = tl_no_oddities;
    return &environment->spilled;
}
