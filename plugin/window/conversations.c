/* Our connections as a tab of Wireshark's own Conversations, whose rows filter at a click.
 *
 * The tab listens to our tap, since that is called as the protocol is. Wireshark makes a row's filter of
 * addresses and ports, and asks us for nothing but their fields' names: so the name of an address says which
 * connection it is, too.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/window/windows.h"

#include "plugin/protocol.h"
#include "plugin/session.h"

#include <epan/conversation_table.h>
#include <epan/packet.h>
#include <epan/tap.h>

#include <stdio.h>
#include <string.h>

/* ---- names of fields ----------------------------------------------------------------------- */

static const char *const address_names[][2] = {
    [CONV_FT_SRC_ADDRESS] = {"ip.src", "ipv6.src"},
    [CONV_FT_DST_ADDRESS] = {"ip.dst", "ipv6.dst"},
    [CONV_FT_ANY_ADDRESS] = {"ip.addr", "ipv6.addr"},
};

static const char *const port_names[] = {
    [CONV_FT_SRC_PORT] = "tcp.srcport",
    [CONV_FT_DST_PORT] = "tcp.dstport",
    [CONV_FT_ANY_PORT] = "tcp.port",
};

static const char *name_of(const address *whose, conv_filter_type_e what)
{
    if ((size_t)what < G_N_ELEMENTS(address_names)) {
        if (whose->type == AT_IPv4 || whose->type == AT_IPv6)
            return address_names[what][whose->type == AT_IPv6];
    } else if ((size_t)what < G_N_ELEMENTS(port_names)) {
        return port_names[what];
    }
    return CONV_FILTER_INVALID;
}

/* Wireshark asks for several names before it uses them. */
static const char *filter_name(struct _conversation_item_t *item, conv_filter_type_e what)
{
    static char names[G_N_ELEMENTS(address_names)][64];
    const char *name = name_of(&item->src_address, what);

    if ((size_t)what >= G_N_ELEMENTS(address_names) || strcmp(name, CONV_FILTER_INVALID) == 0)
        return name;
    snprintf(names[what], sizeof names[what], "tcplife.connection==%u && %s", item->conv_id, name);
    return names[what];
}

static const char *endpoint_filter_name(struct _endpoint_item_t *item, conv_filter_type_e what)
{
    return name_of(&item->myaddress, what);
}

/* ---- rows ---------------------------------------------------------------------------------- */

static tap_packet_status count_for_connection(void *tapdata, packet_info *pinfo,
                                              epan_dissect_t *edt _U_, const void *data,
                                              tap_flags_t flags)
{
    static ct_dissector_info_t info = {filter_name};
    const struct tcplife_packet *packet = data;
    const struct tl_segment *segment = packet->seen.segment;
    const address source = tcplife_address_of(&segment->source);
    const address destination = tcplife_address_of(&segment->destination);
    /* Of TCP, Wireshark would take our numbers for tcp.stream, in filters and where it follows a stream. SCTP
     * has ports, and no streams. */
    const conversation_type with_ports_and_no_stream = CONVERSATION_SCTP;
    conv_hash_t *hash = tapdata;

    hash->flags = flags;
    if (packet->seen.quoted) /* an error about a segment is none */
        return TAP_PACKET_DONT_REDRAW;
    add_conversation_table_data_with_conv_id(
        hash, &source, &destination, segment->source.port, segment->destination.port,
        tl_connection_number(packet->seen.connection), 1, (int)pinfo->fd->pkt_len, &pinfo->rel_ts,
        &pinfo->abs_ts, &info, with_ports_and_no_stream);
    return TAP_PACKET_REDRAW;
}

static tap_packet_status count_for_endpoints(void *tapdata, packet_info *pinfo,
                                             epan_dissect_t *edt _U_, const void *data,
                                             tap_flags_t flags)
{
    static et_dissector_info_t info = {endpoint_filter_name};
    const struct tcplife_packet *packet = data;
    const struct tl_segment *segment = packet->seen.segment;
    conv_hash_t *hash = tapdata;

    hash->flags = flags;
    if (packet->seen.quoted)
        return TAP_PACKET_DONT_REDRAW;
    for (int sends = 0; sends < 2; sends++) {
        const struct tl_socket *socket = sends ? &segment->source : &segment->destination;
        const address whose = tcplife_address_of(socket);

        add_endpoint_table_data(hash, &whose, socket->port, sends, 1, (int)pinfo->fd->pkt_len, &info,
                                ENDPOINT_TCP);
    }
    return TAP_PACKET_REDRAW;
}

void tcplife_register_conversations(void)
{
    register_conversation_table(proto_tcplife, FALSE, count_for_connection, count_for_endpoints);
}
