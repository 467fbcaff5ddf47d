/* How fast the core is, and how much memory it takes, without Wireshark around it.
 *
 *     bench_core [--connections MOST] [--runs N] [--segments N]
 *
 * A figure is the best of N runs: whatever else the machine does can only make one slower. The
 * segments of a batch are made before the clock starts, so that only the tracker is timed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include "tcplife/tracker.h"

#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct {
    uint32_t connections; /* the most of the curve */
    uint32_t runs;
    uint32_t segments; /* at least so many are timed in each run */
} options = {.connections = 10000000, .runs = 5, .segments = 4000000};

/* ---- an allocator that counts ------------------------------------------------------------------ */

static struct {
    size_t bytes, blocks;
} memory_use;

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    void *result;

    (void)ctx;
    memory_use.bytes += new_size - old_size;
    memory_use.blocks += (size_t)(block == NULL) - (size_t)(new_size == 0);
    if (!new_size) {
        free(block);
        return NULL;
    }
    result = realloc(block, new_size);
    if (!result) {
        fprintf(stderr, "bench_core: memory ran out; --connections limits what is needed\n");
        exit(1);
    }
    return result;
}

/* ---- cache misses, where the processor lets itself be asked -------------------------------------- */

static int miss_counter = -1;

static void open_miss_counter(void)
{
    struct perf_event_attr attributes = {.type = PERF_TYPE_HARDWARE,
                                         .size = sizeof attributes,
                                         .config = PERF_COUNT_HW_CACHE_MISSES,
                                         .disabled = 1,
                                         .exclude_kernel = 1,
                                         .exclude_hv = 1};

    miss_counter = (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
}

static void count_misses(bool on)
{
    if (miss_counter >= 0)
        ioctl(miss_counter, on ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE, 0);
}

static uint64_t misses_so_far(void)
{
    uint64_t count = 0;

    if (miss_counter >= 0 && read(miss_counter, &count, sizeof count) != (ssize_t)sizeof count)
        count = 0;
    return count;
}

/* ---- segments ---------------------------------------------------------------------------------- */

/* One at a time, a segment is in the cache when it is taken: its caller has just filled it. */
enum { BATCH = 512, BATCH_OF_SINGLE_ONES = 64 };
enum { DATA = 1448, SERVER_ISS = 0x70000000, CLIENT_ISS = 0x30000000, WINDOW = 2000 };

struct range {
    struct tl_tracker *tracker;
    uint32_t frame;
    int64_t now_ns;
    uint64_t fed;
    double seconds;
    uint64_t misses;
    bool together; /* the segments of a batch are given to the tracker in one call */
    struct tl_segment batch[BATCH];
    struct tl_taken taken[BATCH];
    uint32_t batched;
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static enum tl_checksum good_checksum(const struct tl_segment *segment)
{
    (void)segment;
    return TL_CHECKSUM_GOOD;
}

static void feed_batch(struct range *range)
{
    enum tl_role sender;
    uint64_t misses = misses_so_far();
    double start;

    count_misses(true);
    start = now();
    if (range->together)
        tl_tracker_segments(range->tracker, range->batch, range->batched, range->taken);
    else
        for (uint32_t i = 0; i < range->batched; i++)
            tl_tracker_segment(range->tracker, &range->batch[i], &sender);
    range->seconds += now() - start;
    count_misses(false);
    range->misses += misses_so_far() - misses;
    range->fed += range->batched;
    range->batched = 0;
}

/* The client of connection number n; all have the same server. */
static struct tl_socket client_of(uint32_t n)
{
    struct tl_socket socket = {.port = (uint16_t)(1024 + n % 64000), .family = 2, .address_length = 4};
    uint32_t host = 0x0a000000 + n / 64000 * 7919;

    memcpy(socket.address, &host, sizeof host);
    return socket;
}

static const struct tl_socket server = {
    .address = {192, 0, 2, 1}, .port = 80, .family = 2, .address_length = 4};

static struct tl_segment *add(struct range *range, uint32_t connection, enum tl_role from,
                              uint8_t flags, uint32_t seq, uint32_t ack, uint32_t length)
{
    struct tl_segment *s;

    if (range->batched == (range->together ? BATCH : BATCH_OF_SINGLE_ONES))
        feed_batch(range);
    s = &range->batch[range->batched++];
    range->frame += range->frame < UINT32_MAX;
    range->now_ns += 1000;
    *s = (struct tl_segment){
        .frame = range->frame,
        .time_ns = range->now_ns,
        .source = from == TL_CLIENT ? client_of(connection) : server,
        .destination = from == TL_CLIENT ? server : client_of(connection),
        .seq = (from == TL_CLIENT ? CLIENT_ISS : SERVER_ISS) + seq,
        .ack = (from == TL_CLIENT ? SERVER_ISS : CLIENT_ISS) + ack,
        .length = length,
        .window = WINDOW,
        .window_scale = flags & TL_SYN ? 7 : -1,
        .flags = flags,
        .has_timestamps = true,
        .ts_val = (uint32_t)(range->now_ns / 1000000),
        .ts_ecr = (uint32_t)(range->now_ns / 1000000),
        .has_ip_id = true,
        .ip_id = (uint16_t)(range->frame | 1),
        .checksum = good_checksum,
    };
    return s;
}

static void add_handshake(struct range *range, uint32_t connection)
{
    add(range, connection, TL_CLIENT, TL_SYN, 0, 0, 0)->ack = 0;
    add(range, connection, TL_SERVER, TL_SYN | TL_ACK, 0, 1, 0);
    add(range, connection, TL_CLIENT, TL_ACK, 1, 1, 0);
}

/* In two rounds the server sends two segments of data, in the third the client acknowledges. */
static void add_data(struct range *range, uint32_t connection, uint64_t round)
{
    uint32_t sent = 1 + (uint32_t)((round / 3 * 2 + round % 3) * DATA);

    if (round % 3 < 2)
        add(range, connection, TL_SERVER, TL_ACK, sent, 1, DATA);
    else
        add(range, connection, TL_CLIENT, TL_ACK, 1, sent, 0);
}

static void add_teardown(struct range *range, uint32_t connection, uint64_t rounds)
{
    uint32_t sent = 1 + (uint32_t)(rounds / 3 * 2 * DATA);

    add(range, connection, TL_CLIENT, TL_ACK | TL_FIN, 1, sent, 0);
    add(range, connection, TL_SERVER, TL_ACK, sent, 2, 0);
    add(range, connection, TL_SERVER, TL_ACK | TL_FIN, sent, 2, 0);
    add(range, connection, TL_CLIENT, TL_ACK, 2, sent + 1, 0);
}

static void begin(struct range *range)
{
    struct tl_memory memory = {.resize = resize};
    struct tl_config config = {.msl_ns = TL_DEFAULT_MSL_NS,
                               .close_wait_limit_ns = 60 * INT64_C(1000000000),
                               .syn_flood_threshold = 100,
                               .syn_flood_window_ns = 10 * INT64_C(1000000000),
                               .seed = {0x0123456789abcdef, 0xfedcba9876543210}};

    memset(range, 0, sizeof *range);
    memset(&memory_use, 0, sizeof memory_use);
    range->tracker = tl_tracker_new(&memory, &config);
    range->now_ns = INT64_C(1700000000000000000);
    if (!range->tracker)
        exit(1);
}

static void restart_clock(struct range *range)
{
    feed_batch(range);
    range->seconds = 0;
    range->fed = range->misses = 0;
}

static void end(struct range *range)
{
    tl_tracker_free(range->tracker);
    range->tracker = NULL;
}

/* ---- figures ----------------------------------------------------------------------------------- */

struct figure {
    double rate; /* segments a second */
    double misses; /* of the cache, a segment */
    double bytes, blocks; /* a connection */
};

static void take(struct figure *best, struct range *range)
{
    double rate;

    feed_batch(range);
    rate = (double)range->fed / range->seconds;
    if (rate > best->rate) {
        best->rate = rate;
        best->misses = (double)range->misses / (double)range->fed;
    }
    best->bytes = (double)memory_use.bytes / tl_tracker_connection_count(range->tracker);
    best->blocks = (double)memory_use.blocks / tl_tracker_connection_count(range->tracker);
}

static void print(const char *what, const struct figure *figure)
{
    printf("%-52s %6.1f M/s %6.1f ns", what, figure->rate / 1e6, 1e9 / figure->rate);
    if (miss_counter >= 0)
        printf(" %5.2f misses", figure->misses);
    if (figure->bytes > 0 && figure->bytes < 100000)
        printf("  %5.0f bytes in %4.2f blocks a connection", figure->bytes, figure->blocks);
    printf("\n");
    fflush(stdout);
}

/* Connections in which data flows. All get a segment in turn: in the order in which they began, or
 * in an order that no prefetcher foresees; one at a time, or several together. */
static void bench_established(uint32_t connections, bool shuffled, bool together, const char *words)
{
    /* Prime, and no divisor of a power of ten; the golden ratio of 2^32. */
    const uint64_t stride = shuffled ? UINT64_C(2654435761) : 1;
    struct figure best = {0};
    struct range range;
    char what[100];

    snprintf(what, sizeof what, "%s%s%s", words,
             connections == 1 ? ""
             : shuffled       ? ", in no order"
                              : ", in turn",
             together ? ", together" : "");
    begin(&range);
    range.together = together;
    for (uint32_t i = 0; i < connections; i++)
        add_handshake(&range, i);
    for (uint64_t run = 0, round = 0; run <= options.runs; run++) {
        restart_clock(&range);
        /* The first run only warms up: it makes the connections' first data. */
        for (uint64_t fed = 0; fed < (run ? options.segments : 3 * (uint64_t)connections);
             fed += connections, round++)
            for (uint64_t i = 0; i < connections; i++)
                add_data(&range, (uint32_t)(i * stride % connections), round);
        if (run)
            take(&best, &range);
    }
    end(&range);
    print(what, &best);
}

static void bench_curve(void)
{
    char what[100];

    for (uint32_t connections = 1000; connections <= options.connections; connections *= 10) {
        snprintf(what, sizeof what, "%" PRIu32 " connections", connections);
        for (int way = 0; way < 4; way++)
            bench_established(connections, way & 1, way & 2, what);
        if (connections > UINT32_MAX / 10)
            break;
    }
}

/* The same connection all the time: the cost of a segment must not grow with what came before. */
static void bench_age(void)
{
    struct range range;
    char what[100];

    begin(&range);
    add_handshake(&range, 0);
    restart_clock(&range);
    for (uint64_t age = 0, next = 1000; next <= 100000000; next *= 10) {
        struct figure figure = {0};

        for (; age < next; age++)
            add_data(&range, 0, age);
        take(&figure, &range);
        restart_clock(&range);
        snprintf(what, sizeof what, "one connection, up to its %" PRIu64 "th segment", next);
        print(what, &figure);
    }
    end(&range);
}

/* Keepalive probes that nobody answers: each is two changes. */
static void bench_changes(void)
{
    struct range range;
    char what[100];

    begin(&range);
    add_handshake(&range, 0);
    add_data(&range, 0, 0);
    add_data(&range, 0, 1);
    add_data(&range, 0, 2);
    restart_clock(&range);
    for (uint64_t age = 0, next = 1000; next <= 1000000; next *= 10) {
        struct figure figure = {0};

        for (; age < next; age++) {
            range.now_ns += 10 * INT64_C(1000000000);
            add(&range, 0, TL_CLIENT, TL_ACK, 0, 1 + 2 * DATA, 0);
        }
        take(&figure, &range);
        restart_clock(&range);
        snprintf(what, sizeof what, "one connection, up to its %" PRIu64 "th keepalive probe", next);
        print(what, &figure);
    }
    end(&range);
}

enum life { ONLY_SYN, ONLY_HANDSHAKE, WHOLE_LIFE };

/* New connections all the time, one after the other. */
static void bench_lives(enum life life, uint32_t connections, const char *what)
{
    struct figure best = {0};

    for (uint32_t run = 0; run < options.runs; run++) {
        struct range range;

        begin(&range);
        for (uint32_t i = 0; i < connections; i++) {
            if (life == ONLY_SYN) {
                add(&range, i, TL_CLIENT, TL_SYN, 0, 0, 0);
                continue;
            }
            add_handshake(&range, i);
            if (life == ONLY_HANDSHAKE)
                continue;
            for (uint64_t round = 0; round < 9; round++)
                add_data(&range, i, round);
            add_teardown(&range, i, 9);
        }
        take(&best, &range);
        end(&range);
    }
    print(what, &best);
}

static void usage(void)
{
    fprintf(stderr, "usage: bench_core [--connections MOST] [--runs N] [--segments N]\n");
    exit(2);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        uint32_t *value;
    } numbers[] = {{"--connections", &options.connections},
                   {"--runs", &options.runs},
                   {"--segments", &options.segments}};
    uint32_t many;

    for (int i = 1; i < argc; i += 2) {
        size_t n = 0;

        while (n < 3 && strcmp(argv[i], numbers[n].name) != 0)
            n++;
        if (n == 3 || i + 1 == argc)
            usage();
        *numbers[n].value = (uint32_t)strtoul(argv[i + 1], NULL, 10);
        if (!*numbers[n].value)
            usage();
    }
    many = options.connections < 100000 ? options.connections : 100000;
    open_miss_counter();
    printf("best of %" PRIu32 " runs; cache misses %s\n", options.runs,
           miss_counter >= 0 ? "counted" : "cannot be counted on this machine");

    bench_established(1, false, false, "one connection");
    for (int way = 0; way < 4; way++)
        bench_established(many, way & 1, way & 2, "many interleaved connections");
    bench_lives(ONLY_SYN, many, "a SYN each");
    bench_lives(ONLY_HANDSHAKE, many, "a handshake each");
    bench_lives(WHOLE_LIFE, many, "a whole life each (16 segments)");
    bench_curve();
    bench_age();
    bench_changes();
    return 0;
}
