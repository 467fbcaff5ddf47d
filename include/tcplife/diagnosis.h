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

/* `about` and `value` of the change that carries a diagnosis (see change_log.h):
 *
 *      name                  severity  about (a frame, 0: none)     value              in a few words */
#define TL_DIAGNOSES(D)                                                                            \
    /* opening */                                                                                  \
    D(established,            CHAT,  /* first SYN       */ /* - */               "Connection established") \
    D(syn_retransmitted,      NOTE,  /* first SYN       */ /* which one, 1.. */  "SYN retransmitted") \
    D(synack_retransmitted,   NOTE,  /* first SYN,ACK   */ /* which one, 1.. */  "SYN,ACK retransmitted") \
    D(handshake_ack_lost,     NOTE,  /* the lost ACK    */ /* - */               "The handshake's ACK was lost, late or not taken") \
    D(bad_handshake_ack,      WARN,  /* the SYN(,ACK)   */ /* ISS + 1 */         "Handshake acknowledges a wrong number") \
    D(unanswered,             WARN,  /* first SYN       */ /* SYNs so far */     "SYN unanswered") \
    D(refused,                WARN,  /* the SYN         */ /* - */               "Connection refused") \
    D(rejected,               WARN,  /* the SYN         */ /* ICMP type<<8|code */ "Connection rejected by ICMP") \
    D(half_open,              WARN,  /* the SYN,ACK     */ /* SYN,ACKs so far */ "Handshake not completed") \
    D(aborted,                WARN,  /* the SYN,ACK     */ /* - */               "Handshake aborted by the client") \
    D(fast_open,              CHAT,  /* the SYN         */ /* bytes accepted */  "TCP Fast Open") \
    D(syn_data,               NOTE,  /* -               */ /* bytes */           "SYN carries data") \
    D(simultaneous_open,      NOTE,  /* the other SYN   */ /* - */               "Simultaneous open") \
    D(syn_flood,              ERROR, /* first of them   */ /* sources */         "SYN flood") \
    /* established */                                                                              \
    D(old_duplicate_syn,      NOTE,  /* the first SYN   */ /* - */               "Old duplicate SYN") \
    D(half_open_discovered,   WARN,  /* what found it, 0: this */ /* - */        "Half-open connection discovered") \
    D(challenge_ack,          NOTE,  /* what drew it    */ /* - */               "Challenge ACK") \
    D(blind_reset,            ERROR, /* -               */ /* expected seq */    "RST that must be ignored") \
    D(keepalive_probe,        CHAT,  /* -               */ /* TL_PROBE_… */      "Keepalive probe") \
    D(keepalive_unanswered,   NOTE,  /* the last probe  */ /* how many so far */ "Keepalive probe unanswered") \
    D(silent_peer,            NOTE,  /* first unanswered */ /* tries */          "The other end has not answered so far") \
    D(dead_peer,              WARN,  /* first unanswered */ /* tries */          "The other end does not answer") \
    /* closing */                                                                                  \
    D(half_closed,            CHAT,  /* the first FIN   */ /* - */               "Half-closed") \
    D(lingering_close_wait,   WARN,  /* the peer's FIN  */ /* seconds */         "CLOSE-WAIT lingers") \
    D(fin_retransmitted,      NOTE,  /* the first FIN   */ /* which one, 1.. */  "FIN retransmitted") \
    D(last_ack_lost,          NOTE,  /* the lost ACK    */ /* - */               "The last ACK was lost") \
    D(simultaneous_close,     NOTE,  /* the other FIN   */ /* - */               "Simultaneous close") \
    D(data_after_fin,         ERROR, /* the FIN         */ /* bytes */           "Data after the sender's own FIN") \
    D(closed,                 CHAT,  /* the first FIN   */ /* - */               "Connection closed") \
    /* reset */                                                                                    \
    D(reset,                  WARN,  /* the cause, 0: none */ /* TL_RESET_… */   "Connection reset") \
    D(reset_while_closing,    NOTE,  /* the same        */ /* TL_RESET_… */      "Connection reset while closing") \
    /* after */                                                                                    \
    D(port_reused,            NOTE,  /* the old one's last frame */ /* its number */ "Sockets used again") \
    D(port_reused_early,      WARN,  /* TIME-WAIT since */ /* its number */      "Sockets used again within TIME-WAIT") \
    D(time_wait_assassinated, WARN,  /* TIME-WAIT since */ /* - */               "TIME-WAIT assassinated") \
    D(late_segment,           NOTE,  /* the end's last  */ /* - */               "Segment of a finished connection") \
    /* the capture */                                                                              \
    D(midstream,              NOTE,  /* -               */ /* - */               "Capture starts in mid-stream") \
    D(one_sided,              NOTE,  /* -               */ /* - */               "Only one direction was captured") \
    D(gap,                    NOTE,  /* -               */ /* bytes missing */   "Segments are missing from the capture") \
    /* impostors */                                                                                \
    D(forged_segment,         WARN,  /* the impostor    */ /* - */               "Forged segment")

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
#define D(name, severity, text) TL_DIAGNOSIS_##name,
    TL_DIAGNOSES(D)
#undef D
    TL_DIAGNOSIS_COUNT
};

/* The stable name, e.g. "last_ack_lost". Never NULL. */
TL_API const char *tl_diagnosis_name(enum tl_diagnosis diagnosis);
/* In a few words, e.g. "The last ACK was lost". Never NULL. */
TL_API const char *tl_diagnosis_text(enum tl_diagnosis diagnosis);
TL_API enum tl_severity tl_diagnosis_severity(enum tl_diagnosis diagnosis);

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
