/* The log of a connection's changes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/record/change_log.h"
#include "core/base/growth.h"

/* How many changes a log that is full gets room for: as many as lives usually have. */
static uint32_t more_room(uint32_t capacity)
{
    return capacity < 2    ? 2  /* a SYN */
           : capacity < 8  ? 8  /* refused, rejected, or established, which the server has proved */
           : capacity < 19 ? 19 /* closed by both ends' FINs */
                           : tl_bigger(capacity);
}

bool tl_change_log_add(struct tl_change_log *log, const struct tl_memory *memory,
                       const struct tl_change *change)
{
    if (log->count == log->capacity) {
        uint32_t capacity = more_room(log->capacity);
        struct tl_change *changes;

        if (!capacity)
            return false;
        changes = memory->resize(memory->ctx, log->changes, log->capacity * sizeof *changes,
                                 capacity * sizeof *changes);
        if (!changes)
            return false;
        log->changes = changes;
        log->capacity = capacity;
    }
    log->changes[log->count++] = *change;
    return true;
}

void tl_change_log_free(struct tl_change_log *log, const struct tl_memory *memory)
{
    if (log->changes)
        memory->resize(memory->ctx, log->changes, log->capacity * sizeof *log->changes, 0);
    *log = (struct tl_change_log){0};
}

uint32_t tl_change_log_count_until(const struct tl_change_log *log, uint32_t frame)
{
    uint32_t low = 0, high = log->count;

    if (high && log->changes[high - 1].frame <= frame)
        return high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (log->changes[middle].frame <= frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t tl_change_log_at(const struct tl_change_log *log, uint32_t frame,
                          const struct tl_change **first)
{
    uint32_t end, begin;

    *first = NULL;
    /* Most frames asked for are new ones that changed nothing. */
    if (!log->count || log->changes[log->count - 1].frame < frame)
        return 0;
    end = tl_change_log_count_until(log, frame);
    /* A frame has few. */
    begin = end;
    while (begin && log->changes[begin - 1].frame == frame)
        begin--;
    *first = begin < end ? &log->changes[begin] : NULL;
    return end - begin;
}

static struct tl_states states_after(const struct tl_change_log *log, uint32_t count)
{
    if (!count)
        return (struct tl_states){.state = {TL_CLOSED, TL_LISTEN}};
    return tl_change_states(&log->changes[count - 1]);
}

struct tl_states tl_change_log_states(const struct tl_change_log *log, uint32_t frame)
{
    return states_after(log, tl_change_log_count_until(log, frame));
}

/* ---- parts of a frame ------------------------------------------------------------------------ */

/* Where a part's changes stand: behind the last entry that names it, or a part before it to which it
 * adds nothing. (Numbers of parts rise, unless `tshark -2 -R` gives the number of a frame that it
 * drops to the next one: what the dropped one did is not asked about.) */
struct range {
    uint32_t begin, end;
};

static struct range range_of_part(const struct tl_change_log *log, uint32_t frame, uint32_t part)
{
    struct range range = {.end = tl_change_log_count_until(log, frame)};
    const uint32_t until = range.end;
    bool open = true;

    range.begin = range.end;
    while (range.begin && log->changes[range.begin - 1].frame == frame)
        range.begin--;
    for (uint32_t i = range.begin; i < until; i++) {
        if (log->changes[i].kind != TL_PART)
            continue;
        if (open)
            range.end = i;
        open = log->changes[i].u.part <= part;
        if (open)
            range.begin = i + 1;
    }
    if (open)
        range.end = until;
    return range;
}

uint32_t tl_change_log_at_part(const struct tl_change_log *log, uint32_t frame, uint32_t part,
                               const struct tl_change **first)
{
    struct range range;

    *first = NULL;
    if (!log->count || log->changes[log->count - 1].frame < frame)
        return 0;
    range = range_of_part(log, frame, part);
    if (range.begin < range.end)
        *first = &log->changes[range.begin];
    return range.end - range.begin;
}

struct tl_states tl_change_log_states_at_part(const struct tl_change_log *log, uint32_t frame,
                                              uint32_t part)
{
    return states_after(log, range_of_part(log, frame, part).end);
}

/* One entry may speak for many segments: nothing else happened until the last of them. */
static bool speaks_for(const struct tl_change *change, uint32_t frame, enum tl_role sender)
{
    return change->kind == TL_IGNORED && change->u.until >= frame && tl_change_end(change) == sender;
}

enum tl_ignored tl_change_log_ignored(const struct tl_change_log *log, uint32_t frame,
                                      uint32_t part, enum tl_role sender)
{
    const struct tl_change *last = log->count ? &log->changes[log->count - 1] : NULL;
    struct range range;

    if (!last || (last->frame < frame && !speaks_for(last, frame, sender)))
        return TL_NOT_IGNORED;
    range = range_of_part(log, frame, part);
    for (uint32_t i = range.begin; i < range.end; i++) {
        if (tl_change_ignored(&log->changes[i]) != TL_NOT_IGNORED)
            return tl_change_ignored(&log->changes[i]);
    }
    if (range.begin && speaks_for(&log->changes[range.begin - 1], frame, sender))
        return tl_change_ignored(&log->changes[range.begin - 1]);
    return TL_NOT_IGNORED;
}
