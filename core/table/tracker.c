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
#include "core/base/growth.h"
#include "core/life/begin.h"
#include "core/life/clock.h"
#include "core/life/connection.h"
#include "core/life/copies.h"
#include "core/life/doubts.h"
#include "core/life/old_life.h"
#include "core/life/ordinary.h"
#include "core/life/passage.h"
#include "core/life/rejection.h"
#include "core/life/renumbering.h"
#include "core/record/ends.h"
#include "core/record/oddities.h"
#include "core/record/recents.h"
#include "core/record/times.h"
#include "core/rfc/segment.h"
#include "tcplife/fsm.h"
#include "tcplife/tracker.h"

#include <stdlib.h>
#include <string.h>

/* A server's socket and its half-open connections, for SYN floods (RFC 4987).
 *
 * They stand in a queue, by the time of their SYN,ACKs. Places count on and on; a place's number
 * modulo the capacity is where in the memory it is. What is not half-open any more, or has come again
 * later, leaves its place behind, which is then nobody's. */
struct server {
    uint64_t hash;
    struct tl_socket socket;
    uint32_t *queue; /* numbers of connections */
    uint32_t capacity; /* 0, or a power of two */
    uint32_t oldest, end; /* places: the first, and behind the last */
    uint32_t fresh; /* from here on handshakes may still be on their way */
    uint32_t count, stale_count; /* all; those before `fresh` */
    bool flooded; /* the present episode was announced */
};

/* The connections on the same two sockets, in the order of their first frames: from the second on,
 * since most remain alone. */
struct incarnations {
    struct split *split; /* or NULL */
    uint32_t count, capacity;
    uint32_t number[];
};

/* Networks that share addresses: more connections on these sockets, which are none of those incarnations,
 * each group of them with lives of its own. A group is known by the networks in which its segments
 * came, each direction by itself. Group 0 are the incarnations that point here. */
struct split {
    uint32_t group_count, group_capacity;
    struct incarnations **groups; /* from group 1 on */
    uint32_t route_count, route_capacity;
    struct route {
        uint32_t network, group;
        bool descends; /* the direction: the source is the greater socket */
    } *routes;
};

/* The networks in which a connection's segments came last, by direction. */
struct seen_networks {
    uint32_t network[2][2]; /* [descends][the last one, the one before] */
};
/* Nothing came in that direction. */
static const uint32_t NO_NETWORK = UINT32_MAX;

/* Of the table that finds connections by their two sockets. */
struct slot {
    uint32_t hash;
    /* The number of the only connection on these sockets, plus 1; or where among `shared` they all
     * are, and SHARED; 0: empty. */
    uint32_t whose;
};
static const uint32_t SHARED = 1u << 31;

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
    struct incarnations **shared; /* of sockets that were used again */
    uint32_t shared_count, shared_capacity;

    void **chunks; /* of CHUNK connections each, by number */
    uint32_t connection_count, chunk_count, chunk_capacity;
    /* By chunk, as far as some segment told a network: CHUNK elements, or NULL. */
    struct seen_networks **networks;
    uint32_t network_chunks;

    struct server **server_slots; /* as `slots` */
    uint32_t server_slot_count, server_count;

    /* The newest connection on the last segment's sockets: most often the next one's too. */
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

static uint64_t hash_words(const uint64_t seed[2], const uint64_t *words, unsigned count)
{
    uint64_t v[4] = {seed[0] ^ UINT64_C(0x736f6d6570736575), seed[1] ^ UINT64_C(0x646f72616e646f6d),
                     seed[0] ^ UINT64_C(0x6c7967656e657261), seed[1] ^ UINT64_C(0x7465646279746573)};

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

static uint64_t hash_socket(const uint64_t seed[2], const struct tl_socket *socket)
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

/* ---- the table ------------------------------------------------------------------------------- */

static bool is_same(const struct tl_socket *a, const struct tl_socket *b)
{
    return !memcmp(a, b, sizeof *a);
}

/* Two sockets as a connection keeps them, in both orders. */
struct key {
    const struct tl_socket *source, *destination;
    uint64_t addresses[2]; /* [0]: the source is the client; [1]: the server */
    uint32_t ports[2];
    uint16_t kind; /* family and length of both addresses */
    bool is_short;
    bool is_hashed;
    uint32_t hash; /* with is_hashed: hash_key() */
};

static uint16_t kind_of(uint8_t family, uint8_t address_length)
{
    return (uint16_t)(family << 8 | address_length);
}

static void pack(uint64_t *addresses, uint32_t *ports, const struct tl_socket *client,
                 const struct tl_socket *server)
{
    const uint16_t both[2] = {client->port, server->port};

    memcpy(addresses, client->address, 4);
    memcpy((uint8_t *)addresses + 4, server->address, 4);
    memcpy(ports, both, sizeof both);
}

static void make_key(struct key *key, const struct tl_socket *source,
                     const struct tl_socket *destination)
{
    key->source = source;
    key->destination = destination;
    pack(&key->addresses[0], &key->ports[0], source, destination);
    pack(&key->addresses[1], &key->ports[1], destination, source);
    key->kind = kind_of(source->family, source->address_length);
    key->is_short = source->address_length <= 4 &&
                    key->kind == kind_of(destination->family, destination->address_length);
    key->is_hashed = false;
}

/* Is the connection between these sockets? Then *sender is who has the first of them. A connection
 * of two equal sockets (a host that connects to itself from its own port): both ends look alike,
 * every segment counts as the client's. */
static inline bool is_between(const struct tl_connection *c, const struct key *key,
                              enum tl_role *sender)
{
    uint64_t addresses;
    uint32_t ports;

    memcpy(&ports, c->port, sizeof ports);
    if (key->is_short) {
        memcpy(&addresses, c->u.address, sizeof addresses);
        *sender = addresses == key->addresses[0] && ports == key->ports[0] ? TL_CLIENT : TL_SERVER;
        return addresses == key->addresses[*sender] && ports == key->ports[*sender] &&
               kind_of(c->family, c->address_length) == key->kind;
    }
    if (c->address_length != TL_LONG || (ports != key->ports[0] && ports != key->ports[1]))
        return false;
    *sender = is_same(&c->u.long_sockets->socket[TL_CLIENT], key->source) &&
                      is_same(&c->u.long_sockets->socket[TL_SERVER], key->destination)
                  ? TL_CLIENT
                  : TL_SERVER;
    return is_same(&c->u.long_sockets->socket[*sender], key->source) &&
           is_same(&c->u.long_sockets->socket[tl_other(*sender)], key->destination);
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

/* The newest connection that a slot of the table tells of. */
static struct tl_connection *newest(const struct tl_tracker *tracker, const struct slot *slot)
{
    const struct incarnations *shared;

    if (!(slot->whose & SHARED))
        return at_number(tracker, slot->whose - 1);
    shared = tracker->shared[slot->whose & ~SHARED];
    return at_number(tracker, shared->number[shared->count - 1]);
}

/* What the table has of some sockets. */
struct entry {
    struct slot *slot; /* theirs, or the empty one that would be; NULL: there is no table */
    struct tl_connection *newest; /* or NULL: there is none */
    enum tl_role sender; /* with `newest`: who has the key's source */
};

static struct entry look_up(const struct tl_tracker *tracker, uint32_t hash, const struct key *key)
{
    const uint32_t mask = tracker->slot_count - 1;
    struct entry entry = {.slot = NULL};

    for (uint32_t i = hash & mask; tracker->slots; i = (i + 1) & mask) {
        entry.slot = &tracker->slots[i];
        if (!entry.slot->whose)
            break;
        if (entry.slot->hash != hash)
            continue;
        entry.newest = newest(tracker, entry.slot);
        if (is_between(entry.newest, key, &entry.sender))
            return entry;
    }
    entry.newest = NULL;
    return entry;
}

static bool enlarge_table(struct tl_tracker *tracker)
{
    uint32_t count = tracker->slot_count ? tracker->slot_count * 2 : 1024;
    uint32_t old_count = tracker->slot_count;
    struct slot *slots, *old = tracker->slots;

    if (tracker->slots_used < tracker->slot_count / 8 * 7)
        return true;
    slots = allocate(tracker, count * sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < old_count; i++)
        if (old[i].whose) {
            uint32_t at = old[i].hash & (count - 1);

            while (slots[at].whose)
                at = (at + 1) & (count - 1);
            slots[at] = old[i];
        }
    tracker->slots = slots;
    tracker->slot_count = count;
    if (old)
        tracker->memory.resize(tracker->memory.ctx, old, old_count * sizeof *old, 0);
    return true;
}

/* Both orders have one hash. */
static uint32_t hash_of(const struct tl_tracker *tracker, const struct key *key)
{
    const bool swap = key->addresses[0] > key->addresses[1] ||
                      (key->addresses[0] == key->addresses[1] && key->ports[0] > key->ports[1]);
    const uint64_t words[2] = {key->addresses[swap],
                               (uint64_t)key->kind << 32 | key->ports[swap]};

    if (key->is_short)
        return (uint32_t)hash_words(tracker->config.seed, words, 2);
    return memcmp(key->source, key->destination, sizeof *key->source) > 0
               ? (uint32_t)hash_sockets(tracker->config.seed, key->destination, key->source)
               : (uint32_t)hash_sockets(tracker->config.seed, key->source, key->destination);
}

static uint32_t hash_key(const struct tl_tracker *tracker, struct key *key)
{
    if (!key->is_hashed)
        key->hash = hash_of(tracker, key);
    key->is_hashed = true;
    return key->hash;
}

/* All connections on sockets that were used again. NULL: there are none. */
static const struct incarnations *find_shared(const struct tl_tracker *tracker, struct key *key)
{
    const struct entry entry = look_up(tracker, hash_key(tracker, key), key);

    return entry.newest ? tracker->shared[entry.slot->whose & ~SHARED] : NULL;
}

static bool descends(const struct key *key)
{
    return memcmp(key->source, key->destination, sizeof *key->source) > 0;
}

/* Which group's segments come in this network? False: it is not known. */
static bool find_group(const struct split *split, const struct key *key, uint32_t network,
                       uint32_t *group)
{
    const bool direction = descends(key);

    *group = 0;
    for (uint32_t i = 0; i < split->route_count; i++)
        if (split->routes[i].network == network && split->routes[i].descends == direction) {
            *group = split->routes[i].group;
            return true;
        }
    return false;
}

/* (Of a group whose first connection found no memory there is nothing.) */
static const struct incarnations *group_of(const struct incarnations *shared, uint32_t group)
{
    return group && shared->split->groups[group - 1]->count ? shared->split->groups[group - 1]
                                                            : shared;
}

static struct tl_connection *last_of(const struct tl_tracker *tracker,
                                     const struct incarnations *incarnations)
{
    return at_number(tracker, incarnations->number[incarnations->count - 1]);
}

static struct tl_connection *newest_in_network(const struct tl_tracker *tracker,
                                               const struct entry *entry, const struct key *key,
                                               uint32_t network, enum tl_role *sender)
{
    const struct incarnations *shared = tracker->shared[entry->slot->whose & ~SHARED];
    struct tl_connection *c;
    uint32_t group;

    find_group(shared->split, key, network, &group);
    c = last_of(tracker, group_of(shared, group));
    is_between(c, key, sender);
    return c;
}

/* The newest connection on these sockets in this network, and who has the first of them; or NULL. */
static struct tl_connection *find_newest(struct tl_tracker *tracker, struct key *key,
                                         uint32_t network, enum tl_role *sender)
{
    struct entry entry;

    if (tracker->last && !(tracker->last->flags & TL_CONNECTION_SPLIT) &&
        is_between(tracker->last, key, sender))
        return tracker->last;
    entry = look_up(tracker, hash_key(tracker, key), key);
    *sender = entry.sender;
    if (entry.newest && entry.newest->flags & TL_CONNECTION_SPLIT)
        entry.newest = newest_in_network(tracker, &entry, key, network, sender);
    if (entry.newest)
        tracker->last = entry.newest;
    return entry.newest;
}

/* ---- roles (contract, section 3) --------------------------------------------------------------- */

static bool is_from_client(const struct tl_tracker *tracker, const struct tl_segment *s)
{
    const struct tl_config *config = &tracker->config;
    bool source_serves, destination_serves;

    if (s->flags & TL_SYN)
        return !(s->flags & TL_ACK);
    if (tl_is_stray(s))
        return true;
    source_serves = config->is_service && config->is_service(config->ctx, s->source.port);
    destination_serves = config->is_service && config->is_service(config->ctx, s->destination.port);
    if (source_serves != destination_serves)
        return destination_serves;
    return s->source.port > s->destination.port;
}

/* ---- incarnations -------------------------------------------------------------------------------- */

static bool is_gone(const struct tl_connection *c, enum tl_role role)
{
    enum tl_state state = tl_connection_state(c, role);

    return state == TL_CLOSED || state == TL_LISTEN;
}

/* May this SYN take over from TIME-WAIT (RFC 9293, section 3.6.1, MAY-2; RFC 6191)? */
static bool may_reuse_time_wait(const struct tl_end *syn_sender, const struct tl_segment *s)
{
    if (s->has_timestamps && syn_sender->flags & TL_END_HAS_TIMESTAMPS &&
        s->ts_val != syn_sender->ts_val)
        return tl_seq_gt(s->ts_val, syn_sender->ts_val);
    return !(syn_sender->flags & TL_END_HAS_SND_NXT) || tl_seq_gt(s->seq, syn_sender->snd_nxt);
}

/* The first time-out is 1 s (RFC 6298), or was 3 s. */
static const int64_t FIRST_TIME_OUT_NS = 3 * INT64_C(1000000000);

/* Has an attempt that was sent for the last time then been given up by now? As long as it keeps its
 * back-off, the next SYN comes about twice as long after the last one as that after the one before. */
static bool is_attempt_over(int64_t first_ns, int64_t last_ns, int64_t now_ns)
{
    const int64_t lasted_ns = last_ns - first_ns, silence_ns = now_ns - last_ns;

    return silence_ns > FIRST_TIME_OUT_NS && silence_ns / 2 > lasted_ns;
}

/* When an end's last SYN of an attempt was captured. */
static int64_t last_syn_ns(const struct tl_connection *c, enum tl_role role)
{
    return tl_control_ns(c, role, c->past[role].control_frame);
}

static bool has_given_up(const struct tl_connection *c, enum tl_role role, int64_t now_ns)
{
    return is_attempt_over(tl_milestone_ns(c, TL_AT_SYN), last_syn_ns(c, role), now_ns);
}

/* Did the end try to open it, and did nothing come of that? */
static bool is_attempt_of(const struct tl_connection *c, enum tl_role role)
{
    return c->kept[role].flags & TL_END_SENT_SYN && !(c->flags & TL_CONNECTION_OPENED) &&
           !c->at[TL_AT_SYN_ACK].frame;
}

/* Is the SYN another one of an attempt that was not answered yet, or that was refused (some try
 * again after a RST, too)? */
static bool is_same_attempt(const struct tl_connection *c, const struct tl_segment *s,
                            enum tl_role sender, bool is_old)
{
    return is_attempt_of(c, sender) && !(is_old && has_given_up(c, sender, s->time_ns)) &&
           (tl_connection_state(c, sender) == TL_SYN_SENT ||
            c->flags & (TL_CONNECTION_REFUSED | TL_CONNECTION_REJECTED));
}

/* A SYN from the other side: is the attempt of the end that it comes to over? Otherwise they open
 * simultaneously. */
static bool is_other_attempt(const struct tl_connection *c, const struct tl_segment *s,
                             enum tl_role sender)
{
    const enum tl_role other = tl_other(sender);

    if (!is_attempt_of(c, other) ||
        c->kept[sender].flags & (TL_END_SENT_SYN | TL_END_SENT_SYN_ACK))
        return false;
    return is_gone(c, other) || has_given_up(c, other, s->time_ns);
}

/* Is it, once more, a SYN that the connection had kept inside itself? */
static bool is_kept_syn(const struct tl_connection *c, const struct tl_segment *s,
                        enum tl_role sender, int64_t msl_ns)
{
    const struct tl_oddities *odd = tl_oddities(c);

    return c->flags & TL_CONNECTION_SYN_ANEW && odd->anew_by == sender && s->seq == odd->anew_iss &&
           !(s->time_ns - tl_mark_ns(&odd->anew_last) > 2 * msl_ns &&
             is_attempt_over(tl_mark_ns(&odd->anew), tl_mark_ns(&odd->anew_last), s->time_ns));
}

static bool syn_begins_anew(const struct tl_connection *c, const struct tl_segment *s,
                            enum tl_role sender, int64_t msl_ns)
{
    /* Nothing older than 2 MSL is in the network (RFC 9293, section 3.4.2). */
    const bool is_old = s->time_ns - tl_connection_end_ns(c) > 2 * msl_ns;
    const struct tl_end ends[2] = {tl_connection_end(c, sender),
                                   tl_connection_end(c, tl_other(sender))};
    const struct tl_end *X = &ends[0], *Y = &ends[1];
    bool same_isn = X->flags & TL_END_HAS_ISS && X->iss == s->seq;

    if (same_isn && is_same_attempt(c, s, sender, is_old))
        return false;
    if (is_old || is_other_attempt(c, s, sender))
        return true;
    if (same_isn && tl_connection_is_copy(c, sender, s))
        return false;
    if (Y->state == TL_TIME_WAIT)
        /* In LAST-ACK: that its FIN was acknowledged was not captured. */
        return !same_isn && (X->state == TL_CLOSED || X->state == TL_SYN_SENT ||
                             X->state == TL_TIME_WAIT || X->state == TL_LAST_ACK) &&
               may_reuse_time_wait(X, s);
    if (is_gone(c, tl_other(sender))) {
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
    const struct tl_kept_end *X = &c->kept[sender], *Y = &c->kept[tl_other(sender)];

    if (!is_gone(c, TL_CLIENT) || !is_gone(c, TL_SERVER) || s->flags & TL_RST ||
        !(s->flags & TL_ACK))
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

/* Is such a SYN repeated, and has nothing answered it? An old duplicate is not. An end that had
 * finished has begun a new life then; of another one the second repetition shows that nobody is
 * there any more who knew the old life. */
static bool repeats_anew(const struct tl_connection *c, const struct tl_segment *s,
                         enum tl_role sender, int64_t msl_ns)
{
    const struct tl_oddities *odd = tl_oddities(c);
    const enum tl_role other = tl_other(sender);

    return is_kept_syn(c, s, sender, msl_ns) &&
           s->time_ns - tl_mark_ns(&odd->anew_last) >= TL_SHORTEST_TIME_OUT_NS &&
           c->kept[other].last_ns <= tl_mark_ns(&odd->anew) &&
           (odd->anew_repetitions || is_gone(c, sender));
}

/* Does the sender of such a SYN go on behind it? Then it was answered, though that was not
 * captured. */
static bool goes_on_anew(const struct tl_connection *c, const struct tl_segment *s,
                         enum tl_role sender)
{
    const struct tl_kept_end *X = &c->kept[sender], *Y = &c->kept[tl_other(sender)];

    if (!(c->flags & TL_CONNECTION_SYN_ANEW) || s->flags & (TL_SYN | TL_RST) ||
        !(s->flags & TL_ACK))
        return false;
    /* …or the other end, though with other numbers than before? */
    if (tl_oddities(c)->anew_by != sender)
        return s->ack == tl_oddities(c)->anew_iss + 1 && X->flags & TL_END_HAS_SND_NXT &&
               !is_near(s->seq, X->snd_nxt);
    return s->seq == tl_oddities(c)->anew_iss + 1 &&
           (!Y->segments ||
            (Y->flags & TL_END_HAS_SND_NXT && !is_near(s->ack, Y->snd_nxt)));
}

/* A SYN,ACK with other numbers than the connection's, and no SYN before it: what its sender sent
 * is certain, so it has received a SYN that was not captured. Where the other end was never
 * captured, or both have finished, it is no old duplicate. */
static bool syn_ack_begins_anew(const struct tl_connection *c, const struct tl_segment *s,
                                enum tl_role sender)
{
    const enum tl_role receiver = tl_other(sender);
    const struct tl_kept_end *X = &c->kept[sender], *Y = &c->kept[receiver];

    return X->flags & TL_END_HAS_SND_NXT &&
           !(X->flags & TL_END_HAS_ISS && c->past[sender].iss == s->seq) &&
           Y->flags & TL_END_HAS_SND_NXT &&
           !(Y->flags & TL_END_HAS_ISS && s->ack == c->past[receiver].iss + 1) &&
           (!Y->segments || (is_gone(c, TL_CLIENT) && is_gone(c, TL_SERVER)));
}

static size_t incarnations_size(uint32_t capacity)
{
    return sizeof(struct incarnations) + capacity * sizeof(uint32_t);
}

/* An array of the tracker's, with room for one more element. NULL: memory ran out. */
static void *enlarge(struct tl_tracker *tracker, void *array, uint32_t count, uint32_t *capacity,
                     size_t size)
{
    uint32_t bigger = tl_bigger(*capacity);
    void *block;

    if (count < *capacity)
        return array;
    block = bigger ? tracker->memory.resize(tracker->memory.ctx, array, *capacity * size,
                                            bigger * size)
                   : NULL;
    if (block)
        *capacity = bigger;
    else
        tracker->environment.out_of_memory = true;
    return block;
}

/* Makes room for one more connection in a list, which may be NULL yet. */
static bool enlarge_list(struct tl_tracker *tracker, struct incarnations **list)
{
    struct incarnations *old = *list, *block;
    uint32_t capacity;

    if (old && old->count < old->capacity)
        return true;
    capacity = tl_bigger(old ? old->capacity : 0);
    block = capacity ? tracker->memory.resize(tracker->memory.ctx, old,
                                              old ? incarnations_size(old->capacity) : 0,
                                              incarnations_size(capacity))
                     : NULL;
    if (!block) {
        tracker->environment.out_of_memory = true;
        return false;
    }
    if (!old)
        *block = (struct incarnations){0};
    block->capacity = capacity;
    *list = block;
    return true;
}

/* Makes room for one more connection on the sockets of a slot. */
static bool enlarge_incarnations(struct tl_tracker *tracker, struct slot *slot)
{
    struct incarnations **shared = enlarge(tracker, tracker->shared, tracker->shared_count,
                                           &tracker->shared_capacity, sizeof *shared);
    struct incarnations *first = NULL;

    if (!shared)
        return false;
    tracker->shared = shared;
    if (slot->whose & SHARED)
        return enlarge_list(tracker, &shared[slot->whose & ~SHARED]);
    if (!enlarge_list(tracker, &first))
        return false;
    first->number[first->count++] = slot->whose - 1;
    at_number(tracker, slot->whose - 1)->flags |= TL_CONNECTION_REUSED;
    shared[tracker->shared_count] = first;
    slot->whose = SHARED | tracker->shared_count++;
    return enlarge_list(tracker, &shared[slot->whose & ~SHARED]);
}

/* How many of these connections have a number less than, or begin before… */
static uint32_t count_before(const struct tl_tracker *tracker, const struct incarnations *shared,
                             bool by_frame, uint32_t limit)
{
    uint32_t low = 0, high = shared->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t number = shared->number[middle];

        if ((by_frame ? tl_found_from(at_number(tracker, number)) : number) < limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Makes room for one more connection. */
static bool enlarge_connections(struct tl_tracker *tracker)
{
    void *chunk, **chunks;

    if (tracker->connection_count < tracker->chunk_count * CHUNK)
        return true;
    chunks = enlarge(tracker, tracker->chunks, tracker->chunk_count, &tracker->chunk_capacity,
                     sizeof *chunks);
    if (!chunks)
        return false;
    tracker->chunks = chunks;
    chunk = allocate(tracker, CHUNK_BYTES);
    if (!chunk)
        return false;
    tracker->chunks[tracker->chunk_count++] = chunk;
    return true;
}

static bool set_sockets(struct tl_tracker *tracker, struct tl_connection *c, const struct key *key,
                        enum tl_role sender)
{
    c->port[sender] = key->source->port;
    c->port[tl_other(sender)] = key->destination->port;
    if (key->is_short) {
        c->family = key->source->family;
        c->address_length = key->source->address_length;
        memcpy(c->u.address[sender], key->source->address, sizeof c->u.address[sender]);
        memcpy(c->u.address[tl_other(sender)], key->destination->address,
               sizeof c->u.address[sender]);
        return true;
    }
    c->u.long_sockets = allocate(tracker, sizeof *c->u.long_sockets);
    if (!c->u.long_sockets)
        return false;
    c->address_length = TL_LONG;
    c->u.long_sockets->socket[sender] = *key->source;
    c->u.long_sockets->socket[tl_other(sender)] = *key->destination;
    return true;
}

/* ---- networks that share addresses (contract, section 3) ------------------------------------- */

static const struct seen_networks *seen_by(const struct tl_tracker *tracker,
                                           const struct tl_connection *c)
{
    static const struct seen_networks untold;
    const uint32_t chunk = c->number / CHUNK;

    return chunk < tracker->network_chunks && tracker->networks[chunk]
               ? &tracker->networks[chunk][c->number % CHUNK]
               : &untold;
}

/* …to write: NULL when memory ran out. */
static struct seen_networks *note_seen_by(struct tl_tracker *tracker,
                                          const struct tl_connection *c)
{
    const uint32_t chunk = c->number / CHUNK;

    if (chunk >= tracker->network_chunks) {
        struct seen_networks **networks = tracker->memory.resize(
            tracker->memory.ctx, tracker->networks, tracker->network_chunks * sizeof *networks,
            tracker->chunk_capacity * sizeof *networks);

        if (!networks) {
            tracker->environment.out_of_memory = true;
            return NULL;
        }
        for (uint32_t i = tracker->network_chunks; i < tracker->chunk_capacity; i++)
            networks[i] = NULL;
        tracker->networks = networks;
        tracker->network_chunks = tracker->chunk_capacity;
    }
    if (!tracker->networks[chunk])
        tracker->networks[chunk] = allocate(tracker, CHUNK * sizeof **tracker->networks);
    return tracker->networks[chunk] ? &tracker->networks[chunk][c->number % CHUNK] : NULL;
}

static void first_network(struct tl_tracker *tracker, const struct tl_connection *c,
                          const struct key *key, uint32_t network)
{
    const bool direction = descends(key);
    struct seen_networks *seen;

    if (!tracker->network_chunks && !network)
        return;
    seen = note_seen_by(tracker, c);
    if (!seen)
        return;
    seen->network[direction][0] = seen->network[direction][1] = network;
    seen->network[!direction][0] = seen->network[!direction][1] = NO_NETWORK;
}

static void note_network(struct tl_tracker *tracker, const struct tl_connection *c,
                         const struct key *key, uint32_t network)
{
    const bool direction = descends(key);
    struct seen_networks *seen;

    if (seen_by(tracker, c)->network[direction][0] == network)
        return;
    seen = note_seen_by(tracker, c);
    if (!seen)
        return;
    seen->network[direction][1] = seen->network[direction][0];
    seen->network[direction][0] = network;
}

/* Did segments of the connection come in this network before, in this direction, or, where none came
 * in this one, in the other? */
static bool knows_network(const struct tl_tracker *tracker, const struct tl_connection *c,
                          const struct key *key, uint32_t network)
{
    const struct seen_networks *seen = seen_by(tracker, c);
    const bool direction = descends(key);
    const uint32_t *known =
        seen->network[seen->network[direction][0] == NO_NETWORK ? !direction : direction];

    return known[0] == network || known[1] == network;
}

/* May the segment be one of this connection's, by its numbers? */
static bool fits(const struct tl_connection *c, const struct tl_segment *s, enum tl_role sender)
{
    /* What a conversation may have sent without being captured. */
    static const uint32_t UNSEEN_BYTES = 1u << 26;
    const enum tl_role receiver = tl_other(sender);
    const struct tl_kept_end *X = &c->kept[sender], *Y = &c->kept[receiver];
    const struct tl_oddities *odd = tl_oddities(c);
    const bool anew = (c->flags & TL_CONNECTION_SYN_ANEW) != 0;

    if (anew && odd->anew_by == sender && s->seq - odd->anew_iss < 2)
        return true;
    if (anew && odd->anew_by == receiver && s->flags & TL_ACK && s->ack == odd->anew_iss + 1)
        return true;
    if (s->flags & TL_SYN && X->flags & TL_END_HAS_ISS && c->past[sender].iss != s->seq)
        return false;
    /* A RST with ACK may answer from where there is no connection: its number is 0. */
    if (X->flags & TL_END_HAS_SND_NXT && !(s->flags & TL_RST && s->flags & TL_ACK) &&
        !tl_seq_is_near(s->seq, X->snd_nxt, UNSEEN_BYTES))
        return false;
    return !(s->flags & TL_ACK && Y->flags & TL_END_HAS_SND_NXT) ||
           tl_seq_is_near(s->ack, Y->snd_nxt, UNSEEN_BYTES);
}

static bool add_route(struct tl_tracker *tracker, struct split *split, uint32_t network,
                      bool direction, uint32_t group)
{
    struct route *routes = enlarge(tracker, split->routes, split->route_count,
                                   &split->route_capacity, sizeof *routes);

    if (!routes)
        return false;
    split->routes = routes;
    routes[split->route_count++] =
        (struct route){.network = network, .group = group, .descends = direction};
    return true;
}

/* From now on these sockets' connections are known by their networks. */
static struct split *begin_split(struct tl_tracker *tracker, struct incarnations *shared)
{
    const struct seen_networks *seen = seen_by(tracker, last_of(tracker, shared));
    struct split *split = allocate(tracker, sizeof *split);

    if (!split)
        return NULL;
    shared->split = split;
    for (uint32_t i = 0; i < shared->count; i++)
        at_number(tracker, shared->number[i])->flags |= TL_CONNECTION_SPLIT;
    for (int direction = 0; direction < 2; direction++)
        for (int i = 0; i < 2; i++)
            if (seen->network[direction][i] != NO_NETWORK &&
                !(i && seen->network[direction][1] == seen->network[direction][0]))
                add_route(tracker, split, seen->network[direction][i], direction, 0);
    return split;
}

/* Where a new connection on the sockets of a slot belongs, with room for it; `apart`: it is of another
 * network than all others on them. NULL: memory ran out. */
static struct incarnations **list_for(struct tl_tracker *tracker, const struct slot *slot,
                                      const struct key *key, uint32_t network, bool apart)
{
    struct incarnations **shared = &tracker->shared[slot->whose & ~SHARED];
    struct split *split = (*shared)->split;
    struct incarnations **groups;
    uint32_t group = 0;

    if (!apart && !split)
        return shared;
    if (!split)
        split = begin_split(tracker, *shared);
    if (!split)
        return NULL;
    if (!apart) {
        find_group(split, key, network, &group);
        if (group && !enlarge_list(tracker, &split->groups[group - 1]))
            return NULL;
        return group ? &split->groups[group - 1] : shared;
    }
    groups = enlarge(tracker, split->groups, split->group_count, &split->group_capacity,
                     sizeof *groups);
    if (!groups)
        return NULL;
    split->groups = groups;
    groups[split->group_count] = NULL;
    if (!enlarge_list(tracker, &groups[split->group_count]))
        return NULL;
    split->group_count++;
    if (!add_route(tracker, split, network, descends(key), split->group_count))
        return NULL;
    return &groups[split->group_count - 1];
}

/* A segment of sockets that several networks share, in a network that it did not come in so far: of
 * which group is it? NULL: of none. */
static struct tl_connection *find_in_groups(struct tl_tracker *tracker, struct key *key,
                                            const struct tl_segment *s, enum tl_role *sender)
{
    const struct incarnations *shared = find_shared(tracker, key);

    for (uint32_t group = 0; group <= shared->split->group_count; group++) {
        struct tl_connection *c = last_of(tracker, group_of(shared, group));
        enum tl_role role = TL_CLIENT;

        is_between(c, key, &role);
        if (!fits(c, s, role))
            continue;
        add_route(tracker, shared->split, s->network, descends(key), group);
        *sender = role;
        tracker->last = c;
        return c;
    }
    return NULL;
}

/* The same addresses and ports in two networks are two connections when both are alive and the numbers
 * cannot be one conversation's. A conversation whose directions travel under different tags, or which
 * is captured inside and outside of a tunnel, is one. NULL: another one begins here. */
static struct tl_connection *choose_network(struct tl_tracker *tracker, struct key *key,
                                            const struct tl_segment *s, struct tl_connection *c,
                                            enum tl_role *sender)
{
    uint32_t group;

    if (c->flags & TL_CONNECTION_SPLIT)
        return find_group(find_shared(tracker, key)->split, key, s->network, &group)
                   ? c
                   : find_in_groups(tracker, key, s, sender);
    if (knows_network(tracker, c, key, s->network)) {
        note_network(tracker, c, key, s->network);
        return c;
    }
    if (!fits(c, s, *sender) && !(is_gone(c, TL_CLIENT) && is_gone(c, TL_SERVER)))
        return NULL;
    note_network(tracker, c, key, s->network);
    return c;
}

/* Would choose_network() find this connection, and learn nothing? */
static bool is_network_settled(const struct tl_tracker *tracker, const struct tl_connection *c,
                               struct key *key, uint32_t network)
{
    uint32_t group;

    if (!network && !tracker->network_chunks)
        return true;
    if (c->flags & TL_CONNECTION_SPLIT)
        return find_group(find_shared(tracker, key)->split, key, network, &group);
    return seen_by(tracker, c)->network[descends(key)][0] == network;
}

static struct tl_connection *begin(struct tl_tracker *tracker, struct key *key,
                                   const struct tl_segment *s, enum tl_role sender,
                                   struct tl_connection *anew_in, bool apart)
{
    struct tl_connection *c;
    struct incarnations **list = NULL;
    struct slot *slot;
    uint32_t hash = hash_key(tracker, key);

    if (!enlarge_table(tracker) || !enlarge_connections(tracker))
        return NULL;
    slot = look_up(tracker, hash, key).slot;
    if (slot->whose && !enlarge_incarnations(tracker, slot))
        return NULL;
    if (slot->whose)
        list = list_for(tracker, slot, key, s->network, apart);
    if (slot->whose && !list)
        return NULL;
    c = at_number(tracker, tracker->connection_count);
    if (!set_sockets(tracker, c, key, sender))
        return NULL;
    c->number = tracker->connection_count++;
    if (list) {
        c->flags |= TL_CONNECTION_REUSED;
        if (tracker->shared[slot->whose & ~SHARED]->split)
            c->flags |= TL_CONNECTION_SPLIT;
        (*list)->number[(*list)->count++] = c->number;
    } else {
        *slot = (struct slot){.hash = hash, .whose = c->number + 1};
        tracker->slots_used++;
    }
    tracker->last = c;
    first_network(tracker, c, key, s->network);
    if (anew_in)
        tl_connection_begin_anew(c, anew_in, s, &tracker->environment);
    else
        tl_connection_begin(c, s);
    return c;
}

/* Within TIME-WAIT a new connection is legal when its SYN could not be an old duplicate. */
static void name_reuse(struct tl_tracker *tracker, struct tl_connection *c,
                       const struct tl_connection *previous, const struct tl_segment *s, bool legal)
{
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
    uint64_t hash = hash_socket(tracker->config.seed, socket);
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

/* The connection that has this place, or NULL: nobody. */
static struct tl_connection *at_place(const struct tl_tracker *tracker, const struct server *server,
                                      uint32_t place)
{
    struct tl_connection *c =
        at_number(tracker, server->queue[place & (server->capacity - 1)]);

    return c->flags & TL_CONNECTION_COUNTED && c->v.half_open_place == place ? c : NULL;
}

/* The first connection from that place on, or NULL; the place is moved there, or to the end. */
static struct tl_connection *first_from(const struct tl_tracker *tracker,
                                        const struct server *server, uint32_t *place)
{
    struct tl_connection *c = NULL;

    while (*place != server->end && !(c = at_place(tracker, server, *place)))
        ++*place;
    return c;
}

static void discount(struct tl_tracker *tracker, struct server *server, struct tl_connection *c)
{
    if (c->flags & TL_CONNECTION_STALE)
        server->stale_count--;
    c->flags &= ~(uint32_t)(TL_CONNECTION_COUNTED | TL_CONNECTION_STALE);
    server->count--;
    /* An episode ends when the pile has shrunk to half. */
    if (server->stale_count <= tracker->config.syn_flood_threshold / 2)
        server->flooded = false;
}

/* Makes room in the queue for one more: first, places that are nobody's are given up. */
static bool enlarge_queue(struct tl_tracker *tracker, struct server *server)
{
    uint32_t capacity = server->capacity ? server->capacity : 4, end = 0, fresh = 0, *queue;
    struct tl_connection *c;

    if (server->end - server->oldest < server->capacity)
        return true;
    if (server->count > server->capacity / 2)
        capacity *= 2;
    queue = capacity ? tracker->memory.resize(tracker->memory.ctx, NULL, 0, capacity * sizeof *queue)
                     : NULL;
    if (!queue) {
        tracker->environment.out_of_memory = true;
        return false;
    }
    for (uint32_t place = server->oldest; (c = first_from(tracker, server, &place)); place++) {
        if (place - server->oldest < server->fresh - server->oldest)
            fresh = end + 1;
        queue[end] = c->number;
        c->v.half_open_place = end++;
    }
    if (server->queue)
        tracker->memory.resize(tracker->memory.ctx, server->queue,
                               server->capacity * sizeof *queue, 0);
    server->queue = queue;
    server->capacity = capacity;
    server->oldest = 0;
    server->fresh = fresh;
    server->end = end;
    return true;
}

static void count_opening(struct tl_tracker *tracker, struct server *server,
                          struct tl_connection *c)
{
    if (!enlarge_queue(tracker, server))
        return;
    server->queue[server->end & (server->capacity - 1)] = c->number;
    c->v.half_open_place = server->end++;
    c->flags |= TL_CONNECTION_COUNTED;
    server->count++;
}

/* Lets go of what began before the window, and finds what has become stale. */
static void age(struct tl_tracker *tracker, struct server *server, int64_t now_ns)
{
    struct tl_connection *c;

    while ((c = first_from(tracker, server, &server->oldest)) &&
           now_ns - tl_milestone_ns(c, TL_AT_SYN_ACK) > tracker->config.syn_flood_window_ns)
        discount(tracker, server, c);
    if (server->fresh - server->oldest > server->end - server->oldest)
        server->fresh = server->oldest;
    for (; (c = first_from(tracker, server, &server->fresh)) &&
           now_ns - tl_milestone_ns(c, TL_AT_SYN_ACK) >= HANDSHAKE_NS;
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
static uint32_t count_sources(struct tl_tracker *tracker, const struct server *server)
{
    size_t size = server->count * sizeof(uint64_t);
    uint64_t *hashes = tracker->memory.resize(tracker->memory.ctx, NULL, 0, size);
    uint32_t known = 0, sources = 0;
    struct tl_connection *c;

    if (!hashes)
        return server->count;
    for (uint32_t place = server->oldest; (c = first_from(tracker, server, &place)); place++) {
        struct tl_socket source = tl_connection_socket(c, TL_CLIENT);

        source.port = 0;
        hashes[known++] = hash_socket(tracker->config.seed, &source);
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
    const struct tl_connection *oldest;
    struct tl_socket socket;
    struct server *server;

    if (!tracker->config.syn_flood_threshold || (!half_open && !counted))
        return;
    socket = tl_connection_socket(c, TL_SERVER);
    server = find_server(tracker, &socket);
    if (!server)
        return;
    if (!half_open)
        discount(tracker, server, c);
    else if (!counted && !c->at[TL_AT_FIN_1].frame &&
             s->time_ns - tl_milestone_ns(c, TL_AT_SYN_ACK) <= tracker->config.syn_flood_window_ns)
        count_opening(tracker, server, c);
    age(tracker, server, s->time_ns);
    if (!half_open || server->flooded ||
        server->stale_count < tracker->config.syn_flood_threshold)
        return;
    server->flooded = true;
    oldest = first_from(tracker, server, &server->oldest);
    tl_connection_diagnose(c, s->frame, TL_SERVER, TL_DIAGNOSIS_syn_flood,
                           oldest ? oldest->first_frame : c->first_frame,
                           count_sources(tracker, server), &tracker->environment);
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

static void free_split(struct split *split, const struct tl_memory *memory)
{
    if (!split)
        return;
    for (uint32_t i = 0; i < split->group_count; i++)
        memory->resize(memory->ctx, split->groups[i],
                       incarnations_size(split->groups[i]->capacity), 0);
    if (split->groups)
        memory->resize(memory->ctx, split->groups, split->group_capacity * sizeof *split->groups,
                       0);
    if (split->routes)
        memory->resize(memory->ctx, split->routes, split->route_capacity * sizeof *split->routes,
                       0);
    memory->resize(memory->ctx, split, sizeof *split, 0);
}

static void free_connection(struct tl_connection *c, const struct tl_memory *memory)
{
    tl_change_log_free(&c->log, memory);
    for (int role = 0; role < 2; role++)
        if (tl_oddities(c)->end[role].islands)
            memory->resize(memory->ctx, c->oddities->end[role].islands, sizeof(struct tl_islands),
                           0);
    if (c->oddities)
        memory->resize(memory->ctx, c->oddities, sizeof *c->oddities, 0);
    if (c->address_length == TL_LONG)
        memory->resize(memory->ctx, c->u.long_sockets, sizeof *c->u.long_sockets, 0);
}

void tl_tracker_free(struct tl_tracker *tracker)
{
    struct tl_memory memory;

    if (!tracker)
        return;
    memory = tracker->memory;
    for (uint32_t i = 0; i < tracker->connection_count; i++) {
        struct tl_connection *c = at_number(tracker, i);

        free_connection(c, &memory);
    }
    tl_recents_free(&tracker->environment.recents, &memory);
    for (uint32_t i = 0; i < tracker->shared_count; i++) {
        free_split(tracker->shared[i]->split, &memory);
        memory.resize(memory.ctx, tracker->shared[i],
                      incarnations_size(tracker->shared[i]->capacity), 0);
    }
    for (uint32_t i = 0; i < tracker->network_chunks; i++)
        if (tracker->networks[i])
            memory.resize(memory.ctx, tracker->networks[i], CHUNK * sizeof **tracker->networks, 0);
    if (tracker->networks)
        memory.resize(memory.ctx, tracker->networks,
                      tracker->network_chunks * sizeof *tracker->networks, 0);
    if (tracker->shared)
        memory.resize(memory.ctx, tracker->shared,
                      tracker->shared_capacity * sizeof *tracker->shared, 0);
    for (uint32_t i = 0; i < tracker->chunk_count; i++)
        memory.resize(memory.ctx, tracker->chunks[i], CHUNK_BYTES, 0);
    for (uint32_t i = 0; i < tracker->server_slot_count; i++) {
        struct server *server = tracker->server_slots[i];

        if (server && server->queue)
            memory.resize(memory.ctx, server->queue, server->capacity * sizeof *server->queue, 0);
        if (server)
            memory.resize(memory.ctx, server, sizeof *server, 0);
    }
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

/* The socket that the connection before left behind may answer the new SYN with its own numbers
 * (RFC 9293, section 3.10.7.4), and be ended by the RST that this draws (RFC 1337). */
static void note_old_life(struct tl_tracker *tracker, struct tl_connection *c,
                          const struct key *key, const struct tl_segment *s, enum tl_role sender)
{
    const uint8_t flags = s->flags & (TL_SYN | TL_ACK | TL_RST | TL_FIN);
    const uint32_t numbers = TL_END_HAS_SND_NXT | TL_END_HAS_ACK;
    const struct tl_kept_end *answering;
    struct tl_connection *old;
    enum tl_role before;

    if (sender == TL_SERVER ? flags != TL_ACK || s->length || c->at[TL_AT_SYN_ACK].frame ||
                                  !(c->kept[TL_SERVER].flags & TL_END_REFUSED_ACK)
                            : flags != TL_RST || !(c->flags & TL_CONNECTION_OLD_LIFE))
        return;
    old = tl_tracker_previous(tracker, c);
    if (!old || !is_between(old, key, &before))
        return;
    answering = &old->kept[before];
    if (sender == TL_CLIENT)
        tl_connection_old_life_ends(c, old, s, TL_SERVER, &tracker->environment);
    else if ((answering->flags & numbers) == numbers && s->seq == answering->snd_nxt &&
             s->ack == answering->ack)
        tl_connection_old_life_answers(c, old, s, TL_SERVER, &tracker->environment);
}

/* The next change comes of this part of its frame, where there is another one before it. */
static void expect_part(struct tl_environment *environment, const struct tl_segment *s,
                        bool is_pending)
{
    environment->frame = s->frame;
    environment->part = s->part;
    environment->part_is_pending = is_pending;
}

/* The log tells a frame's segments apart where there are several on the same sockets. What the first
 * one did is over; what the next one does is still to come, perhaps nothing. */
static void note_part(struct tl_tracker *tracker, struct tl_connection *c,
                      const struct tl_segment *s)
{
    struct tl_environment *environment = &tracker->environment;
    const struct tl_change *last = c->log.count ? &c->log.changes[c->log.count - 1] : NULL;

    expect_part(environment, s, true);
    if (last && last->frame == s->frame && !(last->kind == TL_PART && last->u.part <= s->part))
        tl_begin_part(c, environment);
}

static struct tl_connection *take_by_all_rules(struct tl_tracker *tracker,
                                               const struct tl_segment *s, struct key *key,
                                               struct tl_connection *c, enum tl_role *sender)
{
    struct tl_segment renumbered;
    struct tl_connection *previous, *anew_in = NULL;
    enum tl_role role = *sender;
    const uint8_t flags = s->flags & (TL_SYN | TL_ACK | TL_RST | TL_FIN);
    const bool syn = flags == TL_SYN, syn_ack = flags == (TL_SYN | TL_ACK);
    const int64_t msl_ns = tracker->environment.msl_ns;
    bool anew = true, apart = false;

    if (c && (s->network || tracker->network_chunks)) {
        c = choose_network(tracker, key, s, c, sender);
        apart = !c;
        role = *sender;
    }
    if (c)
        s = tl_connection_renumber(c, s, role, &renumbered, &tracker->environment);
    previous = c;
    if (c) {
        if (c->last_frame == s->frame)
            note_part(tracker, c, s);
        /* What ended without a segment ends before this one. */
        tl_connection_clock(c, s->frame, s->time_ns, &tracker->environment);
        if (((syn_ack || flags == (TL_RST | TL_ACK)) && answers_anew(c, s, role)) ||
            (syn && repeats_anew(c, s, role, msl_ns)) || goes_on_anew(c, s, role))
            anew_in = c;
        else if (syn)
            anew = syn_begins_anew(c, s, role, msl_ns);
        else if (syn_ack)
            anew = syn_ack_begins_anew(c, s, role);
        else
            anew = segment_begins_anew(c, s, role);
        /* Behind a scan's probe and its answer a connection may begin. */
        if (c->flags & TL_CONNECTION_STRAY)
            anew = !tl_is_stray(s) && !(s->flags & TL_RST);
        if (syn && anew && !anew_in && is_kept_syn(c, s, role, msl_ns))
            anew_in = c;
        if ((anew || anew_in) &&
            (tl_connection_is_captured_again(c, s, role, recent_mark_of(s, role),
                                             &tracker->environment) ||
             tl_connection_disbelieves(c, s, role))) {
            anew = false;
            anew_in = NULL;
        }
    }
    if (anew) {
        bool in_time_wait = c && (tl_connection_state(c, TL_CLIENT) == TL_TIME_WAIT ||
                                  tl_connection_state(c, TL_SERVER) == TL_TIME_WAIT);
        bool from_client =
            anew_in ? role == tl_oddities(anew_in)->anew_by : is_from_client(tracker, s);

        *sender = from_client ? TL_CLIENT : TL_SERVER;
        /* So it is found with which part of the frame the new one begins. */
        expect_part(&tracker->environment, s, s->part > 0);
        c = begin(tracker, key, s, *sender, anew_in, apart);
        if (!c)
            return NULL;
        if (tracker->environment.part_is_pending)
            tl_begin_part(c, &tracker->environment);
        /* (Where memory ran out, there is no such entry.) */
        if (s->part > 0 && c->log.count && c->log.changes[0].kind == TL_PART)
            c->log.changes[0].code = 1;
        /* Two equal sockets are both the client's. */
        is_between(c, key, sender);
        /* A SYN that waited inside the old connection had been found illegal. */
        if (previous && !(previous->flags & TL_CONNECTION_STRAY))
            name_reuse(tracker, c, previous, s, !(in_time_wait && anew_in));
    }
    tl_connection_segment(c, s, *sender, &tracker->environment);
    if (tl_connection_is_with_itself(c))
        tl_connection_segment(c, s, tl_other(*sender), &tracker->environment);
    if (c->flags & TL_CONNECTION_REUSED)
        note_old_life(tracker, c, key, s, *sender);
    watch_half_open(tracker, c, s);
    return c;
}

static struct tl_connection *take(struct tl_tracker *tracker, const struct tl_segment *s,
                                  struct key *key, enum tl_role *sender)
{
    struct tl_connection *c = find_newest(tracker, key, s->network, sender);

    if (c && !tracker->config.no_shortcuts && is_network_settled(tracker, c, key, s->network) &&
        tl_connection_ordinary_segment(c, s, *sender, &tracker->environment))
        return c;
    c = take_by_all_rules(tracker, s, key, c, sender);
    /* What comes next is of another segment. */
    tracker->environment.part_is_pending = false;
    return c;
}

struct tl_connection *tl_tracker_segment(struct tl_tracker *tracker, const struct tl_segment *s,
                                         enum tl_role *sender)
{
    struct key key;

    make_key(&key, &s->source, &s->destination);
    return take(tracker, s, &key, sender);
}

/* ---- several segments at once ---------------------------------------------------------------- */

/* So many segments ahead, the table is asked for, and then the connection: less than half as many
 * as a processor can have on their way, and enough for the slowest memory. */
enum { SLOT_AHEAD = 16, CONNECTION_AHEAD = 8 };

/* Only what makes memory come sooner: nothing depends on it. */
static void fetch(const void *memory)
{
#if defined(__GNUC__)
    __builtin_prefetch(memory, 1);
#else
    (void)memory;
#endif
}

static void fetch_slot(const struct tl_tracker *tracker, struct key *key)
{
    if (tracker->slots)
        fetch(&tracker->slots[hash_key(tracker, key) & (tracker->slot_count - 1)]);
}

static void fetch_connection(const struct tl_tracker *tracker, const struct key *key)
{
    const uint32_t mask = tracker->slot_count - 1;
    const char *c;

    if (!key->is_hashed)
        return;
    for (uint32_t i = key->hash & mask; tracker->slots[i].whose; i = (i + 1) & mask) {
        if (tracker->slots[i].hash != key->hash)
            continue;
        c = (const char *)newest(tracker, &tracker->slots[i]);
        fetch(c);
        fetch(c + CACHE_LINE);
        return;
    }
}

void tl_tracker_segments(struct tl_tracker *tracker, const struct tl_segment *segments,
                         size_t count, struct tl_taken *taken)
{
    struct key keys[SLOT_AHEAD];

    for (size_t i = 0; i < count + SLOT_AHEAD; i++) {
        struct key *key = &keys[i % SLOT_AHEAD];

        if (i >= SLOT_AHEAD) {
            const size_t now = i - SLOT_AHEAD;

            taken[now].connection = take(tracker, &segments[now], key, &taken[now].sender);
        }
        if (i < count) {
            make_key(key, &segments[i].source, &segments[i].destination);
            fetch_slot(tracker, key);
        }
        if (i >= CONNECTION_AHEAD && i - CONNECTION_AHEAD < count)
            fetch_connection(tracker, &keys[(i - CONNECTION_AHEAD) % SLOT_AHEAD]);
    }
}

/* ---- from outside, again --------------------------------------------------------------------- */

struct tl_connection *tl_tracker_icmp_error(struct tl_tracker *tracker, uint32_t frame,
                                            int64_t time_ns, const struct tl_socket *source,
                                            const struct tl_socket *destination, tl_seq seq,
                                            uint8_t icmp_type, uint8_t icmp_code)
{
    struct key key;
    enum tl_role sender;
    struct tl_connection *c;

    make_key(&key, source, destination);
    c = find_newest(tracker, &key, 0, &sender);
    return c && tl_connection_icmp_error(c, frame, time_ns, sender, seq, icmp_type, icmp_code,
                                         &tracker->environment)
               ? c
               : NULL;
}

/* Which part of its first frame a connection begins with. */
static uint32_t first_part(const struct tl_connection *c)
{
    const struct tl_change *first = c->log.count ? &c->log.changes[0] : NULL;

    return first && first->kind == TL_PART && first->code ? first->u.part : 0;
}

/* Does it begin at or before this part of the frame? */
static bool has_begun(const struct tl_connection *c, uint32_t frame, uint32_t part)
{
    const uint32_t from = tl_found_from(c);

    return from < frame || (from == frame && first_part(c) <= part);
}

struct tl_connection *tl_tracker_find_segment(struct tl_tracker *tracker,
                                              const struct tl_segment *s, enum tl_role *sender)
{
    const struct incarnations *shared;
    struct tl_connection *c;
    struct key key;

    make_key(&key, &s->source, &s->destination);
    c = find_newest(tracker, &key, s->network, sender);
    shared = c && !has_begun(c, s->frame, s->part) && c->flags & TL_CONNECTION_REUSED
                 ? find_shared(tracker, &key)
                 : NULL;
    if (shared && shared->split) {
        uint32_t group;

        /* Before the others came, all networks were one. */
        find_group(shared->split, &key, s->network, &group);
        if (has_begun(at_number(tracker, group_of(shared, group)->number[0]), s->frame, s->part))
            shared = group_of(shared, group);
    }
    if (shared) {
        /* The last incarnation that begins at or before it. */
        uint32_t count = count_before(tracker, shared, true, s->frame + 1);

        while (count > 1 &&
               !has_begun(at_number(tracker, shared->number[count - 1]), s->frame, s->part))
            count--;
        c = at_number(tracker, shared->number[count ? count - 1 : 0]);
        is_between(c, &key, sender);
    }
    return c && has_begun(c, s->frame, s->part) ? c : NULL;
}

struct tl_connection *tl_tracker_find(struct tl_tracker *tracker, uint32_t frame,
                                      const struct tl_socket *source,
                                      const struct tl_socket *destination, enum tl_role *sender)
{
    const struct tl_segment segment = {
        .frame = frame, .part = UINT32_MAX, .source = *source, .destination = *destination};

    return tl_tracker_find_segment(tracker, &segment, sender);
}

static bool is_in(const struct tl_tracker *tracker, const struct incarnations *list,
                  uint32_t number)
{
    const uint32_t place = count_before(tracker, list, false, number);

    return place < list->count && list->number[place] == number;
}

/* The incarnations among which this connection is, of those on its sockets. */
static const struct incarnations *list_of(const struct tl_tracker *tracker,
                                          const struct incarnations *shared, uint32_t number)
{
    if (!shared || !shared->split)
        return shared;
    for (uint32_t group = 0; group <= shared->split->group_count; group++)
        if (is_in(tracker, group_of(shared, group), number))
            return group_of(shared, group);
    return NULL;
}

static struct tl_connection *neighbour(const struct tl_tracker *tracker,
                                       const struct tl_connection *c, bool later)
{
    struct tl_socket client, server;
    const struct incarnations *shared;
    struct key key;
    uint32_t place;

    if (!(c->flags & TL_CONNECTION_REUSED))
        return NULL;
    client = tl_connection_socket(c, TL_CLIENT);
    server = tl_connection_socket(c, TL_SERVER);
    make_key(&key, &client, &server);
    shared = list_of(tracker, find_shared(tracker, &key), c->number);
    if (!shared)
        return NULL;
    place = count_before(tracker, shared, false, c->number);
    if (later ? place + 1 == shared->count : !place)
        return NULL;
    return at_number(tracker, shared->number[later ? place + 1 : place - 1]);
}

struct tl_connection *tl_tracker_previous(const struct tl_tracker *tracker,
                                          const struct tl_connection *connection)
{
    return neighbour(tracker, connection, false);
}

struct tl_connection *tl_tracker_next(const struct tl_tracker *tracker,
                                      const struct tl_connection *connection)
{
    return neighbour(tracker, connection, true);
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
