/* pcaplife reduce: see map.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_REDUCE_H
#define PCAPLIFE_ARCHIVE_REDUCE_H

/* `argv[0]` is the step's name. Returns an exit code. */
int archive_reduce(int argc, char **argv);

#endif
