/* Ranges of numbers. What is added in any order is compared with a bit for each number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/base/ranges.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NUMBERS = 200, MOST = 8 };

static bool memory_ran_out;

/* The same at every run. */
static unsigned next_random(void)
{
    static uint32_t state = 1;

    state = state * 1664525 + 1013904223;
    return state >> 8;
}

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)old_size;
    if (new_size)
        return memory_ran_out ? NULL : realloc(block, new_size);
    free(block);
    return NULL;
}

static const struct tl_memory memory = {.resize = resize};

static void assert_is_in_order(const struct tl_ranges *ranges)
{
    for (uint32_t i = 0; i < tl_ranges_count(ranges); i++) {
        assert_true(ranges->at[i].start < ranges->at[i].end);
        assert_true(i == 0 || ranges->at[i - 1].end < ranges->at[i].start);
    }
}

/* As many as there may be: none is forgotten. */
static void what_is_added_is_there(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 500; round++) {
        struct tl_ranges *ranges = NULL;
        bool there[NUMBERS] = {false}, listed[NUMBERS] = {false};

        for (unsigned n = 0; n < 20; n++) {
            const unsigned start = next_random() % (NUMBERS - 20), end = start + 1 + next_random() % 19;

            assert_true(tl_ranges_add(&ranges, start, end, NUMBERS, &memory));
            memset(&there[start], true, end - start);
            assert_is_in_order(ranges);
        }
        for (uint32_t i = 0; i < tl_ranges_count(ranges); i++)
            memset(&listed[ranges->at[i].start], true, (size_t)(ranges->at[i].end - ranges->at[i].start));
        assert_memory_equal(there, listed, sizeof there);
        tl_ranges_free(ranges, &memory);
    }
}

static void the_farthest_is_forgotten(void **state)
{
    struct tl_ranges *ranges = NULL;

    (void)state;
    for (uint64_t n = 1; n <= MOST; n++)
        assert_true(tl_ranges_add(&ranges, n * 10, n * 10 + 5, MOST, &memory));
    assert_true(tl_ranges_add(&ranges, 1000, 1001, MOST, &memory));
    assert_int_equal(ranges->at[MOST - 1].start, MOST * 10);
    assert_true(tl_ranges_add(&ranges, 1, 2, MOST, &memory));
    assert_int_equal(ranges->count, MOST);
    assert_int_equal(ranges->at[0].start, 1);
    assert_int_equal(ranges->at[MOST - 1].start, (MOST - 1) * 10);
    tl_ranges_free(ranges, &memory);
}

static void joining_takes_out_what_is_reached(void **state)
{
    struct tl_ranges *ranges = NULL;

    (void)state;
    assert_int_equal(tl_ranges_join(NULL, 7), 7);
    tl_ranges_add(&ranges, 10, 20, MOST, &memory);
    tl_ranges_add(&ranges, 30, 40, MOST, &memory);
    assert_int_equal(tl_ranges_join(ranges, 9), 9);
    assert_int_equal(tl_ranges_join(ranges, 10), 20);
    assert_int_equal(tl_ranges_join(ranges, 35), 40);
    assert_int_equal(ranges->count, 0);
    tl_ranges_free(ranges, &memory);
}

static void it_says_that_memory_ran_out(void **state)
{
    struct tl_ranges *ranges = NULL;

    (void)state;
    memory_ran_out = true;
    assert_false(tl_ranges_add(&ranges, 10, 20, MOST, &memory));
    assert_null(ranges);
    memory_ran_out = false;
    tl_ranges_add(&ranges, 10, 20, MOST, &memory);
    tl_ranges_add(&ranges, 30, 40, MOST, &memory);
    memory_ran_out = true;
    assert_false(tl_ranges_add(&ranges, 50, 60, MOST, &memory));
    assert_false(tl_ranges_add(&ranges, 1, 2, MOST, &memory)); /* in the place of the farthest */
    assert_int_equal(ranges->count, 2);
    assert_int_equal(ranges->at[0].start, 1);
    memory_ran_out = false;
    tl_ranges_free(ranges, &memory);
}

static void numbers_are_unwrapped_near_another(void **state)
{
    const uint64_t near = UINT64_C(0x2fffffff0);

    (void)state;
    assert_int_equal(tl_unwrap(0xfffffff0, near), near);
    assert_int_equal(tl_unwrap(5, near), near + 21);
    assert_int_equal(tl_unwrap(0xffffff00, near), near - 0xf0);
    assert_int_equal((tl_seq)tl_unwrap(5, near), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_added_is_there),
        cmocka_unit_test(the_farthest_is_forgotten),
        cmocka_unit_test(joining_takes_out_what_is_reached),
        cmocka_unit_test(it_says_that_memory_ran_out),
        cmocka_unit_test(numbers_are_unwrapped_near_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
