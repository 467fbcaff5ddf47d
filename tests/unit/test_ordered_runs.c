/* Sorting what lies in runs: it does what a stable sort does, whatever the runs are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/ordered_runs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct member {
    int key;
    unsigned place; /* before it was sorted */
};

static int compare(const void *one, const void *other)
{
    return ((const struct member *)one)->key - ((const struct member *)other)->key;
}

static void add(GArray *array, int key)
{
    const struct member member = {key, array->len};

    g_array_append_val(array, member);
}

/* Takes the array. */
static void assert_sorts(GArray *array)
{
    GArray *expected = g_array_copy(array);

    g_array_sort(expected, compare); /* which is stable */
    ordered_runs_sort(array, compare);
    assert_int_equal(array->len, expected->len);
    for (unsigned i = 0; i < array->len; i++) {
        assert_int_equal(g_array_index(array, struct member, i).key, g_array_index(expected, struct member, i).key);
        assert_int_equal(g_array_index(array, struct member, i).place, g_array_index(expected, struct member, i).place);
    }
    g_array_free(expected, TRUE);
    g_array_free(array, TRUE);
}

static GArray *nothing(void)
{
    return g_array_new(FALSE, FALSE, sizeof(struct member));
}

/* Runs of equal lengths, 0 to 9 of them: an odd one is left over, or none, at each step. */
static void test_runs(void **state)
{
    (void)state;
    for (int runs = 0; runs < 10; runs++)
        for (int length = 1; length < 5; length++) {
            GArray *array = nothing();

            for (int i = 0; i < runs * length; i++)
                add(array, i % length * runs + i / length);
            assert_sorts(array);
        }
}

static void test_backwards(void **state)
{
    GArray *array = nothing();

    (void)state;
    for (int i = 0; i < 100; i++)
        add(array, -i);
    assert_sorts(array);
}

static void test_random_with_equal_ones(void **state)
{
    GRand *random = g_rand_new_with_seed(1);

    (void)state;
    for (int round = 0; round < 200; round++) {
        GArray *array = nothing();
        const int count = g_rand_int_range(random, 0, 200), keys = g_rand_int_range(random, 1, 300);

        for (int i = 0; i < count; i++)
            add(array, g_rand_int_range(random, 0, keys));
        assert_sorts(array);
    }
    g_rand_free(random);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_backwards),
        cmocka_unit_test(test_random_with_equal_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
