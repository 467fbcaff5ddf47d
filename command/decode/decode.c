/* From a captured packet to the TCP segments in it: the beginning of the way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/decode.h"

#include "command/decode/decoder.h"
#include "command/decode/fragments.h"
#include "command/decode/passed_over.h"
#include "tcplife/tcp_header.h"

static const struct tunnelled tunnelled = {
    .ethernet = decode_ethernet,
    .ethertype = decode_ethertype,
    .wlan_swapped = decode_80211_swapped,
    .ppp_hdlc = decode_ppp_hdlc,
    .mpls = decode_mpls,
    .ip = decode_ip,
    .ipv6 = decode_ipv6,
};

struct decoder *decoder_new(const struct decoder_sink *sink)
{
    struct decoder *decoder = g_new0(struct decoder, 1);

    decoder->sink = *sink;
    decoder->tunnelled = &tunnelled;
    decoder->fragments = fragments_new();
    decoder->others = g_array_new(FALSE, FALSE, sizeof(struct pair));
    decoder->passed_over = passed_over_new();
    return decoder;
}

void decoder_free(struct decoder *decoder)
{
    fragments_free(decoder->fragments);
    g_array_unref(decoder->others);
    g_array_unref(decoder->passed_over);
    g_free(decoder);
}

enum { IPV4_HEADER = 20 };

void decoder_packet(struct decoder *decoder, const struct packet *packet)
{
    const struct layers none = {0};
    struct bytes bytes = {packet->bytes, packet->captured, packet->on_the_wire};

    if (bytes.on_the_wire < bytes.captured)
        bytes.on_the_wire = bytes.captured;
    decoder->packet = packet;
    decoder->in_frame = 0;
    if (decoder->others->len > 0)
        g_array_set_size(decoder->others, 0);
    if (packet->link != LINK_OTHER && bytes.on_the_wire >= IPV4_HEADER + TL_TCP_HEADER_MINIMUM)
        pass_over_cut_off(decoder, bytes, IPV4_HEADER, &none); /* a link layer may not need a byte */
    decode_link_layer(decoder, packet->link, packet->link_name, bytes, none);
}

enum tl_checksum segment_checksum(const struct tl_segment *segment)
{
    struct segment_bytes *bytes = segment->caller;

    if (bytes->may_be_summed && !bytes->is_summed) {
        bytes->checksum = tl_tcp_header_checksum(bytes->header, bytes->on_the_wire, segment);
        bytes->is_summed = true;
    }
    return bytes->checksum;
}

void decoder_note_whole(struct decoder *decoder, struct whole_datagrams *whole)
{
    fragments_note_whole(decoder->fragments, whole);
}

void decoder_forget(struct decoder *decoder)
{
    fragments_forget(decoder->fragments);
}

size_t decoder_unfinished(const struct decoder *decoder, struct noted_datagram *to, size_t most)
{
    return fragments_unfinished(decoder->fragments, to, most);
}

struct undecoded *decoders_undecoded(struct decoder *const *decoders, size_t decoder_count,
                                     size_t *count)
{
    GArray *sum = passed_over_new();
    struct undecoded *list;

    for (size_t i = 0; i < decoder_count; i++)
        passed_over_add(sum, decoders[i]->passed_over);
    list = passed_over_list(sum, count);
    g_array_unref(sum);
    return list;
}
