/* See world.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "world.h"

#include <string.h>

uint16_t world_iss(enum tl_role role)
{
    return role == TL_CLIENT ? 100 : 300;
}

struct world world_new(const struct budget *budget, unsigned policy)
{
    struct world world;

    memset(&world, 0, sizeof world); /* padding too: worlds are compared as bytes */
    world.left = *budget;
    world.end[TL_CLIENT] = endpoint_new(world_iss(TL_CLIENT), policy & 1, policy & 4);
    world.end[TL_SERVER] = endpoint_new(world_iss(TL_SERVER), policy & 2, policy & 4);
    endpoint_listen(&world.end[TL_SERVER]);
    if (budget->server_opens)
        endpoint_listen(&world.end[TL_CLIENT]); /* whoever opens first is the client */
    memcpy(world.seen, world.end, sizeof world.seen);
    memcpy(world.departed, world.end, sizeof world.departed);
    return world;
}

/* Element `at` leaves a queue. What gets free at its end is zero again: worlds are compared as
 * bytes. */
static void remove_at(void *queue, uint8_t *count, size_t size, int at)
{
    uint8_t left = --*count;
    char *gap = (char *)queue + (size_t)at * size, *end = (char *)queue + left * size;

    memmove(gap, gap + size, (size_t)(end - gap));
    memset(end, 0, size);
}

static struct departure take_before(struct world *world, enum tl_role role, int at)
{
    struct departure departure = world->before[role][at];

    remove_at(world->before[role], &world->before_count[role], sizeof departure, at);
    return departure;
}

static struct flight take_after(struct world *world, enum tl_role role, int at)
{
    struct flight flight = world->after[role][at];

    remove_at(world->after[role], &world->after_count[role], sizeof flight, at);
    return flight;
}

/* Two ends that an impostor has set at odds acknowledge each other for ever: so many segments are looked at. */
enum { LONGEST_QUARREL = 10 };

static bool has_room(const struct world *world)
{
    uint8_t limit = world->left.in_flight;

    return !(world->forged && world->captures >= LONGEST_QUARREL) &&
           world->before_count[0] < limit && world->before_count[1] < limit &&
           world->after_count[0] < limit && world->after_count[1] < limit;
}

/* Departure: on the way to the capture point. has_room() was asked. */
static void depart(struct world *world, enum tl_role role, const struct sent *out)
{
    for (int i = 0; i < out->count && world->before_count[role] < IN_FLIGHT; i++) {
        struct departure *departure = &world->before[role][world->before_count[role]++];

        departure->flight.segment = out->segment[i];
        departure->flight.order = ++world->departures[role];
        departure->departed = departure->since = world->end[role];
    }
}

/* From what is it known that `role` sent it: it was seen, or the other end acknowledges it. */
static void know(struct world *world, enum tl_role role, const struct departure *departure)
{
    if (departure->flight.order > world->seen_order[role]) {
        world->seen_order[role] = departure->flight.order;
        world->seen[role] = departure->since;
        world->departed[role] = departure->departed;
    }
}

static void know_acknowledged(struct world *world, enum tl_role role, uint16_t ack)
{
    for (int i = 0; i < world->unseen_count[role]; i++) {
        struct wire_segment segment = world->unseen[role][i].flight.segment;

        if (wire_segment_end(segment) > segment.seq && wire_segment_end(segment) <= ack)
            know(world, role, &world->unseen[role][i]);
    }
}

/* A RST without ACK answers a segment, and bears the number which that acknowledged. */
static void know_answered(struct world *world, enum tl_role role, uint16_t ack)
{
    for (int i = 0; i < world->unseen_count[role]; i++)
        if (world->unseen[role][i].flight.segment.flags & TL_ACK && world->unseen[role][i].flight.segment.ack == ack)
            know(world, role, &world->unseen[role][i]);
}

static void be_unseen(struct world *world, enum tl_role role, const struct departure *departure)
{
    world->never_seen++;
    if (world->unseen_count[role] < UNSEEN)
        world->unseen[role][world->unseen_count[role]++] = *departure;
}

static void fly_on(struct world *world, enum tl_role role, struct flight flight)
{
    world->after[role][world->after_count[role]++] = flight;
}

static void pass_capture(struct world *world, enum tl_role role, struct departure *departure, capture_fn *capture,
                         void *context)
{
    struct flight *flight = &departure->flight;

    world->captures++;
    capture(context, role, flight->segment);
    if (flight->mirrored)
        return;
    know(world, role, departure);
    world->departed_at[role] = world->captures;
    if (flight->segment.flags & TL_ACK)
        know_acknowledged(world, tl_other(role), flight->segment.ack);
    else if (flight->segment.flags & TL_RST)
        know_answered(world, tl_other(role), flight->segment.seq);
    flight->captured = world->captures;
    fly_on(world, role, *flight);
}

/* It arrives at what an observer takes for the end: answers are not sent. */
static void arrive_in_mind(struct endpoint *end, struct wire_segment segment)
{
    struct sent ignored = {.count = 0};

    endpoint_receive(end, segment, &ignored);
}

/* What the end becomes, and what the observer knows of it becomes, too. */
static void arrive(struct world *world, enum tl_role role, struct flight flight)
{
    struct sent out = {.count = 0};

    endpoint_receive(&world->end[role], flight.segment, &out);
    if (flight.captured) {
        arrive_in_mind(&world->seen[role], flight.segment);
        if (flight.captured > world->departed_at[role])
            arrive_in_mind(&world->departed[role], flight.segment);
        for (int i = 0; i < world->before_count[role]; i++)
            arrive_in_mind(&world->before[role][i].since, flight.segment);
        for (int i = 0; i < world->unseen_count[role]; i++)
            arrive_in_mind(&world->unseen[role][i].since, flight.segment);
    }
    depart(world, role, &out);
}

/* The end, given all that was captured for it after so many segments, and has not arrived yet. */
static enum tl_state state_after(const struct world *world, struct endpoint end, enum tl_role role, uint8_t captured_after)
{
    enum tl_role peer = tl_other(role);

    for (int i = 0; i < world->after_count[peer]; i++)
        if (world->after[peer][i].captured > captured_after)
            arrive_in_mind(&end, world->after[peer][i].segment);
    return (enum tl_state)end.state;
}

enum tl_state world_seen(const struct world *world, enum tl_role role)
{
    return state_after(world, world->seen[role], role, 0);
}

enum tl_state world_departed(const struct world *world, enum tl_role role)
{
    return state_after(world, world->departed[role], role, world->departed_at[role]);
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
    case 5:
        happened = endpoint_acknowledge(end, &out);
        break;
    default:
        happened = world->left.updates && endpoint_update(end, &out);
        world->left.updates -= happened;
        break;
    }
    depart(world, role, &out);
    return happened;
}

/* What can happen to the segment at the head of a way, or, for a fault, to one behind it. */
enum network_event { PASSES, IS_LOST, IS_COPIED, IS_MISSED, IS_MIRRORED, NETWORK_EVENTS };

/* What happens to segment `at` on the way to the capture point. */
static bool network_event_before(struct world *world, enum tl_role role, enum network_event event, int at,
                                 capture_fn *capture, void *context)
{
    bool is_fault = at > 0 || event == IS_LOST || event == IS_COPIED || event == IS_MISSED;
    struct departure departure;

    if (at >= world->before_count[role] || is_fault > world->left.faults ||
        (event != PASSES && (at > 0 || world->before[role][at].flight.mirrored)) ||
        (event == IS_MIRRORED && !world->left.mirrors))
        return false;
    world->left.faults = (uint8_t)(world->left.faults - is_fault);
    switch (event) {
    case IS_COPIED:
        departure = world->before[role][at];
        pass_capture(world, role, &departure, capture, context);
        break;
    case IS_MIRRORED:
        world->left.mirrors--;
        departure = world->before[role][at];
        world->before[role][at].flight.mirrored = true;
        pass_capture(world, role, &departure, capture, context);
        break;
    case IS_LOST:
        departure = take_before(world, role, at);
        be_unseen(world, role, &departure);
        break;
    case IS_MISSED:
        departure = take_before(world, role, at);
        be_unseen(world, role, &departure);
        fly_on(world, role, departure.flight);
        break;
    default:
        departure = take_before(world, role, at);
        world->never_seen = (uint8_t)(world->never_seen + (at > 0)); /* those before it: not yet, at least */
        pass_capture(world, role, &departure, capture, context);
        break;
    }
    return true;
}

/* The same behind the capture point. */
static bool network_event_after(struct world *world, enum tl_role role, enum network_event event, int at)
{
    bool is_fault = at > 0 || event != PASSES;
    struct flight flight;

    if (at >= world->after_count[role] || is_fault > world->left.faults || (event != PASSES && at > 0) ||
        event == IS_MISSED || event == IS_MIRRORED)
        return false;
    world->left.faults = (uint8_t)(world->left.faults - is_fault);
    flight = event == IS_COPIED ? world->after[role][at] : take_after(world, role, at);
    if (event == IS_LOST)
        world->lost_behind = (uint8_t)(world->lost_behind + (flight.captured != 0));
    else
        arrive(world, tl_other(role), flight);
    return true;
}

/* What an impostor may send in the name of `role`: with the numbers that the other end expects, or one beyond
 * them. */
enum forgery { FORGED_RST, FORGED_EARLY_RST, FORGED_FIN, FORGED_FIN_OF_UNSENT, FORGED_OCTET, FORGED_ACK_OF_UNSENT,
               FORGED_SYN, FORGERIES };

static struct wire_segment forge(const struct endpoint *victim, enum tl_role role, enum forgery kind)
{
    const uint16_t seq = victim->state == TL_SYN_SENT ? (uint16_t)(world_iss(role) + 1) : victim->rcv_nxt;
    const uint16_t ack = victim->snd_nxt, unsent = (uint16_t)(victim->snd_nxt + 1);

    switch (kind) {
    case FORGED_RST: return (struct wire_segment){.seq = seq, .ack = ack, .flags = TL_RST | TL_ACK};
    case FORGED_EARLY_RST: return (struct wire_segment){.seq = (uint16_t)(seq + 1), .ack = ack, .flags = TL_RST | TL_ACK};
    case FORGED_FIN: return (struct wire_segment){.seq = seq, .ack = ack, .flags = TL_FIN | TL_ACK};
    case FORGED_FIN_OF_UNSENT: return (struct wire_segment){.seq = seq, .ack = unsent, .flags = TL_FIN | TL_ACK};
    case FORGED_OCTET: return (struct wire_segment){.seq = seq, .ack = ack, .flags = TL_PSH | TL_ACK, .length = 1};
    case FORGED_ACK_OF_UNSENT: return (struct wire_segment){.seq = seq, .ack = unsent, .flags = TL_ACK};
    default: return (struct wire_segment){.seq = (uint16_t)(seq + 50), .flags = TL_SYN};
    }
}

/* The impostor knows the numbers of both ends; what the capture holds of the victim shows what fits. */
static bool impostor_event(struct world *world, enum tl_role role, enum forgery kind, capture_fn *capture, void *context)
{
    const struct endpoint *victim = &world->end[tl_other(role)];
    struct flight flight;

    if (!world->left.forgeries || victim->state < TL_SYN_SENT || !world->departed_at[tl_other(role)])
        return false;
    world->left.forgeries--;
    world->forged++;
    world->captures++;
    flight = (struct flight){.segment = forge(victim, role, kind), .captured = world->captures};
    capture(context, role, flight.segment);
    fly_on(world, role, flight);
    return true;
}

enum { END_EVENTS = 7, WAYS = 4 };

bool world_step(struct world *world, int event, bool *happened, capture_fn *capture, void *context)
{
    enum tl_role role = (enum tl_role)(event & 1);
    int number = event - 2 * (END_EVENTS + FORGERIES);
    int kind = number / WAYS % NETWORK_EVENTS, at = number / WAYS / NETWORK_EVENTS;

    if (number >= 0 && at >= IN_FLIGHT)
        return false;
    if (!has_room(world))
        *happened = false;
    else if (event / 2 < END_EVENTS)
        *happened = end_event(world, role, event / 2);
    else if (number < 0)
        *happened = impostor_event(world, role, (enum forgery)(event / 2 - END_EVENTS), capture, context);
    else if (number & 2)
        *happened = network_event_after(world, role, (enum network_event)kind, at);
    else
        *happened = network_event_before(world, role, (enum network_event)kind, at, capture, context);
    return true;
}
