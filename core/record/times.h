/* When something was captured: most times stand in the log.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_RECORD_TIMES_H
#define TCPLIFE_RECORD_TIMES_H

#include "core/record/record.h"

/* A user's "now", of which differences are to be numbers: the nearest time that a segment may have. */
static inline int64_t tl_nearest_time(int64_t ns)
{
    return ns > TL_TIME_LIMIT_NS ? TL_TIME_LIMIT_NS : ns < -TL_TIME_LIMIT_NS ? -TL_TIME_LIMIT_NS : ns;
}

/* Has the log an entry with its time for this frame? */
bool tl_log_tells_time(const struct tl_connection *c, uint32_t frame, int64_t *time_ns);

/* When a step was made that has happened. */
int64_t tl_milestone_ns(const struct tl_connection *connection, enum tl_milestone step);

/* When the end's last SYN was captured. */
int64_t tl_control_ns(const struct tl_connection *connection, enum tl_role role, uint32_t frame);

#endif
