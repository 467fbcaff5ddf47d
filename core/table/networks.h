/* Networks that share addresses: which of the connections on two sockets is a segment's, by the network
 * that it comes in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TABLE_NETWORKS_H
#define TCPLIFE_TABLE_NETWORKS_H

#include "core/table/index.h"

#include <stdbool.h>
#include <stdint.h>

/* Networks that share addresses: more connections on these sockets, which are none of those incarnations,
 * each group of them with lives of its own. A group is known by the networks in which its segments
 * came, each direction by itself. Group 0 are the incarnations that point here. */
struct tl_split {
    uint32_t group_count, group_capacity;
    struct tl_incarnations **groups; /* from group 1 on */
    uint32_t route_count, route_capacity;
    struct tl_route {
        uint32_t network, group;
        bool descends; /* the direction: the source is the greater socket */
    } * routes;
};

struct tl_networks {
    /* By chunk of the store, as far as some segment told a network: TL_CHUNK elements, or NULL. */
    struct tl_seen_networks **seen;
    uint32_t chunk_count;
};

/* The incarnations among which a segment of this network is found. */
const struct tl_incarnations *tl_incarnations_in(const struct tl_incarnations *shared,
                                                 const struct tl_key *key, uint32_t network);

/* The newest connection on the sockets of an entry, in this network, and who has the key's source. */
struct tl_connection *tl_newest_in_network(const struct tl_index *index,
                                           const struct tl_entry *entry, const struct tl_key *key,
                                           uint32_t network, enum tl_role *sender);

/* A connection's first segment came in this network. */
void tl_first_network(struct tl_networks *networks, struct tl_index *index,
                      const struct tl_connection *c, const struct tl_key *key, uint32_t network);

/* A connection that comes behind `previous` on the same sockets is answered where that was. */
void tl_inherit_network(struct tl_networks *networks, struct tl_index *index,
                        const struct tl_connection *c, const struct tl_connection *previous,
                        const struct tl_key *key);

/* Where a new connection on the sockets of a slot belongs, with room for it; `apart`: it is of another
 * network than all others on them. NULL: memory ran out. */
struct tl_incarnations **tl_list_for(struct tl_networks *networks, struct tl_index *index,
                                     const struct tl_slot *slot, const struct tl_key *key,
                                     uint32_t network, bool apart);

/* Is the segment, which was found to be of `c`, of that connection, or of another one on these sockets?
 * NULL: another one begins here. */
struct tl_connection *tl_choose_network(struct tl_networks *networks, struct tl_index *index,
                                        struct tl_key *key, const struct tl_segment *s,
                                        struct tl_connection *c, enum tl_role *sender);

/* Is this connection known to have segments in this network, in this direction? */
bool tl_knows_network(const struct tl_networks *networks, const struct tl_index *index,
                      const struct tl_connection *c, struct tl_key *key, uint32_t network);

/* Would tl_choose_network() find this connection, and learn nothing? */
static inline bool tl_is_network_settled(const struct tl_networks *networks,
                                         const struct tl_index *index,
                                         const struct tl_connection *c, struct tl_key *key,
                                         uint32_t network)
{
    return (!network && !networks->chunk_count) ||
           tl_knows_network(networks, index, c, key, network);
}

/* The incarnations among which this connection is, of those on its sockets. */
const struct tl_incarnations *tl_list_of(const struct tl_index *index,
                                         const struct tl_incarnations *shared, uint32_t number);

/* The connections of group 0, 1 …; NULL: there is no such group. */
const struct tl_incarnations *tl_group(const struct tl_incarnations *shared, uint32_t group);

/* From now on no networks are told apart on the sockets of this connection. */
void tl_networks_join(struct tl_index *index, const struct tl_connection *connection);

/* Gives back the lists of all sockets, too. */
void tl_networks_free(struct tl_networks *networks, struct tl_index *index,
                      const struct tl_memory *memory);

#endif
