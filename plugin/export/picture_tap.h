/* Pictures of connections: tshark -z tcplife,ladder[,filter], -z tcplife,svg and -z tcplife,html.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_PICTURE_TAP_H
#define TCPLIFE_PICTURE_TAP_H

void tcplife_register_pictures(void);

#endif
