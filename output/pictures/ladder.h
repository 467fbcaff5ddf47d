/* The picture of a connection as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LADDER_H
#define TCPLIFE_LADDER_H

#include "output/pictures/picture.h"

#include <stdbool.h>

/* Appends the picture to `text`, at most 100 columns wide; in UTF-8, or in plain ASCII. */
void ladder_draw(GString *text, const struct picture *picture, bool utf8);

#endif
