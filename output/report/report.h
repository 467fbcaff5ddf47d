/* The report: one HTML file that holds everything, about the connections of one capture or several.
 *
 *   report_new(), report_add() and report_draw() for every capture, report_finish()
 *
 * What it holds, and in which form, says report/README.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_REPORT_H
#define TCPLIFE_OUTPUT_REPORT_H

#include <glib.h>

#include "output/pictures/film.h"
#include "tcplife/output/capture.h"

#include <stddef.h>
#include <stdint.h>

/* How many ladders there are in it unless the user says otherwise. */
enum { REPORT_LADDERS = 500 };

/* Why no report can be written by this program, in a sentence; NULL: it can. */
const char *report_missing(void);

/* Who takes what is written, piece by piece. */
typedef void report_take(void *to, const char *text, size_t length);

struct report;

struct report_options {
    unsigned ladders;           /* so many at most */
    int64_t states_interval_ns; /* of the states over time; 0: one that makes at most 200 rows */
};

/* Not where report_missing() says why. */
struct report *report_new(const struct report_options *options, report_take *take, void *to);

/* The connections of a capture that are chosen, a connection_set. Returns those of them that are to have a ladder, as
 * far as is known, another one, which is the caller's. */
GByteArray *report_add(struct report *report, const struct tl_capture *capture,
                       const GByteArray *chosen);

/* Draws those, of the capture that was added last, from a film with all their segments; who does not call it has none.
 * Afterwards nothing of the capture is needed any more. */
void report_draw(struct report *report, const struct tl_capture *capture, struct picture_film *film);

/* Writes the rest, and frees the report. */
void report_finish(struct report *report);

#endif
