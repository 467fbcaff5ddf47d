/* One reading of a capture file: its tracker, from the first segment to the last.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SESSION_H
#define TCPLIFE_SESSION_H

#include "tracker.h"

#include <stdbool.h>
#include <stdint.h>

void tcplife_register_session(void);

/* Memory that ends with the file. */
struct tl_memory tcplife_file_memory(void);

/* NULL: no file is being read. */
struct tl_tracker *tcplife_tracker(void);

/* tcp.stream, Wireshark's own number, of a connection's first segment. */
void tcplife_set_tcp_stream(const struct tl_connection *connection, uint32_t tcp_stream);
/* False: not known. */
bool tcplife_tcp_stream(const struct tl_connection *connection, uint32_t *tcp_stream);

#endif
