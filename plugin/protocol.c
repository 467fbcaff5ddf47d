/* The protocol "TCP Lifecycle", to which fields, expert infos and preferences belong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/protocol.h"

#include <epan/packet.h>

int proto_tcplife = -1;

void tcplife_register_protocol(void)
{
    proto_tcplife = proto_register_protocol("TCP Lifecycle", "TCP Lifecycle", "tcplife");
}
