/* See states_over_time.h.
 *
 * Each connection's log becomes steps from one stage to the next. All steps in the order of time make the
 * rows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/figures/states_over_time.h"

#include "output/connection_set.h"
#include "tcplife/fsm.h"
#include "tcplife/summary.h"

#include <string.h>

const char *const states_titles[STATES_TITLES] = {
#define S(identifier, title) title,
    LIFE_STAGES(S)
#undef S
#define E(identifier, title) title,
    LIFE_EVENTS(E)
#undef E
    "Most at once",
};

enum { ROWS_AT_MOST = 200 };

/* ---- where a connection is ----------------------------------------------------------------- */

static bool is_gone(enum tl_state state)
{
    return state == TL_CLOSED || state == TL_LISTEN;
}

static bool is_opening(enum tl_state state)
{
    return state == TL_SYN_SENT || state == TL_SYN_RECEIVED;
}

static bool may_send(enum tl_state state)
{
    return state == TL_ESTABLISHED || state == TL_CLOSE_WAIT;
}

static enum life_stage stage_of(const enum tl_state end[2])
{
    const enum tl_state one = is_gone(end[TL_CLIENT]) ? end[TL_SERVER] : end[TL_CLIENT];
    const enum tl_state other = is_gone(end[TL_SERVER]) ? one : end[TL_SERVER];

    if (is_gone(one))
        return STAGE_NONE;
    if (is_opening(one) || is_opening(other))
        return STAGE_OPENING;
    if (one == TL_ESTABLISHED && other == TL_ESTABLISHED)
        return STAGE_ESTABLISHED;
    if (may_send(one) || may_send(other))
        return STAGE_HALF_CLOSED;
    if (one == TL_TIME_WAIT && other == TL_TIME_WAIT)
        return STAGE_TIME_WAIT;
    return STAGE_CLOSING;
}

static bool is_open(enum life_stage stage)
{
    return stage < STAGE_TIME_WAIT;
}

/* ---- a connection's steps ------------------------------------------------------------------ */

struct step {
    int64_t time_ns;
    uint32_t frame;   /* by time alone: of the connection's change before */
    uint8_t from, to; /* enum life_stage */
    uint8_t event;    /* enum life_event */
};

struct walk {
    const struct tl_capture *capture;
    const struct tl_connection *connection;
    GArray *steps; /* of struct step, of all connections */
    enum life_stage stage;
    struct tl_states states; /* after the change at hand */
    uint32_t frame;          /* its frame */
    int64_t now_ns;
    int64_t tried_ns; /* when its last SYN was sent */
    bool was_opened;
    unsigned left; /* the step, from 1, by which it was open for the last time; 0: none */
};

static void add_step(struct walk *walk, int64_t time_ns, enum life_stage to, enum life_event event)
{
    const struct step step = {.time_ns = time_ns,
                              .frame = walk->frame,
                              .from = (uint8_t)walk->stage,
                              .to = (uint8_t)to,
                              .event = (uint8_t)event};

    g_array_append_val(walk->steps, step);
    walk->stage = to;
}

static void go(struct walk *walk, int64_t time_ns, enum life_stage to)
{
    const bool is_opened = is_open(to) && to != STAGE_OPENING;
    const bool opens = walk->stage == STAGE_OPENING && is_opened && !walk->was_opened;
    const bool leaves = is_open(walk->stage) && !is_open(to);

    if (to == walk->stage)
        return;
    add_step(walk, time_ns, to, opens ? EVENT_OPENED : EVENT_NONE);
    walk->was_opened = walk->was_opened || is_opened;
    if (leaves)
        walk->left = walk->steps->len;
    else if (is_open(to))
        walk->left = 0;
}

/* No segment tells that 2 MSL are over, or that an end gave up; the next one may come much later. */
static void let_time_pass(struct walk *walk, int64_t until_ns)
{
    int64_t ends_ns;

    if (walk->stage == STAGE_TIME_WAIT)
        ends_ns = tl_connection_time_wait_ends_ns(walk->connection);
    else if (walk->stage == STAGE_OPENING && tl_states_are_unanswered(&walk->states))
        ends_ns = walk->tried_ns + TL_R2_NS;
    else
        return;
    if (ends_ns < until_ns)
        go(walk, MAX(walk->now_ns, ends_ns), STAGE_NONE);
}

static bool is_syn(const struct tl_change *change)
{
    struct tl_step step;

    return tl_change_step(change, &step) && !step.is_teardown && step.number == 1;
}

/* What one frame changes. Only the last states count: between its changes there was no time. */
static void take_frame(struct walk *walk, const struct tl_change *changes, uint32_t count)
{
    /* Of what was open before the capture began, no transition tells. */
    bool moves = walk->frame == 0, tries = false;
    const struct tl_change *last = NULL;

    for (const struct tl_change *change = changes; change < changes + count; change++) {
        if (!tl_change_has_time(change))
            continue;
        last = change;
        moves = moves || change->kind == TL_TRANSITION;
        tries = tries || is_syn(change);
    }
    if (last == NULL)
        return;
    let_time_pass(walk, MAX(walk->now_ns, tl_change_time_ns(last)));
    walk->now_ns = MAX(walk->now_ns, tl_change_time_ns(last));
    walk->frame = last->frame;
    walk->states = tl_change_states(last);
    if (tries)
        walk->tried_ns = tl_change_time_ns(last);
    /* One that had given up may try again. */
    if (moves || (tries && tl_states_are_unanswered(&walk->states)))
        go(walk, walk->now_ns, stage_of(walk->states.state));
}

/* Two sockets have one connection at a time: what was not seen to end did, when the next one begins. */
static void give_way(struct walk *walk)
{
    const struct tl_connection *next = tl_tracker_next(walk->capture->tracker, walk->connection);
    struct tl_changes changes;

    if (next == NULL)
        return;
    changes = tl_connection_changes(next);
    for (uint32_t i = 0; i < changes.count; i++) {
        const struct tl_change *change = &changes.at[i];

        if (!tl_change_has_time(change))
            continue;
        let_time_pass(walk, MAX(walk->now_ns, tl_change_time_ns(change)));
        walk->frame = change->frame;
        go(walk, MAX(walk->now_ns, tl_change_time_ns(change)), STAGE_NONE);
        return;
    }
}

static void walk_changes(struct walk *walk)
{
    const struct tl_changes changes = tl_connection_changes(walk->connection);
    uint32_t next;

    for (uint32_t i = 0; i < changes.count; i = next) {
        for (next = i + 1; next < changes.count && changes.at[next].frame == changes.at[i].frame;)
            next++;
        take_frame(walk, &changes.at[i], next - i);
    }
    give_way(walk);
    let_time_pass(walk, walk->capture->end_ns);
}

/* How it ended, if it did. */
static enum life_event end_of(const struct walk *walk, const struct tl_summary *summary)
{
    if (summary->open == TL_OPEN_REFUSED || summary->open == TL_OPEN_REJECTED)
        return EVENT_REFUSED;
    if (summary->close == TL_CLOSE_RESET || summary->close == TL_CLOSE_RESET_WHILE_CLOSING ||
        summary->open == TL_OPEN_ABORTED)
        return EVENT_RESET;
    return walk->was_opened ? EVENT_CLOSED : EVENT_NONE;
}

static void walk_connection(struct walk *walk)
{
    const struct tl_summary summary =
        tl_summarize_until(walk->connection, walk->capture->end_ns);

    walk_changes(walk);
    if (summary.open == TL_OPEN_UNANSWERED) {
        walk->frame = tl_connection_last_frame(walk->connection);
        add_step(walk, tl_connection_end_ns(walk->connection), walk->stage, EVENT_UNANSWERED);
    } else if (walk->left > 0) {
        g_array_index(walk->steps, struct step, walk->left - 1).event =
            (uint8_t)end_of(walk, &summary);
    }
}

static gint by_time(gconstpointer one, gconstpointer other)
{
    const struct step *a = one, *b = other;

    return a->time_ns != b->time_ns ? (a->time_ns > b->time_ns) - (a->time_ns < b->time_ns)
                                    : (a->frame > b->frame) - (a->frame < b->frame);
}

static GArray *steps_of(const struct tl_capture *capture, const GByteArray *chosen)
{
    GArray *steps = g_array_new(FALSE, FALSE, sizeof(struct step));
    const struct tl_connection *connection;
    uint32_t number = 0;

    while ((connection = connection_set_next(capture, chosen, &number)) != NULL) {
        struct walk walk = {.capture = capture,
                            .connection = connection,
                            .steps = steps,
                            .stage = STAGE_NONE,
                            .now_ns = capture->start_ns};

        walk_connection(&walk);
    }
    g_array_sort(steps, by_time);
    return steps;
}

/* ---- rows ---------------------------------------------------------------------------------- */

int64_t states_interval_ns(int64_t capture_ns)
{
    static const int64_t factors[] = {1, 2, 5};

    for (int64_t power = 1000;; power *= 10) {
        for (size_t i = 0; i < G_N_ELEMENTS(factors); i++) {
            if (capture_ns / (factors[i] * power) < ROWS_AT_MOST)
                return factors[i] * power;
        }
    }
}

bool states_interval_parse(const char *text, int64_t *interval_ns, const char **end)
{
    char *behind;
    double seconds;

    /* No sign, no "inf", no "nan", no hexadecimal digits, all of which g_ascii_strtod() takes. */
    if (!g_ascii_isdigit(text[0]) || g_ascii_tolower(text[1]) == 'x')
        return false;
    seconds = g_ascii_strtod(text, &behind);
    if (seconds > 1e9 || (seconds > 0 && seconds < 1e-6))
        return false;
    *interval_ns = (int64_t)(seconds * 1e9 + 0.5);
    *end = behind;
    return true;
}

static uint32_t open_in(const struct states_row *row)
{
    uint32_t open = 0;

    for (int stage = 0; stage < STAGE_COUNT; stage++)
        open += is_open((enum life_stage)stage) ? row->stages[stage] : 0;
    return open;
}

/* Empty, but for the connections that are where they were. */
static void begin_row(struct states_row *row, int64_t start_ns)
{
    row->start_ns = start_ns;
    for (int event = 0; event < EVENT_COUNT; event++)
        row->events[event] = 0;
    row->most_open = open_in(row);
}

/* The row that is being written, of one interval. */
struct writer {
    struct states_over_time *all;
    struct states_row row;
    int64_t interval;
    bool has_step;
    uint32_t events[EVENT_COUNT]; /* since the capture's start */
};

static void begin_interval(struct writer *writer, int64_t interval)
{
    begin_row(&writer->row, interval * writer->all->interval_ns);
    writer->interval = interval;
    writer->has_step = false;
}

static void write_row(const struct writer *writer)
{
    g_array_append_val(writer->all->rows, writer->row);
}

/* The intervals between that one and the last one with a step are one row. */
static void go_to_interval(struct writer *writer, int64_t interval)
{
    if (interval <= writer->interval)
        return;
    write_row(writer);
    if (writer->has_step && interval > writer->interval + 1) {
        begin_interval(writer, writer->interval + 1);
        write_row(writer);
    }
    begin_interval(writer, interval);
}

static void take_step(struct writer *writer, const struct step *step)
{
    struct states_row *row = &writer->row;

    writer->has_step = true;
    if (step->from < STAGE_COUNT)
        row->stages[step->from]--;
    if (step->to < STAGE_COUNT)
        row->stages[step->to]++;
    if (step->event < EVENT_COUNT) {
        row->events[step->event]++;
        writer->events[step->event]++;
    }
}

static void note_open(struct writer *writer, int64_t time_ns)
{
    struct states_row *row = &writer->row, *peak = &writer->all->peak;
    const uint32_t open = open_in(row);

    row->most_open = MAX(row->most_open, open);
    if (open <= peak->most_open)
        return;
    *peak = *row;
    peak->start_ns = time_ns;
    memcpy(peak->events, writer->events, sizeof peak->events);
}

static void write_rows(struct states_over_time *all, const GArray *steps, int64_t start_ns,
                       int64_t end_ns)
{
    struct writer writer = {.all = all};

    for (unsigned i = 0; i < steps->len; i++) {
        const struct step *step = &g_array_index(steps, struct step, i);
        const int64_t time_ns = MAX(0, step->time_ns - start_ns);

        go_to_interval(&writer, time_ns / all->interval_ns);
        take_step(&writer, step);
        /* What a segment changes is not one after the other. */
        if (i + 1 == steps->len || by_time(step, step + 1) != 0)
            note_open(&writer, time_ns);
    }
    write_row(&writer);
    if (MAX(0, end_ns - start_ns) / all->interval_ns > writer.interval) {
        begin_interval(&writer, writer.interval + 1);
        write_row(&writer);
    }
}

struct states_over_time states_over_time(const struct tl_capture *capture, const GByteArray *chosen,
                                         int64_t interval_ns)
{
    struct states_over_time all = {
        .interval_ns = interval_ns > 0
                           ? interval_ns
                           : states_interval_ns(MAX(0, capture->end_ns - capture->start_ns)),
        .rows = g_array_new(FALSE, FALSE, sizeof(struct states_row)),
    };
    GArray *steps = steps_of(capture, chosen);

    if (steps->len > 0)
        write_rows(&all, steps, capture->start_ns, capture->end_ns);
    g_array_free(steps, TRUE);
    return all;
}

void states_over_time_free(struct states_over_time *over_time)
{
    g_array_free(over_time->rows, TRUE);
    over_time->rows = NULL;
}
