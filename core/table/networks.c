/* Networks that share addresses (contract, section 3).
 *
 * It knows in which networks a connection's segments came; it cannot know whether two networks are one
 * way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/table/networks.h"
#include "core/record/oddities.h"
#include "core/table/allocate.h"

/* The networks in which a connection's segments came last, by direction. */
struct tl_seen_networks {
    uint32_t network[2][2]; /* [descends][the last one, the one before] */
};
/* Nothing came in that direction. */
static const uint32_t NO_NETWORK = UINT32_MAX;

/* Which group's segments come in this network? False: it is not known. */
static bool find_group(const struct tl_split *split, const struct tl_key *key, uint32_t network,
                       uint32_t *group)
{
    const bool direction = tl_descends(key);

    *group = 0;
    for (uint32_t i = 0; i < split->route_count; i++)
        if (split->routes[i].network == network && split->routes[i].descends == direction) {
            *group = split->routes[i].group;
            return true;
        }
    return false;
}

/* (Of a group whose first connection found no memory there is nothing.) */
static const struct tl_incarnations *group_of(const struct tl_incarnations *shared, uint32_t group)
{
    return group && shared->split->groups[group - 1]->count ? shared->split->groups[group - 1]
                                                            : shared;
}

const struct tl_incarnations *tl_incarnations_in(const struct tl_incarnations *shared,
                                                 const struct tl_key *key, uint32_t network)
{
    uint32_t group;

    find_group(shared->split, key, network, &group);
    return group_of(shared, group);
}

struct tl_connection *tl_newest_in_network(const struct tl_index *index,
                                           const struct tl_entry *entry, const struct tl_key *key,
                                           uint32_t network, enum tl_role *sender)
{
    const struct tl_incarnations *shared = index->shared[entry->slot->whose & ~TL_SHARED];
    struct tl_connection *c;
    uint32_t group;

    find_group(shared->split, key, network, &group);
    c = tl_last_of(index, group_of(shared, group));
    tl_is_between(c, key, sender);
    return c;
}

static const struct tl_seen_networks *seen_by(const struct tl_networks *networks,
                                              const struct tl_connection *c)
{
    static const struct tl_seen_networks untold;
    const uint32_t chunk = c->number / TL_CHUNK;

    return chunk < networks->chunk_count && networks->seen[chunk]
               ? &networks->seen[chunk][c->number % TL_CHUNK]
               : &untold;
}

/* …to write: NULL when memory ran out. */
static struct tl_seen_networks *note_seen_by(struct tl_networks *networks, struct tl_index *index,
                                             const struct tl_connection *c)
{
    const uint32_t chunk = c->number / TL_CHUNK;

    if (chunk >= networks->chunk_count) {
        const struct tl_memory *memory = index->store.environment->memory;
        struct tl_seen_networks **seen =
            memory->resize(memory->ctx, networks->seen, networks->chunk_count * sizeof *seen,
                           index->store.chunk_capacity * sizeof *seen);

        if (!seen) {
            index->store.environment->out_of_memory = true;
            return NULL;
        }
        for (uint32_t i = networks->chunk_count; i < index->store.chunk_capacity; i++)
            seen[i] = NULL;
        networks->seen = seen;
        networks->chunk_count = index->store.chunk_capacity;
    }
    if (!networks->seen[chunk])
        networks->seen[chunk] =
            tl_allocate(index->store.environment, TL_CHUNK * sizeof **networks->seen);
    return networks->seen[chunk] ? &networks->seen[chunk][c->number % TL_CHUNK] : NULL;
}

void tl_first_network(struct tl_networks *networks, struct tl_index *index,
                      const struct tl_connection *c, const struct tl_key *key, uint32_t network)
{
    const bool direction = tl_descends(key);
    struct tl_seen_networks *seen;

    if (!networks->chunk_count && !network)
        return;
    seen = note_seen_by(networks, index, c);
    if (!seen)
        return;
    seen->network[direction][0] = seen->network[direction][1] = network;
    seen->network[!direction][0] = seen->network[!direction][1] = NO_NETWORK;
}

void tl_inherit_network(struct tl_networks *networks, struct tl_index *index,
                        const struct tl_connection *c, const struct tl_connection *previous,
                        const struct tl_key *key)
{
    const bool back = !tl_descends(key);
    const struct tl_seen_networks *before = seen_by(networks, previous);
    struct tl_seen_networks *seen;

    if (!networks->chunk_count || before->network[back][0] == NO_NETWORK)
        return;
    seen = note_seen_by(networks, index, c);
    if (!seen)
        return;
    /* (Notes may have moved.) */
    before = seen_by(networks, previous);
    seen->network[back][0] = before->network[back][0];
    seen->network[back][1] = before->network[back][1];
}

static void note_network(struct tl_networks *networks, struct tl_index *index,
                         const struct tl_connection *c, const struct tl_key *key, uint32_t network)
{
    const bool direction = tl_descends(key);
    struct tl_seen_networks *seen;

    if (seen_by(networks, c)->network[direction][0] == network)
        return;
    seen = note_seen_by(networks, index, c);
    if (!seen)
        return;
    seen->network[direction][1] = seen->network[direction][0];
    seen->network[direction][0] = network;
}

/* Did segments of the connection come in this network before, in this direction, or, where none came
 * in this one, in the other? */
static bool came_in(const struct tl_networks *networks, const struct tl_connection *c,
                          const struct tl_key *key, uint32_t network)
{
    const struct tl_seen_networks *seen = seen_by(networks, c);
    const bool direction = tl_descends(key);
    const uint32_t *known =
        seen->network[seen->network[direction][0] == NO_NETWORK ? !direction : direction];

    return known[0] == network || known[1] == network;
}

/* May the segment be one of this connection's, by its numbers? */
static bool fits(const struct tl_connection *c, const struct tl_segment *s, enum tl_role sender)
{
    /* What a conversation may have sent without being captured. */
    static const uint32_t UNSEEN_BYTES = 1u << 26;
    const enum tl_role receiver = tl_other(sender);
    const struct tl_kept_end *X = &c->kept[sender], *Y = &c->kept[receiver];
    const struct tl_oddities *odd = tl_oddities(c);
    const bool anew = (c->flags & TL_CONNECTION_SYN_ANEW) != 0;

    if (anew && odd->anew_by == sender && s->seq - odd->anew_iss < 2)
        return true;
    if (anew && odd->anew_by == receiver && s->flags & TL_ACK && s->ack == odd->anew_iss + 1)
        return true;
    if (s->flags & TL_SYN && X->flags & TL_END_HAS_ISS && c->past[sender].iss != s->seq)
        return false;
    /* A RST with ACK may answer from where there is no connection: its number is 0. */
    if (X->flags & TL_END_HAS_SND_NXT && !(s->flags & TL_RST && s->flags & TL_ACK) &&
        !tl_seq_is_near(s->seq, X->snd_nxt, UNSEEN_BYTES))
        return false;
    return !(s->flags & TL_ACK && Y->flags & TL_END_HAS_SND_NXT) ||
           tl_seq_is_near(s->ack, Y->snd_nxt, UNSEEN_BYTES);
}

/* Is it over by this time, though no segment has come since 2 MSL passed? */
static bool has_ended_by(const struct tl_connection *c, int64_t now_ns)
{
    for (int role = 0; role < 2; role++) {
        const enum tl_state state = tl_connection_state(c, (enum tl_role)role);

        if (state != TL_CLOSED && state != TL_LISTEN &&
            !(state == TL_TIME_WAIT && now_ns >= c->time_wait_ends_ns))
            return false;
    }
    return true;
}

static bool add_route(struct tl_index *index, struct tl_split *split, uint32_t network,
                      bool direction, uint32_t group)
{
    struct tl_route *routes =
        tl_enlarge(index->store.environment, split->routes, split->route_count,
                   &split->route_capacity, sizeof *routes);

    if (!routes)
        return false;
    split->routes = routes;
    routes[split->route_count++] =
        (struct tl_route){.network = network, .group = group, .descends = direction};
    return true;
}

/* From now on these sockets' connections are known by their networks. */
static struct tl_split *begin_split(struct tl_networks *networks, struct tl_index *index,
                                    struct tl_incarnations *shared)
{
    const struct tl_seen_networks *seen = seen_by(networks, tl_last_of(index, shared));
    struct tl_split *split = tl_allocate(index->store.environment, sizeof *split);

    if (!split)
        return NULL;
    shared->split = split;
    for (uint32_t i = 0; i < shared->count; i++)
        tl_at_number(&index->store, shared->number[i])->flags |= TL_CONNECTION_SPLIT;
    for (int direction = 0; direction < 2; direction++)
        for (int i = 0; i < 2; i++)
            if (seen->network[direction][i] != NO_NETWORK &&
                !(i && seen->network[direction][1] == seen->network[direction][0]))
                add_route(index, split, seen->network[direction][i], direction, 0);
    return split;
}

struct tl_incarnations **tl_list_for(struct tl_networks *networks, struct tl_index *index,
                                     const struct tl_slot *slot, const struct tl_key *key,
                                     uint32_t network, bool apart)
{
    struct tl_incarnations **shared = &index->shared[slot->whose & ~TL_SHARED];
    struct tl_split *split = (*shared)->split;
    struct tl_incarnations **groups;
    uint32_t group = 0;

    if (!apart && !split)
        return shared;
    if (!split)
        split = begin_split(networks, index, *shared);
    if (!split)
        return NULL;
    if (!apart) {
        find_group(split, key, network, &group);
        if (group && !tl_enlarge_list(index->store.environment, &split->groups[group - 1]))
            return NULL;
        return group ? &split->groups[group - 1] : shared;
    }
    groups = tl_enlarge(index->store.environment, split->groups, split->group_count,
                        &split->group_capacity, sizeof *groups);
    if (!groups)
        return NULL;
    split->groups = groups;
    groups[split->group_count] = NULL;
    if (!tl_enlarge_list(index->store.environment, &groups[split->group_count]))
        return NULL;
    split->group_count++;
    if (!add_route(index, split, network, tl_descends(key), split->group_count))
        return NULL;
    return &groups[split->group_count - 1];
}

/* A segment of sockets that several networks share, in a network that it did not come in so far: of
 * which group is it? NULL: of none. */
static struct tl_connection *find_in_groups(struct tl_index *index, struct tl_key *key,
                                            const struct tl_segment *s, enum tl_role *sender)
{
    const struct tl_incarnations *shared = tl_find_shared(index, key);

    for (uint32_t group = 0; group <= shared->split->group_count; group++) {
        struct tl_connection *c = tl_last_of(index, group_of(shared, group));
        enum tl_role role = TL_CLIENT;

        tl_is_between(c, key, &role);
        if (!fits(c, s, role))
            continue;
        add_route(index, shared->split, s->network, tl_descends(key), group);
        *sender = role;
        return c;
    }
    return NULL;
}

struct tl_connection *tl_choose_network(struct tl_networks *networks, struct tl_index *index,
                                        struct tl_key *key, const struct tl_segment *s,
                                        struct tl_connection *c, enum tl_role *sender)
{
    uint32_t group;

    if (c->flags & TL_CONNECTION_SPLIT)
        return find_group(tl_find_shared(index, key)->split, key, s->network, &group)
                   ? c
                   : find_in_groups(index, key, s, sender);
    if (came_in(networks, c, key, s->network)) {
        note_network(networks, index, c, key, s->network);
        return c;
    }
    if (!fits(c, s, *sender) && !has_ended_by(c, s->time_ns))
        return NULL;
    note_network(networks, index, c, key, s->network);
    return c;
}

bool tl_knows_network(const struct tl_networks *networks, const struct tl_index *index,
                      const struct tl_connection *c, struct tl_key *key, uint32_t network)
{
    uint32_t group;

    if (c->flags & TL_CONNECTION_SPLIT)
        return find_group(tl_find_shared(index, key)->split, key, network, &group);
    return seen_by(networks, c)->network[tl_descends(key)][0] == network;
}

static bool is_in(const struct tl_index *index, const struct tl_incarnations *list, uint32_t number)
{
    const uint32_t place =
        tl_count_before(index, list, false, tl_store_ordinal(&index->store, number));

    return place < list->count && list->number[place] == number;
}

const struct tl_incarnations *tl_list_of(const struct tl_index *index,
                                         const struct tl_incarnations *shared, uint32_t number)
{
    if (!shared || !shared->split)
        return shared;
    for (uint32_t group = 0; group <= shared->split->group_count; group++)
        if (is_in(index, group_of(shared, group), number))
            return group_of(shared, group);
    return NULL;
}

static void free_split(struct tl_split *split, const struct tl_memory *memory)
{
    if (!split)
        return;
    for (uint32_t i = 0; i < split->group_count; i++)
        tl_incarnations_free(split->groups[i], memory);
    tl_release(memory, split->groups, split->group_capacity * sizeof *split->groups);
    tl_release(memory, split->routes, split->route_capacity * sizeof *split->routes);
    tl_release(memory, split, sizeof *split);
}

const struct tl_incarnations *tl_group(const struct tl_incarnations *shared, uint32_t group)
{
    return group && (!shared->split || group > shared->split->group_count)
               ? NULL
               : group_of(shared, group);
}

/* Into one list, by ordinal. There is room, or memory ran out. */
static bool add_in_order(struct tl_index *index, struct tl_incarnations **list, uint32_t number)
{
    uint32_t at;

    if (!tl_enlarge_list(index->store.environment, list))
        return false;
    at = tl_count_before(index, *list, false, tl_store_ordinal(&index->store, number));
    for (uint32_t i = (*list)->count++; i > at; i--)
        (*list)->number[i] = (*list)->number[i - 1];
    (*list)->number[at] = number;
    return true;
}

void tl_networks_join(struct tl_index *index, const struct tl_connection *c)
{
    struct tl_incarnations **list = tl_place_of_incarnations(index, c);
    struct tl_split *split = (*list)->split;
    const struct tl_incarnations *group;

    for (uint32_t n = 1; (group = tl_group(*list, n)); n++)
        for (uint32_t i = 0; i < group->count; i++)
            add_in_order(index, list, group->number[i]);
    for (uint32_t i = 0; i < (*list)->count; i++)
        tl_at_number(&index->store, (*list)->number[i])->flags &= ~(uint32_t)TL_CONNECTION_SPLIT;
    (*list)->split = NULL;
    free_split(split, index->store.environment->memory);
}

void tl_networks_free(struct tl_networks *networks, struct tl_index *index,
                      const struct tl_memory *memory)
{
    for (uint32_t i = 0; i < index->shared_count; i++) {
        free_split(index->shared[i]->split, memory);
        tl_incarnations_free(index->shared[i], memory);
    }
    for (uint32_t i = 0; i < networks->chunk_count; i++)
        tl_release(memory, networks->seen[i], TL_CHUNK * sizeof **networks->seen);
    tl_release(memory, networks->seen, networks->chunk_count * sizeof *networks->seen);
}
