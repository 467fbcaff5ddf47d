/* Zeek's view of every connection: a table by the tracker's numbers, and the order in which Zeek
 * looks at a segment. Read docs/zeek.md first.
 *
 * The letters are history.c's business, the states states.c's, the numbers
 * stream.c's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/base/growth.h"
#include "core/zeek/history.h"
#include "core/zeek/states.h"
#include "core/zeek/stream.h"

#include <string.h>

/* Connections are allocated so many at a time, and stay where they are. */
enum { CHUNK = 64 };

struct tl_zeek {
    struct tl_memory memory;
    struct zeek_connection **chunks; /* by number / CHUNK; NULL where none was learnt */
    uint32_t chunk_count;
    struct zeek_oddities spilled;
};

/* ---- the table --------------------------------------------------------------------------------- */

struct tl_zeek *tl_zeek_new(const struct tl_memory *memory)
{
    struct tl_zeek *zeek = memory->resize(memory->ctx, NULL, 0, sizeof *zeek);

    if (zeek)
        *zeek = (struct tl_zeek){.memory = *memory};
    return zeek;
}

static void free_connection(struct zeek_connection *c, const struct tl_memory *memory)
{
    zeek_free_history(c, memory);
    if (!c->oddities)
        return;
    zeek_free_stream(c, memory);
    memory->resize(memory->ctx, c->oddities, sizeof *c->oddities, 0);
}

static void free_chunk(struct zeek_connection *chunk, const struct tl_memory *memory)
{
    for (unsigned i = 0; i < CHUNK; i++)
        free_connection(&chunk[i], memory);
    memory->resize(memory->ctx, chunk, CHUNK * sizeof *chunk, 0);
}

void tl_zeek_free(struct tl_zeek *zeek)
{
    struct tl_memory memory;

    if (!zeek)
        return;
    memory = zeek->memory;
    for (uint32_t i = 0; i < zeek->chunk_count; i++)
        if (zeek->chunks[i])
            free_chunk(zeek->chunks[i], &memory);
    if (zeek->chunks)
        memory.resize(memory.ctx, zeek->chunks, zeek->chunk_count * sizeof *zeek->chunks, 0);
    memory.resize(memory.ctx, zeek, sizeof *zeek, 0);
}

static const struct zeek_connection *look_up(const struct tl_zeek *zeek, uint32_t number)
{
    return number / CHUNK < zeek->chunk_count && zeek->chunks[number / CHUNK]
               ? &zeek->chunks[number / CHUNK][number % CHUNK]
               : NULL;
}

static bool is_anybody_known(const struct zeek_connection *chunk)
{
    for (unsigned i = 0; i < CHUNK; i++)
        if (chunk[i].is_known)
            return true;
    return false;
}

void tl_zeek_forget(struct tl_zeek *zeek, uint32_t connection)
{
    struct zeek_connection **chunk, *c;

    if (!look_up(zeek, connection))
        return;
    chunk = &zeek->chunks[connection / CHUNK];
    c = &(*chunk)[connection % CHUNK];
    free_connection(c, &zeek->memory);
    memset(c, 0, sizeof *c);
    if (is_anybody_known(*chunk))
        return;
    free_chunk(*chunk, &zeek->memory);
    *chunk = NULL;
}

static bool enlarge_table(struct tl_zeek *zeek, uint32_t chunk)
{
    uint32_t count = zeek->chunk_count;
    struct zeek_connection **chunks;

    while (count <= chunk)
        count = tl_bigger(count); /* it never ends: a chunk's number is a small one */
    if (count == zeek->chunk_count)
        return true;
    chunks = zeek->memory.resize(zeek->memory.ctx, zeek->chunks,
                                 zeek->chunk_count * sizeof *chunks, count * sizeof *chunks);
    if (!chunks)
        return false;
    for (uint32_t i = zeek->chunk_count; i < count; i++)
        chunks[i] = NULL;
    zeek->chunks = chunks;
    zeek->chunk_count = count;
    return true;
}

static struct zeek_connection *make(struct tl_zeek *zeek, uint32_t number)
{
    uint32_t chunk = number / CHUNK;

    if (!enlarge_table(zeek, chunk))
        return NULL;
    if (!zeek->chunks[chunk]) {
        size_t size = CHUNK * sizeof *zeek->chunks[chunk];

        zeek->chunks[chunk] = zeek->memory.resize(zeek->memory.ctx, NULL, 0, size);
        if (!zeek->chunks[chunk])
            return NULL;
        memset(zeek->chunks[chunk], 0, size);
    }
    return &zeek->chunks[chunk][number % CHUNK];
}

/* ---- the first segment --------------------------------------------------------------------------- */

static bool is_broadcast(const struct tl_socket *socket)
{
    static const uint8_t broadcast[4] = {255, 255, 255, 255};

    return socket->address_length == sizeof broadcast &&
           !memcmp(socket->address, broadcast, sizeof broadcast);
}

/* The sender of a SYN is the originator. Of anything else Zeek guesses by the ports. */
static bool comes_from_server(const struct tl_segment *s)
{
    if ((s->flags & (TL_SYN | TL_ACK)) == TL_SYN || !zeek_is_server_port(s->source.port) ||
        is_broadcast(&s->destination))
        return false;
    return !zeek_is_server_port(s->destination.port) ||
           (!(s->flags & TL_SYN) && s->source.port < s->destination.port);
}

static void begin(struct zeek_passage *p, enum tl_role sender)
{
    struct zeek_connection *c = p->connection;

    c->is_known = true;
    c->originator = (uint8_t)sender;
    c->first_ns = c->last_ns = p->segment->time_ns;
    for (int role = 0; role < 2; role++)
        c->end[role].delivered = c->end[role].trimmed = 1; /* the SYN is no data */
    if (comes_from_server(p->segment))
        zeek_flip(p);
}

/* ---- checksums ----------------------------------------------------------------------------------- */

/* Those of data in the middle of a connection are not looked at: it would cost more than all the
 * rest. A host that leaves its checksums to its network card is believed (contract, section 2). */
static bool has_wrong_checksum(struct zeek_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct zeek_end *X = p->X;
    const enum tl_checksum_kind kind = tl_checksum_kind(s);

    if (!s->checksum || (!(s->flags & (TL_SYN | TL_FIN | TL_RST)) &&
                         tl_checksums_are_settled(X->checksums, kind)))
        return false;
    return tl_checksum_condemns(&X->checksums, kind, s->checksum(s));
}

/* ---- a segment ----------------------------------------------------------------------------------- */

static void note_partial(struct zeek_passage *p)
{
    struct zeek_connection *c = p->connection;

    if (p->X->was_seen)
        return;
    if (p->from_originator)
        c->is_partial = !zeek_has_flag(p, TL_SYN) || zeek_has_flag(p, TL_ACK);
    else if (!c->is_partial)
        c->is_partial = !zeek_has_flag(p, TL_SYN);
}

/* By the role that it had when the segment arrived. */
static void note_seen(struct zeek_passage *p)
{
    enum tl_role originator = (enum tl_role)p->connection->originator;

    p->connection->end[p->from_originator ? originator : tl_other(originator)].was_seen = true;
}

/* Not after a FIN of the other end, which sends nothing more that a window is needed for; nor
 * with or after a RST. */
static void note_window(struct zeek_passage *p)
{
    if (!p->segment->window && !zeek_has_flag(p, TL_RST) && p->Y->state != ZEEK_CLOSED &&
        p->X->state != ZEEK_RESET)
        zeek_record_counted(p, p->X, 'W', &zeek_note_odd_end(p, p->X)->zero_windows);
}

static void note_time(struct zeek_passage *p)
{
    if (!p->X->did_close || !p->Y->did_close)
        p->connection->last_ns = p->segment->time_ns;
}

static void note_fin(struct zeek_passage *p)
{
    const uint32_t distance = zeek_odd_end(p->connection, p->X)->from_fin_to_last;
    const uint64_t fin = p->relative_seq + zeek_span(p->segment);
    uint32_t new_distance = 0;

    if (!zeek_has_flag(p, TL_FIN))
        return;
    if (zeek_has_flag(p, TL_SYN | TL_RST)) /* the history has it as another letter */
        new_distance = (uint32_t)p->X->fin + distance - (uint32_t)fin;
    if (new_distance != distance)
        zeek_note_odd_end(p, p->X)->from_fin_to_last = new_distance;
    p->X->sent_fin = true;
    p->X->fin = fin;
}

static void close_end(struct zeek_connection *c, struct zeek_end *end)
{
    c->is_close_deferred = zeek_is_data_pending(c, end);
    if (!c->is_close_deferred)
        end->did_close = true;
}

/* An end has closed, and now the last of its data is there, or given up. */
static void check_end(struct zeek_connection *c, struct zeek_end *end)
{
    if (end->reached_end ||
        !(end->sent_fin || end->state == ZEEK_CLOSED || end->state == ZEEK_RESET) ||
        zeek_is_data_pending(c, end))
        return;
    end->reached_end = true;
    if (c->is_close_deferred) {
        close_end(c, end);
        c->is_close_deferred = false;
    }
}

static void acknowledge(struct zeek_passage *p)
{
    uint64_t trimmed = p->Y->trimmed;

    if (!zeek_has_flag(p, TL_ACK))
        return;
    zeek_acknowledge(p, p->Y, p->relative_ack);
    if (p->Y->trimmed != trimmed)
        check_end(p->connection, p->Y);
}

static void take(struct zeek_passage *p)
{
    note_partial(p);
    zeek_begin_numbers(p);
    zeek_place_segment(p);
    zeek_record_segment(p);
    note_window(p);
    note_time(p);
    note_fin(p);
    zeek_take_ack(p);
    zeek_advance(p);
    zeek_change_states(p);
    acknowledge(p);
    note_seen(p);
    zeek_take_data(p);
    check_end(p->connection, p->X);
    if (p->closes)
        close_end(p->connection, p->X);
}

void tl_zeek_segment(struct tl_zeek *zeek, uint32_t connection, enum tl_role sender,
                     const struct tl_zeek_packet *packet)
{
    struct zeek_connection *c = make(zeek, connection);
    struct zeek_passage p = {
        .connection = c,
        .segment = packet->segment,
        .memory = &zeek->memory,
        .spilled = &zeek->spilled,
        .is_whole = packet->is_whole,
    };

    if (!c)
        return;
    p.X = &c->end[sender];
    p.Y = &c->end[tl_other(sender)];
    if (!c->is_known)
        begin(&p, sender);
    p.from_originator = zeek_is_originator(c, p.X);
    if (has_wrong_checksum(&p)) {
        zeek_record_counted(&p, p.X, 'C', &zeek_note_odd_end(&p, p.X)->wrong_checksums);
        return;
    }
    p.X->packets++;
    p.X->ip_bytes += packet->ip_length;
    take(&p);
}

/* ---- the record ---------------------------------------------------------------------------------- */

/* One end only, all of its checksums wrong, and nobody answers: that it leaves them to its network
 * card is not known, and Zeek takes none of its segments. */
static bool is_all_wrong(const struct zeek_connection *c)
{
    for (int role = 0; role < 2; role++)
        if (c->end[role].packets && tl_checksums_are_all_wrong(c->end[role].checksums) &&
            !c->end[tl_other((enum tl_role)role)].packets)
            return true;
    return false;
}

static struct tl_zeek_record record_of_wrong(const struct zeek_connection *c)
{
    static const char *const histories[][2] = {
        {"C", "^c"},
        {"CC", "^cc"},
        {"CCC", "^ccc"},
        {"CCCC", "^cccc"},
        {"CCCCC", "^ccccc"},
        {"CCCCCC", "^cccccc"},
        {"CCCCCCC", "^ccccccc"},
        {"CCCCCCCC", "^cccccccc"},
        {"CCCCCCCCC", "^ccccccccc"},
        {"CCCCCCCCCC", "^cccccccccc"},
    };
    uint32_t count = c->end[0].packets + c->end[1].packets;
    unsigned letters = 0;

    while (count >= 10) {
        count /= 10;
        letters++;
    }
    return (struct tl_zeek_record){
        .conn_state = "OTH",
        .history = histories[letters][zeek_history(c)[0] == '^'],
        .originator = (enum tl_role)c->originator,
    };
}

bool tl_zeek_look_up(const struct tl_zeek *zeek, uint32_t connection,
                     struct tl_zeek_record *record)
{
    const struct zeek_connection *c = look_up(zeek, connection);

    if (!c || !c->is_known)
        return false;
    if (is_all_wrong(c)) {
        *record = record_of_wrong(c);
        return true;
    }
    *record = (struct tl_zeek_record){
        .conn_state = zeek_conn_state(c),
        .history = zeek_history(c),
        .originator = (enum tl_role)c->originator,
        .has_duration = c->last_ns > c->first_ns,
        .duration_ns = c->last_ns - c->first_ns,
        .missed_bytes = c->missed_bytes,
    };
    for (int side = TL_ZEEK_ORIGINATOR; side <= TL_ZEEK_RESPONDER; side++) {
        const struct zeek_end *end = &c->end[side ? tl_other(record->originator)
                                                  : record->originator];

        record->bytes[side] = zeek_size(c, end);
        record->packets[side] = end->packets;
        record->ip_bytes[side] = end->ip_bytes;
    }
    return true;
}
