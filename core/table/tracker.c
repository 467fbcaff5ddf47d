/* The tracker: finds a segment's connection by its two sockets, and hands it on.
 *
 * It knows every incarnation on two sockets, in order. It cannot know of a
 * connection none of whose segments was captured.
 *
 * Read first: RFC 9293, sections 3.4.1, 3.5 and 3.6.1; RFC 6191.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/table/tracker.h"
#include "core/life/begin.h"
#include "core/life/clock.h"
#include "core/life/connection.h"
#include "core/life/old_life.h"
#include "core/life/ordinary.h"
#include "core/life/passage.h"
#include "core/life/rejection.h"
#include "core/life/renumbering.h"
#include "core/record/hosts.h"
#include "core/record/oddities.h"
#include "core/record/recents.h"
#include "core/rfc/segment.h"
#include "core/table/allocate.h"
#include "core/table/incarnations.h"
#include "core/table/sockets.h"

#include <string.h>

/* Twice this behind the latest time that a segment may have is a time, too. */
static const int64_t LONGEST_MSL_NS = INT64_MAX / 4;

static int64_t usable_msl(int64_t msl_ns)
{
    return msl_ns < 0 ? 0 : msl_ns < LONGEST_MSL_NS ? msl_ns : LONGEST_MSL_NS;
}

struct tl_tracker *tl_tracker_new(const struct tl_memory *memory, const struct tl_config *config)
{
    struct tl_tracker *tracker = memory->resize(memory->ctx, NULL, 0, sizeof *tracker);

    if (!tracker)
        return NULL;
    *tracker = (struct tl_tracker){.memory = *memory, .config = *config};
    tracker->environment = (struct tl_environment){
        .memory = &tracker->memory,
        .msl_ns = usable_msl(config->msl_ns),
        .close_wait_limit_ns = config->close_wait_limit_ns,
        .told_of_host = config->host,
        .told_ctx = config->ctx};
    tracker->index.store.environment = &tracker->environment;
    tracker->index.seed[0] = config->seed[0];
    tracker->index.seed[1] = config->seed[1];
    tracker->half_open.store = &tracker->index.store;
    tracker->half_open.config = &tracker->config;
    return tracker;
}

void tl_tracker_free(struct tl_tracker *tracker)
{
    struct tl_memory memory;

    if (!tracker)
        return;
    memory = tracker->memory;
    tl_recents_free(&tracker->environment.recents, &memory);
    tl_hosts_free(&tracker->environment.hosts, &memory);
    tl_half_open_free(&tracker->half_open, &memory);
    tl_networks_free(&tracker->networks, &tracker->index, &memory);
    tl_index_free(&tracker->index, &memory);
    tl_store_free(&tracker->index.store, &memory);
    tl_release(&memory, tracker, sizeof *tracker);
}

static struct tl_connection *look_up_newest(struct tl_tracker *tracker, struct tl_key *key,
                                            uint32_t network, enum tl_role *sender)
{
    struct tl_entry entry =
        tl_look_up(&tracker->index, tl_key_hash(tracker->index.seed, key), key);

    *sender = entry.sender;
    if (entry.newest && entry.newest->flags & TL_CONNECTION_SPLIT)
        entry.newest = tl_newest_in_network(&tracker->index, &entry, key, network, sender);
    if (entry.newest)
        tracker->last = entry.newest;
    return entry.newest;
}

/* The newest connection on these sockets in this network, and who has the first of them; or NULL. */
static struct tl_connection *find_newest(struct tl_tracker *tracker, struct tl_key *key,
                                         uint32_t network, enum tl_role *sender)
{
    return tracker->last && !(tracker->last->flags & TL_CONNECTION_SPLIT) &&
                   tl_is_between(tracker->last, key, sender)
               ? tracker->last
               : look_up_newest(tracker, key, network, sender);
}

/* ---- a segment ------------------------------------------------------------------------------- */

/* Who is the client (contract, section 3)? */
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

static struct tl_connection *begin(struct tl_tracker *tracker, struct tl_key *key,
                                   const struct tl_segment *s, enum tl_role sender,
                                   struct tl_connection *anew_in, bool apart)
{
    struct tl_connection *c;
    struct tl_incarnations **list = NULL;
    struct tl_slot *slot;
    uint32_t hash = tl_key_hash(tracker->index.seed, key);

    if (!tl_enlarge_table(&tracker->index) || !tl_store_enlarge(&tracker->index.store))
        return NULL;
    slot = tl_look_up(&tracker->index, hash, key).slot;
    if (!slot || (slot->whose && !tl_enlarge_incarnations(&tracker->index, slot)))
        return NULL;
    if (slot->whose)
        list = tl_list_for(&tracker->networks, &tracker->index, slot, key, s->network, apart);
    if (slot->whose && !list)
        return NULL;
    c = tl_store_next(&tracker->index.store);
    if (!tl_store_sockets(&tracker->index.store, c, key, sender))
        return NULL;
    tl_store_took(&tracker->index.store, c);
    if (list) {
        c->flags |= TL_CONNECTION_REUSED;
        if (tracker->index.shared[slot->whose & ~TL_SHARED]->split)
            c->flags |= TL_CONNECTION_SPLIT;
        (*list)->number[(*list)->count++] = c->number;
    } else {
        *slot = (struct tl_slot){.hash = hash, .whose = c->number + 1};
        tracker->index.slots_used++;
    }
    tracker->last = c;
    tl_first_network(&tracker->networks, &tracker->index, c, key, s->network);
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
                           tl_store_ordinal(&tracker->index.store, previous->number), &tracker->environment);
}

/* Does a socket that an old connection left behind send this? Of one whose SYN,ACK was not captured only
 * what it acknowledges is known. */
static bool has_old_numbers(const struct tl_connection *old, enum tl_role role,
                            const struct tl_segment *s)
{
    const struct tl_kept_end *X = &old->kept[role], *Y = &old->kept[tl_other(role)];

    if (X->flags & TL_END_HAS_SND_NXT && s->seq != X->snd_nxt)
        return false;
    return X->flags & TL_END_HAS_RCV_NXT ? s->ack == X->rcv_nxt
                                     : Y->flags & TL_END_HAS_SND_NXT && s->ack == Y->snd_nxt;
}

/* The socket that the connection before left behind may answer the new SYN with its own numbers
 * (RFC 9293, section 3.10.7.4), and be ended by the RST that this draws (RFC 1337). */
static void note_old_life(struct tl_tracker *tracker, struct tl_connection *c,
                          const struct tl_key *key, const struct tl_segment *s, enum tl_role sender)
{
    const uint8_t flags = s->flags & (TL_SYN | TL_ACK | TL_RST | TL_FIN);
    struct tl_connection *old;
    enum tl_role before;

    if (sender == TL_SERVER ? flags != TL_ACK || s->length || c->at[TL_AT_SYN_ACK].frame ||
                                  !(c->kept[TL_SERVER].flags & TL_END_REFUSED_ACK)
                            : flags != TL_RST || !(c->flags & TL_CONNECTION_OLD_LIFE))
        return;
    old = tl_tracker_previous(tracker, c);
    if (!old || !tl_is_between(old, key, &before))
        return;
    if (sender == TL_CLIENT)
        tl_connection_old_life_ends(c, old, s, TL_SERVER, &tracker->environment);
    else if (has_old_numbers(old, before, s))
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

/* Does an entry say something of a segment in this frame? */
static bool is_told_of(const struct tl_change *change, uint32_t frame)
{
    return change->frame == frame || (change->kind == TL_IGNORED && change->u.until == frame);
}

/* The log tells a frame's segments apart where there are several on the same sockets. What the first
 * one did is over; what the next one does is still to come, perhaps nothing. */
static void note_part(struct tl_tracker *tracker, struct tl_connection *c,
                      const struct tl_segment *s)
{
    struct tl_environment *environment = &tracker->environment;
    const struct tl_change *last = c->log.count ? &c->log.changes[c->log.count - 1] : NULL;

    expect_part(environment, s, true);
    if (last && is_told_of(last, s->frame) && !(last->kind == TL_PART && last->u.part <= s->part))
        tl_begin_part(c, environment);
}

/* A segment begins another connection on its sockets: behind `previous`, or NULL: it is the first. */
static struct tl_connection *begin_life(struct tl_tracker *tracker, const struct tl_segment *s,
                                        struct tl_key *key, struct tl_connection *previous,
                                        struct tl_connection *anew_in, bool apart,
                                        enum tl_role *sender)
{
    const bool in_time_wait =
        previous && (tl_connection_state(previous, TL_CLIENT) == TL_TIME_WAIT ||
                     tl_connection_state(previous, TL_SERVER) == TL_TIME_WAIT);
    const bool from_client =
        anew_in ? *sender == tl_oddities(anew_in)->anew_by : is_from_client(tracker, s);
    struct tl_connection *c;

    *sender = from_client ? TL_CLIENT : TL_SERVER;
    /* So it is found with which part of the frame the new one begins. */
    expect_part(&tracker->environment, s, s->part > 0);
    c = begin(tracker, key, s, *sender, anew_in, apart);
    if (!c)
        return NULL;
    if (previous)
        tl_inherit_network(&tracker->networks, &tracker->index, c, previous, key);
    if (tracker->environment.part_is_pending)
        tl_begin_part(c, &tracker->environment);
    /* (Where memory ran out, there is no such entry.) */
    if (s->part > 0 && c->log.count && c->log.changes[0].kind == TL_PART)
        c->log.changes[0].code = 1;
    /* Two equal sockets are both the client's. */
    tl_is_between(c, key, sender);
    /* A SYN that waited inside the old connection had been found illegal. */
    if (previous && !(previous->flags & TL_CONNECTION_STRAY))
        name_reuse(tracker, c, previous, s, !(in_time_wait && anew_in));
    return c;
}

static struct tl_connection *take_by_all_rules(struct tl_tracker *tracker,
                                               const struct tl_segment *s, struct tl_key *key,
                                               struct tl_connection *c, enum tl_role *sender)
{
    struct tl_segment renumbered, first;
    enum tl_beginning beginning = TL_BEGINS_ANEW;
    bool apart = false;

    /* No frame has this number: it says that there is none. */
    if (!s->frame) {
        first = *s;
        first.frame = 1;
        s = &first;
    }

    if (c && (s->network || tracker->networks.chunk_count)) {
        c = tl_choose_network(&tracker->networks, &tracker->index, key, s, c, sender);
        apart = !c;
        if (c)
            tracker->last = c;
    }
    if (c) {
        s = tl_connection_renumber(c, s, *sender, &renumbered, &tracker->environment);
        if (c->last_frame == s->frame)
            note_part(tracker, c, s);
        /* What ended without a segment ends before this one. */
        tl_connection_clock(c, s->frame, s->time_ns, &tracker->environment);
        beginning = tl_what_begins(c, s, *sender, &tracker->environment);
        if (beginning == TL_GOES_ON)
            tl_connection_note_lingering(c, s->frame, s->time_ns, &tracker->environment);
    }
    if (beginning != TL_GOES_ON)
        c = begin_life(tracker, s, key, c, beginning == TL_BEGINS_WITH_KEPT_SYN ? c : NULL, apart,
                       sender);
    if (!c)
        return NULL;
    tl_connection_segment(c, s, *sender, &tracker->environment);
    if (tl_connection_is_with_itself(c)) {
        count_recent(&tracker->environment.recents);
        tl_connection_segment(c, s, tl_other(*sender), &tracker->environment);
    }
    if (c->flags & TL_CONNECTION_REUSED)
        note_old_life(tracker, c, key, s, *sender);
    tl_watch_half_open(&tracker->half_open, c, s);
    return c;
}

static struct tl_connection *take(struct tl_tracker *tracker, const struct tl_segment *s,
                                  struct tl_key *key, enum tl_role *sender)
{
    struct tl_connection *c = find_newest(tracker, key, s->network, sender);

    count_recent(&tracker->environment.recents);
    if (c && !tracker->config.no_shortcuts &&
        tl_is_network_settled(&tracker->networks, &tracker->index, c, key, s->network) &&
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
    struct tl_key key;

    tl_key_make(&key, &s->source, &s->destination);
    return take(tracker, s, &key, sender);
}

void tl_tracker_elsewhere(struct tl_tracker *tracker, uint64_t count, bool has_plain)
{
    struct tl_recents *recents = &tracker->environment.recents;

    if (count > TL_MOST_RECENT)
        count = TL_MOST_RECENT; /* all are forgotten */
    while (count--)
        count_recent(recents);
    if (has_plain)
        tracker->environment.has_plain = true;
}

void tl_tracker_host_elsewhere(struct tl_tracker *tracker, const struct tl_host_note *note)
{
    tl_host_learn(&tracker->environment, note);
}

/* ---- several segments at once ---------------------------------------------------------------- */

/* So many segments ahead, the table is asked for, and then the connection: less than half as many
 * as a processor can have on their way, and enough for the slowest memory. */
enum { SLOT_AHEAD = 16, CONNECTION_AHEAD = 8 };

void tl_tracker_segments(struct tl_tracker *tracker, const struct tl_segment *segments,
                         size_t count, struct tl_taken *taken)
{
    struct tl_key keys[SLOT_AHEAD] = {0};

    for (size_t i = 0; i < count + SLOT_AHEAD; i++) {
        struct tl_key *key = &keys[i % SLOT_AHEAD];

        if (i >= SLOT_AHEAD) {
            const size_t now = i - SLOT_AHEAD;

            taken[now].connection = take(tracker, &segments[now], key, &taken[now].sender);
        }
        if (i < count) {
            tl_key_make(key, &segments[i].source, &segments[i].destination);
            /* The connection of the segment before is the first that is tried. */
            if (!tl_is_same_pair(key, &keys[(i + SLOT_AHEAD - 1) % SLOT_AHEAD]))
                tl_fetch_slot(&tracker->index, key);
        }
        if (i >= CONNECTION_AHEAD && i - CONNECTION_AHEAD < count)
            tl_fetch_connection(&tracker->index, &keys[(i - CONNECTION_AHEAD) % SLOT_AHEAD]);
    }
}

/* ---- asked later ----------------------------------------------------------------------------- */

struct tl_connection *tl_tracker_icmp_error(struct tl_tracker *tracker, uint32_t frame,
                                            int64_t time_ns, const struct tl_socket *source,
                                            const struct tl_socket *destination, tl_seq seq,
                                            uint8_t icmp_type, uint8_t icmp_code)
{
    struct tl_key key;
    enum tl_role sender;
    struct tl_connection *c;

    tl_key_make(&key, source, destination);
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
    const struct tl_incarnations *shared;
    struct tl_connection *c;
    struct tl_key key;

    tl_key_make(&key, &s->source, &s->destination);
    c = find_newest(tracker, &key, s->network, sender);
    shared = c && !has_begun(c, s->frame, s->part) && c->flags & TL_CONNECTION_REUSED
                 ? tl_find_shared(&tracker->index, &key)
                 : NULL;
    if (shared && shared->split) {
        const struct tl_incarnations *here = tl_incarnations_in(shared, &key, s->network);

        /* Before the others came, all networks were one. */
        if (has_begun(tl_at_number(&tracker->index.store, here->number[0]), s->frame, s->part))
            shared = here;
    }
    if (shared) {
        /* The last incarnation that begins at or before it. */
        uint32_t count = tl_count_before(&tracker->index, shared, true, s->frame + 1);

        while (count > 1 &&
               !has_begun(tl_at_number(&tracker->index.store, shared->number[count - 1]), s->frame,
                          s->part))
            count--;
        c = tl_at_number(&tracker->index.store, shared->number[count ? count - 1 : 0]);
        tl_is_between(c, &key, sender);
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

static struct tl_connection *neighbour(const struct tl_tracker *tracker,
                                       const struct tl_connection *c, bool later)
{
    struct tl_socket client, server;
    const struct tl_incarnations *shared;
    struct tl_key key;
    uint32_t place;

    if (!(c->flags & TL_CONNECTION_REUSED))
        return NULL;
    client = tl_connection_socket(c, TL_CLIENT);
    server = tl_connection_socket(c, TL_SERVER);
    tl_key_make(&key, &client, &server);
    shared = tl_list_of(&tracker->index, tl_find_shared(&tracker->index, &key), c->number);
    if (!shared)
        return NULL;
    place = tl_count_before(&tracker->index, shared, false,
                            tl_store_ordinal(&tracker->index.store, c->number));
    if (later ? place + 1 == shared->count : !place)
        return NULL;
    return tl_at_number(&tracker->index.store, shared->number[later ? place + 1 : place - 1]);
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

uint32_t tl_tracker_ordinal(const struct tl_tracker *tracker,
                            const struct tl_connection *connection)
{
    return tracker ? tl_store_ordinal(&tracker->index.store, connection->number)
                   : connection->number;
}

uint32_t tl_tracker_connection_count(const struct tl_tracker *tracker)
{
    return tracker->index.store.connection_count;
}

struct tl_connection *tl_tracker_connection(const struct tl_tracker *tracker, uint32_t number)
{
    return number < tracker->index.store.connection_count &&
                   !tl_store_is_vacant(&tracker->index.store, number)
               ? tl_at_number(&tracker->index.store, number)
               : NULL;
}

bool tl_tracker_out_of_memory(const struct tl_tracker *tracker)
{
    return tracker->environment.out_of_memory;
}
