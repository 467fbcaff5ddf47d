/* decode_segments FILE: all TCP segments of a capture, as the command's decoder finds them, and what the tracker
 * says of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/batch.h"
#include "command/lives.h"
#include "command/source.h"
#include "tests/decode/segment_line.h"

#include <glib.h>

#include <inttypes.h>
#include <stdio.h>

static void take_segment(void *ctx, const struct tl_segment *segment, const struct segment_bytes *bytes,
                         const struct tl_taken *taken)
{
    (void)ctx;
    (void)bytes;
    print_segment(segment, taken->connection, taken->sender);
}

static void take_icmp_error(void *ctx, const struct tl_segment *segment,
                            const struct tl_connection *connection)
{
    (void)ctx;
    if (connection != NULL)
        print_icmp_error(segment, connection);
}

int main(int argc, char **argv)
{
    const struct batch_listener listener = {take_segment, take_icmp_error, NULL};
    const struct tl_memory memory = lives_memory();
    struct tl_tracker *lives = lives_new(&memory, &default_preferences);
    struct batch *batch = batch_new(lives, &listener);
    struct source *source;
    struct undecoded *kinds;
    size_t count;

    capture_init();
    if (argc != 2)
        return 2;
    source = source_of_file(argv[1]);
    batch_read(batch, source);
    kinds = batch_undecoded(batch, &count);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "not decoded: %" PRIu64 " %s\n", kinds[i].packets, kinds[i].kind);
    g_free(kinds);
    batch_free(batch);
    tl_tracker_free(lives);
    if (!source_any(source)) {
        source_print_damages(source);
        return 2;
    }
    source_free(source);
    return 0;
}
