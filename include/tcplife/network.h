/* In which network are a packet's addresses? A number for what the layers around IP say.
 *
 * Whoever reads packets begins with 0, and adds what each layer says, from the outside to the inside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_NETWORK_H
#define TCPLIFE_NETWORK_H

#include "tcplife/api.h"

#include <stdint.h>

TL_BEGIN_DECLS

/* What keeps networks apart that may have the same addresses. */
enum tl_network_kind {
    TL_NETWORK_VLAN = 1, /* IEEE 802.1Q, 802.1ad: the VLAN's number; 0 is a priority alone, and no network */
    TL_NETWORK_MPLS,     /* RFC 3032: a label */
    TL_NETWORK_VXLAN,    /* RFC 7348: the network's identifier (VNI) */
    TL_NETWORK_GENEVE,   /* RFC 8926: the same */
    TL_NETWORK_GRE,      /* RFC 2890: the key; RFC 2637: the call */
    TL_NETWORK_GTP       /* 3GPP TS 29.281: the tunnel's endpoint */
};

/* A network within another one. Never 0, as whoever is in some network is not in none. */
static inline uint32_t tl_network_within(uint32_t network, enum tl_network_kind kind, uint32_t number)
{
    network = ((network ^ number) + (uint32_t)kind) * 0x9e3779b1U;
    network ^= network >> 15;
    return network + (network == 0);
}

TL_END_DECLS

#endif
