/* What may be asked about a connection (tcplife/connection.h), where it needs no thought.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/record/record.h"
#include "core/record/oddities.h"

#include <string.h>

const struct tl_connection *tl_no_connection(void)
{
    static const struct tl_connection nothing;

    return &nothing;
}

uint32_t tl_connection_number(const struct tl_connection *connection)
{
    return connection->number;
}

uint32_t tl_connection_first_frame(const struct tl_connection *connection)
{
    return connection->first_frame;
}

uint32_t tl_connection_last_frame(const struct tl_connection *connection)
{
    return connection->last_frame;
}

struct tl_states tl_connection_states(const struct tl_connection *connection)
{
    return tl_change_log_states(&connection->log, UINT32_MAX);
}

struct tl_states tl_connection_states_after(const struct tl_connection *connection, uint32_t frame)
{
    return tl_change_log_states(&connection->log, frame);
}

struct tl_states tl_connection_states_after_part(const struct tl_connection *connection,
                                                 uint32_t frame, uint32_t part)
{
    return tl_change_log_states_at_part(&connection->log, frame, part);
}

struct tl_changes tl_connection_changes(const struct tl_connection *connection)
{
    return (struct tl_changes){connection->log.changes, connection->log.count};
}

struct tl_changes tl_connection_changes_at(const struct tl_connection *connection, uint32_t frame)
{
    struct tl_changes changes;

    changes.count = tl_change_log_at(&connection->log, frame, &changes.at);
    return changes;
}

struct tl_changes tl_connection_changes_at_part(const struct tl_connection *connection,
                                                uint32_t frame, uint32_t part)
{
    struct tl_changes changes;

    changes.count = tl_change_log_at_part(&connection->log, frame, part, &changes.at);
    return changes;
}

enum tl_ignored tl_connection_ignored_at_part(const struct tl_connection *connection, uint32_t frame,
                                              uint32_t part, enum tl_role sender)
{
    return tl_change_log_ignored(&connection->log, frame, part, sender);
}

int64_t tl_connection_time_wait_ends_ns(const struct tl_connection *connection)
{
    return connection->time_wait_ends_ns;
}

uint32_t tl_connection_milestone(const struct tl_connection *connection, enum tl_milestone step)
{
    return connection->at[step].frame;
}

enum tl_role tl_connection_first_fin(const struct tl_connection *connection)
{
    return (enum tl_role)connection->first_fin;
}

struct tl_end_counts tl_connection_counts(const struct tl_connection *connection, enum tl_role role)
{
    const struct tl_kept_end *kept = &connection->kept[role];
    const struct tl_end_oddities *odd = &tl_oddities(connection)->end[role];

    return (struct tl_end_counts){.segments = kept->segments,
                                  .bytes = kept->bytes,
                                  .syn_retransmissions = odd->syn_retransmissions,
                                  .synack_retransmissions = odd->synack_retransmissions,
                                  .fin_retransmissions = odd->fin_retransmissions,
                                  .keepalive_probes = odd->keepalive_probes};
}

bool tl_connection_iss(const struct tl_connection *connection, enum tl_role role, tl_seq *iss)
{
    *iss = connection->past[role].iss;
    return (connection->kept[role].flags & TL_END_HAS_ISS) != 0;
}

struct tl_socket tl_connection_socket(const struct tl_connection *c, enum tl_role role)
{
    struct tl_socket socket = {
        .port = c->port[role], .family = c->family, .address_length = c->address_length};

    if (c->address_length == TL_LONG)
        return c->u.long_sockets->socket[role];
    for (unsigned i = 0; i < sizeof c->u.address[role]; i++)
        socket.address[i] = c->u.address[role][i];
    return socket;
}

bool tl_connection_is_with_itself(const struct tl_connection *c)
{
    struct tl_socket one, other;

    if (c->port[TL_CLIENT] != c->port[TL_SERVER])
        return false;
    one = tl_connection_socket(c, TL_CLIENT);
    other = tl_connection_socket(c, TL_SERVER);
    return memcmp(&one, &other, sizeof one) == 0;
}

bool tl_connection_is_half_open(const struct tl_connection *c)
{
    return c->kept[TL_SERVER].flags & TL_END_SENT_SYN_ACK &&
           tl_connection_state(c, TL_SERVER) == TL_SYN_RECEIVED &&
           !(c->flags & TL_CONNECTION_OPENED);
}
