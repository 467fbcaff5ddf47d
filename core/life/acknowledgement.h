/* What an acknowledgement says about its sender, and does to its receiver.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_ACKNOWLEDGEMENT_H
#define TCPLIFE_LIFE_ACKNOWLEDGEMENT_H

#include "core/life/passage.h"

/* An acknowledgement that its receiver cannot take (RFC 9293, section 3.10.7.4, fifth check): in
 * SYN-RECEIVED anything but what acknowledges its SYN, later anything behind its FIN. What else
 * was never captured may have been sent. */
bool tl_is_impossible_ack(struct tl_passage *p);

/* What an acknowledgement says about its sender. */
void tl_send_ack(struct tl_passage *p);

/* What an acknowledgement does to its receiver. */
void tl_receive_ack(struct tl_passage *p);

#endif
