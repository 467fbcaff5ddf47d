/* IPv4: header, options, fragments.
 *
 * Read first: RFC 791, section 3.1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/layers.h"

#include <string.h>

enum { HEADER = 20, SOURCE = 12, DESTINATION = 16, ADDRESS = 4 };
enum { MORE_FRAGMENTS = 0x2000, FRAGMENT_OFFSET = 0x1fff };
enum { OPTION_END = 0, OPTION_NO_OPERATION = 1, OPTION_LOOSE_ROUTE = 0x83, OPTION_STRICT_ROUTE = 0x89 };

/* Where a packet with a source route will end: the route's last address, unless it has been there. */
static const uint8_t *last_of_route(struct bytes option)
{
    const uint8_t length = bytes_8(option, 1);
    const uint8_t pointer = length > 2 ? bytes_8(option, 2) : 0;

    if (length < 3 + ADDRESS || pointer < 4 || pointer % 4 != 0 || pointer > length)
        return NULL;
    return option.at + length - ADDRESS;
}

static void take_options(struct ip *ip, struct bytes header)
{
    struct bytes options = bytes_behind(header, HEADER);

    while (options.captured > 0 && bytes_8(options, 0) != OPTION_END) {
        const uint8_t kind = bytes_8(options, 0);
        const uint8_t *route;

        if (kind == OPTION_NO_OPERATION) {
            options = bytes_behind(options, 1);
            continue;
        }
        if (!bytes_have(options, 2) || bytes_8(options, 1) < 2 ||
            !bytes_have(options, bytes_8(options, 1)))
            return;
        route = kind == OPTION_LOOSE_ROUTE || kind == OPTION_STRICT_ROUTE ? last_of_route(options) : NULL;
        if (route != NULL) {
            /* The plugin would find the header by its addresses. */
            if (memcmp(route, ip->destination, ADDRESS) != 0)
                ip->header = 0;
            ip->destination = route;
            return;
        }
        options = bytes_behind(options, bytes_8(options, 1));
    }
}

static bool is_private(const uint8_t *address)
{
    return address[0] == 10 || (address[0] == 172 && address[1] >> 4 == 1) ||
           (address[0] == 192 && address[1] == 168) || (address[0] == 169 && address[1] == 254);
}

/* Private addresses may be in use in several VLANs. */
static uint32_t fragment_id(const struct ip *ip, uint8_t protocol, const struct layers *layers)
{
    const bool has_vlan = is_private(ip->source) || is_private(ip->destination);

    return (uint32_t)protocol << 16 | (uint32_t)(ip->id ^ (has_vlan ? layers->vlan : 0));
}

/* What IP carries, by its own count. */
struct payload {
    struct bytes bytes;
    uint32_t length;
    uint8_t protocol;
};

/* False: there is nothing of it to go on with, or not yet. */
static bool take_fragment(struct decoder *decoder, uint16_t fragment, struct payload *payload,
                          struct layers *layers, struct ip *ip)
{
    const struct fragment_place place = {.id = fragment_id(ip, payload->protocol, layers),
                                         .offset = (fragment & FRAGMENT_OFFSET) * 8U,
                                         .more = (fragment & MORE_FRAGMENTS) != 0};

    if (payload->length > 0 && bytes_have(payload->bytes, payload->length)) {
        ip->header = 0;
        layers->is_fragment = false;
        return reassemble(decoder, ip, place, payload->bytes, &payload->bytes);
    }
    /* Cut by the snaplen: nobody can put it together. But the first one has the segment's header. */
    layers->is_fragment = true;
    return place.offset == 0;
}

/* The header's length and IP's own count of all, or false: it cannot be right. */
static bool read_lengths(struct bytes bytes, struct ip *ip)
{
    ip->header = (bytes_8(bytes, 0) & 15U) * 4;
    ip->length = bytes_16(bytes, 2);
    if (ip->length == 0) /* left to the network card, which was to cut the segment */
        ip->length = (uint32_t)bytes.on_the_wire;
    return ip->header >= HEADER && ip->length >= ip->header && bytes_have(bytes, ip->header);
}

void decode_ipv4(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    struct ip ip = {.version = 4, .has_id = true};
    struct payload payload;
    uint16_t fragment;

    pass_over_cut_off(decoder, bytes, HEADER, &layers);
    if (!bytes_have(bytes, HEADER) || !go_deeper(decoder, &layers) || !read_lengths(bytes, &ip))
        return;
    bytes = bytes_first(bytes, ip.length);
    ip.id = bytes_16(bytes, 4);
    ip.source = bytes.at + SOURCE;
    ip.destination = bytes.at + DESTINATION;
    payload = (struct payload){.bytes = bytes_behind(bytes, ip.header),
                               .length = ip.length - ip.header,
                               .protocol = bytes_8(bytes, 9)};
    if (ip.header > HEADER)
        take_options(&ip, bytes_first(bytes, ip.header));
    fragment = bytes_16(bytes, 6) & (MORE_FRAGMENTS | FRAGMENT_OFFSET);
    layers.is_fragment = false;
    if (fragment == 0 || take_fragment(decoder, fragment, &payload, &layers, &ip))
        decode_ip_payload(decoder, payload.protocol, payload.bytes, layers, &ip);
}
