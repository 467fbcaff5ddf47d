/* Ranges of numbers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/base/ranges.h"
#include "core/base/growth.h"

#include <stddef.h>
#include <string.h>

/* Most streams have one hole at a time. */
enum { FEWEST = 2 };

static size_t size_of(uint32_t capacity)
{
    return sizeof(struct tl_ranges) + capacity * sizeof(((struct tl_ranges *)0)->at[0]);
}

/* Makes room for one more. */
static bool enlarge(struct tl_ranges **ranges, uint32_t most, const struct tl_memory *memory)
{
    const uint32_t old = *ranges ? (*ranges)->capacity : 0;
    uint32_t capacity = old ? tl_bigger(old) : FEWEST;
    struct tl_ranges *bigger;

    if (capacity > most)
        capacity = most;
    bigger = memory->resize(memory->ctx, *ranges, old ? size_of(old) : 0, size_of(capacity));
    if (!bigger)
        return false;
    if (!old)
        bigger->count = 0;
    bigger->capacity = capacity;
    *ranges = bigger;
    return true;
}

void tl_ranges_remove(struct tl_ranges *ranges, uint32_t first, uint32_t count)
{
    if (!ranges || !count)
        return;
    memmove(&ranges->at[first], &ranges->at[first + count],
            (ranges->count - first - count) * sizeof ranges->at[0]);
    ranges->count -= count;
}

/* One that touches none of the others, at this place among them. */
static bool insert(struct tl_ranges **ranges, uint32_t place, uint64_t start, uint64_t end,
                   uint32_t most, const struct tl_memory *memory)
{
    const uint32_t count = tl_ranges_count(*ranges);
    const bool has_room = *ranges && count < (*ranges)->capacity;
    const bool ran_out = !has_room && count < most && !enlarge(ranges, most, memory);
    struct tl_ranges *r = *ranges;

    if (!r)
        return false;
    if (r->count == r->capacity) {
        if (place == r->count)
            return !ran_out; /* it is the farthest */
        r->count--;
    }
    memmove(&r->at[place + 1], &r->at[place], (r->count - place) * sizeof r->at[0]);
    r->count++;
    r->at[place].start = start;
    r->at[place].end = end;
    return !ran_out;
}

bool tl_ranges_add(struct tl_ranges **ranges, uint64_t start, uint64_t end, uint32_t most,
                   const struct tl_memory *memory)
{
    struct tl_ranges *r = *ranges;
    uint32_t first = 0, behind;

    while (first < tl_ranges_count(r) && r->at[first].end < start)
        first++;
    behind = first;
    while (behind < tl_ranges_count(r) && r->at[behind].start <= end)
        behind++;
    if (behind == first)
        return insert(ranges, first, start, end, most, memory);
    if (start < r->at[first].start)
        r->at[first].start = start;
    r->at[first].end = end > r->at[behind - 1].end ? end : r->at[behind - 1].end;
    tl_ranges_remove(r, first + 1, behind - first - 1);
    return true;
}

uint64_t tl_ranges_join(struct tl_ranges *ranges, uint64_t until)
{
    uint32_t joined = 0;

    for (; joined < tl_ranges_count(ranges) && ranges->at[joined].start <= until; joined++)
        if (ranges->at[joined].end > until)
            until = ranges->at[joined].end;
    tl_ranges_remove(ranges, 0, joined);
    return until;
}

void tl_ranges_free(struct tl_ranges *ranges, const struct tl_memory *memory)
{
    if (ranges)
        memory->resize(memory->ctx, ranges, size_of(ranges->capacity), 0);
}
