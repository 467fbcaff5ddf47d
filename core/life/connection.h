/* A segment from one end to the other: in which order it is looked at.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_CONNECTION_H
#define TCPLIFE_LIFE_CONNECTION_H

#include "core/record/environment.h"
#include "core/record/record.h"

void tl_connection_segment(struct tl_connection *connection, const struct tl_segment *segment,
                           enum tl_role sender, struct tl_environment *environment);

#endif
