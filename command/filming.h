/* The segments that pictures are made of: of a file they are read a second time, of those connections alone that
 * somebody draws. Of a hundred thousand connections they would be a quarter of a gigabyte.
 *
 * What comes through a pipe is filmed while it is read, all of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_FILMING_H
#define PCAPLIFE_FILMING_H

#include <glib.h>

#include "command/source.h"
#include "tcplife/tracker.h"

#include <stdbool.h>

struct filming;
struct picture_film;

/* Of what the tracker will know of the source; both live longer. */
struct filming *filming_new(struct tl_tracker *tracker, const struct source *source);
/* NULL is fine. */
void filming_free(struct filming *filming);

/* Does it want to be told of every segment and ICMP error while the source is read? */
bool filming_listens(const struct filming *filming);
void filming_segment(struct filming *filming, const struct tl_segment *segment,
                     const struct tl_connection *connection, enum tl_role sender);
void filming_icmp_error(struct filming *filming, const struct tl_segment *segment,
                        const struct tl_connection *connection);

/* So much was in the source. */
void filming_note_end(struct filming *filming, uint64_t packets, uint64_t segments);

/* With the segments of these connections, a connection_set, and perhaps of others; owned by the filming, until the
 * next call. NULL: the file is not any more what it was, and the user has been told. */
struct picture_film *filming_film(struct filming *filming, const GByteArray *connections);

#endif
