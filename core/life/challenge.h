/* What a segment that is not taken draws: an ACK that its receiver answers with (RFC 5961).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_CHALLENGE_H
#define TCPLIFE_LIFE_CHALLENGE_H

#include "core/life/passage.h"

/* Its receiver should answer this segment by a challenge ACK (RFC 5961). */
void tl_expect_challenge(struct tl_passage *p);

/* X's segment, if it is the challenge ACK that was expected of it: an ACK that says nothing new. */
bool tl_note_challenge(struct tl_passage *p);

bool tl_refuse_ack(struct tl_passage *p);

#endif
