/* By how much an array grows that is full.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_GROWTH_H
#define TCPLIFE_GROWTH_H

#include <stdint.h>

/* How many elements an array that is full gets room for: it starts small, since most stay so, and
 * a long one has at most an eighth to spare. 0: it cannot be longer. */
static inline uint32_t tl_bigger(uint32_t capacity)
{
    uint32_t more = capacity < 64 ? capacity / 2 : capacity / 8;

    if (more < 4)
        more = 4;
    return capacity <= UINT32_MAX - more ? capacity + more : 0;
}

#endif
