/* See half_open_notes.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/half_open_notes.h"

#include "command/archive/numbers.h"
#include "command/archive/socket_pair.h"

struct server {
    struct part_server told; /* its socket is the key */
    uint64_t half_open;      /* now */
};

struct half_open_notes {
    GPtrArray *notes, *servers;  /* GByteArray, of which more is added to the last one */
    GByteArray *is_half_open;    /* by connection, since its last note */
    GHashTable *server_of;
    struct server *last; /* that was asked for: it often is the next one, too */
    GPtrArray *in_order; /* struct server, owned: what is written twice is the same */
};

struct half_open_notes *half_open_notes_new(void)
{
    struct half_open_notes *notes = g_new0(struct half_open_notes, 1);

    notes->notes = part_blocks_new();
    notes->servers = part_blocks_new();
    notes->is_half_open = g_byte_array_new();
    notes->server_of = g_hash_table_new(socket_pair_key_hash, socket_pair_is_same_key);
    notes->in_order = g_ptr_array_new_with_free_func(g_free);
    return notes;
}

void half_open_notes_free(struct half_open_notes *notes)
{
    if (notes == NULL)
        return;
    g_ptr_array_free(notes->notes, TRUE);
    g_ptr_array_free(notes->servers, TRUE);
    g_byte_array_free(notes->is_half_open, TRUE);
    g_hash_table_unref(notes->server_of);
    g_ptr_array_free(notes->in_order, TRUE);
    g_free(notes);
}

static struct server *server_of(struct half_open_notes *notes, const struct tl_socket *socket)
{
    struct server *server;

    if (notes->last != NULL && socket_pair_is_same(&notes->last->told.socket, socket))
        return notes->last;
    server = g_hash_table_lookup(notes->server_of, socket);
    if (server == NULL) {
        server = g_new0(struct server, 1);
        server->told.socket = *socket;
        g_hash_table_insert(notes->server_of, &server->told.socket, server);
        g_ptr_array_add(notes->in_order, server);
    }
    notes->last = server;
    return server;
}

static uint8_t *is_half_open(struct half_open_notes *notes, uint32_t connection)
{
    static const uint8_t no = 0;

    while (notes->is_half_open->len <= connection)
        g_byte_array_append(notes->is_half_open, &no, 1);
    return &notes->is_half_open->data[connection];
}

void half_open_notes_add(struct half_open_notes *notes, const struct part_note *note)
{
    struct server *server = server_of(notes, &note->note.server);
    uint8_t *was = is_half_open(notes, note->note.connection);

    server->half_open += note->note.is_half_open;
    server->half_open -= *was;
    *was = note->note.is_half_open;
    server->told.most = MAX(server->told.most, server->half_open);
    part_note_put(note, part_blocks_room(notes->notes));
}

const GPtrArray *half_open_notes_blocks(struct half_open_notes *notes)
{
    return notes->notes;
}

const GPtrArray *half_open_notes_servers(struct half_open_notes *notes)
{
    g_ptr_array_set_size(notes->servers, 0);
    for (unsigned i = 0; i < notes->in_order->len; i++)
        part_server_put(&((const struct server *)g_ptr_array_index(notes->in_order, i))->told,
                        part_blocks_room(notes->servers));
    return notes->servers;
}
