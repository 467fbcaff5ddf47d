/* What sees every packet, TCP or not, when the others have dissected it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_CLOCK_H
#define TCPLIFE_CLOCK_H

void tcplife_register_clock(void);
void tcplife_hand_off_clock(void);

#endif
