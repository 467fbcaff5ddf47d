/* What Wireshark's window has besides statistics: a menu for the chosen packet, a tab of Conversations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_WINDOWS_H
#define TCPLIFE_WINDOWS_H

/* Analyze > TCP Lifecycle. */
void tcplife_register_packet_menu(void);
/* Statistics > Conversations and Endpoints, the tab "TCP Lifecycle"; tshark's -z conv,tcplife. */
void tcplife_register_conversations(void);

#endif
