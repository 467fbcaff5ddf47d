/* The state machine of one end, as data.
 *
 * It knows where an event leads; it cannot know whether a captured segment
 * really arrived: that is what `evidence` is for.
 *
 * Read first: RFC 9293, Figure 5 and section 3.10.7.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/fsm.h"

/* ---- RFC 9293: Figure 5, completed by section 3.10.7 where the figure leaves a case out ---- */

/*    state         event             next state    evidence  why                                */
#define RFC_RULES(T)                                                                               \
    T(CLOSED,       SND_SYN,          SYN_SENT,     PROVES,   "active open: it sends a SYN")       \
    T(LISTEN,       SND_SYN,          SYN_SENT,     PROVES,   "active open: it sends a SYN")       \
    T(LISTEN,       RCV_SYN,          SYN_RECEIVED, PRESUMES, "passive open: the SYN arrives")     \
    T(SYN_SENT,     RCV_SYN,          SYN_RECEIVED, PRESUMES, "simultaneous open: the other end's SYN arrives instead of a SYN,ACK") \
    T(SYN_SENT,     RCV_SYN_ACK,      ESTABLISHED,  PRESUMES, "the SYN,ACK arrives and acknowledges its SYN") \
    T(SYN_SENT,     RCV_RST,          CLOSED,       PRESUMES, "its SYN is answered by a RST")      \
    T(SYN_SENT,     SND_RST,          CLOSED,       PROVES,   "it gives the attempt up with a RST") \
    T(SYN_RECEIVED, RCV_ACK_OF_SYN,   ESTABLISHED,  PRESUMES, "its SYN is acknowledged")           \
    T(SYN_RECEIVED, RCV_SYN_ACK,      ESTABLISHED,  PRESUMES, "simultaneous open: its SYN is acknowledged") \
    T(SYN_RECEIVED, SND_FIN,          FIN_WAIT_1,   PROVES,   "active close: it sends a FIN")      \
    T(SYN_RECEIVED, RCV_FIN,          CLOSE_WAIT,   PRESUMES, "passive close: the FIN arrives")    \
    T(SYN_RECEIVED, RCV_RST,          LISTEN,       PRESUMES, "a RST ends the attempt; it listens again") \
    T(SYN_RECEIVED, RCV_RST_AFTER_ACTIVE_OPEN, CLOSED, PRESUMES, "a RST ends the simultaneous open") \
    T(SYN_RECEIVED, SND_RST,          CLOSED,       PROVES,   "it ends the attempt with a RST")    \
    T(ESTABLISHED,  SND_FIN,          FIN_WAIT_1,   PROVES,   "active close: it sends a FIN")      \
    T(ESTABLISHED,  RCV_FIN,          CLOSE_WAIT,   PRESUMES, "passive close: the FIN arrives")    \
    T(ESTABLISHED,  RCV_RST,          CLOSED,       PRESUMES, "the RST resets the connection")     \
    T(ESTABLISHED,  SND_RST,          CLOSED,       PROVES,   "it resets the connection")          \
    T(FIN_WAIT_1,   RCV_ACK_OF_FIN,   FIN_WAIT_2,   PRESUMES, "its FIN is acknowledged")           \
    T(FIN_WAIT_1,   RCV_FIN,          CLOSING,      PRESUMES, "simultaneous close: the other FIN arrives, its own is not acknowledged yet") \
    T(FIN_WAIT_1,   RCV_RST,          CLOSED,       PRESUMES, "the RST resets the connection")     \
    T(FIN_WAIT_1,   SND_RST,          CLOSED,       PROVES,   "it resets the connection")          \
    T(FIN_WAIT_2,   RCV_FIN,          TIME_WAIT,    PRESUMES, "the other end's FIN arrives")       \
    T(FIN_WAIT_2,   RCV_RST,          CLOSED,       PRESUMES, "the RST resets the connection")     \
    T(FIN_WAIT_2,   SND_RST,          CLOSED,       PROVES,   "it resets the connection")          \
    T(CLOSE_WAIT,   SND_FIN,          LAST_ACK,     PROVES,   "it closes too: it sends its FIN")   \
    T(CLOSE_WAIT,   RCV_RST,          CLOSED,       PRESUMES, "the RST resets the connection")     \
    T(CLOSE_WAIT,   SND_RST,          CLOSED,       PROVES,   "it resets the connection")          \
    T(CLOSING,      RCV_ACK_OF_FIN,   TIME_WAIT,    PRESUMES, "its FIN is acknowledged")           \
    T(CLOSING,      RCV_RST,          CLOSED,       PRESUMES, "the RST ends it at once")           \
    T(CLOSING,      SND_RST,          CLOSED,       PROVES,   "it answers with a RST: its socket is gone") \
    T(LAST_ACK,     RCV_ACK_OF_FIN,   CLOSED,       PRESUMES, "its FIN is acknowledged")           \
    T(LAST_ACK,     RCV_RST,          CLOSED,       PRESUMES, "the RST ends it at once")           \
    T(LAST_ACK,     SND_RST,          CLOSED,       PROVES,   "it answers with a RST: its socket is gone") \
    T(TIME_WAIT,    TIMEOUT_2MSL,     CLOSED,       PROVES,   "2 MSL have passed")                 \
    T(TIME_WAIT,    RCV_RST,          CLOSED,       PRESUMES, "a RST ends TIME-WAIT early")        \
    T(TIME_WAIT,    SND_RST,          CLOSED,       PROVES,   "it answers with a RST: TIME-WAIT is over")

/* ---- What an observer needs beyond the RFC ------------------------------------------------ */

#define OBSERVER_RULES(T)                                                                          \
    /* segments that must have been there, though nobody captured them */                         \
    T(CLOSED,       UNSEEN_SYN,       SYN_SENT,     PROVES,   "its SYN, which was not captured, is acknowledged") \
    T(LISTEN,       SND_SYN_ACK,      SYN_RECEIVED, PROVES,   "it answers a SYN that was not captured") \
    T(CLOSED,       SND_SYN_ACK,      SYN_RECEIVED, PROVES,   "it answers a SYN that was not captured") \
    T(SYN_SENT,     SND_SYN_ACK,      SYN_RECEIVED, PROVES,   "simultaneous open: it answers a SYN that was not captured") \
    T(CLOSED,       UNSEEN_SYN_ACK,   SYN_RECEIVED, PROVES,   "its SYN,ACK, which was not captured, is acknowledged") \
    T(ESTABLISHED,  DOUBTED_FIN,      FIN_WAIT_1,   PROVES,   "its FIN, which was not believed at first, is acknowledged") \
    T(CLOSE_WAIT,   DOUBTED_FIN,      LAST_ACK,     PROVES,   "its FIN, which was not believed at first, is acknowledged") \
    T(ESTABLISHED,  UNSEEN_FIN,       FIN_WAIT_1,   PROVES,   "its FIN, which was not captured, is acknowledged") \
    T(CLOSE_WAIT,   UNSEEN_FIN,       LAST_ACK,     PROVES,   "its FIN, which was not captured, is acknowledged") \
    T(FIN_WAIT_1,   SND_OCTET_NOT_FIN, ESTABLISHED, PROVES,   "what was taken for its FIN was data") \
    T(FIN_WAIT_2,   SND_OCTET_NOT_FIN, ESTABLISHED, PROVES,   "what was taken for its FIN was data") \
    T(LAST_ACK,     SND_OCTET_NOT_FIN, CLOSE_WAIT, PROVES,   "what was taken for its FIN was data") \
    T(CLOSING,      SND_OCTET_NOT_FIN, CLOSE_WAIT, PROVES,   "what was taken for its FIN was data") \
    T(TIME_WAIT,    SND_OCTET_NOT_FIN, CLOSE_WAIT, PROVES,   "what was taken for its FIN was data") \
    T(CLOSED,       SND_OCTET_NOT_FIN, CLOSE_WAIT, PROVES,   "what was taken for its FIN was data") \
    T(CLOSE_WAIT,   NO_FIN_CAME,      ESTABLISHED,  PROVES,   "what was taken for the other end's FIN was data") \
    T(LAST_ACK,     NO_FIN_CAME,      FIN_WAIT_1,   PROVES,   "what was taken for the other end's FIN was data") \
    T(CLOSING,      NO_FIN_CAME,      FIN_WAIT_1,   PROVES,   "what was taken for the other end's FIN was data") \
    T(TIME_WAIT,    NO_FIN_CAME,      FIN_WAIT_2,   PROVES,   "what was taken for the other end's FIN was data") \
    T(CLOSED,       NO_FIN_CAME,      FIN_WAIT_2,   PROVES,   "what was taken for the other end's FIN was data") \
    T(FIN_WAIT_2,   NO_ACK_CAME,      FIN_WAIT_1,   PROVES,   "with the other end's FIN, the acknowledgement of its own was presumed") \
    /* what was presumed to have arrived did not */                                                \
    T(ESTABLISHED,  SND_SYN_AGAIN,    SYN_SENT,     DISPROVES, "it repeats its SYN: the SYN,ACK did not arrive") \
    T(ESTABLISHED,  SND_SYN_ACK_TO_OTHER, SYN_RECEIVED, DISPROVES, "it answers another SYN than the one captured: the SYN,ACK has not arrived") \
    T(SYN_RECEIVED, SND_SYN_AGAIN,    SYN_SENT,     DISPROVES, "it repeats its SYN: the other SYN did not arrive") \
    T(CLOSED,       SND_SYN_AGAIN,    SYN_SENT,     DISPROVES, "it repeats its SYN: it has not given up") \
    T(ESTABLISHED,  SND_SYN_ACK_AGAIN, SYN_RECEIVED, DISPROVES, "it repeats its SYN,ACK: the handshake's ACK has not arrived") \
    T(CLOSE_WAIT,   SND_SYN_ACK_AGAIN, SYN_RECEIVED, DISPROVES, "it repeats its SYN,ACK: neither the handshake's ACK nor the FIN did arrive") \
    T(LISTEN,       SND_SYN_ACK_AGAIN, SYN_RECEIVED, DISPROVES, "it repeats its SYN,ACK: the RST did not arrive") \
    T(CLOSED,       SND_SYN_ACK_AGAIN, SYN_RECEIVED, DISPROVES, "it repeats its SYN,ACK: the RST did not arrive") \
    T(FIN_WAIT_2,   SND_FIN_AGAIN,    FIN_WAIT_1,   DISPROVES, "it repeats its FIN: the ACK did not arrive") \
    T(CLOSING,      SND_FIN_AGAIN,    FIN_WAIT_1,   DISPROVES, "it repeats its FIN: the other end's FIN did not arrive") \
    T(TIME_WAIT,    SND_FIN_AGAIN,    FIN_WAIT_1,   DISPROVES, "it repeats its FIN: nothing of the other end did arrive") \
    T(CLOSED,       SND_FIN_AGAIN,    THE_STATE_LEFT, DISPROVES, "it repeats its FIN: what ended the connection did not arrive") \
    T(FIN_WAIT_2,   SND_FIN_AGAIN_ACKING_FIN, FIN_WAIT_1, DISPROVES, "it repeats its FIN: the ACK did not arrive") \
    T(TIME_WAIT,    SND_FIN_AGAIN_ACKING_FIN, CLOSING, DISPROVES, "it repeats its FIN: the ACK did not arrive") \
    T(CLOSED,       SND_FIN_AGAIN_ACKING_FIN, THE_STATE_LEFT, DISPROVES, "it repeats its FIN: the last ACK, or the RST, did not arrive") \
    T(CLOSE_WAIT,   SND_BLIND_TO_FIN, ESTABLISHED,  DISPROVES, "it does not acknowledge the FIN: the FIN, or data before it, did not arrive") \
    T(CLOSING,      SND_BLIND_TO_FIN, FIN_WAIT_1,   DISPROVES, "it does not acknowledge the FIN: the FIN, or data before it, did not arrive") \
    T(TIME_WAIT,    SND_BLIND_TO_FIN, FIN_WAIT_2,   DISPROVES, "it does not acknowledge the FIN: the FIN, or data before it, did not arrive") \
    T(SYN_RECEIVED, SND_SYN,          SYN_SENT,     DISPROVES, "its SYN crosses the other end's") \
    T(CLOSE_WAIT,   SND_FIN_CROSSING, FIN_WAIT_1,   DISPROVES, "its FIN crosses the other end's") \
    T(CLOSE_WAIT,   SND_FIN_BEFORE,   FIN_WAIT_1,   DISPROVES, "its FIN was captured late: the other end's answers it") \
    T(CLOSE_WAIT,   SND_FIN_MISSED,   CLOSING,      PROVES,   "it repeats a FIN that was not captured, and had crossed the other end's") \
    T(FIN_WAIT_1,   FIN_WAS_ANSWER,   LAST_ACK,     PROVES,   "its FIN answers the other end's, which was captured later") \
    T(CLOSING,      FIN_WAS_ANSWER,   LAST_ACK,     PROVES,   "its FIN, which was overtaken, answers the other end's") \
    T(CLOSED,       SND_FIN_CROSSING, FIN_WAIT_1,   DISPROVES, "its FIN crosses what ended the connection")          \
    T(LISTEN,       SND_FIN_CROSSING, FIN_WAIT_1,   DISPROVES, "its FIN crosses what ended the connection")          \
    T(LISTEN,       SND_RST,          CLOSED,       PROVES,   "it ended the attempt itself: its RST crosses the other one") \
    T(CLOSED,       SND_LIFE,         THE_STATE_LEFT, PROVES, "it goes on: the RST did not reach it, or was not its own") \
    T(LISTEN,       SND_LIFE,         THE_STATE_LEFT, PROVES, "it goes on: the RST did not reach it") \
    T(CLOSED,       SND_CHALLENGE,    SYN_RECEIVED, PROVES,   "it answers the RST by an ACK: it has not taken it") \
    /* a FIN that somebody else sent */                                                            \
    T(FIN_WAIT_1,   DISOWNS_FIN,      ESTABLISHED,  PROVES,   "it goes on: the FIN was not its own") \
    T(FIN_WAIT_2,   DISOWNS_FIN,      ESTABLISHED,  PROVES,   "it goes on: the FIN was not its own") \
    T(CLOSING,      DISOWNS_FIN,      CLOSE_WAIT,   PROVES,   "it goes on: the FIN was not its own") \
    T(TIME_WAIT,    DISOWNS_FIN,      CLOSE_WAIT,   PROVES,   "it goes on: the FIN was not its own") \
    T(LAST_ACK,     DISOWNS_FIN,      CLOSE_WAIT,   PROVES,   "it goes on: the FIN was not its own") \
    T(CLOSED,       DISOWNS_FIN,      CLOSE_WAIT,   PROVES,   "it goes on: the FIN was not its own") \
    T(CLOSE_WAIT,   FIN_NOT_TAKEN,    ESTABLISHED,  PROVES,   "it has not taken the FIN")          \
    T(CLOSING,      FIN_NOT_TAKEN,    FIN_WAIT_1,   PROVES,   "it has not taken the FIN")          \
    T(TIME_WAIT,    FIN_NOT_TAKEN,    FIN_WAIT_2,   PROVES,   "it has not taken the FIN")          \
    /* a SYN that was never taken up */                                                            \
    T(SYN_RECEIVED, REFUSAL,          CLOSED,       DISPROVES, "it refuses: no socket took the SYN up") \
    T(SYN_SENT,     ICMP_REJECTION,   CLOSED,       PRESUMES, "an ICMP error rejects its SYN")     \
    /* a socket that died without a word, and its successor */                                     \
    T(ESTABLISHED,  SND_SYN_ANEW,     SYN_SENT,     PROVES,   "it opens anew: its old socket is gone") \
    T(SYN_RECEIVED, SND_SYN_ANEW,     SYN_SENT,     PROVES,   "it opens anew: its old socket is gone") \
    T(FIN_WAIT_1,   SND_SYN_ANEW,     SYN_SENT,     PROVES,   "it opens anew: its old socket is gone") \
    T(FIN_WAIT_2,   SND_SYN_ANEW,     SYN_SENT,     PROVES,   "it opens anew: its old socket is gone") \
    T(CLOSE_WAIT,   SND_SYN_ANEW,     SYN_SENT,     PROVES,   "it opens anew: its old socket is gone") \
    T(CLOSING,      SND_SYN_ANEW,     SYN_SENT,     PROVES,   "it opens anew: its old socket is gone") \
    T(LAST_ACK,     SND_SYN_ANEW,     SYN_SENT,     PROVES,   "it opens anew: its old socket is gone") \
    T(TIME_WAIT,    SND_SYN_ANEW,     SYN_SENT,     PROVES,   "it opens anew out of TIME-WAIT")    \
    T(CLOSED,       SND_SYN_ANEW,     SYN_SENT,     PROVES,   "it opens anew")                     \
    T(SYN_RECEIVED, SND_OLD_NUMBERS,  THE_STATE_LEFT, DISPROVES, "it answers the SYN with the numbers of the old connection: its old socket is still there") \
    T(SYN_SENT,     SND_OLD_NUMBERS,  THE_STATE_LEFT, PROVES, "it goes on with its old numbers: the SYN was not its own, or an old one") \
    T(SYN_RECEIVED, RCV_OLD_RST,      LISTEN,       PRESUMES, "the RST ends the old attempt; it listens again") \
    T(ESTABLISHED,  RCV_OLD_RST,      CLOSED,       PRESUMES, "the RST ends the old connection")   \
    T(FIN_WAIT_1,   RCV_OLD_RST,      CLOSED,       PRESUMES, "the RST ends the old connection")   \
    T(FIN_WAIT_2,   RCV_OLD_RST,      CLOSED,       PRESUMES, "the RST ends the old connection")   \
    T(CLOSE_WAIT,   RCV_OLD_RST,      CLOSED,       PRESUMES, "the RST ends the old connection")   \
    T(CLOSING,      RCV_OLD_RST,      CLOSED,       PRESUMES, "the RST ends the old connection")   \
    T(LAST_ACK,     RCV_OLD_RST,      CLOSED,       PRESUMES, "the RST ends the old connection")   \
    T(TIME_WAIT,    RCV_OLD_RST,      CLOSED,       PRESUMES, "a RST ends TIME-WAIT early")        \
    T(CLOSED,       RCV_SYN_AFTER_OLD, SYN_RECEIVED, PRESUMES, "passive open: the SYN arrives once more, and finds no old socket") \
    T(CLOSED,       RCV_OLD_SYN,      SYN_RECEIVED, PRESUMES, "an old copy of the SYN arrives, and finds the listener")

/* Lets THE_STATE_LEFT stand in the next-state column like a state. */
#define TL_THE_STATE_LEFT TL_STATE_LEFT

enum rule_number {
#define T(state, event, next, evidence, why) RULE_##state##_##event,
    RFC_RULES(T) OBSERVER_RULES(T)
#undef T
    RULE_COUNT
};

const struct tl_rule tl_rules[] = {
#define T(state, event, next, evidence, why)                                                       \
    {TL_##state, TL_##event, TL_##next, TL_##evidence, true, why},
    RFC_RULES(T)
#undef T
#define T(state, event, next, evidence, why)                                                       \
    {TL_##state, TL_##event, TL_##next, TL_##evidence, false, why},
    OBSERVER_RULES(T)
#undef T
};

const unsigned tl_rule_count = RULE_COUNT;

/* Rule number + 1, so that 0 means "nothing happens". A state and an event that stand in
 * both lists, or twice in one, do not compile: the enumerator would be defined twice. */
static const uint8_t rule_for[TL_STATE_COUNT][TL_EVENT_COUNT] = {
#define T(state, event, next, evidence, why)                                                       \
    [TL_##state][TL_##event] = RULE_##state##_##event + 1,
    RFC_RULES(T) OBSERVER_RULES(T)
#undef T
};

int tl_fsm_rule(enum tl_state state, enum tl_event event)
{
    return (unsigned)state < TL_STATE_COUNT && (unsigned)event < TL_EVENT_COUNT ? rule_for[state][event] - 1 : -1;
}

const char *tl_event_name(enum tl_event event)
{
    static const char *const names[] = {
#define E(name) #name,
        TL_EVENTS(E)
#undef E
    };

    return (unsigned)event < TL_EVENT_COUNT ? names[event] : "?";
}

const char *tl_state_name(enum tl_state state)
{
    static const char *const names[] = {
#define S(identifier, name) name,
        TL_STATES(S)
#undef S
    };

    return (unsigned)state < TL_STATE_COUNT ? names[state] : "?";
}
