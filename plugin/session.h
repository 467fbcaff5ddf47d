/* One reading of a capture file: its tracker, from the first segment to the last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SESSION_H
#define TCPLIFE_SESSION_H

#include "tcplife/summary.h"
#include "tcplife/tracker.h"

#include <stdbool.h>
#include <stdint.h>

void tcplife_register_session(void);
void tcplife_hand_off_session(void);

/* Memory that ends with the file. */
struct tl_memory tcplife_file_memory(void);

/* The connection's life up to the capture's latest packet, of whatever protocol, that has been read: an end that has fallen silent since has given up. */
struct tl_summary tcplife_summarize(const struct tl_connection *connection);

/* How long an end had been in its last state when that packet came. */
struct tl_duration tcplife_state_time(const struct tl_connection *connection, enum tl_role end);

/* NULL: no file is being read. */
struct tl_tracker *tcplife_tracker(void);

/* Is this Wireshark, and not tshark? To be asked when a reading begins, not before. */
bool tcplife_has_window(void);

/* tcp.stream, Wireshark's own number, of a connection's first segment. To be remembered when "tcp"
 * has dissected that segment, and before anything else is dissected: later, Wireshark may answer
 * otherwise. */
void tcplife_remember_tcp_stream(const struct tl_connection *connection,
                                 const struct tl_segment *first);
/* False: not known. */
bool tcplife_tcp_stream(const struct tl_connection *connection, uint32_t *tcp_stream);

#endif
