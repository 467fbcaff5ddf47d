/* See zeek_feed.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/zeek_feed.h"

enum { IPV6_ADDRESS = 16, IPV4_HEADER = 20, IPV6_HEADER = 40 };

uint32_t zeek_ip_length(const struct tl_segment *segment, const struct segment_bytes *bytes)
{
    if (bytes->ip_length > 0)
        return bytes->ip_length;
    return (uint32_t)bytes->on_the_wire +
           (segment->source.address_length == IPV6_ADDRESS ? IPV6_HEADER : IPV4_HEADER);
}

void zeek_feed(struct tl_zeek *zeek, const struct tl_segment *segment, const struct segment_bytes *bytes,
               const struct tl_taken *taken)
{
    const struct tl_zeek_packet packet = {
        .segment = segment,
        .ip_length = zeek_ip_length(segment, bytes),
        .is_whole = bytes->captured >= bytes->on_the_wire,
    };

    tl_zeek_segment(zeek, tl_connection_number(taken->connection), taken->sender, &packet);
}
