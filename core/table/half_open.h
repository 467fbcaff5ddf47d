/* SYN floods: the half-open connections of each server (RFC 4987).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TABLE_HALF_OPEN_H
#define TCPLIFE_TABLE_HALF_OPEN_H

#include "core/table/store.h"
#include "tcplife/tracker.h"

#include <stdint.h>

struct tl_half_open {
    struct tl_store *store;
    const struct tl_config *config;
    struct tl_server **server_slots; /* open addressing, linear probing; a power of two of them */
    uint32_t server_slot_count, server_count;
};

/* What a segment did to a connection that is half-open, or was. */
struct tl_half_open_step {
    bool is_half_open;
    bool may_begin; /* to be counted: it does not close */
    uint32_t frame;
    int64_t time_ns;
};

/* Keeps count of the half-open connections of each server, and announces a SYN flood once an
 * episode. A server whose handshakes complete, however busy, has none that are stale. */
void tl_count_half_open(struct tl_half_open *half_open, struct tl_connection *connection,
                        const struct tl_half_open_step *step);

/* The same for a segment; or whoever counts elsewhere is told of it. */
void tl_note_half_open(struct tl_half_open *half_open, struct tl_connection *connection,
                       const struct tl_segment *segment);

/* The same, behind each segment: most concern no half-open connection. */
static inline void tl_watch_half_open(struct tl_half_open *half_open,
                                      struct tl_connection *connection,
                                      const struct tl_segment *segment)
{
    if ((half_open->config->syn_flood_threshold || half_open->config->half_open) &&
        (connection->flags & TL_CONNECTION_COUNTED || tl_connection_is_half_open(connection)))
        tl_note_half_open(half_open, connection, segment);
}

/* The connection goes: it is not counted any more. Until tl_half_open_tidy() was called, its number must not
 * be given again. */
void tl_discount_half_open(struct tl_half_open *half_open, struct tl_connection *connection);
/* Forgets who was half-open once, and servers without half-open connections. */
void tl_half_open_tidy(struct tl_half_open *half_open);

void tl_half_open_free(struct tl_half_open *half_open, const struct tl_memory *memory);

#endif
