/* When something was captured: most times stand in the log.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/record/times.h"
#include "core/record/oddities.h"

bool tl_log_tells_time(const struct tl_connection *c, uint32_t frame, int64_t *time_ns)
{
    const struct tl_change *changes = c->log.changes;

    for (uint32_t i = tl_change_log_count_until(&c->log, frame);
         i && changes[i - 1].frame == frame; i--)
        if (tl_change_has_time(&changes[i - 1])) {
            *time_ns = changes[i - 1].u.time_ns;
            return true;
        }
    return false;
}

bool tl_connection_silence_before(const struct tl_connection *c, uint32_t frame,
                                  int64_t *silence_ns)
{
    const struct tl_change *changes;

    for (uint32_t i = tl_change_log_at(&c->log, frame, &changes); i-- > 0;)
        if (changes[i].kind == TL_SILENCE) {
            *silence_ns = changes[i].u.silence_ns;
            return true;
        }
    return false;
}

int64_t tl_connection_start_ns(const struct tl_connection *c)
{
    const struct tl_mark *start = &tl_oddities(c)->start;
    int64_t time_ns = 0;

    if (start->frame)
        return tl_mark_ns(start);
    tl_log_tells_time(c, c->first_frame, &time_ns);
    return time_ns;
}

int64_t tl_connection_end_ns(const struct tl_connection *c)
{
    if (c->flags & TL_CONNECTION_ORDINARY_LAST)
        return c->kept[c->flags & TL_CONNECTION_SERVER_SPOKE_LAST ? TL_SERVER : TL_CLIENT].last_ns;
    return c->end_ns;
}

/* Each step stands in the log, with its time: at least as the change of state that it made. */
int64_t tl_milestone_ns(const struct tl_connection *c, enum tl_milestone step)
{
    const uint32_t frame = c->at[step].frame;
    const struct tl_mark *kept = &tl_oddities(c)->kept_syn;
    int64_t time_ns;

    if (step == TL_AT_SYN && kept->frame == frame)
        return tl_mark_ns(kept);
    if (tl_log_tells_time(c, frame, &time_ns))
        return time_ns;
    return tl_connection_start_ns(c); /* there was no memory for the log */
}

int64_t tl_control_ns(const struct tl_connection *c, enum tl_role role, uint32_t frame)
{
    const struct tl_mark *kept = &tl_oddities(c)->end[role].control;
    int64_t time_ns = 0;

    if (kept->frame == frame)
        return tl_mark_ns(kept);
    tl_log_tells_time(c, frame, &time_ns);
    return time_ns;
}
