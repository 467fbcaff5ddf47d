/* The hook: a thin dissector in front of Wireshark's "tcp".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_HOOK_H
#define TCPLIFE_HOOK_H

void tcplife_register_hook(void);
void tcplife_hand_off_hook(void);

#endif
