/* IPv6: header, extension headers, fragments.
 *
 * Read first: RFC 8200, sections 3 and 4; RFC 5095 and 6275 (routing headers 0 and 2), RFC 6554 (3),
 * RFC 8754 (4); RFC 2675 (jumbograms).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/layers.h"

#include <string.h>

enum { HEADER = 40, SOURCE = 8, DESTINATION = 24, ADDRESS = 16, FRAGMENT_HEADER = 8 };
enum { OPTION_PAD_1 = 0, OPTION_JUMBO = 0xc2, OPTION_HOME_ADDRESS = 0xc9 };

/* On the way along the extension headers. */
struct walk {
    struct decoder *decoder;
    struct bytes bytes; /* from the next header on */
    struct layers layers;
    struct ip ip;
    uint8_t next;
    uint32_t plain; /* IP's own count of what follows: a fragment's length; 0: not known */
    uint8_t routed[ADDRESS]; /* a destination that is nowhere in one piece */
};

/* Behind a header of so many bytes. */
static void advance(struct walk *walk, uint32_t header)
{
    walk->next = bytes_8(walk->bytes, 0);
    walk->bytes = bytes_behind(walk->bytes, header);
    walk->plain = walk->plain > header ? walk->plain - header : 0;
    walk->ip.header += walk->ip.header > 0 ? header : 0;
}

/* The last address of RFC 6554, where those bytes are left out that the destination has, too. */
static void take_compressed_route(struct walk *walk, struct bytes header)
{
    const uint8_t in_all = bytes_8(header, 4) >> 4, in_last = bytes_8(header, 4) & 15;
    const uint8_t padding = bytes_8(header, 5) >> 4;
    const size_t length = header.captured - 8;
    const size_t of_last = ADDRESS - in_last;

    if (length < of_last + padding || (length - of_last - padding) % (size_t)(ADDRESS - in_all) != 0)
        return;
    memmove(walk->routed, walk->ip.destination, ADDRESS);
    memcpy(walk->routed + in_last, header.at + header.captured - padding - of_last, of_last);
    walk->ip.destination = walk->routed;
}

/* Where the packet will end. */
static void take_route(struct walk *walk, struct bytes header)
{
    enum { TYPE_ADDRESSES = 0, TYPE_MOBILE = 2, TYPE_COMPRESSED = 3, TYPE_SEGMENTS = 4 };
    const size_t addresses = (header.captured - 8) / ADDRESS;
    const uint8_t left = bytes_8(header, 3);

    if (left == 0 || addresses == 0)
        return;
    switch (bytes_8(header, 2)) {
    case TYPE_ADDRESSES: walk->ip.destination = header.at + 8 + (addresses - 1) * ADDRESS; break;
    case TYPE_MOBILE:
    case TYPE_SEGMENTS: /* from the last one to the first */ walk->ip.destination = header.at + 8; break;
    case TYPE_COMPRESSED: take_compressed_route(walk, header); break;
    default: break;
    }
}

static void take_options(struct walk *walk, struct bytes header)
{
    struct bytes options = bytes_behind(header, 2);

    while (bytes_have(options, 2)) {
        const size_t length = bytes_8(options, 0) == OPTION_PAD_1 ? 1 : 2U + bytes_8(options, 1);

        if (bytes_8(options, 0) == OPTION_HOME_ADDRESS && length == 2 + ADDRESS &&
            bytes_have(options, length))
            walk->ip.source = options.at + 2;
        options = bytes_behind(options, length);
    }
}

/* False: nothing more can be said of the packet. */
static bool pass_header(struct walk *walk)
{
    uint8_t addresses[2][ADDRESS];
    struct bytes header;
    uint32_t length;

    if (!bytes_have(walk->bytes, 8))
        return false;
    length = walk->next == IP_AH ? (bytes_8(walk->bytes, 1) + 2U) * 4 : (bytes_8(walk->bytes, 1) + 1U) * 8;
    if (!bytes_have(walk->bytes, length))
        return false;
    header = bytes_first(walk->bytes, length);
    memcpy(addresses[0], walk->ip.source, ADDRESS);
    memcpy(addresses[1], walk->ip.destination, ADDRESS);
    if (walk->next == IP_ROUTING)
        take_route(walk, header);
    else if (walk->next == IP_DESTINATION_OPTIONS)
        take_options(walk, header);
    /* The plugin would find the header by its addresses. */
    if (memcmp(walk->ip.source, addresses[0], ADDRESS) != 0 ||
        memcmp(walk->ip.destination, addresses[1], ADDRESS) != 0)
        walk->ip.header = 0;
    advance(walk, length);
    return true;
}

static bool pass_fragment(struct walk *walk)
{
    struct fragment_place place;

    if (!bytes_have(walk->bytes, FRAGMENT_HEADER))
        return false;
    place.offset = bytes_16(walk->bytes, 2) & 0xfff8U;
    place.more = (bytes_16(walk->bytes, 2) & 1) != 0;
    place.id = bytes_32(walk->bytes, 4);
    advance(walk, FRAGMENT_HEADER);
    if (walk->plain == 0 || (place.offset == 0 && !place.more))
        return true;
    if (!bytes_have(walk->bytes, walk->plain) ||
        !reassemble(walk->decoder, &walk->ip, place, bytes_first(walk->bytes, walk->plain),
                    &walk->bytes))
        return false;
    walk->layers.is_fragment = false;
    walk->ip.header = walk->plain = 0;
    return true;
}

/* RFC 2675: the length of a packet that is longer than its header can say; 0: there is none. */
static uint32_t jumbo_length(struct bytes bytes)
{
    struct bytes options;
    size_t length;

    if (!bytes_have(bytes, 8))
        return 0;
    length = ((size_t)bytes_8(bytes, 1) + 1) * 8;
    if (!bytes_have(bytes, length))
        return 0;
    options = bytes_behind(bytes_first(bytes, length), 2);
    while (bytes_have(options, 6)) {
        if (bytes_8(options, 0) == OPTION_JUMBO && bytes_8(options, 1) == 4)
            return bytes_32(options, 2);
        options = bytes_behind(options,
                               bytes_8(options, 0) == OPTION_PAD_1 ? 1 : 2U + bytes_8(options, 1));
    }
    return 0;
}

/* What follows the header, by IP's own count. None is what a segment has that the network card was to cut:
 * Wireshark reads that where its preference ipv6.tso_support is on. */
static uint32_t payload_length(struct bytes bytes, struct walk *walk)
{
    enum { NO_NEXT_HEADER = 59 };

    walk->plain = bytes_16(bytes, 4);
    if (walk->plain > 0)
        return walk->plain;
    if (walk->next == IP_HOP_BY_HOP)
        return jumbo_length(bytes_behind(bytes, HEADER));
    if (bytes.on_the_wire > HEADER && walk->next != NO_NEXT_HEADER)
        pass_over(walk->decoder, "IPv6 without a length");
    return 0;
}

void decode_ipv6(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    struct walk walk = {.decoder = decoder, .ip = {.version = 6, .header = HEADER}};
    bool goes_on = true;

    pass_over_cut_off(decoder, bytes, HEADER, &layers);
    if (!bytes_have(bytes, HEADER) || bytes_8(bytes, 0) >> 4 != 6 || !go_deeper(decoder, &layers))
        return;
    walk.layers = layers;
    walk.next = bytes_8(bytes, 6);
    walk.ip.source = bytes.at + SOURCE;
    walk.ip.destination = bytes.at + DESTINATION;
    walk.ip.length = payload_length(bytes, &walk) + HEADER;
    walk.bytes = bytes_behind(bytes_first(bytes, walk.ip.length), HEADER);
    while (goes_on && (walk.next == IP_HOP_BY_HOP || walk.next == IP_ROUTING || walk.next == IP_AH ||
                       walk.next == IP_DESTINATION_OPTIONS || walk.next == IP_FRAGMENT))
        goes_on = walk.next == IP_FRAGMENT ? pass_fragment(&walk) : pass_header(&walk);
    if (goes_on)
        decode_ip_payload(decoder, walk.next, walk.bytes, walk.layers, &walk.ip);
}
