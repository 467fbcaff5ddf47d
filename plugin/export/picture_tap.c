/* The -z arguments that draw, the report among them: which connections, and in which form.
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
#include "output/report/report.h"
#include "plugin/choice/choice.h"
#include "plugin/export/batch_argument.h"
#include "plugin/preferences.h"
#include "plugin/protocol.h"
#include "plugin/session.h"
#include "plugin/zeek_session.h"

#include <epan/packet.h>
#include <epan/tap.h>

#include <wsutil/report_message.h>

#include <stdio.h>

struct gallery;

struct picture_argument {
    const char *name;
    void (*draw)(const struct gallery *gallery);
    bool shows_zeek;              /* Zeek's words are to be known */
    const char *(*missing)(void); /* why it cannot be drawn, NULL if it can; or NULL */
};

/* One -z argument. Each listener has an address of its own, which Wireshark knows it by. */
struct gallery {
    const struct picture_argument *argument;
    struct choice *choice;
    char *filter; /* the user's words for it; NULL: all connections */
    struct picture_film *film;
    struct listener {
        struct gallery *gallery;
    } filming, marking;
    unsigned listeners; /* that still use it */
    struct tl_capture capture; /* known when it is drawn, but for its start */
};

static void finish(void *tapdata)
{
    struct gallery *gallery = ((struct listener *)tapdata)->gallery;

    if (--gallery->listeners > 0)
        return;
    if (gallery->argument->shows_zeek)
        tcplife_zeek_listener_goes();
    picture_film_free(gallery->film);
    choice_free(gallery->choice);
    g_free(gallery->filter);
    g_free(gallery);
}

/* ---- the listener without a filter --------------------------------------------------------- */

static void reset_film(void *tapdata)
{
    const struct listener *listener = tapdata;

    picture_film_clear(listener->gallery->film);
    listener->gallery->capture.start_ns = 0;
}

static void note_start(struct gallery *gallery, const packet_info *pinfo,
                       const struct tl_segment *segment)
{
    if (gallery->capture.start_ns == 0)
        gallery->capture.start_ns = segment->time_ns - pinfo->rel_ts.secs * INT64_C(1000000000) -
                                    pinfo->rel_ts.nsecs;
}

static tap_packet_status film_packet(void *tapdata, packet_info *pinfo,
                                     epan_dissect_t *edt _U_, const void *data,
                                     tap_flags_t flags _U_)
{
    const struct listener *listener = tapdata;
    const struct tcplife_packet *packet = data;

    note_start(listener->gallery, pinfo, packet->seen.segment);
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
    const struct tl_capture *capture = &gallery->capture;
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
    const struct tl_capture *capture = &gallery->capture;
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

static void print_piece(void *to, const char *text, size_t length)
{
    fwrite(text, 1, length, to);
}

static void draw_report(const struct gallery *gallery)
{
    const struct report_options options = {
        .ladders = REPORT_LADDERS,
        .states_interval_ns = tcplife_preferences.states_interval * INT64_C(1000000000),
        .choice = gallery->filter,
    };
    struct report *report = report_new(&options, print_piece, stdout);

    g_byte_array_free(report_add(report, &gallery->capture, choice_made(gallery->choice)), TRUE);
    report_draw(report, &gallery->capture, gallery->film);
    report_finish(report);
}

static void draw(void *tapdata)
{
    struct gallery *gallery = ((struct listener *)tapdata)->gallery;
    const int64_t start_ns = gallery->capture.start_ns;

    gallery->capture = *tcplife_capture();
    gallery->capture.start_ns = start_ns;
    gallery->argument->draw(gallery);
    fflush(stdout);
}

static const struct picture_argument arguments[] = {
    {.name = "tcplife,ladder", .draw = draw_ladders},
    {.name = "tcplife,svg", .draw = draw_svg},
    {.name = "tcplife,html", .draw = draw_report, .shows_zeek = true, .missing = report_missing},
};

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
    if (self->missing != NULL && self->missing() != NULL) {
        report_failure("%s", self->missing());
        WS_STAT_INIT_FAILED;
    }

    gallery = g_new0(struct gallery, 1);
    gallery->argument = self;
    gallery->choice = choice_new(filter);
    gallery->filter = g_strdup(filter);
    gallery->film = picture_film_new();
    gallery->filming.gallery = gallery->marking.gallery = gallery;
    gallery->listeners = 1;
    if (self->shows_zeek)
        tcplife_zeek_listener_comes();
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
