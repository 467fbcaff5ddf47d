/* An end of a TCP connection that does exactly what RFC 9293, section 3.10, says. For tests only.
 *
 * It is small so that millions of copies can be compared: numbers are absolute and never wrap,
 * payload is a count, the window never closes. It does not retransmit, acknowledge or close of
 * its own accord: whoever owns it says when.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TEST_RFC9293_H
#define TCPLIFE_TEST_RFC9293_H

#include "tcplife/segment.h"
#include "tcplife/state.h"

#include <stdbool.h>
#include <stdint.h>

struct wire_segment {
    uint16_t seq, ack;
    uint8_t flags;  /* TL_SYN … of segment.h */
    uint8_t length; /* octets of payload */
};

/* The number behind the segment's last: SYN and FIN count one each. */
static inline uint16_t wire_segment_end(struct wire_segment segment)
{
    return (uint16_t)(segment.seq + segment.length + !!(segment.flags & TL_SYN) + !!(segment.flags & TL_FIN));
}

struct endpoint {
    uint8_t state; /* enum tl_state */
    bool opened;   /* an active open was asked for; it happens once */
    bool active;   /* opened actively: a reset handshake leads to CLOSED, not to LISTEN */
    bool keeps;    /* keeps what arrives out of order (section 3.10.7.4: "should be held") */
    bool lenient;  /* takes the ACK of a segment that ends at RCV.NXT, as Linux (tcp_sequence()) does */
    bool ack_due;  /* owes an acknowledgement that may wait for company (section 3.8.6.3) */
    uint16_t iss, snd_una, snd_nxt, rcv_nxt; /* section 3.3.1 */
    uint16_t fin;       /* sequence number of the FIN sent; 0: none */
    uint16_t early;     /* bit n: the octet rcv_nxt + n has arrived already */
    uint16_t early_fin; /* sequence number of a FIN that arrived early; 0: none */
};

/* What one event makes an end send. */
struct sent {
    struct wire_segment segment[2];
    int count;
};

struct endpoint endpoint_new(uint16_t iss, bool keeps, bool lenient);

/* The user's calls (section 3.10). False: not possible in this state, and nothing was done. */
bool endpoint_listen(struct endpoint *end);
bool endpoint_open(struct endpoint *end, struct sent *out);
bool endpoint_send(struct endpoint *end, struct sent *out); /* one octet */
bool endpoint_close(struct endpoint *end, struct sent *out);
bool endpoint_abort(struct endpoint *end, struct sent *out);

/* The retransmission timer expires (section 3.10.8). False: nothing is unacknowledged. */
bool endpoint_retransmit(const struct endpoint *end, struct sent *out);
/* The acknowledgement that was due is sent alone. False: none is due. */
bool endpoint_acknowledge(struct endpoint *end, struct sent *out);
/* An acknowledgement that nothing called for, as when the window opens (section 3.8.6.2.2).
 * False: the end is not synchronized. */
bool endpoint_update(struct endpoint *end, struct sent *out);

/* A segment arrives (section 3.10.7). */
void endpoint_receive(struct endpoint *end, struct wire_segment segment, struct sent *out);

#endif
