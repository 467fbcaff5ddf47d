/* Probes and retransmissions, to which nobody answers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_ATTEMPTS_H
#define TCPLIFE_LIFE_ATTEMPTS_H

#include "core/life/passage.h"

/* Does X try, once more, to get an answer out of Y? */
void tl_note_attempts(struct passage *p);

/* This end has its answer. */
void tl_forget_attempts(struct passage *p, enum tl_role end);

#endif
