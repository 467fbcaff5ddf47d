/* SYN and SYN,ACK: how a connection is opened.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_OPENING_H
#define TCPLIFE_LIFE_OPENING_H

#include "core/life/passage.h"

/* Of the two ISNs of Y's SYN,ACKs, X acknowledges one. */
void tl_choose_iss(struct tl_passage *p);

/* Shows X that a SYN which was taken for the beginning of its new life was not its own? */
void tl_disown_syn(struct tl_passage *p);

/* Is it a segment that Y, in SYN-SENT, does not take? */
bool tl_is_foreign_in_syn_sent(struct tl_passage *p);

void tl_send_syn(struct tl_passage *p);
void tl_send_syn_ack(struct tl_passage *p);

/* Is it the handshake's third segment, not a later one that implies it? */
bool tl_is_third_segment(const struct tl_passage *p);

/* Both ends are ESTABLISHED now. */
void tl_established(struct tl_passage *p);

#endif
