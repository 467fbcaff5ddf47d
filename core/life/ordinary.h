/* The short way of ordinary segments.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_ORDINARY_H
#define TCPLIFE_LIFE_ORDINARY_H

#include "core/record/ends.h"
#include "core/record/environment.h"
#include "core/record/record.h"

/* Would an ordinary segment change nothing but numbers? */
bool tl_is_steady(const struct tl_life *life);

/* Takes in what nearly all segments are: the next data, or an acknowledgement of more, while both
 * ends are ESTABLISHED and nothing is odd. Exactly what tl_connection_segment() would do with it,
 * in a tenth of the time. False: it is none, and nothing was done. */
bool tl_connection_ordinary_segment(struct tl_connection *connection,
                                    const struct tl_segment *segment, enum tl_role sender,
                                    struct tl_environment *environment);

#endif
