/* The capture files in a folder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_FOLDER_H
#define PCAPLIFE_FOLDER_H

#include <glib.h>

#include <stdbool.h>

/* Adds their names to `files`, sorted. Those in folders within are not among them. False: there is none,
 * or the folder cannot be read; the user has been told. */
bool folder_add_captures(GPtrArray *files, const char *folder);

#endif
