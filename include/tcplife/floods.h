/* SYN floods of a capture that several trackers share (RFC 4987): each tells of its half-open connections, and one
 * place, which hears of all those of a server, finds what one tracker would have found.
 *
 *   tell of them            struct tl_config's half_open
 *   put them in order       of their segments in the whole capture
 *   ask                     tl_floods_note()
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_FLOODS_H
#define TCPLIFE_FLOODS_H

#include "tcplife/change.h"
#include "tcplife/memory.h"
#include "tcplife/segment.h"
#include "tcplife/tracker.h"

#include <stdbool.h>
#include <stdint.h>

TL_BEGIN_DECLS

/* A segment found or left a connection half-open: its SYN,ACK was sent, and not acknowledged. */
struct tl_half_open_note {
    uint32_t connection; /* its number */
    bool is_half_open;   /* after the segment */
    bool is_closing;     /* with a FIN: it is not counted from now on */
    uint32_t frame;      /* the segment's… */
    int64_t time_ns;     /* …and its time, nanoseconds since the epoch, as all of these */
    int64_t synack_ns;   /* the SYN,ACK's */
    uint32_t first_frame; /* the connection's */
    uint32_t diagnoses;   /* so many of its changes so far are diagnoses: a flood's would be the next one */
    struct tl_socket client, server;
};

/* A handshake that is not complete so long after its SYN,ACK is not on its way any more, nanoseconds: only those of which
 * this was seen make a flood. */
#define TL_HANDSHAKE_NS INT64_C(1000000000)

struct tl_floods;

/* Of `config` threshold, window and seed are looked at. NULL: memory ran out. */
TL_API struct tl_floods *tl_floods_new(const struct tl_memory *memory, const struct tl_config *config);
TL_API void tl_floods_free(struct tl_floods *floods);

/* Numbers of connections begin with 0, and a new one is one more than the highest before. True: with this segment a
 * SYN flood is to be announced in this connection, and *flood is the change that does. */
TL_API bool tl_floods_note(struct tl_floods *floods, const struct tl_half_open_note *note,
                           struct tl_change *flood);

TL_END_DECLS

#endif
