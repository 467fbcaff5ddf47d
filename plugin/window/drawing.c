/* See drawing.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/window/drawing.h"

#include "output/pictures/film.h"
#include "output/pictures/ladder.h"
#include "output/pictures/make_picture.h"
#include "output/pictures/svg.h"
#include "plugin/protocol.h"
#include "plugin/session.h"

#include <epan/funnel.h>
#include <epan/packet.h>
#include <epan/tap.h>
#include <wsutil/report_message.h>

/* One at a time: while packets are read again, the window goes on, and the menu may be used. */
static struct {
    struct picture_film *film; /* NULL: nothing is being drawn */
    uint32_t number;
} current;

static void reset(void *tapdata _U_)
{
    picture_film_clear(current.film);
}

static tap_packet_status film_packet(void *tapdata _U_, packet_info *pinfo _U_,
                                     epan_dissect_t *edt _U_, const void *data,
                                     tap_flags_t flags _U_)
{
    const struct tcplife_packet *packet = data;

    if (tl_connection_number(packet->seen.connection) == current.number)
        picture_film_take(current.film, &packet->seen);
    return TAP_PACKET_DONT_REDRAW;
}

static bool film_packets(void)
{
    const funnel_ops_t *window = funnel_get_funnel_ops();
    GString *error = register_tap_listener(TCPLIFE_TAP, &current, NULL, TL_REQUIRES_NOTHING, reset,
                                           film_packet, NULL, NULL);

    if (error != NULL) {
        report_failure("The packets cannot be read again: %s", error->str);
        g_string_free(error, TRUE);
        return false;
    }
    window->retap_packets(window->ops_id);
    remove_tap_listener(&current);
    return true;
}

static GString *draw_as(struct picture *picture, enum drawing_kind kind)
{
    GString *text;

    if (kind == DRAW_SVG) {
        struct svg *svg = svg_new();

        svg_draw(svg, picture);
        return svg_finish(svg);
    }
    text = g_string_new(NULL);
    ladder_draw(text, picture, true);
    return text;
}

GString *connection_drawing(uint32_t number, enum drawing_kind kind)
{
    struct picture *picture = NULL;
    GString *text = NULL;

    if (current.film != NULL)
        return NULL;
    current.film = picture_film_new();
    current.number = number;
    /* The file may be another one afterwards. */
    if (film_packets() && tcplife_tracker() != NULL &&
        number < tl_tracker_connection_count(tcplife_tracker()))
        picture = picture_new(current.film, tcplife_capture(),
                              tl_tracker_connection(tcplife_tracker(), number));
    if (picture != NULL)
        text = draw_as(picture, kind);
    picture_free(picture);
    picture_film_free(current.film);
    current.film = NULL;
    return text;
}
