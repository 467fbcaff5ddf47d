/* Every life that two RFC 9293 ends can have within a bound, watched by the tracker.
 *
 *     explore [NAME…]
 *
 * All interleavings of what users, timers and the network can do are enumerated (a world reached
 * twice with the same capture is continued once; the schedules are counted all the same). What was
 * captured until now is a prefix. For each prefix the program collects every pair of states that an
 * ideal observer would have to report in some schedule that leads to it:
 *
 * - one pair: the capture determines the states, and the tracker must report them;
 * - several pairs: two truths look the same on the wire, which proves that nobody who sees only
 *   this capture can know. The tracker must report one of them; an end that it does not call
 *   presumed must be in the same state in all of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/tracker.h"
#include "world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS = TL_STATE_COUNT * TL_STATE_COUNT, MAX_DEPTH = 64, SHOWN = 8 };

struct scenario {
    const char *name;
    bool run; /* when no name is given */
    uint32_t quarrels; /* captures that are known to be told as none of the truths found */
    struct budget budget;
};

/* Lives a little beyond a scenario's bound, which make the same capture. */
struct doubt {
    const char *name;
    struct budget more;
};
static const struct doubt doubts[] = {
    {"a close of each end", {.closes = {true, true}}},
    {"one octet more of each end", {.octets = {1, 1}, .closes = {true, true}}},
    {"one acknowledgement more that nothing called for", {.updates = 1, .closes = {true, true}}},
    {"one packet captured twice", {.mirrors = 1, .closes = {true, true}}},
    {"one retransmission more", {.retransmits = 1, .closes = {true, true}}},
    {"a segment of an impostor", {.forgeries = 1}},
    {"one fault more", {.faults = 1, .closes = {true, true}}},
    {"one fault and one octet of each end more", {.faults = 1, .octets = {1, 1}, .closes = {true, true}}},
    {"one fault and one retransmission more", {.faults = 1, .retransmits = 1, .closes = {true, true}}},
    {"two faults more", {.faults = 2, .closes = {true, true}}},
    {"three faults more", {.faults = 3, .closes = {true, true}}},
    {"four faults and one octet of each end more", {.faults = 4, .octets = {1, 1}, .closes = {true, true}}},
};
enum { DOUBTS = sizeof doubts / sizeof *doubts, TWO_FAULTS = DOUBTS - 3, IN_FLIGHT_BY_DEFAULT = 4 };

static const struct scenario scenarios[] = {
#include "scenarios.inc"
};

/* What was captured until now, as a tree: every prefix knows the one before it. */
struct prefix {
    uint64_t hash;
    uint32_t before, length;
    struct wire_segment segment;
    uint8_t sender;
    uint8_t state[2]; /* the tracker's answer */
    bool presumed[2];
    bool bad, wrong;
    bool suspect; /* one behind it, or itself, is wrong as far as is known */
    bool gap; /* something behind the handshake was sent, and not captured, not yet at least */
    uint16_t captured[2]; /* behind the highest number captured of each end */
    uint8_t fewest_unseen, fewest_odd;
    uint64_t truths[2]; /* bit client * 11 + server: some schedule's states */
    uint64_t departed[2]; /* the same, where either end may be told of as it departed (world.h) */
    bool disproved; /* in a schedule in which the fewest segments were never seen, an end is not where
                       it was called proven to be */
    uint64_t likely[2]; /* of the schedules in which, also, the fewest captured segments were lost */
};

struct visited {
    uint64_t hash;
    double schedules;
};

static struct prefix *prefixes;
static uint32_t prefix_count, prefix_room;
static uint32_t *prefix_table;
static uint64_t prefix_mask;
static struct visited *visited_table;
static uint64_t visited_mask, visited_count, generation; /* entries of earlier generations are not found */
/* Only captures that are suspect are continued, and only what is possible at all is noted. */
static bool in_doubt;
static bool gave_up; /* in doubt, it became too much */

static void *must(void *memory)
{
    if (!memory) {
        fprintf(stderr, "explore: out of memory\n");
        exit(2);
    }
    return memory;
}

static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
    const unsigned char *bytes = data;

    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = 0;

        memcpy(&word, bytes + i, size - i < 8 ? size - i : 8);
        hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 29;
    }
    return hash;
}

/* ---- the tracker's answer ------------------------------------------------------------------ */

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx, (void)old_size;
    if (!new_size) {
        free(block);
        return NULL;
    }
    return must(realloc(block, new_size));
}

static struct tl_socket socket_of(enum tl_role role)
{
    struct tl_socket socket = {.address = {10, 0, 0, (uint8_t)role}, .port = role == TL_CLIENT ? 40000 : 80, .family = 1,
                               .address_length = 4};

    return socket;
}

/* So close together that anything may still be on its way: nothing is concluded from the clock. */
enum { STEP_NS = 100000 };

static void ask_tracker(struct prefix *last)
{
    const struct prefix *path[MAX_DEPTH];
    struct tl_memory memory = {.resize = resize};
    struct tl_config config = {.msl_ns = TL_DEFAULT_MSL_NS};
    struct tl_tracker *tracker = must(tl_tracker_new(&memory, &config));
    struct tl_connection *connection = NULL;
    enum tl_role sender = TL_CLIENT;
    struct tl_states states;
    uint32_t count = last->length;

    for (const struct prefix *p = last; p->length; p = &prefixes[p->before])
        path[p->length - 1] = p;
    for (uint32_t i = 0; i < count; i++) {
        struct tl_segment segment = {
            .frame = i + 1, .time_ns = (int64_t)(i + 1) * STEP_NS,
            .source = socket_of((enum tl_role)path[i]->sender),
            .destination = socket_of(tl_other((enum tl_role)path[i]->sender)),
            .seq = path[i]->segment.seq, .ack = path[i]->segment.ack, .flags = path[i]->segment.flags,
            .length = path[i]->segment.length, .window = 1000, .window_scale = -1};

        connection = must(tl_tracker_segment(tracker, &segment, &sender));
    }
    states = tl_connection_states_after(connection, count);
    for (int role = 0; role < 2; role++) {
        last->state[role] = (uint8_t)states.state[role];
        last->presumed[role] = states.presumed[role];
    }
    /* Sockets decide who is who: the first of the prefix may have been the server's. */
    if (sender != (enum tl_role)last->sender) {
        uint8_t state = last->state[0];
        bool presumed = last->presumed[0];

        last->state[0] = last->state[1];
        last->state[1] = state;
        last->presumed[0] = last->presumed[1];
        last->presumed[1] = presumed;
    }
    tl_tracker_free(tracker);
}

/* Is this number behind all that was captured, or is certain to have been sent, of an end? */
static bool is_beyond(const struct prefix *prefix, enum tl_role role, uint16_t number)
{
    return number > world_iss(role) + 1 && number > prefix->captured[role];
}

/* A number that was never captured may have been an octet or a FIN. */
static void note_gap(struct prefix *prefix, const struct prefix *before)
{
    enum tl_role sender = (enum tl_role)prefix->sender;
    uint16_t end = wire_segment_end(prefix->segment);

    memcpy(prefix->captured, before->captured, sizeof prefix->captured);
    prefix->gap = before->gap || is_beyond(prefix, sender, prefix->segment.seq) ||
                  is_beyond(prefix, tl_other(sender), prefix->segment.ack);
    if (end > prefix->captured[sender])
        prefix->captured[sender] = end;
}

/* ---- prefixes ---------------------------------------------------------------------------- */

static uint32_t prefix_after(uint32_t before, enum tl_role sender, struct wire_segment segment)
{
    struct {
        uint64_t before;
        struct wire_segment segment;
        uint16_t sender;
    } key = {prefixes[before].hash, segment, (uint16_t)sender};
    uint64_t hash = mix(1, &key, sizeof key), slot = hash & prefix_mask;
    struct prefix *prefix;

    for (; prefix_table[slot]; slot = (slot + 1) & prefix_mask)
        if (prefixes[prefix_table[slot]].hash == hash)
            return prefix_table[slot];
    if (in_doubt)
        return 0;
    if (prefix_count == prefix_room || prefix_count > prefix_mask / 2) {
        fprintf(stderr, "explore: more than %" PRIu32 " captures: choose a smaller bound\n", prefix_count);
        exit(2);
    }
    prefix = &prefixes[prefix_count];
    *prefix = (struct prefix){.hash = hash, .before = before, .length = prefixes[before].length + 1, .segment = segment,
                              .sender = (uint8_t)sender, .fewest_unseen = UINT8_MAX, .fewest_odd = UINT8_MAX};
    note_gap(prefix, &prefixes[before]);
    ask_tracker(prefix);
    prefix_table[slot] = prefix_count;
    return prefix_count++;
}

/* Adds a pair to those of the schedules with the smallest `odd` so far. */
static void note_smallest(uint64_t pairs[2], uint8_t *smallest, int odd, int pair)
{
    if (odd < *smallest) {
        *smallest = (uint8_t)odd;
        pairs[0] = pairs[1] = 0;
    }
    if (odd == *smallest)
        pairs[pair >> 6] |= UINT64_C(1) << (pair & 63);
}

/* Without a connection, a socket that listens and none at all answer alike. */
static bool is_as_good_as(int state, int other)
{
    return state == other || (state <= TL_LISTEN && other <= TL_LISTEN);
}

static void note_truth(struct prefix *prefix, const struct world *world)
{
    int seen[2] = {(int)world_seen(world, TL_CLIENT), (int)world_seen(world, TL_SERVER)};
    int departed[2] = {(int)world_departed(world, TL_CLIENT), (int)world_departed(world, TL_SERVER)};
    int pair = seen[TL_CLIENT] * TL_STATE_COUNT + seen[TL_SERVER];
    int told[4];

    for (int i = 0; i < 4; i++) {
        told[i] = (i & 1 ? departed : seen)[TL_CLIENT] * TL_STATE_COUNT + (i & 2 ? departed : seen)[TL_SERVER];
        prefix->departed[told[i] >> 6] |= UINT64_C(1) << (told[i] & 63);
    }
    if (in_doubt)
        return;
    prefix->truths[pair >> 6] |= UINT64_C(1) << (pair & 63);
    /* No stack in use is known to drop, to the letter, an acknowledgement with a repeated FIN: the
     * tracker calls proven what follows from it. */
    if (world->end[TL_CLIENT].lenient && !world->forged && world->never_seen <= prefix->fewest_unseen) {
        if (world->never_seen < prefix->fewest_unseen)
            prefix->disproved = false;
        prefix->fewest_unseen = world->never_seen;
        for (int role = 0; role < 2; role++)
            prefix->disproved = prefix->disproved ||
                                (!prefix->presumed[role] && !is_as_good_as(prefix->state[role], seen[role]) &&
                                 !is_as_good_as(prefix->state[role], departed[role]));
    }
    for (int i = 0; i < 4; i++)
        note_smallest(prefix->likely, &prefix->fewest_odd, world->never_seen + world->lost_behind + world->forged, told[i]);
}

struct captured {
    bool any;
    enum tl_role sender;
    struct wire_segment segment;
};

static void capture(void *context, enum tl_role sender, struct wire_segment segment)
{
    *(struct captured *)context = (struct captured){true, sender, segment};
}

/* The number of schedules from here on. */
static double explore(const struct world *world, uint32_t prefix)
{
    uint64_t hash = mix(prefixes[prefix].hash ^ generation, world, sizeof *world), slot = hash & visited_mask;
    double schedules = 0;
    struct world next = *world;
    bool happened;

    for (; visited_table[slot].hash; slot = (slot + 1) & visited_mask)
        if (visited_table[slot].hash == hash)
            return visited_table[slot].schedules;
    if (gave_up)
        return 0;
    for (int event = 0;; event++) {
        struct captured captured = {.any = false};
        uint32_t after = prefix;

        if (!world_step(&next, event, &happened, capture, &captured))
            break;
        if (!happened)
            continue;
        if (captured.any) {
            if (prefixes[prefix].length == MAX_DEPTH) {
                fprintf(stderr, "explore: more than %d segments: choose a smaller bound\n", MAX_DEPTH);
                exit(2);
            }
            after = prefix_after(prefix, captured.sender, captured.segment);
            if (in_doubt && (!after || !prefixes[after].suspect)) {
                next = *world;
                continue;
            }
            note_truth(&prefixes[after], &next);
        }
        schedules += explore(&next, after);
        next = *world;
    }
    if (schedules < 1)
        schedules = 1; /* nothing can happen any more: the end of one schedule */
    if (visited_count++ > visited_mask / 4 * 3) {
        gave_up = in_doubt;
        if (gave_up)
            return 0;
        fprintf(stderr, "explore: more than %" PRIu64 " worlds: choose a smaller bound\n", visited_count);
        exit(2);
    }
    for (slot = hash & visited_mask; visited_table[slot].hash; slot = (slot + 1) & visited_mask)
        ;
    visited_table[slot] = (struct visited){hash, schedules};
    return schedules;
}

/* ---- what it comes to -------------------------------------------------------------------------- */

static void show_pairs(const uint64_t pairs[2])
{
    for (int pair = 0; pair < PAIRS; pair++)
        if (pairs[pair >> 6] >> (pair & 63) & 1)
            printf(" %s/%s", tl_state_name((enum tl_state)(pair / TL_STATE_COUNT)),
                   tl_state_name((enum tl_state)(pair % TL_STATE_COUNT)));
    printf("\n");
}

static void show(const struct prefix *prefix)
{
    const struct prefix *path[MAX_DEPTH];

    for (const struct prefix *p = prefix; p->length; p = &prefixes[p->before])
        path[p->length - 1] = p;
    for (uint32_t i = 0; i < prefix->length; i++) {
        const struct wire_segment *s = &path[i]->segment;

        printf("    %c%s%s%s%s seq %d ack %d len %d  -> %s%s %s%s\n", path[i]->sender == TL_CLIENT ? '>' : '<',
               s->flags & TL_SYN ? " SYN" : "", s->flags & TL_FIN ? " FIN" : "", s->flags & TL_RST ? " RST" : "",
               s->flags & TL_ACK ? " ACK" : "", s->seq, s->ack, s->length,
               tl_state_name((enum tl_state)path[i]->state[0]), path[i]->presumed[0] ? "?" : "",
               tl_state_name((enum tl_state)path[i]->state[1]), path[i]->presumed[1] ? "?" : "");
    }
    printf("    true:       ");
    show_pairs(prefix->truths);
    printf("    likely:     ");
    show_pairs(prefix->likely);
}

static bool contains(const uint64_t pairs[2], int pair)
{
    return pairs[pair >> 6] >> (pair & 63) & 1;
}

static bool is_single(const uint64_t pairs[2])
{
    return __builtin_popcountll(pairs[0]) + __builtin_popcountll(pairs[1]) == 1;
}

enum verdict { RIGHT, WRONG, UNLIKELY, UNPROVEN, VERDICTS };
static const char *const verdicts[] = {"RIGHT", "WRONG", "UNLIKELY", "UNPROVEN"};

/* All schedules of a budget. Their number. */
static double explore_all(struct budget budget, int in_flight)
{
    double schedules = 0;

    budget.in_flight = (uint8_t)in_flight;
    for (unsigned policy = 0; policy < POLICIES; policy++) {
        struct world world = world_new(&budget, policy);

        generation += UINT64_C(0x9E3779B97F4A7C15);
        if (visited_count > visited_mask / 4) {
            memset(visited_table, 0, (visited_mask + 1) * sizeof *visited_table);
            visited_count = 0;
        }
        schedules += explore(&world, 0);
    }
    return schedules;
}

static bool is_wrong(const struct prefix *prefix)
{
    return !contains(prefix->departed, prefix->state[TL_CLIENT] * TL_STATE_COUNT + prefix->state[TL_SERVER]);
}

/* Marks what is wrong, and what leads to it. How many are wrong. `*explained`, unless NULL: the shortest capture that
 * was wrong, and is not any more; or 0. */
static uint32_t suspect_wrong(uint32_t *explained)
{
    uint32_t wrong = 0;

    for (uint32_t i = 1; explained && i < prefix_count; i++)
        if (prefixes[i].suspect && prefixes[i].wrong && !is_wrong(&prefixes[i]) &&
            (!*explained || prefixes[i].length < prefixes[*explained].length))
            *explained = i;

    for (uint32_t i = 1; i < prefix_count; i++)
        prefixes[i].suspect = false;
    for (uint32_t i = 1; i < prefix_count; i++)
        if ((prefixes[i].wrong = is_wrong(&prefixes[i]))) {
            wrong++;
            for (struct prefix *p = &prefixes[i]; p->length && !p->suspect; p = &prefixes[p->before])
                p->suspect = true;
        }
    return wrong;
}

static struct budget sum(struct budget a, struct budget b)
{
    a.faults = (uint8_t)(a.faults + b.faults);
    a.retransmits = (uint8_t)(a.retransmits + b.retransmits);
    a.updates = (uint8_t)(a.updates + b.updates);
    a.mirrors = (uint8_t)(a.mirrors + b.mirrors);
    /* What an impostor may have sent, its alleged sender may have sent as well. */
    a.aborts = (uint8_t)(a.aborts + a.forgeries);
    a.forgeries = b.forgeries;
    for (int role = 0; role < 2; role++) {
        a.octets[role] = (uint8_t)(a.octets[role] + b.octets[role]);
        a.closes[role] = a.closes[role] || b.closes[role];
    }
    return a;
}

/* For each capture for which the tracker reports states that no life within the bound has: is there one a
 * little beyond it? Then two lives made the same capture, and nobody can know which one it was. */
static void give_benefit_of_doubt(const struct scenario *scenario)
{
    uint32_t wrong = suspect_wrong(NULL);

    in_doubt = true;
    /* Two ends that an impostor set at odds have too many lives with two faults and more. */
    for (int i = 0; i < (scenario->budget.forgeries ? TWO_FAULTS : DOUBTS) && wrong; i++) {
        uint32_t before = wrong, explained = 0;

        explore_all(sum(scenario->budget, doubts[i].more), IN_FLIGHT);
        if (gave_up)
            printf("  (too much to look at: lives with %s)\n", doubts[i].name);
        gave_up = false;
        wrong = suspect_wrong(&explained);
        if (explained) {
            printf("  %" PRIu32 " captures have the states reported in a life with %s; the shortest:\n", before - wrong,
                   doubts[i].name);
            show(&prefixes[explained]);
        }
        fflush(stdout);
    }
    in_doubt = false;
}

static int run(const struct scenario *scenario)
{
    double schedules;
    uint32_t shown = 0, unknowable = 0, shortest = 0, counts[VERDICTS] = {0};

    prefix_count = 1;
    memset(prefix_table, 0, (prefix_mask + 1) * sizeof *prefix_table);
    prefixes[0] = (struct prefix){.hash = 1};
    schedules = explore_all(scenario->budget, IN_FLIGHT_BY_DEFAULT);
    give_benefit_of_doubt(scenario);
    for (uint32_t i = 1; i < prefix_count; i++) {
        struct prefix *prefix = &prefixes[i];
        int pair = prefix->state[TL_CLIENT] * TL_STATE_COUNT + prefix->state[TL_SERVER];
        enum verdict verdict = RIGHT;

        if (!is_single(prefix->truths)) {
            unknowable++;
            if (!shortest || prefix->length < prefixes[shortest].length)
                shortest = i;
        }
        prefix->bad = false;
        if (is_wrong(prefix))
            verdict = WRONG;
        else if (!contains(prefix->truths, pair))
            continue;
        else if (!contains(prefix->likely, pair))
            verdict = UNLIKELY;
        else if (prefix->disproved && !prefix->gap)
            verdict = UNPROVEN;
        counts[verdict]++;
        prefix->bad = verdict != RIGHT;
        /* What is wrong once often stays wrong: the first segment of each is shown. */
        if (prefix->bad && !prefixes[prefix->before].bad && shown++ < SHOWN) {
            printf("  %s\n", verdicts[verdict]);
            show(prefix);
        }
    }
    if (shortest) {
        printf("  several truths of one capture; the shortest:\n");
        show(&prefixes[shortest]);
    }
    printf("%-24s %.3g schedules, %" PRIu32 " captures: %" PRIu32 " wrong, %" PRIu32 " unlikely, %" PRIu32
           " called proven but not; several truths in %" PRIu32 "\n",
           scenario->name, schedules, prefix_count - 1, counts[WRONG], counts[UNLIKELY], counts[UNPROVEN], unknowable);
    if (counts[WRONG] != scenario->quarrels)
        printf("%-24s %" PRIu32 " wrong ones are known (scenarios.inc, docs/model.md)\n", scenario->name,
               scenario->quarrels);
    fflush(stdout);
    return counts[WRONG] != scenario->quarrels || counts[UNLIKELY] + counts[UNPROVEN] != 0;
}

int main(int argc, char **argv)
{
    int failed = 0, done = 0;

    prefix_room = 1u << 22;
    prefix_mask = (1u << 23) - 1;
    visited_mask = (1u << 25) - 1;
    prefixes = must(calloc(prefix_room, sizeof *prefixes));
    prefix_table = must(calloc(prefix_mask + 1, sizeof *prefix_table));
    visited_table = must(calloc(visited_mask + 1, sizeof *visited_table));
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        bool asked = argc == 1 && scenarios[i].run;

        for (int arg = 1; arg < argc; arg++)
            asked = asked || !strcmp(argv[arg], scenarios[i].name);
        if (asked) {
            failed |= run(&scenarios[i]);
            done++;
        }
    }
    if (!done) {
        fprintf(stderr, "explore: no scenario is called so\n");
        return 2;
    }
    return failed;
}
