/* One record a connection, for programs: tshark -z tcplife,json[,filter], tcplife,csv and tcplife,zeek.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_RECORD_TAP_H
#define TCPLIFE_RECORD_TAP_H

void tcplife_register_records(void);

#endif
