/* tshark -z tcplife,zeek[,filter]: the connections as Zeek's conn.log.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_ZEEK_LOG_H
#define TCPLIFE_ZEEK_LOG_H

void tcplife_register_zeek_log(void);

#endif
