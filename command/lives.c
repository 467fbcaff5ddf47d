/* A tracker with memory, preferences and a random seed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/lives.h"

#include "tcplife/service_ports.h"

#include <glib.h>

const struct preferences default_preferences = {
    .msl = TL_DEFAULT_MSL_NS / 1000000000,
    .close_wait_limit = 60,
    .syn_flood_threshold = 100,
    .syn_flood_window = 10,
};

/* struct tl_memory's resize. */
static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx;
    (void)old_size;
    return g_realloc(block, new_size);
}

struct tl_memory lives_memory(void)
{
    return (struct tl_memory){.resize = resize};
}

static bool is_service(void *ctx, uint16_t port)
{
    (void)ctx;
    return tl_is_service_port(port);
}

static struct tl_config config_of(const struct preferences *preferences)
{
    struct tl_config config = {
        .msl_ns = preferences->msl * INT64_C(1000000000),
        .close_wait_limit_ns = preferences->close_wait_limit * INT64_C(1000000000),
        .syn_flood_threshold = preferences->syn_flood_threshold,
        .syn_flood_window_ns = preferences->syn_flood_window * INT64_C(1000000000),
        .is_service = is_service,
    };

    for (int i = 0; i < 2; i++)
        config.seed[i] = (uint64_t)g_random_int() << 32 | g_random_int();
    return config;
}

struct tl_tracker *lives_new(const struct tl_memory *memory, const struct preferences *preferences)
{
    const struct tl_config config = config_of(preferences);

    return tl_tracker_new(memory, &config);
}

struct tl_tracker *lives_told(const struct tl_memory *memory, const struct preferences *preferences,
                              const struct lives_listener *listener)
{
    struct tl_config config = config_of(preferences);

    config.half_open = listener->half_open;
    config.host = listener->host;
    config.ctx = listener->ctx;
    return tl_tracker_new(memory, &config);
}

struct tl_floods *lives_floods(const struct preferences *preferences)
{
    const struct tl_memory memory = lives_memory();
    const struct tl_config config = config_of(preferences);

    return tl_floods_new(&memory, &config);
}

struct tl_capture lives_capture(const struct tl_tracker *lives, const struct preferences *preferences)
{
    enum { IPV4 = 4, IPV6 = 6 }; /* the decoder's families */

    return (struct tl_capture){
        .tracker = lives,
        .msl_ns = preferences->msl * INT64_C(1000000000),
        .ipv4 = IPV4,
        .ipv6 = IPV6,
    };
}
