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

#include <assert.h>
#include <string.h>

static_assert((int)TL_HOST_KINDS == (int)TL_CHECKSUM_KINDS_OF_HOSTS, "kinds are the core's");

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

static_assert(TL_HOST_PLACES * PLACES_OF_A_HOST == TL_MOST_HOSTS, "places are the table's");

/* FNV-1a, and nothing random: the same capture is always told alike. Who fills the table on purpose makes it
 * forget, nothing else. */
uint32_t tl_host_place(const struct tl_socket *socket, uint32_t network)
{
    uint32_t hash = UINT32_C(2166136261) ^ network;

    for (unsigned i = 0; i < socket->address_length; i++)
        hash = (hash ^ socket->address[i]) * UINT32_C(16777619);
    hash ^= hash >> 16;
    return hash % TL_HOST_PLACES;
}

static struct tl_host *places_of(const struct tl_hosts *hosts, const struct tl_host_note *note)
{
    return hosts->host + (size_t)tl_host_place(&note->socket, note->network) * PLACES_OF_A_HOST;
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

static void learn(struct tl_environment *environment, const struct tl_host_note *note)
{
    const unsigned kind = note->kind;
    struct tl_host *places, *host;

    if (!make_room(environment))
        return;
    places = places_of(&environment->hosts, note);
    host = find(places, &note->socket, note->network);
    if (!host)
        host = take_place(places, &note->socket, note->network);
    /* What was long ago counts less. */
    if (host->right[kind] == MOST_COUNTED || host->wrong[kind] == MOST_COUNTED) {
        host->right[kind] /= 2;
        host->wrong[kind] /= 2;
    }
    if (note->news == TL_HOST_WAS_WRONG) {
        host->wrong[kind]++;
        return;
    }
    host->right[kind]++;
    if (note->news == TL_HOST_IS_RIGHT_AFTER_ALL && host->wrong[kind])
        host->wrong[kind]--;
}

/* Is a wrong checksum of this kind damage, as far as the host's other connections tell? */
static bool is_damage(const struct tl_environment *environment, const struct tl_host_note *question)
{
    const unsigned kind = question->kind;
    const struct tl_host *host;

    if (!environment->hosts.host)
        return false;
    host = find(places_of(&environment->hosts, question), &question->socket, question->network);
    return host && host->right[kind] >= ENOUGH &&
           host->right[kind] >= RIGHT_FOR_ONE_WRONG * host->wrong[kind];
}

bool tl_host_learn(struct tl_environment *environment, const struct tl_host_note *note)
{
    if (note->kind >= TL_HOST_KINDS)
        return false;
    if (note->news == TL_HOST_IS_ASKED_ABOUT)
        return is_damage(environment, note);
    learn(environment, note);
    return false;
}

void tl_host_note(struct tl_environment *environment, struct tl_host_note *note)
{
    note->is_damage = tl_host_learn(environment, note);
    if (environment->told_of_host)
        environment->told_of_host(environment->told_ctx, note);
}

void tl_hosts_free(struct tl_hosts *hosts, const struct tl_memory *memory)
{
    if (hosts->host)
        memory->resize(memory->ctx, hosts->host, TL_MOST_HOSTS * sizeof *hosts->host, 0);
    *hosts = (struct tl_hosts){0};
}

/* ---- where several trackers share a capture ---------------------------------------------------- */

struct tl_host_table {
    struct tl_memory memory;
    struct tl_environment environment;
};

struct tl_host_table *tl_host_table_new(const struct tl_memory *memory)
{
    struct tl_host_table *table = memory->resize(memory->ctx, NULL, 0, sizeof *table);

    if (!table)
        return NULL;
    *table = (struct tl_host_table){.memory = *memory};
    table->environment.memory = &table->memory;
    return table;
}

void tl_host_table_free(struct tl_host_table *table)
{
    struct tl_memory memory;

    if (!table)
        return;
    memory = table->memory;
    tl_hosts_free(&table->environment.hosts, &memory);
    memory.resize(memory.ctx, table, sizeof *table, 0);
}

bool tl_host_table_note(struct tl_host_table *table, const struct tl_host_note *note)
{
    return tl_host_learn(&table->environment, note);
}
