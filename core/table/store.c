/* Where connections are kept: memory that stays where it is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/table/store.h"
#include "core/base/growth.h"
#include "core/record/change_log.h"
#include "core/record/oddities.h"
#include "core/table/allocate.h"

#include <string.h>

static const size_t CHUNK_BYTES = TL_CHUNK * sizeof(struct tl_connection) + TL_CACHE_LINE;

/* Makes room for the ordinal of one more number; at first, for those of all there are. */
static bool enlarge_ordinals(struct tl_store *store)
{
    const struct tl_memory *memory = store->environment->memory;
    const uint32_t old = store->ordinal_capacity;
    const uint32_t capacity = tl_bigger(old ? old : store->connection_count);
    uint32_t *ordinals = store->ordinals;

    if (old > store->connection_count)
        return true;
    ordinals = capacity ? memory->resize(memory->ctx, ordinals, old * sizeof *ordinals,
                                         capacity * sizeof *ordinals)
                        : NULL;
    if (!ordinals) {
        store->environment->out_of_memory = true;
        return false;
    }
    if (!old)
        for (uint32_t i = 0; i < store->connection_count; i++)
            ordinals[i] = i;
    store->ordinals = ordinals;
    store->ordinal_capacity = capacity;
    return true;
}

/* Of this number, and its neighbours. */
static bool allocate_chunk(struct tl_store *store, uint32_t number)
{
    void **chunk = &store->chunks[number / TL_CHUNK];

    if (!*chunk)
        *chunk = tl_allocate(store->environment, CHUNK_BYTES);
    return *chunk != NULL;
}

bool tl_store_enlarge(struct tl_store *store)
{
    void **chunks;

    if (store->vacant_count)
        return allocate_chunk(store, store->vacant[store->vacant_count - 1]);
    if (store->ordinals && !enlarge_ordinals(store))
        return false;
    if (store->connection_count < store->chunk_count * TL_CHUNK)
        return allocate_chunk(store, store->connection_count);
    chunks = tl_enlarge(store->environment, store->chunks, store->chunk_count,
                        &store->chunk_capacity, sizeof *chunks);
    if (!chunks)
        return false;
    store->chunks = chunks;
    chunks[store->chunk_count] = NULL;
    if (!allocate_chunk(store, store->connection_count))
        return false;
    store->chunk_count++;
    return true;
}

struct tl_connection *tl_store_next(const struct tl_store *store)
{
    const uint32_t number =
        store->vacant_count ? store->vacant[store->vacant_count - 1] : store->connection_count;
    struct tl_connection *c = tl_at_number(store, number);

    c->number = number;
    return c;
}

void tl_store_took(struct tl_store *store, const struct tl_connection *c)
{
    if (store->ordinals)
        store->ordinals[c->number] = store->begun;
    store->begun++;
    if (store->vacant_count)
        store->vacant_count--;
    else
        store->connection_count++;
}

bool tl_store_sockets(struct tl_store *store, struct tl_connection *c, const struct tl_key *key,
                      enum tl_role sender)
{
    c->port[sender] = key->source->port;
    c->port[tl_other(sender)] = key->destination->port;
    if (key->is_short) {
        c->family = key->source->family;
        c->address_length = key->source->address_length;
        memcpy(c->u.address[sender], key->source->address, sizeof c->u.address[sender]);
        memcpy(c->u.address[tl_other(sender)], key->destination->address,
               sizeof c->u.address[sender]);
        return true;
    }
    c->u.long_sockets = tl_allocate(store->environment, sizeof *c->u.long_sockets);
    if (!c->u.long_sockets)
        return false;
    c->address_length = TL_LONG;
    c->u.long_sockets->socket[sender] = *key->source;
    c->u.long_sockets->socket[tl_other(sender)] = *key->destination;
    return true;
}

static void free_connection(struct tl_connection *c, const struct tl_memory *memory)
{
    tl_change_log_free(&c->log, memory);
    for (int role = 0; role < 2; role++)
        tl_ranges_free(tl_oddities(c)->end[role].islands, memory);
    if (c->oddities)
        memory->resize(memory->ctx, c->oddities, sizeof *c->oddities, 0);
    if (c->address_length == TL_LONG)
        memory->resize(memory->ctx, c->u.long_sockets, sizeof *c->u.long_sockets, 0);
}

bool tl_store_prepare_forgetting(struct tl_store *store)
{
    uint32_t *vacant = tl_enlarge(store->environment, store->vacant, store->vacant_count,
                                  &store->vacant_capacity, sizeof *vacant);

    if (vacant)
        store->vacant = vacant;
    return vacant && enlarge_ordinals(store);
}

void tl_store_forget(struct tl_store *store, struct tl_connection *c)
{
    const uint32_t number = c->number;

    free_connection(c, store->environment->memory);
    memset(c, 0, sizeof *c);
    store->vacant[store->vacant_count++] = number;
}

static bool is_chunk_vacant(const struct tl_store *store, uint32_t chunk)
{
    for (uint32_t number = chunk * TL_CHUNK;
         number < (chunk + 1) * TL_CHUNK && number < store->connection_count; number++)
        if (!tl_store_is_vacant(store, number))
            return false;
    return true;
}

void tl_store_shrink(struct tl_store *store)
{
    for (uint32_t i = 0; i < store->chunk_count; i++)
        if (is_chunk_vacant(store, i)) {
            tl_release(store->environment->memory, store->chunks[i], CHUNK_BYTES);
            store->chunks[i] = NULL;
        }
}

void tl_store_free(struct tl_store *store, const struct tl_memory *memory)
{
    tl_release(memory, store->vacant, store->vacant_capacity * sizeof *store->vacant);
    tl_release(memory, store->ordinals, store->ordinal_capacity * sizeof *store->ordinals);
    for (uint32_t i = 0; i < store->connection_count; i++)
        if (store->chunks[i / TL_CHUNK])
            free_connection(tl_at_number(store, i), memory);
    for (uint32_t i = 0; i < store->chunk_count; i++)
        tl_release(memory, store->chunks[i], CHUNK_BYTES);
    tl_release(memory, store->chunks, store->chunk_capacity * sizeof *store->chunks);
}
