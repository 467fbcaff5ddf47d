/* Sequence numbers on their circle. Everything starts just below 2^32.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/seq.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define START UINT32_C(0xfffffff0) /* 16 below the wrap */
#define HALF UINT32_C(0x80000000)

static tl_seq after(uint32_t bytes)
{
    return START + bytes;
}

static void distance_is_signed_across_the_wrap(void **state)
{
    (void)state;
    assert_int_equal(tl_seq_diff(after(0), START), 0);
    assert_int_equal(tl_seq_diff(after(15), START), 15);
    assert_int_equal(tl_seq_diff(after(16), START), 16); /* sequence number 0 */
    assert_int_equal(tl_seq_diff(after(1000), START), 1000);
    assert_int_equal(tl_seq_diff(START, after(16)), -16);
    assert_int_equal(tl_seq_diff(START, after(1000)), -1000);
}

static void distance_reaches_half_the_circle(void **state)
{
    (void)state;
    assert_true(tl_seq_diff(after(HALF - 1), START) == INT32_MAX);
    assert_true(tl_seq_diff(START, after(HALF - 1)) == -INT32_MAX);
    /* Exactly opposite: neither is ahead; by the sign, each lies behind the other. */
    assert_true(tl_seq_diff(after(HALF), START) == INT32_MIN);
    assert_true(tl_seq_diff(START, after(HALF)) == INT32_MIN);
    /* Farther away is nearer from the other side. */
    assert_true(tl_seq_diff(after(HALF + 1), START) == -INT32_MAX);
}

static void order_holds_across_the_wrap(void **state)
{
    static const uint32_t ahead[] = {1, 15, 16, 17, 1000, HALF - 1};

    (void)state;
    for (size_t i = 0; i < sizeof ahead / sizeof ahead[0]; i++) {
        tl_seq later = after(ahead[i]);

        assert_true(tl_seq_lt(START, later));
        assert_true(tl_seq_le(START, later));
        assert_false(tl_seq_gt(START, later));
        assert_false(tl_seq_ge(START, later));
        assert_true(tl_seq_gt(later, START));
        assert_true(tl_seq_ge(later, START));
        assert_false(tl_seq_lt(later, START));
        assert_false(tl_seq_le(later, START));
    }
}

static void equal_numbers_are_neither_less_nor_greater(void **state)
{
    static const tl_seq numbers[] = {START, UINT32_MAX, 0, 1, HALF - 1, HALF};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_false(tl_seq_lt(numbers[i], numbers[i]));
        assert_false(tl_seq_gt(numbers[i], numbers[i]));
        assert_true(tl_seq_le(numbers[i], numbers[i]));
        assert_true(tl_seq_ge(numbers[i], numbers[i]));
    }
}

static void the_one_ahead_is_the_greater(void **state)
{
    (void)state;
    assert_true(tl_seq_max(START, after(16)) == after(16));
    assert_true(tl_seq_max(after(16), START) == after(16));
    assert_true(tl_seq_max(UINT32_MAX, 0) == 0);
    assert_true(tl_seq_max(START, START) == START);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(distance_is_signed_across_the_wrap),
        cmocka_unit_test(distance_reaches_half_the_circle),
        cmocka_unit_test(order_holds_across_the_wrap),
        cmocka_unit_test(equal_numbers_are_neither_less_nor_greater),
        cmocka_unit_test(the_one_ahead_is_the_greater),
    };

    return cmocka_run_group_tests_name("seq", tests, NULL, NULL);
}
