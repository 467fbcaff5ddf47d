/* Step and states in the Info column, for those who want them there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_INFO_COLUMN_H
#define TCPLIFE_INFO_COLUMN_H

#include "plugin/protocol.h"

#include <epan/packet_info.h>

#include <stdbool.h>

bool tcplife_info_column_is_on(void);

/* Does nothing while the preference is off. */
void tcplife_add_to_info_column(packet_info *pinfo, const struct tcplife_packet *packet);

#endif
