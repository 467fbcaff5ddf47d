/* What is over is forgotten, so that a program may run for months.
 *
 * It knows when nothing of a connection can come any more: no end of it is alive, and copies of its segments
 * have died out. It cannot know whether a silent one will go on.
 *
 * Read first: RFC 9293, sections 3.4.3 (the TCP quiet time concept) and 3.6.1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/clock.h"
#include "core/record/times.h"
#include "core/table/tracker.h"

/* R2 for a SYN is at least 3 minutes (RFC 9293, section 3.8.3). */
#define SYN_PATIENCE_NS (INT64_C(180) * 1000000000)

void tl_tracker_clock(struct tl_tracker *tracker, uint32_t frame, int64_t now_ns)
{
    const struct tl_store *store = &tracker->index.store;

    now_ns = tl_nearest_time(now_ns);
    for (uint32_t number = 0; number < store->connection_count; number++)
        if (!tl_store_is_vacant(store, number)) {
            tl_connection_clock(tl_at_number(store, number), frame, now_ns, &tracker->environment);
            tl_connection_note_lingering(tl_at_number(store, number), frame, now_ns,
                                         &tracker->environment);
        }
}

static bool is_end_over(const struct tl_connection *c, enum tl_role role, int64_t now_ns)
{
    const enum tl_state state = tl_connection_state(c, role);

    return state == TL_CLOSED || state == TL_LISTEN ||
           (state == TL_TIME_WAIT && now_ns >= c->time_wait_ends_ns);
}

/* Does an end still wait for the answer to its SYN? */
static bool is_opening(const struct tl_connection *c)
{
    for (int role = 0; role < 2; role++) {
        const enum tl_state state = tl_connection_state(c, (enum tl_role)role);

        if (state == TL_SYN_SENT || state == TL_SYN_RECEIVED)
            return true;
    }
    return false;
}

/* An attempt is idle sooner: a SYN is sent again for minutes, not for hours. A flood of them must not stay. */
static bool is_idle(const struct tl_connection *c, int64_t silence_ns, int64_t idle_ns)
{
    return idle_ns > 0 && (silence_ns >= idle_ns || (silence_ns >= SYN_PATIENCE_NS && is_opening(c)));
}

/* Is there nothing left to come? False: it lives. */
static bool is_finished(const struct tl_tracker *tracker, const struct tl_connection *c,
                        int64_t now_ns, int64_t idle_ns, enum tl_farewell *why)
{
    const int64_t silence_ns = now_ns - tl_connection_end_ns(c);

    if (is_end_over(c, TL_CLIENT, now_ns) && is_end_over(c, TL_SERVER, now_ns) &&
        silence_ns >= 2 * tracker->environment.msl_ns) {
        *why = TL_OVER;
        return true;
    }
    *why = TL_IDLE;
    return is_idle(c, silence_ns, idle_ns);
}

/* Networks that share addresses are told apart by what came in each of them: such connections go
 * together. */
static bool are_all_finished(const struct tl_tracker *tracker, const struct tl_connection *c,
                             int64_t now_ns, int64_t idle_ns)
{
    const struct tl_store *store = &tracker->index.store;
    const struct tl_incarnations *shared = *tl_place_of_incarnations(&tracker->index, c);
    const struct tl_incarnations *list;
    enum tl_farewell why;

    for (uint32_t group = 0; (list = tl_group(shared, group)); group++)
        for (uint32_t i = 0; i < list->count; i++)
            if (!is_finished(tracker, tl_at_number(store, list->number[i]), now_ns, idle_ns, &why))
                return false;
    return true;
}

/* Out of the table. Of sockets that networks share, all connections leave it at once. */
static void take_out(struct tl_tracker *tracker, struct tl_connection *c)
{
    if (c->flags & TL_CONNECTION_SPLIT)
        tl_networks_join(&tracker->index, c);
    tl_index_remove(&tracker->index, c);
    tl_discount_half_open(&tracker->half_open, c);
    if (tracker->last == c)
        tracker->last = NULL;
}

uint32_t tl_tracker_forget(struct tl_tracker *tracker, int64_t now_ns, int64_t idle_ns,
                           tl_farewell_function *farewell, void *ctx)
{
    struct tl_store *store = &tracker->index.store;
    uint32_t count = 0;

    now_ns = tl_nearest_time(now_ns);
    for (uint32_t number = 0; number < store->connection_count; number++) {
        struct tl_connection *c;
        enum tl_farewell why;

        if (tl_store_is_vacant(store, number))
            continue;
        c = tl_at_number(store, number);
        if (!is_finished(tracker, c, now_ns, idle_ns, &why) ||
            (c->flags & TL_CONNECTION_SPLIT && !are_all_finished(tracker, c, now_ns, idle_ns)))
            continue;
        if (!tl_store_prepare_forgetting(store))
            break;
        if (farewell)
            farewell(ctx, c, why);
        take_out(tracker, c);
        tl_store_forget(store, c);
        count++;
    }
    /* Before a number is given again, nothing may remember who had it. */
    if (count) {
        tl_half_open_tidy(&tracker->half_open);
        tl_store_shrink(store);
    }
    return count;
}
