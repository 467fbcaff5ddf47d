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

bool connection_set_has(const GByteArray *set, uint32_t number)
{
    return number < set->len && set->data[number];
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
