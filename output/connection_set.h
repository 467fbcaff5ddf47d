/* Connections that somebody has chosen; Wireshark's display filters choose those of which a packet passes.
 *
 * A GByteArray with one byte a connection, by its number; its owner makes, empties and frees it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_CONNECTION_SET_H
#define TCPLIFE_OUTPUT_CONNECTION_SET_H

#include <glib.h>

#include <stdbool.h>
#include <stdint.h>

struct tl_capture;
struct tl_connection;

void connection_set_add(GByteArray *set, uint32_t number);
void connection_set_remove(GByteArray *set, uint32_t number);
bool connection_set_has(const GByteArray *set, uint32_t number);
uint32_t connection_set_count(const GByteArray *set);

/* Its connections in order: *number, 0 at first, is where to go on. NULL: no more. */
const struct tl_connection *connection_set_next(const struct tl_capture *capture,
                                                const GByteArray *set, uint32_t *number);

#endif
