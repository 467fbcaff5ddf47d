/* What a person should be told about a connection, with stable names (contract, section 5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_DIAGNOSIS_H
#define TCPLIFE_DIAGNOSIS_H

#include "tcplife/api.h"

#include <stdint.h>

TL_BEGIN_DECLS

/* chat: the normal course of a life; note: unusual but legal; warn: a person should look;
 * error: a rule broken or an attack. */
enum tl_severity { TL_CHAT, TL_NOTE, TL_WARN, TL_ERROR };

/* How much a diagnosis tells beside others of the same severity, of which a person is shown one.
 * little: so far, the ordinary course, or about the capture; what: it stands for itself;
 * why: it is behind others, which mostly are said too (a dead peer is reset, too). */
enum tl_telling { TL_TELLS_LITTLE, TL_TELLS_WHAT, TL_TELLS_WHY };

/* `about` and `value` of the change that carries a diagnosis (change.h):
 *
 *      name                  severity  tells   about (a frame, 0: none)     value           in a few words */
#define TL_DIAGNOSES(D)                                                                            \
    /* opening */                                                                                  \
    D(established,            CHAT,  LITTLE, /* first SYN       */ /* - */               "Connection established") \
    D(syn_retransmitted,      NOTE,  LITTLE, /* first SYN       */ /* which one, 1.. */  "SYN retransmitted") \
    D(synack_retransmitted,   NOTE,  LITTLE, /* first SYN,ACK   */ /* which one, 1.. */  "SYN,ACK retransmitted") \
    D(handshake_ack_lost,     NOTE,  WHY,    /* the lost ACK    */ /* - */               "The handshake's ACK was lost, late or not taken") \
    D(bad_handshake_ack,      WARN,  WHY,    /* the SYN(,ACK)   */ /* ISS + 1 */         "Handshake acknowledges a wrong number") \
    D(unanswered,             WARN,  LITTLE, /* first SYN       */ /* SYNs so far */     "SYN unanswered") \
    D(refused,                WARN,  WHAT,   /* the SYN         */ /* - */               "Connection refused") \
    D(rejected,               WARN,  WHAT,   /* the SYN         */ /* ICMP type<<8|code */ "Connection rejected by ICMP") \
    D(half_open,              WARN,  WHAT,   /* the SYN,ACK     */ /* SYN,ACKs so far */ "Handshake not completed") \
    D(aborted,                WARN,  WHAT,   /* the SYN,ACK     */ /* - */               "Handshake aborted by the client") \
    D(fast_open,              CHAT,  WHAT,   /* the SYN         */ /* bytes accepted */  "TCP Fast Open") \
    D(syn_data,               NOTE,  WHAT,   /* -               */ /* bytes */           "SYN carries data") \
    D(simultaneous_open,      NOTE,  WHAT,   /* the other SYN   */ /* - */               "Simultaneous open") \
    D(syn_flood,              ERROR, WHY,    /* first of them   */ /* sources */         "SYN flood") \
    /* established */                                                                              \
    D(old_duplicate_syn,      NOTE,  WHAT,   /* the first SYN   */ /* - */               "Old duplicate SYN") \
    D(half_open_discovered,   WARN,  WHY,    /* what found it, 0: this */ /* - */        "Half-open connection discovered") \
    D(challenge_ack,          NOTE,  LITTLE, /* what drew it    */ /* - */               "Challenge ACK") \
    D(blind_reset,            ERROR, WHAT,   /* -               */ /* expected seq */    "RST that must be ignored") \
    D(keepalive_probe,        CHAT,  LITTLE, /* -               */ /* TL_PROBE_… */      "Keepalive probe") \
    D(keepalive_unanswered,   NOTE,  LITTLE, /* the last probe  */ /* how many so far */ "Keepalive probe unanswered") \
    D(silent_peer,            NOTE,  WHAT,   /* first unanswered */ /* tries */          "The other end has not answered so far") \
    D(dead_peer,              WARN,  WHY,    /* first unanswered */ /* tries */          "The other end does not answer") \
    /* closing */                                                                                  \
    D(half_closed,            CHAT,  LITTLE, /* the first FIN   */ /* - */               "Half-closed") \
    D(lingering_close_wait,   WARN,  WHAT,   /* the peer's FIN  */ /* seconds */         "CLOSE-WAIT lingers") \
    D(fin_retransmitted,      NOTE,  LITTLE, /* the first FIN   */ /* which one, 1.. */  "FIN retransmitted") \
    D(last_ack_lost,          NOTE,  WHY,    /* the lost ACK    */ /* - */               "The last ACK was lost") \
    D(simultaneous_close,     NOTE,  WHAT,   /* the other FIN   */ /* - */               "Simultaneous close") \
    D(data_after_fin,         ERROR, WHAT,   /* the FIN         */ /* bytes */           "Data after the sender's own FIN") \
    D(closed,                 CHAT,  WHAT,   /* the first FIN   */ /* - */               "Connection closed") \
    /* reset */                                                                                    \
    D(reset,                  WARN,  WHAT,   /* the cause, 0: none */ /* TL_RESET_… */   "Connection reset") \
    D(reset_while_closing,    NOTE,  WHAT,   /* the same        */ /* TL_RESET_… */      "Connection reset while closing") \
    /* after */                                                                                    \
    D(port_reused,            NOTE,  WHAT,   /* the old one's last frame */ /* its number */ "Sockets used again") \
    D(port_reused_early,      WARN,  WHAT,   /* TIME-WAIT since */ /* its number */      "Sockets used again within TIME-WAIT") \
    D(time_wait_assassinated, WARN,  WHY,    /* TIME-WAIT since */ /* - */               "TIME-WAIT assassinated") \
    D(late_segment,           NOTE,  LITTLE, /* the end's last  */ /* - */               "Segment of a finished connection") \
    /* the capture */                                                                              \
    D(midstream,              NOTE,  LITTLE, /* -               */ /* - */               "Capture starts in mid-stream") \
    D(one_sided,              NOTE,  LITTLE, /* -               */ /* - */               "Only one direction was captured") \
    D(gap,                    NOTE,  LITTLE, /* -               */ /* bytes missing */   "Segments are missing from the capture") \
    /* impostors */                                                                                \
    D(forged_segment,         WARN,  WHY,    /* the impostor    */ /* - */               "Forged segment")

/* The value of keepalive_probe: which one since the other end last answered (1…), and how many
 * milliseconds after the sender's last segment (at most 4.6 hours). */
#define TL_PROBE(count, milliseconds)                                                              \
    (((count) > 0xff ? 0xffu : (count)) |                                                          \
     ((milliseconds) > 0xffffff ? 0xffffffu : (uint32_t)(milliseconds)) << 8)
#define TL_PROBE_COUNT(value) ((value) & 0xff)
#define TL_PROBE_MILLISECONDS(value) ((value) >> 8)

/* The value of reset and reset_while_closing: what the capture shows of the cause, and how many
 * attempts it took where that is a cause. */
enum tl_reset_cause {
    TL_RESET_UNEXPLAINED, /* nothing; `about` is 0, or the first FIN */
    TL_RESET_ANSWERS,     /* a segment of a connection that the sender does not know (RFC 9293, 3.10.7.1) */
    TL_RESET_ANSWERS_PROBE,     /* the same, a keepalive probe */
    TL_RESET_ANSWERS_LATE_DATA, /* data for an end that had closed (RFC 9293, 3.6.1) */
    TL_RESET_AFTER_PROBES,      /* since `about`, none of them answered */
    TL_RESET_AFTER_RETRANSMISSIONS, /* the same */
    TL_RESET_WINDOW_CLOSED      /* the other end's: nothing could be sent */
};
#define TL_RESET(cause, attempts) ((uint32_t)(cause) | (uint32_t)(attempts) << 8)
#define TL_RESET_CAUSE(value) ((enum tl_reset_cause)((value) & 0xff))
#define TL_RESET_ATTEMPTS(value) ((value) >> 8)

enum tl_diagnosis {
#define TL_ITEM(name, severity, telling, text) TL_DIAGNOSIS_##name,
    TL_DIAGNOSES(TL_ITEM)
#undef TL_ITEM
    TL_DIAGNOSIS_COUNT
};

/* The stable name, e.g. "last_ack_lost". Never NULL. */
TL_API const char *tl_diagnosis_name(enum tl_diagnosis diagnosis);
/* In a few words, e.g. "The last ACK was lost". Never NULL. */
TL_API const char *tl_diagnosis_text(enum tl_diagnosis diagnosis);
TL_API enum tl_severity tl_diagnosis_severity(enum tl_diagnosis diagnosis);
TL_API enum tl_telling tl_diagnosis_telling(enum tl_diagnosis diagnosis);

/* What a person wants to know who meets it for the first time: whole sentences. */
struct tl_guide {
    const char *meaning; /* what it is, and when it is said */
    const char *causes;  /* what usually is behind it */
    const char *next;    /* what to look at next */
    const char *rfc;     /* where that is written, "RFC 9293, section 3.5"; empty: it is about the capture */
};
/* Never NULL. */
TL_API const struct tl_guide *tl_diagnosis_guide(enum tl_diagnosis diagnosis);

TL_END_DECLS

#endif
