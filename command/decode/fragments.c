/* Datagrams that come in pieces.
 *
 * A fragment waits until the others of its datagram have come: as long as the capture lasts, as in
 * Wireshark. Only the memory of all that wait is bounded: then the datagrams that began first go.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/decode/fragments.h"

#include <glib.h>

#include <string.h>

/* Some fifty thousand full Ethernet frames. */
enum { MOST_WAITING_BYTES = 64 << 20 };

struct piece {
    uint32_t offset, length;
    uint8_t *bytes;
};

/* A datagram of which something is missing. */
struct datagram {
    struct fragment_key key;
    GArray *pieces; /* of struct piece, by offset; of equal ones the first to come is first */
    uint32_t length; /* with `length_is_known`: the first last fragment's end */
    bool length_is_known;
    size_t bytes;
    uint32_t first_frame, last_frame; /* of its fragments */
    GList link; /* in `oldest` */
};

struct fragments {
    GHashTable *waiting; /* key → struct datagram */
    GQueue oldest; /* the same, in the order in which they began */
    size_t bytes;
    GPtrArray *whole;
    struct whole_datagrams *noted; /* or NULL: nobody wants to know */
};

static guint hash_key(gconstpointer pointer)
{
    static guint32 seed;
    const struct fragment_key *key = pointer;
    guint64 words[sizeof *key / sizeof(guint64)], hash;

    /* What is in a packet must not decide which keys meet. */
    while (seed == 0)
        seed = g_random_int();
    hash = seed;
    memcpy(words, key, sizeof words);
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        hash = (hash ^ words[i]) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return (guint)hash;
}

static gboolean equal_keys(gconstpointer one, gconstpointer other)
{
    return memcmp(one, other, sizeof(struct fragment_key)) == 0;
}

static void free_datagram(gpointer pointer)
{
    struct datagram *datagram = pointer;

    for (guint i = 0; i < datagram->pieces->len; i++)
        g_free(g_array_index(datagram->pieces, struct piece, i).bytes);
    g_array_free(datagram->pieces, TRUE);
    g_free(datagram);
}

struct fragments *fragments_new(void)
{
    struct fragments *fragments = g_new0(struct fragments, 1);

    fragments->waiting = g_hash_table_new_full(hash_key, equal_keys, NULL, free_datagram);
    fragments->whole = g_ptr_array_new_with_free_func(g_free);
    g_queue_init(&fragments->oldest);
    return fragments;
}

void fragments_free(struct fragments *fragments)
{
    g_hash_table_destroy(fragments->waiting);
    g_ptr_array_free(fragments->whole, TRUE);
    g_free(fragments);
}

static void drop(struct fragments *fragments, struct datagram *datagram)
{
    fragments->bytes -= datagram->bytes;
    g_queue_unlink(&fragments->oldest, &datagram->link);
    g_hash_table_remove(fragments->waiting, &datagram->key);
}

static struct datagram *datagram_of(struct fragments *fragments, const struct fragment_key *key, uint32_t frame)
{
    struct datagram *datagram = g_hash_table_lookup(fragments->waiting, key);

    if (datagram == NULL) {
        datagram = g_new0(struct datagram, 1);
        datagram->key = *key;
        datagram->first_frame = frame;
        datagram->pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));
        datagram->link.data = datagram;
        g_hash_table_insert(fragments->waiting, &datagram->key, datagram);
        g_queue_push_tail_link(&fragments->oldest, &datagram->link);
    }
    datagram->last_frame = frame;
    return datagram;
}

/* Where the piece belongs, behind those of the same offset, each of which is longer than the one before.
 * False: the last of these has all of it, so that it adds nothing; copies need no memory. */
static bool find_place(const struct datagram *datagram, const struct fragment *fragment, guint *place)
{
    const struct piece *last;
    guint first = 0, behind = datagram->pieces->len;

    while (first < behind) {
        const guint middle = first + (behind - first) / 2;

        if (g_array_index(datagram->pieces, struct piece, middle).offset <= fragment->offset)
            first = middle + 1;
        else
            behind = middle;
    }
    *place = first;
    if (first == 0)
        return true;
    last = &g_array_index(datagram->pieces, struct piece, first - 1);
    return last->offset != fragment->offset || last->length < fragment->length;
}

static void keep(struct fragments *fragments, struct datagram *datagram,
                 const struct fragment *fragment)
{
    struct piece piece = {.offset = fragment->offset, .length = fragment->length};
    guint place;

    if (!fragment->more && !datagram->length_is_known) {
        datagram->length = fragment->offset + fragment->length;
        datagram->length_is_known = true;
    }
    if (!find_place(datagram, fragment, &place))
        return;
    piece.bytes = g_memdup2(fragment->bytes, fragment->length);
    g_array_insert_val(datagram->pieces, place, piece);
    datagram->bytes += fragment->length;
    fragments->bytes += fragment->length;
}

static bool is_whole(const struct datagram *datagram)
{
    uint32_t end = 0;

    if (!datagram->length_is_known)
        return false;
    for (guint i = 0; i < datagram->pieces->len && end < datagram->length; i++) {
        const struct piece *piece = &g_array_index(datagram->pieces, struct piece, i);

        if (piece->offset > end)
            return false;
        end = MAX(end, piece->offset + piece->length);
    }
    return end >= datagram->length;
}

/* What is behind the end that the last fragment gave is left out. */
static uint8_t *put_together(const struct datagram *datagram)
{
    uint8_t *whole = g_malloc(datagram->length);
    uint32_t end = 0;

    for (guint i = 0; i < datagram->pieces->len && end < datagram->length; i++) {
        const struct piece *piece = &g_array_index(datagram->pieces, struct piece, i);
        const uint32_t until = MIN(piece->offset + piece->length, datagram->length);

        if (until > end) {
            memcpy(whole + end, piece->bytes + (end - piece->offset), until - end);
            end = until;
        }
    }
    return whole;
}

/* FNV-1a. Whoever makes two of them equal is told of one datagram where there are two. */
static uint64_t name_of(const struct fragment_key *key)
{
    const uint32_t numbers[] = {key->kind, key->id};
    uint64_t name = G_GUINT64_CONSTANT(0xcbf29ce484222325);

    for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++)
        for (unsigned shift = 0; shift < 32; shift += 8)
            name = (name ^ (numbers[i] >> shift & 0xff)) * G_GUINT64_CONSTANT(0x100000001b3);
    for (unsigned i = 0; i < sizeof key->source; i++)
        name = (name ^ key->source[i]) * G_GUINT64_CONSTANT(0x100000001b3);
    for (unsigned i = 0; i < sizeof key->destination; i++)
        name = (name ^ key->destination[i]) * G_GUINT64_CONSTANT(0x100000001b3);
    return name;
}

static struct noted_datagram note_of(const struct datagram *datagram)
{
    return (struct noted_datagram){name_of(&datagram->key), datagram->first_frame, datagram->last_frame};
}

const uint8_t *fragments_add(struct fragments *fragments, const struct fragment_key *key,
                             const struct fragment *fragment, size_t *length)
{
    struct datagram *datagram = datagram_of(fragments, key, fragment->frame);
    uint8_t *whole;

    keep(fragments, datagram, fragment);
    if (!is_whole(datagram)) {
        while (fragments->bytes > MOST_WAITING_BYTES)
            drop(fragments, g_queue_peek_head(&fragments->oldest));
        return NULL;
    }
    if (fragments->noted != NULL)
        whole_datagrams_note(fragments->noted, note_of(datagram));
    whole = put_together(datagram);
    *length = datagram->length;
    g_ptr_array_add(fragments->whole, whole);
    drop(fragments, datagram);
    return whole;
}

void fragments_note_whole(struct fragments *fragments, struct whole_datagrams *whole)
{
    fragments->noted = whole;
}

void fragments_forget(struct fragments *fragments)
{
    if (fragments->whole->len > 0)
        g_ptr_array_set_size(fragments->whole, 0);
}

size_t fragments_unfinished(const struct fragments *fragments, struct noted_datagram *to, size_t most)
{
    size_t count = 0;

    for (const GList *link = fragments->oldest.tail; link != NULL && count < most; link = link->prev) {
        const struct datagram *datagram = link->data;

        to[count++] = note_of(datagram);
    }
    return count;
}
