/* The ladders in a report: of the connections with the worst expert infos, and of each kind of trouble some.
 *
 * A capture may hold ten thousand refused connections and one forged segment: among its first hundred ladders
 * is that one. So what counts is how bad a connection's worst trouble is, and then how often its kind was met
 * before.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_ALBUM_H
#define TCPLIFE_OUTPUT_ALBUM_H

#include <glib.h>

#include "output/pictures/film.h"
#include "output/report/packer.h"
#include "tcplife/output/capture.h"

struct album;

/* So many ladders at most. */
struct album *album_new(unsigned most);
void album_free(struct album *album);

/* What follows is of another capture: what was not drawn of the one before never will be. */
void album_begin(struct album *album);

/* A connection that may be drawn, of the file with this number. */
void album_note(struct album *album, const struct tl_capture *capture,
                const struct tl_connection *connection, unsigned file);

/* Those of this capture that are to be drawn, when all of them were noted: a connection_set, the caller's. */
GByteArray *album_blanks(struct album *album);

/* Draws them. */
void album_draw(struct album *album, struct packer *packer, const struct tl_capture *capture,
                struct picture_film *film);

/* Appends them as blocks of the report, in the order of files and connections. */
void album_append(struct album *album, GString *to);

#endif
