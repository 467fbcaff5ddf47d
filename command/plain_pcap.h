/* The packets of an ordinary pcap file, in little time: libwiretap takes some 1300 instructions for each, most of them for
 * what such a file does not have.
 *
 * It knows one shape of a record, and judges nothing: what has another shape, or is cut off, is for libwiretap to read and
 * to speak of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_PLAIN_PCAP_H
#define PCAPLIFE_PLAIN_PCAP_H

#include "command/decode/packet.h"

#include <stdbool.h>
#include <stdint.h>

struct plain_pcap;

struct plain_pcap *plain_pcap_new(void);
/* NULL is fine. */
void plain_pcap_free(struct plain_pcap *plain);

/* Reads this file from now on. False: it is none whose header says pcap 2.4 in this machine's byte order, or cannot be
 * read. The bytes of packets that were read before live on. */
bool plain_pcap_open(struct plain_pcap *plain, const char *path);
void plain_pcap_close(struct plain_pcap *plain);
bool plain_pcap_is_open(const struct plain_pcap *plain);
/* Is that file still what this path names? */
bool plain_pcap_is_at(const struct plain_pcap *plain, const char *path);

enum plain_result {
    PLAIN_PACKET,
    PLAIN_END, /* of the file, behind a whole packet */
    PLAIN_ODD  /* the next record, or what there is of it */
};

/* Sets `time_ns`, `bytes`, `captured` and `on_the_wire`. */
enum plain_result plain_pcap_read(struct plain_pcap *plain, struct packet *packet);

/* The bytes of all packets so far may go. */
void plain_pcap_forget(struct plain_pcap *plain);

/* How many bytes of the file have been read. */
int64_t plain_pcap_read_so_far(const struct plain_pcap *plain);

#endif
