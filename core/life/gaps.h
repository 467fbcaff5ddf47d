/* What was sent, and is not in the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_GAPS_H
#define TCPLIFE_LIFE_GAPS_H

#include "core/life/passage.h"

/* So much of an end that is not synchronized yet may have been missed by the capture. */
enum { UNSEEN_BYTES = 65535 };

/* The capture misses so many bytes of this end. It is said once. */
void tl_miss(struct tl_passage *p, enum tl_role end, uint32_t bytes);

/* The other end acknowledged more than was captured of X. Now X's own numbers tell whether that
 * had been sent, and missed by the capture, or had never been sent. */
void tl_note_gap(struct tl_passage *p);

/* Was what came behind the handshake left out of the capture? It is one of SYN, FIN and RST only so
 * far, and a FIN or RST tells of more; or it has a hole there: the segment's numbers lie behind the
 * handshake's, and more time has passed than a third segment takes. */
void tl_note_sparse(struct tl_passage *p);

/* Is one direction all that the capture has? */
void tl_note_one_sided(struct tl_passage *p);

/* Goes X on beyond the window, behind a hole of the capture that is wider than that? */
bool tl_goes_on_elsewhere(struct tl_passage *p);

#endif
