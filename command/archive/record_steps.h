/* Records as what differs from the one before: those of a part are much alike, and only their differences need to be
 * kept, compressed and read again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_RECORD_STEPS_H
#define PCAPLIFE_ARCHIVE_RECORD_STEPS_H

#include <glib.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A connection's number in a record that a part has written has so many digits, and these first ones are the same in
 * all. */
enum { RECORD_DIGITS = 20, RECORD_CONSTANT = 10 };

/* The last record: what its writer and its reader both keep. */
struct record_steps {
    GString *text;
    GArray *places; /* uint32_t: where connections' numbers begin in it */
    GString *before_text; /* the same of the one before it */
    GArray *before_places;
    GString *steps; /* from the one to the other, as they are written */
};

struct record_steps *record_steps_new(void);
void record_steps_free(struct record_steps *steps);

/* Appends to `to` what leads from the last record to this one, which steps->text holds now. Connections' numbers begin
 * with those of `first_number`. */
void record_steps_put(struct record_steps *steps, uint64_t first_number, GByteArray *to);
/* The next record is begun: it is to be written into what is returned. */
GString *record_steps_begin(struct record_steps *steps);

/* The next record, from what record_steps_put() wrote. False: it is none. */
bool record_steps_take(struct record_steps *steps, const uint8_t *bytes, size_t length);

#endif
