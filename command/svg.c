/* pcaplife svg: all connections as one SVG image.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "command/filming.h"
#include "output/pictures/make_picture.h"
#include "output/pictures/svg.h"

static void begin(struct writing *writing)
{
    writing->state = svg_new();
}

static void draw(struct writing *writing, const struct reading *reading)
{
    const struct tl_connection *connection;
    struct picture_film *film = filming_film(reading->filming, reading->connections);
    uint32_t number = 0;

    if (film == NULL) {
        writing_note_code(writing, PCAPLIFE_FAILED);
        return;
    }
    while ((connection = writing_next(writing, reading, &number)) != NULL) {
        struct picture *picture = picture_new(film, &reading->capture, connection);

        if (picture != NULL)
            svg_draw(writing->state, picture);
        picture_free(picture);
    }
}

static void end(struct writing *writing)
{
    GString *image = svg_finish(writing->state);

    g_string_append_len(writing->text, image->str, (gssize)image->len);
    g_string_free(image, TRUE);
}

const struct subcommand subcommand_svg = {
    .name = "svg",
    .help = "all connections as one SVG image",
    .wishes = {.pictures = true},
    .begin = begin,
    .write = draw,
    .end = end,
};
