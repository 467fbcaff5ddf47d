/* pcaplife ladder: each connection as a picture made of text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/command.h"

#include "command/filming.h"
#include "output/pictures/ladder.h"
#include "output/pictures/make_picture.h"

static void write_ladders(struct writing *writing, const struct reading *reading)
{
    const bool utf8 = g_get_charset(NULL);
    const struct tl_connection *connection;
    const char *separator = "";
    struct picture_film *film = filming_film(reading->filming, reading->connections);
    uint32_t number = 0;

    writing_begin_file(writing, reading);
    if (film == NULL) {
        writing_note_code(writing, PCAPLIFE_FAILED);
        return;
    }
    while ((connection = writing_next(writing, reading, &number)) != NULL) {
        struct picture *picture = picture_new(film, &reading->capture, connection);

        if (picture == NULL)
            continue;
        g_string_append(writing->text, separator);
        ladder_draw(writing->text, picture, utf8);
        picture_free(picture);
        writing_flush(writing);
        separator = "\n\n";
    }
}

const struct subcommand subcommand_ladder = {
    .name = "ladder",
    .help = "each connection as a picture made of text",
    .fallback = {"tcplife,ladder", FALLBACK_TEXT},
    .parts_files = true,
    .wishes = {.pictures = true},
    .write = write_ladders,
};
