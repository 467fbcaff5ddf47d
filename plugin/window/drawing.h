/* One connection drawn in a window, where its packets have to be read again for that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_DRAWING_H
#define TCPLIFE_DRAWING_H

#include <glib.h>

#include <stdint.h>

enum drawing_kind { DRAW_LADDER, DRAW_SVG };

/* The caller's. NULL: it cannot be drawn; the user has been told why, where there is something to tell. */
GString *connection_drawing(uint32_t number, enum drawing_kind kind);

#endif
