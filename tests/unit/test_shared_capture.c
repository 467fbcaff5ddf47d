/* Several trackers that share a capture know of each connection what one knows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "heap.h"
#include "tcplife/tracker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { PARTS = 3, CONNECTIONS = 12, MOST_RECENT = 32768 };

static const int64_t SECOND = 1000000000;
static const struct tl_memory memory = {.resize = heap_resize};

/* One tracker for all, and one for each part. */
struct trackers {
    struct tl_tracker *whole, *part[PARTS];
    uint64_t elsewhere[PARTS]; /* so many segments since its last one */
    bool has_plain[PARTS];
    bool is_told;
    uint32_t frame;
    int64_t now_ns;
};

static void trackers_new(struct trackers *trackers, bool is_told)
{
    const struct tl_config config = {.msl_ns = 30 * SECOND, .seed = {3, 4}};

    *trackers = (struct trackers){.whole = tl_tracker_new(&memory, &config), .is_told = is_told};
    for (int i = 0; i < PARTS; i++)
        trackers->part[i] = tl_tracker_new(&memory, &config);
}

static void trackers_free(struct trackers *trackers)
{
    tl_tracker_free(trackers->whole);
    for (int i = 0; i < PARTS; i++)
        tl_tracker_free(trackers->part[i]);
}

static struct tl_socket socket_of(uint8_t host, uint16_t port)
{
    return (struct tl_socket){
        .address = {10, 0, 0, host}, .port = port, .family = 4, .address_length = 4};
}

static void take(struct trackers *trackers, unsigned client, const struct tl_segment *segment)
{
    const unsigned mine = client % PARTS;
    struct tl_segment s = *segment;
    const bool is_plain = (s.flags & (TL_SYN | TL_FIN | TL_RST | TL_ACK)) == TL_ACK;
    enum tl_role sender;

    s.frame = ++trackers->frame;
    s.time_ns = trackers->now_ns;
    tl_tracker_segment(trackers->whole, &s, &sender);
    if (trackers->is_told)
        tl_tracker_elsewhere(trackers->part[mine], trackers->elsewhere[mine], trackers->has_plain[mine]);
    tl_tracker_segment(trackers->part[mine], &s, &sender);
    for (unsigned i = 0; i < PARTS; i++) {
        trackers->elsewhere[i] = i == mine ? 0 : trackers->elsewhere[i] + 1;
        trackers->has_plain[i] = trackers->has_plain[i] || is_plain;
    }
}

static struct tl_segment segment_of(unsigned client, bool from_client, uint8_t flags, uint32_t seq,
                                    uint32_t ack, uint32_t length)
{
    const struct tl_socket here = socket_of((uint8_t)client, 1000), there = socket_of(200, 80);

    return (struct tl_segment){.source = from_client ? here : there,
                               .destination = from_client ? there : here,
                               .seq = seq,
                               .ack = ack,
                               .length = length,
                               .window = 60000,
                               .window_scale = TL_SCALE_NONE,
                               .flags = flags,
                               .has_ip_id = true,
                               .ip_id = (uint16_t)seq};
}

static void open(struct trackers *trackers, unsigned client)
{
    const struct tl_segment handshake[] = {segment_of(client, true, TL_SYN, 99, 0, 0),
                                           segment_of(client, false, TL_SYN | TL_ACK, 299, 100, 0),
                                           segment_of(client, true, TL_ACK, 100, 300, 0)};

    for (int i = 0; i < 3; i++, trackers->now_ns += 100000)
        take(trackers, client, &handshake[i]);
}

/* So many segments of one connection. */
static void send_much(struct trackers *trackers, unsigned client, uint32_t *seq, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct tl_segment data = segment_of(client, true, TL_ACK, *seq, 300, 1);

        take(trackers, client, &data);
        *seq += 1;
    }
}

static uint32_t keepalive_probes(const struct tl_tracker *tracker, uint32_t number)
{
    return tl_connection_counts(tl_tracker_connection(tracker, number), TL_CLIENT).keepalive_probes;
}

/* A keep-alive probe twice within 10 ms, and so many segments of another connection between them: how many probes are
 * known to the whole capture's tracker, and to the part's? */
static void probe_twice(struct trackers *trackers, uint32_t between, uint32_t *whole, uint32_t *part)
{
    const struct tl_segment probe = segment_of(1, true, TL_ACK, 99, 300, 0);
    uint32_t seq = 100;

    open(trackers, 2);
    open(trackers, 1);
    take(trackers, 1, &probe);
    send_much(trackers, 2, &seq, between);
    take(trackers, 1, &probe);
    *whole = keepalive_probes(trackers->whole, 1);
    *part = keepalive_probes(trackers->part[1 % PARTS], 0);
}

static void last_segments_are_those_of_the_capture(void **state)
{
    static const uint32_t between[] = {10, MOST_RECENT - 2, MOST_RECENT - 1, MOST_RECENT, 3 * MOST_RECENT};

    (void)state;
    for (unsigned i = 0; i < sizeof between / sizeof *between; i++) {
        uint32_t whole, part;
        struct trackers trackers;

        trackers_new(&trackers, true);
        probe_twice(&trackers, between[i], &whole, &part);
        assert_int_equal(whole, between[i] >= MOST_RECENT - 1 ? 2 : 1);
        assert_int_equal(part, whole);
        trackers_free(&trackers);
    }
}

/* Else the test above would prove nothing. */
static void who_is_not_told_remembers_more(void **state)
{
    uint32_t whole, part;
    struct trackers trackers;

    (void)state;
    trackers_new(&trackers, false);
    probe_twice(&trackers, 3 * MOST_RECENT, &whole, &part);
    assert_int_equal(whole, 2);
    assert_int_equal(part, 1);
    trackers_free(&trackers);
}

static void every_change_is_the_same(void **state)
{
    struct trackers trackers;
    uint32_t next[PARTS] = {0};

    (void)state;
    trackers_new(&trackers, true);
    for (unsigned client = 0; client < CONNECTIONS; client++)
        open(&trackers, client);
    for (unsigned client = 0; client < CONNECTIONS; client++) {
        const struct tl_segment fin = segment_of(client, true, TL_FIN | TL_ACK, 100, 300, 0);
        const struct tl_segment reset = segment_of(client, false, TL_RST, 300, 0, 0);

        take(&trackers, client, client % 2 ? &fin : &reset);
    }
    for (unsigned client = 0; client < CONNECTIONS; client++) {
        const struct tl_changes one =
            tl_connection_changes(tl_tracker_connection(trackers.whole, client));
        const struct tl_changes other = tl_connection_changes(
            tl_tracker_connection(trackers.part[client % PARTS], next[client % PARTS]++));

        assert_true(one.count > 0);
        assert_int_equal(one.count, other.count);
        for (uint32_t i = 0; i < one.count; i++) {
            assert_int_equal(one.at[i].frame, other.at[i].frame);
            assert_int_equal(one.at[i].kind, other.at[i].kind);
        }
    }
    trackers_free(&trackers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_segments_are_those_of_the_capture),
        cmocka_unit_test(who_is_not_told_remembers_more),
        cmocka_unit_test(every_change_is_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
