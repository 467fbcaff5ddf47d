/* FINs that nobody captured, and FINs that were none.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_FINS_H
#define TCPLIFE_LIFE_FINS_H

#include "core/life/passage.h"

/* X acknowledges Y's FIN, or what must have been one: X has received it. */
void tl_has_received_fin(struct tl_passage *p);

/* An end's FIN behind the first fragment of its segment, if it is one, is found to be there. */
void tl_place_fin(struct tl_passage *p, struct tl_end *end, tl_seq fin);

/* What was taken for an end's FIN, which the capture has missed, was data. */
void tl_take_back_unseen_fin(struct tl_passage *p, enum tl_role sender);

/* Does X send data where there was a FIN of it? Then that was data, too, or an impostor's. */
void tl_take_back_untrue_fin(struct tl_passage *p);

/* X's FIN was an impostor's. */
void tl_disown_fin(struct tl_passage *p);

/* Is X's segment a bare acknowledgement, in answer to one of a FIN that was not captured, that bears that
 * FIN's number? Then X never sent it, nor takes anything else of what acknowledges it. */
void tl_deny_unseen_fin(struct tl_passage *p);

/* Does X's segment tell of both FINs, neither of which was captured? */
void tl_conclude_both_fins(struct tl_passage *p);

/* Does X's FIN tell of one of Y's that was not captured? */
void tl_conclude_unseen_fin(struct tl_passage *p);

#endif
