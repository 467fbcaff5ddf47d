/* The pictures of connections as one SVG image.
 *
 *   svg_new(), svg_draw() for every picture, svg_finish()
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_SVG_H
#define TCPLIFE_SVG_H

#include "output/pictures/picture.h"

struct svg;

struct svg *svg_new(void);
/* Draws below what was drawn before. */
void svg_draw(struct svg *svg, const struct picture *picture);
/* The whole image; frees `svg`. The text is the caller's. */
GString *svg_finish(struct svg *svg);

#endif
