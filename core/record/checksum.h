/* What an end's checksums tell of the next one that is wrong.
 *
 * A capture taken on one of the two hosts holds what the host gave to its network card, which fills
 * in the checksums of some kinds of segments and not of others; and a file whose contents were made
 * unreadable has right checksums where nothing was changed. So the kinds are judged apart. A caller
 * that knows a checksum for one that the card was to fill in says so (TL_CHECKSUM_UNKNOWN): it is
 * evidence of nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_CHECKSUM_H
#define TCPLIFE_CHECKSUM_H

#include "tcplife/segment.h"

enum tl_checksum_kind {
    TL_CHECKSUM_OF_SYN,
    TL_CHECKSUM_OF_RST,
    TL_CHECKSUM_OF_FIN,
    TL_CHECKSUM_KINDS_OF_HOSTS, /* those before this are kept by host, too (hosts.h) */
    TL_CHECKSUM_OF_DATA = TL_CHECKSUM_KINDS_OF_HOSTS,
    TL_CHECKSUM_OF_ACK, /* that says nothing else */
    TL_CHECKSUM_KINDS
};

/* What was seen of an end's kinds of segments: three bits each, 0 at first. */
typedef uint16_t tl_checksums;

static inline enum tl_checksum_kind tl_checksum_kind(const struct tl_segment *s)
{
    return s->flags & TL_RST   ? TL_CHECKSUM_OF_RST
           : s->flags & TL_SYN ? TL_CHECKSUM_OF_SYN
           : s->flags & TL_FIN ? TL_CHECKSUM_OF_FIN
           : s->length         ? TL_CHECKSUM_OF_DATA
                               : TL_CHECKSUM_OF_ACK;
}

/* Of one kind. */
enum {
    TL_CHECKSUM_NONE,      /* none was seen… */
    TL_CHECKSUM_WRONG,     /* …but a wrong one, which was believed: nothing was right before it */
    TL_CHECKSUM_DOUBTED,   /* …but a wrong one, which was not believed… */
    TL_CHECKSUM_DOUBTED_TWICE, /* …nor was the next one */
    TL_CHECKSUM_RIGHT_ONCE, /* one in 65,536 is right by chance */
    TL_CHECKSUM_RIGHT_ONCE_AND_DOUBTED, /* the last one was wrong, and was not believed */
    TL_CHECKSUM_RIGHT,     /* more than once */
    TL_CHECKSUM_IGNORED    /* segments of this kind are good, whatever their checksums are */
};

static inline unsigned tl_checksums_of(tl_checksums seen, enum tl_checksum_kind kind)
{
    return seen >> 3 * kind & 7;
}

/* Is enough known of this kind? */
static inline bool tl_checksums_are_settled(tl_checksums seen, enum tl_checksum_kind kind)
{
    return tl_checksums_of(seen, kind) >= TL_CHECKSUM_RIGHT;
}

/* Some were looked at, and none was right. */
bool tl_checksums_are_all_wrong(tl_checksums seen);

/* The next segment's checksum was looked at: true when the segment is not to be believed. */
bool tl_checksum_condemns(tl_checksums *seen, enum tl_checksum_kind kind, enum tl_checksum checksum);

/* The same where this end has shown nothing yet, and its host's other connections speak against it. */
void tl_checksum_is_damaged(tl_checksums *seen, enum tl_checksum_kind kind);

/* A segment of this kind with a wrong checksum was good on the wire: the other end has it. */
void tl_checksum_was_good(tl_checksums *seen, enum tl_checksum_kind kind);

#endif
