/* Zeek's history: one letter for everything new that an end did; and who of the two is the originator.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_ZEEK_HISTORY_H
#define TCPLIFE_ZEEK_HISTORY_H

#include "core/zeek/connection.h"

const char *zeek_history(const struct zeek_connection *c);
/* The ports on which Zeek's own protocol analyzers expect a server. */
bool zeek_is_server_port(uint16_t port);
/* Originator and responder change places, which the history records. */
void zeek_flip(struct zeek_passage *p);
/* What the segment adds to the history by its flags and its payload. */
void zeek_record_segment(struct zeek_passage *p);
/* Letters that are recorded the 1st, 10th, 100th … time. */
void zeek_record_counted(struct zeek_passage *p, const struct zeek_end *end, char letter,
                         uint32_t *count);
void zeek_free_history(struct zeek_connection *c, const struct tl_memory *memory);

#endif
