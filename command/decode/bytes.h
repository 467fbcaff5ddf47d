/* What is left of a packet at some layer: bytes that can be read, and how many there were on the wire.
 *
 * Everything in a packet is the network's choice: nothing is read but by these functions, and never
 * behind what was captured.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_BYTES_H
#define PCAPLIFE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *at;
    size_t captured;    /* so many can be read */
    size_t on_the_wire; /* so many there were; not less than `captured` */
};

static inline bool bytes_have(struct bytes bytes, size_t count)
{
    return bytes.captured >= count;
}

/* These ask for what bytes_have() has promised. */
static inline uint8_t bytes_8(struct bytes bytes, size_t offset)
{
    return bytes.at[offset];
}

static inline uint16_t bytes_16(struct bytes bytes, size_t offset)
{
    return (uint16_t)(bytes.at[offset] << 8 | bytes.at[offset + 1]);
}

static inline uint32_t bytes_24(struct bytes bytes, size_t offset)
{
    return (uint32_t)bytes_16(bytes, offset) << 8 | bytes.at[offset + 2];
}

static inline uint32_t bytes_32(struct bytes bytes, size_t offset)
{
    return (uint32_t)bytes_16(bytes, offset) << 16 | bytes_16(bytes, offset + 2);
}

/* Least significant octet first: radiotap and PKTAP. */
static inline uint16_t bytes_16_le(struct bytes bytes, size_t offset)
{
    return (uint16_t)(bytes.at[offset] | bytes.at[offset + 1] << 8);
}

static inline uint32_t bytes_32_le(struct bytes bytes, size_t offset)
{
    return bytes_16_le(bytes, offset) | (uint32_t)bytes_16_le(bytes, offset + 2) << 16;
}

/* What follows a header; nothing, where the header is longer than the packet. */
static inline struct bytes bytes_behind(struct bytes bytes, size_t header)
{
    const size_t captured = header < bytes.captured ? header : bytes.captured;
    const size_t on_the_wire = header < bytes.on_the_wire ? header : bytes.on_the_wire;

    return (struct bytes){bytes.at + captured, bytes.captured - captured,
                          bytes.on_the_wire - on_the_wire};
}

/* No more than `length` of them: what follows is padding, a trailer, or something else. */
static inline struct bytes bytes_first(struct bytes bytes, size_t length)
{
    if (bytes.on_the_wire > length)
        bytes.on_the_wire = length;
    if (bytes.captured > length)
        bytes.captured = length;
    return bytes;
}

#endif
