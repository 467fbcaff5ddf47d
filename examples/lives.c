/* Prints how every TCP connection of a capture was opened and closed.
 *
 *   cc lives.c $(pkg-config --cflags --libs tcplife libpcap) -o lives && ./lives FILE
 *
 * To be short it knows only Ethernet with IPv4; docs/library.md says what a segment may hold beyond this.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tcplife/tcplife.h>

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    (void)ctx, (void)old_size;
    if (new_size > 0)
        return realloc(block, new_size);
    free(block);
    return NULL;
}

static uint32_t be(const uint8_t *at, unsigned bytes)
{
    uint32_t value = 0;
    while (bytes-- > 0)
        value = value << 8 | *at++;
    return value;
}

/* False: it is no TCP segment, or was cut before the end of its fixed header. */
static bool decode(struct tl_segment *s, const struct pcap_pkthdr *packet, const uint8_t *data)
{
    const uint8_t *ip = data + 14, *tcp;
    if (packet->caplen < 14 + 20 || be(data + 12, 2) != 0x0800 || ip[9] != 6 || (be(ip + 6, 2) & 0x3fff))
        return false;
    tcp = ip + (ip[0] & 15) * 4;
    if (tcp + 20 > data + packet->caplen || be(ip + 2, 2) < (uint32_t)(tcp - ip) + (tcp[12] >> 4) * 4)
        return false;
    memcpy(s->source.address, ip + 12, 4);
    memcpy(s->destination.address, ip + 16, 4);
    s->source.address_length = s->destination.address_length = 4;
    s->source.port = (uint16_t)be(tcp, 2);
    s->destination.port = (uint16_t)be(tcp + 2, 2);
    s->seq = be(tcp + 4, 4);
    s->ack = be(tcp + 8, 4);
    s->flags = tcp[13] & 0x3f;
    s->window = (uint16_t)be(tcp + 14, 2);
    s->window_scale = TL_SCALE_UNKNOWN;
    s->length = be(ip + 2, 2) - (uint32_t)(tcp - ip) - (tcp[12] >> 4) * 4;
    s->time_ns = packet->ts.tv_sec * INT64_C(1000000000) + packet->ts.tv_usec * INT64_C(1000);
    return true;
}

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE] = "usage: lives FILE";
    pcap_t *capture = argc == 2 ? pcap_open_offline(argv[1], error) : NULL;
    const struct tl_memory memory = {resize, NULL};
    struct tl_config config = {0};
    struct tl_tracker *tracker = NULL;
    struct pcap_pkthdr *packet;
    const uint8_t *data;

    config.msl_ns = TL_DEFAULT_MSL_NS;
    if (capture == NULL || !(tracker = tl_tracker_new(&memory, &config)))
        return fprintf(stderr, "%s\n", capture == NULL ? error : "out of memory"), 2;
    for (uint32_t frame = 1; pcap_next_ex(capture, &packet, &data) == 1; frame++) {
        struct tl_segment segment = {0};
        enum tl_role sender;
        segment.frame = frame;
        if (decode(&segment, packet, data))
            tl_tracker_segment(tracker, &segment, &sender);
    }
    for (uint32_t i = 0; i < tl_tracker_connection_count(tracker); i++) {
        const struct tl_summary life = tl_summarize(tl_tracker_connection(tracker, i));
        printf("%u: %s, %s\n", i, tl_open_words(life.open), tl_close_words(life.close));
    }
    tl_tracker_free(tracker);
    pcap_close(capture);
    return 0;
}
