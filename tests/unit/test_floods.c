/* SYN floods that several trackers tell of are those that one tracker finds.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "heap.h"
#include "tcplife/floods.h"
#include "tcplife/tracker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PARTS = 3, CLIENTS = 60, SERVERS = 2, STEPS = 4000 };

static const int64_t MILLISECOND = 1000000;
static const struct tl_memory memory = {.resize = heap_resize};

struct trackers {
    struct tl_tracker *whole, *part[PARTS];
    struct tl_floods *floods;
    unsigned telling; /* part whose turn it is */
    uint32_t announced; /* floods, by tl_floods_note() */
    struct tl_change last;  /* of them */
    uint32_t numbers[PARTS][4096]; /* of connections there, by part; 0: none yet, else one more */
    uint32_t known;
};

static void take_note(void *ctx, const struct tl_half_open_note *told)
{
    struct trackers *trackers = ctx;
    struct tl_half_open_note note = *told;
    uint32_t *number = &trackers->numbers[trackers->telling][told->connection];

    if (!*number)
        *number = ++trackers->known;
    note.connection = *number - 1;
    if (!tl_floods_note(trackers->floods, &note, &trackers->last))
        return;
    trackers->announced++;
}

static void trackers_new(struct trackers *trackers)
{
    struct tl_config config = {.msl_ns = 30000 * MILLISECOND,
                               .seed = {5, 6},
                               .syn_flood_threshold = 4,
                               .syn_flood_window_ns = 10000 * MILLISECOND};

    memset(trackers, 0, sizeof *trackers);
    trackers->whole = tl_tracker_new(&memory, &config);
    trackers->floods = tl_floods_new(&memory, &config);
    config.half_open = take_note;
    config.ctx = trackers;
    for (int i = 0; i < PARTS; i++)
        trackers->part[i] = tl_tracker_new(&memory, &config);
}

static void trackers_free(struct trackers *trackers)
{
    tl_tracker_free(trackers->whole);
    tl_floods_free(trackers->floods);
    for (int i = 0; i < PARTS; i++)
        tl_tracker_free(trackers->part[i]);
}

/* What a connection does next. */
static struct tl_segment next_segment(unsigned client, uint8_t *stage)
{
    const struct tl_socket here = {.address = {10, 0, 1, (uint8_t)client}, .port = 1000, .family = 4, .address_length = 4};
    const struct tl_socket there = {
        .address = {10, 0, 0, (uint8_t)(client % SERVERS)}, .port = 80, .family = 4, .address_length = 4};
    static const uint8_t flags[] = {TL_SYN, TL_SYN | TL_ACK, TL_SYN | TL_ACK, TL_ACK, TL_RST};
    const bool is_from_client = *stage != 1 && *stage != 2;
    const struct tl_segment segment = {
        .source = is_from_client ? here : there,
        .destination = is_from_client ? there : here,
        .flags = flags[*stage],
        .seq = is_from_client ? 99 + (*stage > 0) : 299,
        .ack = is_from_client ? (*stage > 0 ? 300 : 0) : 100,
        .window = 1000,
        .window_scale = TL_SCALE_NONE,
    };

    *stage = (uint8_t)((*stage + 1) % sizeof flags);
    return segment;
}

static uint32_t count_floods(const struct tl_connection *connection, const struct tl_change **last)
{
    const struct tl_changes changes = tl_connection_changes(connection);
    const struct tl_change *end = changes.at + changes.count;
    uint32_t count = 0;

    for (const struct tl_change *at = changes.at; at < end; at++)
        if (at->kind == TL_DIAGNOSIS && tl_change_diagnosis(at) == TL_DIAGNOSIS_syn_flood) {
            count++;
            *last = at;
        }
    return count;
}

/* One segment more, for one and for its part's: they find the same flood, or both none. */
static bool step(struct trackers *trackers, unsigned client, uint8_t *stage, uint32_t frame, int64_t now_ns)
{
    struct tl_segment segment = next_segment(client, stage);
    const struct tl_change *flood = NULL;
    const uint32_t announced = trackers->announced;
    const struct tl_connection *connection;
    enum tl_role sender;
    bool is_flood;

    segment.frame = frame;
    segment.time_ns = now_ns;
    connection = tl_tracker_segment(trackers->whole, &segment, &sender);
    is_flood = count_floods(connection, &flood) > 0 && flood->frame == frame;
    trackers->telling = client % PARTS;
    tl_tracker_segment(trackers->part[trackers->telling], &segment, &sender);
    assert_int_equal(trackers->announced - announced, is_flood);
    if (is_flood) {
        assert_int_equal(trackers->last.frame, frame);
        assert_int_equal(tl_change_about(&trackers->last), tl_change_about(flood));
        assert_int_equal(tl_change_value(&trackers->last), tl_change_value(flood));
    }
    return is_flood;
}

static void several_trackers_find_the_same_floods(void **state)
{
    static struct trackers trackers;
    uint8_t stages[CLIENTS] = {0};
    uint32_t floods = 0, random = 1;
    int64_t now_ns = 0;

    (void)state;
    trackers_new(&trackers);
    for (uint32_t frame = 1; frame <= STEPS; frame++) {
        random = random * 1664525 + 1013904223;
        /* Sometimes nothing happens for long, and the clock steps back. */
        now_ns += (random >> 8 & 63) == 0 ? 2500 * MILLISECOND : (random >> 8 & 63) == 1 ? -3 * MILLISECOND : 90 * MILLISECOND;
        floods += step(&trackers, (random >> 16) % CLIENTS, &stages[(random >> 16) % CLIENTS], frame, now_ns);
    }
    assert_true(floods > 10);
    trackers_free(&trackers);
}

static void who_tells_announces_nothing(void **state)
{
    static struct trackers trackers;
    const struct tl_change *flood = NULL;
    uint8_t stages[CLIENTS] = {0};
    uint32_t frame = 0;

    (void)state;
    trackers_new(&trackers);
    for (unsigned client = 0; client < CLIENTS; client++)
        for (int i = 0; i < 3; i++) {
            frame++;
            step(&trackers, client, &stages[client], frame, (int64_t)frame * 200 * MILLISECOND);
        }
    assert_true(trackers.announced > 0);
    for (unsigned part = 0; part < PARTS; part++)
        for (uint32_t i = 0; i < tl_tracker_connection_count(trackers.part[part]); i++)
            assert_int_equal(count_floods(tl_tracker_connection(trackers.part[part], i), &flood), 0);
    trackers_free(&trackers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_trackers_find_the_same_floods),
        cmocka_unit_test(who_tells_announces_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
