/* See open_connections.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/figures/open_connections.h"

#include "output/connection_set.h"

struct number_change {
    uint32_t frame, place;
    uint32_t number; /* from there on */
};

/* A SYN that nobody has answered. */
struct attempt {
    int64_t due_ns; /* when its sender gives up */
    uint32_t connection;
};

struct open_connections {
    const struct tl_tracker *tracker;
    GByteArray *open;    /* a connection_set */
    GByteArray *begun;   /* the same: they have had a change */
    GArray *attempts;    /* of struct attempt, by due_ns… */
    unsigned first;      /* …from this one on */
    GSequence *late;     /* of struct attempt, by due_ns: the clock stepped back */
    GArray *changes;     /* of struct number_change, in order */
    uint32_t number;
};

struct open_connections *open_connections_new(const struct tl_tracker *tracker)
{
    struct open_connections *open = g_new0(struct open_connections, 1);

    open->tracker = tracker;
    open->open = g_byte_array_new();
    open->begun = g_byte_array_new();
    open->attempts = g_array_new(FALSE, FALSE, sizeof(struct attempt));
    open->late = g_sequence_new(g_free);
    open->changes = g_array_new(FALSE, FALSE, sizeof(struct number_change));
    return open;
}

void open_connections_free(struct open_connections *open)
{
    if (open == NULL)
        return;
    g_byte_array_free(open->open, TRUE);
    g_byte_array_free(open->begun, TRUE);
    g_array_free(open->attempts, TRUE);
    g_sequence_free(open->late);
    g_array_free(open->changes, TRUE);
    g_free(open);
}

static void set_open(struct open_connections *open, uint32_t connection, bool is_open)
{
    if (connection_set_has(open->open, connection) == is_open)
        return;
    if (is_open) {
        connection_set_add(open->open, connection);
        open->number++;
    } else {
        connection_set_remove(open->open, connection);
        open->number--;
    }
}

/* ---- attempts that nobody answers ---------------------------------------------------------- */

static bool is_syn(const struct tl_change *change)
{
    struct tl_step step;

    return tl_change_step(change, &step) && !step.is_teardown && step.number == 1;
}

/* Is it still the last one, and without an answer? */
static bool has_failed(const struct open_connections *open, const struct attempt *attempt)
{
    const struct tl_connection *connection =
        tl_tracker_connection(open->tracker, attempt->connection);
    const struct tl_states states = tl_connection_states(connection);
    const struct tl_changes changes = tl_connection_changes(connection);

    for (uint32_t i = changes.count; i-- > 0;) {
        if (is_syn(&changes.at[i]))
            return tl_states_are_unanswered(&states) &&
                   tl_change_time_ns(&changes.at[i]) + TL_R2_NS == attempt->due_ns;
    }
    return false;
}

static void end_attempt(struct open_connections *open, const struct attempt *attempt)
{
    if (has_failed(open, attempt))
        set_open(open, attempt->connection, false);
}

/* Places given up are used again when they are half of all. */
static void forget_first(struct open_connections *open)
{
    if (++open->first * 2 < open->attempts->len)
        return;
    g_array_remove_range(open->attempts, 0, open->first);
    open->first = 0;
}

static void let_time_pass(struct open_connections *open, int64_t now_ns)
{
    while (open->first < open->attempts->len) {
        const struct attempt *attempt = &g_array_index(open->attempts, struct attempt, open->first);

        if (attempt->due_ns > now_ns)
            break;
        end_attempt(open, attempt);
        forget_first(open);
    }
    while (!g_sequence_is_empty(open->late)) {
        GSequenceIter *first = g_sequence_get_begin_iter(open->late);
        const struct attempt *attempt = g_sequence_get(first);

        if (attempt->due_ns > now_ns)
            break;
        end_attempt(open, attempt);
        g_sequence_remove(first);
    }
}

static int by_due(gconstpointer one, gconstpointer other, void *data)
{
    const struct attempt *a = one, *b = other;

    (void)data;
    return (a->due_ns > b->due_ns) - (a->due_ns < b->due_ns);
}

static void add_attempt(struct open_connections *open, uint32_t connection, int64_t time_ns)
{
    const struct attempt attempt = {.due_ns = time_ns + TL_R2_NS, .connection = connection};
    const unsigned count = open->attempts->len;

    if (open->first < count &&
        g_array_index(open->attempts, struct attempt, count - 1).due_ns > attempt.due_ns)
        g_sequence_insert_sorted(open->late, g_memdup2(&attempt, sizeof attempt), by_due, NULL);
    else
        g_array_append_val(open->attempts, attempt);
}

/* ---- a segment ----------------------------------------------------------------------------- */

static bool is_open(const struct tl_states *states)
{
    return !tl_state_is_done(states->state[TL_CLIENT]) || !tl_state_is_done(states->state[TL_SERVER]);
}

/* Two sockets have one connection at a time: what was not seen to end has ended. */
static void begin_connection(struct open_connections *open, const struct tl_connection *connection)
{
    const struct tl_connection *previous = tl_tracker_previous(open->tracker, connection);

    connection_set_add(open->begun, tl_connection_number(connection));
    if (previous != NULL)
        set_open(open, tl_connection_number(previous), false);
}

static void take_changes(struct open_connections *open, const struct tl_connection *connection,
                         struct tl_changes changes)
{
    const uint32_t number = tl_connection_number(connection);
    const struct tl_change *last = NULL;
    /* Of what was open before the capture began, no transition tells. */
    bool moves = !connection_set_has(open->begun, number), tries = false;
    struct tl_states states;

    for (uint32_t i = 0; i < changes.count; i++) {
        const struct tl_change *change = &changes.at[i];

        last = tl_change_has_time(change) ? change : last;
        moves = moves || change->kind == TL_TRANSITION;
        tries = tries || is_syn(change);
    }
    if (last == NULL)
        return;
    if (!connection_set_has(open->begun, number))
        begin_connection(open, connection);
    states = tl_change_states(last);
    tries = tries && tl_states_are_unanswered(&states);
    if (tries)
        add_attempt(open, number, tl_change_time_ns(last));
    /* One that had given up may try again. */
    if (moves || tries)
        set_open(open, number, is_open(&states));
}

static bool is_behind(const struct number_change *change, uint32_t frame, uint32_t place)
{
    return change->frame > frame || (change->frame == frame && change->place > place);
}

static bool is_behind_last(const struct open_connections *open, const struct number_change *change)
{
    const unsigned count = open->changes->len;

    return count == 0 ||
           is_behind(change, g_array_index(open->changes, struct number_change, count - 1).frame,
                     g_array_index(open->changes, struct number_change, count - 1).place);
}

void open_connections_learn(struct open_connections *open, const struct tl_connection *connection,
                            const struct tl_segment *segment, uint32_t place)
{
    const uint32_t before = open->number;
    struct number_change change;

    let_time_pass(open, segment->time_ns);
    take_changes(open, connection,
                 tl_connection_changes_at_part(connection, segment->frame, segment->part));
    if (open->number == before)
        return;
    change = (struct number_change){
        .frame = segment->frame, .place = place, .number = open->number};
    if (is_behind_last(open, &change))
        g_array_append_val(open->changes, change);
    else /* what an error quotes has no place of its own */
        g_array_index(open->changes, struct number_change, open->changes->len - 1).number = open->number;
}

uint32_t open_connections_after(const struct open_connections *open, uint32_t frame, uint32_t place)
{
    unsigned low = 0, high = open->changes->len;

    while (low < high) {
        const unsigned middle = low + (high - low) / 2;

        if (is_behind(&g_array_index(open->changes, struct number_change, middle), frame, place))
            high = middle;
        else
            low = middle + 1;
    }
    return low == 0 ? 0 : g_array_index(open->changes, struct number_change, low - 1).number;
}
