/* What a process writes while others write before it: it waits in a file, and from its turn on goes straight on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_OUTLET_H
#define PCAPLIFE_OUTLET_H

#include <stdatomic.h>
#include <stdio.h>

struct outlet {
    FILE *waiting;           /* for what is written too early */
    FILE *direct;            /* for all else; NULL: everything waits */
    const atomic_uint *turn; /* in memory that processes share: whose it is… */
    unsigned number;         /* …and one's own */
    int to;                  /* 0 at first */
};

/* To be closed before the outlet goes; NULL: it cannot be had, and errno says why. */
FILE *outlet_open(struct outlet *outlet);

#endif
