/* What the tracker knows of a connection, to be compared byte by byte with what another one knows.
 *
 * Shared with tests/fuzz, which asks the same of whatever it makes up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TEST_KNOWLEDGE_H
#define TCPLIFE_TEST_KNOWLEDGE_H

#include "core/record/ends.h"
#include "core/record/oddities.h"
#include "core/record/times.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Everything known of a connection but where it lies, and which segments took the short way. */
struct knowledge {
    struct tl_connection connection;
    struct tl_end end[2];
};

static inline struct knowledge knowledge(const struct tl_connection *c)
{
    struct knowledge known;

    memset(&known, 0, sizeof known);
    memcpy(&known.connection, c, sizeof *c); /* with what lies between: all was zero once */
    known.connection.log.changes = NULL;
    known.connection.oddities = NULL;
    known.connection.unsettled = 0;
    known.connection.flags &= ~(uint32_t)(TL_CONNECTION_STEADY | TL_CONNECTION_ORDINARY_LAST);
    known.connection.end_ns = tl_connection_end_ns(c);
    if (c->address_length == TL_LONG)
        known.connection.u.long_sockets = NULL;
    for (int role = 0; role < 2; role++) {
        const struct tl_end end = tl_connection_end(c, (enum tl_role)role);

        known.end[role].seen_nxt = end.seen_nxt;
        known.end[role].snd_arrived = end.snd_arrived;
        known.end[role].latest_ack = end.latest_ack;
        known.end[role].fin = end.fin;
        known.end[role].fin_segment = end.fin_segment;
        known.connection.kept[role].flags &= (UINT32_C(1) << TL_KEPT_SHIFT) - 1;
    }
    return known;
}

#endif
