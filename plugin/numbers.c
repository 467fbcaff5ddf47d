/* See numbers.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/numbers.h"

#include "plugin/session.h"

#include <epan/packet.h>
#include <epan/dissectors/packet-tcp.h>

/* As "tcp" does: the first flow is that of the higher address, or else of the higher port. */
static bool is_first_flow(const struct tl_segment *segment)
{
    const address source = tcplife_address_of(&segment->source);
    const address destination = tcplife_address_of(&segment->destination);
    const int order = cmp_address(&source, &destination);

    return order > 0 || (order == 0 && segment->source.port > segment->destination.port);
}

void tcplife_number_bases(const struct tl_segment *segment, tl_seq *source, tl_seq *destination)
{
    const struct tcp_analysis *analysis = tcplife_tcp_analysis(segment);
    const bool is_first = is_first_flow(segment);

    *source = *destination = 0;
    if (analysis == NULL)
        return;
    *source = is_first ? analysis->flow1.base_seq : analysis->flow2.base_seq;
    *destination = is_first ? analysis->flow2.base_seq : analysis->flow1.base_seq;
}
