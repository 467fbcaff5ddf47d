/* Zeek's sequence numbers: how much each end sent, what came twice, what is missing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_ZEEK_STREAM_H
#define TCPLIFE_ZEEK_STREAM_H

#include "core/zeek/connection.h"

/* Payload, SYN and FIN; a RST's payload is no part of the stream. */
uint32_t zeek_span(const struct tl_segment *s);
void zeek_begin_numbers(struct zeek_passage *p);
/* relative_seq and precedes_start. */
void zeek_place_segment(struct zeek_passage *p);
void zeek_take_ack(struct zeek_passage *p);
/* `advance`; a segment that does not advance repeats what was sent before. */
void zeek_advance(struct zeek_passage *p);
/* Up to `relative`, the end's data is acknowledged: what was not captured of it is missing. */
void zeek_acknowledge(struct zeek_passage *p, struct zeek_end *end, uint64_t relative);
void zeek_take_data(struct zeek_passage *p);
/* Is there data of the end, or for it, that waits to be delivered or acknowledged? */
bool zeek_is_data_pending(const struct zeek_connection *c, const struct zeek_end *end);
uint64_t zeek_size(const struct zeek_connection *c, const struct zeek_end *end);
/* What it has of memory, where the connection has oddities. */
void zeek_free_stream(struct zeek_connection *c, const struct tl_memory *memory);

#endif
