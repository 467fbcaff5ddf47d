/* Zeek's words for the connections of this reading: when they are computed, and what they are.
 *
 * They cost memory for every connection and time for every segment, so they are computed only
 * where somebody asks for them, or still may.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_ZEEK_SESSION_H
#define TCPLIFE_ZEEK_SESSION_H

#include "tcplife/zeek.h"

#include <stdbool.h>

struct tl_connection;

void tcplife_register_zeek_session(void);

/* Somebody who will ask about whole connections comes, before the file is read, or goes. */
void tcplife_zeek_listener_comes(void);
void tcplife_zeek_listener_goes(void);

/* Does anybody ask, so that the segments of this reading are to be learnt? */
bool tcplife_zeek_is_wanted(void);
void tcplife_zeek_learn(const struct tl_connection *connection, enum tl_role sender,
                        const struct tl_zeek_packet *packet);

#endif
