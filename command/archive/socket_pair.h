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

/* FNV-1a. */
static inline uint32_t socket_pair_hash_one(const struct tl_socket *socket)
{
    uint32_t hash = 2166136261u;

    for (unsigned i = 0; i < socket->address_length && i < sizeof socket->address; i++)
        hash = (hash ^ socket->address[i]) * 16777619u;
    hash = (hash ^ (socket->port & 0xff)) * 16777619u;
    return (hash ^ socket->port >> 8) * 16777619u;
}

static inline uint32_t socket_pair_hash(const struct tl_socket *one, const struct tl_socket *other)
{
    uint32_t hash = socket_pair_hash_one(one) + socket_pair_hash_one(other);

    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    return hash ^ hash >> 16;
}

/* From 0; the low bits are left to whoever needs a hash within the part. */
static inline unsigned socket_pair_part(const struct tl_socket *one, const struct tl_socket *other, unsigned parts)
{
    return (unsigned)((uint64_t)socket_pair_hash(one, other) * parts >> 32);
}

static inline bool socket_pair_is_same(const struct tl_socket *a, const struct tl_socket *b)
{
    return a->port == b->port && a->family == b->family && a->address_length == b->address_length &&
           memcmp(a->address, b->address, sizeof a->address) == 0;
}

#endif
