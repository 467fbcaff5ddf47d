/* See half_open_notes.h.
 *
 * Of nearly all servers `result` needs no notes: their handshakes complete. A flood is made of handshakes that do not
 * complete within a second (core/table/half_open.c). Whether anybody looked at the clock in this second, other parts'
 * segments decide; if no frame of the capture was so late, nobody did.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/half_open_notes.h"

#include "command/archive/numbers.h"
#include "command/archive/socket_pair.h"

struct server {
    struct part_server told; /* its socket is the key */
    /* uint64_t, segments' numbers: where handshakes began that may have been incomplete for a second, and where those of
     * them ended that did. */
    GArray *begins, *ends;
};

/* A connection, since its last note. */
struct half_open {
    struct server *server; /* NULL: it is not half-open */
    uint64_t begin;        /* the segment's number */
    int64_t synack_ns;     /* the earliest */
};

struct half_open_notes {
    GPtrArray *notes, *servers;  /* GByteArray, of which more is added to the last one */
    GArray *half_open;           /* struct half_open, by connection */
    GHashTable *server_of;
    struct server *last; /* that was asked for: it often is the next one, too */
    GPtrArray *in_order; /* struct server, owned: what is written twice is the same */
};

static void free_server(gpointer data)
{
    struct server *server = data;

    g_array_free(server->begins, TRUE);
    g_array_free(server->ends, TRUE);
    g_free(server);
}

static struct server *server_new(const struct tl_socket *socket)
{
    struct server *server = g_new0(struct server, 1);

    server->told.socket = *socket;
    server->begins = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    server->ends = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    return server;
}

struct half_open_notes *half_open_notes_new(void)
{
    struct half_open_notes *notes = g_new0(struct half_open_notes, 1);

    notes->notes = part_blocks_new();
    notes->servers = part_blocks_new();
    notes->half_open = g_array_new(FALSE, TRUE, sizeof(struct half_open));
    notes->server_of = g_hash_table_new(socket_pair_key_hash, socket_pair_is_same_key);
    notes->in_order = g_ptr_array_new_with_free_func(free_server);
    return notes;
}

void half_open_notes_free(struct half_open_notes *notes)
{
    if (notes == NULL)
        return;
    g_ptr_array_free(notes->notes, TRUE);
    g_ptr_array_free(notes->servers, TRUE);
    g_array_free(notes->half_open, TRUE);
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
        server = server_new(socket);
        g_hash_table_insert(notes->server_of, &server->told.socket, server);
        g_ptr_array_add(notes->in_order, server);
    }
    notes->last = server;
    return server;
}

static struct half_open *half_open_of(struct half_open_notes *notes, uint32_t connection)
{
    if (notes->half_open->len <= connection)
        g_array_set_size(notes->half_open, connection + 1);
    return &g_array_index(notes->half_open, struct half_open, connection);
}

static void begin(struct half_open_notes *notes, struct half_open *half_open, const struct part_note *note)
{
    *half_open = (struct half_open){server_of(notes, &note->note.server), note->ordinal, note->note.synack_ns};
}

static void end(struct half_open *half_open, const struct part_note *note, int64_t latest_ns)
{
    if (numbers_step(half_open->synack_ns, latest_ns) >= TL_HANDSHAKE_NS) {
        g_array_append_val(half_open->server->begins, half_open->begin);
        g_array_append_val(half_open->server->ends, note->ordinal);
    }
    half_open->server = NULL;
}

void half_open_notes_add(struct half_open_notes *notes, const struct part_note *note, int64_t latest_ns)
{
    struct half_open *half_open = half_open_of(notes, note->note.connection);

    if (half_open->server != NULL)
        half_open->synack_ns = MIN(half_open->synack_ns, note->note.synack_ns);
    if (note->note.is_half_open && half_open->server == NULL)
        begin(notes, half_open, note);
    else if (!note->note.is_half_open && half_open->server != NULL)
        end(half_open, note, latest_ns);
    part_note_put(note, part_blocks_room(notes->notes));
}

const GPtrArray *half_open_notes_blocks(struct half_open_notes *notes)
{
    return notes->notes;
}

static int compare_numbers(const void *one, const void *other)
{
    const uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

    return a < b ? -1 : a > b;
}

/* So many were there at once, at most. Ends are in order. */
static uint64_t count_at_once(const struct server *server)
{
    unsigned most = 0, ended = 0;

    g_array_sort(server->begins, compare_numbers);
    for (unsigned i = 0; i < server->begins->len; i++) {
        while (ended < server->ends->len &&
               g_array_index(server->ends, uint64_t, ended) < g_array_index(server->begins, uint64_t, i))
            ended++;
        most = MAX(most, i + 1 - ended);
    }
    return most;
}

const GPtrArray *half_open_notes_servers(struct half_open_notes *notes)
{
    g_ptr_array_set_size(notes->servers, 0);
    for (unsigned i = 0; i < notes->half_open->len; i++) {
        const struct half_open *half_open = &g_array_index(notes->half_open, struct half_open, i);

        if (half_open->server != NULL) /* it stays so */
            g_array_append_val(half_open->server->begins, half_open->begin);
    }
    for (unsigned i = 0; i < notes->in_order->len; i++) {
        struct server *server = g_ptr_array_index(notes->in_order, i);

        server->told.most = count_at_once(server);
        if (server->told.most > 0)
            part_server_put(&server->told, part_blocks_room(notes->servers));
    }
    return notes->servers;
}
