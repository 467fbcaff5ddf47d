/* Datagrams whose fragments lie in several slices of a tap: nobody has put them together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_CUT_DATAGRAMS_H
#define PCAPLIFE_ARCHIVE_CUT_DATAGRAMS_H

#include <glib.h>

#include <stdint.h>

/* How many there are; `slices`, struct slice *, are those of part 0, which alone have their names. `*example`, to be freed
 * with g_free(), says in which frames one of them is; "": there is none. */
uint64_t cut_datagrams(const GPtrArray *slices, char **example);

#endif
