/* What lasts beyond a segment and beyond a connection: what looking at a segment needs from outside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_RECORD_ENVIRONMENT_H
#define TCPLIFE_RECORD_ENVIRONMENT_H

#include "core/record/record.h"
#include "tcplife/hosts.h"
#include "tcplife/memory.h"

#include <stdbool.h>
#include <stdint.h>

/* The last segments of the whole capture: to know copies of them again, and to see what a segment
 * answers. Each names the one before it of the same connection. */
struct tl_recent {
    int64_t time_ns;
    uint32_t mark; /* what a copy has in common with the first */
    uint32_t before; /* number of the connection's one before; 0: none */
    uint32_t frame;
    tl_seq seq, ack;
    uint32_t span : 30; /* what it occupies of sequence space */
    uint32_t sender : 1; /* enum tl_role */
    uint32_t shows_hole : 1; /* by SACK: what it acknowledges is followed by a hole */
    uint16_t ip_id, window;  /* as in struct tl_segment */
    uint8_t flags;           /* the same */
};

struct tl_recents {
    struct tl_recent *segment; /* number n is at n modulo size; or NULL */
    uint32_t size, last; /* size: 0, or a power of two; last: number of the present one */
};
/* So many are known at most: those of 10 ms in a capture of 3 million packets a second. */
enum { TL_MOST_RECENT = 32768 };

/* What the connections of a host have shown of its checksums (hosts.h): how many ends had right ones of a
 * kind, and how many wrong ones that were believed. */
struct tl_host {
    uint8_t address[16];
    uint32_t network; /* as in struct tl_segment */
    uint8_t family, address_length; /* 0: nobody's place */
    uint8_t right[TL_CHECKSUM_KINDS_OF_HOSTS], wrong[TL_CHECKSUM_KINDS_OF_HOSTS];
};
/* So many are known at most. */
enum { TL_MOST_HOSTS = 1024 };

struct tl_hosts {
    struct tl_host *host; /* TL_MOST_HOSTS of them; or NULL */
};

/* What processing a segment needs from outside. */
struct tl_environment {
    const struct tl_memory *memory;
    int64_t msl_ns, close_wait_limit_ns;
    bool out_of_memory; /* set when a change could not be logged */
    bool part_is_pending; /* the next change is the first one of `part` of `frame` */
    uint32_t frame, part;
    bool has_plain; /* the capture holds a segment that acknowledges, and is neither SYN nor FIN nor RST */
    struct tl_oddities spilled; /* where oddities go for which there is no memory */
    struct tl_recents recents;
    struct tl_hosts hosts;
    void (*told_of_host)(void *ctx, const struct tl_host_note *note); /* struct tl_config's; or NULL */
    void *told_ctx;
};

#endif
