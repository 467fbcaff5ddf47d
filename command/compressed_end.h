/* Does a compressed file end before what it says of itself?
 *
 * libwiretap takes what comes out of Zstandard or LZ4 for all that there is, even where the file was cut off: its
 * packets may end there, too, and nothing is missed. (Of gzip it tells.)
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_COMPRESSED_END_H
#define PCAPLIFE_COMPRESSED_END_H

#include <stdbool.h>

/* False, too, of what comes through a pipe, and of what is compressed by neither of them. `-` is the standard input. */
bool compressed_end_is_missing(const char *path);

#endif
