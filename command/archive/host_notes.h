/* What a part's tracker tells of hosts, and asks about them (tcplife/hosts.h): a host's connections lie in all parts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_HOST_NOTES_H
#define PCAPLIFE_ARCHIVE_HOST_NOTES_H

#include "command/archive/numbers.h"
#include "tcplife/hosts.h"

/* A note, and where it is in the whole. */
struct host_note {
    uint64_t ordinal; /* so many segments of the whole are before the one that shows it */
    unsigned part;    /* of the connection */
    struct tl_host_note told;
};

/* Its part is not written. `before` is the ordinal of the one written before, or 0. */
void host_note_put(const struct host_note *note, uint64_t before, GByteArray *to);
struct host_note host_note_take(struct numbers *from, uint64_t before);

/* Those of a part, in their order. */
struct host_notes;

struct host_notes *host_notes_new(void);
void host_notes_free(struct host_notes *notes);
void host_notes_add(struct host_notes *notes, const struct host_note *note);
/* What the part's blocks hold: GByteArray, owned by the notes. */
const GPtrArray *host_notes_blocks(const struct host_notes *notes);

#endif
