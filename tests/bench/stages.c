/* What each stage of pcaplife takes: stages reading|decoding|tracking|zeek FILE does all of it up to that one, and
 * nothing with the result but to say how much it was.
 *
 *     reading   the packets are handed out; of the standard input, -, by libwiretap alone
 *     decoding  their segments are found
 *     tracking  the core takes them
 *     zeek      and Zeek's words, too: what `pcaplife json` does before it writes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/batch.h"
#include "command/reading.h"

#include <glib.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Where the decoder puts what it finds, and how often it did. */
struct counted {
    struct tl_segment segment;
    struct segment_bytes bytes;
    uint64_t segments;
};

static struct tl_segment *place(void *ctx, struct segment_bytes **bytes)
{
    struct counted *counted = ctx;

    *bytes = &counted->bytes;
    return &counted->segment;
}

static void count_segment(void *ctx)
{
    struct counted *counted = ctx;

    counted->segments++;
}

static void ignore_icmp_error(void *ctx, const struct tl_segment *segment, uint8_t type, uint8_t code)
{
    (void)ctx;
    (void)segment;
    (void)type;
    (void)code;
}

static void read_only(struct source *source, bool decode)
{
    struct counted counted = {.segments = 0};
    uint64_t packets = 0;
    const struct decoder_sink sink = {place, count_segment, ignore_icmp_error, &counted};
    struct decoder *decoder = decoder_new(&sink);
    enum capture_result result;
    struct packet packet;

    while ((result = source_read(source, &packet)) != CAPTURE_END) {
        if (decode && result == CAPTURE_PACKET)
            decoder_packet(decoder, &packet);
        if (++packets % CAPTURE_KEEPS == 0) {
            decoder_forget(decoder);
            source_forget(source);
        }
    }
    decoder_free(decoder);
    printf("%" PRIu64 " packets, %" PRIu64 " segments\n", packets, counted.segments);
}

static void track(struct source *source, bool zeek)
{
    const struct reading_wishes wishes = {.zeek = zeek};
    struct reading *reading = reading_new(source, &wishes, &default_preferences);

    printf("%" PRIu64 " packets, %" PRIu64 " segments, %u connections\n", reading->packets,
           reading->segments, tl_tracker_connection_count(reading->capture.tracker));
    reading_free(reading);
}

int main(int argc, char **argv)
{
    struct source *source;

    if (argc != 3) {
        fprintf(stderr, "usage: stages reading|decoding|tracking|zeek FILE\n");
        return 2;
    }
    capture_init();
    source = source_of_file(argv[2]);
    if (strcmp(argv[1], "tracking") == 0 || strcmp(argv[1], "zeek") == 0)
        track(source, strcmp(argv[1], "zeek") == 0);
    else
        read_only(source, strcmp(argv[1], "decoding") == 0);
    if (source_print_damages(source))
        return 1;
    source_free(source);
    return 0;
}
