/* What hosts show of their checksums, told by several trackers, answers as one tracker is answered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "heap.h"
#include "tcplife/hosts.h"
#include "tcplife/summary.h"
#include "tcplife/tracker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_NOTES = 64, RIGHT = 4 };

static const int64_t MILLISECOND = 1000000;
static const struct tl_memory memory = {.resize = heap_resize};

/* The notes of one tracker. */
struct listener {
    struct tl_host_note notes[MOST_NOTES];
    unsigned count;
};

static void hear(void *ctx, const struct tl_host_note *note)
{
    struct listener *listener = ctx;

    assert_true(listener->count < MOST_NOTES);
    listener->notes[listener->count++] = *note;
}

static struct tl_tracker *tracker_new(struct listener *listener)
{
    const struct tl_config config = {
        .msl_ns = 30000 * MILLISECOND, .host = hear, .ctx = listener, .seed = {7, 8}};

    *listener = (struct listener){0};
    return tl_tracker_new(&memory, &config);
}

static enum tl_checksum right(const struct tl_segment *segment)
{
    (void)segment;
    return TL_CHECKSUM_GOOD;
}

static enum tl_checksum wrong(const struct tl_segment *segment)
{
    (void)segment;
    return TL_CHECKSUM_BAD;
}

/* A SYN, and the RST that refuses it: the only segment of its host in that connection. */
static void refuse(struct tl_tracker *tracker, unsigned client, bool is_right)
{
    struct tl_segment s = {.frame = 2 * client,
                           .time_ns = client * MILLISECOND,
                           .source = {.address = {10, 0, 0, 1}, .port = (uint16_t)client, .family = 4, .address_length = 4},
                           .destination = {.address = {10, 0, 0, 2}, .port = 80, .family = 4, .address_length = 4},
                           .seq = 100,
                           .window_scale = TL_SCALE_NONE,
                           .flags = TL_SYN,
                           .checksum = right};
    struct tl_socket server = s.destination;
    enum tl_role sender;

    tl_tracker_segment(tracker, &s, &sender);
    s.destination = s.source;
    s.source = server;
    s.frame++;
    s.flags = TL_RST | TL_ACK;
    s.seq = 0;
    s.ack = 101;
    s.checksum = is_right ? right : wrong;
    tl_tracker_segment(tracker, &s, &sender);
}

static bool is_refused(const struct tl_tracker *tracker)
{
    const uint32_t count = tl_tracker_connection_count(tracker);

    return tl_summarize(tl_tracker_connection(tracker, count - 1)).open == TL_OPEN_REFUSED;
}

static const struct tl_host_note *last_question(const struct listener *listener)
{
    const struct tl_host_note *note = &listener->notes[listener->count - 1];

    assert_int_equal(note->news, TL_HOST_IS_ASKED_ABOUT);
    return note;
}

static void a_host_is_known_by_all_its_connections(void **state)
{
    struct listener listener;
    struct tl_tracker *tracker = tracker_new(&listener);
    struct tl_host_table *table = tl_host_table_new(&memory);
    unsigned questions = 0;

    (void)state;
    for (unsigned client = 1; client <= RIGHT + 1; client++)
        refuse(tracker, client, client <= RIGHT);
    assert_false(is_refused(tracker));
    for (unsigned i = 0; i < listener.count; i++) {
        const bool is_damage = tl_host_table_note(table, &listener.notes[i]);

        if (listener.notes[i].news == TL_HOST_IS_ASKED_ABOUT) {
            questions++;
            assert_int_equal(is_damage, listener.notes[i].is_damage);
        }
    }
    assert_int_equal(questions, 1);
    assert_true(last_question(&listener)->is_damage);
    assert_int_equal(last_question(&listener)->connection, RIGHT);
    tl_host_table_free(table);
    tl_tracker_free(tracker);
}

static void one_connection_of_it_knows_nothing(void **state)
{
    struct listener listener;
    struct tl_tracker *tracker = tracker_new(&listener);

    (void)state;
    refuse(tracker, RIGHT + 1, false);
    assert_true(is_refused(tracker));
    assert_int_equal(listener.notes[listener.count - 2].news, TL_HOST_IS_ASKED_ABOUT);
    assert_false(listener.notes[listener.count - 2].is_damage);
    assert_int_equal(listener.notes[listener.count - 1].news, TL_HOST_WAS_WRONG);
    tl_tracker_free(tracker);
}

static void but_where_others_tell_it(void **state)
{
    struct listener others, own;
    struct tl_tracker *first = tracker_new(&others), *second = tracker_new(&own);

    (void)state;
    for (unsigned client = 1; client <= RIGHT; client++)
        refuse(first, client, true);
    for (unsigned i = 0; i < others.count; i++)
        tl_tracker_host_elsewhere(second, &others.notes[i]);
    assert_int_equal(own.count, 0); /* what it is told of it does not tell */
    refuse(second, RIGHT + 1, false);
    assert_false(is_refused(second));
    assert_true(last_question(&own)->is_damage);
    tl_tracker_free(second);
    tl_tracker_free(first);
}

static void notes_may_be_anything(void **state)
{
    struct tl_host_table *table = tl_host_table_new(&memory);

    (void)state;
    for (unsigned i = 0; i < 4 * 256; i++) {
        struct tl_host_note note = {.socket = {.address_length = 16}, .kind = (uint8_t)i, .news = (uint8_t)(i / 4)};

        memset(note.socket.address, (int)(i % 251), sizeof note.socket.address);
        tl_host_table_note(table, &note);
        assert_true(tl_host_place(&note.socket, i) < TL_HOST_PLACES);
    }
    tl_host_table_free(table);
    tl_host_table_free(NULL);
}

static void *no_resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)block;
    (void)old_size;
    (void)new_size;
    return NULL;
}

static void without_memory_there_is_none(void **state)
{
    const struct tl_memory none = {.resize = no_resize};

    (void)state;
    assert_null(tl_host_table_new(&none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_is_known_by_all_its_connections),
        cmocka_unit_test(one_connection_of_it_knows_nothing),
        cmocka_unit_test(but_where_others_tell_it),
        cmocka_unit_test(notes_may_be_anything),
        cmocka_unit_test(without_memory_there_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
