/* What pcaplife reduce wrote of a part, read again: births, then what is told of hosts, then servers and notes, then records.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_PART_READER_H
#define PCAPLIFE_ARCHIVE_PART_READER_H

#include "command/archive/numbers.h"
#include "command/archive/part_records.h"
#include "command/archive/record_steps.h"
#include "command/archive/stream.h"

struct part_reader {
    struct stream_reader *stream;
    struct part_head *head;
    struct numbers block; /* what is left of it */
    uint8_t kind;         /* enum part_block; 0: there is none */
    GByteArray *pieces;   /* of a record */
    struct record_steps *steps;
};

/* NULL: it cannot be used, and the user has been told. */
struct part_reader *part_reader_new(const char *path);
void part_reader_free(struct part_reader *reader);

/* Is there one more thing of this kind? What comes before it is passed over. It is then at reader->block. */
bool part_reader_has(struct part_reader *reader, enum part_block kind);
/* The next connection's record, until the next call. NULL: there is none, and the user has been told. */
const struct record_steps *part_reader_record(struct part_reader *reader);
/* What was taken was none: the user is told. */
bool part_reader_is_good(struct part_reader *reader);

#endif
