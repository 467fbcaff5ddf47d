/* Where a packet's way through the layers ends: at a segment, at a piece of a datagram, or at what nobody reads here.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/decoder.h"
#include "command/decode/fragments.h"
#include "command/decode/passed_over.h"
#include "tcplife/tcp_header.h"

#include <string.h>

/* ---- what was not decoded ------------------------------------------------------------------ */

void pass_over(struct decoder *decoder, const char *kind)
{
    passed_over_note(decoder->passed_over, kind, decoder->packet->frame);
}

void pass_over_cut_off(struct decoder *decoder, struct bytes bytes, size_t header,
                       const struct layers *layers)
{
    if (bytes.captured < header && bytes.on_the_wire >= header && !layers->is_quoted)
        pass_over(decoder, undecoded_cut_off);
}

bool go_deeper(struct decoder *decoder, struct layers *layers)
{
    enum { MOST_LAYERS = 64 };

    if (++layers->depth <= MOST_LAYERS)
        return true;
    pass_over(decoder, "more than 64 layers");
    return false;
}

/* ---- fragments ----------------------------------------------------------------------------- */

bool reassemble(struct decoder *decoder, const struct ip *ip, struct fragment_place place,
                struct bytes fragment, struct bytes *whole)
{
    const size_t address_length = ip->version == 4 ? 4 : 16;
    const struct fragment piece = {.offset = place.offset, .length = (uint32_t)fragment.captured,
                                   .bytes = fragment.at, .more = place.more,
                                   .frame = decoder->packet->frame};
    struct fragment_key key = {.id = place.id, .kind = ip->version};
    const uint8_t *bytes;
    size_t length;

    memcpy(key.source, ip->source, address_length);
    memcpy(key.destination, ip->destination, address_length);
    bytes = fragments_add(decoder->fragments, &key, &piece, &length);
    if (bytes == NULL)
        return false;
    *whole = (struct bytes){bytes, length, length};
    return true;
}

/* ---- segments ------------------------------------------------------------------------------ */

static bool is_same_socket(const struct pair *pair, const uint8_t *address, uint16_t port,
                           const uint8_t *other_address, uint16_t other_port)
{
    return port == other_port && memcmp(address, other_address, pair->version == 4 ? 4 : 16) == 0;
}

/* In either direction. */
static bool is_same_pair(const struct pair *one, const struct pair *other)
{
    return one->version == other->version &&
           ((is_same_socket(one, one->source, one->source_port, other->source, other->source_port) &&
             is_same_socket(one, one->destination, one->destination_port, other->destination,
                            other->destination_port)) ||
            (is_same_socket(one, one->source, one->source_port, other->destination,
                            other->destination_port) &&
             is_same_socket(one, one->destination, one->destination_port, other->source,
                            other->source_port)));
}

/* How many of the frame's segments so far are between these sockets? (802.11 A-MSDU, TCP within TCP) */
static uint32_t count_part(struct decoder *decoder, const struct tl_segment *segment,
                           const struct ip *ip)
{
    const struct pair pair = {ip->source, ip->destination, segment->source.port,
                              segment->destination.port, ip->version};
    uint32_t part;

    if (decoder->in_frame++ == 0) {
        decoder->first = pair;
        return 0;
    }
    part = is_same_pair(&decoder->first, &pair);
    for (guint i = 0; i < decoder->others->len; i++)
        part += is_same_pair(&g_array_index(decoder->others, struct pair, i), &pair);
    g_array_append_val(decoder->others, pair);
    return part;
}

/* All but the port. */
static void fill_address(struct tl_socket *socket, const uint8_t *address, const struct ip *ip)
{
    memset(socket->address, 0, sizeof socket->address);
    if (ip->version == 4)
        memcpy(socket->address, address, 4);
    else
        memcpy(socket->address, address, 16);
    socket->address_length = ip->version == 4 ? 4 : 16;
    socket->family = ip->version;
}

/* Some capture files claim that less was on the wire than IP sent, be it no more than was captured. IP knows
 * better. */
static size_t length_on_the_wire(struct bytes bytes, const struct layers *layers, const struct ip *ip)
{
    return !layers->is_fragment && ip->header > 0 && ip->length > ip->header + bytes.on_the_wire
               ? ip->length - ip->header
               : bytes.on_the_wire;
}

static void fill_packet(struct decoder *decoder, struct tl_segment *segment, const struct ip *ip)
{
    segment->frame = decoder->packet->frame;
    segment->time_ns = decoder->packet->time_ns;
    fill_address(&segment->source, ip->source, ip);
    fill_address(&segment->destination, ip->destination, ip);
}

static void decode_quoted(struct decoder *decoder, struct bytes bytes, const struct layers *layers,
                          const struct ip *ip)
{
    struct tl_segment segment = {0};

    if (layers->icmp_is_v6 != (ip->version == 6) || ip->header == 0 ||
        !tl_tcp_header_read_quoted(bytes.at, bytes.captured, &segment))
        return;
    fill_packet(decoder, &segment, ip);
    decoder->sink.icmp_error(decoder->sink.ctx, &segment, layers->icmp_type, layers->icmp_code);
}

void decode_tcp(struct decoder *decoder, struct bytes bytes, const struct layers *layers,
                const struct ip *ip)
{
    const size_t on_the_wire = length_on_the_wire(bytes, layers, ip);
    struct segment_bytes *own;
    struct tl_segment *segment;

    if (layers->is_quoted) {
        decode_quoted(decoder, bytes, layers, ip);
        return;
    }
    segment = decoder->sink.place(decoder->sink.ctx, &own);
    /* The reader of the header sets all that is in it. */
    if (!tl_tcp_header_read(bytes.at, bytes.captured, on_the_wire, segment)) {
        pass_over_cut_off(decoder, bytes, TL_TCP_HEADER_MINIMUM, layers);
        return;
    }
    fill_packet(decoder, segment, ip);
    segment->has_ip_id = ip->has_id;
    segment->ip_id = ip->id;
    segment->network = layers->network;
    segment->is_fragment = layers->is_fragment;
    segment->part = count_part(decoder, segment, ip);
    segment->checksum = NULL;
    segment->caller = NULL;
    *own = (struct segment_bytes){
        .header = bytes.at,
        .captured = bytes.captured,
        .on_the_wire = on_the_wire,
        .ip_length = ip->length,
        .may_be_summed = !layers->is_fragment && bytes.captured >= on_the_wire,
    };
    decoder->sink.segment(decoder->sink.ctx);
}
