/* Which servers may have been flooded, as pcaplife reduce tells of it: of the others, pcaplife result reads no notes. It may
 * tell of too many, and never of too few.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/half_open_notes.h"
#include "command/archive/numbers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS INT64_C(1000000)
#define S (1000 * MS)

static const struct tl_socket one_server = {.address = {10, 0, 0, 1}, .port = 80, .family = 2, .address_length = 4};
static const struct tl_socket other_server = {.address = {10, 0, 0, 2}, .port = 80, .family = 2, .address_length = 4};

static int setup(void **state)
{
    *state = half_open_notes_new();
    return 0;
}

static int teardown(void **state)
{
    half_open_notes_free(*state);
    return 0;
}

static void note_at(struct half_open_notes *notes, const struct tl_half_open_note *told, int64_t latest_ns)
{
    static uint64_t ordinal;
    const struct part_note note = {.ordinal = ordinal, .note = *told};

    ordinal++;
    half_open_notes_add(notes, &note, latest_ns);
}

static void synack(struct half_open_notes *notes, const struct tl_socket *server, uint32_t connection, int64_t at_ns)
{
    const struct tl_half_open_note told = {
        .connection = connection, .is_half_open = true, .time_ns = at_ns, .synack_ns = at_ns, .server = *server};

    note_at(notes, &told, at_ns);
}

/* Its handshake is complete, or it is reset; the capture's latest frame until then is of that time. */
static void ends(struct half_open_notes *notes, const struct tl_socket *server, uint32_t connection, int64_t synack_ns,
                 int64_t latest_ns)
{
    const struct tl_half_open_note told = {
        .connection = connection, .time_ns = latest_ns, .synack_ns = synack_ns, .server = *server};

    note_at(notes, &told, latest_ns);
}

/* 0: nothing is told of it. */
static uint64_t told_of(struct half_open_notes *notes, const struct tl_socket *server)
{
    const GPtrArray *blocks = half_open_notes_servers(notes);
    uint64_t most = 0;

    for (unsigned i = 0; i < blocks->len; i++) {
        const GByteArray *block = g_ptr_array_index(blocks, i);
        struct numbers numbers = numbers_in(block->data, block->len);

        while (numbers.at < numbers.end) {
            const struct part_server told = part_server_take(&numbers);

            if (memcmp(&told.socket, server, sizeof *server) == 0)
                most = told.most;
        }
        assert_false(numbers.is_wrong);
    }
    return most;
}

static void test_completed_handshakes_are_nothing(void **state)
{
    struct half_open_notes *notes = *state;

    for (uint32_t i = 0; i < 500; i++)
        synack(notes, &one_server, i, i * MS);
    for (uint32_t i = 0; i < 500; i++)
        ends(notes, &one_server, i, i * MS, (500 + i) * MS);
    assert_int_equal(told_of(notes, &one_server), 0);
}

static void test_a_second_is_enough(void **state)
{
    struct half_open_notes *notes = *state;

    synack(notes, &one_server, 0, 0);
    synack(notes, &other_server, 1, 0);
    ends(notes, &one_server, 0, 0, 1000 * MS - 1);
    ends(notes, &other_server, 1, 0, 1000 * MS);
    assert_int_equal(told_of(notes, &one_server), 0);
    assert_int_equal(told_of(notes, &other_server), 1);
}

/* A segment was captured in front of its time: what looked at the clock in between may have seen a late one. */
static void test_the_latest_frame_counts(void **state)
{
    struct half_open_notes *notes = *state;
    struct tl_half_open_note told = {.time_ns = 10 * MS, .server = one_server};

    synack(notes, &one_server, 0, 0);
    note_at(notes, &told, 5000 * MS);
    assert_int_equal(told_of(notes, &one_server), 1);
}

static void test_what_stays_half_open_counts(void **state)
{
    struct half_open_notes *notes = *state;

    for (uint32_t i = 0; i < 7; i++)
        synack(notes, &one_server, i, i * MS);
    assert_int_equal(told_of(notes, &one_server), 7);
}

/* Slow handshakes, three at once, again and again. */
static void test_only_what_was_there_at_once_is_counted(void **state)
{
    struct half_open_notes *notes = *state;

    for (uint32_t i = 0; i < 30; i++) {
        synack(notes, &one_server, i, i * S);
        if (i >= 2)
            ends(notes, &one_server, i - 2, (i - 2) * S, i * S + S / 2);
    }
    ends(notes, &one_server, 28, 28 * S, 40 * S);
    ends(notes, &one_server, 29, 29 * S, 40 * S);
    assert_int_equal(told_of(notes, &one_server), 3);
}

/* The server's SYN,ACK comes again: the first one is what grows old. */
static void test_the_earliest_synack_counts(void **state)
{
    struct half_open_notes *notes = *state;
    const struct tl_half_open_note again = {
        .is_half_open = true, .time_ns = 900 * MS, .synack_ns = 900 * MS, .server = one_server};

    synack(notes, &one_server, 0, 0);
    note_at(notes, &again, 900 * MS);
    ends(notes, &one_server, 0, 900 * MS, 1100 * MS);
    assert_int_equal(told_of(notes, &one_server), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_completed_handshakes_are_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_second_is_enough, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_latest_frame_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_stays_half_open_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_only_what_was_there_at_once_is_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_earliest_synack_counts, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
