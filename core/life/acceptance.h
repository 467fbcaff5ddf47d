/* Is a segment to be taken at all?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_ACCEPTANCE_H
#define TCPLIFE_LIFE_ACCEPTANCE_H

#include "core/life/passage.h"

/* RFC 9293, section 3.10.7.4, first check, as an observer can make it: a segment that its
 * receiver must drop changes nothing, and is not believed to be its alleged sender's. */
enum tl_ignored tl_why_unacceptable(struct tl_passage *p);

/* Is all of it older than what Y has acknowledged? Its receiver answers, and looks no further: what
 * it acknowledges does not reach Y. What it says about X is true all the same. */
bool tl_is_old(const struct tl_passage *p);

/* Is its timestamp before X's last one, where timestamps are agreed on? */
bool tl_has_old_timestamp(const struct tl_passage *p);

/* Does it acknowledge less than any window reaches back? */
bool tl_is_ancient_ack(const struct tl_passage *p);

#endif
