/* One reading of a capture file: its tracker, from the first segment to the last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SESSION_H
#define TCPLIFE_SESSION_H

#include "summary.h"
#include "tracker.h"

#include <stdbool.h>
#include <stdint.h>

void tcplife_register_session(void);
void tcplife_hand_off_session(void);

/* Memory that ends with the file. */
struct tl_memory tcplife_file_memory(void);

/* When the capture's latest packet was captured, of whatever protocol, as far as it has been read. */
int64_t tcplife_capture_end_ns(void);

/* The connection's life as far as that packet: an end that has fallen silent since has given up. */
struct tl_summary tcplife_summarize(const struct tl_connection *connection);

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
