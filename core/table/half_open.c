/* SYN floods: the half-open connections of each server.
 *
 * It knows which handshakes lasted longer than any that completes; it cannot know who sent their SYNs.
 *
 * Read first: RFC 4987.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/table/half_open.h"
#include "core/life/passage.h"
#include "core/record/times.h"
#include "core/table/allocate.h"
#include "tcplife/floods.h"

#include <stdlib.h>
#include <string.h>

/* A server's socket and its half-open connections, for SYN floods (RFC 4987).
 *
 * They stand in a queue, by the time of their SYN,ACKs. Places count on and on; a place's number
 * modulo the capacity is where in the memory it is. What is not half-open any more, or has come again
 * later, leaves its place behind, which is then nobody's. */
struct tl_server {
    uint64_t hash;
    struct tl_socket socket;
    uint32_t *queue;             /* numbers of connections */
    uint32_t capacity;           /* 0, or a power of two */
    uint32_t oldest, end;        /* places: the first, and behind the last */
    uint32_t fresh;              /* from here on handshakes may still be on their way */
    uint32_t count, stale_count; /* all; those before `fresh` */
    bool flooded;                /* the present episode was announced */
};

static struct tl_server **server_slot_of(const struct tl_half_open *half_open, uint64_t hash,
                                         const struct tl_socket *socket)
{
    uint32_t mask = half_open->server_slot_count - 1;
    uint32_t i = (uint32_t)hash & mask;

    while (half_open->server_slots[i] &&
           !(half_open->server_slots[i]->hash == hash &&
             tl_is_same_socket(&half_open->server_slots[i]->socket, socket)))
        i = (i + 1) & mask;
    return &half_open->server_slots[i];
}

static bool enlarge_server_table(struct tl_half_open *half_open)
{
    uint32_t old_count = half_open->server_slot_count;
    uint32_t count = old_count ? old_count * 2 : 64;
    struct tl_server **slots, **old = half_open->server_slots;

    if (half_open->server_count * 4 < old_count * 3)
        return true;
    slots = tl_allocate(half_open->store->environment, count * sizeof *slots);
    if (!slots)
        return false;
    half_open->server_slots = slots;
    half_open->server_slot_count = count;
    for (uint32_t i = 0; i < old_count; i++)
        if (old[i])
            *server_slot_of(half_open, old[i]->hash, &old[i]->socket) = old[i];
    tl_release(half_open->store->environment->memory, old, old_count * sizeof *old);
    return true;
}

static struct tl_server *find_server(struct tl_half_open *half_open, const struct tl_socket *socket)
{
    uint64_t hash = tl_hash_socket(half_open->config->seed, socket);
    struct tl_server **slot;

    if (!enlarge_server_table(half_open))
        return NULL;
    slot = server_slot_of(half_open, hash, socket);
    if (!*slot) {
        *slot = tl_allocate(half_open->store->environment, sizeof **slot);
        if (!*slot)
            return NULL;
        (*slot)->hash = hash;
        (*slot)->socket = *socket;
        half_open->server_count++;
    }
    return *slot;
}

/* The connection that has this place, or NULL: nobody. */
static struct tl_connection *at_place(const struct tl_half_open *half_open,
                                      const struct tl_server *server, uint32_t place)
{
    struct tl_connection *c =
        tl_at_number(half_open->store, server->queue[place & (server->capacity - 1)]);

    return c->flags & TL_CONNECTION_COUNTED && c->v.half_open_place == place ? c : NULL;
}

/* The first connection from that place on, or NULL; the place is moved there, or to the end. */
static struct tl_connection *first_from(const struct tl_half_open *half_open,
                                        const struct tl_server *server, uint32_t *place)
{
    struct tl_connection *c = NULL;

    while (*place != server->end && !(c = at_place(half_open, server, *place)))
        ++*place;
    return c;
}

static void discount(struct tl_half_open *half_open, struct tl_server *server,
                     struct tl_connection *c)
{
    if (c->flags & TL_CONNECTION_STALE)
        server->stale_count--;
    c->flags &= ~(uint32_t)(TL_CONNECTION_COUNTED | TL_CONNECTION_STALE);
    server->count--;
    /* An episode ends when the pile has shrunk to half. */
    if (server->stale_count <= half_open->config->syn_flood_threshold / 2)
        server->flooded = false;
}

/* Writes the queue anew, here or there: places that are nobody's are given up, and those behind them move up. */
static void gather_queue(const struct tl_half_open *half_open, struct tl_server *server,
                         uint32_t *queue, uint32_t capacity)
{
    uint32_t end = server->oldest, fresh = end;
    struct tl_connection *c;

    for (uint32_t place = server->oldest; (c = first_from(half_open, server, &place)); place++) {
        const bool was_before_fresh = place - server->oldest < server->fresh - server->oldest;

        queue[end & (capacity - 1)] = c->number;
        c->v.half_open_place = end++;
        if (was_before_fresh)
            fresh = end;
    }
    server->fresh = fresh;
    server->end = end;
}

/* Makes room in the queue for one more: first, places that are nobody's are given up. */
static bool enlarge_queue(struct tl_half_open *half_open, struct tl_server *server)
{
    const struct tl_memory *memory = half_open->store->environment->memory;
    uint32_t capacity = server->capacity ? server->capacity : 4, *queue;

    if (server->end - server->oldest < server->capacity)
        return true;
    if (server->count > server->capacity / 2)
        capacity *= 2;
    queue = capacity ? memory->resize(memory->ctx, NULL, 0, capacity * sizeof *queue) : NULL;
    if (!queue) {
        half_open->store->environment->out_of_memory = true;
        return false;
    }
    gather_queue(half_open, server, queue, capacity);
    tl_release(memory, server->queue, server->capacity * sizeof *queue);
    server->queue = queue;
    server->capacity = capacity;
    return true;
}

static void count_opening(struct tl_half_open *half_open, struct tl_server *server,
                          struct tl_connection *c)
{
    if (!enlarge_queue(half_open, server))
        return;
    server->queue[server->end & (server->capacity - 1)] = c->number;
    c->v.half_open_place = server->end++;
    c->flags |= TL_CONNECTION_COUNTED;
    server->count++;
}

/* Lets go of what began before the window, and finds what has become stale. */
static void age(struct tl_half_open *half_open, struct tl_server *server, int64_t now_ns)
{
    struct tl_connection *c;

    while ((c = first_from(half_open, server, &server->oldest)) &&
           now_ns - tl_milestone_ns(c, TL_AT_SYN_ACK) > half_open->config->syn_flood_window_ns)
        discount(half_open, server, c);
    if (server->fresh - server->oldest > server->end - server->oldest)
        server->fresh = server->oldest;
    for (; (c = first_from(half_open, server, &server->fresh)) &&
           now_ns - tl_milestone_ns(c, TL_AT_SYN_ACK) >= TL_HANDSHAKE_NS;
         server->fresh++) {
        c->flags |= TL_CONNECTION_STALE;
        server->stale_count++;
    }
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

/* Different addresses among a server's half-open connections. */
static uint32_t count_sources(struct tl_half_open *half_open, const struct tl_server *server)
{
    const struct tl_memory *memory = half_open->store->environment->memory;
    size_t size = server->count * sizeof(uint64_t);
    uint64_t *hashes = memory->resize(memory->ctx, NULL, 0, size);
    uint32_t known = 0, sources = 0;
    struct tl_connection *c;

    if (!hashes)
        return server->count;
    for (uint32_t place = server->oldest; (c = first_from(half_open, server, &place)); place++) {
        struct tl_socket source = tl_connection_socket(c, TL_CLIENT);

        source.port = 0;
        hashes[known++] = tl_hash_socket(half_open->config->seed, &source);
    }
    qsort(hashes, known, sizeof *hashes, compare_hashes);
    for (uint32_t i = 0; i < known; i++)
        sources += i == 0 || hashes[i] != hashes[i - 1];
    tl_release(memory, hashes, size);
    return sources;
}

void tl_count_half_open(struct tl_half_open *half_open, struct tl_connection *c,
                        const struct tl_half_open_step *step)
{
    const bool counted = (c->flags & TL_CONNECTION_COUNTED) != 0;
    const struct tl_connection *oldest;
    struct tl_socket socket;
    struct tl_server *server;

    socket = tl_connection_socket(c, TL_SERVER);
    server = find_server(half_open, &socket);
    if (!server)
        return;
    if (!step->is_half_open)
        discount(half_open, server, c);
    else if (!counted && step->may_begin &&
             step->time_ns - tl_milestone_ns(c, TL_AT_SYN_ACK) <=
                 half_open->config->syn_flood_window_ns)
        count_opening(half_open, server, c);
    age(half_open, server, step->time_ns);
    if (!step->is_half_open || server->flooded ||
        server->stale_count < half_open->config->syn_flood_threshold)
        return;
    server->flooded = true;
    oldest = first_from(half_open, server, &server->oldest);
    tl_connection_diagnose(c, step->frame, TL_SERVER, TL_DIAGNOSIS_syn_flood,
                           oldest ? oldest->first_frame : c->first_frame,
                           count_sources(half_open, server), half_open->store->environment);
}

static uint32_t count_diagnoses(const struct tl_connection *c)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < c->log.count; i++)
        count += c->log.changes[i].kind == TL_DIAGNOSIS;
    return count;
}

/* Here COUNTED says that it was told of, and nothing was told since that ended it. */
static void tell(struct tl_half_open *half_open, struct tl_connection *c,
                 const struct tl_half_open_step *step)
{
    const struct tl_half_open_note note = {
        .connection = c->number,
        .is_half_open = step->is_half_open,
        .is_closing = !step->may_begin,
        .frame = step->frame,
        .time_ns = step->time_ns,
        .synack_ns = tl_milestone_ns(c, TL_AT_SYN_ACK),
        .first_frame = c->first_frame,
        .diagnoses = count_diagnoses(c),
        .client = tl_connection_socket(c, TL_CLIENT),
        .server = tl_connection_socket(c, TL_SERVER),
    };

    if (step->is_half_open)
        c->flags |= TL_CONNECTION_COUNTED;
    else
        c->flags &= ~(uint32_t)TL_CONNECTION_COUNTED;
    half_open->config->half_open(half_open->config->ctx, &note);
}

void tl_note_half_open(struct tl_half_open *half_open, struct tl_connection *c,
                       const struct tl_segment *s)
{
    const struct tl_half_open_step step = {.is_half_open = tl_connection_is_half_open(c),
                                           .may_begin = !c->at[TL_AT_FIN_1].frame,
                                           .frame = s->frame,
                                           .time_ns = s->time_ns};

    if (half_open->config->half_open)
        tell(half_open, c, &step);
    else
        tl_count_half_open(half_open, c, &step);
}

void tl_discount_half_open(struct tl_half_open *half_open, struct tl_connection *c)
{
    const struct tl_socket socket = tl_connection_socket(c, TL_SERVER);
    struct tl_server *server;

    if (!(c->flags & TL_CONNECTION_COUNTED) || half_open->config->half_open)
        return;
    server = *server_slot_of(half_open, tl_hash_socket(half_open->config->seed, &socket), &socket);
    if (server)
        discount(half_open, server, c);
}

static void free_server(struct tl_server *server, const struct tl_memory *memory)
{
    tl_release(memory, server->queue, server->capacity * sizeof *server->queue);
    tl_release(memory, server, sizeof *server);
}

void tl_half_open_tidy(struct tl_half_open *half_open)
{
    const struct tl_memory *memory = half_open->store->environment->memory;
    const uint32_t mask = half_open->server_slot_count - 1;
    uint32_t start = 0;

    for (uint32_t i = 0; i < half_open->server_slot_count; i++) {
        struct tl_server *server = half_open->server_slots[i];

        if (!server)
            continue;
        if (server->count) {
            gather_queue(half_open, server, server->queue, server->capacity);
            continue;
        }
        free_server(server, memory);
        half_open->server_slots[i] = NULL;
        half_open->server_count--;
    }
    /* Those that are left find their places anew, behind the first empty one. */
    while (start < half_open->server_slot_count && half_open->server_slots[start])
        start++;
    for (uint32_t i = 1; i < half_open->server_slot_count; i++) {
        struct tl_server **slot = &half_open->server_slots[(start + i) & mask], *server = *slot;

        if (!server)
            continue;
        *slot = NULL;
        *server_slot_of(half_open, server->hash, &server->socket) = server;
    }
}

void tl_half_open_free(struct tl_half_open *half_open, const struct tl_memory *memory)
{
    for (uint32_t i = 0; i < half_open->server_slot_count; i++) {
        struct tl_server *server = half_open->server_slots[i];

        if (server)
            free_server(server, memory);
    }
    tl_release(memory, half_open->server_slots,
               half_open->server_slot_count * sizeof *half_open->server_slots);
}
