/* The command's memory for a capture: blocks do not overlap, keep what is in them, and are given again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/arena.h"

#include <glib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BLOCKS = 500, STEPS = 100000, LARGEST = 200000 };

struct block {
    unsigned char *bytes;
    size_t size;
    unsigned char fill;
};

static void assert_is_kept(const struct block *block, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (block->bytes[i] != block->fill)
            fail_msg("byte %zu of %zu was changed", i, block->size);
}

/* Most are small, as a connection's are; some are tables. */
static size_t random_size(GRand *random)
{
    const int power = g_rand_int_range(random, 1, 18);

    return (size_t)g_rand_int_range(random, 0, MIN(1 << power, LARGEST));
}

static void resize(struct block *block, const struct tl_memory *memory, size_t size, unsigned char fill)
{
    assert_is_kept(block, block->size);
    block->bytes = memory->resize(memory->ctx, block->bytes, block->size, size);
    if (size > 0)
        assert_is_kept(block, MIN(size, block->size));
    block->size = size;
    block->fill = fill;
    if (size > 0)
        memset(block->bytes, fill, size);
    else
        block->bytes = NULL;
}

static void test_blocks(void **state)
{
    static struct block blocks[BLOCKS];
    GRand *random = g_rand_new_with_seed(1);
    struct arena *arena = arena_new();
    const struct tl_memory memory = arena_memory(arena);

    (void)state;
    for (unsigned i = 0; i < STEPS; i++)
        resize(&blocks[g_rand_int_range(random, 0, BLOCKS)], &memory, random_size(random), (unsigned char)i);
    for (unsigned i = 0; i < BLOCKS; i++)
        assert_is_kept(&blocks[i], blocks[i].size);
    arena_free(arena); /* with all of them: the sanitizers know of none that is left */
    g_rand_free(random);
}

static void test_alignment(void **state)
{
    struct arena *arena = arena_new();
    const struct tl_memory memory = arena_memory(arena);

    (void)state;
    for (size_t size = 1; size < 5000; size++)
        assert_int_equal((uintptr_t)memory.resize(memory.ctx, NULL, 0, size) % sizeof(void *), 0);
    arena_free(arena);
}

/* What a life asks for and gives back is the next one's: a million of them need no more than a few. */
static void test_given_again(void **state)
{
    struct arena *arena = arena_new();
    const struct tl_memory memory = arena_memory(arena);
    void *first = memory.resize(memory.ctx, NULL, 0, 304), *again;

    (void)state;
    memory.resize(memory.ctx, first, 304, 0);
    again = memory.resize(memory.ctx, NULL, 0, 300); /* as large, in steps of 16 */
#if !defined(__SANITIZE_ADDRESS__)
    assert_ptr_equal(again, first);
#endif
    assert_non_null(again);
    arena_free(arena);
    arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_given_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
