/* What a host's connections have shown of its checksums, by address: for an end that has shown nothing yet.
 *
 * A capture taken on a host holds its segments before the network card filled their checksums in. The first
 * segment of an end that has a wrong one does not tell such a host from damage on the way; the host's other
 * connections do.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_RECORD_HOSTS_H
#define TCPLIFE_RECORD_HOSTS_H

#include "core/record/checksum.h"
#include "core/record/environment.h"

enum tl_host_checksum {
    TL_HOST_WAS_WRONG, /* it was believed all the same */
    TL_HOST_IS_RIGHT,  /* the end's first one of this kind */
    TL_HOST_IS_RIGHT_AFTER_ALL /* the same, where a wrong one was believed before: that was damage */
};

/* A segment of the host with this socket, whose network is as in struct tl_segment, had such a checksum. Counted are
 * SYN, RST and FIN. */
void tl_note_host_checksum(struct tl_environment *environment, const struct tl_socket *socket,
                           uint32_t network, enum tl_checksum_kind kind,
                           enum tl_host_checksum checksum);

/* Is a wrong checksum of this kind damage, as far as the host's other connections tell? */
bool tl_host_condemns(const struct tl_environment *environment, const struct tl_socket *socket,
                      uint32_t network, enum tl_checksum_kind kind);

void tl_hosts_free(struct tl_hosts *hosts, const struct tl_memory *memory);

#endif
