/* See flood_items.h.
 *
 * Only servers of which as many connections may have been half-open for a second, at once, as make a flood are looked
 * at, one after the other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/flood_items.h"

#include "command/archive/ordered_runs.h"
#include "command/archive/slice.h"
#include "command/archive/socket_pair.h"

#include <stdlib.h>

struct placed_note {
    unsigned part;
    struct part_note note;
};

struct server {
    struct tl_socket socket; /* the key */
    uint64_t most; /* of its connections had been half-open for a second, at once, at most */
    GArray *notes; /* struct placed_note; NULL: they are not needed */
};

static void free_server(gpointer data)
{
    struct server *server = data;

    if (server->notes != NULL)
        g_array_free(server->notes, TRUE);
    g_free(server);
}

/* By socket; and the one that was found last, which often is the next one, too. */
struct servers {
    GHashTable *by_socket;
    struct server *last; /* or NULL */
};

/* NULL: it is not known. */
static struct server *find_server(struct servers *servers, const struct tl_socket *socket)
{
    if (servers->last == NULL || !socket_pair_is_same(&servers->last->socket, socket))
        servers->last = g_hash_table_lookup(servers->by_socket, socket);
    return servers->last;
}

/* Each takes one thing of a part. */
typedef void take_function(struct servers *servers, struct part_reader *reader);

static void take_server(struct servers *servers, struct part_reader *reader)
{
    const struct part_server told = part_server_take(&reader->block);
    struct server *server = find_server(servers, &told.socket);

    if (server == NULL) {
        server = g_new0(struct server, 1);
        server->socket = told.socket;
        g_hash_table_insert(servers->by_socket, &server->socket, server);
    }
    /* It is no larger; a damaged one must not make the sum go round. */
    server->most += MIN(told.most, G_MAXUINT32);
}

static void take_note(struct servers *servers, struct part_reader *reader)
{
    const struct placed_note placed = {reader->head->part, part_note_take(&reader->block)};
    struct server *server = find_server(servers, &placed.note.note.server);

    if (placed.note.note.connection >= reader->head->connections)
        stream_reader_refuse(reader->stream);
    else if (server != NULL && server->notes != NULL)
        g_array_append_val(server->notes, placed);
}

static bool read_part(const char *path, struct servers *servers, enum part_block kind, take_function *take)
{
    struct part_reader *reader = part_reader_new(path);
    bool good = reader != NULL;

    while (good && part_reader_has(reader, kind)) {
        take(servers, reader);
        good = part_reader_is_good(reader);
    }
    good = good && part_reader_is_good(reader);
    part_reader_free(reader);
    return good;
}

static bool read_parts(const GPtrArray *paths, struct servers *servers, enum part_block kind, take_function *take)
{
    for (unsigned i = 0; i < paths->len; i++)
        if (!read_part(g_ptr_array_index(paths, i), servers, kind, take))
            return false;
    return true;
}

/* False: none of them is needed. */
static bool choose_servers(GHashTable *servers, uint64_t threshold)
{
    GHashTableIter iterator;
    gpointer value;
    bool any = false;

    g_hash_table_iter_init(&iterator, servers);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        struct server *server = value;

        if (server->most < threshold)
            continue;
        server->notes = g_array_new(FALSE, FALSE, sizeof(struct placed_note));
        any = true;
    }
    return any;
}

/* ---- one server ---------------------------------------------------------------------------- */

static int compare_notes(const void *one, const void *other)
{
    const struct placed_note *a = one, *b = other;

    return a->note.ordinal < b->note.ordinal ? -1 : a->note.ordinal > b->note.ordinal;
}

/* Connections' numbers among one server's, from 1, by part and number in it; 0: none. */
struct anew {
    GArray *numbers[MOST_PARTS]; /* uint32_t; NULL: none of that part yet */
    uint32_t count;
};

static uint32_t *number_anew(struct anew *anew, const struct placed_note *placed)
{
    GArray **numbers = &anew->numbers[placed->part];
    const uint32_t number = placed->note.note.connection;

    if (*numbers == NULL)
        *numbers = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    if ((*numbers)->len <= number)
        g_array_set_size(*numbers, number + 1);
    return &g_array_index(*numbers, uint32_t, number);
}

static void forget_numbers(struct anew *anew, const struct server *server)
{
    for (unsigned i = 0; i < server->notes->len; i++)
        *number_anew(anew, &g_array_index(server->notes, struct placed_note, i)) = 0;
    anew->count = 0;
}

static void free_numbers(struct anew *anew)
{
    for (unsigned i = 0; i < MOST_PARTS; i++)
        if (anew->numbers[i] != NULL)
            g_array_free(anew->numbers[i], TRUE);
    g_free(anew);
}

static void find_floods(GArray *items, const struct server *server, const struct preferences *preferences,
                        struct anew *anew)
{
    struct tl_floods *floods = lives_floods(preferences);

    ordered_runs_sort(server->notes, compare_notes);
    for (unsigned i = 0; i < server->notes->len; i++) {
        const struct placed_note *placed = &g_array_index(server->notes, struct placed_note, i);
        struct tl_half_open_note note = placed->note.note;
        struct flood_item item = {.part = placed->part,
                                  .number = note.connection,
                                  .place = note.diagnoses,
                                  .ordinal = placed->note.ordinal};
        uint32_t *number = number_anew(anew, placed);

        if (*number == 0)
            *number = ++anew->count;
        note.connection = *number - 1;
        if (tl_floods_note(floods, &note, &item.change))
            g_array_append_val(items, item);
    }
    tl_floods_free(floods);
    forget_numbers(anew, server);
}

static int compare_items(const void *one, const void *other)
{
    const struct flood_item *a = one, *b = other;

    if (a->part != b->part)
        return a->part < b->part ? -1 : 1;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return a->ordinal > b->ordinal ? -1 : a->ordinal < b->ordinal;
}

GArray *flood_items_new(const GPtrArray *paths, const struct preferences *preferences)
{
    struct servers servers = {
        .by_socket = g_hash_table_new_full(socket_pair_key_hash, socket_pair_is_same_key, NULL, free_server)};
    GArray *items = g_array_new(FALSE, FALSE, sizeof(struct flood_item));
    const uint32_t threshold = preferences->syn_flood_threshold;
    struct anew *anew = g_new0(struct anew, 1);
    bool good = threshold == 0 || read_parts(paths, &servers, PART_SERVERS, take_server);
    GHashTableIter iterator;
    gpointer value;

    if (good && threshold > 0 && choose_servers(servers.by_socket, threshold))
        good = read_parts(paths, &servers, PART_HALF_OPEN, take_note);
    g_hash_table_iter_init(&iterator, servers.by_socket);
    while (good && g_hash_table_iter_next(&iterator, NULL, &value))
        if (((const struct server *)value)->notes != NULL)
            find_floods(items, value, preferences, anew);
    free_numbers(anew);
    g_array_sort(items, compare_items);
    g_hash_table_unref(servers.by_socket);
    if (!good) {
        g_array_free(items, TRUE);
        return NULL;
    }
    return items;
}
