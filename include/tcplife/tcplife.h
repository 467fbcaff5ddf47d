/* The whole library: docs/library.md is the way in.
 *
 * What holds everywhere, unless something else is said: pointers are not NULL; times are nanoseconds since the
 * epoch, durations nanoseconds; ports, addresses' lengths and sequence numbers are plain numbers of this machine;
 * texts that are returned are the library's, and stay. A connection is the tracker's until that forgets it.
 * "The contract" is docs/contract.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TCPLIFE_H
#define TCPLIFE_TCPLIFE_H

#include "tcplife/floods.h"
#include "tcplife/hosts.h"
#include "tcplife/icmp.h"
#include "tcplife/network.h"
#include "tcplife/service_ports.h"
#include "tcplife/summary.h"
#include "tcplife/tcp_header.h"
#include "tcplife/tracker.h"
#include "tcplife/version.h"
#include "tcplife/zeek.h"

#endif
