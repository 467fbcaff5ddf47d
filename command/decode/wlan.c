/* IEEE 802.11, and radiotap before it.
 *
 * Read first: IEEE 802.11-2016, sections 9.2.3 and 9.3.2 (data frames, A-MSDU); www.radiotap.org.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/layers.h"

/* What the receiver has said of the frame. */
struct reception {
    bool is_padded;  /* the header, to a multiple of four octets */
    bool has_check_sequence;
};

enum { TYPE_DATA = 2, SUBTYPE_NO_DATA = 4, SUBTYPE_QOS = 8 };
enum { TO_DS = 0x01, FROM_DS = 0x02, MORE_FRAGMENTS = 0x04, IS_PROTECTED = 0x40, HAS_HT_CONTROL = 0x80 };
enum { SNAP = 0xaaaa };

/* What a mesh puts before the payload, or 0: nothing. No bit tells, in what cards hand over; Wireshark
 * takes it for one where flags are possible and LLC follows. */
static size_t mesh_length(struct bytes payload, uint8_t flags)
{
    static const uint8_t lengths[] = {6, 12, 18};
    const uint8_t extension = payload.captured > 0 ? bytes_8(payload, 0) : 3;

    if ((flags & FROM_DS) == 0 || extension > 2 || !bytes_have(payload, lengths[extension] + 2U))
        return 0;
    return bytes_16(payload, lengths[extension]) == SNAP ? lengths[extension] : 0;
}

/* Several packets in one frame, each padded to four octets but the last one. */
static void decode_amsdu(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    enum { HEADER = 14 };

    while (bytes_have(bytes, HEADER)) {
        const size_t length = bytes_16(bytes, 12);
        struct bytes packet = bytes_first(bytes_behind(bytes, HEADER), length);

        packet.on_the_wire = length; /* whatever the capture file claims */
        decode_llc(decoder, packet, layers);
        bytes = bytes_behind(bytes, (HEADER + length + 3) & ~(size_t)3);
    }
}

static void decode_data(struct decoder *decoder, uint8_t subtype, uint8_t flags, struct bytes bytes,
                        struct layers layers, const struct reception *reception)
{
    enum { THREE_ADDRESSES = 24, SEQUENCE_CONTROL = 22, FRAGMENT_NUMBER = 0x0f, AMSDU = 0x80 };
    size_t header = THREE_ADDRESSES;
    bool is_amsdu = false;

    header += (flags & (TO_DS | FROM_DS)) == (TO_DS | FROM_DS) ? 6 : 0;
    if (!bytes_have(bytes, header + 2))
        return;
    if ((subtype & SUBTYPE_QOS) != 0) {
        is_amsdu = (bytes_8(bytes, header) & AMSDU) != 0;
        header += (flags & HAS_HT_CONTROL) != 0 ? 6 : 2;
    }
    if ((subtype & SUBTYPE_NO_DATA) != 0 || (flags & IS_PROTECTED) != 0)
        return; /* there is nothing, or nothing that could be read without a key */
    if ((flags & MORE_FRAGMENTS) != 0 || (bytes_8(bytes, SEQUENCE_CONTROL) & FRAGMENT_NUMBER) != 0) {
        pass_over(decoder, "fragments of 802.11");
        return;
    }
    if (reception->is_padded)
        header = (header + 3) & ~(size_t)3;
    bytes = bytes_behind(bytes, header);
    bytes = bytes_behind(bytes, mesh_length(bytes, flags));
    if (is_amsdu)
        decode_amsdu(decoder, bytes, layers);
    else
        decode_llc(decoder, bytes, layers);
}

static void decode_frame(struct decoder *decoder, struct bytes bytes, uint8_t type, uint8_t flags,
                         struct layers layers, const struct reception *reception)
{
    enum { CHECK_SEQUENCE = 4 };

    if ((type & 3) != 0 || (type >> 2 & 3) != TYPE_DATA)
        return;
    if (reception->has_check_sequence && bytes.on_the_wire >= CHECK_SEQUENCE)
        bytes = bytes_first(bytes, bytes.on_the_wire - CHECK_SEQUENCE);
    decode_data(decoder, type >> 4, flags, bytes, layers, reception);
}

void decode_80211(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    const struct reception nothing_said = {0};

    if (bytes_have(bytes, 2))
        decode_frame(decoder, bytes, bytes_8(bytes, 0), bytes_8(bytes, 1), layers, &nothing_said);
}

void decode_80211_swapped(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    const struct reception nothing_said = {0};

    if (bytes_have(bytes, 2))
        decode_frame(decoder, bytes, bytes_8(bytes, 1), bytes_8(bytes, 0), layers, &nothing_said);
}

/* The flags, if they are there, come first but for a time of eight octets. */
static struct reception read_radiotap(struct bytes header)
{
    enum { HAS_TIME = 1, HAS_FLAGS = 2, CHECK_SEQUENCE = 0x10, PADDED = 0x20 };
    const uint32_t present = bytes_32_le(header, 4);
    struct reception reception = {0};
    size_t at = 8;

    /* The last bit: another word of such bits follows. */
    for (uint32_t word = present; word >> 31 != 0 && bytes_have(header, at + 4); at += 4)
        word = bytes_32_le(header, at);
    if ((present & HAS_TIME) != 0)
        at = ((at + 7) & ~(size_t)7) + 8;
    if ((present & HAS_FLAGS) != 0 && bytes_have(header, at + 1)) {
        reception.has_check_sequence = (bytes_8(header, at) & CHECK_SEQUENCE) != 0;
        reception.is_padded = (bytes_8(header, at) & PADDED) != 0;
    }
    return reception;
}

void decode_radiotap(struct decoder *decoder, struct bytes bytes, struct layers layers)
{
    struct reception reception;
    struct bytes frame;

    if (!bytes_have(bytes, 8) || bytes_16_le(bytes, 2) < 8)
        return;
    reception = read_radiotap(bytes_first(bytes, bytes_16_le(bytes, 2)));
    frame = bytes_behind(bytes, bytes_16_le(bytes, 2));
    if (bytes_have(frame, 2))
        decode_frame(decoder, frame, bytes_8(frame, 0), bytes_8(frame, 1), layers, &reception);
}
