/* Reads a TCP header: every byte of it is the network's choice.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/tcp_header.h"

#include <string.h>

enum {
    OFFSET_SOURCE_PORT = 0,
    OFFSET_DESTINATION_PORT = 2,
    OFFSET_SEQ = 4,
    OFFSET_ACK = 8,
    OFFSET_DATA_OFFSET = 12,
    OFFSET_FLAGS = 13,
    OFFSET_WINDOW = 14,
    END_OF_WINDOW = 16,
    OFFSET_CHECKSUM = 16
};

/* The longest segment that fits into a frame of Ethernet, of 1500 bytes with IP's header. */
enum { LONGEST_ON_ETHERNET = 1480 };
enum { PROTOCOL_TCP = 6 };

/* Option kinds, as IANA lists them. */
enum {
    OPTION_END = 0,
    OPTION_NO_OPERATION = 1,
    OPTION_WINDOW_SCALE = 3, /* RFC 7323, section 2.2 */
    OPTION_SACK = 5,         /* RFC 2018, section 3 */
    OPTION_TIMESTAMPS = 8,   /* RFC 7323, section 3.2 */
    OPTION_FAST_OPEN = 34,   /* RFC 7413, section 4.1.1 */
    OPTION_EXPERIMENT = 254  /* RFC 6994; Fast Open before it had a number of its own */
};

enum { EXPERIMENT_FAST_OPEN = 0xf989, MAXIMUM_WINDOW_SCALE = 14, SACK_BLOCKS = 4 };

static uint16_t read_16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t read_32(const uint8_t *bytes)
{
    return (uint32_t)read_16(bytes) << 16 | read_16(bytes + 2);
}

static void read_option(const uint8_t *option, uint8_t length, struct tl_segment *segment)
{
    switch (option[0]) {
    case OPTION_WINDOW_SCALE:
        if (length == 3)
            segment->window_scale =
                (int8_t)(option[2] > MAXIMUM_WINDOW_SCALE ? MAXIMUM_WINDOW_SCALE : option[2]);
        break;
    case OPTION_SACK:
        for (uint8_t at = 2; at + 8 <= length && segment->sack_count < SACK_BLOCKS;
             at += 8) {
            segment->sack[segment->sack_count].start = read_32(option + at);
            segment->sack[segment->sack_count++].end = read_32(option + at + 4);
        }
        break;
    case OPTION_TIMESTAMPS:
        if (length == 10) {
            segment->has_timestamps = true;
            segment->ts_val = read_32(option + 2);
            segment->ts_ecr = read_32(option + 6);
        }
        break;
    case OPTION_FAST_OPEN:
        segment->has_fast_open = true;
        segment->fast_open_cookie = length > 2;
        break;
    case OPTION_EXPERIMENT:
        if (length >= 4 && read_16(option + 2) == EXPERIMENT_FAST_OPEN) {
            segment->has_fast_open = true;
            segment->fast_open_cookie = length > 4;
        }
        break;
    default:
        break;
    }
}

/* Timestamps alone, as RFC 7323, appendix A, says that they be laid out: nearly every segment
 * that has options. */
static bool read_timestamps_alone(const uint8_t *options, size_t length,
                                  struct tl_segment *segment)
{
    enum { LENGTH = 12, BEGINNING = OPTION_NO_OPERATION << 24 | OPTION_NO_OPERATION << 16 |
                                    OPTION_TIMESTAMPS << 8 | 10 };

    if (length != LENGTH || read_32(options) != BEGINNING)
        return false;
    segment->has_timestamps = true;
    segment->ts_val = read_32(options + 4);
    segment->ts_ecr = read_32(options + 8);
    return true;
}

/* Stops at the first option that cannot be right, as TCPs do: what follows it has no
 * beginning. The same goes for an option that the capture cut off. */
static void read_options(const uint8_t *options, size_t length, struct tl_segment *segment)
{
    size_t at = 0;

    if (read_timestamps_alone(options, length, segment))
        return;
    while (at < length && options[at] != OPTION_END) {
        if (options[at] == OPTION_NO_OPERATION) {
            at++;
            continue;
        }
        if (length - at < 2 || options[at + 1] < 2 || options[at + 1] > length - at)
            return;
        read_option(options + at, options[at + 1], segment);
        at += options[at + 1];
    }
}

bool tl_tcp_header_read_quoted(const uint8_t *header, size_t captured, struct tl_segment *segment)
{
    if (captured < TL_TCP_HEADER_QUOTED)
        return false;

    segment->source.port = read_16(header + OFFSET_SOURCE_PORT);
    segment->destination.port = read_16(header + OFFSET_DESTINATION_PORT);
    segment->seq = read_32(header + OFFSET_SEQ);
    return true;
}

bool tl_tcp_header_read(const uint8_t *header, size_t captured, size_t on_the_wire,
                     struct tl_segment *segment)
{
    size_t length;

    if (captured < END_OF_WINDOW || !tl_tcp_header_read_quoted(header, captured, segment))
        return false;

    length = (size_t)(header[OFFSET_DATA_OFFSET] >> 4) * 4;
    if (length < TL_TCP_HEADER_MINIMUM || length > on_the_wire)
        return false;

    segment->ack = read_32(header + OFFSET_ACK);
    segment->flags = header[OFFSET_FLAGS] & (TL_FIN | TL_SYN | TL_RST | TL_PSH | TL_ACK | TL_URG);
    segment->window = read_16(header + OFFSET_WINDOW);
    segment->length = (uint32_t)(on_the_wire - length);
    /* Options behind the snaplen may be there. */
    segment->window_scale = captured < length ? TL_SCALE_UNKNOWN : TL_SCALE_NONE;
    segment->has_timestamps = segment->has_fast_open = segment->fast_open_cookie = false;
    segment->ts_val = segment->ts_ecr = 0;
    segment->sack_count = 0;
    if (captured > length)
        captured = length;
    if (captured > TL_TCP_HEADER_MINIMUM)
        read_options(header + TL_TCP_HEADER_MINIMUM, captured - TL_TCP_HEADER_MINIMUM, segment);
    return true;
}

/* ---- the checksum ---------------------------------------------------------------------------- */

/* A sum in one's complement does not depend on the order of bytes (RFC 1071, section 2), nor on how
 * many of them are added at once: so many, and the carry. */
static uint64_t add(uint64_t sum, uint64_t more)
{
    sum += more;
    return sum + (sum < more);
}

/* Fewer than eight. Each load is of one size: a number that is put together of single bytes in memory has to
 * wait for them. */
static uint64_t add_last_bytes(uint64_t sum, const uint8_t *bytes, size_t length)
{
    uint32_t four;
    uint16_t two;

    if (length & 4) {
        memcpy(&four, bytes, sizeof four);
        sum = add(sum, four);
        bytes += sizeof four;
    }
    if (length & 2) {
        memcpy(&two, bytes, sizeof two);
        sum = add(sum, two);
        bytes += sizeof two;
    }
    if (length & 1) {
        const uint8_t padded[] = {*bytes, 0};

        memcpy(&two, padded, sizeof two);
        sum = add(sum, two);
    }
    return sum;
}

static uint64_t add_bytes(uint64_t sum, const uint8_t *bytes, size_t length)
{
    enum { AT_ONCE = 4 }; /* compilers make one loop less out of it: half the instructions */
    uint64_t eight, carries = 0;

    for (; length >= AT_ONCE * sizeof eight; length -= AT_ONCE * sizeof eight)
        for (int i = 0; i < AT_ONCE; i++, bytes += sizeof eight) {
            memcpy(&eight, bytes, sizeof eight);
            sum += eight;
            carries += sum < eight;
        }
    for (; length >= sizeof eight; bytes += sizeof eight, length -= sizeof eight) {
        memcpy(&eight, bytes, sizeof eight);
        sum = add(sum, eight);
    }
    return add_last_bytes(add(sum, carries), bytes, length);
}

static uint16_t fold(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

static uint64_t add_address(uint64_t sum, const struct tl_socket *socket)
{
    return socket->address_length == 4 ? add_last_bytes(sum, socket->address, 4)
                                       : add_bytes(sum, socket->address, socket->address_length);
}

/* As the header has it: 32 bits. */
static uint64_t add_number(uint64_t sum, uint32_t number)
{
    const uint8_t bytes[] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
                             (uint8_t)(number >> 8), (uint8_t)number};
    uint32_t four;

    memcpy(&four, bytes, sizeof four);
    return add(sum, four);
}

/* The pseudo header's but for the length, as the bytes lie in memory. */
static uint64_t add_pseudo_header(const struct tl_segment *segment)
{
    return add_number(add_address(add_address(0, &segment->source), &segment->destination), PROTOCOL_TCP);
}

/* What is left to the card bears the pseudo header's sum for it to go on from; without the length where
 * the card is to cut the segment; in its complement from some drivers. */
static bool is_for_the_card(uint16_t checksum, uint64_t pseudo_header, uint64_t without_length)
{
    const unsigned sum = fold(pseudo_header), sum_without = fold(without_length);

    return checksum == sum || checksum == 0xffff - sum || checksum == sum_without ||
           checksum == 0xffff - sum_without;
}

enum tl_checksum tl_tcp_header_checksum(const uint8_t *tcp, size_t length,
                                     const struct tl_segment *segment)
{
    uint16_t checksum;
    uint64_t without_length, pseudo_header;

    if (length < TL_TCP_HEADER_MINIMUM || length > LONGEST_ON_ETHERNET)
        return TL_CHECKSUM_UNKNOWN; /* merged by the card, or not cut yet: none of it was ever sent */
    memcpy(&checksum, tcp + OFFSET_CHECKSUM, sizeof checksum);
    if (checksum == 0)
        return TL_CHECKSUM_UNKNOWN;
    without_length = add_pseudo_header(segment);
    pseudo_header = add_number(without_length, (uint32_t)length);
    if (is_for_the_card(checksum, pseudo_header, without_length))
        return TL_CHECKSUM_UNKNOWN;
    return fold(add_bytes(pseudo_header, tcp, length)) == 0xffff ? TL_CHECKSUM_GOOD
                                                                 : TL_CHECKSUM_BAD;
}
