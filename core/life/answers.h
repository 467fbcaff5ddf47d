/* What a segment answers, and what was still on its way when it was sent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_ANSWERS_H
#define TCPLIFE_LIFE_ANSWERS_H

#include "core/life/passage.h"

/* How long segments may still be on their way when the handshake did not tell. */
#define UNKNOWN_ROUND_TRIP_NS (200 * INT64_C(1000000))

/* Was what made this step still on its way when X sent the segment at hand? Then that segment
 * does not show that it was lost. */
bool tl_may_be_on_its_way(const struct tl_passage *p, enum tl_milestone step);

/* By as much may segments that overtake each other be apart. */
#define TL_OVERTAKEN_NS (10 * INT64_C(1000000))

/* May X's segment have left before Y's FIN arrived: was that on its way still, or overtaken? */
bool tl_may_cross_fin(const struct tl_passage *p);

/* Y's last segment that acknowledged this number, if X's segment at hand came about a round trip later:
 * then it is the answer. NULL: there is none. */
const struct tl_recent *tl_answered(const struct tl_passage *p, tl_seq acknowledged);

/* Was Y's last segment captured about a round trip before? */
bool tl_has_just_spoken(const struct tl_passage *p);

/* Could it be the answer to one? Then its sender is not accused of anything. */
bool tl_may_answer(const struct tl_passage *p, tl_seq acknowledged);

/* Does the acknowledgement tell the other end something new that it did send? */
bool tl_acknowledges_more(const struct tl_passage *p);

/* Has Y acknowledged this number, and no more, when what X had sent from there on should have reached
 * it? Then that was lost behind the capture point. */
bool tl_has_not_arrived(const struct tl_passage *p, tl_seq acknowledged);

/* Has X sent another octet with this number, as far as its last segments tell? */
bool tl_has_used(const struct tl_passage *p, tl_seq number);

/* Was X behind this FIN, which is captured only now, before it acknowledged Y's? */
bool tl_had_sent_fin_before(const struct tl_passage *p, tl_seq fin);

/* Has X sent something from behind its FIN, as only an end does that has sent it? */
bool tl_has_gone_on_behind_fin(const struct tl_passage *p);

/* Have Y's last two segments acknowledged more than this? */
bool tl_holds_more(const struct tl_passage *p, tl_seq number);

/* May Y use SACK? Not when it acknowledges the same number twice, and names no hole. */
bool tl_tells_holes(const struct tl_passage *p);

/* Has Y's last segment shown a hole, by SACK, that X has not filled since? What was captured of X there did
 * not arrive. */
bool tl_knows_of_hole(const struct tl_passage *p, tl_seq *start, tl_seq *end);

/* Does X's segment begin where its last one ended? */
bool tl_goes_on_from_its_last(const struct tl_passage *p);

/* Does X acknowledge what reached it after the RST only? Then it has outlived it, however soon. */
bool tl_answers_what_came_after_reset(const struct tl_passage *p);

#endif
