/* FIN: how a connection is closed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_CLOSING_H
#define TCPLIFE_LIFE_CLOSING_H

#include "core/life/passage.h"

/* What X's FIN says about X. */
void tl_send_fin(struct tl_passage *p);

/* The same FIN again. What it says about what has not arrived comes before what it says, by its
 * acknowledgement, about what has. */
void tl_repeat_fin(struct tl_passage *p);

/* X's FIN takes effect when all data before it has arrived. */
void tl_receive_fin(struct tl_passage *p);

#endif
