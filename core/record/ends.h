/* A connection's ends, unfolded: what rules work on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_RECORD_ENDS_H
#define TCPLIFE_RECORD_ENDS_H

#include "core/record/environment.h"
#include "core/record/record.h"
#include "tcplife/seq.h"

#include <stdbool.h>

/* A connection that something happens to: its ends unfolded. */
struct tl_life {
    struct tl_connection *connection;
    struct tl_environment *environment;
    struct tl_end end[2]; /* by enum tl_role */
};

static inline bool has(const struct tl_end *end, unsigned flag)
{
    return (end->flags & flag) != 0;
}

static inline bool is_over(const struct tl_end *end)
{
    return end->state == TL_CLOSED || end->state == TL_LISTEN;
}

static inline bool acknowledges_syn_of(const struct tl_end *end, tl_seq ack)
{
    return has(end, TL_END_HAS_ISS) && tl_seq_gt(ack, end->iss) && tl_seq_le(ack, end->snd_nxt);
}

/* Unfolds the ends, and folds them again. */
void tl_life_open(struct tl_life *life, struct tl_connection *c, struct tl_environment *environment);
void tl_life_close(const struct tl_life *life);

struct tl_end tl_connection_end(const struct tl_connection *connection, enum tl_role role);

#endif
