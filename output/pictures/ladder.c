/* The picture of a connection as text: both ends as columns, an arrow for each segment.
 *
 *   frame  time  client's state  |  arrows  |  server's state
 *
 * It knows what the lines look like; what is in them is picture.c's business.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/pictures/ladder.h"

#include "output/pictures/texts.h"
#include "tcplife/output/sentences.h"

#include <string.h>

enum {
    WIDTH = 100,
    STATE_WIDTH = 13, /* "SYN-RECEIVED?" */
    STATES_WIDTH = 2 * (STATE_WIDTH + 2),
    ARROWS_MINIMUM = 30
};

/* What lines are made of, each one column wide but for the ellipsis. */
struct ink {
    const char *ellipsis, *dash;
    const char *thin, *thick, *right, *left, *lost;
    const char *rail, *start_right, *start_left, *thick_right, *thick_left, *broken;
    const char *span_top_left, *span_top_right, *span;
    const char *span_bottom_left, *span_bottom_right;
};

static const struct ink utf8_ink = {
    .ellipsis = "…", .dash = "–",
    .thin = "─", .thick = "═", .right = "▶", .left = "◀", .lost = "×",
    .rail = "│", .start_right = "├", .start_left = "┤", .thick_right = "╞", .thick_left = "╡",
    .broken = "┊",
    .span_top_left = "┌", .span_top_right = "┐", .span = "╎",
    .span_bottom_left = "└", .span_bottom_right = "┘",
};
static const struct ink ascii_ink = {
    .ellipsis = "...", .dash = "-",
    .thin = "-", .thick = "=", .right = ">", .left = "<", .lost = "x",
    .rail = "|", .start_right = "|", .start_left = "|", .thick_right = "|", .thick_left = "|",
    .broken = ":",
    .span_top_left = ".", .span_top_right = ".", .span = ":",
    .span_bottom_left = "'", .span_bottom_right = "'",
};

struct ladder {
    GString *text;
    const struct picture *picture;
    const struct ink *ink;
    size_t frame_width, time_width, arrows_width;
};

/* ---- pieces -------------------------------------------------------------------------------- */

static size_t columns(const char *text)
{
    return (size_t)g_utf8_strlen(text, -1);
}

static void repeat(GString *text, const char *piece, size_t times)
{
    while (times-- > 0)
        g_string_append(text, piece);
}

static void append_left(GString *text, const char *piece, size_t width)
{
    const size_t used = columns(piece);

    g_string_append(text, piece);
    repeat(text, " ", used < width ? width - used : 0);
}

static void append_right(GString *text, const char *piece, size_t width)
{
    const size_t used = columns(piece);

    repeat(text, " ", used < width ? width - used : 0);
    g_string_append(text, piece);
}

/* No line ends in blanks. */
static void end_line(GString *text)
{
    while (text->len > 0 && text->str[text->len - 1] == ' ')
        g_string_truncate(text, text->len - 1);
    g_string_append_c(text, '\n');
}

static char *frame_text(const struct ladder *ladder, const struct picture_line *line)
{
    if (line->frame == 0)
        return g_strdup("");
    if (line->last_frame == line->frame)
        return g_strdup_printf("%u", line->frame);
    return g_strdup_printf("%u%s%u", line->frame, ladder->ink->dash, line->last_frame);
}

static char *state_text(enum tl_state state, bool presumed, bool unseen)
{
    return g_strdup_printf("%s%s%s%s", unseen ? "(" : "", tl_state_name(state),
                           presumed ? "?" : "", unseen ? ")" : "");
}

/* ---- spans --------------------------------------------------------------------------------- */

/* The piece of the bracket beside a line; `below`: a line of text under it. */
static const char *span_piece(const struct ladder *ladder, unsigned number, enum tl_role side,
                              bool below)
{
    const struct ink *ink = ladder->ink;
    const bool left = side == TL_CLIENT;

    for (unsigned i = 0; i < ladder->picture->span_count; i++) {
        const struct picture_span *span = &ladder->picture->spans[i];

        if (span->side != side || number < span->from || number > span->to)
            continue;
        if (number == span->from && !below)
            return left ? ink->span_top_left : ink->span_top_right;
        if (number < span->to || span->open)
            return ink->span;
        if (!below)
            return left ? ink->span_bottom_left : ink->span_bottom_right;
    }
    return " ";
}

/* ---- a line -------------------------------------------------------------------------------- */

static void begin_line(struct ladder *ladder, const char *frame, const char *seconds,
                       const char *client, const char *client_span)
{
    append_right(ladder->text, frame, ladder->frame_width);
    g_string_append(ladder->text, "  ");
    append_right(ladder->text, seconds, ladder->time_width);
    g_string_append(ladder->text, "  ");
    append_left(ladder->text, client, STATE_WIDTH);
    g_string_append(ladder->text, client_span);
}

static void finish_line(struct ladder *ladder, const char *server_span, const char *server)
{
    g_string_append(ladder->text, server_span);
    append_right(ladder->text, server, STATE_WIDTH);
    end_line(ladder->text);
}

/* A line of text between the rails, towards the side that it belongs to. */
static void draw_text(struct ladder *ladder, unsigned number, const char *rail, const char *words,
                      enum tl_role side, bool centred)
{
    const size_t width = ladder->arrows_width, used = MIN(columns(words), width);
    const size_t before = centred            ? (width - used) / 2
                          : side == TL_CLIENT ? MIN((size_t)2, width - used)
                                              : width - used - MIN((size_t)2, width - used);

    begin_line(ladder, "", "", "", span_piece(ladder, number, TL_CLIENT, true));
    g_string_append(ladder->text, rail);
    repeat(ladder->text, " ", before);
    append_left(ladder->text, words, width - before);
    g_string_append(ladder->text, rail);
    finish_line(ladder, span_piece(ladder, number, TL_SERVER, true), "");
}

/* What stands between the rails: "- label ------ step ->", or its mirror image. */
static char *arrow(const struct ladder *ladder, enum tl_role sender, const char *label,
                   const char *step, enum picture_loss loss, bool thick)
{
    const struct ink *ink = ladder->ink;
    const char *shaft = thick ? ink->thick : ink->thin;
    const size_t width = ladder->arrows_width;
    const char *lost = loss == PICTURE_UNANSWERED ? "?" : "";
    size_t label_width = label == NULL ? 0 : columns(label) + 2;
    size_t step_width = step == NULL ? 0 : columns(step) + 2;
    size_t length = loss == PICTURE_ARRIVES ? width : MAX(width / 2 + 1, label_width + 4);
    size_t inside, outside;
    GString *text = g_string_new(NULL);

    /* A lost arrow has its step beyond its end, if there is room. */
    length = MIN(length, width);
    outside = width - length;
    for (unsigned shorter = 0;
         step != NULL && (loss == PICTURE_ARRIVES ? label_width + step_width + 4 > length
                                                  : step_width > outside);
         shorter++) {
        step = shorter == 0 && g_str_has_suffix(step, "again") ? "again" : NULL;
        step_width = step == NULL ? 0 : columns(step) + 2;
    }
    inside = length - label_width - (loss == PICTURE_ARRIVES ? step_width : 0) - 2 - strlen(lost);

    if (sender == TL_SERVER) {
        if (loss != PICTURE_ARRIVES) {
            append_right(text, step == NULL ? "" : step, outside - (step == NULL ? 0 : 1));
            g_string_append(text, step == NULL ? "" : " ");
        }
        g_string_append(text, loss == PICTURE_ARRIVES ? ink->left : ink->lost);
        g_string_append(text, lost);
    }
    if (sender == TL_CLIENT || loss == PICTURE_ARRIVES || label != NULL)
        g_string_append(text, shaft);
    else
        inside++;
    if (label != NULL)
        g_string_append_printf(text, " %s ", label);
    if (step != NULL && loss == PICTURE_ARRIVES && inside >= 2) {
        repeat(text, shaft, inside - 1);
        g_string_append_printf(text, " %s %s", step, shaft);
    } else {
        repeat(text, shaft, inside);
    }
    if (sender == TL_CLIENT) {
        g_string_append(text, loss == PICTURE_ARRIVES ? ink->right : ink->lost);
        g_string_append(text, lost);
        if (loss != PICTURE_ARRIVES) {
            g_string_append(text, step == NULL ? "" : " ");
            append_left(text, step == NULL ? "" : step, outside - (step == NULL ? 0 : 1));
        }
    }
    return g_string_free(text, FALSE);
}

/* A label that is too long for its arrow stands above it; if need be in two lines. */
static void draw_label(struct ladder *ladder, unsigned number, const char *label,
                       enum tl_role sender)
{
    const char *rest = columns(label) > ladder->arrows_width ? strstr(label, "; ") : NULL;
    char *first = rest == NULL ? g_strdup(label) : g_strndup(label, (gsize)(rest - label));

    draw_text(ladder, number, ladder->ink->rail, first, sender, false);
    if (rest != NULL)
        draw_text(ladder, number, ladder->ink->rail, rest + strlen("; "), sender, false);
    g_free(first);
}

static void draw_arrow(struct ladder *ladder, unsigned number, enum tl_role sender,
                       const char *label, const char *step, bool first)
{
    const struct picture_line *line = &ladder->picture->lines[number];
    const struct ink *ink = ladder->ink;
    const bool thick = line->kind == PICTURE_RUN;
    const bool fits = columns(label) + 8 <= ladder->arrows_width;
    char *frame = first ? frame_text(ladder, line) : g_strdup("");
    char *seconds = first ? picture_time_text(line->time_ns) : g_strdup("");
    char *client = state_text(line->states.state[TL_CLIENT], line->states.presumed[TL_CLIENT],
                              false);
    char *server = state_text(line->states.state[TL_SERVER], line->states.presumed[TL_SERVER],
                              false);
    char *between = arrow(ladder, sender, fits ? label : NULL, step, line->loss, thick);

    if (!fits)
        draw_label(ladder, number, label, sender);
    begin_line(ladder, frame, seconds, first ? client : "",
               span_piece(ladder, number, TL_CLIENT, !first));
    g_string_append(ladder->text, sender == TL_SERVER ? ink->rail
                                  : thick             ? ink->thick_right
                                                      : ink->start_right);
    g_string_append(ladder->text, between);
    g_string_append(ladder->text, sender == TL_CLIENT ? ink->rail
                                  : thick             ? ink->thick_left
                                                      : ink->start_left);
    finish_line(ladder, span_piece(ladder, number, TL_SERVER, !first), first ? server : "");
    g_free(between);
    g_free(server);
    g_free(client);
    g_free(seconds);
    g_free(frame);
}

static void draw_run(struct ladder *ladder, unsigned number)
{
    const struct picture_line *line = &ladder->picture->lines[number];
    const enum tl_role order[] = {line->first_flow, tl_other(line->first_flow)};
    bool first = true;

    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        if (line->flow[order[i]] == NULL)
            continue;
        draw_arrow(ladder, number, order[i], line->flow[order[i]], NULL, first);
        first = false;
    }
}

static void draw_notes(struct ladder *ladder, unsigned number)
{
    const struct picture_line *line = &ladder->picture->lines[number];

    for (unsigned i = 0; i < line->note_count; i++) {
        const struct picture_note *note = &line->notes[i];
        char *words = g_strdup_printf("%c %s", note->severity >= TL_WARN ? '!' : '*', note->text);

        draw_text(ladder, number, ladder->ink->rail, words, line->sender, false);
        g_free(words);
    }
    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        if (line->restarts[end])
            draw_text(ladder, number, ladder->ink->rail, "TIME-WAIT starts again",
                      (enum tl_role)end, false);
    }
}

/* The words of a span stand where it ends. */
static void draw_span_texts(struct ladder *ladder, unsigned number)
{
    for (unsigned i = 0; i < ladder->picture->span_count; i++) {
        const struct picture_span *span = &ladder->picture->spans[i];

        if (span->to == number && ladder->picture->lines[number].kind != PICTURE_TIMEOUT)
            draw_text(ladder, number, ladder->ink->rail, span->text, span->side, false);
    }
}

static void draw_silence(struct ladder *ladder, unsigned number)
{
    const struct ink *ink = ladder->ink;
    char *duration = picture_duration_text(ladder->picture->lines[number].pause_ns);
    char *words = g_strdup_printf("%s %s later %s", ink->ellipsis, duration, ink->ellipsis);

    draw_text(ladder, number, ink->broken, words, TL_CLIENT, true);
    g_free(words);
    g_free(duration);
}

static void draw_timeout(struct ladder *ladder, unsigned number)
{
    const struct picture_line *line = &ladder->picture->lines[number];
    const struct ink *ink = ladder->ink;
    char *seconds = picture_time_text(line->time_ns);
    char *client = state_text(line->departure.state, line->departure.presumed,
                              line->departure.unseen);
    char *server = state_text(line->arrival.state, line->arrival.presumed, line->arrival.unseen);
    char *words = g_strdup_printf("%s have passed", line->label);
    const size_t used = columns(words);
    const size_t margin = ladder->arrows_width - used;
    const size_t before = line->expires[TL_CLIENT] && line->expires[TL_SERVER] ? margin / 2
                          : line->expires[TL_CLIENT]                           ? 2
                                                                               : margin - 2;

    begin_line(ladder, "", seconds, client, span_piece(ladder, number, TL_CLIENT, false));
    g_string_append(ladder->text, ink->rail);
    repeat(ladder->text, " ", before);
    append_left(ladder->text, words, ladder->arrows_width - before);
    g_string_append(ladder->text, ink->rail);
    finish_line(ladder, span_piece(ladder, number, TL_SERVER, false), server);
    g_free(words);
    g_free(server);
    g_free(client);
    g_free(seconds);
}

static void draw_line(struct ladder *ladder, unsigned number)
{
    const struct picture_line *line = &ladder->picture->lines[number];

    switch (line->kind) {
    case PICTURE_SEGMENT:
    case PICTURE_ICMP_ERROR:
        draw_arrow(ladder, number, line->sender, line->label, line->step, true);
        break;
    case PICTURE_RUN:
        draw_run(ladder, number);
        break;
    case PICTURE_SILENCE:
        draw_silence(ladder, number);
        break;
    case PICTURE_TIMEOUT:
        draw_timeout(ladder, number);
        break;
    }
    draw_notes(ladder, number);
    draw_span_texts(ladder, number);
}

/* ---- a connection -------------------------------------------------------------------------- */

/* Breaks lines at blanks. */
static void append_wrapped(GString *text, const char *words)
{
    size_t column = 0;

    while (*words != '\0') {
        const size_t length = strcspn(words, " ");

        if (column > 0 && column + 1 + length > WIDTH) {
            g_string_append(text, "\n    ");
            column = 4;
        } else if (column > 0) {
            g_string_append_c(text, ' ');
            column++;
        }
        g_string_append_len(text, words, (gssize)length);
        column += length;
        words += length;
        words += strspn(words, " ");
    }
    g_string_append_c(text, '\n');
}

static void measure(struct ladder *ladder)
{
    size_t used;

    ladder->frame_width = strlen("frame");
    ladder->time_width = strlen("seconds");
    for (unsigned i = 0; i < ladder->picture->line_count; i++) {
        const struct picture_line *line = &ladder->picture->lines[i];
        char *frame = frame_text(ladder, line), *seconds = picture_time_text(line->time_ns);

        ladder->frame_width = MAX(ladder->frame_width, columns(frame));
        ladder->time_width = MAX(ladder->time_width, columns(seconds));
        g_free(seconds);
        g_free(frame);
    }
    used = ladder->frame_width + 2 + ladder->time_width + 2 + STATES_WIDTH;
    ladder->arrows_width = WIDTH > used + ARROWS_MINIMUM ? WIDTH - used : ARROWS_MINIMUM;
}

/* A line with something over the one column of states and something over the other. */
static void draw_heading(struct ladder *ladder, const char *frame, const char *seconds,
                         const char *client, const char *server)
{
    const size_t width = STATES_WIDTH + ladder->arrows_width;
    const size_t used = columns(client) + columns(server);

    append_right(ladder->text, frame, ladder->frame_width);
    g_string_append(ladder->text, "  ");
    append_right(ladder->text, seconds, ladder->time_width);
    g_string_append(ladder->text, "  ");
    g_string_append(ladder->text, client);
    repeat(ladder->text, " ", used < width ? width - used : 1);
    g_string_append(ladder->text, server);
    end_line(ladder->text);
}

static void draw_before(struct ladder *ladder)
{
    const struct tl_states *before = &ladder->picture->before;

    if (!ladder->picture->has_before)
        return;
    begin_line(ladder, "", "", tl_state_name(before->state[TL_CLIENT]), " ");
    g_string_append(ladder->text, ladder->ink->rail);
    repeat(ladder->text, " ", ladder->arrows_width);
    g_string_append(ladder->text, ladder->ink->rail);
    finish_line(ladder, " ", tl_state_name(before->state[TL_SERVER]));
}

/* Only what this picture needs. */
static void draw_legend(struct ladder *ladder)
{
    bool presumed = false, lost = false, unanswered = false, unseen = false;
    GString *words = g_string_new(NULL);

    for (unsigned i = 0; i < ladder->picture->line_count; i++) {
        const struct picture_line *line = &ladder->picture->lines[i];

        presumed |= line->states.presumed[TL_CLIENT] || line->states.presumed[TL_SERVER];
        lost |= line->loss == PICTURE_LOST;
        unanswered |= line->loss == PICTURE_UNANSWERED;
        unseen |= line->departure.unseen || line->arrival.unseen;
    }
    if (presumed)
        g_string_append(words, "STATE? presumed, not yet proven by a segment of that end");
    if (unseen)
        g_string_append_printf(words, "%s(STATE) by the clock alone", words->len > 0 ? "; " : "");
    if (lost)
        g_string_append_printf(words, "%s%s lost", words->len > 0 ? "; " : "", ladder->ink->lost);
    if (unanswered)
        g_string_append_printf(words, "%s%s? unanswered: lost, or not taken",
                               words->len > 0 ? "; " : "", ladder->ink->lost);
    if (words->len > 0)
        append_wrapped(ladder->text, words->str);
    g_string_free(words, TRUE);
}

void ladder_draw(GString *text, const struct picture *picture, bool utf8)
{
    struct ladder ladder = {
        .text = text, .picture = picture, .ink = utf8 ? &utf8_ink : &ascii_ink};
    char *title = g_strdup_printf("Connection %u: %s", picture->number, picture->summary);

    measure(&ladder);
    append_wrapped(text, title);
    g_string_append_c(text, '\n');
    draw_heading(&ladder, "frame", "seconds", "client", "server");
    draw_heading(&ladder, "", "", picture->socket[TL_CLIENT], picture->socket[TL_SERVER]);
    draw_before(&ladder);
    for (unsigned i = 0; i < picture->line_count; i++)
        draw_line(&ladder, i);
    g_string_append_c(text, '\n');
    draw_legend(&ladder);
    g_free(title);
}
