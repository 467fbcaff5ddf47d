/* What two sockets have in common, whichever of them sends: by it everything is divided among the parts of an archive.
 *
 * It is the same on all machines, and no secret: whoever chooses his sockets can make one part larger than the others,
 * and no more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_SOCKET_PAIR_H
#define PCAPLIFE_ARCHIVE_SOCKET_PAIR_H

#include "tcplife/segment.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t socket_pair_mix(uint32_t hash, uint32_t word)
{
    hash = (hash ^ word) * 0x9e3779b1u;
    return hash ^ hash >> 15;
}

/* Four bytes at a time; behind an address there are zeros. */
static inline uint32_t socket_pair_hash_one(const struct tl_socket *socket)
{
    const uint8_t *at = socket->address;
    uint32_t hash = socket_pair_mix(2166136261u, socket->port);

    for (unsigned i = 0; i < socket->address_length; i += 4, at += 4)
        hash = socket_pair_mix(hash, (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24);
    return hash;
}

static inline uint32_t socket_pair_hash(const struct tl_socket *one, const struct tl_socket *other)
{
    uint32_t hash = socket_pair_hash_one(one) + socket_pair_hash_one(other);

    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    return hash ^ hash >> 16;
}

/* The part that has the sockets of this hash, from 0; the low bits are left to whoever needs a hash within the part. */
static inline unsigned socket_pair_part(uint32_t hash, unsigned parts)
{
    return (unsigned)((uint64_t)hash * parts >> 32);
}

static inline bool socket_pair_is_same(const struct tl_socket *a, const struct tl_socket *b)
{
    return a->port == b->port && a->family == b->family && a->address_length == b->address_length &&
           memcmp(a->address, b->address, sizeof a->address) == 0;
}

/* A socket as a key of GLib's hash tables. */
static inline unsigned socket_pair_key_hash(const void *socket)
{
    return socket_pair_hash_one((const struct tl_socket *)socket);
}

static inline int socket_pair_is_same_key(const void *one, const void *other)
{
    return socket_pair_is_same((const struct tl_socket *)one, (const struct tl_socket *)other);
}

#endif
