/* Durations, as people write them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_DURATIONS_H
#define TCPLIFE_OUTPUT_DURATIONS_H

#include <glib.h>

#include <stdint.h>

/* "201.9 ms": in the largest unit of which it has one, with four digits. */
void append_duration(GString *text, int64_t ns);

#endif
