/* The connections on two sockets: the table that finds them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TABLE_INDEX_H
#define TCPLIFE_TABLE_INDEX_H

#include "core/table/sockets.h"
#include "core/table/store.h"

#include <stdbool.h>
#include <stdint.h>

/* The connections on the same two sockets, in the order of their first frames: from the second on,
 * since most remain alone. */
struct tl_incarnations {
    struct tl_split *split; /* networks.h; or NULL */
    uint32_t count, capacity;
    uint32_t number[];
};

/* Of the table that finds connections by their two sockets. */
struct tl_slot {
    uint32_t hash;
    /* The number of the only connection on these sockets, plus 1; or where among `shared` they all
     * are, and TL_SHARED; 0: empty. */
    uint32_t whose;
};
static const uint32_t TL_SHARED = 1u << 31;

struct tl_index {
    struct tl_store store; /* of the connections that it finds */
    uint64_t seed[2];
    struct tl_slot *slots; /* open addressing, linear probing; a power of two of them */
    uint32_t slot_count, slots_used;
    struct tl_incarnations **shared; /* of sockets that were used again */
    uint32_t shared_count, shared_capacity;
};

/* What the table has of some sockets. */
struct tl_entry {
    struct tl_slot *slot; /* theirs, or the empty one that would be; NULL: there is no table */
    struct tl_connection *newest; /* or NULL: there is none */
    enum tl_role sender;          /* with `newest`: who has the key's source */
};

/* The newest connection that a slot of the table tells of. */
static inline struct tl_connection *tl_newest(const struct tl_index *index, const struct tl_slot *slot)
{
    const struct tl_incarnations *shared;

    if (!(slot->whose & TL_SHARED))
        return tl_at_number(&index->store, slot->whose - 1);
    shared = index->shared[slot->whose & ~TL_SHARED];
    return tl_at_number(&index->store, shared->number[shared->count - 1]);
}

static inline struct tl_entry tl_look_up(const struct tl_index *index, uint32_t hash,
                                         const struct tl_key *key)
{
    const uint32_t mask = index->slot_count - 1;
    struct tl_entry entry = {.slot = NULL};

    for (uint32_t i = hash & mask; index->slots; i = (i + 1) & mask) {
        entry.slot = &index->slots[i];
        if (!entry.slot->whose)
            break;
        if (entry.slot->hash != hash)
            continue;
        entry.newest = tl_newest(index, entry.slot);
        if (tl_is_between(entry.newest, key, &entry.sender))
            return entry;
    }
    entry.newest = NULL;
    return entry;
}

/* Makes room for one more pair of sockets. */
bool tl_enlarge_table(struct tl_index *index);

/* Makes room for one more connection on the sockets of a slot. */
bool tl_enlarge_incarnations(struct tl_index *index, struct tl_slot *slot);

/* Makes room for one more connection in a list, which may be NULL yet. */
bool tl_enlarge_list(struct tl_environment *environment, struct tl_incarnations **list);

/* All connections on sockets that were used again. NULL: there are none. */
const struct tl_incarnations *tl_find_shared(const struct tl_index *index, struct tl_key *key);

struct tl_connection *tl_last_of(const struct tl_index *index,
                                 const struct tl_incarnations *incarnations);

/* How many of these connections have an ordinal less than, or begin before… */
uint32_t tl_count_before(const struct tl_index *index, const struct tl_incarnations *shared,
                         bool by_frame, uint32_t limit);

/* All connections on the sockets of this one, which are several. */
struct tl_incarnations **tl_place_of_incarnations(const struct tl_index *index,
                                                  const struct tl_connection *connection);

/* Takes a connection out of the table. On its sockets, no networks are told apart. */
void tl_index_remove(struct tl_index *index, const struct tl_connection *connection);

/* Only what makes memory come sooner: nothing depends on it. */
static inline void tl_fetch(const void *memory)
{
#if defined(__GNUC__)
    __builtin_prefetch(memory, 1);
#else
    (void)memory;
#endif
}

/* The slot that will be looked up is on its way from memory from now on. */
static inline void tl_fetch_slot(const struct tl_index *index, struct tl_key *key)
{
    if (index->slots)
        tl_fetch(&index->slots[tl_key_hash(index->seed, key) & (index->slot_count - 1)]);
}

/* …and, when that is there, the connection. */
static inline void tl_fetch_connection(const struct tl_index *index, const struct tl_key *key)
{
    const uint32_t mask = index->slot_count - 1;
    const char *c;

    if (!key->is_hashed)
        return;
    for (uint32_t i = key->hash & mask; index->slots[i].whose; i = (i + 1) & mask) {
        if (index->slots[i].hash != key->hash)
            continue;
        c = (const char *)tl_newest(index, &index->slots[i]);
        tl_fetch(c);
        tl_fetch(c + TL_CACHE_LINE);
        return;
    }
}

void tl_incarnations_free(struct tl_incarnations *list, const struct tl_memory *memory);
/* Gives back all of it but the lists themselves, and the store. */
void tl_index_free(struct tl_index *index, const struct tl_memory *memory);

#endif
