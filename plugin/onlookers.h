/* Who looks at what the plugin could show, and who may still ask?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_ONLOOKERS_H
#define TCPLIFE_ONLOOKERS_H

#include <epan/packet_info.h>
#include <epan/proto.h>

#include <stdbool.h>

void tcplife_register_onlookers(void);

/* What somebody looks at: nothing, the expert infos of any packet that has some, or everything. */
enum tcplife_shown { TCPLIFE_NOTHING, TCPLIFE_EXPERT_INFOS, TCPLIFE_EVERYTHING };

/* Of this packet. `tree`: NULL, or the tree that it is dissected into. */
enum tcplife_shown tcplife_shown_of(const packet_info *pinfo, proto_tree *tree);

/* To be told of each packet, TCP or not, at the end of its dissection, with the root of its tree. */
void tcplife_onlookers_at(packet_info *pinfo, proto_tree *tree);

/* This program reads each packet once, and nobody looked when it began: so nothing need be learnt. If
 * somebody looks now, the user is told that it is too late. */
bool tcplife_nobody_asks(enum tcplife_shown shown);

#endif
