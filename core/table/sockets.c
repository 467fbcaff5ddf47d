/* Two sockets: how they are compared with those of a connection, and their hash.
 *
 * The hash is SipHash-1-3, keyed per run, because the network chooses the sockets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/table/sockets.h"

static uint64_t rotate(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

static uint64_t hash_words(const uint64_t seed[2], const uint64_t *words, unsigned count)
{
    uint64_t v[4] = {seed[0] ^ UINT64_C(0x736f6d6570736575), seed[1] ^ UINT64_C(0x646f72616e646f6d),
                     seed[0] ^ UINT64_C(0x6c7967656e657261),
                     seed[1] ^ UINT64_C(0x7465646279746573)};

    for (unsigned i = 0; i < count; i++) {
        v[3] ^= words[i];
        sip_round(v);
        v[0] ^= words[i];
    }
    v[2] ^= 0xff;
    for (unsigned i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t tl_hash_socket(const uint64_t seed[2], const struct tl_socket *socket)
{
    uint64_t words[3] = {0};

    memcpy(words, socket, sizeof *socket);
    return hash_words(seed, words, 3);
}

static uint64_t hash_sockets(const uint64_t seed[2], const struct tl_socket *a,
                             const struct tl_socket *b)
{
    uint64_t words[6] = {0};

    memcpy(&words[0], a, sizeof *a);
    memcpy(&words[3], b, sizeof *b);
    return hash_words(seed, words, 6);
}

uint32_t tl_hash_of(const uint64_t seed[2], const struct tl_key *key)
{
    const bool swap = key->addresses[0] > key->addresses[1] ||
                      (key->addresses[0] == key->addresses[1] && key->ports[0] > key->ports[1]);
    const uint64_t words[2] = {key->addresses[swap], (uint64_t)key->kind << 32 | key->ports[swap]};

    if (key->is_short)
        return (uint32_t)hash_words(seed, words, 2);
    return memcmp(key->source, key->destination, sizeof *key->source) > 0
               ? (uint32_t)hash_sockets(seed, key->destination, key->source)
               : (uint32_t)hash_sockets(seed, key->source, key->destination);
}
