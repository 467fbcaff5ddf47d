/* The statistics that Wireshark's menu and tshark's -z offer as tables and as a tree.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_DIALOGS_H
#define TCPLIFE_DIALOGS_H

/* -z tcplife,stat; tcplife,conn; tcplife,servers; and the dialog of tcplife,states (states_argument.h). */
void tcplife_register_stat_tables(void);
/* -z tcplife,tree. */
void tcplife_register_tree(void);

#endif
