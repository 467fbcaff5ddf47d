/* SYN floods of a whole archive: which connections' records have to tell of one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_ARCHIVE_FLOOD_ITEMS_H
#define PCAPLIFE_ARCHIVE_FLOOD_ITEMS_H

#include "command/archive/part_reader.h"

/* An expert info that a record does not have yet. */
struct flood_item {
    unsigned part;
    uint32_t number; /* of its connection, in the part */
    uint32_t place;  /* among the record's expert infos, without those of floods */
    uint64_t ordinal;
    struct tl_change change;
};

/* From all parts' notes (struct part_reader, each at its beginning or at its notes): struct flood_item, by part, number,
 * and the last one first. NULL: a part cannot be read, and the user has been told. `paths` are the parts', to be read
 * once more. */
GArray *flood_items_new(const GPtrArray *paths, const struct preferences *preferences);

#endif
