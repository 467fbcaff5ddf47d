/* What the tracker knows of a connection, to be compared byte by byte with what another one knows.
 *
 * Shared with tests/fuzz, which asks the same of whatever it makes up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TEST_KNOWLEDGE_H
#define TCPLIFE_TEST_KNOWLEDGE_H

#include "connection.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Everything known of a connection but where it lies, and which segments took the short way. */
static inline struct tl_connection knowledge(const struct tl_connection *c)
{
    struct tl_connection known;

    memcpy(&known, c, sizeof known); /* with what lies between the members: all was zero once */
    known.incarnations = NULL;
    known.log.changes = NULL;
    known.oddities = NULL;
    known.unsettled = 0;
    known.flags &= ~(uint32_t)TL_CONNECTION_STEADY;
    return known;
}

#endif
