/* The table of connections: sockets, incarnations, roles, and answers in any order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "heap.h"
#include "knowledge.h"
#include "tcplife/tracker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static size_t live_bytes;
static long allowed; /* allocations until memory "runs out"; negative: never */

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    if (new_size && allowed == 0)
        return NULL;
    if (new_size && allowed > 0)
        allowed--;
    live_bytes += new_size - old_size;
    return heap_resize(ctx, block, old_size, new_size);
}

static bool is_port_80(void *ctx, uint16_t port)
{
    (void)ctx;
    return port == 80;
}

static struct tl_tracker *new_tracker(void)
{
    struct tl_memory memory = {.resize = resize};
    struct tl_config config = {
        .msl_ns = TL_DEFAULT_MSL_NS, .is_service = is_port_80, .seed = {3, 4}};

    return tl_tracker_new(&memory, &config);
}

static struct tl_socket socket_of(uint32_t host, uint16_t port)
{
    struct tl_socket socket = {.port = port, .family = 1, .address_length = 4};

    memcpy(socket.address, &host, sizeof host);
    return socket;
}

static struct tl_segment segment_of(uint32_t frame, struct tl_socket from, struct tl_socket to,
                                    uint8_t flags, tl_seq seq, tl_seq ack)
{
    return (struct tl_segment){.frame = frame,
                               .time_ns = (int64_t)frame * 1000000,
                               .source = from,
                               .destination = to,
                               .seq = seq,
                               .ack = ack,
                               .window = 1000,
                               .window_scale = -1,
                               .flags = flags};
}

static struct tl_segment part_of(struct tl_segment segment, uint32_t part)
{
    segment.part = part;
    return segment;
}

static struct tl_connection *feed(struct tl_tracker *tracker, struct tl_segment segment,
                                  enum tl_role *sender)
{
    return tl_tracker_segment(tracker, &segment, sender);
}

/* Many connections at once, each with two incarnations: every frame finds its own again. */
static void every_frame_finds_its_connection_again(void **state)
{
    enum { HOSTS = 3000 };
    struct tl_tracker *tracker = new_tracker();
    struct tl_socket server = socket_of(1, 80);
    uint32_t frame = 0;
    enum tl_role sender;

    (void)state;
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t host = 0; host < HOSTS; host++) {
            struct tl_socket client = socket_of(100 + host, 5000);
            struct tl_connection *c =
                feed(tracker, segment_of(++frame, client, server, TL_SYN, 7 + round, 0), &sender);

            assert_int_equal(c->number, round * HOSTS + host);
            assert_int_equal(sender, TL_CLIENT);
            assert_ptr_equal(
                feed(tracker, segment_of(++frame, server, client, TL_RST | TL_ACK, 0, 8 + round), &sender),
                c);
            assert_int_equal(sender, TL_SERVER);
        }
    assert_int_equal(tl_tracker_connection_count(tracker), 2 * HOSTS);
    for (uint32_t n = 0; n < 20000; n++) {
        uint32_t asked = (n * 7919u) % frame + 1;
        uint32_t number = (asked - 1) / 2;
        struct tl_socket client = socket_of(100 + number % HOSTS, 5000);
        bool from_client = asked % 2 == 1;
        struct tl_connection *c =
            tl_tracker_find(tracker, asked, from_client ? &client : &server,
                            from_client ? &server : &client, &sender);
        struct tl_states states;

        assert_non_null(c);
        assert_int_equal(c->number, number);
        assert_int_equal(sender, from_client ? TL_CLIENT : TL_SERVER);
        states = tl_change_log_states(&c->log, asked);
        assert_int_equal(states.state[TL_CLIENT], from_client ? TL_SYN_SENT : TL_CLOSED);
        assert_ptr_equal(tl_tracker_connection(tracker, number), c);
    }
    assert_null(tl_tracker_connection(tracker, 2 * HOSTS));
    assert_int_equal(tl_tracker_previous(tracker, tl_tracker_connection(tracker, HOSTS))->number, 0);
    assert_int_equal(tl_tracker_next(tracker, tl_tracker_connection(tracker, 0))->number, HOSTS);
    tl_tracker_free(tracker);
    assert_int_equal(live_bytes, 0);
}

static void unknown_sockets_and_frames_find_nothing(void **state)
{
    struct tl_tracker *tracker = new_tracker();
    struct tl_socket a = socket_of(1, 80), b = socket_of(2, 5000), other = socket_of(3, 5000);
    enum tl_role sender;

    (void)state;
    assert_null(tl_tracker_find(tracker, 1, &a, &b, &sender));
    feed(tracker, segment_of(5, b, a, TL_SYN, 7, 0), &sender);
    assert_null(tl_tracker_find(tracker, 4, &a, &b, &sender));
    assert_non_null(tl_tracker_find(tracker, 5, &a, &b, &sender));
    assert_null(tl_tracker_find(tracker, 5, &a, &other, &sender));
    tl_tracker_free(tracker);
}

/* Equal bytes of different kinds of addresses, and of different lengths, are different sockets. */
static void families_are_kept_apart(void **state)
{
    struct tl_tracker *tracker = new_tracker();
    struct tl_socket a = socket_of(1, 80), b = socket_of(2, 5000);
    struct tl_connection *first, *second, *third;
    enum tl_role sender;

    (void)state;
    first = feed(tracker, segment_of(1, b, a, TL_SYN, 7, 0), &sender);
    a.family = b.family = 2;
    second = feed(tracker, segment_of(2, b, a, TL_SYN, 7, 0), &sender);
    a.address_length = b.address_length = 16;
    third = feed(tracker, segment_of(3, b, a, TL_SYN, 7, 0), &sender);
    assert_ptr_not_equal(first, second);
    assert_ptr_not_equal(second, third);
    tl_tracker_free(tracker);
}

/* Contract, section 3: the registered service's port, else the lower one, is the server's. */
static void roles_in_mid_stream(void **state)
{
    static const struct {
        uint16_t source, destination;
        enum tl_role sender;
    } cases[] = {
        {5000, 80, TL_CLIENT}, {80, 5000, TL_SERVER}, {20, 80, TL_CLIENT},
        {80, 20, TL_SERVER},   {5000, 6000, TL_SERVER}, {6000, 5000, TL_CLIENT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tl_tracker *tracker = new_tracker();
        enum tl_role sender;

        feed(tracker,
             segment_of(1, socket_of(1, cases[i].source), socket_of(2, cases[i].destination),
                        TL_ACK, 7, 9),
             &sender);
        assert_int_equal(sender, cases[i].sender);
        tl_tracker_free(tracker);
    }
}

/* Whatever allocation fails: no crash, the tracker says so, and gives everything back. */
static void memory_runs_out(void **state)
{
    bool complete = false;

    (void)state;
    for (long limit = 0; !complete; limit++) {
        struct tl_tracker *tracker;
        struct tl_socket server = socket_of(1, 80);
        enum tl_role sender;

        allowed = limit;
        tracker = new_tracker();
        if (!tracker)
            continue;
        for (uint32_t host = 0; host < 3; host++) {
            struct tl_socket client = socket_of(9 + host, 5000);

            feed(tracker, segment_of(5 * host + 1, client, server, TL_SYN, 7, 0), &sender);
            feed(tracker, segment_of(5 * host + 2, server, client, TL_SYN | TL_ACK, 90, 8), &sender);
            feed(tracker, segment_of(5 * host + 3, client, server, TL_ACK, 8, 91), &sender);
            feed(tracker, segment_of(5 * host + 4, client, server, TL_FIN | TL_ACK, 20, 91), &sender);
            feed(tracker, segment_of(5 * host + 5, client, server, TL_RST, 8, 0), &sender);
            tl_tracker_find(tracker, 5 * host + 2, &server, &client, &sender);
        }
        for (uint32_t network = 0; network < 3; network++)
            for (uint32_t part = 0; part < 4; part++) {
                struct tl_socket client = socket_of(8, 5000);
                struct tl_segment s = part_of(segment_of(16 + network, client, server, TL_SYN,
                                                         1000000000 * network, 0), part);

                s.network = network + 7;
                if (part)
                    s = part_of(segment_of(16 + network, server, client, TL_RST | TL_ACK, 0,
                                           1000000000 * network + 1), part);
                feed(tracker, s, &sender);
                tl_tracker_find_segment(tracker, &s, &sender);
            }
        complete = !tl_tracker_out_of_memory(tracker);
        allowed = -1;
        tl_tracker_free(tracker);
        assert_int_equal(live_bytes, 0);
        assert_true(limit < 100);
    }
}

/* Data ahead of holes, in an order that fills, joins and overflows what is remembered. */
static void a_fin_waits_for_all_holes(void **state)
{
    struct tl_tracker *tracker = new_tracker();
    struct tl_socket client = socket_of(2, 5000), server = socket_of(1, 80);
    struct tl_connection *c = NULL;
    enum tl_role sender;
    uint32_t frame = 0;
    struct tl_segment s;

    (void)state;
    feed(tracker, segment_of(++frame, client, server, TL_SYN, UINT32_MAX - 50, 0), &sender);
    feed(tracker, segment_of(++frame, server, client, TL_SYN | TL_ACK, 90, UINT32_MAX - 49), &sender);
    feed(tracker, segment_of(++frame, client, server, TL_ACK, UINT32_MAX - 49, 91), &sender);
    /* 100 bytes, ten at a time: first the odd tens from behind, then the even ones. */
    for (int pass = 0; pass < 2; pass++)
        for (int ten = 9; ten >= 0; ten--) {
            if (ten % 2 == pass)
                continue;
            s = segment_of(++frame, client, server, TL_ACK,
                           UINT32_MAX - 49 + (uint32_t)ten * 10, 91);
            s.length = 10;
            c = feed(tracker, s, &sender);
            if (pass == 0 && ten == 9) {
                s = segment_of(++frame, client, server, TL_FIN | TL_ACK, UINT32_MAX - 49 + 100, 91);
                feed(tracker, s, &sender);
                assert_int_equal(tl_connection_state(c, TL_CLIENT), TL_FIN_WAIT_1);
            }
            assert_int_equal(tl_connection_state(c, TL_SERVER),
                             pass == 1 && ten == 0 ? TL_CLOSE_WAIT : TL_ESTABLISHED);
        }
    assert_int_equal(c->kept[TL_CLIENT].bytes, 100);
    tl_tracker_free(tracker);
    assert_int_equal(live_bytes, 0);
}

static uint32_t floods_of(const struct tl_tracker *tracker, uint32_t *sources)
{
    uint32_t floods = 0;

    for (uint32_t n = 0; n < tl_tracker_connection_count(tracker); n++) {
        const struct tl_change_log *log = &tl_tracker_connection(tracker, n)->log;

        for (uint32_t i = 0; i < log->count; i++)
            if (log->changes[i].kind == TL_DIAGNOSIS &&
                log->changes[i].code == TL_DIAGNOSIS_syn_flood) {
                floods++;
                *sources = log->changes[i].u.why.value;
            }
    }
    return floods;
}

/* `count` handshakes `spacing_ms` apart, from two ports of each source; completed or not. */
static uint32_t handshakes(uint32_t count, uint32_t spacing_ms, bool complete, uint32_t *sources)
{
    struct tl_memory memory = {.resize = resize};
    struct tl_config config = {.msl_ns = TL_DEFAULT_MSL_NS,
                               .syn_flood_threshold = 50,
                               .syn_flood_window_ns = INT64_C(10000000000)};
    struct tl_tracker *tracker = tl_tracker_new(&memory, &config);
    struct tl_socket server = socket_of(1, 80);
    enum tl_role sender;
    uint32_t frame = 0, floods;

    for (uint32_t i = 0; i < count; i++) {
        struct tl_socket client = socket_of(100 + i / 2, (uint16_t)(5000 + i % 2));
        struct tl_segment s[3] = {
            segment_of(frame + 1, client, server, TL_SYN, 7, 0),
            segment_of(frame + 2, server, client, TL_SYN | TL_ACK, 90, 8),
            segment_of(frame + 3, client, server, TL_ACK, 8, 91),
        };

        frame += 3;
        for (int k = 0; k < (complete ? 3 : 2); k++) {
            s[k].time_ns = (int64_t)i * spacing_ms * 1000000;
            feed(tracker, s[k], &sender);
        }
    }
    floods = floods_of(tracker, sources);
    tl_tracker_free(tracker);
    assert_int_equal(live_bytes, 0);
    return floods;
}

/* A SYN flood is announced once an episode, with the number of its sources; a busy server whose
 * handshakes complete, or few that do not, are none. */
static void syn_flood(void **state)
{
    uint32_t sources = 0;

    (void)state;
    /* The fiftieth is a second old when 1050 have come, two from each source. */
    assert_int_equal(handshakes(5000, 1, false, &sources), 1);
    assert_int_equal(sources, 525);
    assert_int_equal(handshakes(5000, 1, true, &sources), 0);
    assert_int_equal(handshakes(49, 100, false, &sources), 0);
    assert_int_equal(handshakes(1000, 1000, false, &sources), 0);
}

/* The latest time and the longest MSL that the preference takes: 2 MSL later is still later. */
static void time_wait_at_the_end_of_time(void **state)
{
    struct tl_memory memory = {.resize = resize};
    struct tl_config config = {.msl_ns = UINT32_MAX * INT64_C(1000000000)};
    struct tl_tracker *tracker = tl_tracker_new(&memory, &config);
    struct tl_socket client = socket_of(2, 5000), server = socket_of(1, 80);
    struct tl_connection *c = NULL;
    enum tl_role sender;
    struct tl_segment life[] = {
        segment_of(1, client, server, TL_SYN, 7, 0),
        segment_of(2, server, client, TL_SYN | TL_ACK, 90, 8),
        segment_of(3, client, server, TL_ACK, 8, 91),
        segment_of(4, client, server, TL_FIN | TL_ACK, 8, 91),
        segment_of(5, server, client, TL_FIN | TL_ACK, 91, 9),
        segment_of(6, client, server, TL_ACK, 9, 92),
        segment_of(7, client, server, TL_ACK, 9, 92),
    };

    (void)state;
    /* The clock is set while the handshake goes on: round trips of centuries. */
    life[0].time_ns = -TL_TIME_LIMIT_NS;
    life[1].time_ns = 1;
    for (size_t i = 2; i < sizeof life / sizeof life[0]; i++)
        life[i].time_ns = TL_TIME_LIMIT_NS;
    for (size_t i = 0; i < sizeof life / sizeof life[0]; i++)
        c = feed(tracker, life[i], &sender);
    assert_int_equal(tl_connection_state(c, TL_CLIENT), TL_TIME_WAIT);
    assert_true(c->round_trip_us > 0);
    tl_tracker_free(tracker);
}

/* Lives of many connections at the same time, some on sockets that were used before, some of IPv6, in
 * pieces of all lengths: more than the table has room for at first. */
static void together_as_one_after_the_other(void **state)
{
    enum { SEGMENTS = 40000, HOSTS = 1500 };
    static const struct {
        bool to_server;
        uint8_t flags;
        tl_seq seq, ack;
    } life[] = {{true, TL_SYN, 100, 0},           {false, TL_SYN | TL_ACK, 300, 101},
                {true, TL_ACK, 101, 301},         {true, TL_ACK, 101, 301},
                {false, TL_FIN | TL_ACK, 301, 101}, {true, TL_FIN | TL_ACK, 101, 302},
                {false, TL_ACK, 302, 102}};
    struct tl_tracker *one = new_tracker(), *together = new_tracker();
    static struct tl_segment segments[SEGMENTS];
    static struct tl_taken taken[SEGMENTS];
    static uint32_t lived[HOSTS] = {0};
    uint32_t random = 1;
    enum tl_role sender;

    (void)state;
    for (uint32_t i = 0; i < SEGMENTS; i++) {
        const uint32_t host = (random = random * 1664525 + 1013904223) >> 12;
        struct tl_socket server = socket_of(1, 80), client = socket_of(2 + host % HOSTS, 5000);
        const uint32_t step = lived[host % HOSTS]++ % 7, lap = lived[host % HOSTS] / 7 * 10000;

        if (host % 3 == 0)
            server.address_length = client.address_length = 16;
        segments[i] = life[step].to_server
                          ? segment_of(i + 1, client, server, life[step].flags,
                                       life[step].seq + lap, life[step].ack + lap)
                          : segment_of(i + 1, server, client, life[step].flags,
                                       life[step].seq + lap, life[step].ack + lap);
        segments[i].time_ns = (int64_t)i * 100000000;
    }
    for (uint32_t i = 0, count; i < SEGMENTS; i += count) {
        count = i % 97 < SEGMENTS - i ? i % 97 : SEGMENTS - i;
        count += !count;
        tl_tracker_segments(together, &segments[i], count, &taken[i]);
    }
    for (uint32_t i = 0; i < SEGMENTS; i++) {
        const struct tl_connection *c = tl_tracker_segment(one, &segments[i], &sender);

        assert_int_equal(taken[i].connection->number, c->number);
        assert_int_equal(taken[i].sender, sender);
    }
    assert_true(tl_tracker_connection_count(one) > HOSTS);
    assert_int_equal(tl_tracker_connection_count(one), tl_tracker_connection_count(together));
    for (uint32_t n = 0; n < tl_tracker_connection_count(one); n++) {
        const struct knowledge a = knowledge(tl_tracker_connection(one, n));
        const struct knowledge b = knowledge(tl_tracker_connection(together, n));

        assert_memory_equal(&a, &b, sizeof a);
    }
    tl_tracker_free(one);
    tl_tracker_free(together);
}

static void assert_part(struct tl_tracker *tracker, const struct tl_segment *segment,
                        uint32_t number, enum tl_state client, enum tl_state server,
                        uint32_t change_count)
{
    enum tl_role sender;
    const struct tl_change *first;
    const struct tl_connection *c = tl_tracker_find_segment(tracker, segment, &sender);
    struct tl_states states;

    assert_non_null(c);
    assert_int_equal(c->number, number);
    states = tl_change_log_states_at_part(&c->log, segment->frame, segment->part);
    assert_int_equal(states.state[TL_CLIENT], client);
    assert_int_equal(states.state[TL_SERVER], server);
    assert_int_equal(tl_change_log_at_part(&c->log, segment->frame, segment->part, &first),
                     change_count);
    for (uint32_t i = 0; i < change_count; i++)
        assert_int_not_equal(first[i].kind, TL_PART);
}

/* One frame holds a refused attempt, the next one, and the next one's answer. */
static void a_life_begins_in_the_middle_of_a_frame(void **state)
{
    struct tl_tracker *tracker = new_tracker();
    struct tl_socket server = socket_of(1, 80), client = socket_of(2, 5000);
    struct tl_segment parts[4] = {
        part_of(segment_of(7, client, server, TL_SYN, 100, 0), 0),
        part_of(segment_of(7, server, client, TL_RST | TL_ACK, 0, 101), 1),
        part_of(segment_of(7, client, server, TL_SYN, 500000, 0), 2),
        part_of(segment_of(7, server, client, TL_SYN | TL_ACK, 300, 500001), 3),
    };
    enum tl_role sender;

    (void)state;
    for (unsigned i = 0; i < 4; i++)
        feed(tracker, parts[i], &sender);
    assert_int_equal(tl_tracker_connection_count(tracker), 2);
    for (unsigned round = 0; round < 2; round++) {
        assert_part(tracker, &parts[3], 1, TL_ESTABLISHED, TL_SYN_RECEIVED, 2);
        assert_part(tracker, &parts[0], 0, TL_SYN_SENT, TL_SYN_RECEIVED, 2);
        assert_part(tracker, &parts[2], 1, TL_SYN_SENT, TL_SYN_RECEIVED, 3);
        assert_part(tracker, &parts[1], 0, TL_CLOSED, TL_CLOSED, 3);
    }
    tl_tracker_free(tracker);
}

/* `tshark -2 -R` gives the number of a frame that it drops to the next one. */
static void frames_that_share_a_number(void **state)
{
    struct tl_tracker *tracker = new_tracker();
    struct tl_socket server = socket_of(1, 80), client = socket_of(2, 5000);
    struct tl_segment segments[] = {
        segment_of(1, client, server, TL_SYN, 100, 0),
        segment_of(1, server, client, TL_SYN | TL_ACK, 300, 101),
        segment_of(1, client, server, TL_ACK, 101, 301),
        part_of(segment_of(1, client, server, TL_ACK | TL_FIN, 101, 301), 1),
        segment_of(2, server, client, TL_ACK, 301, 102),
    };
    enum tl_role sender;

    (void)state;
    for (unsigned i = 0; i < 5; i++)
        feed(tracker, segments[i], &sender);
    assert_part(tracker, &segments[2], 0, TL_ESTABLISHED, TL_ESTABLISHED, 3);
    /* Both ends' states, and how long it had been silent. */
    assert_part(tracker, &segments[3], 0, TL_FIN_WAIT_1, TL_CLOSE_WAIT, 3);
    assert_part(tracker, &segments[4], 0, TL_FIN_WAIT_2, TL_CLOSE_WAIT, 3);
    tl_tracker_free(tracker);
}

static struct tl_segment in_network(struct tl_segment segment, uint32_t network)
{
    segment.network = network;
    return segment;
}

/* Each of two tenants opens, is refused, and opens again: every segment finds its own life again. */
static void tenants_have_lives_of_their_own(void **state)
{
    enum { ROUNDS = 5 };
    struct tl_tracker *tracker = new_tracker();
    struct tl_socket server = socket_of(1, 80), client = socket_of(2, 5000);
    struct tl_segment segments[ROUNDS * 4];
    uint32_t number[ROUNDS * 4], count = 0;
    enum tl_role sender, found;

    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++)
        for (uint32_t step = 0; step < 4; step++) {
            const uint32_t network = step % 2;
            const tl_seq isn = 2000000000 * network + round * 1000000;

            segments[count] =
                in_network(step < 2 ? segment_of(count + 1, client, server, TL_SYN, isn, 0)
                                    : segment_of(count + 1, server, client, TL_RST | TL_ACK, 0, isn + 1),
                           network ? 20 : 10);
            number[count] = feed(tracker, segments[count], &sender)->number;
            assert_int_equal(number[count], 2 * round + network);
            count++;
        }
    for (uint32_t n = 0; n < 200; n++) {
        const uint32_t i = n * 7 % count;
        const struct tl_connection *c = tl_tracker_find_segment(tracker, &segments[i], &found);

        assert_int_equal(c->number, number[i]);
        assert_int_equal(found, i % 4 < 2 ? TL_CLIENT : TL_SERVER);
    }
    assert_int_equal(tl_tracker_previous(tracker, tl_tracker_connection(tracker, 5))->number, 3);
    assert_int_equal(tl_tracker_next(tracker, tl_tracker_connection(tracker, 5))->number, 7);
    assert_null(tl_tracker_previous(tracker, tl_tracker_connection(tracker, 1)));
    tl_tracker_free(tracker);
    assert_int_equal(live_bytes, 0);
}

/* Nothing is written down for the parts of a frame in which nothing changes. */
static void ordinary_parts_leave_nothing(void **state)
{
    struct tl_tracker *tracker = new_tracker();
    struct tl_socket server = socket_of(1, 80), client = socket_of(2, 5000);
    struct tl_connection *c = NULL;
    enum tl_role sender;
    uint32_t count = 0;

    (void)state;
    feed(tracker, segment_of(1, client, server, TL_SYN, 100, 0), &sender);
    feed(tracker, segment_of(2, server, client, TL_SYN | TL_ACK, 300, 101), &sender);
    for (uint32_t i = 0; i < 1000; i++) {
        struct tl_segment segment = segment_of(3 + i / 4, client, server, TL_ACK, 101 + i, 301);

        segment.length = 1;
        c = feed(tracker, part_of(segment, i % 4), &sender);
        if (i == 3)
            count = c->log.count;
    }
    assert_int_equal(c->log.count, count);
    tl_tracker_free(tracker);
}

static int start_unlimited(void **state)
{
    (void)state;
    allowed = -1;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_frame_finds_its_connection_again),
        cmocka_unit_test(unknown_sockets_and_frames_find_nothing),
        cmocka_unit_test(families_are_kept_apart),
        cmocka_unit_test(roles_in_mid_stream),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(a_fin_waits_for_all_holes),
        cmocka_unit_test(syn_flood),
        cmocka_unit_test(time_wait_at_the_end_of_time),
        cmocka_unit_test(a_life_begins_in_the_middle_of_a_frame),
        cmocka_unit_test(frames_that_share_a_number),
        cmocka_unit_test(tenants_have_lives_of_their_own),
        cmocka_unit_test(ordinary_parts_leave_nothing),
        cmocka_unit_test(together_as_one_after_the_other),
    };

    return cmocka_run_group_tests(tests, start_unlimited, NULL);
}
