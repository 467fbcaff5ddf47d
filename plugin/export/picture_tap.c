/* The -z arguments that draw: which connections, and in which form.
 *
 * A filter chooses connections, as with -z tcplife,json: one is drawn as a
 * whole when a packet of it passes. So two listeners see the packets: one
 * without a filter keeps the film, the other one makes the choice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/export/picture_tap.h"

#include "output/connection_set.h"
#include "output/pictures/film.h"
#include "output/pictures/ladder.h"
#include "output/pictures/make_picture.h"
#include "output/pictures/svg.h"
#include "plugin/choice/choice.h"
#include "plugin/export/batch_argument.h"
#include "plugin/protocol.h"
#include "plugin/session.h"

#include <epan/packet.h>
#include <epan/tap.h>

#include <stdio.h>

static const struct picture_argument {
    const char *name;
    bool is_svg;
} arguments[] = {
    {"tcplife,ladder", false},
    {"tcplife,svg", true},
};

/* One -z argument. Each listener has an address of its own, which Wireshark knows it by. */
struct gallery {
    const struct picture_argument *argument;
    struct choice *choice;
    struct picture_film *film;
    struct listener {
        struct gallery *gallery;
    } filming, marking;
    unsigned listeners; /* that still use it */
};

static void finish(void *tapdata)
{
    struct gallery *gallery = ((struct listener *)tapdata)->gallery;

    if (--gallery->listeners > 0)
        return;
    picture_film_free(gallery->film);
    choice_free(gallery->choice);
    g_free(gallery);
}

/* ---- the listener without a filter --------------------------------------------------------- */

static void reset_film(void *tapdata)
{
    const struct listener *listener = tapdata;

    picture_film_clear(listener->gallery->film);
}

static tap_packet_status film_packet(void *tapdata, packet_info *pinfo _U_,
                                     epan_dissect_t *edt _U_, const void *data,
                                     tap_flags_t flags _U_)
{
    const struct listener *listener = tapdata;
    const struct tcplife_packet *packet = data;

    picture_film_take(listener->gallery->film, &packet->seen);
    return TAP_PACKET_DONT_REDRAW;
}

/* ---- the listener with the filter ---------------------------------------------------------- */

static void reset_choice(void *tapdata)
{
    struct gallery *gallery = ((struct listener *)tapdata)->gallery;

    choice_reset(gallery->choice);
}

static tap_packet_status mark_packet(void *tapdata, packet_info *pinfo _U_, epan_dissect_t *edt,
                                     const void *data, tap_flags_t flags _U_)
{
    struct gallery *gallery = ((struct listener *)tapdata)->gallery;

    choice_see(gallery->choice, edt, data);
    return TAP_PACKET_DONT_REDRAW;
}

/* ---- drawing ------------------------------------------------------------------------------- */

static void print(GString *text)
{
    fputs(text->str, stdout);
    g_string_free(text, TRUE);
}

static void draw_ladders(const struct gallery *gallery)
{
    const struct tl_capture *capture = tcplife_capture();
    const GByteArray *chosen = choice_made(gallery->choice);
    const bool utf8 = g_get_charset(NULL);
    const char *separator = "";
    const struct tl_connection *connection;
    uint32_t number = 0;

    while ((connection = connection_set_next(capture, chosen, &number)) != NULL) {
        struct picture *picture = picture_new(gallery->film, capture, connection);
        GString *text;

        if (picture == NULL)
            continue;
        text = g_string_new(separator);
        ladder_draw(text, picture, utf8);
        print(text);
        picture_free(picture);
        separator = "\n\n";
    }
}

static void draw_svg(const struct gallery *gallery)
{
    const struct tl_capture *capture = tcplife_capture();
    const GByteArray *chosen = choice_made(gallery->choice);
    struct svg *svg = svg_new();
    const struct tl_connection *connection;
    uint32_t number = 0;

    while ((connection = connection_set_next(capture, chosen, &number)) != NULL) {
        struct picture *picture = picture_new(gallery->film, capture, connection);

        if (picture != NULL)
            svg_draw(svg, picture);
        picture_free(picture);
    }
    print(svg_finish(svg));
}

static void draw(void *tapdata)
{
    const struct gallery *gallery = ((struct listener *)tapdata)->gallery;

    if (gallery->argument->is_svg)
        draw_svg(gallery);
    else
        draw_ladders(gallery);
    fflush(stdout);
}

/* ---- the -z arguments ---------------------------------------------------------------------- */

/* Wireshark comes here with everything that begins with the argument's name. */
static ws_stat_init_result begin(const char *argument, void *userdata)
{
    const struct picture_argument *self = userdata;
    const char *filter;
    struct gallery *gallery;
    GString *error;

    if (!batch_argument_parse(argument, self->name, &filter))
        WS_STAT_INIT_FAILED;

    gallery = g_new0(struct gallery, 1);
    gallery->argument = self;
    gallery->choice = choice_new(filter);
    gallery->film = picture_film_new();
    gallery->filming.gallery = gallery->marking.gallery = gallery;
    gallery->listeners = 1;
    error = register_tap_listener(TCPLIFE_TAP, &gallery->marking, choice_listens_to(gallery->choice),
                                  TL_REQUIRES_NOTHING, reset_choice, mark_packet, draw, finish);
    if (error == NULL) {
        gallery->listeners++;
        /* Without a filter it cannot fail. */
        error = register_tap_listener(TCPLIFE_TAP, &gallery->filming, NULL, TL_REQUIRES_NOTHING,
                                      reset_film, film_packet, NULL, finish);
    }
    if (error != NULL) {
        batch_argument_report(self->name, error);
        finish(&gallery->marking);
        WS_STAT_INIT_FAILED;
    }
    WS_STAT_INIT_OK;
}

void tcplife_register_pictures(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(arguments); i++)
        batch_argument_register(arguments[i].name, begin, &arguments[i]);
}
