/* The pictures of connections as one SVG image: time runs downwards, so every arrow slants.
 *
 *   frame  time  spans  client's state  |  arrows  |  server's state  spans
 *
 * It knows where things stand and what they look like, in a light and in a
 * dark theme (colours of Okabe and Ito, which everybody can tell apart); what
 * is in the picture is picture.c's business.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/pictures/svg.h"

#include "output/pictures/svg_pieces.h"
#include "output/pictures/texts.h"
#include "tcplife/output/sentences.h"

#include <math.h>
#include <string.h>

/* Pixels. */
enum {
    WIDTH = 940,
    FRAME_X = 58,  /* right edges of the two columns of numbers */
    TIME_X = 128,
    RAIL_LEFT = 345,
    RAIL_RIGHT = 705,
    STATE_WIDTH = 108,
    STATE_HEIGHT = 18,
    STATE_GAP = 9,   /* between rail and state */
    SPAN_GAP = 8,    /* between state and bracket */
    SLANT = 20,      /* how far an arrow falls */
    CROSSING_SLANT = 34,
    PITCH = 46,      /* from one arrow to the next */
    RUN_PITCH = 36,
    SILENCE_PITCH = 44,
    TIMEOUT_PITCH = 30,
    NOTE_PITCH = 17,
    LETTER_WIDTH = 7, /* of a label's, about */
    SUMMARY_COLUMNS = 132 /* letters in a line of the summary */
};

struct svg {
    GString *body;
    int y; /* where the next thing goes */
    unsigned pictures;
};

/* The picture being drawn. */
struct canvas {
    GString *body;
    const struct picture *picture;
    int y;
    int *departs, *arrives; /* by line: where it begins and ends */
    int rails_from;         /* the rails are drawn down to here */
};

/* ---- pieces -------------------------------------------------------------------------------- */

static int rail_x(enum tl_role end)
{
    return end == TL_CLIENT ? RAIL_LEFT : RAIL_RIGHT;
}

/* Away from the arrows. */
static int outwards(enum tl_role end)
{
    return end == TL_CLIENT ? -1 : 1;
}

static const char *phase_class(enum picture_phase phase)
{
    static const char *const classes[] = {
        [PICTURE_OPENING] = "opening",
        [PICTURE_DATA] = "data",
        [PICTURE_CLOSING] = "closing",
        [PICTURE_RESET] = "reset",
    };

    return classes[phase];
}

static void put_rails(struct canvas *canvas, int to, const char *class)
{
    if (to <= canvas->rails_from)
        return;
    svg_put_line(canvas->body, RAIL_LEFT, canvas->rails_from, RAIL_LEFT, to, class);
    svg_put_line(canvas->body, RAIL_RIGHT, canvas->rails_from, RAIL_RIGHT, to, class);
    canvas->rails_from = to;
}

/* ---- states -------------------------------------------------------------------------------- */

static void put_state(struct canvas *canvas, enum tl_role end, int y,
                      const struct picture_state *state)
{
    const int middle = rail_x(end) + outwards(end) * (STATE_GAP + STATE_WIDTH / 2);
    const bool boxed = state->changed && !state->taken_back && !state->unseen;
    char *words = g_strdup_printf("%s%s%s%s", state->unseen ? "(" : "",
                                  tl_state_name(state->state), state->presumed ? "?" : "",
                                  state->unseen ? ")" : "");
    char *class = g_strdup_printf("state%s%s%s", state->presumed ? " presumed" : "",
                                  boxed ? "" : " same", state->taken_back ? " taken-back" : "");

    if (boxed)
        g_string_append_printf(
            canvas->body,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"9\" class=\"box%s\"/>\n",
            middle - STATE_WIDTH / 2, y - STATE_HEIGHT / 2, STATE_WIDTH, STATE_HEIGHT,
            state->presumed ? " presumed" : "");
    svg_put_text(canvas->body, middle, y + 4, "middle", class, words);
    g_free(class);
    g_free(words);
}

/* ---- arrows -------------------------------------------------------------------------------- */

/* Text along an arrow; `above` or below it. */
static void put_along(struct canvas *canvas, double x, double y, double angle, double shift,
                      const char *anchor, const char *class, const char *words)
{
    char xs[G_ASCII_DTOSTR_BUF_SIZE], ys[G_ASCII_DTOSTR_BUF_SIZE], as[G_ASCII_DTOSTR_BUF_SIZE];
    char *safe = svg_escaped(words);

    g_ascii_formatd(xs, sizeof xs, "%.1f", x);
    g_ascii_formatd(ys, sizeof ys, "%.1f", y);
    g_ascii_formatd(as, sizeof as, "%.2f", angle);
    g_string_append_printf(canvas->body,
                           "<text transform=\"translate(%s %s) rotate(%s)\" y=\"%d\" "
                           "text-anchor=\"%s\" class=\"%s\">%s</text>\n",
                           xs, ys, as, (int)shift, anchor, class, safe);
    g_free(safe);
}

struct shaft {
    enum tl_role sender;
    int from_y, to_y;
    bool run, near_sender;
    const char *label, *step;
};

/* Half-way, or as far as the label needs. */
static int lost_reach(const char *label)
{
    const int needed = label == NULL ? 0 : 32 + LETTER_WIDTH * (int)strlen(label);

    return CLAMP(needed, (RAIL_RIGHT - RAIL_LEFT) / 2, (RAIL_RIGHT - RAIL_LEFT) * 7 / 8);
}

static void put_shaft(struct canvas *canvas, const struct picture_line *line,
                      const struct shaft *shaft)
{
    const bool lost = line->loss != PICTURE_ARRIVES;
    const bool rightwards = shaft->sender == TL_CLIENT;
    const int from_x = rail_x(shaft->sender);
    const int reach = lost ? lost_reach(shaft->label) : RAIL_RIGHT - RAIL_LEFT;
    const int to_x = rightwards ? from_x + reach : from_x - reach;
    const int to_y =
        shaft->from_y + (shaft->to_y - shaft->from_y) * reach / (RAIL_RIGHT - RAIL_LEFT);
    const double slope = (double)(to_y - shaft->from_y) / (to_x - from_x);
    const double angle = atan(slope) * 180 / G_PI;
    const bool near_sender = lost || shaft->near_sender;
    const double text_x = near_sender ? from_x + (rightwards ? 14 : -14) : (from_x + to_x) / 2.0;
    const double text_y = shaft->from_y + (text_x - from_x) * slope;
    const char *anchor = !near_sender ? "middle" : rightwards ? "start" : "end";
    const char *phase = phase_class(line->phase);
    char as[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd(as, sizeof as, "%.2f", angle);
    g_string_append_printf(canvas->body,
                           "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" class=\"arrow %s%s%s\"/>\n",
                           from_x, shaft->from_y, to_x + (lost ? 0 : rightwards ? -8 : 8), to_y,
                           phase, shaft->run ? " run" : "",
                           line->loss == PICTURE_UNANSWERED ? " unanswered" : "");
    if (lost)
        g_string_append_printf(canvas->body,
                               "<path d=\"M%d %dl12 12m-12 0l12-12\" class=\"arrow %s\"/>\n",
                               to_x - 6, to_y - 6, phase);
    else
        g_string_append_printf(canvas->body,
                               "<path d=\"M0 0l-12-5v10z\" transform=\"translate(%d %d) "
                               "rotate(%s)%s\" class=\"head %s\"/>\n",
                               to_x, to_y, as, rightwards ? "" : " scale(-1 1)", phase);
    if (shaft->label != NULL)
        put_along(canvas, text_x, text_y, angle, -6, anchor, "label", shaft->label);
    if (shaft->step != NULL)
        put_along(canvas, text_x, text_y, angle, 13, anchor, "step", shaft->step);
    if (line->loss == PICTURE_UNANSWERED)
        svg_put_text(canvas->body, to_x + (rightwards ? 12 : -12), to_y + 4,
                     rightwards ? "start" : "end", "dim", "?");
}

static void put_numbers(struct canvas *canvas, const struct picture_line *line, int y)
{
    char *seconds = picture_time_text(line->time_ns);
    char *frame = line->frame == 0                  ? g_strdup("")
                  : line->frame == line->last_frame ? g_strdup_printf("%u", line->frame)
                                                    : g_strdup_printf("%u–%u", line->frame,
                                                                      line->last_frame);

    svg_put_text(canvas->body, FRAME_X, y + 4, "end", "number", frame);
    svg_put_text(canvas->body, TIME_X, y + 4, "end", "number", seconds);
    g_free(frame);
    g_free(seconds);
}

/* What a screen reader says of a line, and a browser shows under the mouse. */
static void begin_group(struct canvas *canvas, const struct picture_line *line)
{
    static const char *const losses[] = {
        [PICTURE_ARRIVES] = "", [PICTURE_UNANSWERED] = ", unanswered", [PICTURE_LOST] = ", lost"};
    const char *sender = tl_role_name(line->sender);
    GString *words = g_string_new(NULL);
    char *safe;

    if (line->kind == PICTURE_RUN)
        g_string_append_printf(words, "Frames %u to %u: data", line->frame, line->last_frame);
    else if (line->kind == PICTURE_ICMP_ERROR)
        g_string_append_printf(words, "Frame %u: an ICMP error", line->frame);
    else if (line->kind == PICTURE_TIMEOUT)
        g_string_append_printf(words, "%s have passed", line->label);
    else
        g_string_append_printf(words, "Frame %u: the %s sends %s%s%s%s%s", line->frame, sender,
                               line->label, line->step == NULL ? "" : " (",
                               line->step == NULL ? "" : line->step,
                               line->step == NULL ? "" : ")", losses[line->loss]);
    g_string_append_printf(words, ". Client %s%s, server %s%s",
                           tl_state_name(line->states.state[TL_CLIENT]),
                           line->states.presumed[TL_CLIENT] ? " (presumed)" : "",
                           tl_state_name(line->states.state[TL_SERVER]),
                           line->states.presumed[TL_SERVER] ? " (presumed)" : "");
    safe = svg_escaped(words->str);
    g_string_append_printf(canvas->body, "<g><title>%s</title>\n", safe);
    g_free(safe);
    g_string_free(words, TRUE);
}

static bool is_crossed(const struct picture *picture, unsigned number)
{
    return number + 1 < picture->line_count && picture->lines[number + 1].crosses;
}

static void put_segment(struct canvas *canvas, unsigned number)
{
    const struct picture_line *line = &canvas->picture->lines[number];
    const bool in_pair = line->crosses || is_crossed(canvas->picture, number);
    const int slant = in_pair ? CROSSING_SLANT : SLANT;
    const int from = line->crosses ? canvas->departs[number - 1] : canvas->y;
    const struct shaft shaft = {
        .sender = line->sender,
        .from_y = from,
        .to_y = from + slant,
        .near_sender = in_pair,
        .label = line->label,
        .step = line->step,
    };
    const bool lost = line->loss != PICTURE_ARRIVES;

    canvas->departs[number] = from;
    canvas->arrives[number] = lost ? from : from + slant;
    /* The two numbers of a pair that departs at once stand one below the other. */
    put_numbers(canvas, line, line->crosses ? from + 15 : from);
    put_shaft(canvas, line, &shaft);
    if (line->kind != PICTURE_ICMP_ERROR)
        put_state(canvas, line->sender, from, &line->departure);
    /* What did not arrive changed nothing there; what was presumed then is struck out. */
    if (!lost || line->arrival.taken_back)
        put_state(canvas, tl_other(line->sender), from + slant, &line->arrival);
    if (line->kind == PICTURE_ICMP_ERROR && line->departure.changed)
        put_state(canvas, line->sender, from, &line->departure);
    canvas->y = MAX(canvas->y, from + PITCH + (in_pair ? CROSSING_SLANT - SLANT : 0));
    if (is_crossed(canvas->picture, number))
        canvas->y = from;
}

static void put_run(struct canvas *canvas, unsigned number)
{
    const struct picture_line *line = &canvas->picture->lines[number];
    const enum tl_role order[] = {line->first_flow, tl_other(line->first_flow)};
    int y = canvas->y;

    canvas->departs[number] = y;
    put_numbers(canvas, line, y);
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        const struct shaft shaft = {
            .sender = order[i],
            .from_y = y,
            .to_y = y + SLANT,
            .run = true,
            .label = line->flow[order[i]],
        };

        if (shaft.label == NULL)
            continue;
        put_shaft(canvas, line, &shaft);
        canvas->arrives[number] = y + SLANT;
        y += RUN_PITCH;
    }
    put_state(canvas, line->sender, canvas->departs[number], &line->departure);
    put_state(canvas, tl_other(line->sender), canvas->departs[number] + SLANT, &line->arrival);
    canvas->y = y + PITCH - RUN_PITCH;
}

/* ---- what else stands between the rails ---------------------------------------------------- */

static void put_silence(struct canvas *canvas, unsigned number)
{
    char *duration = picture_duration_text(canvas->picture->lines[number].pause_ns);
    char *words = g_strdup_printf("… %s later …", duration);
    const int y = canvas->y;

    put_rails(canvas, y - 8, "rail");
    put_rails(canvas, y + 16, "rail broken");
    svg_put_text(canvas->body, (RAIL_LEFT + RAIL_RIGHT) / 2, y + 8, "middle", "silence", words);
    canvas->departs[number] = y - 8;
    canvas->arrives[number] = y + 16;
    canvas->y = y + SILENCE_PITCH;
    g_free(words);
    g_free(duration);
}

static void put_timeout(struct canvas *canvas, unsigned number)
{
    const struct picture_line *line = &canvas->picture->lines[number];
    const int y = canvas->y;

    put_numbers(canvas, line, y);
    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        const int x = rail_x((enum tl_role)end);

        if (!line->expires[end])
            continue;
        svg_put_line(canvas->body, x - 6, y, x + 6, y, "rail");
        put_state(canvas, (enum tl_role)end, y, end == TL_CLIENT ? &line->departure
                                                                 : &line->arrival);
    }
    canvas->departs[number] = canvas->arrives[number] = y;
    canvas->y = y + TIMEOUT_PITCH;
}

static void put_notes(struct canvas *canvas, unsigned number)
{
    const struct picture_line *line = &canvas->picture->lines[number];
    const int middle = (RAIL_LEFT + RAIL_RIGHT) / 2;
    unsigned put = 0;

    for (unsigned i = 0; i < line->note_count; i++) {
        svg_put_text(canvas->body, middle, canvas->y - 2, "middle",
                     line->notes[i].severity >= TL_WARN ? "note warn" : "note", line->notes[i].text);
        canvas->y += NOTE_PITCH;
        put++;
    }
    if (line->restarts[TL_CLIENT] || line->restarts[TL_SERVER]) {
        svg_put_text(canvas->body, middle, canvas->y - 2, "middle", "note", "TIME-WAIT starts again");
        canvas->y += NOTE_PITCH;
        put++;
    }
    if (put > 0)
        canvas->y += 6;
}

/* ---- spans --------------------------------------------------------------------------------- */

/* Where a line meets an end's rail. */
static int y_at(const struct canvas *canvas, unsigned number, enum tl_role end)
{
    return canvas->picture->lines[number].sender == end ? canvas->departs[number]
                                                        : canvas->arrives[number];
}

/* "half-closed 110 ms, 22 bytes" in three lines: there is little room. */
static void put_span_text(struct canvas *canvas, const struct picture_span *span, int x, int y)
{
    char *words = g_strdup(span->text), *rest;
    char **lines;
    unsigned count;

    if (span->half_closed || g_str_has_prefix(words, "TIME-WAIT ")) {
        rest = strpbrk(words, " ");
        if (rest != NULL)
            *rest = '\n';
    }
    while ((rest = strstr(words, ", ")) != NULL) {
        rest[0] = '\n';
        memmove(rest + 1, rest + 2, strlen(rest + 2) + 1);
    }
    lines = g_strsplit(words, "\n", -1);
    count = g_strv_length(lines);
    for (unsigned i = 0; i < count; i++)
        svg_put_text(canvas->body, x, y + 4 + 13 * (int)i - 13 * (int)(count - 1) / 2,
                     span->side == TL_CLIENT ? "end" : "start", "span-text", lines[i]);
    g_strfreev(lines);
    g_free(words);
}

static void put_span(struct canvas *canvas, const struct picture_span *span)
{
    const int direction = outwards(span->side);
    const int x = rail_x(span->side) + direction * (STATE_GAP + STATE_WIDTH + SPAN_GAP);
    const int from = y_at(canvas, span->from, span->side);
    const int to = span->open ? canvas->y - PITCH / 2 : y_at(canvas, span->to, span->side);
    int since = from; /* the 2 MSL count from the last restart */

    g_string_append_printf(canvas->body, "<path d=\"M%d %dh%dv%d", x - direction * 4, from,
                           direction * 6, to - from);
    if (!span->open)
        g_string_append_printf(canvas->body, "h%d", -direction * 6);
    g_string_append(canvas->body, "\" class=\"span\"/>\n");
    for (unsigned i = span->from; i <= span->to && !span->half_closed; i++) {
        if (canvas->picture->lines[i].restarts[span->side]) {
            since = y_at(canvas, i, span->side);
            svg_put_line(canvas->body, x - direction * 4, since, x + direction * 2, since, "span");
        }
    }
    put_span_text(canvas, span, x + direction * 8, (since + to) / 2);
}

/* ---- a connection -------------------------------------------------------------------------- */

static void put_summary(struct canvas *canvas)
{
    const char *words = canvas->picture->summary;

    while (*words != '\0') {
        size_t length = strlen(words);

        if (length > SUMMARY_COLUMNS) {
            length = SUMMARY_COLUMNS;
            while (length > 1 && words[length] != ' ')
                length--;
            if (length == 1)
                length = SUMMARY_COLUMNS;
        }
        char *line = g_strndup(words, length);

        svg_put_text(canvas->body, 20, canvas->y, NULL, "dim", line);
        g_free(line);
        canvas->y += 17;
        words += length;
        while (*words == ' ')
            words++;
    }
}

static void put_heading(struct canvas *canvas)
{
    const struct picture *picture = canvas->picture;
    char *title = g_strdup_printf("Connection %u", picture->number);
    char *summary = svg_escaped(picture->summary);

    g_string_append_printf(canvas->body, "<g id=\"connection-%u\"><title>%s: %s</title>\n",
                           picture->number, title, summary);
    svg_put_text(canvas->body, 20, canvas->y, NULL, "title", title);
    canvas->y += 20;
    put_summary(canvas);
    canvas->y += 14;
    svg_put_text(canvas->body, FRAME_X, canvas->y, "end", "number", "frame");
    svg_put_text(canvas->body, TIME_X, canvas->y, "end", "number", "seconds");
    svg_put_text(canvas->body, RAIL_LEFT, canvas->y, "middle", "end", "client");
    svg_put_text(canvas->body, RAIL_RIGHT, canvas->y, "middle", "end", "server");
    canvas->y += 15;
    svg_put_text(canvas->body, RAIL_LEFT, canvas->y, "middle", "dim", picture->socket[TL_CLIENT]);
    svg_put_text(canvas->body, RAIL_RIGHT, canvas->y, "middle", "dim", picture->socket[TL_SERVER]);
    canvas->y += 10;
    canvas->rails_from = canvas->y;
    canvas->y += 14;
    g_free(summary);
    g_free(title);
}

static void put_before(struct canvas *canvas)
{
    for (int end = TL_CLIENT; end <= TL_SERVER && canvas->picture->has_before; end++) {
        const struct picture_state state = {.state = canvas->picture->before.state[end],
                                            .changed = true};

        put_state(canvas, (enum tl_role)end, canvas->y, &state);
    }
    canvas->y += canvas->picture->has_before ? 28 : 6;
}

static void put_picture_line(struct canvas *canvas, unsigned number)
{
    const struct picture_line *line = &canvas->picture->lines[number];

    if (line->kind == PICTURE_SILENCE) {
        put_silence(canvas, number);
        return;
    }
    begin_group(canvas, line);
    switch (line->kind) {
    case PICTURE_RUN:
        put_run(canvas, number);
        break;
    case PICTURE_TIMEOUT:
        put_timeout(canvas, number);
        break;
    default:
        put_segment(canvas, number);
        break;
    }
    put_notes(canvas, number);
    g_string_append(canvas->body, "</g>\n");
}

void svg_draw(struct svg *svg, const struct picture *picture)
{
    struct canvas canvas = {
        .body = svg->body,
        .picture = picture,
        .y = svg->y + 30,
        .departs = g_new0(int, picture->line_count),
        .arrives = g_new0(int, picture->line_count),
    };

    if (svg->pictures++ > 0)
        svg_put_line(svg->body, 20, svg->y, WIDTH - 20, svg->y, "rule");
    put_heading(&canvas);
    put_before(&canvas);
    for (unsigned i = 0; i < picture->line_count; i++)
        put_picture_line(&canvas, i);
    put_rails(&canvas, canvas.y - 12, "rail");
    for (unsigned i = 0; i < picture->span_count; i++)
        put_span(&canvas, &picture->spans[i]);
    g_string_append(svg->body, "</g>\n");
    svg->y = canvas.y + 10;
    g_free(canvas.departs);
    g_free(canvas.arrives);
}

/* ---- the image ----------------------------------------------------------------------------- */

struct svg *svg_new(void)
{
    struct svg *svg = g_new0(struct svg, 1);

    svg->body = g_string_new(NULL);
    return svg;
}

GString *svg_finish(struct svg *svg)
{
    GString *image = g_string_new(NULL);

    if (svg->pictures == 0) {
        svg_put_text(svg->body, 20, 40, NULL, "dim", "No TCP connection.");
        svg->y = 50;
    }
    svg_put_text(svg->body, 20, svg->y + 20, NULL, "legend",
                 "STATE? in a dashed box: presumed, not yet proven by a segment of that end · struck "
                 "out: taken back later · (STATE): by the clock alone");
    svg_put_text(svg->body, 20, svg->y + 36, NULL, "legend",
                 "× lost · ×? unanswered: lost, or not taken · thick: a run of data, folded · numbers "
                 "count from each end's ISN");
    svg->y += 50;
    g_string_append_printf(
        image,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
        "viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"title desc\">\n"
        "<title id=\"title\">TCP Lifecycle: %u connection%s</title>\n"
        "<desc id=\"desc\">Each connection from top to bottom: the client on the left, the server "
        "on the right, an arrow for every segment, and beside the arrows the states (RFC 9293) of "
        "both ends after it.</desc>\n"
        "<style>\n%s</style>\n"
        "<rect width=\"100%%\" height=\"100%%\" class=\"paper\"/>\n",
        WIDTH, svg->y, WIDTH, svg->y, svg->pictures, svg->pictures == 1 ? "" : "s", svg_style);
    g_string_append_len(image, svg->body->str, (gssize)svg->body->len);
    g_string_append(image, "</svg>\n");
    g_string_free(svg->body, TRUE);
    g_free(svg);
    return image;
}
