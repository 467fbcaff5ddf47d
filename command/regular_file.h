/* How large is a file?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_REGULAR_FILE_H
#define PCAPLIFE_REGULAR_FILE_H

#include <stdint.h>

/* In bytes, now. Negative: it is no regular file, and its size says nothing. */
int64_t regular_file_size(const char *path);

#endif
