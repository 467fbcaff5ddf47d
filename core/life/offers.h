/* The window and the timestamp that an end offers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_OFFERS_H
#define TCPLIFE_LIFE_OFFERS_H

#include "core/life/passage.h"

/* Window scale of an end whose SYN, or its options, were not captured: the largest (RFC 7323,
 * section 2.3), so that nothing it may accept is called unacceptable. */
enum { TL_UNKNOWN_WINDOW_SCALE = 14 };

/* By how much are the windows that X offers shifted (RFC 7323, section 2.2)? */
static inline unsigned tl_window_shift(const struct tl_end *X, const struct tl_end *Y)
{
    const uint32_t opened = TL_END_SENT_SYN | TL_END_SENT_SYN_ACK;

    if (!has(X, opened))
        return TL_UNKNOWN_WINDOW_SCALE;
    /* Only where both ends have the option, windows are shifted. */
    if (X->window_scale == TL_SCALE_NONE || (has(Y, opened) && Y->window_scale == TL_SCALE_NONE))
        return 0;
    return X->window_scale == TL_SCALE_UNKNOWN ? TL_UNKNOWN_WINDOW_SCALE : (unsigned)X->window_scale;
}

/* Keeps them; `is_old`: Y holds all of the segment already. */
void tl_note_offers(struct tl_passage *p, bool is_old);

#endif
