/* See world.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "world.h"

#include <string.h>

struct world world_new(const struct budget *budget, unsigned policy)
{
    struct world world;

    memset(&world, 0, sizeof world); /* padding too: worlds are compared as bytes */
    world.left = *budget;
    world.end[TL_CLIENT] = endpoint_new(100, policy & 1, policy & 4);
    world.end[TL_SERVER] = endpoint_new(300, policy & 2, policy & 4);
    endpoint_listen(&world.end[TL_SERVER]);
    if (budget->server_opens)
        endpoint_listen(&world.end[TL_CLIENT]); /* whoever opens first is the client */
    memcpy(world.seen, world.end, sizeof world.seen);
    return world;
}

static struct flight take(struct flight *queue, uint8_t *count, int at)
{
    struct flight flight = queue[at];

    memmove(queue + at, queue + at + 1, (size_t)(*count - at - 1) * sizeof *queue);
    memset(queue + --*count, 0, sizeof *queue);
    return flight;
}

static bool has_room(const struct world *world)
{
    return world->before_count[0] < IN_FLIGHT && world->before_count[1] < IN_FLIGHT &&
           world->after_count[0] < IN_FLIGHT && world->after_count[1] < IN_FLIGHT;
}

/* Departure: on the way to the capture point. */
static void depart(struct world *world, enum tl_role role, const struct sent *out)
{
    for (int i = 0; i < out->count && world->before_count[role] < IN_FLIGHT; i++) {
        struct flight *flight = &world->before[role][world->before_count[role]++];

        flight->segment = out->segment[i];
        flight->order = ++world->departures[role];
        flight->sender = world->end[role];
    }
}

/* From what is it known that `role` sent it: it was seen, or the other end acknowledges it. */
static void know(struct world *world, enum tl_role role, const struct flight *flight)
{
    if (flight->order > world->seen_order[role]) {
        world->seen_order[role] = flight->order;
        world->seen[role] = flight->sender;
    }
}

static void know_acknowledged(struct world *world, enum tl_role role, uint16_t ack)
{
    for (int i = 0; i < world->unseen_count[role]; i++) {
        struct flight *flight = &world->unseen[role][i];

        if (wire_segment_end(flight->segment) > flight->segment.seq && wire_segment_end(flight->segment) <= ack)
            know(world, role, flight);
    }
}

static void be_unseen(struct world *world, enum tl_role role, const struct flight *flight)
{
    if (world->unseen_count[role] < UNSEEN)
        world->unseen[role][world->unseen_count[role]++] = *flight;
}

static void pass_capture(struct world *world, enum tl_role role, struct flight flight, capture_fn *capture, void *context)
{
    know(world, role, &flight);
    world->departed_at[role] = ++world->captures;
    if (flight.segment.flags & TL_ACK)
        know_acknowledged(world, tl_other(role), flight.segment.ack);
    flight.captured = world->captures;
    memset(&flight.sender, 0, sizeof flight.sender);
    world->after[role][world->after_count[role]++] = flight;
    capture(context, role, flight.segment);
}

/* It arrives at what an observer takes for the end: answers are not sent. */
static void arrive_in_mind(struct endpoint *end, struct wire_segment segment)
{
    struct sent ignored = {.count = 0};

    endpoint_receive(end, segment, &ignored);
}

/* What the end becomes, and what the observer knows of it becomes, too. */
static void arrive(struct world *world, enum tl_role role, const struct flight *flight)
{
    struct sent out = {.count = 0};

    endpoint_receive(&world->end[role], flight->segment, &out);
    if (flight->captured) {
        arrive_in_mind(&world->seen[role], flight->segment);
        for (int i = 0; i < world->before_count[role]; i++)
            arrive_in_mind(&world->before[role][i].sender, flight->segment);
        for (int i = 0; i < world->unseen_count[role]; i++)
            arrive_in_mind(&world->unseen[role][i].sender, flight->segment);
    }
    depart(world, role, &out);
}

static enum tl_state state_after(const struct world *world, enum tl_role role, uint8_t captured_after)
{
    struct endpoint end = world->seen[role];
    enum tl_role peer = tl_other(role);

    for (int i = 0; i < world->after_count[peer]; i++)
        if (world->after[peer][i].captured > captured_after)
            arrive_in_mind(&end, world->after[peer][i].segment);
    return (enum tl_state)end.state;
}

enum tl_state world_seen(const struct world *world, enum tl_role role)
{
    return state_after(world, role, 0);
}

enum tl_state world_departed(const struct world *world, enum tl_role role)
{
    return state_after(world, role, world->departed_at[role]);
}

/* What users and timers of an end do. */
static bool end_event(struct world *world, enum tl_role role, int event)
{
    struct endpoint *end = &world->end[role];
    struct sent out = {.count = 0};
    bool happened = false;

    switch (event) {
    case 0:
        happened = (role == TL_CLIENT || world->left.server_opens) && world->departures[role] == 0 &&
                   !end->opened && endpoint_open(end, &out);
        end->opened |= happened;
        break;
    case 1:
        happened = world->left.octets[role] && endpoint_send(end, &out);
        world->left.octets[role] -= happened;
        break;
    case 2:
        /* Nobody closes a socket that was never opened, nor LISTEN: no segment would tell. */
        happened = world->left.closes[role] && end->state != TL_LISTEN && endpoint_close(end, &out);
        world->left.closes[role] = world->left.closes[role] && !happened;
        break;
    case 3:
        happened = world->left.aborts && endpoint_abort(end, &out);
        world->left.aborts -= happened;
        break;
    case 4:
        happened = world->left.retransmits && endpoint_retransmit(end, &out);
        world->left.retransmits -= happened;
        break;
    default:
        happened = endpoint_acknowledge(end, &out);
        break;
    }
    depart(world, role, &out);
    return happened;
}

/* What happens to segment `at` on one of the four ways. */
static bool network_event(struct world *world, enum tl_role role, bool behind, int kind, int at, capture_fn *capture,
                          void *context)
{
    struct flight *queue = behind ? world->after[role] : world->before[role];
    uint8_t *count = behind ? &world->after_count[role] : &world->before_count[role];
    int cost = kind != 0 || at != 0;
    struct flight flight;

    if (at >= *count || cost > world->left.faults || (kind != 0 && at != 0))
        return false;
    world->left.faults = (uint8_t)(world->left.faults - cost);
    flight = kind == 2 ? queue[at] : take(queue, count, at); /* kind 2: one copy more */
    if (kind == 1) { /* lost */
        if (behind)
            world->lost_behind = (uint8_t)(world->lost_behind + (flight.captured != 0));
        else
            be_unseen(world, role, &flight);
        world->never_seen = (uint8_t)(world->never_seen + !behind);
    } else if (kind == 3) { /* not captured */
        if (behind)
            return false;
        be_unseen(world, role, &flight);
        world->never_seen++;
        memset(&flight.sender, 0, sizeof flight.sender);
        world->after[role][world->after_count[role]++] = flight;
    } else if (behind) {
        arrive(world, tl_other(role), &flight);
    } else {
        world->never_seen = (uint8_t)(world->never_seen + (at > 0)); /* not yet, at least */
        pass_capture(world, role, flight, capture, context);
    }
    return true;
}

enum { END_EVENTS = 6, KINDS = 4, WAYS = 4 };

bool world_step(struct world *world, int event, bool *happened, capture_fn *capture, void *context)
{
    struct world before = *world;

    if (event < 2 * END_EVENTS) {
        *happened = has_room(world) && end_event(world, (enum tl_role)(event & 1), event / 2);
    } else {
        int number = event - 2 * END_EVENTS, way = number % WAYS, kind = number / WAYS % KINDS, at = number / WAYS / KINDS;

        if (at >= IN_FLIGHT)
            return false;
        *happened = has_room(world) &&
                    network_event(world, (enum tl_role)(way & 1), way & 2, kind, at, capture, context);
    }
    if (!*happened)
        *world = before;
    return true;
}
