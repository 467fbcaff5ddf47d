/* Packets as they come from a capture file: whatever is in them, the decoder reads nothing but them, ends,
 * and hands over segments that are what it says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/decode.h"

#include "promises.h"

#include <glib.h>

#include <stdlib.h>
#include <string.h>

enum { MOST_PACKETS = 64, MOST_FOUND = 256 };

/* What came out of the packets so far. */
struct found {
    uint32_t frame;
    unsigned in_frame;
    struct tl_segment segments[MOST_FOUND]; /* of this frame */
    uint64_t sum; /* of all that was handed over */
    struct tl_segment next; /* where the decoder puts one, and its bytes */
    struct segment_bytes next_bytes;
};

static void add(struct found *found, uint64_t value)
{
    found->sum = (found->sum ^ value) * UINT64_C(0x9e3779b97f4a7c15);
}

static void add_socket(struct found *found, const struct tl_socket *socket)
{
    PROMISE(socket->address_length == 4 || socket->address_length == 16);
    for (unsigned i = 0; i < sizeof socket->address; i++)
        PROMISE(i < socket->address_length || !socket->address[i]);
    for (unsigned i = 0; i < socket->address_length; i++)
        add(found, socket->address[i]);
    add(found, socket->port);
}

static bool is_between_the_same(const struct tl_segment *one, const struct tl_segment *other)
{
    const size_t size = sizeof one->source;

    return (!memcmp(&one->source, &other->source, size) &&
            !memcmp(&one->destination, &other->destination, size)) ||
           (!memcmp(&one->source, &other->destination, size) &&
            !memcmp(&one->destination, &other->source, size));
}

static void check_part(struct found *found, const struct tl_segment *segment)
{
    uint32_t part = 0;

    if (found->in_frame == MOST_FOUND)
        return;
    for (unsigned i = 0; i < found->in_frame; i++)
        part += is_between_the_same(&found->segments[i], segment);
    PROMISE(segment->part == part);
    found->segments[found->in_frame++] = *segment;
}

static struct tl_segment *place(void *ctx, struct segment_bytes **bytes)
{
    struct found *found = ctx;

    /* Whatever was there before is none of the next one's. */
    memset(&found->next, 0xa5, sizeof found->next);
    memset(&found->next_bytes, 0xa5, sizeof found->next_bytes);
    *bytes = &found->next_bytes;
    return &found->next;
}

static void take_segment(void *ctx)
{
    struct found *found = ctx;
    const struct tl_segment *segment = &found->next;
    struct tl_segment asked = *segment;
    struct segment_bytes own = found->next_bytes;

    PROMISE(segment->frame == found->frame && segment->time_ns == found->frame);
    PROMISE(own.captured >= 16 && segment->length <= own.on_the_wire);
    PROMISE(!own.may_be_summed || own.captured >= own.on_the_wire);
    PROMISE(segment->source.port == (own.header[0] << 8 | own.header[1]));
    check_part(found, segment);
    add_socket(found, &segment->source);
    add_socket(found, &segment->destination);
    add(found, segment->seq + segment->length + segment->network);
    for (size_t i = 0; i < own.captured; i++)
        add(found, own.header[i]);
    asked.checksum = segment_checksum;
    asked.caller = &own;
    add(found, asked.checksum(&asked));
}

static void take_icmp_error(void *ctx, const struct tl_segment *segment, uint8_t type, uint8_t code)
{
    struct found *found = ctx;

    PROMISE(segment->frame == found->frame);
    add_socket(found, &segment->source);
    add_socket(found, &segment->destination);
    add(found, segment->seq + type + code);
}

static void check_undecoded(struct decoder *decoder, uint32_t packets)
{
    size_t count;
    struct undecoded *kinds = decoders_undecoded(&decoder, 1, &count);

    for (size_t i = 0; i < count; i++)
        PROMISE(kinds[i].packets > 0 && kinds[i].packets <= packets &&
                (i == 0 || kinds[i].packets <= kinds[i - 1].packets));
    g_free(kinds);
}

static void decode_packet(struct decoder *decoder, struct input *input, struct found *found)
{
    const unsigned link = take_8(input) % (LINK_RADIOTAP + 1);
    size_t captured = take_16(input) % 2048, more = take_8(input);
    struct packet packet = {.frame = ++found->frame, .time_ns = found->frame,
                            .link = (enum link_layer)link, .link_name = "link type of a fuzzer"};
    uint8_t *bytes;

    if (captured > input->size)
        captured = input->size;
    /* A block of its own, which ends where the packet ends. */
    bytes = malloc(captured + !captured);
    if (!bytes)
        abort();
    memcpy(bytes, input->data, captured);
    packet.bytes = bytes;
    packet.captured = captured;
    packet.on_the_wire = captured + more;
    found->in_frame = 0;
    decoder_packet(decoder, &packet);
    free(bytes);
    input->data += captured;
    input->size -= captured;
}

static uint64_t decode(struct input input, bool forgets)
{
    static struct found found;
    const struct decoder_sink sink = {place, take_segment, take_icmp_error, &found};
    struct decoder *decoder = decoder_new(&sink);

    found.frame = 0;
    found.sum = 0;
    while (input.size && found.frame < MOST_PACKETS) {
        decode_packet(decoder, &input, &found);
        if (forgets)
            decoder_forget(decoder);
    }
    check_undecoded(decoder, found.frame);
    decoder_free(decoder);
    return found.sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct input input = {data, size};

    PROMISE(decode(input, false) == decode(input, true));
    return 0;
}
