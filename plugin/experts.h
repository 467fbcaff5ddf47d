/* Diagnoses as Wireshark's expert infos (contract, section 5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_EXPERTS_H
#define TCPLIFE_EXPERTS_H

#include "protocol.h"

#include <epan/packet_info.h>
#include <epan/proto.h>

#include <stdbool.h>

void tcplife_register_experts(void);

/* Does anybody collect the expert infos of all packets, whether or not they have a tree? */
bool tcplife_experts_are_collected(void);

/* Adds an expert info for every diagnosis at this frame. `item` may be NULL. */
void tcplife_add_experts(packet_info *pinfo, proto_item *item,
                         const struct tcplife_packet *packet);

#endif
