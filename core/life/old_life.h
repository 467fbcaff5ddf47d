/* The socket that the connection before left behind.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_OLD_LIFE_H
#define TCPLIFE_LIFE_OLD_LIFE_H

#include "core/record/environment.h"
#include "core/record/record.h"

/* The segment, which the connection has taken in already, is the answer of the socket that `old`
 * left behind to the new SYN. */
void tl_connection_old_life_answers(struct tl_connection *connection,
                                    const struct tl_connection *old,
                                    const struct tl_segment *segment, enum tl_role sender,
                                    struct tl_environment *environment);
/* The segment, a RST, ends that socket. */
void tl_connection_old_life_ends(struct tl_connection *connection, struct tl_connection *old,
                                 const struct tl_segment *segment, enum tl_role receiver,
                                 struct tl_environment *environment);

#endif
