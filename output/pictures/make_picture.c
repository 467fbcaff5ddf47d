/* What is in the picture of a connection.
 *
 * From the film, at the end, when the log of changes (tcplife/change.h) says which
 * segments turned out to be lost. It decides nothing about states.
 *
 * Read first: the figures of RFC 9293, sections 3.5 and 3.6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/pictures/make_picture.h"

#include "output/pictures/drawing.h"
#include "output/pictures/losses.h"
#include "output/pictures/spans.h"
#include "output/pictures/states.h"

static char *socket_text(const struct tl_capture *capture, const struct tl_socket *socket)
{
    GString *text = g_string_new(NULL);

    tl_append_socket(text, capture, socket);
    return g_string_free(text, FALSE);
}

static char *summary_text(const struct tl_capture *capture, const struct tl_connection *connection,
                          const struct tl_summary *summary)
{
    GString *text = g_string_new(NULL);

    tl_append_summary(text, capture, connection, summary);
    return g_string_free(text, FALSE);
}

struct picture *picture_new(struct picture_film *film, const struct tl_capture *capture,
                            const struct tl_connection *connection)
{
    const struct strip *strip = picture_film_develop(film, tl_connection_number(connection));
    const struct tl_summary summary = tl_summarize_until(connection, capture->end_ns);
    struct drawing d = {.strip = strip, .connection = connection, .msl_ns = capture->msl_ns};
    struct bases bases = {{false}, {0}};
    struct picture *picture;

    if (strip == NULL)
        return NULL;

    picture = g_new0(struct picture, 1);
    picture->number = tl_connection_number(connection);
    for (int role = 0; role < 2; role++) {
        const struct tl_socket socket = tl_connection_socket(connection, (enum tl_role)role);

        picture->socket[role] = socket_text(capture, &socket);
    }
    picture->summary = summary_text(capture, connection, &summary);
    picture->has_before = summary.open != TL_OPEN_MIDSTREAM;
    picture->before = tl_connection_states_after(connection, strip_row(strip, 0)->frame - 1);

    d.lines = g_array_new(FALSE, FALSE, sizeof(struct picture_line));
    d.spans = g_array_new(FALSE, FALSE, sizeof(struct picture_span));
    for (unsigned i = 0; i < strip->rows->len; i++) {
        const struct row *row = strip_row(strip, i);
        struct picture_line line;

        if (!row->quoted && !capture->has_raw_numbers)
            picture_learn_bases(&bases, row, connection);
        line = picture_line_of(row, connection, &bases);
        g_array_append_val(d.lines, line);
    }
    picture_mark_losses(&d);
    picture_set_states(&d, picture->before);
    picture_add_half_closed(&d, &summary);
    picture_add_time_wait(&d);
    picture_add_silences(&d);

    picture->line_count = d.lines->len;
    picture->lines = (struct picture_line *)(void *)g_array_free(d.lines, FALSE);
    picture->span_count = d.spans->len;
    picture->spans = (struct picture_span *)(void *)g_array_free(d.spans, FALSE);
    return picture;
}

void picture_free(struct picture *picture)
{
    if (picture == NULL)
        return;
    for (unsigned i = 0; i < picture->line_count; i++) {
        struct picture_line *line = &picture->lines[i];

        for (unsigned k = 0; k < line->note_count; k++)
            g_free(line->notes[k].text);
        g_free(line->notes);
        g_free(line->label);
        g_free(line->step);
        g_free(line->flow[TL_CLIENT]);
        g_free(line->flow[TL_SERVER]);
    }
    for (unsigned i = 0; i < picture->span_count; i++)
        g_free(picture->spans[i].text);
    g_free(picture->lines);
    g_free(picture->spans);
    g_free(picture->socket[TL_CLIENT]);
    g_free(picture->socket[TL_SERVER]);
    g_free(picture->summary);
    g_free(picture);
}
