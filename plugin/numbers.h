/* From where does Wireshark count an end's sequence numbers, where it shows relative ones?
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_NUMBERS_H
#define TCPLIFE_NUMBERS_H

#include "tcplife/segment.h"

/* What Wireshark takes off the numbers of the segment's source and of its destination, once "tcp" has seen
 * the segment; 0: nothing. */
void tcplife_number_bases(const struct tl_segment *segment, tl_seq *source, tl_seq *destination);

#endif
