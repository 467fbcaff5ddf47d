/* Where connections are kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TABLE_STORE_H
#define TCPLIFE_TABLE_STORE_H

#include "core/record/environment.h"
#include "core/table/sockets.h"

#include <stdbool.h>
#include <stdint.h>

/* Connections are allocated so many at a time, and stay where they are: each at the beginning of a
 * line of the processor's cache. */
enum { TL_CHUNK = 64, TL_CACHE_LINE = 64 };

struct tl_store {
    struct tl_environment *environment;
    void **chunks; /* of TL_CHUNK connections each, by number */
    uint32_t connection_count, chunk_count, chunk_capacity;
};

/* The connection of a number that the tracker itself keeps: it is there. */
static inline struct tl_connection *tl_at_number(const struct tl_store *store, uint32_t number)
{
    char *chunk = store->chunks[number / TL_CHUNK];
    /* What was allocated need not begin where a line does. */
    void *first = chunk + (TL_CACHE_LINE - (uintptr_t)chunk % TL_CACHE_LINE) % TL_CACHE_LINE;

    return (struct tl_connection *)first + number % TL_CHUNK;
}

/* Makes room for one more connection. */
bool tl_store_enlarge(struct tl_store *store);

/* Writes down a connection's sockets. */
bool tl_store_sockets(struct tl_store *store, struct tl_connection *connection,
                      const struct tl_key *key, enum tl_role sender);

/* Gives back all connections. */
void tl_store_free(struct tl_store *store, const struct tl_memory *memory);

#endif
