/* Makes the picture of a connection from the film.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_OUTPUT_MAKE_PICTURE_H
#define TCPLIFE_OUTPUT_MAKE_PICTURE_H

#include "output/pictures/film.h"
#include "output/pictures/picture.h"
#include "tcplife/output/capture.h"

/* NULL: there are no segments of this connection on the film. */
struct picture *picture_new(struct picture_film *film, const struct tl_capture *capture,
                            const struct tl_connection *connection);
void picture_free(struct picture *picture);

#endif
