/* What a picture needs of the segments, by connection, kept while they arrive.
 *
 * Plain data is folded at once, so that a long connection takes no more room than a short one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_FILM_H
#define TCPLIFE_OUTPUT_FILM_H

#include <glib.h>

#include "output/pictures/coverage.h"
#include "tcplife/output/sentences.h"

#include <stdbool.h>
#include <stdint.h>

struct picture_film;

struct picture_film *picture_film_new(void);
void picture_film_free(struct picture_film *film);
void picture_film_clear(struct picture_film *film);
void picture_film_take(struct picture_film *film, const struct tl_seen_segment *seen);

/* ---- what is on it: for those who draw ------------------------------------------------------- */

struct flow {
    uint64_t bytes;
    uint32_t segments; /* with data */
    uint32_t bare;     /* without */
    uint32_t repeated; /* of those with data */
};

/* One segment, or a run of plain ones. */
struct row {
    int64_t time_ns, last_ns;
    uint32_t frame, last_frame;
    uint32_t part; /* of the frame */
    tl_seq seq, ack;
    uint32_t length;
    uint8_t flags;
    enum tl_role sender;
    bool quoted;   /* the row is an ICMP error about a segment of `sender` */
    bool repeated;  /* all its data was captured before… */
    bool timed_out; /* …and after a pause: nothing had answered it */
    bool is_run;
    enum tl_role first_flow;
    struct flow flow[2];
    struct tl_states states;
};

/* The segments of one connection. */
struct strip {
    GArray *rows; /* struct row */
    unsigned stretch; /* where the plain segments at the end of `rows` begin */
    unsigned probes;
    struct coverage coverage[2];
    int64_t last_ns[2];
};

static inline struct row *strip_row(const struct strip *strip, unsigned i)
{
    return &g_array_index(strip->rows, struct row, i);
}

/* The segments of a connection, folded for good. NULL: there are none. */
const struct strip *picture_film_develop(struct picture_film *film, uint32_t number);

#endif
