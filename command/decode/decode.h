/* From a captured packet to the TCP segments in it.
 *
 *   decoder_new()            with somebody who takes the segments
 *   decoder_packet()         every packet of a file, in order
 *   decoders_undecoded()     what could not be read, by kind
 *
 * It finds what Wireshark finds, with its default preferences: a test compares the two. It knows link
 * layers, IP, tunnels and fragments; it must not know what a segment means, nor where packets come from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_DECODE_H
#define PCAPLIFE_DECODE_H

#include "command/decode/fragments.h"
#include "command/decode/packet.h"

/* struct tl_segment's checksum, where its caller is a struct segment_bytes. It is computed once, whoever asks. */
enum tl_checksum segment_checksum(const struct tl_segment *segment);

struct decoder;

struct decoder *decoder_new(const struct decoder_sink *sink);
void decoder_free(struct decoder *decoder);

void decoder_packet(struct decoder *decoder, const struct packet *packet);

/* fragments_note_whole() */
void decoder_note_whole(struct decoder *decoder, struct whole_datagrams *whole);

/* The bytes of reassembled segments may go. */
void decoder_forget(struct decoder *decoder);

/* Datagrams some of whose fragments have not come: `most` at most. Returns how many. */
size_t decoder_unfinished(const struct decoder *decoder, struct noted_datagram *to, size_t most);

/* The kinds that these decoders passed over, most packets first: `*count` of them, freed by the caller with
 * g_free(). */
struct undecoded *decoders_undecoded(struct decoder *const *decoders, size_t decoder_count,
                                     size_t *count);

#endif
