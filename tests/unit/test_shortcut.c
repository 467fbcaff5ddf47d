/* Ordinary segments take a short way past the rules (tl_connection_ordinary_segment()): it must leave
 * behind exactly what the rules would. Two trackers see the same transfers, which lose, repeat and
 * reorder segments; one of the trackers knows no short way.
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
#include <stdio.h>
#include <string.h>

enum { CLIENT_ISS = -3000, SERVER_ISS = -5000000, LIVES = 300, SEGMENTS = 600 };

static uint64_t seed = 793;

static uint32_t draw(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(seed >> 33) % below;
}

static struct tl_tracker *new_tracker(bool no_shortcuts)
{
    struct tl_memory memory = {.resize = heap_resize};
    struct tl_config config = {.msl_ns = TL_DEFAULT_MSL_NS,
                               .close_wait_limit_ns = 60 * INT64_C(1000000000),
                               .syn_flood_threshold = 10,
                               .syn_flood_window_ns = 10 * INT64_C(1000000000),
                               .seed = {1, 2},
                               .no_shortcuts = no_shortcuts};

    return tl_tracker_new(&memory, &config);
}

static struct {
    struct tl_tracker *short_way, *all_rules;
    uint32_t frame;
    int64_t now_ns;
    struct tl_socket socket[2];
    bool timestamps, checksums, forged;
    tl_seq next[2]; /* of what each end sends */
    tl_seq received[2]; /* of the other end */
    uint32_t taken, short_ones;
} play;

static enum tl_checksum checksum(const struct tl_segment *segment)
{
    return segment->frame % 31 ? TL_CHECKSUM_GOOD : TL_CHECKSUM_BAD;
}

static void take(const struct tl_segment *s)
{
    enum tl_role a, b;
    const uint32_t known = tl_tracker_connection_count(play.short_way);
    struct tl_connection *with, *without;
    struct knowledge was, is;

    with = known ? tl_tracker_connection(play.short_way, known - 1) : NULL;
    play.short_ones += with && with->flags & TL_CONNECTION_STEADY;
    play.taken++;
    with = tl_tracker_segment(play.short_way, s, &a);
    without = tl_tracker_segment(play.all_rules, s, &b);
    assert_int_equal(with->number, without->number);
    assert_int_equal(a, b);
    was = knowledge(with);
    is = knowledge(without);
    assert_memory_equal(&was, &is, sizeof is);
    assert_memory_equal(with->log.changes, without->log.changes,
                        with->log.count * sizeof *with->log.changes);
}

static struct tl_segment make(enum tl_role sender, uint8_t flags, uint32_t length)
{
    const uint16_t windows[] = {0, 1, 500, 60000, 60000, 60000};
    struct tl_segment s = {
        .frame = ++play.frame,
        .source = play.socket[sender],
        .destination = play.socket[tl_other(sender)],
        .seq = play.next[sender],
        .ack = play.received[sender],
        .length = length,
        .window = windows[draw(6)],
        .window_scale = flags & TL_SYN ? 7 : -1,
        .flags = flags,
        .has_timestamps = play.timestamps,
        .has_ip_id = true,
        .ip_id = (uint16_t)(play.frame | 1),
        .checksum = play.checksums ? checksum : NULL,
    };

    play.now_ns += draw(20) ? draw(3000000) : draw(2000000000);
    if (!draw(500))
        play.now_ns -= 1000000000;
    s.time_ns = play.now_ns;
    s.ts_val = (uint32_t)(play.now_ns / 1000000) - (draw(100) ? 0 : 50);
    play.next[sender] += tl_segment_span(&s);
    return s;
}

/* The segment is captured, or missed; once, or twice; and arrives, or does not. */
static void send(struct tl_segment s, enum tl_role sender)
{
    const uint32_t fate = draw(60);
    const tl_seq end = s.seq + tl_segment_span(&s);

    if (fate != 0)
        take(&s);
    if (fate == 1) { /* a copy */
        s.frame = ++play.frame;
        s.time_ns += draw(2) ? 100000 : 20000000;
        take(&s);
    }
    if (fate == 2) { /* retransmitted */
        s.frame = ++play.frame;
        s.ip_id++;
        s.time_ns += 300000000;
        take(&s);
    }
    if (fate == 3 && play.forged) { /* from somewhere else altogether */
        s.seq += 1u << (20 + draw(12));
        s.frame = ++play.frame;
        take(&s);
    }
    if (fate == 4 && play.forged) {
        s.ack += 1u << (10 + draw(22));
        s.frame = ++play.frame;
        take(&s);
    }
    if (fate != 5)
        play.received[tl_other(sender)] = end;
    else
        play.next[sender] -= tl_segment_span(&s); /* it will send it again */
}

static void live(uint32_t life)
{
    const enum tl_role bulk = (enum tl_role)draw(2);

    memset(play.socket, 0, sizeof play.socket);
    for (int role = 0; role < 2; role++) {
        play.socket[role] = (struct tl_socket){.address = {10, 0, 0, (uint8_t)role},
                                               .port = role ? 80 : (uint16_t)(2000 + life),
                                               .family = 2,
                                               .address_length = 4};
        play.next[role] = (tl_seq)(role ? SERVER_ISS : CLIENT_ISS);
        play.received[role] = 0;
    }
    play.timestamps = draw(2);
    play.checksums = draw(2);
    play.forged = !draw(3);
    if (draw(4)) { /* else it begins in mid-stream */
        send(make(TL_CLIENT, TL_SYN, 0), TL_CLIENT);
        send(make(TL_SERVER, TL_SYN | TL_ACK, 0), TL_SERVER);
        send(make(TL_CLIENT, TL_ACK, 0), TL_CLIENT);
    }
    for (uint32_t i = 0; i < SEGMENTS; i++) {
        const enum tl_role sender = draw(3) ? bulk : tl_other(bulk);

        send(make(sender, TL_ACK | (draw(9) ? 0 : TL_PSH),
                  sender == bulk ? draw(1460) : draw(5) ? 0 : draw(200)),
             sender);
    }
    if (draw(2)) {
        send(make(TL_CLIENT, TL_ACK | TL_FIN, 0), TL_CLIENT);
        send(make(TL_SERVER, TL_ACK | TL_FIN, draw(2) * 10), TL_SERVER);
        send(make(TL_CLIENT, TL_ACK, 0), TL_CLIENT);
    }
}

static void the_short_way_leads_to_the_same(void **state)
{
    (void)state;
    play.short_way = new_tracker(false);
    play.all_rules = new_tracker(true);
    play.now_ns = INT64_C(1700000000000000000);
    for (uint32_t i = 0; i < LIVES; i++)
        live(i);
    printf("%u segments, %u of them when the short way was open\n", play.taken, play.short_ones);
    assert_true(play.short_ones > play.taken / 4);
    tl_tracker_free(play.short_way);
    tl_tracker_free(play.all_rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_short_way_leads_to_the_same)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
