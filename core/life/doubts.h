/* What was not believed: segments with a wrong checksum, and those that their receiver had to refuse.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_DOUBTS_H
#define TCPLIFE_LIFE_DOUBTS_H

#include "core/life/passage.h"
#include "core/record/checksum.h"

/* Is an ordinary segment's checksum to be looked at? That of data always: its receiver drops what is
 * damaged. That of a bare acknowledgement while it is not known how this end's are; and where its
 * timestamp leaps, which would make all later ones old (RFC 7323, section 5). */
static inline bool is_checksum_of_use(const struct tl_segment *s, tl_checksums checksums,
                                      uint32_t flags, uint32_t ts_val, int64_t last_ns)
{
    const unsigned seen = tl_checksums_of(checksums, tl_checksum_kind(s));
    const int64_t pause = s->time_ns - last_ns;

    if (s->length || seen < TL_CHECKSUM_RIGHT)
        return seen != TL_CHECKSUM_IGNORED;
    /* Its unit is mostly a millisecond; this is two of them for each that has passed. */
    return seen != TL_CHECKSUM_IGNORED && s->has_timestamps && flags & TL_END_HAS_TIMESTAMPS &&
           (pause < 0 || s->ts_val - ts_val > (uint64_t)(pause >> 19) + 1);
}

/* A wrong checksum condemns only what nothing speaks for (checksum.h): many captures show segments
 * before the network card filled the checksum in. */
bool tl_has_wrong_checksum(struct tl_passage *p);

/* Has it a wrong checksum that condemns it? */
bool tl_connection_disbelieves(const struct tl_connection *connection,
                               const struct tl_segment *segment, enum tl_role sender);

/* What is not taken may have been good all the same: the other end may acknowledge it. */
void tl_doubt(struct tl_passage *p, bool has_wrong_checksum);

/* Is X's next number that of data which was captured, and not believed (a wire may have damaged it)? */
bool tl_has_doubted_data(const struct tl_passage *p);

/* X acknowledges what was not believed to be Y's: Y did send it, and X has received it. */
void tl_take_doubted(struct tl_passage *p);

#endif
