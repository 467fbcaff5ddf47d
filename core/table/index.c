/* The connections on two sockets: the table that finds them.
 *
 * It knows every incarnation on two sockets, in order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/table/index.h"
#include "core/base/growth.h"
#include "core/record/oddities.h"
#include "core/table/allocate.h"

bool tl_enlarge_table(struct tl_index *index)
{
    uint32_t count = index->slot_count ? index->slot_count * 2 : 1024;
    uint32_t old_count = index->slot_count;
    struct tl_slot *slots, *old = index->slots;

    if (index->slots_used < index->slot_count / 8 * 7)
        return true;
    slots = tl_allocate(index->store.environment, count * sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < old_count; i++)
        if (old[i].whose) {
            uint32_t at = old[i].hash & (count - 1);

            while (slots[at].whose)
                at = (at + 1) & (count - 1);
            slots[at] = old[i];
        }
    index->slots = slots;
    index->slot_count = count;
    tl_release(index->store.environment->memory, old, old_count * sizeof *old);
    return true;
}

const struct tl_incarnations *tl_find_shared(const struct tl_index *index, struct tl_key *key)
{
    const struct tl_entry entry = tl_look_up(index, tl_key_hash(index->seed, key), key);

    return entry.newest ? index->shared[entry.slot->whose & ~TL_SHARED] : NULL;
}

struct tl_connection *tl_last_of(const struct tl_index *index,
                                 const struct tl_incarnations *incarnations)
{
    return tl_at_number(&index->store, incarnations->number[incarnations->count - 1]);
}

static size_t incarnations_size(uint32_t capacity)
{
    return sizeof(struct tl_incarnations) + capacity * sizeof(uint32_t);
}

bool tl_enlarge_list(struct tl_environment *environment, struct tl_incarnations **list)
{
    struct tl_incarnations *old = *list, *block;
    uint32_t capacity;

    if (old && old->count < old->capacity)
        return true;
    capacity = tl_bigger(old ? old->capacity : 0);
    block = capacity ? environment->memory->resize(environment->memory->ctx, old,
                                                   old ? incarnations_size(old->capacity) : 0,
                                                   incarnations_size(capacity))
                     : NULL;
    if (!block) {
        environment->out_of_memory = true;
        return false;
    }
    if (!old)
        *block = (struct tl_incarnations){0};
    block->capacity = capacity;
    *list = block;
    return true;
}

bool tl_enlarge_incarnations(struct tl_index *index, struct tl_slot *slot)
{
    struct tl_incarnations **shared =
        tl_enlarge(index->store.environment, index->shared, index->shared_count,
                   &index->shared_capacity, sizeof *shared);
    struct tl_incarnations *first = NULL;

    if (!shared)
        return false;
    index->shared = shared;
    if (slot->whose & TL_SHARED)
        return tl_enlarge_list(index->store.environment, &shared[slot->whose & ~TL_SHARED]);
    if (!tl_enlarge_list(index->store.environment, &first))
        return false;
    first->number[first->count++] = slot->whose - 1;
    tl_at_number(&index->store, slot->whose - 1)->flags |= TL_CONNECTION_REUSED;
    shared[index->shared_count] = first;
    slot->whose = TL_SHARED | index->shared_count++;
    return tl_enlarge_list(index->store.environment, &shared[slot->whose & ~TL_SHARED]);
}

uint32_t tl_count_before(const struct tl_index *index, const struct tl_incarnations *shared,
                         bool by_frame, uint32_t limit)
{
    uint32_t low = 0, high = shared->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t number = shared->number[middle];

        if ((by_frame ? tl_found_from(tl_at_number(&index->store, number))
                      : tl_store_ordinal(&index->store, number)) < limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- taking out ------------------------------------------------------------------------------ */

static struct tl_slot *slot_of(const struct tl_index *index, const struct tl_connection *c)
{
    const struct tl_socket client = tl_connection_socket(c, TL_CLIENT);
    const struct tl_socket server = tl_connection_socket(c, TL_SERVER);
    struct tl_key key;

    tl_key_make(&key, &client, &server);
    return tl_look_up(index, tl_key_hash(index->seed, &key), &key).slot;
}

struct tl_incarnations **tl_place_of_incarnations(const struct tl_index *index,
                                                  const struct tl_connection *c)
{
    return &index->shared[slot_of(index, c)->whose & ~TL_SHARED];
}

/* Empties a slot: what stands behind it because it was taken moves up. */
static void empty_slot(struct tl_index *index, const struct tl_slot *slot)
{
    const uint32_t mask = index->slot_count - 1;
    uint32_t hole = (uint32_t)(slot - index->slots);

    for (uint32_t i = (hole + 1) & mask; index->slots[i].whose; i = (i + 1) & mask) {
        const uint32_t home = index->slots[i].hash & mask;

        if (((i - home) & mask) < ((i - hole) & mask))
            continue;
        index->slots[hole] = index->slots[i];
        hole = i;
    }
    index->slots[hole] = (struct tl_slot){0};
    index->slots_used--;
}

/* Gives the list's place to the last one of all. */
static void drop_list(struct tl_index *index, uint32_t place)
{
    struct tl_incarnations *last;

    tl_incarnations_free(index->shared[place], index->store.environment->memory);
    last = index->shared[--index->shared_count];
    if (place == index->shared_count)
        return;
    slot_of(index, tl_last_of(index, last))->whose = TL_SHARED | place;
    index->shared[place] = last;
}

void tl_index_remove(struct tl_index *index, const struct tl_connection *c)
{
    struct tl_slot *slot = slot_of(index, c);
    const uint32_t place = slot->whose & ~TL_SHARED;
    struct tl_incarnations *list;
    uint32_t at;

    if (!(slot->whose & TL_SHARED)) {
        empty_slot(index, slot);
        return;
    }
    list = index->shared[place];
    at = tl_count_before(index, list, false, tl_store_ordinal(&index->store, c->number));
    list->count--;
    for (uint32_t i = at; i < list->count; i++)
        list->number[i] = list->number[i + 1];
    if (list->count)
        return;
    empty_slot(index, slot);
    drop_list(index, place);
}

void tl_incarnations_free(struct tl_incarnations *list, const struct tl_memory *memory)
{
    if (list)
        tl_release(memory, list, incarnations_size(list->capacity));
}

void tl_index_free(struct tl_index *index, const struct tl_memory *memory)
{
    tl_release(memory, index->shared, index->shared_capacity * sizeof *index->shared);
    tl_release(memory, index->slots, index->slot_count * sizeof *index->slots);
}
