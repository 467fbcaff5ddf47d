/* The window and the timestamp that an end offers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_OFFERS_H
#define TCPLIFE_LIFE_OFFERS_H

#include "core/life/passage.h"

/* By how much are the windows that X offers shifted (RFC 7323, section 2.2)? */
unsigned tl_window_shift(const struct tl_end *X, const struct tl_end *Y);

/* Keeps them; `is_old`: Y holds all of the segment already. */
void tl_note_offers(struct passage *p, bool is_old);

#endif
