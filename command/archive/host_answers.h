/* Was each part's tracker answered about hosts as one tracker would have been, which knows all parts' connections?
 *
 * Where all answers are the same, so is everything: until a first answer that is another one, no part can have told
 * anything else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_HOST_ANSWERS_H
#define PCAPLIFE_ARCHIVE_HOST_ANSWERS_H

#include "command/archive/host_file.h"
#include "command/archive/part_reader.h"
#include "command/archive/slice.h"

#include <stdbool.h>

/* Who asked. */
struct host_asker {
    unsigned part;
    uint32_t connection; /* its number in the part */
};

struct host_answers {
    bool is_wrong[MOST_PARTS]; /* the part was answered otherwise */
    bool are_wrong;            /* some part was */
    GArray *askers; /* struct host_asker: from the first one on that was answered otherwise */
};

/* Takes the notes of all parts (of whose readers nothing behind the births was read yet), and writes them to `writer`, if
 * it is not NULL. NULL: some part cannot be read, and the user has been told. */
struct host_answers *host_answers_new(struct part_reader **parts, unsigned count, struct host_file_writer *writer);
void host_answers_free(struct host_answers *answers);

#endif
