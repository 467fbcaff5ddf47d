/* The tracker: finds a segment's connection by its two sockets, and decides
 * when a segment begins a new one.
 *
 * It knows every incarnation on two sockets, in order. It cannot know of a
 * connection none of whose segments was captured.
 *
 * Read first: RFC 9293, sections 3.4.1, 3.5 and 3.6.1; RFC 6191.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tracker.h"

#include "fsm.h"
#include "seq.h"

#include <stdlib.h>
#include <string.h>

/* A server's socket and its half-open connections, for SYN floods (RFC 4987). */
struct server {
    uint64_t hash;
    struct tl_socket socket;
    struct tl_connection *oldest, *newest; /* by the time of their SYN,ACKs */
    struct tl_connection *fresh; /* the oldest whose handshake may still be on its way */
    uint32_t count, stale_count; /* all; those before `fresh` */
    bool flooded; /* the present episode was announced */
};

/* The connections on the same two sockets, in the order of their first frames. Belongs to the
 * first of them, from the second on: most remain alone. */
struct tl_incarnations {
    uint32_t count, capacity;
    uint32_t number[];
};

/* Of the table that finds connections by their two sockets. */
struct slot {
    uint32_t hash;
    uint32_t first; /* the number of the first connection on these sockets, plus 1; 0: empty */
};

/* Connections are allocated so many at a time, and stay where they are: each at the beginning of a
 * line of the processor's cache. */
enum { CHUNK = 64, CACHE_LINE = 64 };
static const size_t CHUNK_BYTES = CHUNK * sizeof(struct tl_connection) + CACHE_LINE;

struct tl_tracker {
    struct tl_memory memory;
    struct tl_config config;
    struct tl_environment environment;

    struct slot *slots; /* open addressing, linear probing; a power of two of them */
    uint32_t slot_count, slots_used;

    void **chunks; /* of CHUNK connections each, by number */
    uint32_t connection_count, chunk_count, chunk_capacity;

    struct server **server_slots; /* as `slots` */
    uint32_t server_slot_count, server_count;

    /* The first connection on the last segment's sockets: most often the next one's too. */
    struct tl_connection *last;
};

/* ---- hashing: SipHash-1-3, keyed per run, because the network chooses the sockets ------------ */

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

static uint64_t hash_sockets(const uint64_t seed[2], const struct tl_socket *low,
                             const struct tl_socket *high)
{
    uint64_t v[4] = {seed[0] ^ UINT64_C(0x736f6d6570736575), seed[1] ^ UINT64_C(0x646f72616e646f6d),
                     seed[0] ^ UINT64_C(0x6c7967656e657261), seed[1] ^ UINT64_C(0x7465646279746573)};
    uint64_t words[5];
    unsigned count;

    words[0] = (uint64_t)low->port << 48 | (uint64_t)high->port << 32 |
               (uint64_t)low->family << 24 | (uint64_t)high->family << 16 |
               (uint64_t)low->address_length << 8 | high->address_length;
    if (low->address_length <= 4 && high->address_length <= 4) {
        memset(&words[1], 0, sizeof words[1]);
        memcpy(&words[1], low->address, 4);
        memcpy((uint8_t *)&words[1] + 4, high->address, 4);
        count = 2;
    } else {
        memcpy(&words[1], low->address, 16);
        memcpy(&words[3], high->address, 16);
        count = 5;
    }
    for (unsigned i = 0; i < count + 3; i++) {
        uint64_t word = i < count ? words[i] : 0;

        if (i == count)
            v[2] ^= 0xff;
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- the table ------------------------------------------------------------------------------- */

static bool is_same(const struct tl_socket *a, const struct tl_socket *b)
{
    return !memcmp(a, b, sizeof *a);
}

static bool is_between(const struct tl_connection *c, const struct tl_socket *a,
                       const struct tl_socket *b)
{
    const struct tl_socket *client = &c->socket[TL_CLIENT], *server = &c->socket[TL_SERVER];

    return is_same(client, a) ? is_same(server, b) : is_same(client, b) && is_same(server, a);
}

static void *allocate(struct tl_tracker *tracker, size_t size)
{
    void *block = tracker->memory.resize(tracker->memory.ctx, NULL, 0, size);

    if (block)
        memset(block, 0, size);
    else
        tracker->environment.out_of_memory = true;
    return block;
}

/* The connection of a number that the tracker itself keeps: it is there. */
static struct tl_connection *at_number(const struct tl_tracker *tracker, uint32_t number)
{
    char *chunk = tracker->chunks[number / CHUNK];
    /* What was allocated need not begin where a line does. */
    void *first = chunk + (CACHE_LINE - (uintptr_t)chunk % CACHE_LINE) % CACHE_LINE;

    return (struct tl_connection *)first + number % CHUNK;
}

/* The connection that another one names. */
static struct tl_connection *at_link(const struct tl_tracker *tracker, uint32_t number_plus_1)
{
    return number_plus_1 ? at_number(tracker, number_plus_1 - 1) : NULL;
}

static struct slot *slot_of(const struct tl_tracker *tracker, uint32_t hash,
                            const struct tl_socket *a, const struct tl_socket *b)
{
    uint32_t mask = tracker->slot_count - 1;
    uint32_t i = hash & mask;

    while (tracker->slots[i].first &&
           !(tracker->slots[i].hash == hash &&
             is_between(at_number(tracker, tracker->slots[i].first - 1), a, b)))
        i = (i + 1) & mask;
    return &tracker->slots[i];
}

static bool enlarge_table(struct tl_tracker *tracker)
{
    uint32_t count = tracker->slot_count ? tracker->slot_count * 2 : 1024;
    uint32_t old_count = tracker->slot_count;
    struct slot *slots, *old = tracker->slots;

    if (tracker->slots_used < tracker->slot_count / 4 * 3)
        return true;
    slots = allocate(tracker, count * sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < old_count; i++)
        if (old[i].first) {
            uint32_t at = old[i].hash & (count - 1);

            while (slots[at].first)
                at = (at + 1) & (count - 1);
            slots[at] = old[i];
        }
    tracker->slots = slots;
    tracker->slot_count = count;
    if (old)
        tracker->memory.resize(tracker->memory.ctx, old, old_count * sizeof *old, 0);
    return true;
}

/* An order, so that both directions have one hash. It is found without a jump, which no processor
 * could foresee. */
static bool is_higher(const struct tl_socket *a, const struct tl_socket *b)
{
    uint64_t x[3] = {0}, y[3] = {0};

    memcpy(x, a, sizeof *a);
    memcpy(y, b, sizeof *b);
    const unsigned higher[3] = {x[0] > y[0], x[1] > y[1], x[2] > y[2]};
    const unsigned equal[2] = {x[0] == y[0], x[1] == y[1]};

    return higher[0] | (equal[0] & (higher[1] | (equal[1] & higher[2])));
}

static uint32_t hash_pair(const struct tl_tracker *tracker, const struct tl_socket *a,
                          const struct tl_socket *b)
{
    bool swap = is_higher(a, b);

    return (uint32_t)hash_sockets(tracker->config.seed, swap ? b : a, swap ? a : b);
}

/* The first connection on these two sockets, or NULL. */
static struct tl_connection *find_first(struct tl_tracker *tracker, const struct tl_socket *source,
                                        const struct tl_socket *destination)
{
    const struct slot *slot;

    if (tracker->last && is_between(tracker->last, source, destination))
        return tracker->last;
    if (!tracker->slots)
        return NULL;
    slot = slot_of(tracker, hash_pair(tracker, source, destination), source, destination);
    if (!slot->first)
        return NULL;
    return tracker->last = tl_tracker_connection(tracker, slot->first - 1);
}

/* How many connections there are on the sockets of their first one, and the i-th of them. */
static uint32_t incarnation_count(const struct tl_connection *first)
{
    return first->incarnations ? first->incarnations->count : 1;
}

static struct tl_connection *incarnation(const struct tl_tracker *tracker,
                                         struct tl_connection *first, uint32_t i)
{
    return first->incarnations ? at_number(tracker, first->incarnations->number[i]) : first;
}

static struct tl_connection *newest(const struct tl_tracker *tracker, struct tl_connection *first)
{
    return incarnation(tracker, first, incarnation_count(first) - 1);
}

/* ---- roles (contract, section 3) --------------------------------------------------------------- */

static bool is_from_client(const struct tl_tracker *tracker, const struct tl_segment *s)
{
    const struct tl_config *config = &tracker->config;
    bool source_serves, destination_serves;

    if (s->flags & TL_SYN)
        return !(s->flags & TL_ACK);
    source_serves = config->is_service && config->is_service(config->ctx, s->source.port);
    destination_serves = config->is_service && config->is_service(config->ctx, s->destination.port);
    if (source_serves != destination_serves)
        return destination_serves;
    return s->source.port > s->destination.port;
}

static enum tl_role role_of(const struct tl_connection *c, const struct tl_socket *source)
{
    return is_same(&c->socket[TL_CLIENT], source) ? TL_CLIENT : TL_SERVER;
}

/* A connection of two equal sockets (a host that connects to itself from its own port): both
 * ends look alike, every segment counts as the client's. */

/* ---- incarnations -------------------------------------------------------------------------------- */

static bool is_gone(const struct tl_end *end)
{
    return end->state == TL_CLOSED || end->state == TL_LISTEN;
}

/* May this SYN take over from TIME-WAIT (RFC 9293, section 3.6.1, MAY-2; RFC 6191)? */
static bool may_reuse_time_wait(const struct tl_end *syn_sender, const struct tl_segment *s)
{
    if (s->has_timestamps && syn_sender->flags & TL_END_HAS_TIMESTAMPS &&
        s->ts_val != syn_sender->ts_val)
        return tl_seq_gt(s->ts_val, syn_sender->ts_val);
    return !(syn_sender->flags & TL_END_HAS_SND_NXT) || tl_seq_gt(s->seq, syn_sender->snd_nxt);
}

static bool syn_begins_anew(const struct tl_connection *c, const struct tl_segment *s,
                            enum tl_role sender)
{
    const struct tl_end *X = &c->end[sender], *Y = &c->end[tl_other(sender)];
    bool same_isn = X->flags & TL_END_HAS_ISS && X->iss == s->seq;

    if (same_isn && (tl_connection_is_copy(X, s) ||
                     /* an ICMP error need not end the attempt (RFC 9293, section 3.9.2.2) */
                     (c->flags & TL_CONNECTION_REJECTED && X->presumed)))
        return false;
    if (Y->state == TL_TIME_WAIT)
        /* In LAST-ACK: that its FIN was acknowledged was not captured. */
        return !same_isn && (X->state == TL_CLOSED || X->state == TL_SYN_SENT ||
                             X->state == TL_TIME_WAIT || X->state == TL_LAST_ACK) &&
               may_reuse_time_wait(X, s);
    if (is_gone(Y)) {
        /* An end that was never heard of listens, and takes the first SYN. */
        if ((!(X->flags & TL_END_HAS_SND_NXT) && !(c->flags & TL_CONNECTION_MIDSTREAM)) ||
            (same_isn && X->state == TL_SYN_SENT && Y->state == TL_LISTEN))
            return false;
        return X->state != TL_TIME_WAIT || may_reuse_time_wait(X, s);
    }
    /* The first attempt was never answered: another ISN is another attempt, unless it is older. */
    return !same_isn && X->state == TL_SYN_SENT && !(c->flags & TL_CONNECTION_SYN_ANEW) &&
           Y->presumed && !Y->segments &&
           !(s->has_timestamps && X->flags & TL_END_HAS_TIMESTAMPS &&
             tl_seq_lt(s->ts_val, X->ts_val));
}

/* How far from the old numbers a segment may lie to be a late one of the old connection. */
static const uint32_t LATE_BYTES = 1u << 24;

static bool is_near(tl_seq number, tl_seq other)
{
    return number - other < LATE_BYTES || other - number < LATE_BYTES;
}

/* A finished connection, and a segment without SYN whose numbers are not its: there must have
 * been another opening, which was not captured. */
static bool segment_begins_anew(const struct tl_connection *c, const struct tl_segment *s,
                                enum tl_role sender)
{
    const struct tl_end *X = &c->end[sender], *Y = &c->end[tl_other(sender)];

    if (!is_gone(X) || !is_gone(Y) || s->flags & TL_RST || !(s->flags & TL_ACK))
        return false;
    if (!(X->flags & TL_END_HAS_SND_NXT) || !(Y->flags & TL_END_HAS_SND_NXT))
        return false;
    return !is_near(s->seq, X->snd_nxt) && !is_near(s->ack, Y->snd_nxt);
}

/* Does the SYN,ACK answer a SYN that the connection had kept inside itself? */
static bool answers_anew(const struct tl_connection *c, const struct tl_segment *s,
                         enum tl_role sender)
{
    return c->flags & TL_CONNECTION_SYN_ANEW && tl_oddities(c)->anew_by == tl_other(sender) &&
           s->ack == tl_oddities(c)->anew_iss + 1;
}

/* Does the sender of such a SYN go on behind it? Then it was answered, though that was not
 * captured. */
static bool goes_on_anew(const struct tl_connection *c, const struct tl_segment *s,
                         enum tl_role sender)
{
    return c->flags & TL_CONNECTION_SYN_ANEW && tl_oddities(c)->anew_by == sender &&
           !c->end[tl_other(sender)].segments && !(s->flags & (TL_SYN | TL_RST)) &&
           s->flags & TL_ACK && s->seq == tl_oddities(c)->anew_iss + 1;
}

/* A SYN,ACK with other numbers than the connection's, and no SYN before it: what its sender sent
 * is certain, so it has received a SYN that was not captured. Where the other end was never
 * captured, or both have finished, it is no old duplicate. */
static bool syn_ack_begins_anew(const struct tl_connection *c, const struct tl_segment *s,
                                enum tl_role sender)
{
    const struct tl_end *X = &c->end[sender], *Y = &c->end[tl_other(sender)];

    return X->flags & TL_END_HAS_SND_NXT && !(X->flags & TL_END_HAS_ISS && X->iss == s->seq) &&
           Y->flags & TL_END_HAS_SND_NXT && !(Y->flags & TL_END_HAS_ISS && s->ack == Y->iss + 1) &&
           (!Y->segments || (is_gone(X) && is_gone(Y)));
}

static size_t incarnations_size(uint32_t capacity)
{
    return sizeof(struct tl_incarnations) + capacity * sizeof(uint32_t);
}

/* Makes room for one more incarnation. */
static bool enlarge_incarnations(struct tl_tracker *tracker, struct tl_connection *first)
{
    struct tl_incarnations *old = first->incarnations, *block;
    uint32_t capacity = tl_bigger(old ? old->capacity : 0);

    if (old && old->count < old->capacity)
        return true;
    block = capacity ? tracker->memory.resize(tracker->memory.ctx, old,
                                              old ? incarnations_size(old->capacity) : 0,
                                              incarnations_size(capacity))
                     : NULL;
    if (!block) {
        tracker->environment.out_of_memory = true;
        return false;
    }
    if (!old) {
        block->count = 1;
        block->number[0] = first->number;
    }
    block->capacity = capacity;
    first->incarnations = block;
    return true;
}

/* Makes room for one more connection. */
static bool enlarge_connections(struct tl_tracker *tracker)
{
    void *chunk;

    if (tracker->connection_count < tracker->chunk_count * CHUNK)
        return true;
    if (tracker->chunk_count == tracker->chunk_capacity) {
        uint32_t capacity = tl_bigger(tracker->chunk_capacity);
        void **chunks = tracker->memory.resize(tracker->memory.ctx, tracker->chunks,
                                               tracker->chunk_capacity * sizeof *chunks,
                                               capacity * sizeof *chunks);

        if (!chunks) {
            tracker->environment.out_of_memory = true;
            return false;
        }
        tracker->chunks = chunks;
        tracker->chunk_capacity = capacity;
    }
    chunk = allocate(tracker, CHUNK_BYTES);
    if (!chunk)
        return false;
    tracker->chunks[tracker->chunk_count++] = chunk;
    return true;
}

/* `first`: the first connection on these sockets, or NULL: this is it. */
static struct tl_connection *begin(struct tl_tracker *tracker, struct tl_connection *first,
                                   const struct tl_segment *s, struct tl_connection *anew_in)
{
    struct tl_connection *c;
    bool from_client = anew_in ? role_of(anew_in, &s->source) == tl_oddities(anew_in)->anew_by
                               : is_from_client(tracker, s);

    if (!(first ? enlarge_incarnations(tracker, first) : enlarge_table(tracker)) ||
        !enlarge_connections(tracker))
        return NULL;
    c = at_number(tracker, tracker->connection_count);
    c->number = tracker->connection_count;
    c->socket[TL_CLIENT] = from_client ? s->source : s->destination;
    c->socket[TL_SERVER] = from_client ? s->destination : s->source;
    if (first) {
        struct tl_connection *previous = newest(tracker, first);

        c->previous = previous->number + 1;
        previous->next = c->number + 1;
        first->incarnations->number[first->incarnations->count++] = c->number;
    } else {
        uint32_t hash = hash_pair(tracker, &s->source, &s->destination);

        *slot_of(tracker, hash, &s->source, &s->destination) =
            (struct slot){.hash = hash, .first = c->number + 1};
        tracker->slots_used++;
        tracker->last = c;
    }
    tracker->connection_count++;
    if (anew_in)
        tl_connection_begin_anew(c, anew_in, s, &tracker->environment);
    else
        tl_connection_begin(c, s);
    return c;
}

/* Within TIME-WAIT a new connection is legal when its SYN could not be an old duplicate. */
static void name_reuse(struct tl_tracker *tracker, struct tl_connection *c,
                       const struct tl_segment *s, bool legal)
{
    const struct tl_connection *previous = at_number(tracker, c->previous - 1);

    tl_connection_diagnose(c, s->frame, TL_CLIENT,
                           legal ? TL_DIAGNOSIS_port_reused : TL_DIAGNOSIS_port_reused_early,
                           legal ? previous->last_frame : previous->at[TL_AT_FIN_2].frame,
                           previous->number, &tracker->environment);
}

/* ---- SYN floods ---------------------------------------------------------------------------------- */

/* A handshake that is not complete after so long is not on its way any more. */
static const int64_t HANDSHAKE_NS = 1000 * INT64_C(1000000);

static struct server **server_slot_of(const struct tl_tracker *tracker, uint64_t hash,
                                      const struct tl_socket *socket)
{
    uint32_t mask = tracker->server_slot_count - 1;
    uint32_t i = (uint32_t)hash & mask;

    while (tracker->server_slots[i] &&
           !(tracker->server_slots[i]->hash == hash &&
             is_same(&tracker->server_slots[i]->socket, socket)))
        i = (i + 1) & mask;
    return &tracker->server_slots[i];
}

static bool enlarge_server_table(struct tl_tracker *tracker)
{
    uint32_t old_count = tracker->server_slot_count;
    uint32_t count = old_count ? old_count * 2 : 64;
    struct server **slots, **old = tracker->server_slots;

    if (tracker->server_count * 4 < old_count * 3)
        return true;
    slots = allocate(tracker, count * sizeof *slots);
    if (!slots)
        return false;
    tracker->server_slots = slots;
    tracker->server_slot_count = count;
    for (uint32_t i = 0; i < old_count; i++)
        if (old[i])
            *server_slot_of(tracker, old[i]->hash, &old[i]->socket) = old[i];
    if (old)
        tracker->memory.resize(tracker->memory.ctx, old, old_count * sizeof *old, 0);
    return true;
}

static struct server *find_server(struct tl_tracker *tracker, const struct tl_socket *socket)
{
    uint64_t hash = hash_sockets(tracker->config.seed, socket, socket);
    struct server **slot;

    if (!enlarge_server_table(tracker))
        return NULL;
    slot = server_slot_of(tracker, hash, socket);
    if (!*slot) {
        *slot = allocate(tracker, sizeof **slot);
        if (!*slot)
            return NULL;
        (*slot)->hash = hash;
        (*slot)->socket = *socket;
        tracker->server_count++;
    }
    return *slot;
}

static void discount(struct tl_tracker *tracker, struct server *server, struct tl_connection *c)
{
    struct tl_connection *older = at_link(tracker, c->older_half_open);
    struct tl_connection *newer = at_link(tracker, c->newer_half_open);

    if (older)
        older->newer_half_open = c->newer_half_open;
    else
        server->oldest = newer;
    if (newer)
        newer->older_half_open = c->older_half_open;
    else
        server->newest = older;
    if (server->fresh == c)
        server->fresh = newer;
    if (c->flags & TL_CONNECTION_STALE)
        server->stale_count--;
    c->older_half_open = c->newer_half_open = 0;
    c->flags &= ~(uint32_t)(TL_CONNECTION_COUNTED | TL_CONNECTION_STALE);
    server->count--;
    /* An episode ends when the pile has shrunk to half. */
    if (server->stale_count <= tracker->config.syn_flood_threshold / 2)
        server->flooded = false;
}

static void count_opening(struct server *server, struct tl_connection *c)
{
    c->older_half_open = server->newest ? server->newest->number + 1 : 0;
    if (server->newest)
        server->newest->newer_half_open = c->number + 1;
    else
        server->oldest = c;
    server->newest = c;
    if (!server->fresh)
        server->fresh = c;
    c->flags |= TL_CONNECTION_COUNTED;
    server->count++;
}

/* Lets go of what began before the window, and finds what has become stale. */
static void age(struct tl_tracker *tracker, struct server *server, int64_t now_ns)
{
    while (server->oldest && now_ns - tl_milestone_ns(server->oldest, TL_AT_SYN_ACK) >
                                 tracker->config.syn_flood_window_ns)
        discount(tracker, server, server->oldest);
    while (server->fresh &&
           now_ns - tl_milestone_ns(server->fresh, TL_AT_SYN_ACK) >= HANDSHAKE_NS) {
        server->fresh->flags |= TL_CONNECTION_STALE;
        server->stale_count++;
        server->fresh = at_link(tracker, server->fresh->newer_half_open);
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
static uint32_t count_sources(struct tl_tracker *tracker, const struct server *server)
{
    size_t size = server->count * sizeof(uint64_t);
    uint64_t *hashes = tracker->memory.resize(tracker->memory.ctx, NULL, 0, size);
    uint32_t known = 0, sources = 0;

    if (!hashes)
        return server->count;
    for (struct tl_connection *c = server->oldest; c;
         c = at_link(tracker, c->newer_half_open)) {
        struct tl_socket source = c->socket[TL_CLIENT];

        source.port = 0;
        hashes[known++] = hash_sockets(tracker->config.seed, &source, &source);
    }
    qsort(hashes, known, sizeof *hashes, compare_hashes);
    for (uint32_t i = 0; i < known; i++)
        sources += i == 0 || hashes[i] != hashes[i - 1];
    tracker->memory.resize(tracker->memory.ctx, hashes, size, 0);
    return sources;
}

/* Keeps count of the half-open connections of each server, and announces a SYN flood once an
 * episode. A server whose handshakes complete, however busy, has none that are stale. */
static void watch_half_open(struct tl_tracker *tracker, struct tl_connection *c,
                            const struct tl_segment *s)
{
    bool half_open = tl_connection_is_half_open(c);
    bool counted = (c->flags & TL_CONNECTION_COUNTED) != 0;
    struct server *server;

    if (!tracker->config.syn_flood_threshold || (!half_open && !counted))
        return;
    server = find_server(tracker, &c->socket[TL_SERVER]);
    if (!server)
        return;
    if (!half_open)
        discount(tracker, server, c);
    else if (!counted &&
             s->time_ns - tl_milestone_ns(c, TL_AT_SYN_ACK) <= tracker->config.syn_flood_window_ns)
        count_opening(server, c);
    age(tracker, server, s->time_ns);
    if (!half_open || server->flooded ||
        server->stale_count < tracker->config.syn_flood_threshold)
        return;
    server->flooded = true;
    tl_connection_diagnose(c, s->frame, TL_SERVER, TL_DIAGNOSIS_syn_flood,
                           server->oldest->first_frame, count_sources(tracker, server),
                           &tracker->environment);
}

/* Twice this behind the latest time that a segment may have is a time, too. */
static const int64_t LONGEST_MSL_NS = INT64_MAX / 4;

/* ---- from outside ---------------------------------------------------------------------------------- */

struct tl_tracker *tl_tracker_new(const struct tl_memory *memory, const struct tl_config *config)
{
    struct tl_tracker *tracker = memory->resize(memory->ctx, NULL, 0, sizeof *tracker);

    if (!tracker)
        return NULL;
    *tracker = (struct tl_tracker){.memory = *memory, .config = *config};
    tracker->environment =
        (struct tl_environment){.memory = &tracker->memory,
                                .msl_ns = config->msl_ns < LONGEST_MSL_NS ? config->msl_ns
                                                                          : LONGEST_MSL_NS,
                                .close_wait_limit_ns = config->close_wait_limit_ns};
    return tracker;
}

void tl_tracker_free(struct tl_tracker *tracker)
{
    struct tl_memory memory;

    if (!tracker)
        return;
    memory = tracker->memory;
    for (uint32_t i = 0; i < tracker->connection_count; i++) {
        struct tl_connection *c = at_number(tracker, i);

        tl_connection_free(c, &memory);
        if (c->incarnations)
            memory.resize(memory.ctx, c->incarnations, incarnations_size(c->incarnations->capacity),
                          0);
    }
    for (uint32_t i = 0; i < tracker->chunk_count; i++)
        memory.resize(memory.ctx, tracker->chunks[i], CHUNK_BYTES, 0);
    for (uint32_t i = 0; i < tracker->server_slot_count; i++)
        if (tracker->server_slots[i])
            memory.resize(memory.ctx, tracker->server_slots[i], sizeof **tracker->server_slots, 0);
    if (tracker->server_slots)
        memory.resize(memory.ctx, tracker->server_slots,
                      tracker->server_slot_count * sizeof *tracker->server_slots, 0);
    if (tracker->slots)
        memory.resize(memory.ctx, tracker->slots, tracker->slot_count * sizeof *tracker->slots, 0);
    if (tracker->chunks)
        memory.resize(memory.ctx, tracker->chunks,
                      tracker->chunk_capacity * sizeof *tracker->chunks, 0);
    memory.resize(memory.ctx, tracker, sizeof *tracker, 0);
}

struct tl_connection *tl_tracker_segment(struct tl_tracker *tracker, const struct tl_segment *s,
                                         enum tl_role *sender)
{
    struct tl_connection *first = find_first(tracker, &s->source, &s->destination);
    struct tl_connection *c = first ? newest(tracker, first) : NULL, *anew_in = NULL;
    bool syn = (s->flags & (TL_SYN | TL_ACK | TL_RST | TL_FIN)) == TL_SYN;
    bool syn_ack = (s->flags & (TL_SYN | TL_ACK | TL_RST | TL_FIN)) == (TL_SYN | TL_ACK);
    bool anew = true;

    if (c) {
        enum tl_role role = role_of(c, &s->source);

        *sender = role;
        if (!tracker->config.no_shortcuts && tl_connection_ordinary_segment(c, s, role))
            return c;
        /* What ended without a segment ends before this one. */
        tl_connection_clock(c, s->frame, s->time_ns, &tracker->environment);
        if (syn)
            anew = syn_begins_anew(c, s, role);
        else if ((syn_ack && answers_anew(c, s, role)) || goes_on_anew(c, s, role))
            anew_in = c;
        else if (syn_ack)
            anew = syn_ack_begins_anew(c, s, role);
        else
            anew = segment_begins_anew(c, s, role);
        if ((anew || anew_in) && tl_connection_is_captured_again(c, s, role)) {
            anew = false;
            anew_in = NULL;
        }
    }
    if (anew) {
        bool in_time_wait = c && (c->end[TL_CLIENT].state == TL_TIME_WAIT ||
                                  c->end[TL_SERVER].state == TL_TIME_WAIT);

        /* A SYN that waited inside the old connection had been found illegal. */
        c = begin(tracker, first, s, anew_in);
        if (!c)
            return NULL;
        if (c->previous)
            name_reuse(tracker, c, s, !(in_time_wait && anew_in));
    }
    *sender = role_of(c, &s->source);
    tl_connection_segment(c, s, *sender, &tracker->environment);
    watch_half_open(tracker, c, s);
    return c;
}

struct tl_connection *tl_tracker_icmp_error(struct tl_tracker *tracker, uint32_t frame,
                                            int64_t time_ns, const struct tl_socket *source,
                                            const struct tl_socket *destination, tl_seq seq,
                                            uint8_t icmp_type, uint8_t icmp_code)
{
    struct tl_connection *c = find_first(tracker, source, destination);

    if (!c)
        return NULL;
    c = newest(tracker, c);
    return tl_connection_icmp_error(c, frame, time_ns, role_of(c, source), seq, icmp_type,
                                    icmp_code, &tracker->environment)
               ? c
               : NULL;
}

struct tl_connection *tl_tracker_find(struct tl_tracker *tracker, uint32_t frame,
                                      const struct tl_socket *source,
                                      const struct tl_socket *destination, enum tl_role *sender)
{
    struct tl_connection *first = find_first(tracker, source, destination), *c;
    uint32_t low = 0, high;

    if (!first)
        return NULL;
    /* The last incarnation that begins at or before the frame. */
    high = incarnation_count(first);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (incarnation(tracker, first, middle)->first_frame <= frame)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low)
        return NULL;
    c = incarnation(tracker, first, low - 1);
    *sender = role_of(c, source);
    return c;
}

uint32_t tl_tracker_connection_count(const struct tl_tracker *tracker)
{
    return tracker->connection_count;
}

struct tl_connection *tl_tracker_connection(const struct tl_tracker *tracker, uint32_t number)
{
    return number < tracker->connection_count ? at_number(tracker, number) : NULL;
}

bool tl_tracker_out_of_memory(const struct tl_tracker *tracker)
{
    return tracker->environment.out_of_memory;
}
