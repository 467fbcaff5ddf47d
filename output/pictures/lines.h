/* One line of a picture, from what the film has of its segments: flags, numbers, step, notes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_LINES_H
#define TCPLIFE_OUTPUT_LINES_H

#include "output/pictures/film.h"
#include "output/pictures/picture.h"

/* Where each end's numbers are counted from: its ISN, or what was captured first. */
struct bases {
    bool known[2]; /* neither: numbers are shown as captured */
    tl_seq base[2];
};

/* Row by row, before the line is made. */
void picture_learn_bases(struct bases *bases, const struct row *row,
                         const struct tl_connection *connection);

struct picture_line picture_line_of(const struct row *row, const struct tl_connection *connection,
                                    const struct bases *bases);

/* By the segment; none by a run, of which each is plain. */
struct tl_changes row_changes(const struct row *row, const struct tl_connection *connection);

#endif
