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

void tl_key_make(struct tl_key *key, const struct tl_socket *source,
                 const struct tl_socket *destination);

/* Of both orders the same. It is computed once. */
uint32_t tl_key_hash(const uint64_t seed[2], struct tl_key *key);

uint64_t tl_hash_socket(const uint64_t seed[2], const struct tl_socket *socket);

static inline uint16_t tl_kind_of(uint8_t family, uint8_t address_length)
{
    return (uint16_t)(family << 8 | address_length);
}

/* Is the connection between these sockets? Then *sender is who has the first of them. A connection
 * of two equal sockets (a host that connects to itself from its own port): both ends look alike,
 * every segment counts as the client's. */
static inline bool tl_is_between(const struct tl_connection *c, const struct tl_key *key,
                                 enum tl_role *sender)
{
    uint64_t addresses;
    uint32_t ports;

    memcpy(&ports, c->port, sizeof ports);
    if (key->is_short) {
        memcpy(&addresses, c->u.address, sizeof addresses);
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
