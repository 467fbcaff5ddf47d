/* A report as JUnit writes it, which every CI system reads: suites of cases. It knows nothing of TCP.
 *
 * Any text may be given: what XML cannot hold is replaced.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_JUNIT_H
#define PCAPLIFE_JUNIT_H

#include <stdio.h>

enum junit_result {
    JUNIT_PASSED,
    JUNIT_FAILED,  /* what was tested is not as it should be */
    JUNIT_ERROR,   /* nobody can tell */
    JUNIT_SKIPPED, /* nobody has tried */
    JUNIT_RESULTS
};

struct junit_case {
    const char *name;
    enum junit_result result;
    char *message; /* one line; NULL if it has passed */
    char *text;    /* more, or NULL */
};

/* Frees message and text. */
void junit_case_clear(struct junit_case *item);

void junit_begin(FILE *to);
void junit_add_suite(FILE *to, const char *name, const struct junit_case *cases, unsigned count);
void junit_end(FILE *to);

#endif
