/* Several files at a time, each in a process of its own, since libwiretap is for one thread. What they write, and
 * what they complain of, comes out in the order of the files, as if there were one process.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_JOBS_H
#define PCAPLIFE_JOBS_H

#include <stdbool.h>
#include <stdio.h>

struct jobs_work {
    unsigned count;
    FILE *direct; /* where a process may write itself from its turn on; NULL: it may not */
    /* In a process of its own, in any order: writes to `output`, complains on standard error, and returns a number from
     * 0 to JOBS_RESULT_AT_MOST. */
    int (*work)(void *ctx, unsigned number, FILE *output);
    /* In this process, in order, with that; `output` is at its beginning, and has what was not
     * written directly. Result -1: a signal has ended the process,
     * and what it wrote is not whole. False: the others are not wanted any more. */
    bool (*take)(void *ctx, unsigned number, FILE *output, int result);
    void *ctx;
};

enum { JOBS_RESULT_AT_MOST = 127 };

/* At most so many processes at a time; 0: as many as there are processors. False: none can be had for what is left,
 * and the user has been told. */
bool jobs_run(const struct jobs_work *work, unsigned processes);

#endif
