/* A record that a part has written gets what only the whole knows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_RECORD_EDIT_H
#define PCAPLIFE_ARCHIVE_RECORD_EDIT_H

#include <glib.h>

#include "command/archive/record_steps.h"
#include "tcplife/change.h"

#include <stdbool.h>
#include <stdint.h>

/* Appends the record with the connections' numbers: in place of its part's n-th stands numbers[n], `count` of them. False:
 * there is a number that is none. */
bool record_append_numbered(GString *to, const struct record_steps *record, const uint32_t *numbers, uint32_t count);

/* Inserts an expert info into a record of JSON, or of CSV, at this place among those it has. False: there is no such
 * place. */
bool record_insert_json(GString *record, uint32_t place, const struct tl_change *change);
bool record_insert_csv(GString *record, unsigned column, uint32_t place, const struct tl_change *change);

#endif
