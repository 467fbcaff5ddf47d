/* The TCP header and its options, as they stand in a packet: what the parser says is what a
 * second one finds there, less of the packet says no more, and nothing behind its end is read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/tcp_header.h"

#include "promises.h"

#include <stdlib.h>
#include <string.h>

/* The options by another road: how often each kind is there, up to the first that cannot be. */
static void count_options(const uint8_t *options, size_t length, unsigned counts[256])
{
    if (!length || !options[0])
        return;
    if (options[0] == 1) {
        count_options(options + 1, length - 1, counts);
    } else if (length >= 2 && options[1] >= 2 && options[1] <= length) {
        counts[options[0]]++;
        count_options(options + options[1], length - options[1], counts);
    }
}

static uint32_t number_at(const uint8_t *bytes, unsigned count)
{
    return count ? number_at(bytes, count - 1) << 8 | bytes[count - 1] : 0;
}

static void check_read(const uint8_t *header, size_t captured, size_t on_the_wire,
                       const struct tl_segment *s)
{
    size_t length = (size_t)(header[12] >> 4) * 4, readable = captured < length ? captured : length;
    unsigned counts[256] = {0};

    PROMISE(captured >= 16 && length >= TL_TCP_HEADER_MINIMUM && length <= on_the_wire);
    PROMISE(s->source.port == number_at(header, 2));
    PROMISE(s->destination.port == number_at(header + 2, 2));
    PROMISE(s->seq == number_at(header + 4, 4) && s->ack == number_at(header + 8, 4));
    PROMISE(s->flags == (header[13] & 0x3f) && s->window == number_at(header + 14, 2));
    PROMISE(s->length == on_the_wire - length);
    if (readable > TL_TCP_HEADER_MINIMUM)
        count_options(header + TL_TCP_HEADER_MINIMUM, readable - TL_TCP_HEADER_MINIMUM, counts);
    PROMISE(s->window_scale >= TL_SCALE_UNKNOWN && s->window_scale <= 14);
    PROMISE(s->window_scale < 0 || counts[3]);
    PROMISE(!s->has_timestamps || counts[8]);
    PROMISE(s->sack_count <= 4 && (!s->sack_count || counts[5]));
    PROMISE(s->has_fast_open ? counts[34] || counts[254] : !counts[34]);
    PROMISE(!s->fast_open_cookie || s->has_fast_open);
}

/* What the parser has no business with. */
static void check_untouched(const struct tl_segment *s)
{
    PROMISE(s->frame == 1 && s->time_ns == 2 && !s->has_ip_id && !s->ip_id && !s->checksum);
    PROMISE(s->source.family == 1 && s->destination.family == 1 && !s->caller);
}

static bool read_exactly(const uint8_t *header, size_t captured, size_t on_the_wire,
                         struct tl_segment *s)
{
    /* A block of its own, which ends where the capture ended. */
    uint8_t *copy = malloc(captured + !captured);
    bool read;

    if (!copy)
        abort();
    if (captured)
        memcpy(copy, header, captured);
    memset(s, 0, sizeof *s);
    s->frame = 1;
    s->time_ns = 2;
    s->source.family = s->destination.family = 1;
    read = tl_tcp_header_read(copy, captured, on_the_wire, s);
    free(copy);
    return read;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    size_t more = take_16(&input), captured = input.size;
    struct tl_segment all, some, quoted = {0};
    bool read = read_exactly(input.data, captured, captured + more, &all);

    check_untouched(&all);
    if (read)
        check_read(input.data, captured, captured + more, &all);
    PROMISE(tl_tcp_header_read_quoted(input.data, captured, &quoted) ==
            (captured >= TL_TCP_HEADER_QUOTED));
    for (size_t less = captured < 64 ? captured : 64; less-- > 0;) {
        if (!read_exactly(input.data, less, captured + more, &some))
            continue;
        PROMISE(read && some.seq == all.seq && some.flags == all.flags &&
                some.length == all.length && some.sack_count <= all.sack_count &&
                some.has_timestamps <= all.has_timestamps &&
                some.has_fast_open <= all.has_fast_open);
    }
    return 0;
}
