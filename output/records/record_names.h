/* The names that every record has several of, as a record writer copies them for the least.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_RECORD_NAMES_H
#define TCPLIFE_OUTPUT_RECORD_NAMES_H

#include "output/records/record_writer.h"
#include "tcplife/summary.h"

extern const struct record_name record_states[TL_STATE_COUNT], record_roles[2], record_opens[TL_OPEN_COUNT],
    record_closes[TL_CLOSE_COUNT];

#endif
