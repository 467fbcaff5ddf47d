/* Which segment begins a connection anew, on sockets that had one before?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TABLE_INCARNATIONS_H
#define TCPLIFE_TABLE_INCARNATIONS_H

#include "core/record/environment.h"
#include "core/record/record.h"

#include <stdbool.h>

enum tl_beginning {
    TL_GOES_ON,
    TL_BEGINS_ANEW,
    TL_BEGINS_WITH_KEPT_SYN /* with a SYN that the connection had kept inside itself */
};

/* What does this segment do to the newest connection on its sockets? */
enum tl_beginning tl_what_begins(const struct tl_connection *connection,
                                 const struct tl_segment *segment, enum tl_role sender,
                                 const struct tl_environment *environment);

#endif
