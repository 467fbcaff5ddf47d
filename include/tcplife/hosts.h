/* What a capture's hosts show of their checksums, where several trackers share the capture: the first SYN,ACK, FIN or RST
 * of an end that has a wrong one is judged by what other connections of its host have shown, and these may be another
 * tracker's. Each tells what its connections show, and what it was answered; one place, which hears of all of them,
 * says whether one tracker would have been answered the same.
 *
 *   tell of them            struct tl_config's host
 *   put them in order       of their segments in the whole capture
 *   ask                     tl_host_table_note(): is a question answered as it was?
 *   where one was not       let its tracker take all in once more, and tell it of the others' notes:
 *                           tl_tracker_host_elsewhere()
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_HOSTS_H
#define TCPLIFE_HOSTS_H

#include "tcplife/api.h"
#include "tcplife/memory.h"
#include "tcplife/segment.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

enum tl_host_news {
    TL_HOST_WAS_WRONG,          /* a checksum was, and was believed all the same */
    TL_HOST_IS_RIGHT,           /* the end's first one of this kind */
    TL_HOST_IS_RIGHT_AFTER_ALL, /* the same, where a wrong one was believed before: that was damage */
    TL_HOST_IS_ASKED_ABOUT      /* a wrong one of an end that has shown nothing yet: is it damage? */
};

/* Kinds of segments, which are judged apart: SYN, RST and FIN. */
enum { TL_HOST_KINDS = 3 };

struct tl_host_note {
    struct tl_socket socket; /* of the host, whose port says nothing */
    uint32_t network;        /* as in struct tl_segment */
    uint32_t connection;     /* the number of the one that tells, or asks */
    uint8_t kind;            /* of segment, below TL_HOST_KINDS */
    uint8_t news;            /* enum tl_host_news */
    bool is_damage;          /* the question's answer */
};

/* A host is remembered in one of so many places, with a few others: what is told of the others of its place may drive it
 * out, and nothing else has to do with it. */
enum { TL_HOST_PLACES = 256 };
TL_API uint32_t tl_host_place(const struct tl_socket *socket, uint32_t network);

/* May a tracker ask about the sender's host? Notes of places in which no such segment lies concern nobody. */
static inline bool tl_is_judged_by_host(const struct tl_segment *segment, enum tl_checksum checksum)
{
    return checksum == TL_CHECKSUM_BAD && segment->flags & (TL_SYN | TL_FIN | TL_RST) &&
           (segment->flags & (TL_SYN | TL_ACK)) != TL_SYN;
}

struct tl_host_table;

/* NULL: memory ran out. */
TL_API struct tl_host_table *tl_host_table_new(const struct tl_memory *memory);
TL_API void tl_host_table_free(struct tl_host_table *table);

/* Learns from a note; or returns a question's answer by what it has learnt so far. */
TL_API bool tl_host_table_note(struct tl_host_table *table, const struct tl_host_note *note);

TL_END_DECLS

#endif
