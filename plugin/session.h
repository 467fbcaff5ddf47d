/* One reading of a capture file: its tracker, from the first segment to the last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SESSION_H
#define TCPLIFE_SESSION_H

#include "tcplife/output/capture.h"

#include <epan/address.h>
#include <wsutil/nstime.h>

#include <stdbool.h>
#include <stdint.h>

void tcplife_register_session(void);

/* Memory that ends with the file. */
struct tl_memory tcplife_file_memory(void);

/* What output needs to know of this reading. Its end is the latest packet, of whatever protocol, that has
 * been read so far; its beginning is statistics.c's business. Without a tracker, no file is being read. */
const struct tl_capture *tcplife_capture(void);
/* A packet of any protocol, which is read for the first time, has this time. */
void tcplife_time_is(const nstime_t *time);
/* Zeek's words are known from now on. */
void tcplife_capture_has_zeek(const struct tl_zeek *zeek);

/* As Wireshark has it; it points into `socket`. */
address tcplife_address_of(const struct tl_socket *socket);

/* NULL: no file is being read. */
struct tl_tracker *tcplife_tracker(void);
struct open_connections *tcplife_open_connections(void);

/* Is this Wireshark, and not tshark? To be asked when a reading begins, not before. */
bool tcplife_has_window(void);

/* tcp.stream, Wireshark's own number, of a connection's first segment. To be remembered when "tcp"
 * has dissected that segment, and before anything else is dissected: later, Wireshark may answer
 * otherwise. */
void tcplife_remember_tcp_stream(const struct tl_connection *connection,
                                 const struct tl_segment *first);
#endif
