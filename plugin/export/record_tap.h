/* One record a connection: tshark -z tcplife,json[,filter] and -z tcplife,csv[,filter].
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_EXPORT_H
#define TCPLIFE_EXPORT_H

void tcplife_register_export(void);

#endif
