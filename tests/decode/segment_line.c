/* A segment as one line of text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/decode/segment_line.h"

#include <inttypes.h>
#include <stdio.h>

static void print_socket(const struct tl_socket *socket)
{
    putchar(' ');
    for (unsigned i = 0; i < socket->address_length; i++)
        printf("%02x", socket->address[i]);
    printf(":%u", socket->port);
}

static void print_options(const struct tl_segment *s)
{
    printf(" scale=%d", s->window_scale);
    if (s->has_timestamps)
        printf(" ts=%" PRIu32 ",%" PRIu32, s->ts_val, s->ts_ecr);
    for (unsigned i = 0; i < s->sack_count; i++)
        printf(" sack=%" PRIu32 "-%" PRIu32, s->sack[i].start, s->sack[i].end);
    if (s->has_fast_open)
        printf(" fast_open=%d", s->fast_open_cookie);
}

/* What is known of the connection when this segment, and nothing behind it, has been learnt from. */
static void print_verdict(const struct tl_segment *s, const struct tl_connection *connection)
{
    const struct tl_states states = tl_connection_states_after_part(connection, s->frame, s->part);

    printf(" connection=%" PRIu32, tl_connection_number(connection));
    for (unsigned end = 0; end < 2; end++)
        printf(" %s%s", tl_state_name(states.state[end]), states.presumed[end] ? "?" : "");
    printf(" changes=%" PRIu32, tl_connection_changes_at_part(connection, s->frame, s->part).count);
}

void print_segment(const struct tl_segment *s, const struct tl_connection *connection,
                   enum tl_role sender)
{
    printf("%" PRIu32 " segment", s->frame);
    print_socket(&s->source);
    print_socket(&s->destination);
    printf(" part=%" PRIu32 " time=%" PRId64 " network=%08" PRIx32, s->part, s->time_ns, s->network);
    printf(" seq=%" PRIu32 " ack=%" PRIu32 " length=%" PRIu32 " flags=%02x window=%u", s->seq, s->ack,
           s->length, s->flags, s->window);
    print_options(s);
    if (s->is_fragment)
        printf(" fragment");
    if (s->has_ip_id)
        printf(" id=%u", s->ip_id);
    printf(" sender=%d", sender);
    print_verdict(s, connection);
    putchar('\n');
}

void print_icmp_error(const struct tl_segment *s, const struct tl_connection *connection)
{
    /* One that changes nothing is none of the connection's business. */
    if (tl_connection_changes_at_part(connection, s->frame, s->part).count == 0)
        return;
    printf("%" PRIu32 " icmp", s->frame);
    print_socket(&s->source);
    print_socket(&s->destination);
    printf(" seq=%" PRIu32, s->seq);
    print_verdict(s, connection);
    putchar('\n');
}
