/* What is said of a connection that somebody should look at: where it is, what became of it, what was odd.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_CULPRIT_H
#define PCAPLIFE_CULPRIT_H

#include <glib.h>

struct picture_film;
struct reading;
struct tl_connection;

/* "connection 3, frames 5 to 17: 192.0.2.1:4711 -> …" */
void culprit_append_line(GString *text, const struct reading *reading,
                           const struct tl_connection *connection);

/* A line for each expert info that a person should look at, with its frame; at most a few. */
void culprit_append_experts(GString *text, const struct reading *reading,
                              const struct tl_connection *connection);

/* Its picture, from a film that has it; the beginning of a long one. */
void culprit_append_ladder(GString *text, const struct reading *reading, struct picture_film *film,
                           const struct tl_connection *connection);

#endif
