/* What lies between lines: TIME-WAIT, half-closed, silence.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_SPANS_H
#define TCPLIFE_OUTPUT_SPANS_H

#include "tcplife/summary.h"

struct drawing;

/* In this order: each moves what the one before has found. */
void picture_add_half_closed(struct drawing *d, const struct tl_summary *summary);
void picture_add_time_wait(struct drawing *d);
void picture_add_silences(struct drawing *d);

#endif
