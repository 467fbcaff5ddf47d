/* What most connections never need.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/zeek/connection.h"

const struct zeek_oddities zeek_no_oddities;

struct zeek_oddities *zeek_note_oddities(struct zeek_passage *p)
{
    struct zeek_connection *c = p->connection;

    if (c->oddities)
        return c->oddities;
    c->oddities = p->memory->resize(p->memory->ctx, NULL, 0, sizeof *c->oddities);
    if (c->oddities) {
        *c->oddities = zeek_no_oddities;
        return c->oddities;
    }
    *p->spilled = zeek_no_oddities;
    return p->spilled;
}
