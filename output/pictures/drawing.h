/* A picture while it is drawn: what its lines and spans are made from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_DRAWING_H
#define TCPLIFE_OUTPUT_DRAWING_H

#include "output/pictures/film.h"
#include "output/pictures/lines.h"
#include "output/pictures/picture.h"

/* The lines are one for each row, until spans.c adds what nothing was captured of. */
struct drawing {
    const struct strip *strip;
    const struct tl_connection *connection;
    GArray *lines; /* struct picture_line */
    GArray *spans; /* struct picture_span */
    int64_t msl_ns;
};

static inline struct picture_line *drawing_line(const struct drawing *d, unsigned i)
{
    return &g_array_index(d->lines, struct picture_line, i);
}

static inline struct tl_changes drawing_changes(const struct drawing *d, unsigned i)
{
    return row_changes(strip_row(d->strip, i), d->connection);
}

static inline uint32_t span_of(const struct row *row)
{
    return row->length + ((row->flags & TL_SYN) != 0) + ((row->flags & TL_FIN) != 0);
}

#endif
