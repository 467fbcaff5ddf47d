/* What most connections never need to know of: read and written without asking whether it is there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_RECORD_ODDITIES_H
#define TCPLIFE_RECORD_ODDITIES_H

#include "core/record/environment.h"
#include "core/record/record.h"

extern const struct tl_oddities tl_no_oddities;

static inline const struct tl_oddities *tl_oddities(const struct tl_connection *connection)
{
    return connection->oddities ? connection->oddities : &tl_no_oddities;
}

/* The same, to write: never NULL. */
struct tl_oddities *tl_note_oddities(struct tl_connection *connection,
                                     struct tl_environment *environment);

/* The frame from which on segments are found to be this connection's: a SYN before it counts as its
 * first one, but was shown as the old connection's. */
static inline uint32_t tl_found_from(const struct tl_connection *connection)
{
    return tl_oddities(connection)->found_from ? tl_oddities(connection)->found_from
                                               : connection->first_frame;
}

/* So many attempts without an answer, and then a RST or silence, are an end that has given up. */
enum { TL_GIVEN_UP_TRIES = 2 };

/* No TCP sends anything again sooner than this after it has sent something. */
#define TL_SHORTEST_TIME_OUT_NS (100 * INT64_C(1000000))

#endif
