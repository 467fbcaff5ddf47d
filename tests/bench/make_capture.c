/* Captures of what no lab makes: make_capture flood|lives|parallel|one COUNT >FILE.
 *
 *     flood     COUNT SYNs, each of another source, none answered
 *     lives     COUNT whole connections, ten segments each, a hundred of them at once
 *     parallel  COUNT connections at once, six segments each, all in turn
 *     one       one connection of COUNT segments
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIN = 1, SYN = 2, ACK = 16, HEADERS = 14 + 20 + 20, DATA = 16 };

static uint64_t now_us = UINT64_C(1700000000000000);

static uint8_t *put_16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
    return at + 2;
}

static uint8_t *put_32(uint8_t *at, uint32_t value)
{
    return put_16(put_16(at, value >> 16), value);
}

static uint16_t sum(const uint8_t *bytes, size_t length, uint32_t start)
{
    for (size_t i = 0; i < length; i += 2)
        start += (uint32_t)bytes[i] << 8 | bytes[i + 1];
    while (start >> 16)
        start = (start & 0xffff) + (start >> 16);
    return (uint16_t)~start;
}

static void put_segment(uint32_t client, uint16_t port, int from_server, uint8_t flags, uint32_t seq,
                        uint32_t ack, uint32_t length)
{
    static uint16_t id;
    const uint32_t server = 0xc0000202;
    const uint32_t captured = HEADERS + length;
    uint32_t record[4] = {(uint32_t)(now_us / 1000000), (uint32_t)(now_us % 1000000), captured,
                          captured};
    uint8_t packet[HEADERS + DATA] = {0}, *at = packet + 12;

    now_us += 2;
    at = put_16(at, 0x0800);
    at = put_16(at, 0x4500);
    at = put_16(at, 40 + length);
    at = put_16(at, ++id);
    at = put_16(at, 0x4000);
    at = put_16(at, 0x4006);
    at = put_16(at, 0);
    at = put_32(at, from_server ? server : client);
    at = put_32(at, from_server ? client : server);
    put_16(packet + 24, sum(packet + 14, 20, 0));
    at = put_16(at, from_server ? 80 : port);
    at = put_16(at, from_server ? port : 80);
    at = put_32(at, seq);
    at = put_32(at, ack);
    at = put_16(at, 0x5000 | flags);
    at = put_16(at, 60000);
    at = put_16(at, 0);
    put_16(at, 0);
    put_16(packet + 50, sum(packet + 26, 28 + length, 6 + 20 + length));
    fwrite(record, sizeof record, 1, stdout);
    fwrite(packet, captured, 1, stdout);
}

static uint32_t host_of(uint32_t n)
{
    return 0x0a000000 + n * UINT32_C(2654435761) % 0x00ffffff;
}

static uint16_t port_of(uint32_t n)
{
    return (uint16_t)(1024 + n % 60000);
}

static void put_life(uint32_t n, int step)
{
    const uint32_t client = host_of(n);
    const uint16_t port = port_of(n);

    switch (step) {
    case 0: put_segment(client, port, 0, SYN, 99, 0, 0); break;
    case 1: put_segment(client, port, 1, SYN | ACK, 999, 100, 0); break;
    case 2: put_segment(client, port, 0, ACK, 100, 1000, 0); break;
    case 3: put_segment(client, port, 0, ACK, 100, 1000, DATA); break;
    case 4: put_segment(client, port, 1, ACK, 1000, 100 + DATA, 0); break;
    case 5: put_segment(client, port, 1, ACK, 1000, 100 + DATA, DATA); break;
    case 6: put_segment(client, port, 0, ACK, 100 + DATA, 1000 + DATA, 0); break;
    case 7: put_segment(client, port, 1, FIN | ACK, 1000 + DATA, 100 + DATA, 0); break;
    case 8: put_segment(client, port, 0, FIN | ACK, 100 + DATA, 1001 + DATA, 0); break;
    default: put_segment(client, port, 1, ACK, 1001 + DATA, 101 + DATA, 0); break;
    }
}

static void put_lives(uint32_t count)
{
    enum { AT_ONCE = 100, STEPS = 10 };

    for (uint32_t first = 0; first < count; first += AT_ONCE)
        for (int step = 0; step < STEPS; step++)
            for (uint32_t n = first; n < first + AT_ONCE && n < count; n++)
                put_life(n, step);
}

int main(int argc, char **argv)
{
    const uint32_t header[6] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 1};
    const uint32_t count = argc == 3 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;

    if (!count) {
        fprintf(stderr, "usage: make_capture flood|lives|parallel|one COUNT >FILE\n");
        return 2;
    }
    fwrite(header, sizeof header, 1, stdout);
    if (!strcmp(argv[1], "flood")) {
        for (uint32_t n = 0; n < count; n++)
            put_segment(host_of(n), port_of(n), 0, SYN, n * 77, 0, 0);
        return 0;
    }
    if (!strcmp(argv[1], "lives")) {
        put_lives(count);
        return 0;
    }
    if (!strcmp(argv[1], "parallel")) {
        for (int step = 0; step < 6; step++)
            for (uint32_t n = 0; n < count; n++)
                switch (step) {
                case 0: put_segment(host_of(n), port_of(n), 0, SYN, 99, 0, 0); break;
                case 1: put_segment(host_of(n), port_of(n), 1, SYN | ACK, 999, 100, 0); break;
                case 2: put_segment(host_of(n), port_of(n), 0, ACK, 100, 1000, 0); break;
                case 3: put_segment(host_of(n), port_of(n), 0, ACK, 100, 1000, DATA); break;
                case 4: put_segment(host_of(n), port_of(n), 1, ACK, 1000, 116, DATA); break;
                default: put_segment(host_of(n), port_of(n), 0, ACK, 116, 1016, 0); break;
                }
        return 0;
    }
    put_segment(host_of(1), 4000, 0, SYN, 99, 0, 0);
    put_segment(host_of(1), 4000, 1, SYN | ACK, 999, 100, 0);
    put_segment(host_of(1), 4000, 0, ACK, 100, 1000, 0);
    for (uint32_t n = 1; n + 2 < count; n++) {
        if (n % 3)
            put_segment(host_of(1), 4000, 1, ACK, 1000 + (n / 3 * 2 + n % 3 - 1) * DATA, 100, DATA);
        else
            put_segment(host_of(1), 4000, 0, ACK, 100, 1000 + n / 3 * 2 * DATA, 0);
    }
    return 0;
}
