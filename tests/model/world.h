/* Two ends, the network between them, and a capture point on the path. For tests only.
 *
 *     client --> before the capture point --> after it --> server       (and the other way)
 *
 * The network loses, duplicates and reorders on both sides of the capture point, and the capture
 * misses segments, as long as the world's budget lasts.
 *
 * A world also keeps what an ideal observer at the capture point would say of each end ("seen"):
 * the state it was in after the last segment that it is known to have sent, and after it then got
 * everything that passed the capture point towards it and was not lost behind it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TEST_WORLD_H
#define TCPLIFE_TEST_WORLD_H

#include "rfc9293.h"

enum { IN_FLIGHT = 5, UNSEEN = 3 };

/* How much may happen in one life: what is counted down. */
struct budget {
    uint8_t faults;      /* segments lost, duplicated, reordered, not captured */
    uint8_t retransmits; /* of both ends together, needed or not */
    uint8_t octets[2];   /* by enum tl_role */
    uint8_t updates;     /* acknowledgements that nothing called for, as of a window (section 3.8.6) */
    uint8_t mirrors;     /* packets that the capture takes twice */
    uint8_t aborts;
    uint8_t forgeries; /* segments of an impostor before the capture point, who knows all numbers */
    bool closes[2];
    bool server_opens; /* a simultaneous open: the server leaves LISTEN by an active open */
    uint8_t in_flight; /* at most so many on each way; not counted down; up to IN_FLIGHT */
};

/* A segment on its way behind the capture point. */
struct flight {
    struct wire_segment segment;
    uint8_t order;    /* of departure, from 1 */
    uint8_t captured; /* as the how many-eth segment, from 1; 0: not */
    bool mirrored;    /* the capture will take it, and that is all: it has passed before */
};

/* A segment that was not captured, not yet at least. */
struct departure {
    struct flight flight;
    struct endpoint departed; /* its sender when it had left… */
    struct endpoint since;    /* …and what it has become by what was captured, and arrived since */
};

struct world {
    struct endpoint end[2]; /* by enum tl_role, as everything else here */
    struct endpoint seen[2], departed[2]; /* of the latest departure that is known of */
    uint8_t captures, departed_at[2]; /* segments captured; how many when its latest one was */
    uint8_t departures[2], seen_order[2];
    uint8_t before_count[2], after_count[2], unseen_count[2];
    struct departure before[2][IN_FLIGHT]; /* sent by that end */
    struct flight after[2][IN_FLIGHT];
    struct departure unseen[2][UNSEEN]; /* left, and passed by the capture point unseen */
    struct budget left;
    uint8_t lost_behind; /* captured segments that were then lost */
    uint8_t never_seen;  /* segments lost before the capture point, or missed there */
    uint8_t forged;      /* segments that an impostor sent */
};

/* Bits of `policy`, where the RFC leaves a choice: 0 and 1, whether the client and the server keep what
 * arrives out of order; 2, whether both are lenient as Linux is. */
enum { POLICIES = 8 };
uint16_t world_iss(enum tl_role role);
struct world world_new(const struct budget *budget, unsigned policy);

/* A segment of `sender` is captured: called between before and after. */
typedef void capture_fn(void *context, enum tl_role sender, struct wire_segment segment);

/* Everything that can happen next is numbered from 0. Does number `event`; false: there is no such
 * event. `*happened` is false for one that is not possible at present: the world is as before. */
bool world_step(struct world *world, int event, bool *happened, capture_fn *capture, void *context);

/* What the ideal observer says of an end at this moment. */
enum tl_state world_seen(const struct world *world, enum tl_role role);

/* The same by the letter of "after the departure of its segment" (contract, section 2): what was
 * captured before the end's own latest segment, and has not arrived yet, is not presumed to arrive. */
enum tl_state world_departed(const struct world *world, enum tl_role role);

#endif
