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
    void **chunks; /* of TL_CHUNK connections each, by number; NULL: of these numbers nobody has one */
    uint32_t connection_count, chunk_count, chunk_capacity;

    /* What was forgotten gives its number back. From then on a connection's number does not tell how many
     * began before it, and that is kept apart. */
    uint32_t *vacant; /* numbers that nobody has */
    uint32_t vacant_count, vacant_capacity;
    uint32_t *ordinals; /* by number, as many as `ordinal_capacity`; NULL: nothing was ever forgotten */
    uint32_t ordinal_capacity, begun;
};

/* The connection of a number that the tracker itself keeps: it is there. */
static inline struct tl_connection *tl_at_number(const struct tl_store *store, uint32_t number)
{
    char *chunk = store->chunks[number / TL_CHUNK];
    /* What was allocated need not begin where a line does. */
    void *first = chunk + (TL_CACHE_LINE - (uintptr_t)chunk % TL_CACHE_LINE) % TL_CACHE_LINE;

    return (struct tl_connection *)first + number % TL_CHUNK;
}

/* How many connections had begun before that one. */
static inline uint32_t tl_store_ordinal(const struct tl_store *store, uint32_t number)
{
    return store->ordinals ? store->ordinals[number] : number;
}

/* Nobody has this number at present. */
static inline bool tl_store_is_vacant(const struct tl_store *store, uint32_t number)
{
    return !store->chunks[number / TL_CHUNK] || !tl_at_number(store, number)->first_frame;
}

/* Makes room for one more connection. */
bool tl_store_enlarge(struct tl_store *store);
/* The next connection, all zero but for its number. There is room. */
struct tl_connection *tl_store_next(const struct tl_store *store);
/* It has begun. */
void tl_store_took(struct tl_store *store, const struct tl_connection *connection);
/* Makes room for one more number that nobody has. False: memory ran out. */
bool tl_store_prepare_forgetting(struct tl_store *store);
/* Gives back what the connection held, and its number. There is room. */
void tl_store_forget(struct tl_store *store, struct tl_connection *connection);
/* Gives back the memory of numbers that nobody has, nor asks about any more. */
void tl_store_shrink(struct tl_store *store);

/* Writes down a connection's sockets. */
bool tl_store_sockets(struct tl_store *store, struct tl_connection *connection,
                      const struct tl_key *key, enum tl_role sender);

/* Gives back all connections. */
void tl_store_free(struct tl_store *store, const struct tl_memory *memory);

#endif
