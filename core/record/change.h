/* How an entry of the log is packed. What it says is in tcplife/change.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_RECORD_CHANGE_H
#define TCPLIFE_RECORD_CHANGE_H

#include "tcplife/change.h"

/* struct tl_change:
 *
 * step     the step that the segment makes, as tl_change_step() reads it; 0: none
 * code     TRANSITION: number of the rule (fsm.h); DIAGNOSIS: enum tl_diagnosis; PART: 1, the connection
 *          begins with it
 * states   after the change: client in the low four bits, server in the high ones
 * bits     bit 0, 1: client's, server's state is presumed; bit 2: the end concerned (enum tl_role);
 *          bit 3: the step's sender; bits 4-7: the state left
 * u        TRANSITION, PRESUMPTION, STEP: time_ns; DIAGNOSIS: why; PART: struct tl_segment's part;
 *          SILENCE: silence_ns, never negative */

/* Writes a step into an entry. */
void tl_change_note_step(struct tl_change *change, struct tl_step step);

#endif
