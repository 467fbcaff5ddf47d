/* See numbers.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/numbers.h"

#include <glib.h>

/* What is once known stays: a frame's numbers are the same whenever it is shown. */
struct bases {
    tl_seq base[2]; /* by enum tl_role */
    bool known[2];
};

static GArray *bases_of; /* struct bases, by connection number */

void tcplife_numbers_begin(void)
{
    bases_of = g_array_new(FALSE, TRUE, sizeof(struct bases));
}

void tcplife_numbers_end(void)
{
    g_clear_pointer(&bases_of, g_array_unref);
}

static void learn(struct bases *bases, enum tl_role end, tl_seq base)
{
    if (bases->known[end])
        return;
    bases->base[end] = base;
    bases->known[end] = true;
}

void tcplife_numbers_learn(const struct tl_connection *connection, enum tl_role sender,
                           const struct tl_segment *segment)
{
    const unsigned number = tl_connection_number(connection);
    struct bases *bases;

    if (bases_of->len <= number)
        g_array_set_size(bases_of, number + 1);
    bases = &g_array_index(bases_of, struct bases, number);
    learn(bases, sender, (segment->flags & TL_SYN) != 0 ? segment->seq : segment->seq - 1);
    if ((segment->flags & TL_ACK) != 0)
        learn(bases, tl_other(sender), segment->ack - 1);
}

void tcplife_numbers_bases(const struct tl_connection *connection, enum tl_role sender,
                           const struct tl_segment *segment, tl_seq base[2])
{
    const unsigned number = tl_connection_number(connection);
    const struct bases *bases;

    if (bases_of->len <= number)
        return;
    bases = &g_array_index(bases_of, struct bases, number);
    base[TL_CLIENT] = bases->base[TL_CLIENT];
    base[TL_SERVER] = bases->base[TL_SERVER];
    if ((segment->flags & TL_SYN) != 0)
        base[sender] = segment->seq;
}
