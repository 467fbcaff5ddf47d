/* From where are an end's sequence numbers counted, where Wireshark shows relative ones?
 *
 * As Wireshark counts: from the SYN's number, or else from the one before the first number that was captured or
 * acknowledged. But Wireshark may change its mind later, and this does not: so one pass shows what two do, and
 * two networks that share addresses have numbers of their own.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_NUMBERS_H
#define TCPLIFE_NUMBERS_H

#include "tcplife/connection.h"
#include "tcplife/segment.h"

/* One reading of a file. */
void tcplife_numbers_begin(void);
void tcplife_numbers_end(void);

/* To be called for each segment of a connection, in order, once. */
void tcplife_numbers_learn(const struct tl_connection *connection, enum tl_role sender,
                           const struct tl_segment *segment);

/* What is taken off each end's numbers, by enum tl_role, where this segment is shown; it has been learnt. A SYN begins
 * at 0, even one with another ISN than the connection's. Nothing is known: `base` is left as it is. */
void tcplife_numbers_bases(const struct tl_connection *connection, enum tl_role sender,
                           const struct tl_segment *segment, tl_seq base[2]);

#endif
