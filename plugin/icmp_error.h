/* Finds the ICMP or ICMPv6 header of an error that quotes a TCP header.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_ICMP_ERROR_H
#define TCPLIFE_ICMP_ERROR_H

#include <epan/packet_info.h>

#include <stdbool.h>
#include <stdint.h>

struct icmp_error {
    uint8_t type, code;
};

/* `tvb` begins at the quoted TCP header, pinfo's addresses are those of the quoted IP header.
 * False: what quotes it is not an error of ICMP or ICMPv6 (other protocols quote packets, too,
 * and ICMP quotes them for other reasons, such as a redirection). */
bool icmp_error_find(struct icmp_error *error, tvbuff_t *tvb, const packet_info *pinfo);

#endif
