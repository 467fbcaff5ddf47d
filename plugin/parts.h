/* Which of a frame's segments is it? For frames that hold several.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_PARTS_H
#define TCPLIFE_PARTS_H

#include "tcplife/segment.h"

#include <epan/packet_info.h>

#include <stdbool.h>
#include <stdint.h>

/* Another reading of a file. */
void tcplife_begin_parts(void);

/* struct tl_segment's `part`, of a segment whose sockets are known. To be asked once for each segment of
 * the frame, whenever the frame is dissected. *place: the same among all of the frame, whatever their sockets. */
uint32_t tcplife_part(packet_info *pinfo, const struct tl_segment *segment, uint32_t *place);

/* Until some frame has had several segments, none needs to be counted when it is dissected again. */
bool tcplife_some_frames_have_parts(void);

#endif
