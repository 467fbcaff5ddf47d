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

/* False: it is no TCP segment, or too little of it was captured. */
static bool decode(struct tl_segment *s, const struct pcap_pkthdr *packet, const uint8_t *data)
{
    const uint8_t *ip = data + 14;
    const size_t header = packet->caplen < 34 ? 0 : (ip[0] & 15u) * 4, length = header ? ip[2] << 8 | ip[3] : 0;
    if (header < 20 || length < header || packet->caplen < 14 + header || data[12] != 8 || data[13] != 0 || ip[9] != 6)
        return false;
    memcpy(s->source.address, ip + 12, 4);
    memcpy(s->destination.address, ip + 16, 4);
    s->source.address_length = s->destination.address_length = 4;
    s->time_ns = packet->ts.tv_sec * INT64_C(1000000000) + packet->ts.tv_usec;
    return !(ip[6] & 0x3f) && !ip[7] && tl_tcp_header_read(ip + header, packet->caplen - 14 - header, length - header, s);
}

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE] = "usage: lives FILE";
    pcap_t *capture = argc != 2 ? NULL
                                : pcap_open_offline_with_tstamp_precision(argv[1], PCAP_TSTAMP_PRECISION_NANO, error);
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
