/* Zeek's words for the same lives: conn_state, history and the counts of its conn.log.
 *
 * A module of its own: the tracker does not know it, and it asks the tracker for nothing but the
 * number of a segment's connection and its sender's role. Whoever wants it feeds every segment of
 * every connection, in capture order, to tl_zeek_segment(), and may ask for any connection's
 * record at any time: it says what is known so far.
 *
 * It knows Zeek's rules for one connection (docs/zeek.md); which segments are one connection is
 * the tracker's business, not Zeek's timers'.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_ZEEK_H
#define TCPLIFE_ZEEK_H

#include "tcplife/memory.h"
#include "tcplife/segment.h"
#include "tcplife/state.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

/* A segment, and what only Zeek wants to know of its packet. */
struct tl_zeek_packet {
    const struct tl_segment *segment;
    uint32_t ip_length; /* bytes by the IP header: the IP header itself, TCP's, and the payload */
    bool is_whole;      /* all of the payload was captured */
};

/* By who Zeek takes for the originator. */
enum tl_zeek_side { TL_ZEEK_ORIGINATOR, TL_ZEEK_RESPONDER };

struct tl_zeek_record {
    const char *conn_state; /* "SF" … */
    const char *history; /* "ShADadFf" …, perhaps ""; stays until the connection's next segment */
    enum tl_role originator; /* the end that Zeek calls so */
    bool has_duration;       /* Zeek gives durations and bytes only where time passed */
    int64_t duration_ns;     /* from the first segment to the last before both ends had closed */
    uint64_t bytes[2];       /* of payload, by sequence numbers; by enum tl_zeek_side */
    uint64_t missed_bytes;   /* of payload that was acknowledged, but not captured */
    uint32_t packets[2];     /* by enum tl_zeek_side */
    uint64_t ip_bytes[2];
};

struct tl_zeek;

/* NULL: memory ran out. `memory` is copied. */
TL_API struct tl_zeek *tl_zeek_new(const struct tl_memory *memory);
/* Gives everything back. NULL is fine. A caller whose memory goes away as a whole need not call
 * it. */
TL_API void tl_zeek_free(struct tl_zeek *zeek);

/* Learns from a segment that `sender` sent in the connection of that number. Numbers may come in
 * any order, but memory is taken for all up to the highest. When memory runs out, the connection
 * stays without a record, or as it was. */
TL_API void tl_zeek_segment(struct tl_zeek *zeek, uint32_t connection, enum tl_role sender,
                            const struct tl_zeek_packet *packet);

/* Forgets a connection, whose number another one may have from now on. */
TL_API void tl_zeek_forget(struct tl_zeek *zeek, uint32_t connection);

/* False: no segment of that connection was learnt. */
TL_API bool tl_zeek_look_up(const struct tl_zeek *zeek, uint32_t connection,
                            struct tl_zeek_record *record);

TL_END_DECLS

#endif
