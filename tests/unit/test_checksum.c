/* The checksum of a whole segment: right, wrong, or left to the network card.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/tcp_header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

enum { CHECKSUM = 16, HEADER = 20, LARGE = 4000 };

static uint8_t packet[LARGE];
static struct tl_segment segment;

static uint32_t add_words(uint32_t sum, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    return sum;
}

static uint16_t folded(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

/* RFC 9293, section 3.1, word by word. */
static uint16_t pseudo_header(size_t length)
{
    uint32_t sum = add_words(6, segment.source.address, segment.source.address_length);

    sum = add_words(sum, segment.destination.address, segment.destination.address_length);
    return folded(sum + (uint32_t)length);
}

static void put(uint16_t checksum)
{
    packet[CHECKSUM] = (uint8_t)(checksum >> 8);
    packet[CHECKSUM + 1] = (uint8_t)checksum;
}

static uint16_t right_checksum(size_t length)
{
    put(0);
    return (uint16_t)~folded(add_words(pseudo_header(length), packet, length));
}

static enum tl_checksum answer(size_t length, uint16_t checksum)
{
    put(checksum);
    return tl_tcp_header_checksum(packet, length, &segment);
}

static void make(uint8_t address_length)
{
    for (size_t i = 0; i < sizeof packet; i++)
        packet[i] = (uint8_t)(i * 7 + 3);
    memset(&segment, 0, sizeof segment);
    segment.source.address_length = segment.destination.address_length = address_length;
    for (uint8_t i = 0; i < address_length; i++) {
        segment.source.address[i] = (uint8_t)(10 + i * 31);
        segment.destination.address[i] = (uint8_t)(192 + i * 17);
    }
}

static void right_and_damaged(void **state)
{
    (void)state;
    for (uint8_t address_length = 4; address_length <= 16; address_length += 12) {
        make(address_length);
        for (size_t length = HEADER; length < HEADER + 40; length++) {
            const uint16_t right = right_checksum(length);

            assert_int_equal(answer(length, right), TL_CHECKSUM_GOOD);
            for (size_t bit = 0; bit < length * 8; bit++) {
                packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
                assert_int_equal(tl_tcp_header_checksum(packet, length, &segment), TL_CHECKSUM_BAD);
                packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
            }
        }
    }
}

static void left_to_the_card(void **state)
{
    (void)state;
    for (uint8_t address_length = 4; address_length <= 16; address_length += 12) {
        make(address_length);
        for (size_t length = HEADER; length < HEADER + 40; length++) {
            assert_int_equal(answer(length, 0), TL_CHECKSUM_UNKNOWN);
            assert_int_equal(answer(length, pseudo_header(length)), TL_CHECKSUM_UNKNOWN);
            assert_int_equal(answer(length, (uint16_t)~pseudo_header(length)), TL_CHECKSUM_UNKNOWN);
            /* …which is to cut the segment, too */
            assert_int_equal(answer(length, pseudo_header(0)), TL_CHECKSUM_UNKNOWN);
            assert_int_equal(answer(length, (uint16_t)~pseudo_header(0)), TL_CHECKSUM_UNKNOWN);
        }
    }
}

/* Merged of several, it bears the first one's checksum. */
static void longer_than_any_packet(void **state)
{
    const size_t two = HEADER + 2 * (size_t)1448;

    (void)state;
    make(4);
    assert_int_equal(answer(two, (uint16_t)(right_checksum(HEADER + 1448) ^ 1)), TL_CHECKSUM_UNKNOWN);
    assert_int_equal(answer(HEADER + 1448, (uint16_t)(right_checksum(HEADER + 1448) ^ 1)),
                     TL_CHECKSUM_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_and_damaged),
        cmocka_unit_test(left_to_the_card),
        cmocka_unit_test(longer_than_any_packet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
