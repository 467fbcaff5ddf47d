/* See numbers.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/numbers.h"

#include <glib.h>

/* How a base is known. That of a SYN stays; another one holds until the end's first SYN, from that frame on. So a
 * frame's numbers are the same whenever it is shown. */
enum { UNKNOWN, BY_NUMBER, BY_SYN };

struct bases {
    tl_seq base[2]; /* by enum tl_role */
    uint8_t known[2];
    bool was_another[2]; /* before a SYN: it is among earlier_bases */
};

struct earlier_base {
    tl_seq base;
    uint32_t until; /* the SYN's frame */
};

static GArray *bases_of;          /* struct bases, by connection number */
static GHashTable *earlier_bases; /* struct earlier_base, by key_of() */

void tcplife_numbers_begin(void)
{
    bases_of = g_array_new(FALSE, TRUE, sizeof(struct bases));
    earlier_bases = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
}

void tcplife_numbers_end(void)
{
    g_clear_pointer(&bases_of, g_array_unref);
    g_clear_pointer(&earlier_bases, g_hash_table_unref);
}

static gint64 key_of(const struct tl_connection *connection, enum tl_role end)
{
    return (gint64)tl_connection_number(connection) * 2 + end;
}

static void keep_earlier(const struct tl_connection *connection, enum tl_role end, tl_seq base,
                         uint32_t until)
{
    gint64 *key = g_new(gint64, 1);
    struct earlier_base *earlier = g_new(struct earlier_base, 1);

    *key = key_of(connection, end);
    *earlier = (struct earlier_base){.base = base, .until = until};
    g_hash_table_insert(earlier_bases, key, earlier);
}

static void learn_syn(struct bases *bases, const struct tl_connection *connection, enum tl_role end,
                      const struct tl_segment *syn)
{
    if (bases->known[end] == BY_SYN)
        return;
    if (bases->known[end] == BY_NUMBER && bases->base[end] != syn->seq) {
        keep_earlier(connection, end, bases->base[end], syn->frame);
        bases->was_another[end] = true;
    }
    bases->base[end] = syn->seq;
    bases->known[end] = BY_SYN;
}

static void learn_number(struct bases *bases, enum tl_role end, tl_seq number)
{
    if (bases->known[end] != UNKNOWN)
        return;
    bases->base[end] = number - 1;
    bases->known[end] = BY_NUMBER;
}

void tcplife_numbers_learn(const struct tl_connection *connection, enum tl_role sender,
                           const struct tl_segment *segment)
{
    const unsigned number = tl_connection_number(connection);
    struct bases *bases;

    if (bases_of->len <= number)
        g_array_set_size(bases_of, number + 1);
    bases = &g_array_index(bases_of, struct bases, number);
    if ((segment->flags & TL_SYN) != 0)
        learn_syn(bases, connection, sender, segment);
    else
        learn_number(bases, sender, segment->seq);
    if ((segment->flags & TL_ACK) != 0)
        learn_number(bases, tl_other(sender), segment->ack);
}

static tl_seq base_at(const struct bases *bases, const struct tl_connection *connection,
                      enum tl_role end, uint32_t frame)
{
    if (bases->was_another[end]) {
        const gint64 key = key_of(connection, end);
        const struct earlier_base *earlier = g_hash_table_lookup(earlier_bases, &key);

        if (frame < earlier->until)
            return earlier->base;
    }
    return bases->base[end];
}

void tcplife_numbers_bases(const struct tl_connection *connection, enum tl_role sender,
                           const struct tl_segment *segment, tl_seq base[2])
{
    const unsigned number = tl_connection_number(connection);

    if (bases_of->len <= number)
        return;
    for (int end = 0; end < 2; end++)
        base[end] = base_at(&g_array_index(bases_of, struct bases, number), connection,
                            (enum tl_role)end, segment->frame);
    if ((segment->flags & TL_SYN) != 0)
        base[sender] = segment->seq;
}
