/* Zeek's states of an end, and its conn_state.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_ZEEK_STATES_H
#define TCPLIFE_ZEEK_STATES_H

#include "core/zeek/connection.h"

void zeek_change_states(struct zeek_passage *p);
const char *zeek_conn_state(const struct zeek_connection *c);

#endif
