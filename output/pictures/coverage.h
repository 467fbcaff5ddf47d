/* Which bytes of one end were captured: to tell late data from repeated data.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_COVERAGE_H
#define TCPLIFE_OUTPUT_COVERAGE_H

#include "tcplife/seq.h"

#include <stdbool.h>

/* Holes that are remembered. */
enum { HOLES = 32 };

/* All zero: nothing was captured. */
struct coverage {
    bool begun;
    tl_seq next;
    unsigned hole_count;
    struct {
        tl_seq start, end;
    } hole[HOLES];
};

/* Notes that the bytes from start to end were captured. True: all of them had been before. */
bool coverage_add(struct coverage *coverage, tl_seq start, tl_seq end);

#endif
