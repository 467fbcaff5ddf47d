/* The capture files in a folder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_FOLDER_H
#define PCAPLIFE_FOLDER_H

#include <glib.h>

#include <stdbool.h>

/* Adds their names to `files`, sorted; to `texts` those of texts that are called as captures may be, and are none. Those
 * in folders within are not among them. False: there is no capture, or the folder cannot be read; the user has been told. */
bool folder_add_captures(GPtrArray *files, GPtrArray *texts, const char *folder);

/* The user is told of these texts, if there are any. */
void folder_complain_of_texts(const GPtrArray *texts);

#endif
