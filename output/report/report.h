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
    const char *choice;         /* the words with which the user chose connections; NULL: all are wanted */
    unsigned files;             /* so many were named; 0: nobody knows */
};

/* Not where report_missing() says why. */
struct report *report_new(const struct report_options *options, report_take *take, void *to);

/* The connections of a capture that are chosen, a connection_set. Returns those of them that are to have a ladder, as
 * far as is known, another one, which is the caller's. */
GByteArray *report_add(struct report *report, const struct tl_capture *capture,
                       const GByteArray *chosen);

/* Why a report is not of all that it was to be of. */
enum report_lack {
    REPORT_UNREAD,      /* a file could not be read to its end, or not at all */
    REPORT_PASSED_OVER, /* some packets were not understood */
    REPORT_GIVEN_UP     /* something that was named is not there, or was not asked any more */
};

/* The page says so before all else, in this sentence. */
void report_note_lack(struct report *report, enum report_lack lack, const char *sentence);

/* Draws those, of the capture that was added last, from a film with all their segments; who does not call it has none.
 * Afterwards nothing of the capture is needed any more. */
void report_draw(struct report *report, const struct tl_capture *capture, struct picture_film *film);

/* Writes the rest, and frees the report. */
void report_finish(struct report *report);

#endif
