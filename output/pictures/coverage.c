/* Which bytes of one end were captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/pictures/coverage.h"

bool coverage_add(struct coverage *coverage, tl_seq start, tl_seq end)
{
    bool fresh = false;

    if (!coverage->begun || tl_seq_ge(start, coverage->next)) {
        if (coverage->begun && start != coverage->next && coverage->hole_count < HOLES) {
            coverage->hole[coverage->hole_count].start = coverage->next;
            coverage->hole[coverage->hole_count++].end = start;
        }
        coverage->begun = true;
        coverage->next = end;
        return false;
    }
    for (unsigned i = 0; i < coverage->hole_count;) {
        tl_seq *from = &coverage->hole[i].start, *to = &coverage->hole[i].end;

        if (tl_seq_ge(start, *to) || tl_seq_le(end, *from)) {
            i++;
            continue;
        }
        fresh = true;
        /* What arrives in the middle fills the hole from its start: nearly true is enough. */
        if (tl_seq_lt(end, *to))
            *from = end;
        else if (tl_seq_gt(start, *from))
            *to = start;
        if (tl_seq_ge(*from, *to) || (tl_seq_ge(end, *to) && tl_seq_le(start, *from)))
            coverage->hole[i] = coverage->hole[--coverage->hole_count];
        else
            i++;
    }
    if (tl_seq_gt(end, coverage->next)) {
        coverage->next = end;
        fresh = true;
    }
    return !fresh;
}
