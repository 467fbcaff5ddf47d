/* In which network a packet's addresses are: what the layers around IP say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_PLUGIN_NETWORK_H
#define TCPLIFE_PLUGIN_NETWORK_H

#include <epan/packet_info.h>
#include <epan/tvbuff.h>

#include <stdint.h>

/* Of the TCP header that `tvb` begins with: a number that differs where VLAN, MPLS labels, network of a
 * tunnel (VXLAN, GENEVE), key (GRE) or endpoint (GTP) do. 0: there is nothing of the kind. */
uint32_t tcplife_network(tvbuff_t *tvb, const packet_info *pinfo);

void tcplife_hand_off_network(void);

#endif
