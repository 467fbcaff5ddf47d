/* What many connections have in common: how they opened and closed, how long it took, what went
 * wrong. The figures of -z tcplife,stat and -z tcplife,tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_COUNTS_H
#define TCPLIFE_LIFE_COUNTS_H

#include "output/figures/sample.h"
#include "tcplife/output/capture.h"
#include "tcplife/summary.h"

#include <stdint.h>

/*      identifier    in words */
#define LIFE_STEPS(S)                                                                              \
    S(SYN_ACK,     "handshake: SYN to SYN,ACK")                                                    \
    S(ACK,         "handshake: SYN,ACK to ACK")                                                    \
    S(HANDSHAKE,   "handshake: whole")                                                             \
    S(HALF_CLOSED, "teardown: half-closed (first FIN to second FIN)")                              \
    S(TEARDOWN,    "teardown: whole (first FIN to ACK of second FIN)")

enum life_step {
#define S(identifier, words) LIFE_STEP_##identifier,
    LIFE_STEPS(S)
#undef S
    LIFE_STEP_COUNT
};

/* All zero: of no connection. Samples are nanoseconds. */
struct life_counts {
    uint32_t connections;
    uint32_t opens[TL_OPEN_COUNT];
    uint32_t closes[TL_CLOSE_COUNT];
    uint32_t closed_by[2]; /* by enum tl_role */
    struct sample steps[LIFE_STEP_COUNT];
    struct sample stays[2][TL_STATE_COUNT]; /* by role and state: stays that have ended */
    uint32_t states[2][TL_STATE_COUNT][2];  /* by role: ends that are in this state now, [1] presumed */
    uint32_t experts[TL_DIAGNOSIS_COUNT];
};

/* "SYN-RECEIVED", "SYN-RECEIVED (presumed)". */
enum { LIFE_STATE_NAME_SIZE = 32 };
const char *life_state_name(enum tl_state state, bool is_presumed, char buffer[LIFE_STATE_NAME_SIZE]);

void life_counts_add(struct life_counts *counts, const struct tl_capture *capture,
                     const struct tl_connection *connection);
void life_counts_free(struct life_counts *counts);

const char *life_step_name(enum life_step step);

#endif
