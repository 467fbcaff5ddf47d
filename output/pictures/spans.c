/* What lies between lines: TIME-WAIT, half-closed, silence.
 *
 * Spans beside the lines, and lines of their own for what was not captured but follows from the clock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/pictures/spans.h"

#include "output/pictures/drawing.h"
#include "output/pictures/limits.h"
#include "output/pictures/texts.h"
#include "tcplife/fsm.h"

#include <string.h>

/* Puts a line in front of line `at`; the spans found so far move with their lines. */
static void insert_line(struct drawing *d, unsigned at, struct picture_line line)
{
    g_array_insert_val(d->lines, at, line);
    for (unsigned i = 0; i < d->spans->len; i++) {
        struct picture_span *span = &g_array_index(d->spans, struct picture_span, i);

        span->from += span->from >= at;
        span->to += span->to >= at;
    }
}

static void add_span(struct drawing *d, struct picture_span span)
{
    g_array_append_val(d->spans, span);
}

static char *two_msl_text(int64_t msl_ns)
{
    char *duration = picture_duration_text(2 * msl_ns);
    char *text = g_strdup_printf("2 MSL = %s", duration);

    g_free(duration);
    return text;
}

static bool times_out_at(const struct tl_connection *connection, uint32_t frame, enum tl_role end)
{
    const struct tl_changes changes = tl_connection_changes_at(connection, frame);

    for (uint32_t i = 0; i < changes.count; i++) {
        if (tl_change_rule(&changes.at[i]) != NULL &&
            tl_change_rule(&changes.at[i])->event == TL_TIMEOUT_2MSL &&
            tl_change_end(&changes.at[i]) == end)
            return true;
    }
    return false;
}

/* An end's TIME-WAIT while walking along the lines. */
struct time_wait {
    bool running;
    unsigned from; /* its line */
    int64_t started_ns, restarted_ns;
};

static void end_time_wait(struct drawing *d, const struct time_wait *wait, enum tl_role end,
                          unsigned to, bool timed_out)
{
    struct picture_span span = {.side = end, .from = wait->from, .to = to};

    if (timed_out) {
        span.text = two_msl_text(d->msl_ns);
    } else {
        char *duration = picture_duration_text(drawing_line(d, to)->time_ns - wait->started_ns);

        span.text = g_strdup_printf("TIME-WAIT %s", duration);
        g_free(duration);
    }
    add_span(d, span);
}

/* 2 MSL have passed for one end or both: a line in front of line `at`. */
static void add_timeout(struct drawing *d, struct time_wait wait[2], const bool over[2],
                        unsigned at, bool seen)
{
    struct picture_line line = {.kind = PICTURE_TIMEOUT,
                                .phase = PICTURE_CLOSING,
                                .states = drawing_line(d, at - 1)->states};

    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        struct picture_state *state = end == TL_CLIENT ? &line.departure : &line.arrival;

        if (over[end]) {
            line.expires[end] = true;
            line.time_ns = line.last_ns = wait[end].restarted_ns + 2 * d->msl_ns;
            line.states.state[end] = TL_CLOSED;
            line.states.presumed[end] = false;
        }
        *state = (struct picture_state){.state = line.states.state[end],
                                        .presumed = line.states.presumed[end],
                                        .changed = over[end],
                                        .unseen = over[end] && !seen};
    }
    line.label = two_msl_text(d->msl_ns);
    insert_line(d, at, line);
    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        if (over[end]) {
            end_time_wait(d, &wait[end], (enum tl_role)end, at, true);
            wait[end].running = false;
        }
    }
}

static void follow_time_wait(struct drawing *d, struct time_wait *wait, enum tl_role end,
                             unsigned i)
{
    struct picture_line *line = drawing_line(d, i);
    const bool is_waiting = line->states.state[end] == TL_TIME_WAIT;

    if (is_waiting && !wait->running) {
        *wait = (struct time_wait){.running = true,
                                   .from = i,
                                   .started_ns = line->time_ns,
                                   .restarted_ns = line->time_ns};
    } else if (is_waiting && line->kind == PICTURE_SEGMENT && line->sender == tl_other(end) &&
               line->label != NULL && strncmp(line->label, "FIN", 3) == 0) {
        /* RFC 9293, section 3.10.7.4: a retransmitted FIN restarts the 2 MSL timer. */
        wait->restarted_ns = line->time_ns;
        line->restarts[end] = true;
    } else if (!is_waiting && wait->running) {
        end_time_wait(d, wait, end, i, false);
        wait->running = false;
    }
}

void picture_add_time_wait(struct drawing *d)
{
    struct time_wait wait[2] = {{0}};
    bool over[2];

    for (unsigned i = 0; i < d->lines->len; i++) {
        for (int end = TL_CLIENT; end <= TL_SERVER; end++)
            over[end] = wait[end].running && drawing_line(d, i)->frame != 0 &&
                        times_out_at(d->connection, drawing_line(d, i)->frame, (enum tl_role)end);
        if (over[TL_CLIENT] || over[TL_SERVER]) {
            add_timeout(d, wait, over, i, true);
            i++;
            for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
                struct picture_line *line = drawing_line(d, i);
                struct picture_state *state = line->sender == (enum tl_role)end ? &line->departure
                                                                                : &line->arrival;

                /* The line before shows it already. */
                state->changed &= !over[end] || state->state != TL_CLOSED;
            }
        }
        for (int end = TL_CLIENT; end <= TL_SERVER; end++)
            follow_time_wait(d, &wait[end], (enum tl_role)end, i);
    }
    over[TL_CLIENT] = wait[TL_CLIENT].running;
    over[TL_SERVER] = wait[TL_SERVER].running;
    if (over[TL_CLIENT] || over[TL_SERVER])
        add_timeout(d, wait, over, d->lines->len, false);
}

/* The line of a frame; the last one if it is not drawn. */
static unsigned line_with(const struct drawing *d, uint32_t frame)
{
    for (unsigned i = 0; i < d->lines->len; i++) {
        if (drawing_line(d, i)->frame != 0 && frame <= drawing_line(d, i)->last_frame)
            return i;
    }
    return d->lines->len - 1;
}

/* From the first FIN to the second, drawn where the end that can still send stands. */
void picture_add_half_closed(struct drawing *d, const struct tl_summary *summary)
{
    const struct tl_connection *c = d->connection;
    const uint32_t first = tl_connection_milestone(c, TL_AT_FIN_1);
    const uint32_t acknowledged = tl_connection_milestone(c, TL_AT_FIN_1_ACK);
    const uint32_t second = tl_connection_milestone(c, TL_AT_FIN_2);
    const uint32_t reset = tl_connection_milestone(c, TL_AT_RESET);
    struct picture_span span = {.side = tl_other(tl_connection_first_fin(c)), .half_closed = true};
    GString *text;

    if (first == 0 || acknowledged == 0 || (second != 0 && acknowledged >= second))
        return;
    span.from = line_with(d, first);
    span.open = second == 0 && reset <= first;
    span.to = line_with(d, second != 0 ? second : reset > first ? reset : UINT32_MAX);
    if (span.to <= span.from)
        return;
    text = g_string_new("half-closed");
    if (!span.open) {
        char *duration =
            picture_duration_text(drawing_line(d, span.to)->time_ns - drawing_line(d, span.from)->time_ns);

        g_string_append_printf(text, " %s", duration);
        g_free(duration);
    }
    if (summary->half_closed_bytes > 0) {
        g_string_append(text, ", ");
        picture_append_counted(text, summary->half_closed_bytes, "byte", "bytes");
    }
    span.text = g_string_free(text, FALSE);
    add_span(d, span);
}

void picture_add_silences(struct drawing *d)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct picture_line));
    unsigned *now_at = g_new(unsigned, d->lines->len);

    for (unsigned i = 0; i < d->lines->len; i++) {
        if (i > 0) {
            const struct picture_line *above = drawing_line(d, i - 1);
            const int64_t pause_ns = drawing_line(d, i)->time_ns - above->last_ns;
            const struct picture_line silence = {
                .kind = PICTURE_SILENCE, .pause_ns = pause_ns, .states = above->states};

            if (pause_ns >= SILENCE_NS)
                g_array_append_val(lines, silence);
        }
        now_at[i] = lines->len;
        g_array_append_val(lines, *drawing_line(d, i));
    }
    for (unsigned i = 0; i < d->spans->len; i++) {
        struct picture_span *span = &g_array_index(d->spans, struct picture_span, i);

        span->from = now_at[span->from];
        span->to = now_at[span->to];
    }
    g_free(now_at);
    g_array_free(d->lines, TRUE);
    d->lines = lines;
}
