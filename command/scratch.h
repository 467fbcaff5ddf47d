/* Files that are there while they are open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_SCRATCH_H
#define PCAPLIFE_SCRATCH_H

#include <stdio.h>

/* In $TMPDIR, without a name; NULL: none can be had, and errno says why. */
FILE *scratch_file(void);

#endif
