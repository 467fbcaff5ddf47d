/* Many machines tell what one would, by the steps pcaplife map, reduce and result (docs/archives.md).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_MAP_H
#define PCAPLIFE_ARCHIVE_MAP_H

/* `argv[0]` is the step's name. Returns an exit code. */
int archive_map(int argc, char **argv);

#endif
