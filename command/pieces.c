/* See pieces.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/pieces.h"

#include "command/progress.h"

/* A file, and what says where it comes among the others. */
struct piece {
    char *path;
    int64_t first_ns; /* its first packet's time; INT64_MIN: it has none */
    char *key; /* of its name, in which numbers count as numbers: file10 comes behind file9 */
};

struct pieces {
    struct capture *capture;
    GArray *in_order; /* struct piece */
    unsigned next;    /* of them */
    unsigned opened;  /* so many could be */
    bool is_open;     /* the one before `next` is */
    GArray *damages;
};

static void clear_piece(gpointer data)
{
    struct piece *piece = data;

    g_free(piece->path);
    g_free(piece->key);
}

static void clear_damage(gpointer data)
{
    struct piece_damage *damage = data;

    g_free(damage->path);
    capture_damage_clear(&damage->damage);
}

static void note_damage(struct pieces *pieces, const char *path)
{
    struct piece_damage *noted;

    g_array_set_size(pieces->damages, pieces->damages->len + 1);
    noted = &g_array_index(pieces->damages, struct piece_damage, pieces->damages->len - 1);
    *noted = (struct piece_damage){g_strdup(path), *capture_damage(pieces->capture)};
    noted->damage.details = g_strdup(noted->damage.details);
}

/* A file that cannot be opened has been done with, too. */
static void note_closed(struct pieces *pieces, const char *path)
{
    note_damage(pieces, path);
    progress_note_file();
}

/* Opens the next one that can be opened. */
static void open_next(struct pieces *pieces)
{
    pieces->is_open = false;
    while (!pieces->is_open && pieces->next < pieces->in_order->len) {
        const char *path = g_array_index(pieces->in_order, struct piece, pieces->next++).path;

        pieces->is_open = capture_open(pieces->capture, path);
        if (pieces->is_open)
            pieces->opened++;
        else
            note_closed(pieces, path);
    }
}

/* ---- the order ----------------------------------------------------------------------------- */

static int64_t first_packet_ns(struct capture *capture)
{
    enum capture_result result;
    struct packet packet;

    do {
        result = capture_read(capture, &packet);
        capture_forget(capture);
    } while (result == CAPTURE_OTHER_RECORD);
    return result == CAPTURE_PACKET ? packet.time_ns : INT64_MIN;
}

static int compare(const void *one, const void *other)
{
    const struct piece *a = one, *b = other;

    return a->first_ns != b->first_ns ? (a->first_ns < b->first_ns ? -1 : 1)
                                      : g_strcmp0(a->key, b->key);
}

/* Only one that can be opened. */
static void add(struct pieces *pieces, const char *path, bool is_alone)
{
    struct piece *piece;

    if (!is_alone && !capture_open(pieces->capture, path)) {
        note_closed(pieces, path);
        return;
    }
    g_array_set_size(pieces->in_order, pieces->in_order->len + 1);
    piece = &g_array_index(pieces->in_order, struct piece, pieces->in_order->len - 1);
    *piece = (struct piece){
        .path = g_strdup(path),
        .key = g_utf8_collate_key_for_filename(path, -1),
        .first_ns = is_alone ? 0 : first_packet_ns(pieces->capture),
    };
}

struct pieces *pieces_new(const GPtrArray *paths)
{
    struct pieces *pieces = g_new0(struct pieces, 1);

    pieces->capture = capture_new();
    pieces->in_order = g_array_new(FALSE, FALSE, sizeof(struct piece));
    g_array_set_clear_func(pieces->in_order, clear_piece);
    pieces->damages = g_array_new(FALSE, FALSE, sizeof(struct piece_damage));
    g_array_set_clear_func(pieces->damages, clear_damage);
    for (unsigned i = 0; i < paths->len; i++)
        add(pieces, g_ptr_array_index(paths, i), paths->len == 1);
    g_array_sort(pieces->in_order, compare);
    open_next(pieces);
    return pieces;
}

void pieces_free(struct pieces *pieces)
{
    capture_free(pieces->capture);
    g_array_free(pieces->in_order, TRUE);
    g_array_free(pieces->damages, TRUE);
    g_free(pieces);
}

/* ---- reading ------------------------------------------------------------------------------- */

static bool is_damage(const struct pieces *pieces)
{
    return capture_damage(pieces->capture)->error != 0 &&
           (pieces->in_order->len == 1 || !capture_holds_nothing(pieces->capture));
}

enum capture_result pieces_read(struct pieces *pieces, struct packet *packet)
{
    while (pieces->is_open) {
        const enum capture_result result = capture_read(pieces->capture, packet);

        if (result != CAPTURE_END)
            return result;
        if (is_damage(pieces))
            note_damage(pieces, pieces_path(pieces));
        capture_note_progress(pieces->capture);
        progress_note_file();
        open_next(pieces);
    }
    return CAPTURE_END;
}

void pieces_forget(struct pieces *pieces)
{
    capture_forget(pieces->capture);
    capture_note_progress(pieces->capture);
}

const char *pieces_path(const struct pieces *pieces)
{
    return g_array_index(pieces->in_order, struct piece, pieces->next - 1).path;
}

const char *pieces_only_path(const struct pieces *pieces)
{
    return pieces->in_order->len == 1 ? g_array_index(pieces->in_order, struct piece, 0).path
                                      : NULL;
}

unsigned pieces_place(const struct pieces *pieces)
{
    return pieces->opened - 1;
}

bool pieces_any(const struct pieces *pieces)
{
    return pieces->opened > 0;
}

const GArray *pieces_damages(const struct pieces *pieces)
{
    return pieces->damages;
}

void pieces_forgive(struct pieces *pieces, int error)
{
    for (unsigned i = pieces->damages->len; i-- > 0;)
        if (g_array_index(pieces->damages, struct piece_damage, i).damage.error == error)
            g_array_remove_index(pieces->damages, i);
}
