/* See live.h.
 *
 * One thread reads and learns. Another one wakes up four times a second, and looks at what the first one cannot
 * while it waits for input: segments that wait for more of them, time that passes, a user who wants the end.
 * Whoever holds the lock may use everything; the reader gives it away only while it waits.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/live.h"

#include "command/batch.h"
#include "command/stopping.h"
#include "command/zeek_feed.h"

#include <errno.h>
#include <string.h>

#define SECOND_NS INT64_C(1000000000)
#define TICK_US   (G_USEC_PER_SEC / 4)

enum {
    LAST_WORDS_TICKS = 8, /* so long the input may go on when the user wants the end */
    SWEEPS_SHARE =
        20 /* looking at all connections while nothing comes takes at most that part of the time */
};

/* A packet that is not older than this has just been captured. */
#define OF_THIS_MOMENT_NS (10 * SECOND_NS)

struct live {
    GMutex lock;
    GCond has_ended_now;
    bool has_ended, must_end;
    const struct live_listener *listener;
    const struct live_wishes *wishes;
    struct tl_tracker *tracker;
    struct tl_zeek *zeek;
    struct batch *batch;
    struct tl_capture_file file;
    struct tl_capture shown; /* to output */

    uint32_t frame;            /* of the last packet… */
    int64_t last_ns;           /* …and its time */
    int64_t swept_ns;          /* by the capture's clock, when all connections were looked at… */
    uint64_t packets_at_sweep; /* …and how many packets there had been */

    /* The second thread's. */
    uint64_t packets_at_tick;
    int64_t silent_since_us; /* by this machine's clock, as the next one, which starts anywhere */
    int64_t next_sweep_us;
    bool is_of_this_moment;
    unsigned ticks_since_asked;
};

/* ---- what is over is told ------------------------------------------------------------------ */

static void tell(struct live *live, const struct tl_connection *connection, bool is_idle)
{
    live->shown.is_idle = is_idle;
    live->listener->record(live->listener->ctx, &live->shown, connection);
    tl_zeek_forget(live->zeek, tl_connection_number(connection));
}

static void say_farewell(void *ctx, const struct tl_connection *connection, enum tl_farewell why)
{
    tell(ctx, connection, why == TL_IDLE);
}

static void sweep(struct live *live, int64_t now_ns)
{
    batch_flush(live->batch);
    live->shown.end_ns = now_ns;
    tl_tracker_clock(live->tracker, live->frame + 1, now_ns);
    tl_tracker_forget(live->tracker, now_ns, live->wishes->idle_ns, say_farewell, live);
    live->swept_ns = now_ns;
    live->packets_at_sweep = batch_packets(live->batch);
    live->listener->pause(live->listener->ctx);
}

/* After as many packets as there are connections, looking at all of these has cost little. A clock that was set
 * back starts anew. */
static bool is_time_to_sweep(const struct live *live)
{
    return (live->last_ns >= live->swept_ns + SECOND_NS || live->last_ns < live->swept_ns) &&
           batch_packets(live->batch) - live->packets_at_sweep >=
               tl_tracker_connection_count(live->tracker);
}

static int compare_ordinals(const void *one, const void *other, void *tracker)
{
    const uint32_t a = tl_tracker_ordinal(tracker, *(struct tl_connection *const *)one);
    const uint32_t b = tl_tracker_ordinal(tracker, *(struct tl_connection *const *)other);

    /* They count up to 2^32, and then from 0 again. */
    return a == b ? 0 : a - b < UINT32_C(1) << 31 ? 1 : -1;
}

static void tell_what_is_left(struct live *live)
{
    GPtrArray *left = g_ptr_array_new();

    for (uint32_t i = 0; i < tl_tracker_connection_count(live->tracker); i++) {
        struct tl_connection *connection = tl_tracker_connection(live->tracker, i);

        if (connection != NULL)
            g_ptr_array_add(left, connection);
    }
    g_ptr_array_sort_with_data(left, compare_ordinals, live->tracker);
    for (unsigned i = 0; i < left->len && !live->listener->is_unwanted(live->listener->ctx); i++)
        tell(live, g_ptr_array_index(left, i), false);
    g_ptr_array_free(left, TRUE);
}

/* ---- while nothing comes ------------------------------------------------------------------- */

static void pass_time(struct live *live)
{
    const int64_t now_us = g_get_monotonic_time();
    const int64_t silent_ns = (now_us - live->silent_since_us) * 1000;

    batch_flush(live->batch);
    if (!live->is_of_this_moment || now_us < live->next_sweep_us ||
        live->last_ns + silent_ns < live->swept_ns + SECOND_NS)
        return;
    sweep(live, live->last_ns + silent_ns);
    live->next_sweep_us = now_us + SWEEPS_SHARE * (g_get_monotonic_time() - now_us);
}

static void note_arrivals(struct live *live)
{
    const int64_t age_ns = g_get_real_time() * 1000 - live->last_ns;

    live->packets_at_tick = batch_packets(live->batch);
    live->silent_since_us = g_get_monotonic_time();
    live->is_of_this_moment = age_ns < OF_THIS_MOMENT_NS && age_ns > -OF_THIS_MOMENT_NS;
}

/* Whoever captures is ended by the same Ctrl-C as a rule, and what it still writes is read. */
static bool is_end_due(struct live *live, bool has_come)
{
    if (live->listener->is_unwanted(live->listener->ctx) || stopping_asked() > 1)
        return true;
    return stopping_asked() > 0 && (live->ticks_since_asked++ == LAST_WORDS_TICKS ||
                                    (live->ticks_since_asked > 1 && !has_come));
}

static void tick(struct live *live)
{
    const bool has_come = live->packets_at_tick != batch_packets(live->batch);

    if (has_come)
        note_arrivals(live);
    pass_time(live);
    if (is_end_due(live, has_come))
        live->must_end = true;
    if (live->must_end)
        stopping_interrupt();
}

static void *keep_time(void *data)
{
    struct live *live = data;

    g_mutex_lock(&live->lock);
    while (!live->has_ended)
        if (!g_cond_wait_until(&live->has_ended_now, &live->lock, g_get_monotonic_time() + TICK_US))
            tick(live);
    g_mutex_unlock(&live->lock);
    return NULL;
}

/* ---- reading ------------------------------------------------------------------------------- */

static void feed_zeek(void *ctx, const struct tl_segment *segment,
                      const struct segment_bytes *bytes, const struct tl_taken *taken)
{
    const struct live *live = ctx;

    if (taken->connection != NULL)
        zeek_feed(live->zeek, segment, bytes, taken);
}

static void take(struct live *live, struct source *source, enum capture_result result,
                 const struct packet *packet)
{
    if (live->frame == 0) {
        live->shown.start_ns = live->swept_ns = packet->time_ns;
        live->listener->begin(live->listener->ctx, &live->shown);
    }
    live->frame = packet->frame;
    live->last_ns = packet->time_ns;
    batch_take(live->batch, source, result, packet);
    if (is_time_to_sweep(live))
        sweep(live, live->last_ns);
}

static void read_on(struct live *live, struct source *source)
{
    struct packet packet;

    while (!live->must_end && !live->listener->is_unwanted(live->listener->ctx)) {
        enum capture_result result;

        g_mutex_unlock(&live->lock);
        result = source_read(source, &packet);
        g_mutex_lock(&live->lock);
        if (result == CAPTURE_END)
            return;
        take(live, source, result, &packet);
    }
}

/* A capture begins with a header, for which it may have to be waited, too. */
static struct source *read_all(struct live *live, const GPtrArray *taps)
{
    struct source *source;

    g_mutex_unlock(&live->lock);
    source = source_new(taps);
    g_mutex_lock(&live->lock);
    if (source_any(source)) {
        read_on(live, source);
        batch_flush(live->batch);
        live->shown.end_ns = source_latest_ns(source);
    }
    if (live->must_end)
        source_forgive(source, EINTR);
    if (live->frame == 0)
        live->listener->begin(live->listener->ctx, &live->shown);
    tell_what_is_left(live);
    return source;
}

static void live_init(struct live *live, const char *name)
{
    const struct tl_memory memory = lives_memory();
    const struct batch_listener listener = {feed_zeek, NULL, live};

    live->tracker = lives_new(&memory, &live->wishes->preferences);
    live->zeek = tl_zeek_new(&memory);
    live->batch = batch_new(live->tracker, &listener);
    live->file = (struct tl_capture_file){.name = name, .first_frame = 1};
    live->shown = lives_capture(live->tracker, &live->wishes->preferences);
    live->shown.zeek = live->zeek;
    live->shown.files = &live->file;
    live->shown.file_count = 1;
    live->shown.has_slim_records = live->wishes->slim;
    live->shown.is_live = true;
}

void live_read(const GPtrArray *taps, const struct live_wishes *wishes,
               const struct live_listener *listener, struct live_report *report)
{
    struct live live = {.listener = listener, .wishes = wishes};
    char *name = source_name_of(taps);
    GThread *second;

    memset(report, 0, sizeof *report);
    live_init(&live, name);
    g_mutex_init(&live.lock);
    g_cond_init(&live.has_ended_now);
    stopping_begin();
    g_mutex_lock(&live.lock);
    second = g_thread_new("time", keep_time, &live);
    report->source = read_all(&live, taps);
    live.has_ended = true;
    g_cond_signal(&live.has_ended_now);
    g_mutex_unlock(&live.lock);
    g_thread_join(second);

    report->capture = live.shown;
    report->capture.files = NULL;
    report->capture.file_count = 0;
    report->undecoded = batch_undecoded(live.batch, &report->undecoded_count);
    g_mutex_clear(&live.lock);
    g_cond_clear(&live.has_ended_now);
    batch_free(live.batch);
    tl_zeek_free(live.zeek);
    tl_tracker_free(live.tracker);
    g_free(name);
    /* cppcheck-suppress memleak ; g_thread_join() has given the thread back */
}

void live_report_clear(struct live_report *report)
{
    source_free(report->source);
    g_free(report->undecoded);
}
