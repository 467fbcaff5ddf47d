/* The files that were captured at one point of the network, one after the other: a ring buffer's, a rotated
 * capture's. They are read in the order of their first packets, whatever order they are named in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_PIECES_H
#define PCAPLIFE_PIECES_H

#include <glib.h>

#include "command/capture.h"

#include <stdbool.h>

struct pieces;

/* A file that cannot be read, or not to its end. */
struct piece_damage {
    char *path;
    struct capture_damage damage;
};

/* `paths` are char *; "-", the standard input, must be the only one, for others are opened twice. */
struct pieces *pieces_new(const GPtrArray *paths);
void pieces_free(struct pieces *pieces);

/* The next record of all files; its frame number is that within its file. */
enum capture_result pieces_read(struct pieces *pieces, struct packet *packet);
/* The bytes of all packets so far may go. At most CAPTURE_KEEPS can be read before that. */
void pieces_forget(struct pieces *pieces);

/* The file of the record that was read last, and how many files were opened before it. */
const char *pieces_path(const struct pieces *pieces);
unsigned pieces_place(const struct pieces *pieces);

/* Where there is but one file: that; else NULL. */
const char *pieces_only_path(const struct pieces *pieces);
/* Could one of them be opened? */
bool pieces_any(const struct pieces *pieces);
/* What went wrong so far: struct piece_damage, owned by the pieces. */
const GArray *pieces_damages(const struct pieces *pieces);
/* What ended with this error is not damaged. */
void pieces_forgive(struct pieces *pieces, int error);

#endif
