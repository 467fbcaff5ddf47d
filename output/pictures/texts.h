/* Numbers and durations in words, as pictures have them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_TEXTS_H
#define TCPLIFE_OUTPUT_TEXTS_H

#include <glib.h>

#include <stdint.h>

/* "2 h 0 min", "12.3 s", "86 us". */
char *picture_duration_text(int64_t ns);
/* "0.000196": seconds with six decimals, rounded as tables and the report do. */
char *picture_time_text(int64_t ns);
/* "20,480" */
void picture_append_count(GString *text, uint64_t count);
/* "20,480 bytes" */
void picture_append_counted(GString *text, uint64_t count, const char *one, const char *more);

#endif
