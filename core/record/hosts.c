/* What a host's connections have shown of its checksums.
 *
 * It knows how many connections of an address had right checksums, and how many had wrong ones that were
 * believed; it cannot know whether one machine has this address or several, behind a translator.
 *
 * Read first: RFC 9293, section 3.1 (Checksum).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/record/hosts.h"

#include <string.h>

enum {
    /* A host has one of so many places next to each other. */
    PLACES_OF_A_HOST = 4,
    /* One checksum in 65,536 is right by chance: two are not. */
    ENOUGH = 2,
    /* Where more than one of so many was wrong, the address is several machines', some of which leave their
     * checksums to the card. */
    RIGHT_FOR_ONE_WRONG = 8,
    MOST_COUNTED = UINT8_MAX
};

/* FNV-1a, and nothing random: the same capture is always told alike. Who fills the table on purpose makes it
 * forget, nothing else. */
static struct tl_host *places_of(const struct tl_hosts *hosts, const struct tl_socket *socket,
                                 uint32_t network)
{
    uint32_t hash = UINT32_C(2166136261) ^ network;

    for (unsigned i = 0; i < socket->address_length; i++)
        hash = (hash ^ socket->address[i]) * UINT32_C(16777619);
    hash ^= hash >> 16;
    return hosts->host + (size_t)(hash % (TL_MOST_HOSTS / PLACES_OF_A_HOST)) * PLACES_OF_A_HOST;
}

static bool is_of(const struct tl_host *host, const struct tl_socket *socket, uint32_t network)
{
    return host->address_length == socket->address_length && host->family == socket->family &&
           host->network == network &&
           !memcmp(host->address, socket->address, sizeof host->address);
}

static struct tl_host *find(struct tl_host *places, const struct tl_socket *socket,
                            uint32_t network)
{
    for (unsigned i = 0; i < PLACES_OF_A_HOST; i++)
        if (is_of(&places[i], socket, network))
            return &places[i];
    return NULL;
}

static unsigned seen_of(const struct tl_host *host)
{
    unsigned seen = 0;

    for (unsigned kind = 0; kind < TL_CHECKSUM_KINDS_OF_HOSTS; kind++)
        seen += host->right[kind] + host->wrong[kind];
    return seen;
}

/* The place of the host that was seen least: a flood of strangers drives out strangers. */
static struct tl_host *take_place(struct tl_host *places, const struct tl_socket *socket,
                                  uint32_t network)
{
    struct tl_host *least = places;

    for (unsigned i = 1; i < PLACES_OF_A_HOST; i++)
        if (seen_of(&places[i]) < seen_of(least))
            least = &places[i];
    *least = (struct tl_host){.network = network,
                              .family = socket->family,
                              .address_length = socket->address_length};
    memcpy(least->address, socket->address, sizeof least->address);
    return least;
}

static bool make_room(struct tl_environment *environment)
{
    const struct tl_memory *memory = environment->memory;
    const size_t size = TL_MOST_HOSTS * sizeof *environment->hosts.host;

    if (environment->hosts.host)
        return true;
    environment->hosts.host = memory->resize(memory->ctx, NULL, 0, size);
    if (!environment->hosts.host) {
        environment->out_of_memory = true;
        return false;
    }
    memset(environment->hosts.host, 0, size);
    return true;
}

void tl_note_host_checksum(struct tl_environment *environment, const struct tl_socket *socket,
                           uint32_t network, enum tl_checksum_kind kind,
                           enum tl_host_checksum checksum)
{
    struct tl_host *places, *host;

    if (kind >= TL_CHECKSUM_KINDS_OF_HOSTS || !make_room(environment))
        return;
    places = places_of(&environment->hosts, socket, network);
    host = find(places, socket, network);
    if (!host)
        host = take_place(places, socket, network);
    /* What was long ago counts less. */
    if (host->right[kind] == MOST_COUNTED || host->wrong[kind] == MOST_COUNTED) {
        host->right[kind] /= 2;
        host->wrong[kind] /= 2;
    }
    if (checksum == TL_HOST_WAS_WRONG) {
        host->wrong[kind]++;
        return;
    }
    host->right[kind]++;
    if (checksum == TL_HOST_IS_RIGHT_AFTER_ALL && host->wrong[kind])
        host->wrong[kind]--;
}

bool tl_host_condemns(const struct tl_environment *environment, const struct tl_socket *socket,
                      uint32_t network, enum tl_checksum_kind kind)
{
    const struct tl_host *host;

    if (kind >= TL_CHECKSUM_KINDS_OF_HOSTS || !environment->hosts.host)
        return false;
    host = find(places_of(&environment->hosts, socket, network), socket, network);
    return host && host->right[kind] >= ENOUGH &&
           host->right[kind] >= RIGHT_FOR_ONE_WRONG * host->wrong[kind];
}

void tl_hosts_free(struct tl_hosts *hosts, const struct tl_memory *memory)
{
    if (hosts->host)
        memory->resize(memory->ctx, hosts->host, TL_MOST_HOSTS * sizeof *hosts->host, 0);
    *hosts = (struct tl_hosts){0};
}
