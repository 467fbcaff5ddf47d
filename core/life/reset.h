/* RST: who sent it, who takes it, and what it is called.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_RESET_H
#define TCPLIFE_LIFE_RESET_H

#include "core/life/passage.h"

/* What a RST says about X, and does to Y. */
void tl_reset(struct tl_passage *p);

/* Goes X on, though it is over, presumably by a RST? */
void tl_show_life(struct tl_passage *p);

/* X answers a RST by a challenge ACK, which no capture of SYN, FIN and RST holds: nothing was left out before that
 * RST, whose number does not fit then. */
void tl_take_back_sparse_reset(struct tl_passage *p);

/* X's segment fills the hole before its RST, and by the capture's clock it was there first: the RST
 * was not ahead of anything when it passed. */
void tl_receive_early_reset(struct tl_passage *p);

#endif
