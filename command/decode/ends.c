/* From a captured packet to the TCP segments in it: the beginning of the way, and its ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/decode.h"

#include "command/decode/fragments.h"
#include "command/decode/layers.h"
#include "tcplife/tcp_header.h"

#include <glib.h>

#include <stdlib.h>
#include <string.h>

/* How often packets of one kind were passed over. */
struct tally {
    struct undecoded undecoded;
    uint32_t frame; /* the last one, which counts once */
};

/* Two sockets, as they stand in the packet. */
struct pair {
    const uint8_t *source, *destination; /* addresses */
    uint16_t source_port, destination_port;
    uint8_t version;
};

struct decoder {
    struct decoder_sink sink;
    const struct packet *packet;
    struct fragments *fragments;
    struct pair first; /* which sockets the first segment of this frame is between… */
    GArray *others;    /* …and the others: struct pair. Most frames have none */
    unsigned in_frame;
    GArray *undecoded; /* struct tally: there are few kinds */
};


struct decoder *decoder_new(const struct decoder_sink *sink)
{
    struct decoder *decoder = g_new0(struct decoder, 1);

    decoder->sink = *sink;
    decoder->fragments = fragments_new();
    decoder->others = g_array_new(FALSE, FALSE, sizeof(struct pair));
    decoder->undecoded = g_array_new(FALSE, FALSE, sizeof(struct tally));
    return decoder;
}

void decoder_free(struct decoder *decoder)
{
    fragments_free(decoder->fragments);
    g_array_free(decoder->others, TRUE);
    g_array_free(decoder->undecoded, TRUE);
    g_free(decoder);
}

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
    decode_link_layer(decoder, packet->link, packet->link_name, bytes, none);
}

void decoder_forget(struct decoder *decoder)
{
    fragments_forget(decoder->fragments);
}

size_t decoder_unfinished(const struct decoder *decoder, uint64_t *names, size_t most)
{
    return fragments_unfinished(decoder->fragments, names, most);
}

/* ---- what was not decoded ------------------------------------------------------------------ */

static struct tally *tally_of(GArray *tallies, const char *kind)
{
    const struct tally none = {.undecoded = {.kind = kind}};

    for (guint i = 0; i < tallies->len; i++) {
        struct tally *tally = &g_array_index(tallies, struct tally, i);

        if (strcmp(tally->undecoded.kind, kind) == 0)
            return tally;
    }
    g_array_append_val(tallies, none);
    return &g_array_index(tallies, struct tally, tallies->len - 1);
}

void pass_over(struct decoder *decoder, const char *kind)
{
    struct tally *tally = tally_of(decoder->undecoded, kind);

    tally->undecoded.packets += tally->frame != decoder->packet->frame;
    tally->frame = decoder->packet->frame;
}

bool go_deeper(struct decoder *decoder, struct layers *layers)
{
    enum { MOST_LAYERS = 64 };

    if (++layers->depth <= MOST_LAYERS)
        return true;
    pass_over(decoder, "more than 64 layers");
    return false;
}

static int compare_kinds(const void *one, const void *other)
{
    const struct undecoded *a = one, *b = other;

    return a->packets != b->packets ? (a->packets < b->packets ? 1 : -1) : strcmp(a->kind, b->kind);
}

static void add_tallies(GArray *sum, const GArray *tallies)
{
    for (guint i = 0; i < tallies->len; i++) {
        const struct undecoded *one = &g_array_index(tallies, struct tally, i).undecoded;

        tally_of(sum, one->kind)->undecoded.packets += one->packets;
    }
}

struct undecoded *decoders_undecoded(struct decoder *const *decoders, size_t decoder_count,
                                     size_t *count)
{
    GArray *sum = g_array_new(FALSE, FALSE, sizeof(struct tally));
    struct undecoded *kinds;

    for (size_t i = 0; i < decoder_count; i++)
        add_tallies(sum, decoders[i]->undecoded);
    *count = sum->len;
    kinds = g_new0(struct undecoded, *count + 1);
    for (size_t i = 0; i < *count; i++)
        kinds[i] = g_array_index(sum, struct tally, i).undecoded;
    qsort(kinds, *count, sizeof *kinds, compare_kinds);
    g_array_free(sum, TRUE);
    return kinds;
}

/* ---- fragments ----------------------------------------------------------------------------- */

bool reassemble(struct decoder *decoder, const struct ip *ip, struct fragment_place place,
                struct bytes fragment, struct bytes *whole)
{
    const size_t address_length = ip->version == 4 ? 4 : 16;
    const struct fragment piece = {.offset = place.offset, .length = (uint32_t)fragment.captured,
                                   .bytes = fragment.at, .more = place.more};
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
    if (!tl_tcp_header_read(bytes.at, bytes.captured, on_the_wire, segment))
        return;
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

enum tl_checksum segment_checksum(const struct tl_segment *segment)
{
    const struct segment_bytes *bytes = segment->caller;

    return bytes->may_be_summed ? tl_tcp_header_checksum(bytes->header, bytes->on_the_wire, segment)
                                : TL_CHECKSUM_UNKNOWN;
}
