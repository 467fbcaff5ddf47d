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

#include "core/record/environment.h"

/* Learns from a note; or returns a question's answer. */
bool tl_host_learn(struct tl_environment *environment, const struct tl_host_note *note);

/* The same of the environment's own connections: the answer is in the note, and whoever shares the capture is told. */
void tl_host_note(struct tl_environment *environment, struct tl_host_note *note);

void tl_hosts_free(struct tl_hosts *hosts, const struct tl_memory *memory);

#endif
