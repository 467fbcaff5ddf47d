/* Takes a fuzzer's bytes apart. Behind their end everything is 0, so that every input is a whole
 * one and the fuzzer may cut where it likes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_FUZZ_INPUT_H
#define TCPLIFE_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer, or replay_main.c, calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const uint8_t *data;
    size_t size; /* bytes left */
};

static inline uint8_t take_8(struct input *input)
{
    if (!input->size)
        return 0;
    input->size--;
    return *input->data++;
}

static inline uint16_t take_16(struct input *input)
{
    uint16_t low = take_8(input);

    return (uint16_t)(low | take_8(input) << 8);
}

static inline uint32_t take_32(struct input *input)
{
    uint32_t low = take_16(input);

    return low | (uint32_t)take_16(input) << 16;
}

#endif
