/* A program that runs for months: what is over is forgotten, and nothing else changes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/record/record.h"
#include "heap.h"
#include "tcplife/summary.h"
#include "tcplife/tracker.h"
#include "tcplife/zeek.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t SECOND = 1000000000;
static const int64_t MSL = 30;

static size_t live_bytes, most_bytes;

static void *counted_resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    live_bytes += new_size - old_size;
    if (live_bytes > most_bytes)
        most_bytes = live_bytes;
    return heap_resize(ctx, block, old_size, new_size);
}

static const struct tl_memory memory = {.resize = counted_resize};

static struct tl_tracker *new_tracker(void)
{
    const struct tl_config config = {.msl_ns = MSL * SECOND,
                                     .close_wait_limit_ns = 60 * SECOND,
                                     .syn_flood_threshold = 20,
                                     .syn_flood_window_ns = 10 * SECOND,
                                     .seed = {3, 4}};

    return tl_tracker_new(&memory, &config);
}

static struct tl_socket socket_of(uint32_t host, uint16_t port)
{
    struct tl_socket socket = {.port = port, .family = 1, .address_length = 4};

    memcpy(socket.address, &host, 4);
    return socket;
}

/* One that IPv6's addresses make long. */
static struct tl_socket long_socket_of(uint32_t host, uint16_t port)
{
    struct tl_socket socket = socket_of(host, port);

    socket.family = 2;
    socket.address_length = 16;
    socket.address[15] = 1;
    return socket;
}

/* ---- the segments of lives ------------------------------------------------------------------- */

struct line {
    bool from_client;
    uint8_t flags;
    uint32_t seq, ack, length;
};
static const struct line whole_life[] = {
    {true, TL_SYN, 100, 0, 0},
    {false, TL_SYN | TL_ACK, 300, 101, 0},
    {true, TL_ACK, 101, 301, 0},
    {true, TL_ACK, 101, 301, 50},
    {false, TL_ACK, 301, 151, 0},
    {true, TL_FIN | TL_ACK, 151, 301, 0},
    {false, TL_FIN | TL_ACK, 301, 152, 0},
    {true, TL_ACK, 152, 302, 0},
};
enum { LINES = sizeof whole_life / sizeof *whole_life };

static struct tl_segment segment_of(const struct line *line, uint32_t frame, int64_t time_ns,
                                    const struct tl_socket *client, const struct tl_socket *server,
                                    uint32_t isn)
{
    const struct line l = *line;

    return (struct tl_segment){.frame = frame,
                               .time_ns = time_ns,
                               .source = l.from_client ? *client : *server,
                               .destination = l.from_client ? *server : *client,
                               .seq = l.seq + isn,
                               .ack = l.flags & TL_ACK ? l.ack + isn : 0,
                               .length = l.length,
                               .window = 1000,
                               .window_scale = TL_SCALE_NONE,
                               .flags = l.flags};
}

/* ---- what is called with each ---------------------------------------------------------------- */

struct farewells {
    uint32_t over, idle;
    uint64_t ordinals; /* their sum */
    struct tl_tracker *tracker;
    struct tl_zeek *zeek;
};

static void farewell(void *ctx, const struct tl_connection *c, enum tl_farewell why)
{
    struct farewells *farewells = ctx;

    *(why == TL_OVER ? &farewells->over : &farewells->idle) += 1;
    farewells->ordinals += tl_tracker_ordinal(farewells->tracker, c);
    if (farewells->zeek)
        tl_zeek_forget(farewells->zeek, tl_connection_number(c));
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void play(struct tl_tracker *tracker, unsigned lines, uint32_t *frame, int64_t *now_ns,
                 const struct tl_socket *client, uint32_t isn)
{
    const struct tl_socket server = socket_of(1, 80);

    for (unsigned i = 0; i < lines; i++) {
        struct tl_segment s =
            segment_of(&whole_life[i], ++*frame, *now_ns += 1000000, client, &server, isn);
        enum tl_role sender;

        assert_non_null(tl_tracker_segment(tracker, &s, &sender));
    }
}

static void only_what_is_over_is_forgotten(void **state)
{
    struct farewells farewells = {.tracker = new_tracker()};
    struct tl_tracker *tracker = farewells.tracker;
    const struct tl_socket closed = socket_of(10, 1000), open = socket_of(11, 1000);
    uint32_t frame = 0;
    int64_t now_ns = SECOND;

    (void)state;
    play(tracker, LINES, &frame, &now_ns, &closed, 0);
    play(tracker, 5, &frame, &now_ns, &open, 0);
    assert_int_equal(tl_tracker_forget(tracker, now_ns + (2 * MSL - 1) * SECOND, 0, farewell, &farewells), 0);
    now_ns += (2 * MSL + 1) * SECOND;
    assert_int_equal(tl_tracker_forget(tracker, now_ns, 0, farewell, &farewells), 1);
    assert_int_equal(farewells.over, 1);
    assert_null(tl_tracker_connection(tracker, 0));
    assert_non_null(tl_tracker_connection(tracker, 1));
    assert_int_equal(tl_tracker_forget(tracker, now_ns, 3600 * SECOND, farewell, &farewells), 0);
    assert_int_equal(tl_tracker_forget(tracker, now_ns, 60 * SECOND, farewell, &farewells), 1);
    assert_int_equal(farewells.idle, 1);
    /* On the same sockets a new life begins, with a number that is free, and an ordinal that is not. */
    play(tracker, 1, &frame, &now_ns, &closed, 5000);
    assert_int_equal(tl_tracker_connection_count(tracker), 2);
    for (uint32_t number = 0; number < 2; number++)
        if (tl_tracker_connection(tracker, number))
            assert_int_equal(tl_tracker_ordinal(tracker, tl_tracker_connection(tracker, number)), 2);
    tl_tracker_free(tracker);
    assert_int_equal(live_bytes, 0);
}

/* Nobody tries for hours: floods of SYNs must not stay as long as silent connections do. */
static void attempts_are_idle_sooner(void **state)
{
    struct farewells farewells = {.tracker = new_tracker()};
    const struct tl_socket unanswered = socket_of(10, 1000), half_open = socket_of(11, 1000);
    const struct tl_socket open = socket_of(12, 1000);
    uint32_t frame = 0;
    int64_t now_ns = 0;

    (void)state;
    play(farewells.tracker, 1, &frame, &now_ns, &unanswered, 0);
    play(farewells.tracker, 2, &frame, &now_ns, &half_open, 0);
    play(farewells.tracker, 3, &frame, &now_ns, &open, 0);
    now_ns += 179 * SECOND;
    assert_int_equal(tl_tracker_forget(farewells.tracker, now_ns, 3600 * SECOND, farewell, &farewells), 0);
    now_ns += 2 * SECOND;
    assert_int_equal(tl_tracker_forget(farewells.tracker, now_ns, 0, farewell, &farewells), 0);
    assert_int_equal(tl_tracker_forget(farewells.tracker, now_ns, 3600 * SECOND, farewell, &farewells), 2);
    assert_int_equal(farewells.idle, 2);
    assert_non_null(tl_tracker_connection(farewells.tracker, 2));
    tl_tracker_free(farewells.tracker);
}

static void time_ends_time_wait(void **state)
{
    struct tl_tracker *tracker = new_tracker();
    const struct tl_socket client = socket_of(10, 1000);
    uint32_t frame = 0;
    int64_t now_ns = SECOND;

    (void)state;
    play(tracker, LINES, &frame, &now_ns, &client, 0);
    tl_tracker_clock(tracker, frame + 1, now_ns + (2 * MSL - 1) * SECOND);
    assert_int_equal(tl_connection_states(tl_tracker_connection(tracker, 0)).state[TL_CLIENT], TL_TIME_WAIT);
    tl_tracker_clock(tracker, frame + 1, now_ns + 2 * MSL * SECOND);
    assert_int_equal(tl_connection_states(tl_tracker_connection(tracker, 0)).state[TL_CLIENT], TL_CLOSED);
    /* What was known at the last segment stays known. */
    assert_int_equal(tl_connection_states_after(tl_tracker_connection(tracker, 0), frame).state[TL_CLIENT],
                     TL_TIME_WAIT);
    tl_tracker_free(tracker);
    assert_int_equal(live_bytes, 0);
}

/* A program that ends may say that it is the end of time, and one whose clock was never set that it is the beginning. */
static void every_time_is_a_time(void **state)
{
    struct tl_tracker *tracker = new_tracker();
    const struct tl_socket client = socket_of(10, 1000);
    const struct tl_connection *c;
    uint32_t frame = 0;
    int64_t now_ns = SECOND;

    (void)state;
    play(tracker, 6, &frame, &now_ns, &client, 0); /* the server is in CLOSE-WAIT */
    play(tracker, LINES, &frame, &now_ns, &(struct tl_socket){.port = 9, .address_length = 4}, 0);
    c = tl_tracker_connection(tracker, 1);
    assert_int_equal(tl_tracker_forget(tracker, INT64_MIN, SECOND, NULL, NULL), 0);
    tl_tracker_clock(tracker, frame + 1, INT64_MIN);
    assert_int_equal(tl_connection_last_frame(c), frame);
    assert_int_equal(tl_connection_changes_at(tl_tracker_connection(tracker, 0), frame + 1).count, 0);
    assert_int_equal(tl_connection_changes_at(c, frame + 1).count, 0);
    assert_false(tl_state_time(c, TL_CLIENT, INT64_MIN).known);
    assert_true(tl_state_time(c, TL_CLIENT, INT64_MAX).known);
    tl_tracker_clock(tracker, frame + 1, INT64_MAX);
    assert_int_equal(tl_connection_states(c).state[TL_CLIENT], TL_CLOSED);
    assert_int_equal(tl_tracker_forget(tracker, INT64_MAX, 0, NULL, NULL), 1);
    assert_int_equal(tl_tracker_forget(tracker, INT64_MAX, 1, NULL, NULL), 1);
    tl_tracker_free(tracker);
    assert_int_equal(live_bytes, 0);
}

/* No Maximum Segment Lifetime is less than none: TIME-WAIT then ends with the segment that began it. */
static void a_negative_lifetime_is_none(void **state)
{
    const struct tl_config config = {.msl_ns = INT64_MIN};
    struct tl_tracker *tracker = tl_tracker_new(&memory, &config);
    const struct tl_socket client = socket_of(10, 1000);
    uint32_t frame = 0;
    int64_t now_ns = SECOND;

    (void)state;
    play(tracker, LINES - 1, &frame, &now_ns, &client, 0);
    assert_int_equal(tl_connection_time_wait_ends_ns(tl_tracker_connection(tracker, 0)), now_ns);
    tl_tracker_free(tracker);
    assert_int_equal(live_bytes, 0);
}

/* A thousand lives a second, and some that never end: TCPLIFE_LIVES of them, for a test of ten million. */
static void memory_is_that_of_the_living(void **state)
{
    const char *wanted = getenv("TCPLIFE_LIVES");
    const uint32_t lives = wanted ? (uint32_t)strtoul(wanted, NULL, 10) : 400000;
    struct farewells farewells = {.tracker = new_tracker(), .zeek = tl_zeek_new(&memory)};
    uint32_t frame = 0, living = 0;
    int64_t now_ns = SECOND;
    size_t most_at_first = 0;

    (void)state;
    for (uint32_t i = 0; i < lives; i++) {
        const struct tl_socket server = socket_of(i % 50, 443);
        /* Sockets come again now and then, some soon. */
        const struct tl_socket client =
            i % 3 ? socket_of(1000 + i % 70001, (uint16_t)(1 + i % 60013)) : long_socket_of(i % 977, 9);
        const unsigned lines = i % 5000 ? i % 7 ? LINES : 2 : 5;

        for (unsigned n = 0; n < lines; n++) {
            struct tl_segment s = segment_of(&whole_life[n], ++frame, now_ns += SECOND / 8000, &client,
                                             &server, i * 2654435761u);
            const struct tl_zeek_packet packet = {.segment = &s, .ip_length = 40, .is_whole = true};
            enum tl_role sender;
            const struct tl_connection *c = tl_tracker_segment(farewells.tracker, &s, &sender);

            assert_non_null(c);
            tl_zeek_segment(farewells.zeek, tl_connection_number(c), sender, &packet);
        }
        if (i % 10000 == 9999)
            tl_tracker_forget(farewells.tracker, now_ns, 120 * SECOND, farewell, &farewells);
        if (i == lives / 2) {
            most_at_first = most_bytes;
            most_bytes = 0;
        }
    }
    assert_true(most_bytes <= most_at_first + most_at_first / 20);
    for (uint32_t i = 0; i < tl_tracker_connection_count(farewells.tracker); i++)
        living += tl_tracker_connection(farewells.tracker, i) != NULL;
    assert_int_equal(tl_tracker_forget(farewells.tracker, now_ns + 1000 * SECOND, SECOND, farewell, &farewells),
                     living);
    assert_true(farewells.over + farewells.idle >= lives - lives / 3);
    tl_zeek_free(farewells.zeek);
    tl_tracker_free(farewells.tracker);
    assert_int_equal(live_bytes, 0);
}

enum { FLOOD = 40000 };

/* A flood of SYNs, and now and then somebody who stays. */
static void flood(struct farewells *farewells, uint32_t *frame, int64_t *now_ns, uint32_t round)
{
    const struct tl_socket server = socket_of(1, 80);

    for (uint32_t i = 0; i < FLOOD; i++) {
        const bool stays = i % (FLOOD / 4) == 1234;
        const struct tl_socket client = socket_of(FLOOD * round + i, stays ? 9 : 1000);

        for (unsigned n = 0; n < (stays ? 5 : 1); n++) {
            struct tl_segment s = segment_of(&whole_life[n], ++*frame, *now_ns += 1000, &client, &server, 0);
            const struct tl_zeek_packet packet = {.segment = &s, .ip_length = 40, .is_whole = true};
            enum tl_role sender;
            const struct tl_connection *c = tl_tracker_segment(farewells->tracker, &s, &sender);

            assert_non_null(c);
            tl_zeek_segment(farewells->zeek, tl_connection_number(c), sender, &packet);
        }
    }
}

/* Whoever was flooded once does not need the memory of the flood for ever: but for its places in the tables. */
static void a_flood_leaves_nothing(void **state)
{
    struct farewells farewells = {.tracker = new_tracker(), .zeek = tl_zeek_new(&memory)};
    uint32_t frame = 0, living = 0;
    int64_t now_ns = SECOND;

    (void)state;
    for (uint32_t round = 1; round <= 3; round++) {
        size_t flooded;

        flood(&farewells, &frame, &now_ns, round);
        flooded = live_bytes;
        now_ns += 200 * SECOND;
        assert_int_equal(tl_tracker_forget(farewells.tracker, now_ns, 3600 * SECOND, farewell, &farewells), FLOOD - 4);
        assert_true(live_bytes < flooded / 8);
        assert_true(tl_tracker_connection_count(farewells.tracker) <= FLOOD + 4 * round);
    }
    for (uint32_t i = 0; i < tl_tracker_connection_count(farewells.tracker); i++)
        if (tl_tracker_connection(farewells.tracker, i)) {
            living++;
            assert_int_equal(tl_connection_states(tl_tracker_connection(farewells.tracker, i)).state[TL_SERVER],
                             TL_ESTABLISHED);
        }
    assert_int_equal(living, 3 * 4);
    tl_zeek_free(farewells.zeek);
    tl_tracker_free(farewells.tracker);
    assert_int_equal(live_bytes, 0);
}

/* Frames are numbered from 1. Whoever begins with 0 is not told what he gave back already. */
static void a_frame_0_is_the_first(void **state)
{
    struct tl_tracker *tracker = new_tracker();
    const struct tl_socket client = socket_of(10, 1000), server = socket_of(1, 80);
    struct tl_segment s = segment_of(&whole_life[0], 0, SECOND, &client, &server, 0);
    uint32_t frame = 0;
    int64_t now_ns = SECOND;
    enum tl_role sender;
    const struct tl_connection *c = tl_tracker_segment(tracker, &s, &sender);

    (void)state;
    assert_non_null(c);
    assert_int_equal(tl_connection_first_frame(c), 1);
    assert_ptr_equal(tl_tracker_connection(tracker, 0), c);
    play(tracker, 1, &frame, &now_ns, &(struct tl_socket){.port = 9, .address_length = 4}, 0);
    assert_int_equal(tl_tracker_forget(tracker, now_ns + 200 * SECOND, 3600 * SECOND, NULL, NULL), 2);
    tl_tracker_free(tracker);
    assert_int_equal(live_bytes, 0);
}

/* Frames have 32 bits. A tracker whose numbers would end keeps its connections until they are over; another one, which
 * counts from 1, has those that begin (docs/library.md). */
struct relay {
    struct tl_tracker *old, *young;
    uint32_t old_frame, young_frame;
    int64_t now_ns;
};

static void go_on(struct relay *relay, const struct tl_socket *client, unsigned from, unsigned to)
{
    const struct tl_socket server = socket_of(1, 80);

    for (unsigned i = from; i < to; i++) {
        struct tl_segment s = segment_of(&whole_life[i], 0, relay->now_ns += SECOND, client, &server, 0);
        enum tl_role sender;
        const bool is_old =
            tl_tracker_find(relay->old, UINT32_MAX, &s.source, &s.destination, &sender) != NULL;

        s.frame = is_old ? ++relay->old_frame : ++relay->young_frame;
        assert_non_null(tl_tracker_segment(is_old ? relay->old : relay->young, &s, &sender));
    }
}

static void another_tracker_takes_over(void **state)
{
    struct relay relay = {new_tracker(), new_tracker(), UINT32_MAX - 20, 0, SECOND};
    const struct tl_socket a = socket_of(10, 1000), b = socket_of(11, 1000);
    struct tl_summary life;

    (void)state;
    play(relay.old, 5, &relay.old_frame, &relay.now_ns, &a, 0);
    go_on(&relay, &b, 0, 4);
    go_on(&relay, &a, 5, LINES);
    go_on(&relay, &b, 4, LINES);
    life = tl_summarize(tl_tracker_connection(relay.old, 0));
    assert_int_equal(life.close, TL_CLOSE_THREE_WAY);
    life = tl_summarize(tl_tracker_connection(relay.young, 0));
    assert_int_equal(life.close, TL_CLOSE_THREE_WAY);
    assert_int_equal(tl_tracker_connection_count(relay.old), 1);
    assert_int_equal(tl_tracker_connection_count(relay.young), 1);
    assert_int_equal(tl_tracker_forget(relay.old, INT64_MAX, 1, NULL, NULL), 1);
    tl_tracker_free(relay.old);
    tl_tracker_free(relay.young);
    assert_int_equal(live_bytes, 0);
}

static uint32_t random_number(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* Lives on few sockets, some in two networks, some attempts that a server only answers: whoever forgets what is
 * over says the same of all segments as who does not. */
static void nothing_else_changes(void **state)
{
    enum { CLIENTS = 60 };
    struct tl_tracker *forgetful = new_tracker(), *other = new_tracker();
    struct {
        unsigned next, lines;
        uint32_t isn, network;
    } life[CLIENTS] = {{0}};
    uint32_t seed = 1, frame = 0, forgotten = 0, split = 0;
    int64_t now_ns = SECOND;

    (void)state;
    for (unsigned step = 0; step < 60000; step++) {
        const uint32_t i = random_number(&seed) % CLIENTS;
        const struct tl_socket server = socket_of(i % 3, 80);
        const uint32_t host = 100 + (i % 5 ? i : i % (CLIENTS / 2));
        const struct tl_socket client = i % 4 ? socket_of(host, 1000) : long_socket_of(host, 1000);
        const struct tl_connection *a, *b;
        enum tl_role role_a, role_b;
        struct tl_segment s;

        if (life[i].next == life[i].lines) {
            life[i].next = 0;
            life[i].lines = random_number(&seed) % 4 ? LINES : 2;
            life[i].isn += 100000 + random_number(&seed);
            life[i].network = i % 5 ? 0 : i < CLIENTS / 2 ? 1 : 2;
        }
        s = segment_of(&whole_life[life[i].next++], ++frame, now_ns += SECOND / 50, &client, &server,
                       life[i].isn);
        s.network = life[i].network;
        a = tl_tracker_segment(forgetful, &s, &role_a);
        b = tl_tracker_segment(other, &s, &role_b);
        assert_non_null(a);
        assert_non_null(b);
        assert_int_equal(role_a, role_b);
        split += (a->flags & TL_CONNECTION_SPLIT) != 0;
        assert_int_equal(tl_tracker_ordinal(forgetful, a), tl_tracker_ordinal(other, b));
        for (int end = 0; end < 2; end++)
            assert_int_equal(tl_connection_states(a).state[end], tl_connection_states(b).state[end]);
        if (random_number(&seed) % 3000 == 0)
            now_ns += 3 * MSL * SECOND;
        if (random_number(&seed) % 100 == 0)
            forgotten += tl_tracker_forget(forgetful, now_ns, 0, NULL, NULL);
    }
    assert_true(forgotten > 1000);
    assert_true(split > 1000);
    for (uint32_t number = 0; number < tl_tracker_connection_count(forgetful); number++) {
        const struct tl_connection *c = tl_tracker_connection(forgetful, number);
        const struct tl_connection *previous = c ? tl_tracker_previous(forgetful, c) : NULL;

        if (previous)
            assert_ptr_equal(tl_tracker_next(forgetful, previous), c);
    }
    tl_tracker_forget(forgetful, now_ns + 1000 * SECOND, 1, NULL, NULL);
    for (uint32_t number = 0; number < tl_tracker_connection_count(forgetful); number++)
        assert_null(tl_tracker_connection(forgetful, number));
    tl_tracker_free(forgetful);
    tl_tracker_free(other);
    assert_int_equal(live_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_over_is_forgotten),
        cmocka_unit_test(attempts_are_idle_sooner),
        cmocka_unit_test(time_ends_time_wait),
        cmocka_unit_test(every_time_is_a_time),
        cmocka_unit_test(a_negative_lifetime_is_none),
        cmocka_unit_test(memory_is_that_of_the_living),
        cmocka_unit_test(a_flood_leaves_nothing),
        cmocka_unit_test(a_frame_0_is_the_first),
        cmocka_unit_test(another_tracker_takes_over),
        cmocka_unit_test(nothing_else_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
