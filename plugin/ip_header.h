/* Finds the IP header before a TCP header, with its options or extension headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_IP_HEADER_H
#define TCPLIFE_IP_HEADER_H

#include <epan/packet_info.h>
#include <epan/tvbuff.h>

#include <stddef.h>

/* How many bytes before `tvb`, where a TCP header begins, the IP header begins that has pinfo's
 * addresses. 0: it is not right before it, as in what was put together from fragments. */
size_t ip_header_length(tvbuff_t *tvb, const packet_info *pinfo);

#endif
