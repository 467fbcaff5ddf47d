/* The whole library: docs/library.md is the way in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_TCPLIFE_H
#define TCPLIFE_TCPLIFE_H

#include "tcplife/floods.h"
#include "tcplife/icmp.h"
#include "tcplife/network.h"
#include "tcplife/service_ports.h"
#include "tcplife/summary.h"
#include "tcplife/tcp_header.h"
#include "tcplife/tracker.h"
#include "tcplife/version.h"
#include "tcplife/zeek.h"

#endif
