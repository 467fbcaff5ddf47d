/* Datagrams that come in pieces (RFC 791, section 3.2; RFC 8200, section 4.5; RFC 5415, section 3.4).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_FRAGMENTS_H
#define PCAPLIFE_FRAGMENTS_H

#include "command/decode/noted_datagrams.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fragments with the same key are of one datagram. Unused bytes are 0. */
struct fragment_key {
    uint8_t source[16], destination[16];
    uint32_t id;
    uint32_t kind; /* IPv4, IPv6… */
};

struct fragment {
    uint32_t offset, length; /* where in the datagram; at least one byte */
    const uint8_t *bytes;
    bool more; /* it is not the last one */
    uint32_t frame;
};

struct fragments *fragments_new(void);
void fragments_free(struct fragments *fragments);

/* The whole datagram, when this fragment completes it, and its length; owned by `fragments` until
 * fragments_forget(). Else NULL. In any order, and as Wireshark does: where fragments overlap, what lies
 * further ahead in the datagram counts, then what came first. */
const uint8_t *fragments_add(struct fragments *fragments, const struct fragment_key *key,
                             const struct fragment *fragment, size_t *length);

/* From now on all that become whole are noted there. NULL: nobody wants to know. */
void fragments_note_whole(struct fragments *fragments, struct whole_datagrams *whole);

/* Whole datagrams may go. */
void fragments_forget(struct fragments *fragments);

/* Of which datagrams is something missing? Of those that began last, `most` at most. Returns how many there are. */
size_t fragments_unfinished(const struct fragments *fragments, struct noted_datagram *to, size_t most);

#endif
