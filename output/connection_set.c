/* See connection_set.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/connection_set.h"

#include "tcplife/output/capture.h"

void connection_set_add(GByteArray *set, uint32_t number)
{
    static const uint8_t no = 0;

    while (set->len <= number)
        g_byte_array_append(set, &no, 1);
    set->data[number] = 1;
}

void connection_set_remove(GByteArray *set, uint32_t number)
{
    if (number < set->len)
        set->data[number] = 0;
}

bool connection_set_has(const GByteArray *set, uint32_t number)
{
    return number < set->len && set->data[number];
}

uint32_t connection_set_count(const GByteArray *set)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < set->len; i++)
        count += set->data[i];
    return count;
}

const struct tl_connection *connection_set_next(const struct tl_capture *capture,
                                                const GByteArray *set, uint32_t *number)
{
    while (capture->tracker != NULL && *number < set->len) {
        if (set->data[(*number)++])
            return tl_tracker_connection(capture->tracker, *number - 1);
    }
    return NULL;
}
