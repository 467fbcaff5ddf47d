/* See part_records.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/part_records.h"

#include "command/archive/numbers.h"
#include "command/archive/slice.h"

#include <string.h>

/* ---- what is in several kinds of blocks ---------------------------------------------------- */

enum { BLOCK = 1 << 16 }; /* bytes: so many are in one, and one thing more */

static void free_array(gpointer data)
{
    g_byte_array_free(data, TRUE);
}

GPtrArray *part_blocks_new(void)
{
    return g_ptr_array_new_with_free_func(free_array);
}

GByteArray *part_blocks_room(GPtrArray *blocks)
{
    GByteArray *last = blocks->len > 0 ? g_ptr_array_index(blocks, blocks->len - 1) : NULL;

    if (last == NULL || last->len > BLOCK) {
        last = g_byte_array_new();
        g_ptr_array_add(blocks, last);
    }
    return last;
}

void part_texts_put(const GPtrArray *texts, GByteArray *to)
{
    numbers_put(to, texts->len);
    for (unsigned i = 0; i < texts->len; i++)
        numbers_put_text(to, g_ptr_array_index(texts, i));
}

void part_texts_take(struct numbers *from, GPtrArray *texts)
{
    const uint64_t count = numbers_take(from);

    for (uint64_t i = 0; i < count && !from->is_wrong; i++)
        g_ptr_array_add(texts, numbers_take_text(from));
}

bool part_texts_are_same(const GPtrArray *one, const GPtrArray *other)
{
    if (one->len != other->len)
        return false;
    for (unsigned i = 0; i < one->len; i++)
        if (strcmp(g_ptr_array_index(one, i), g_ptr_array_index(other, i)) != 0)
            return false;
    return true;
}

/* ---- the head ------------------------------------------------------------------------------ */

static GPtrArray *texts_new(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

struct part_head *part_head_new(void)
{
    struct part_head *head = g_new0(struct part_head, 1);

    head->slices = texts_new();
    head->damages = texts_new();
    return head;
}

void part_head_free(struct part_head *head)
{
    g_ptr_array_free(head->slices, TRUE);
    g_ptr_array_free(head->damages, TRUE);
    g_free(head->format);
    g_free(head->datagrams.cut_example);
    g_free(head->datagrams.joined_example);
    g_free(head);
}

void part_head_put(const struct part_head *head, GByteArray *to)
{
    const struct preferences *preferences = &head->preferences;

    numbers_put_text(to, head->format);
    numbers_put(to, head->is_slim);
    numbers_put(to, head->parts);
    numbers_put(to, head->part);
    numbers_put(to, preferences->msl);
    numbers_put(to, preferences->close_wait_limit);
    numbers_put(to, preferences->syn_flood_threshold);
    numbers_put(to, preferences->syn_flood_window);
    numbers_put(to, head->first_number);
    numbers_put(to, head->connections);
    numbers_put_signed(to, head->opened_ns);
    numbers_put_signed(to, head->closed_ns);
    numbers_put(to, head->datagrams.cut);
    numbers_put_text(to, head->datagrams.cut_example);
    numbers_put(to, head->datagrams.joined);
    numbers_put_text(to, head->datagrams.joined_example);
    part_texts_put(head->slices, to);
    part_texts_put(head->damages, to);
}

struct part_head *part_head_take(const GByteArray *from)
{
    struct numbers numbers = numbers_in(from->data, from->len);
    struct part_head *head = part_head_new();
    struct preferences *preferences = &head->preferences;

    head->format = numbers_take_text(&numbers);
    head->is_slim = numbers_take(&numbers) != 0;
    head->parts = (unsigned)numbers_take(&numbers);
    head->part = (unsigned)numbers_take(&numbers);
    preferences->msl = (unsigned)numbers_take(&numbers);
    preferences->close_wait_limit = (unsigned)numbers_take(&numbers);
    preferences->syn_flood_threshold = (unsigned)numbers_take(&numbers);
    preferences->syn_flood_window = (unsigned)numbers_take(&numbers);
    head->first_number = numbers_take(&numbers);
    head->connections = (uint32_t)numbers_take(&numbers);
    head->opened_ns = numbers_take_signed(&numbers);
    head->closed_ns = numbers_take_signed(&numbers);
    head->datagrams.cut = numbers_take(&numbers);
    head->datagrams.cut_example = numbers_take_text(&numbers);
    head->datagrams.joined = numbers_take(&numbers);
    head->datagrams.joined_example = numbers_take_text(&numbers);
    part_texts_take(&numbers, head->slices);
    part_texts_take(&numbers, head->damages);
    if (numbers.is_wrong || numbers.at != numbers.end || head->parts > MOST_PARTS ||
        head->part >= head->parts) {
        part_head_free(head);
        return NULL;
    }
    return head;
}

/* ---- servers ------------------------------------------------------------------------------- */

void part_server_put(const struct part_server *server, GByteArray *to)
{
    numbers_put_socket(to, &server->socket);
    numbers_put(to, server->most);
}

struct part_server part_server_take(struct numbers *from)
{
    struct part_server server = {.socket = numbers_take_socket(from)};

    server.most = numbers_take(from);
    return server;
}

/* ---- notes --------------------------------------------------------------------------------- */

enum { IS_HALF_OPEN = 1, IS_CLOSING = 2 };

void part_note_put(const struct part_note *note, GByteArray *to)
{
    const struct tl_half_open_note *told = &note->note;
    const uint64_t numbers[] = {
        (told->is_half_open ? IS_HALF_OPEN : 0) | (told->is_closing ? IS_CLOSING : 0),
        note->ordinal,
        told->connection,
        told->frame,
        told->first_frame,
        told->diagnoses,
        numbers_folded(told->synack_ns),
        numbers_folded(numbers_step(told->synack_ns, told->time_ns)),
    };
    uint8_t bytes[G_N_ELEMENTS(numbers) * NUMBER_AT_MOST + SOCKET_AT_MOST + SOCKET_AT_MOST], *at = bytes;

    for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++)
        at = numbers_write(at, numbers[i]);
    at = numbers_write_socket(at, &told->client);
    at = numbers_write_socket(at, &told->server);
    g_byte_array_append(to, bytes, (guint)(at - bytes));
}

struct part_note part_note_take(struct numbers *from)
{
    const uint64_t bits = numbers_take(from);
    struct part_note note = {0};
    struct tl_half_open_note *told = &note.note;

    told->is_half_open = (bits & IS_HALF_OPEN) != 0;
    told->is_closing = (bits & IS_CLOSING) != 0;
    note.ordinal = numbers_take(from);
    told->connection = (uint32_t)numbers_take(from);
    told->frame = (uint32_t)numbers_take(from);
    told->first_frame = (uint32_t)numbers_take(from);
    told->diagnoses = (uint32_t)numbers_take(from);
    told->synack_ns = numbers_take_signed(from);
    told->time_ns = numbers_after_step(told->synack_ns, numbers_take_signed(from));
    told->client = numbers_take_socket(from);
    told->server = numbers_take_socket(from);
    return note;
}
