/* Sorting what lies in order already, but for a few places: what the parts of an archive tell, one part after the other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_ORDERED_RUNS_H
#define PCAPLIFE_ARCHIVE_ORDERED_RUNS_H

#include <glib.h>

/* What g_array_sort() does; equal members stay as they are to each other. */
void ordered_runs_sort(GArray *array, GCompareFunc compare);

#endif
