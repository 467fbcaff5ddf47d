/* Two sockets: how they are compared with those of a connection, and their hash.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TABLE_SOCKETS_H
#define TCPLIFE_TABLE_SOCKETS_H

#include "core/record/record.h"
#include "tcplife/segment.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline bool tl_is_same_socket(const struct tl_socket *a, const struct tl_socket *b)
{
    return !memcmp(a, b, sizeof *a);
}

/* Two sockets as a connection keeps them, in both orders. */
struct tl_key {
    const struct tl_socket *source, *destination;
    uint64_t addresses[2]; /* [0]: the source is the client; [1]: the server */
    uint32_t ports[2];
    uint16_t kind; /* family and length of both addresses */
    bool is_short;
    bool is_hashed;
    uint32_t hash; /* with is_hashed: tl_key_hash() */
};

static inline uint16_t tl_kind_of(uint8_t family, uint8_t address_length)
{
    return (uint16_t)(family << 8 | address_length);
}

/* Two in one number: put together in memory, it could not be loaded until both halves have been stored there. */
static inline uint64_t tl_both_addresses(const uint8_t *client, const uint8_t *server)
{
    uint32_t low, high;

    memcpy(&low, client, sizeof low);
    memcpy(&high, server, sizeof high);
    return (uint64_t)high << 32 | low;
}

static inline uint32_t tl_both_ports(uint16_t client, uint16_t server)
{
    return (uint32_t)server << 16 | client;
}

static inline void tl_key_make(struct tl_key *key, const struct tl_socket *source,
                               const struct tl_socket *destination)
{
    key->source = source;
    key->destination = destination;
    key->addresses[0] = tl_both_addresses(source->address, destination->address);
    key->addresses[1] = tl_both_addresses(destination->address, source->address);
    key->ports[0] = tl_both_ports(source->port, destination->port);
    key->ports[1] = tl_both_ports(destination->port, source->port);
    key->kind = tl_kind_of(source->family, source->address_length);
    key->is_short = source->address_length <= 4 &&
                    key->kind == tl_kind_of(destination->family, destination->address_length);
    key->is_hashed = false;
}

/* Are both known to be the same two sockets, in either order? (Of long ones that is not looked at.) */
static inline bool tl_is_same_pair(const struct tl_key *a, const struct tl_key *b)
{
    return a->is_short && b->is_short && a->kind == b->kind &&
           ((a->addresses[0] == b->addresses[0] && a->ports[0] == b->ports[0]) ||
            (a->addresses[0] == b->addresses[1] && a->ports[0] == b->ports[1]));
}

/* Of both orders the same. */
uint32_t tl_hash_of(const uint64_t seed[2], const struct tl_key *key);

/* …computed once. */
static inline uint32_t tl_key_hash(const uint64_t seed[2], struct tl_key *key)
{
    if (!key->is_hashed)
        key->hash = tl_hash_of(seed, key);
    key->is_hashed = true;
    return key->hash;
}

uint64_t tl_hash_socket(const uint64_t seed[2], const struct tl_socket *socket);

/* Is the connection between these sockets? Then *sender is who has the first of them. A connection
 * of two equal sockets (a host that connects to itself from its own port): both ends look alike,
 * every segment counts as the client's. */
static inline bool tl_is_between(const struct tl_connection *c, const struct tl_key *key,
                                 enum tl_role *sender)
{
    const uint32_t ports = tl_both_ports(c->port[TL_CLIENT], c->port[TL_SERVER]);

    if (key->is_short) {
        const uint64_t addresses = tl_both_addresses(c->u.address[TL_CLIENT], c->u.address[TL_SERVER]);

        *sender = addresses == key->addresses[0] && ports == key->ports[0] ? TL_CLIENT : TL_SERVER;
        return addresses == key->addresses[*sender] && ports == key->ports[*sender] &&
               tl_kind_of(c->family, c->address_length) == key->kind;
    }
    if (c->address_length != TL_LONG || (ports != key->ports[0] && ports != key->ports[1]))
        return false;
    *sender = tl_is_same_socket(&c->u.long_sockets->socket[TL_CLIENT], key->source) &&
                      tl_is_same_socket(&c->u.long_sockets->socket[TL_SERVER], key->destination)
                  ? TL_CLIENT
                  : TL_SERVER;
    return tl_is_same_socket(&c->u.long_sockets->socket[*sender], key->source) &&
           tl_is_same_socket(&c->u.long_sockets->socket[tl_other(*sender)], key->destination);
}

/* Is the source the greater socket? */
static inline bool tl_descends(const struct tl_key *key)
{
    return memcmp(key->source, key->destination, sizeof *key->source) > 0;
}

#endif
