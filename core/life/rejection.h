/* An ICMP error about a SYN.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_REJECTION_H
#define TCPLIFE_LIFE_REJECTION_H

#include "core/record/environment.h"
#include "core/record/record.h"

/* True when the error was about this connection's SYN. */
bool tl_connection_icmp_error(struct tl_connection *connection, uint32_t frame, int64_t time_ns,
                              enum tl_role quoted_sender, tl_seq quoted_seq, uint8_t icmp_type,
                              uint8_t icmp_code, struct tl_environment *environment);

#endif
