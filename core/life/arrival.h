/* What of an end was captured, or is known to have arrived, in order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_ARRIVAL_H
#define TCPLIFE_LIFE_ARRIVAL_H

#include "core/life/passage.h"

/* snd_arrived may have reached data that was captured ahead of a hole. */
void tl_join_islands(struct tl_passage *p, struct tl_end *end);

void tl_forget_islands(struct tl_passage *p, enum tl_role end);

/* An end's bytes from start to end were captured, or are known to have arrived. */
void tl_note_arrival(struct tl_passage *p, struct tl_end *X, tl_seq start, tl_seq end);

#endif
