/* Any segments, in any order, between a few sockets: most of them impossible.
 *
 * seeds.py writes the same records out of captures.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "promises.h"

static enum tl_checksum checksum(const struct tl_segment *segment)
{
    return *(const enum tl_checksum *)segment->caller;
}

static void take_options(struct input *input, struct tl_segment *s, uint8_t which)
{
    static enum tl_checksum checksums[] = {TL_CHECKSUM_UNKNOWN, TL_CHECKSUM_GOOD, TL_CHECKSUM_BAD};
    tl_seq hole;
    uint16_t block;

    s->has_timestamps = which & 1;
    s->has_fast_open = which & 2;
    s->fast_open_cookie = which & 4;
    s->has_ip_id = which & 8;
    if (which >> 4 & 3) {
        s->checksum = checksum;
        s->caller = &checksums[(which >> 4 & 3) - 1];
    }
    s->sack_count = which >> 6;
    s->ts_val = take_32(input);
    s->ts_ecr = take_32(input);
    s->ip_id = take_16(input);
    hole = take_16(input);
    block = take_16(input);
    for (unsigned i = 0; i < s->sack_count; i++) {
        s->sack[i].start = s->ack + (i + 1) * hole;
        s->sack[i].end = s->sack[i].start + block;
    }
}

/* Which one of its frame's between these sockets. */
static uint32_t part_of(const struct script *script, const struct tl_segment *s)
{
    uint32_t part = 0;

    for (unsigned i = script->count; i-- > 0 && script->at[i].segment.frame == s->frame;)
        part += !script->at[i].icmp && is_between(&script->at[i].segment, s);
    return part;
}

/* 34 bytes. */
static void take_happening(struct input *input, struct script *script,
                           const struct tl_segment *before)
{
    struct happening *happening = &script->at[script->count];
    struct tl_segment *s = &happening->segment;
    uint8_t ends = take_8(input), scale, which, step;
    int64_t pause_ns;

    s->source = socket_number(ends & 7);
    s->destination = socket_number(ends >> 3 & 7);
    happening->icmp = ends & 0x80;
    s->flags = take_8(input) & 0x3f;
    scale = take_8(input);
    s->window_scale = (int8_t)(scale % 16 - 1);
    s->network = scale >> 4 & 3;
    s->is_fragment = scale & 0x40;
    which = take_8(input);
    step = take_8(input);
    pause_ns = take_duration(input);
    /* A frame has one time. */
    s->frame = before->frame + (ends & 0x40 ? 0 : 1u + step);
    s->time_ns = ends & 0x40 ? before->time_ns : later(before->time_ns, pause_ns);
    s->part = happening->icmp ? 0 : part_of(script, s);
    s->seq = take_32(input);
    s->ack = take_32(input);
    s->length = take_16(input);
    if (s->length & 0x8000)
        s->length = (s->length & 0x7fff) << 16; /* more than IPv6's largest packets hold */
    s->window = take_16(input);
    take_options(input, s, which);
    happening->icmp_type = (uint8_t)s->ip_id;
    happening->icmp_code = (uint8_t)(s->ip_id >> 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct script script;
    struct input input = {data, size};
    struct tl_segment start = {.frame = 1, .time_ns = INT64_C(1700000000000000000)};

    script_begin(&script, &input);
    while (input.size && script.count < LONGEST_SCRIPT) {
        const struct tl_segment *before =
            script.count ? &script.at[script.count - 1].segment : &start;

        take_happening(&input, &script, before);
        script.count++;
    }
    promises_hold(&script, NULL, NULL);
    return 0;
}
