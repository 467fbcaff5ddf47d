/* What the decoder's layers know of the decoder.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef PCAPLIFE_DECODER_H
#define PCAPLIFE_DECODER_H

#include "command/decode/layers.h"

#include <glib.h>

/* Two sockets, as they stand in the packet. */
struct pair {
    const uint8_t *source, *destination; /* addresses */
    uint16_t source_port, destination_port;
    uint8_t version;
};

struct fragments;

/* A tunnel may hold what it may itself lie in. Who calls what lies in a tunnel by this table, need not know it: each
 * file of layers needs only those that lie deeper in a packet without tunnels. */
struct tunnelled {
    void (*ethernet)(struct decoder *decoder, struct bytes bytes, struct layers layers);
    void (*ethertype)(struct decoder *decoder, uint16_t type, struct bytes bytes, struct layers layers);
    void (*wlan_swapped)(struct decoder *decoder, struct bytes bytes, struct layers layers);
    void (*ppp_hdlc)(struct decoder *decoder, struct bytes bytes, struct layers layers);
    void (*mpls)(struct decoder *decoder, struct bytes bytes, struct layers layers);
    void (*ip)(struct decoder *decoder, struct bytes bytes, struct layers layers);
    void (*ipv6)(struct decoder *decoder, struct bytes bytes, struct layers layers);
};

struct decoder {
    struct decoder_sink sink;
    const struct tunnelled *tunnelled;
    const struct packet *packet;
    struct fragments *fragments;
    struct pair first; /* which sockets the first segment of this frame is between… */
    GArray *others;    /* …and the others: struct pair. Most frames have none */
    unsigned in_frame;
    GArray *passed_over; /* passed_over.h */
};

#endif
