/* The eleven states of RFC 9293, section 3.3.2, in its order of telling. There is no twelfth.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_STATE_H
#define TCPLIFE_STATE_H

#include "tcplife/api.h"

#include <stdbool.h>

TL_BEGIN_DECLS

/*      identifier    RFC 9293's spelling */
#define TL_STATES(S)                                                                               \
    S(CLOSED,       "CLOSED")                                                                      \
    S(LISTEN,       "LISTEN")                                                                      \
    S(SYN_SENT,     "SYN-SENT")                                                                    \
    S(SYN_RECEIVED, "SYN-RECEIVED")                                                                \
    S(ESTABLISHED,  "ESTABLISHED")                                                                 \
    S(FIN_WAIT_1,   "FIN-WAIT-1")                                                                  \
    S(FIN_WAIT_2,   "FIN-WAIT-2")                                                                  \
    S(CLOSE_WAIT,   "CLOSE-WAIT")                                                                  \
    S(CLOSING,      "CLOSING")                                                                     \
    S(LAST_ACK,     "LAST-ACK")                                                                    \
    S(TIME_WAIT,    "TIME-WAIT")

enum tl_state {
#define TL_ITEM(identifier, name) TL_##identifier,
    TL_STATES(TL_ITEM)
#undef TL_ITEM
    TL_STATE_COUNT
};

/* RFC 9293's spelling, e.g. "FIN-WAIT-1". Never NULL. */
TL_API const char *tl_state_name(enum tl_state state);

/* Has an end in this state nothing left to do, but to let time pass? TIME-WAIT only waits for segments that are late. */
static inline bool tl_state_is_done(enum tl_state state)
{
    return state == TL_CLOSED || state == TL_LISTEN || state == TL_TIME_WAIT;
}

/* The two ends of a connection, by role (contract, section 3). */
enum tl_role { TL_CLIENT, TL_SERVER };

static inline enum tl_role tl_other(enum tl_role role)
{
    return role == TL_CLIENT ? TL_SERVER : TL_CLIENT;
}

TL_END_DECLS

#endif
