/* What pcaplife reduce notes of one part's half-open connections, for SYN floods: a server's lie in all parts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_HALF_OPEN_NOTES_H
#define PCAPLIFE_ARCHIVE_HALF_OPEN_NOTES_H

#include "command/archive/part_records.h"

struct half_open_notes;

struct half_open_notes *half_open_notes_new(void);
void half_open_notes_free(struct half_open_notes *notes);
/* In the order of their segments. `latest_ns` is the latest time of all frames, whichever part's, until this one. */
void half_open_notes_add(struct half_open_notes *notes, const struct part_note *note, int64_t latest_ns);

/* What the part's blocks hold (GByteArray, owned by the notes): struct part_note in their order, … */
const GPtrArray *half_open_notes_blocks(struct half_open_notes *notes);
/* …and struct part_server of each server that may take part in a flood. All notes have been added. */
const GPtrArray *half_open_notes_servers(struct half_open_notes *notes);

#endif
