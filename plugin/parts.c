/* Several segments in one frame: 802.11 A-MSDU, TCP within TCP, several PDUs of a tunnel.
 *
 * Those between the same sockets are told apart by their order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/parts.h"

#include "plugin/protocol.h"

#include <epan/packet.h>
#include <epan/proto_data.h>

#include <string.h>

struct parts {
    uint32_t frame;
    int64_t file_offset;
    unsigned count;
    unsigned capacity;
    uint64_t *sockets; /* hashes: which sockets the frame's segments so far were between */
    struct tl_socket first[2]; /* the first one's, with count 1: most frames have no other */
};

/* Of the frame that is read for the first time. `tshark -2 -R` gives one number to several: where they
 * stand in the file tells them apart. */
static struct parts first_parts;
/* Some frame had several: only then, those of frames that are read again are counted. */
static bool some_have_parts;

static uint64_t hash_sockets(const struct tl_socket *one, const struct tl_socket *other)
{
    /* Both directions have one hash. */
    const struct tl_socket *sockets[2] = {one, other};
    uint64_t sum = 0;

    for (unsigned i = 0; i < 2; i++) {
        uint64_t words[3] = {0}, hash = 0;

        memcpy(words, sockets[i], sizeof *sockets[i]);
        for (unsigned k = 0; k < 3; k++)
            hash = (hash ^ words[k]) * UINT64_C(0x9e3779b97f4a7c15);
        sum += hash ^ hash >> 32;
    }
    return sum;
}

static void keep_hash(struct parts *parts, uint64_t sockets, unsigned place,
                      wmem_allocator_t *scope)
{
    if (place >= parts->capacity) {
        parts->capacity = parts->capacity > 0 ? 2 * parts->capacity : 8;
        parts->sockets =
            wmem_realloc(scope, parts->sockets, parts->capacity * sizeof *parts->sockets);
    }
    parts->sockets[place] = sockets;
}

/* How many of the frame's segments so far were between these sockets? */
static uint32_t count_part(struct parts *parts, const struct tl_segment *segment,
                           wmem_allocator_t *scope)
{
    uint32_t part = 0;
    uint64_t sockets;

    if (parts->count == 0) {
        parts->first[0] = segment->source;
        parts->first[1] = segment->destination;
        parts->count = 1;
        return 0;
    }
    if (parts->count == 1)
        keep_hash(parts, hash_sockets(&parts->first[0], &parts->first[1]), 0, scope);
    sockets = hash_sockets(&segment->source, &segment->destination);
    for (unsigned i = 0; i < parts->count; i++)
        part += parts->sockets[i] == sockets;
    keep_hash(parts, sockets, parts->count++, scope);
    return part;
}

uint32_t tcplife_part(packet_info *pinfo, const struct tl_segment *segment, uint32_t *place)
{
    enum { PARTS = 1 }; /* the key of what this dissection of the frame has counted */
    const int64_t file_offset = pinfo->fd->file_off;
    struct parts *parts = &first_parts;

    if (!PINFO_FD_VISITED(pinfo)) {
        if (parts->frame != pinfo->num || parts->file_offset != file_offset) {
            parts->frame = pinfo->num;
            parts->file_offset = file_offset;
            parts->count = 0;
        }
        some_have_parts |= parts->count > 0;
        *place = parts->count;
        return count_part(parts, segment, NULL);
    }
    *place = 0;
    if (!some_have_parts)
        return 0;
    parts = p_get_proto_data(pinfo->pool, pinfo, proto_tcplife, PARTS);
    if (parts == NULL) {
        parts = wmem_new0(pinfo->pool, struct parts);
        p_add_proto_data(pinfo->pool, pinfo, proto_tcplife, PARTS, parts);
    }
    *place = parts->count;
    return count_part(parts, segment, pinfo->pool);
}

bool tcplife_some_frames_have_parts(void)
{
    return some_have_parts;
}

void tcplife_begin_parts(void)
{
    first_parts.frame = 0;
    some_have_parts = false;
}
