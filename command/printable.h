/* Texts of others, such as names of files, within a line that people or programs read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_PRINTABLE_H
#define PCAPLIFE_PRINTABLE_H

/* In UTF-8, without line breaks and control characters: it begins no line of its own, and moves no cursor. To be freed
 * with g_free(). */
char *printable(const char *words);

#endif
