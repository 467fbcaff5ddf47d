/* See arena.h.
 *
 * Small blocks are cut from regions; each size has a list of those that were given back. Large ones are GLib's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE /* madvise(); so it is called. NOLINT(bugprone-reserved-identifier) */
#include "command/arena.h"

#include <glib.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Sizes of small blocks: up to FINE a multiple of STEP, then one of so many for each power of two. */
enum {
    STEP = 16,
    FINE_POWER = 10,
    FINE = 1 << FINE_POWER,
    LARGEST_POWER = 16,
    LARGEST = 1 << LARGEST_POWER,
    IN_A_POWER = 32,
    SIZES = FINE / STEP + (LARGEST_POWER - FINE_POWER) * IN_A_POWER
};

/* The first region is small, as most captures are. Where much is needed, a region is a large page of the processor's:
 * it takes one fault instead of 512. */
enum { SMALLEST_REGION = 1 << 17, LARGE_PAGE = 1 << 21, MUCH = 4 << 20 };

/* In the place of a block that was given back. */
struct vacant {
    struct vacant *next;
};

/* In front of a large block, and as aligned as that. */
struct large {
    _Alignas(STEP) unsigned place; /* among the arena's large blocks */
};

struct arena {
    struct vacant *vacant[SIZES];
    char *at, *end; /* of the region that blocks are cut from */
    size_t bytes;   /* of all regions */
    GPtrArray *regions;
    GPtrArray *large;
};

/* Sanitizers look at each block of its own. */
static bool is_small(size_t size)
{
#if defined(__SANITIZE_ADDRESS__)
    (void)size;
    return false;
#else
    return size <= LARGEST;
#endif
}

/* Which of the SIZES holds so much; *size becomes it. */
static unsigned size_class(size_t *size)
{
    size_t step = STEP;
    unsigned class = 0;

    if (*size > FINE) {
        const unsigned power = g_bit_storage(*size - 1) - 1; /* the highest one below the size */

        step = ((size_t)1 << power) / IN_A_POWER;
        class = FINE / STEP + (power - FINE_POWER) * IN_A_POWER - IN_A_POWER;
    }
    *size = (*size + step - 1) / step * step;
    return class + (unsigned)(*size / step) - 1;
}

/* ---- small blocks -------------------------------------------------------------------------- */

static size_t region_size(const struct arena *arena)
{
    size_t size = SMALLEST_REGION;

    while (size < LARGE_PAGE && size < arena->bytes)
        size *= 2;
    return size;
}

static void add_region(struct arena *arena)
{
    const size_t size = region_size(arena);
    void *region;

    if (posix_memalign(&region, size, size) != 0)
        g_error("no memory for %" G_GSIZE_FORMAT " bytes", size);
#ifdef MADV_HUGEPAGE
    if (arena->bytes >= MUCH)
        madvise(region, size, MADV_HUGEPAGE); /* else it has small ones */
#endif
    g_ptr_array_add(arena->regions, region);
    arena->bytes += size;
    arena->at = region;
    arena->end = arena->at + size;
}

static void *new_small(struct arena *arena, size_t size)
{
    struct vacant **const list = &arena->vacant[size_class(&size)], *const vacant = *list;
    void *block;

    if (vacant != NULL) {
        *list = vacant->next;
        return vacant;
    }
    if ((size_t)(arena->end - arena->at) < size)
        add_region(arena);
    block = arena->at;
    arena->at += size;
    return block;
}

static void free_small(struct arena *arena, void *block, size_t size)
{
    struct vacant **const list = &arena->vacant[size_class(&size)], *const vacant = block;

    vacant->next = *list;
    *list = vacant;
}

/* ---- large ones ---------------------------------------------------------------------------- */

static struct large *large_of(void *block)
{
    return (struct large *)block - 1;
}

static void *new_large(struct arena *arena, size_t size)
{
    struct large *large = g_malloc(sizeof *large + size);

    large->place = arena->large->len;
    g_ptr_array_add(arena->large, large);
    return large + 1;
}

static void *resize_large(struct arena *arena, void *block, size_t size)
{
    struct large *large = g_realloc(large_of(block), sizeof *large + size);

    g_ptr_array_index(arena->large, large->place) = large;
    return large + 1;
}

static void free_large(struct arena *arena, void *block)
{
    struct large *const last = g_ptr_array_index(arena->large, arena->large->len - 1);
    const unsigned place = large_of(block)->place;

    /* The last one comes to its place. */
    last->place = place;
    g_ptr_array_remove_index_fast(arena->large, place);
}

/* ---- any ----------------------------------------------------------------------------------- */

static void *new_block(struct arena *arena, size_t size)
{
    return is_small(size) ? new_small(arena, size) : new_large(arena, size);
}

static void free_block(struct arena *arena, void *block, size_t size)
{
    if (is_small(size))
        free_small(arena, block, size);
    else
        free_large(arena, block);
}

/* struct tl_memory's resize. */
static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    struct arena *arena = ctx;
    void *larger;

    if (block != NULL && new_size > 0 && !is_small(old_size) && !is_small(new_size))
        return resize_large(arena, block, new_size);
    larger = new_size > 0 ? new_block(arena, new_size) : NULL;
    if (block == NULL)
        return larger;
    if (larger != NULL)
        memcpy(larger, block, MIN(old_size, new_size));
    free_block(arena, block, old_size);
    return larger;
}

struct arena *arena_new(void)
{
    struct arena *arena = g_new0(struct arena, 1);

    arena->regions = g_ptr_array_new_with_free_func(free);
    arena->large = g_ptr_array_new_with_free_func(g_free);
    return arena;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    g_ptr_array_unref(arena->regions);
    g_ptr_array_unref(arena->large);
    g_free(arena);
}

struct tl_memory arena_memory(struct arena *arena)
{
    return (struct tl_memory){.resize = resize, .ctx = arena};
}
