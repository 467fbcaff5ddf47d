/* Diagnoses as Wireshark's expert infos (contract, section 5).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_EXPERTS_H
#define TCPLIFE_EXPERTS_H

#include "plugin/protocol.h"

#include <epan/packet_info.h>
#include <epan/proto.h>

#include <stdbool.h>

void tcplife_register_experts(void);

/* Can anybody see an expert info of this packet? In tshark often nobody can. In Wireshark the
 * status bar shows the worst severity of the file, which every one of them may be. */
bool tcplife_experts_are_seen(const packet_info *pinfo, const proto_tree *tree);

/* Adds an expert info for every diagnosis at this frame. `item` may be NULL. */
void tcplife_add_experts(packet_info *pinfo, proto_item *item,
                         const struct tcplife_packet *packet);

#endif
