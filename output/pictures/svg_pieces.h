/* What an SVG image is made of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_SVG_PIECES_H
#define TCPLIFE_OUTPUT_SVG_PIECES_H

#include <glib.h>

/* Colours of Okabe and Ito, which everybody can tell apart. */
extern const char svg_style[];

/* As XML wants it; the caller's. */
char *svg_escaped(const char *words);

/* `anchor`: "start", "middle", "end", or NULL. */
void svg_put_text(GString *body, int x, int y, const char *anchor, const char *class,
                  const char *words);
void svg_put_line(GString *body, int x1, int y1, int x2, int y2, const char *class);

#endif
