/* What the core allocates is bounded by connections and changes, never by packets or by numbers
 * in them: docs/memory.md states the bounds and what is measured here.
 *
 *     test_memory [CONNECTIONS_OR_SEGMENTS]    prints the numbers; 2000000 for those of the document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/record/environment.h"
#include "heap.h"
#include "tcplife/tracker.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the bounds (docs/memory.md has the same, for 64-bit machines) ------------------------------- */

enum {
    /* A connection, its place in the tables and its first two changes. */
    BYTES_PER_CONNECTION = 308,
    /* What a connection gets with the first thing that most never do, e.g. a retransmission. */
    BYTES_PER_ODD_CONNECTION = 352,
    /* An entry of the log has 16; a log is allocated with some to spare. */
    BYTES_PER_CHANGE = 18,
    BYTES_PER_CHANGE_OF_A_SHORT_LOG = 28, /* below 64 changes */
    /* A server with half-open connections, for the SYN flood watch. */
    BYTES_PER_SERVER = 112,
    /* An end with holes in its captured data. */
    BYTES_PER_END_WITH_HOLES = 136,
    /* The tracker, the tables' smallest sizes, the capture's last segments, and hosts by address. */
    BYTES_TO_BEGIN_WITH = 49152 + 32768 * 40 + 1024 * 28,
    /* The room for the capture's last segments is made in so many steps. */
    CALLS_FOR_RECENT_SEGMENTS = 7,
    /* Of allocations, which have a price of their own, per 100 connections. */
    BLOCKS_PER_100_CONNECTIONS = 103,

    /* No segment, however crafted, makes more… */
    CHANGES_PER_SEGMENT = 16,
    /* …nor do any few segments that are repeated, on average. */
    CHANGES_PER_REPEATED_SEGMENT = 8
};

static void assert_at_most(size_t value, size_t bound)
{
    if (value > bound)
        fail_msg("%zu is more than %zu", value, bound);
}

static uint32_t scale = 100000;

/* ---- an allocator that counts ------------------------------------------------------------------ */

static struct {
    size_t bytes, blocks;
    size_t calls; /* allocated or resized */
} memory_use;

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    memory_use.bytes += new_size - old_size;
    memory_use.blocks += (size_t)(block == NULL) - (size_t)(new_size == 0);
    memory_use.calls++;
    return heap_resize(ctx, block, old_size, new_size);
}

/* ---- segments ---------------------------------------------------------------------------------- */

enum { CLIENT_ISS = 1000, SERVER_ISS = 500000 };

/* A segment, in the connection's numbers: `seq` from its sender's ISS, `ack` from the other's. */
struct shot {
    enum tl_role sender;
    uint8_t flags;
    uint32_t seq, ack, length;
    uint32_t pause_ms;
    uint32_t step; /* from one round to the next, seq grows by so much… */
    uint32_t ack_step; /* …and ack by so much */
    uint32_t sack_from, sack_to; /* of the other end's numbers */
};

struct range {
    struct tl_tracker *tracker;
    struct tl_connection *connection;
    uint32_t frame;
    int64_t now_ns;
    struct tl_socket socket[2];
};

static enum tl_checksum good_checksum(const struct tl_segment *segment)
{
    (void)segment;
    return TL_CHECKSUM_GOOD;
}

static struct tl_socket socket_of(uint32_t host, uint16_t port)
{
    struct tl_socket socket = {.port = port, .family = 2, .address_length = 4};

    memcpy(socket.address, &host, sizeof host);
    return socket;
}

static struct range new_range(void)
{
    struct tl_memory memory = {.resize = resize};
    struct tl_config config = {.msl_ns = TL_DEFAULT_MSL_NS,
                               .close_wait_limit_ns = 60 * INT64_C(1000000000),
                               .syn_flood_threshold = 100,
                               .syn_flood_window_ns = 10 * INT64_C(1000000000),
                               .seed = {1, 2}};
    struct range range = {.socket = {socket_of(0x0a000001, 40000), socket_of(0x0a000002, 80)}};

    memset(&memory_use, 0, sizeof memory_use);
    range.tracker = tl_tracker_new(&memory, &config);
    assert_non_null(range.tracker);
    return range;
}

static void end_range(struct range *range)
{
    assert_false(tl_tracker_out_of_memory(range->tracker));
    tl_tracker_free(range->tracker);
    assert_int_equal(memory_use.bytes, 0);
    assert_int_equal(memory_use.blocks, 0);
}

/* gcc 12's analyzer loses sight of the tables of shots below, which are constant. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wunknown-warning-option"
#pragma GCC diagnostic ignored "-Wanalyzer-use-of-uninitialized-value"
static struct tl_connection *feed(struct range *range, const struct shot *shot, uint32_t round)
{
    enum tl_role sender;
    const tl_seq iss[2] = {CLIENT_ISS, SERVER_ISS};
    struct tl_segment segment = {
        .frame = ++range->frame,
        .source = range->socket[shot->sender],
        .destination = range->socket[tl_other(shot->sender)],
        .seq = iss[shot->sender] + shot->seq + round * shot->step,
        .ack = iss[tl_other(shot->sender)] + shot->ack + round * shot->ack_step,
        .length = shot->length,
        .window = 60000,
        .window_scale = -1,
        .flags = shot->flags,
        .checksum = good_checksum,
        .has_ip_id = true,
        .ip_id = (uint16_t)(range->frame % 65535 + 1),
        .sack_count = shot->sack_to != 0,
    };

    segment.sack[0].start = iss[tl_other(shot->sender)] + shot->sack_from;
    segment.sack[0].end = iss[tl_other(shot->sender)] + shot->sack_to;
    range->now_ns += (int64_t)shot->pause_ms * 1000000 + 20000;
    segment.time_ns = range->now_ns;
    range->connection = tl_tracker_segment(range->tracker, &segment, &sender);
    assert_non_null(range->connection);
    return range->connection;
}
#pragma GCC diagnostic pop

#define C TL_CLIENT
#define S TL_SERVER
static const struct shot handshake[] = {
    {C, TL_SYN, 0, 0, 0, 1, 0, 0, 0, 0},
    {S, TL_SYN | TL_ACK, 0, 1, 0, 1, 0, 0, 0, 0},
    {C, TL_ACK, 1, 1, 0, 1, 0, 0, 0, 0},
};
static const struct shot rest_of_life[] = {
    {C, TL_ACK | TL_PSH, 1, 1, 100, 1, 0, 0, 0, 0},
    {S, TL_ACK | TL_PSH, 1, 101, 1000, 1, 0, 0, 0, 0},
    {C, TL_ACK | TL_FIN, 101, 1001, 0, 1, 0, 0, 0, 0},
    {S, TL_ACK, 1001, 102, 0, 1, 0, 0, 0, 0},
    {S, TL_ACK | TL_FIN, 1001, 102, 0, 1, 0, 0, 0, 0},
    {C, TL_ACK, 102, 1002, 0, 1, 0, 0, 0, 0},
};

static void feed_all(struct range *range, const struct shot *shots, size_t count)
{
    for (size_t i = 0; i < count; i++)
        feed(range, &shots[i], 0);
}
#define FEED(range, shots) feed_all(range, shots, sizeof(shots) / sizeof(shots)[0])

static void meet_next_client(struct range *range, uint32_t number)
{
    range->socket[TL_CLIENT] =
        socket_of(number * UINT32_C(2654435761), (uint16_t)(1024 + number % 60000));
}

static void print_per_connection(const char *what, const struct range *range)
{
    const double count = tl_tracker_connection_count(range->tracker);

    printf("%-34s %8.0f connections  %6.1f bytes and %4.2f blocks each\n", what, count,
           (double)memory_use.bytes / count, (double)memory_use.blocks / count);
}

/* ---- (a) many connections ---------------------------------------------------------------------- */

static void syns_from_anywhere_have_a_price(void **state)
{
    struct range range = new_range();

    (void)state;
    for (uint32_t i = 0; i < scale; i++) {
        meet_next_client(&range, i);
        feed(&range, &handshake[0], 0);
    }
    assert_int_equal(tl_tracker_connection_count(range.tracker), scale);
    print_per_connection("a SYN", &range);
    assert_at_most(memory_use.bytes,
                   BYTES_TO_BEGIN_WITH + (size_t)BYTES_PER_CONNECTION * scale);
    assert_at_most(memory_use.blocks, 100 + (size_t)BLOCKS_PER_100_CONNECTIONS * scale / 100);
    end_range(&range);
}

/* Each SYN to another server too, and answered: the watch for SYN floods has to know them all. */
static void half_open_connections_to_many_servers_have_a_price(void **state)
{
    struct range range = new_range();

    (void)state;
    for (uint32_t i = 0; i < scale; i++) {
        meet_next_client(&range, i);
        range.socket[TL_SERVER] = socket_of(i, 80);
        feed(&range, &handshake[0], 0);
        feed(&range, &handshake[1], 0);
    }
    print_per_connection("SYN and SYN,ACK, other servers", &range);
    assert_at_most(memory_use.bytes,
                   BYTES_TO_BEGIN_WITH +
                       (size_t)(BYTES_PER_CONNECTION + BYTES_PER_SERVER +
                                4 * BYTES_PER_CHANGE_OF_A_SHORT_LOG) *
                           scale);
    end_range(&range);
}

static void ordinary_lives_have_a_price(void **state)
{
    struct range range = new_range();
    size_t changes = 0;

    (void)state;
    for (uint32_t i = 0; i < scale; i++) {
        meet_next_client(&range, i);
        FEED(&range, handshake);
        FEED(&range, rest_of_life);
        changes += range.connection->log.count;
    }
    print_per_connection("a whole life", &range);
    printf("%34s %.1f changes each\n", "", (double)changes / scale);
    assert_at_most(memory_use.bytes,
                   BYTES_TO_BEGIN_WITH + (size_t)BYTES_PER_CONNECTION * scale +
                       changes * BYTES_PER_CHANGE_OF_A_SHORT_LOG);
    end_range(&range);
}

/* All on the same two sockets. */
static void incarnations_have_a_price(void **state)
{
    struct shot syn = handshake[0];
    struct shot refused = {S, TL_RST | TL_ACK, 0, 1, 0, 1, 0, 0, 0, 0};
    struct range range = new_range();
    size_t changes = 0;

    (void)state;
    for (uint32_t i = 0; i < scale; i++) {
        /* The same SYN again would be the same attempt. */
        syn.seq = i * 64000;
        refused.ack = syn.seq + 1;
        feed(&range, &syn, 0);
        changes += feed(&range, &refused, 0)->log.count;
    }
    assert_int_equal(tl_tracker_connection_count(range.tracker), scale);
    print_per_connection("refused, same sockets", &range);
    assert_at_most(memory_use.bytes,
                   BYTES_TO_BEGIN_WITH + (size_t)BYTES_PER_CONNECTION * scale +
                       changes * BYTES_PER_CHANGE_OF_A_SHORT_LOG);
    end_range(&range);
}

/* ---- (b) to (d) one connection ----------------------------------------------------------------- */

/* clang-format off: a table */
/* Rounds of the same segments, behind a handshake (or not). */
struct flood {
    const char *what;
    bool opened; /* the handshake comes first */
    double changes; /* at most so many a segment, in the long run; 0: none */
    struct shot shots[6];
};

static const struct flood floods[] = {
    {"data", true, 0,
     {{C, TL_ACK, 1, 1, 1000, 1, 1000, 0, 0, 0}, {S, TL_ACK, 1, 1001, 0, 1, 0, 1000, 0, 0}}},
    {"data, retransmitted at once", true, 0, {{C, TL_ACK, 1, 1, 1000, 20, 0, 0, 0, 0}}},
    {"data, retransmitted for ever", true, 0, {{C, TL_ACK, 1, 1, 1000, 300, 0, 0, 0, 0}}},
    {"data with a hole before each", true, 0, {{C, TL_ACK, 10001, 1, 1000, 1, 2000, 0, 0, 0}}},
    {"data, acknowledged with SACK", true, 0,
     {{C, TL_ACK, 1001, 1, 1000, 1, 1000, 0, 0, 0}, {S, TL_ACK, 1, 1, 0, 1, 0, 0, 1001, 2001}}},
    {"acknowledgements", true, 0, {{C, TL_ACK, 1, 1, 0, 5, 0, 0, 0, 0}}},
    {"segments beyond the window", true, 0, {{C, TL_ACK, 0x40000000, 1, 9, 5, 977, 0, 0, 0}}},
    {"every other segment beyond the window", true, 0.5,
     {{C, TL_ACK, 0x40000000, 1, 9, 5, 977, 0, 0, 0}, {C, TL_ACK, 1, 1, 0, 5, 0, 0, 0, 0}}},
    {"impossible flags", true, 0, {{C, TL_SYN | TL_FIN, 1, 1, 0, 5, 0, 0, 0, 0}}},

    {"SYN again", false, 2, {{C, TL_SYN, 0, 0, 0, 1000, 0, 0, 0, 0}}},
    {"SYN, other ISN", true, 1, {{C, TL_SYN, 77, 0, 0, 1000, 1009, 0, 0, 0}}},
    {"SYN and SYN,ACK again", false, 3,
     {{C, TL_SYN, 0, 0, 0, 1000, 0, 0, 0, 0}, {S, TL_SYN | TL_ACK, 0, 1, 0, 1, 0, 0, 0, 0}}},
    {"SYN,ACK again", false, 2, {{S, TL_SYN | TL_ACK, 0, 1, 0, 1000, 0, 0, 0, 0}}},
    {"SYN,ACK again, open", true, 2.25,
     {{S, TL_SYN | TL_ACK, 0, 1, 0, 1000, 0, 0, 0, 0}, {C, TL_ACK, 1, 1, 0, 500, 0, 0, 0, 0}}},
    {"SYN,ACK of a wrong number", false, 2,
     {{C, TL_SYN, 0, 0, 0, 1000, 0, 0, 0, 0}, {S, TL_SYN | TL_ACK, 0, 9, 0, 1, 0, 0, 0, 0}}},
    {"old duplicate SYN", true, 1, {{C, TL_SYN, 0, 0, 0, 1000, 0, 0, 0, 0}, {S, TL_ACK, 1, 1, 0, 1, 0, 0, 0, 0}}},
    {"blind RST", true, 1, {{S, TL_RST, 5000, 0, 0, 5, 0, 0, 0, 0}}},
    {"blind RST and challenge ACK", true, 1,
     {{S, TL_RST, 5000, 0, 0, 5, 0, 0, 0, 0}, {C, TL_ACK, 1, 1, 0, 1, 0, 0, 0, 0}}},
    {"keepalive, unanswered", true, 2,
     {{C, TL_ACK, 0, 1, 0, 10000, 0, 0, 0, 0}}},
    {"keepalive, answered", true, 0.5,
     {{C, TL_ACK, 0, 1, 0, 10000, 0, 0, 0, 0}, {S, TL_ACK, 1, 1, 0, 1, 0, 0, 0, 0}}},
    {"FIN again", true, 2, {{C, TL_FIN | TL_ACK, 1, 1, 0, 1000, 0, 0, 0, 0}}},
    {"FIN again, acknowledged again", true, 3,
     {{C, TL_FIN | TL_ACK, 1, 1, 0, 1000, 0, 0, 0, 0}, {S, TL_ACK, 1, 2, 0, 1, 0, 0, 0, 0}}},
    {"both FINs again and again", true, 3.34,
     {{C, TL_FIN | TL_ACK, 1, 1, 0, 1000, 0, 0, 0, 0}, {S, TL_FIN | TL_ACK, 1, 2, 0, 300, 0, 0, 0, 0},
      {C, TL_ACK, 2, 2, 0, 1, 0, 0, 0, 0}}},
    {"data after FIN", true, 1.5,
     {{C, TL_FIN | TL_ACK, 1, 1, 0, 0, 0, 0, 0, 0}, {C, TL_ACK, 2, 1, 100, 20, 0, 0, 0, 0}}},
    {"RST, then data all the same", true, 1.34,
     {{S, TL_RST | TL_ACK, 1, 1, 0, 300, 0, 0, 0, 0}, {C, TL_ACK, 1, 1, 100, 300, 100, 0, 0, 0},
      {S, TL_ACK, 1, 1, 100, 300, 100, 100, 0, 0}}},
    {"late segments", true, 0.5,
     {{S, TL_RST | TL_ACK, 1, 1, 0, 0, 0, 0, 0, 0}, {C, TL_ACK, 1, 1, 0, 400, 0, 0, 0, 0}}},
    {"data missed by the capture", true, 0,
     {{C, TL_ACK, 1001, 1, 10, 1, 1010, 0, 0, 0}, {S, TL_ACK, 1, 1011, 0, 1, 0, 1010, 0, 0}}},
};

/* clang-format on */

static void check_flood(const struct flood *flood)
{
    struct range range = new_range();
    const struct tl_change_log *log;
    size_t before, calls, segments = 0;
    uint32_t count;
    double changes;

    if (flood->opened)
        FEED(&range, handshake);
    /* What comes once comes in the first rounds. */
    for (uint32_t round = 0; round < 100; round++)
        for (const struct shot *shot = flood->shots; shot->flags; shot++)
            feed(&range, shot, round);
    log = &range.connection->log;
    count = log->count;
    before = memory_use.bytes;
    calls = memory_use.calls;
    for (uint32_t round = 100; segments < scale; round++)
        for (const struct shot *shot = flood->shots; shot->flags; shot++, segments++)
            feed(&range, shot, round);
    changes = (double)(log->count - count) / (double)segments;
    printf("%-34s %8zu segments  %5.2f changes, %6.2f bytes each%s\n", flood->what, segments, changes,
           (double)(memory_use.bytes - before) / (double)segments,
           tl_tracker_connection_count(range.tracker) > 1 ? "  MANY CONNECTIONS" : "");
    assert_int_equal(tl_tracker_connection_count(range.tracker), 1);
    /* Not a whole number of rounds, or only every second one; and dead_peer is said once, when R2 has passed. */
    assert_true(log->count - count <= flood->changes * 1.01 * (double)segments + 1);
    if (!(flood->changes > 0))
        assert_at_most(memory_use.calls, calls + CALLS_FOR_RECENT_SEGMENTS);
    assert_at_most(memory_use.bytes,
                   BYTES_TO_BEGIN_WITH + BYTES_PER_CONNECTION + BYTES_PER_ODD_CONNECTION +
                       2 * BYTES_PER_END_WITH_HOLES + (size_t)log->count * BYTES_PER_CHANGE);
    end_range(&range);
}

static void only_changes_of_one_connection_have_a_price(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof floods / sizeof floods[0]; i++)
        check_flood(&floods[i]);
}

/* ---- whatever comes ---------------------------------------------------------------------------- */

static uint32_t draw(uint32_t below)
{
    static uint64_t seed = 20240601;

    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(seed >> 33) % below;
}

/* Near the numbers that matter. */
static struct shot random_shot(void)
{
    static const uint8_t flags[] = {TL_SYN, TL_SYN | TL_ACK, TL_ACK, TL_ACK, TL_ACK, TL_ACK | TL_FIN,
                                    TL_ACK | TL_FIN, TL_RST, TL_RST | TL_ACK};
    static const uint32_t pauses[] = {0, 1, 1, 20, 300, 1000, 3000, 70000};
    struct shot shot = {.sender = (enum tl_role)draw(2),
                        .flags = flags[draw(sizeof flags)],
                        .seq = draw(4),
                        .ack = draw(5),
                        .length = draw(4) ? 0 : draw(3),
                        .pause_ms = pauses[draw(8)]};

    if (!draw(4)) {
        shot.sack_from = draw(4);
        shot.sack_to = shot.sack_from + 1;
    }
    return shot;
}

static void print_shot(const struct shot *shot)
{
    printf(" [%s 0x%02x seq %u ack %u len %u +%u ms]", shot->sender == TL_SERVER ? "S" : "C",
           shot->flags, shot->seq, shot->ack, shot->length, shot->pause_ms);
}

static uint32_t count_changes(const struct range *range)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < tl_tracker_connection_count(range->tracker); i++)
        count += tl_tracker_connection(range->tracker, i)->log.count;
    return count;
}

static void no_segment_makes_many_changes(void **state)
{
    struct range range = new_range();
    uint32_t most = 0;

    (void)state;
    for (uint32_t i = 0; i < scale; i++) {
        struct shot shot = random_shot();
        const struct tl_change *first;
        uint32_t made;

        if (i % 20 == 0)
            meet_next_client(&range, i);
        made = tl_change_log_at(&feed(&range, &shot, 0)->log, range.frame, &first);
        if (made > most) {
            most = made;
            printf("%u changes:", made);
            print_shot(&shot);
            printf("\n");
        }
    }
    printf("%-34s %8u segments  %5.2f changes each, %u at most\n", "random segments", scale,
           (double)count_changes(&range) / scale, most);
    assert_at_most(most, CHANGES_PER_SEGMENT);
    end_range(&range);
}

/* Some such segments again and again. */
static void no_flood_makes_many_changes(void **state)
{
    double most = 0;

    (void)state;
    for (uint32_t i = 0; i < scale / 100; i++) {
        struct range range = new_range();
        struct shot shots[4];
        uint32_t count = 1 + draw(4), before = 0;
        double changes;

        for (uint32_t n = 0; n < count; n++)
            shots[n] = random_shot();
        if (draw(2))
            FEED(&range, handshake);
        for (uint32_t round = 0; round < 60; round++) {
            feed_all(&range, shots, count);
            if (round == 9)
                before = count_changes(&range);
        }
        changes = (double)(count_changes(&range) - before) / (50 * count);
        if (changes > most) {
            most = changes;
            printf("%.2f changes a segment:", changes);
            for (uint32_t n = 0; n < count; n++)
                print_shot(&shots[n]);
            printf("\n");
        }
        end_range(&range);
    }
    assert_true(most <= CHANGES_PER_REPEATED_SEGMENT);
}

/* What docs/memory.md says of 64-bit machines. */
static void structures_have_a_size(void **state)
{
    (void)state;
    if (sizeof(void *) != 8)
        return;
    assert_int_equal(sizeof(struct tl_connection), 256);
    assert_int_equal(sizeof(struct tl_kept_end), 48);
    assert_int_equal(sizeof(struct tl_oddities), BYTES_PER_ODD_CONNECTION);
    assert_int_equal(sizeof(struct tl_change), 16);
    assert_int_equal(sizeof(struct tl_ranges) + TL_ISLANDS * sizeof(((struct tl_ranges *)0)->at[0]),
                     BYTES_PER_END_WITH_HOLES);
}

static void print_sizes(void)
{
#define SIZE(type) printf("%-28s %4zu bytes\n", #type, sizeof(type))
    SIZE(struct tl_connection);
    SIZE(struct tl_kept_end);
    SIZE(struct tl_oddities);
    SIZE(struct tl_recent);
    SIZE(struct tl_socket);
    SIZE(struct tl_change);
    SIZE(struct tl_ranges);
#undef SIZE
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structures_have_a_size),
        cmocka_unit_test(syns_from_anywhere_have_a_price),
        cmocka_unit_test(half_open_connections_to_many_servers_have_a_price),
        cmocka_unit_test(ordinary_lives_have_a_price),
        cmocka_unit_test(incarnations_have_a_price),
        cmocka_unit_test(only_changes_of_one_connection_have_a_price),
        cmocka_unit_test(no_segment_makes_many_changes),
        cmocka_unit_test(no_flood_makes_many_changes),
    };

    if (argc > 1)
        scale = (uint32_t)strtoul(argv[1], NULL, 10);
    print_sizes();
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
