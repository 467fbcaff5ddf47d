/* The state machine of one end, as data (RFC 9293, Figure 5).
 *
 * It answers one question: an end is in this state, this event happens to it,
 * where does that lead, and why? Which events a segment is, the tracker decides;
 * what it means to a person stands in diagnosis.h.
 *
 * Two lists: the first is the RFC's own (Figure 5 and the text of
 * section 3.10.7), the second what an observer needs beyond it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_FSM_H
#define TCPLIFE_FSM_H

#include "tcplife/state.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

/* What can happen to one end. SND_: it sent this, which is certain. RCV_: the segment was
 * on its way to it, so it presumably received it. */
#define TL_EVENTS(E)                                                                               \
    E(SND_SYN)         /* its first SYN, without ACK */                                            \
    E(SND_SYN_ACK)     /* its first SYN,ACK */                                                     \
    E(SND_FIN)         /* its first FIN */                                                         \
    E(SND_RST)         /* a RST that ends the connection for its sender */                         \
    E(RCV_SYN)         /* SYN without ACK */                                                       \
    E(RCV_SYN_ACK)     /* SYN that acknowledges this end's SYN */                                  \
    E(RCV_ACK_OF_SYN)  /* acknowledges ISS + 1, no SYN in it */                                    \
    E(RCV_FIN)         /* FIN, and all data before it has arrived */                               \
    E(RCV_ACK_OF_FIN)  /* acknowledges the FIN's sequence number + 1 */                            \
    E(RCV_RST)         /* acceptable by section 3.10.7 */                                          \
    E(RCV_RST_AFTER_ACTIVE_OPEN) /* the same in SYN-RECEIVED that came from SYN-SENT */            \
    E(TIMEOUT_2MSL)    /* 2 MSL have passed by the capture's clock */                              \
    /* what only an observer needs to name */                                                      \
    E(SND_SYN_AGAIN)      /* a retransmitted SYN: no answer has arrived */                         \
    E(SND_SYN_ACK_AGAIN)  /* a retransmitted SYN,ACK: its ACK has not arrived */                   \
    E(SND_FIN_AGAIN)      /* a retransmitted FIN: its ACK has not arrived */                       \
    E(SND_FIN_AGAIN_ACKING_FIN) /* the same, but it acknowledges the other end's FIN */            \
    E(SND_FIN_CROSSING)   /* a first FIN that shows that the other end's has not arrived yet */    \
    E(SND_FIN_BEFORE)     /* a first FIN, captured late: the other end's FIN acknowledged it */     \
    E(SND_FIN_MISSED)     /* a FIN sent again that was missed before the other end's arrived */    \
    E(FIN_WAS_ANSWER)     /* the same of the other end: its FIN answered this one */               \
    E(SND_BLIND_TO_FIN)   /* a segment that shows that the other end's FIN, or data before it, has not arrived */ \
    E(SND_SYN_ANEW)       /* a SYN of a new life: the old socket is gone */                        \
    E(SND_LIFE)           /* a segment that only an end that is not closed can send */             \
    E(SND_CHALLENGE)      /* the answer to a RST that did not fit into its handshake */            \
    E(UNSEEN_SYN)         /* the other end acknowledges a SYN that was not captured */             \
    E(UNSEEN_SYN_ACK)     /* the other end acknowledges a SYN,ACK that was not captured */         \
    E(UNSEEN_FIN)         /* the other end acknowledges a FIN that was not captured */             \
    E(DOUBTED_FIN)        /* …or one that was captured, and was not believed */                    \
    E(SND_OCTET_NOT_FIN)  /* data where its FIN, which was not captured, was taken to be */        \
    E(NO_FIN_CAME)        /* the same of the other end, whose FIN it was taken to have received */ \
    E(NO_ACK_CAME)        /* …nor does an acknowledgement of its own FIN remain */                 \
    E(DISOWNS_FIN)        /* it goes on as if it had never sent its FIN */                         \
    E(FIN_NOT_TAKEN)      /* the other end's FIN was an impostor's, or acknowledged what one had sent */ \
    E(REFUSAL)            /* what came instead of a SYN,ACK shows that it made no state */         \
    E(ICMP_REJECTION)     /* an ICMP error in answer to its SYN */                                  \
    E(SND_OLD_NUMBERS)    /* what answers the SYN bears the numbers of the connection before */    \
    E(RCV_OLD_RST)        /* a RST ends the socket that did */                                     \
    E(RCV_SYN_AFTER_OLD)  /* …and the SYN comes once more */                                       \
    E(RCV_OLD_SYN)        /* the SYN of a life that is over, once more */                          \
    E(SND_SYN_ACK_TO_OTHER) /* a SYN,ACK, and what it acknowledges is not the other end's SYN */

enum tl_event {
#define TL_ITEM(name) TL_##name,
    TL_EVENTS(TL_ITEM)
#undef TL_ITEM
    TL_EVENT_COUNT
};

/* The event's name as in the list above, e.g. "RCV_ACK_OF_FIN". Never NULL. */
TL_API const char *tl_event_name(enum tl_event event);

/* What a rule does to presumption (contract, section 2). */
enum tl_evidence {
    TL_PROVES,   /* the end itself sent what shows the new state */
    TL_PRESUMES, /* the end presumably received what leads there */
    TL_DISPROVES /* the end itself showed that what was presumed did not happen: applies to
                    presumed states only */
};

/* "The state it left for CLOSED": where an end goes back to when it shows that it is alive. */
#define TL_STATE_LEFT TL_STATE_COUNT

struct tl_rule {
    enum tl_state from;
    enum tl_event event;
    enum tl_state to; /* or TL_STATE_LEFT */
    enum tl_evidence evidence;
    bool rfc;        /* of the RFC's own list */
    const char *why; /* a clause for a person, e.g. "its FIN is acknowledged" */
};

/* Rules are numbered from 0 in the order of their lists. */
extern TL_API const struct tl_rule tl_rules[];
extern TL_API const unsigned tl_rule_count;

/* The number of the rule for an event in a state, or -1: nothing happens. TL_STATE_LEFT is no state. */
TL_API int tl_fsm_rule(enum tl_state state, enum tl_event event);

TL_END_DECLS

#endif
