/* Files that are there while they are open, and memory that processes share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_SCRATCH_H
#define PCAPLIFE_SCRATCH_H

#include <stddef.h>
#include <stdio.h>

/* In $TMPDIR, without a name; NULL: none can be had, and errno says why. */
FILE *scratch_file(void);

/* Zeros, of this process and of those that it forks from now on. NULL: none can be had, and errno says why. */
void *scratch_shared(size_t bytes);
void scratch_shared_free(void *memory, size_t bytes);

#endif
