/* Probes and retransmissions, to which nobody answers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_ATTEMPTS_H
#define TCPLIFE_LIFE_ATTEMPTS_H

#include "core/life/passage.h"

/* Does X try, once more, to get an answer out of Y? */
void tl_note_attempts(struct tl_passage *p);

/* This end has its answer. */
static inline void tl_forget_attempts(struct tl_passage *p, enum tl_role end)
{
    if (!oddities_of(p, end)->unanswered)
        return;
    tl_note_oddities_of(p, end)->unanswered = 0;
    /* A peer that answers in the end is not dead, whatever its answer is. */
    p->connection->flags &= ~(uint32_t)TL_CONNECTION_DEAD_PEER;
}

#endif
