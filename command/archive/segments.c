/* See segments.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "command/archive/segments.h"

#include "command/archive/numbers.h"
#include "command/archive/socket_pair.h"

#include <limits.h>
#include <string.h>

/* What each column holds; a number of each segment that has such a thing. */
enum column {
    SHAPE,
    PLACE,   /* among the conversations */
    FRAME,   /* since the one before */
    ORDINAL, /* the same */
    TIME,    /* the same */
    LATENESS, /* behind the file's latest time */
    TCP_FLAGS,
    SEQ,
    ACK,
    LENGTH,
    WINDOW,
    TS_VAL,
    TS_ECR,
    IP_ID,
    IP_LENGTH,
    SACK,
    RARE,    /* part, window scale, network, ICMP */
    SOCKETS, /* of a conversation that is new, or was forgotten */
    COLUMNS
};

/* What a segment is or has. */
enum shape {
    FROM_SECOND = 1 << 0, /* the conversation's second socket sends */
    IS_NEW = 1 << 1,
    HAS_TIMESTAMPS = 1 << 2,
    HAS_IP_ID = 1 << 3,
    IS_WHOLE = 1 << 4,
    HAS_PART = 1 << 5,
    HAS_SCALE = 1 << 6, /* unlike TL_SCALE_NONE */
    HAS_NETWORK = 1 << 7, /* unlike the last one of this direction */
    IS_FRAGMENT = 1 << 8,
    HAS_FAST_OPEN = 1 << 9,
    HAS_COOKIE = 1 << 10,
    IS_QUOTED = 1 << 11,
    IS_LATE = 1 << 12,
    CHECKSUM = 13, /* two bits from here on */
    SACKS = 15,    /* three */
    SHAPE_END = 1 << 18
};

enum { CONVERSATIONS = 4096, MOST_SACKS = 4, MOST_RARE = 5 };
enum { FEWEST_ROOMS = 32 }; /* with less room a column grows */

/* One direction of a conversation, as it is expected to go on. */
struct direction {
    tl_seq next;
    uint32_t ts_val, network, overhead;
    uint16_t window, ip_id;
};

struct conversation {
    struct tl_socket socket[2];
    struct direction direction[2];
    bool is_known;
};

/* What writer and reader both keep. */
struct expectation {
    struct conversation *conversations;
    uint64_t frame, ordinal;
    int64_t time_ns;
};

struct segments_writer {
    struct expectation expectation;
    struct numbers_column columns[COLUMNS];
    GByteArray *sockets; /* of new conversations: the last column */
    unsigned count;
    unsigned rooms; /* for so many segments more there is room in every column */
};

struct segments_reader {
    struct expectation expectation;
    struct numbers columns[COLUMNS];
    uint64_t left;
    bool is_wrong;
};

static void forget_file(struct expectation *expectation)
{
    expectation->frame = expectation->ordinal = 0;
    expectation->time_ns = 0;
}

/* ---- conversations ------------------------------------------------------------------------- */

static void begin_conversation(struct conversation *c, const struct tl_socket *one,
                               const struct tl_socket *other)
{
    *c = (struct conversation){.socket = {*one, *other}, .is_known = true};
}

/* It has been put or taken: the next one is expected to go on from here. */
static void learn(struct direction *d, const struct mapped_segment *mapped)
{
    const struct tl_segment *s = &mapped->segment;

    d->network = s->network;
    if (mapped->is_quoted)
        return;
    d->next = s->seq + tl_segment_span(s);
    d->window = s->window;
    d->overhead = mapped->ip_length - s->length;
    if (s->has_timestamps)
        d->ts_val = s->ts_val;
    if (s->has_ip_id)
        d->ip_id = s->ip_id;
}

/* ---- writing ------------------------------------------------------------------------------- */

struct segments_writer *segments_writer_new(void)
{
    struct segments_writer *writer = g_new0(struct segments_writer, 1);

    writer->expectation.conversations = g_new0(struct conversation, CONVERSATIONS);
    writer->sockets = g_byte_array_new();
    return writer;
}

void segments_writer_free(struct segments_writer *writer)
{
    for (unsigned i = 0; i < COLUMNS; i++)
        g_free(writer->columns[i].bytes);
    g_byte_array_free(writer->sockets, TRUE);
    g_free(writer->expectation.conversations);
    g_free(writer);
}

/* So many numbers of one segment are in a column, at most. */
static unsigned most_of(enum column column)
{
    return column == SACK ? 2 * MOST_SACKS : column == RARE ? MOST_RARE : 1;
}

/* Looked for once in many segments, not at each number. */
static void make_rooms(struct segments_writer *writer)
{
    writer->rooms = UINT_MAX;
    for (unsigned i = 0; i < SOCKETS; i++) {
        const size_t most = (size_t)most_of(i) * NUMBER_AT_MOST;

        if (numbers_room(&writer->columns[i]) < FEWEST_ROOMS * most)
            numbers_make_room(&writer->columns[i]);
        writer->rooms = (unsigned)MIN(writer->rooms, numbers_room(&writer->columns[i]) / most);
    }
}

static void put(struct segments_writer *writer, enum column column, uint64_t number)
{
    numbers_add_in_room(&writer->columns[column], number);
}

static void put_signed(struct segments_writer *writer, enum column column, int64_t number)
{
    put(writer, column, numbers_folded(number));
}

/* Numbers of 32 bits go round. */
static void put_step(struct segments_writer *writer, enum column column, uint32_t from, uint32_t to)
{
    put_signed(writer, column, (int32_t)(to - from));
}

static uint32_t shape_of(const struct mapped_segment *mapped, const struct direction *d,
                         bool from_second, bool is_new)
{
    const struct tl_segment *s = &mapped->segment;

    return (from_second ? FROM_SECOND : 0) | (is_new ? IS_NEW : 0) |
           (s->has_timestamps ? HAS_TIMESTAMPS : 0) | (s->has_ip_id ? HAS_IP_ID : 0) |
           (mapped->is_whole ? IS_WHOLE : 0) | (s->part != 0 ? HAS_PART : 0) |
           (s->window_scale != TL_SCALE_NONE ? HAS_SCALE : 0) |
           (s->network != d->network ? HAS_NETWORK : 0) | (s->is_fragment ? IS_FRAGMENT : 0) |
           (s->has_fast_open ? HAS_FAST_OPEN : 0) | (s->fast_open_cookie ? HAS_COOKIE : 0) |
           (mapped->is_quoted ? IS_QUOTED : 0) |
           (mapped->latest_ns != s->time_ns ? IS_LATE : 0) | (uint32_t)mapped->checksum << CHECKSUM |
           (uint32_t)s->sack_count << SACKS;
}

static void put_rare(struct segments_writer *writer, const struct mapped_segment *mapped, uint32_t shape)
{
    const struct tl_segment *s = &mapped->segment;

    if (shape & HAS_PART)
        put(writer, RARE, s->part);
    if (shape & HAS_SCALE)
        put_signed(writer, RARE, s->window_scale);
    if (shape & HAS_NETWORK)
        put(writer, RARE, s->network);
    if (shape & IS_QUOTED) {
        put(writer, RARE, mapped->icmp_type);
        put(writer, RARE, mapped->icmp_code);
    }
}

static void put_tcp(struct segments_writer *writer, const struct mapped_segment *mapped,
                    const struct direction *d, const struct direction *other)
{
    const struct tl_segment *s = &mapped->segment;

    put(writer, TCP_FLAGS, s->flags);
    put_step(writer, ACK, other->next, s->ack);
    put(writer, LENGTH, s->length);
    put_signed(writer, WINDOW, (int32_t)s->window - d->window);
    put_step(writer, IP_LENGTH, d->overhead, mapped->ip_length - s->length);
    if (s->has_timestamps) {
        put_step(writer, TS_VAL, d->ts_val, s->ts_val);
        put_step(writer, TS_ECR, other->ts_val, s->ts_ecr);
    }
    if (s->has_ip_id)
        put_signed(writer, IP_ID, (int16_t)(uint16_t)(s->ip_id - d->ip_id));
    for (unsigned i = 0; i < s->sack_count; i++) {
        put_step(writer, SACK, s->ack, s->sack[i].start);
        put_step(writer, SACK, s->sack[i].start, s->sack[i].end);
    }
}

static void put_place(struct segments_writer *writer, const struct mapped_segment *mapped)
{
    struct expectation *expected = &writer->expectation;

    put(writer, FRAME, mapped->frame - expected->frame);
    put(writer, ORDINAL, mapped->ordinal - expected->ordinal);
    put_signed(writer, TIME, numbers_step(expected->time_ns, mapped->segment.time_ns));
    expected->frame = mapped->frame;
    expected->ordinal = mapped->ordinal;
    expected->time_ns = mapped->segment.time_ns;
}

void segments_put(struct segments_writer *writer, const struct mapped_segment *mapped, uint32_t hash)
{
    const struct tl_segment *s = &mapped->segment;
    const unsigned place = hash % CONVERSATIONS;
    struct conversation *c = &writer->expectation.conversations[place];
    const bool is_first = c->is_known && socket_pair_is_same(&c->socket[0], &s->source) &&
                          socket_pair_is_same(&c->socket[1], &s->destination);
    const bool is_second = !is_first && c->is_known && socket_pair_is_same(&c->socket[1], &s->source) &&
                           socket_pair_is_same(&c->socket[0], &s->destination);
    const bool is_new = !is_first && !is_second;
    struct direction *d = &c->direction[is_second];
    uint32_t shape;

    if (writer->rooms == 0)
        make_rooms(writer);
    writer->rooms--;
    if (is_new) {
        begin_conversation(c, &s->source, &s->destination);
        numbers_put_socket(writer->sockets, &s->source);
        numbers_put_socket(writer->sockets, &s->destination);
    }
    shape = shape_of(mapped, d, is_second, is_new);
    put(writer, SHAPE, shape);
    put(writer, PLACE, place);
    put_place(writer, mapped);
    if (shape & IS_LATE)
        put_signed(writer, LATENESS, numbers_step(s->time_ns, mapped->latest_ns));
    put_rare(writer, mapped, shape);
    put_step(writer, SEQ, d->next, s->seq);
    if (!mapped->is_quoted)
        put_tcp(writer, mapped, d, &c->direction[!is_second]);
    learn(d, mapped);
    writer->count++;
}

unsigned segments_waiting(const struct segments_writer *writer)
{
    return writer->count;
}

void segments_flush(struct segments_writer *writer, GByteArray *block)
{
    numbers_put(block, writer->count);
    for (unsigned i = 0; i < SOCKETS; i++)
        numbers_put_column(block, &writer->columns[i]);
    numbers_put_bytes(block, writer->sockets->data, writer->sockets->len);
    g_byte_array_set_size(writer->sockets, 0);
    writer->count = writer->rooms = 0;
}

void segments_begin_file(struct segments_writer *writer)
{
    forget_file(&writer->expectation);
}

/* ---- reading ------------------------------------------------------------------------------- */

struct segments_reader *segments_reader_new(void)
{
    struct segments_reader *reader = g_new0(struct segments_reader, 1);

    reader->expectation.conversations = g_new0(struct conversation, CONVERSATIONS);
    return reader;
}

void segments_reader_free(struct segments_reader *reader)
{
    g_free(reader->expectation.conversations);
    g_free(reader);
}

void segments_reader_begin_file(struct segments_reader *reader)
{
    forget_file(&reader->expectation);
}

bool segments_open(struct segments_reader *reader, const uint8_t *bytes, size_t length)
{
    struct numbers all = numbers_in(bytes, length);

    reader->left = numbers_take(&all);
    for (unsigned i = 0; i < COLUMNS; i++) {
        size_t count;
        const uint8_t *from = numbers_take_bytes(&all, &count);

        reader->columns[i] = numbers_in(from, count);
    }
    reader->is_wrong = all.is_wrong || all.at != all.end;
    return !reader->is_wrong;
}

/* Numbers of several bytes, and what is none. */
G_GNUC_NO_INLINE static uint64_t take_long(struct segments_reader *reader, enum column column)
{
    struct numbers *from = &reader->columns[column];
    uint64_t number;

    if (numbers_are_two(from))
        return numbers_take_two(from);
    number = numbers_take(from);
    reader->is_wrong = reader->is_wrong || from->is_wrong;
    return number;
}

static uint64_t take(struct segments_reader *reader, enum column column)
{
    struct numbers *from = &reader->columns[column];

    return from->at < from->end && *from->at < 0x80 ? *from->at++ : take_long(reader, column);
}

static int64_t take_signed(struct segments_reader *reader, enum column column)
{
    return numbers_unfolded(take(reader, column));
}

static uint32_t take_step(struct segments_reader *reader, enum column column, uint32_t from)
{
    return from + (uint32_t)take_signed(reader, column);
}

static void take_rare(struct segments_reader *reader, struct mapped_segment *mapped, uint32_t shape,
                      const struct direction *d)
{
    struct tl_segment *s = &mapped->segment;

    s->part = shape & HAS_PART ? (uint32_t)take(reader, RARE) : 0;
    s->window_scale = TL_SCALE_NONE;
    if (shape & HAS_SCALE)
        s->window_scale = (int8_t)take_signed(reader, RARE);
    s->network = shape & HAS_NETWORK ? (uint32_t)take(reader, RARE) : d->network;
    if (shape & IS_QUOTED) {
        mapped->icmp_type = (uint8_t)take(reader, RARE);
        mapped->icmp_code = (uint8_t)take(reader, RARE);
    }
}

static void take_tcp(struct segments_reader *reader, struct mapped_segment *mapped,
                     const struct direction *d, const struct direction *other)
{
    struct tl_segment *s = &mapped->segment;

    s->flags = (uint8_t)take(reader, TCP_FLAGS);
    s->ack = take_step(reader, ACK, other->next);
    s->length = (uint32_t)take(reader, LENGTH);
    s->window = (uint16_t)numbers_after_step(d->window, take_signed(reader, WINDOW));
    mapped->ip_length = take_step(reader, IP_LENGTH, d->overhead) + s->length;
    if (s->has_timestamps) {
        s->ts_val = take_step(reader, TS_VAL, d->ts_val);
        s->ts_ecr = take_step(reader, TS_ECR, other->ts_val);
    }
    if (s->has_ip_id)
        s->ip_id = (uint16_t)numbers_after_step(d->ip_id, take_signed(reader, IP_ID));
    for (unsigned i = 0; i < s->sack_count; i++) {
        s->sack[i].start = take_step(reader, SACK, s->ack);
        s->sack[i].end = take_step(reader, SACK, s->sack[i].start);
    }
}

static void take_place(struct segments_reader *reader, struct mapped_segment *mapped, uint32_t shape)
{
    struct expectation *expected = &reader->expectation;

    mapped->frame = expected->frame += take(reader, FRAME);
    mapped->ordinal = expected->ordinal += take(reader, ORDINAL);
    mapped->segment.time_ns = expected->time_ns =
        numbers_after_step(expected->time_ns, take_signed(reader, TIME));
    mapped->latest_ns = mapped->segment.time_ns;
    if (shape & IS_LATE)
        mapped->latest_ns = numbers_after_step(mapped->latest_ns, take_signed(reader, LATENESS));
}

static void take_shape(struct mapped_segment *mapped, uint32_t shape)
{
    struct tl_segment *s = &mapped->segment;

    mapped->is_quoted = (shape & IS_QUOTED) != 0;
    mapped->is_whole = (shape & IS_WHOLE) != 0;
    mapped->checksum = (enum tl_checksum)(shape >> CHECKSUM & 3);
    s->has_timestamps = (shape & HAS_TIMESTAMPS) != 0;
    s->has_ip_id = (shape & HAS_IP_ID) != 0;
    s->is_fragment = (shape & IS_FRAGMENT) != 0;
    s->has_fast_open = (shape & HAS_FAST_OPEN) != 0;
    s->fast_open_cookie = (shape & HAS_COOKIE) != 0;
    s->sack_count = (uint8_t)(shape >> SACKS & 7);
}

static bool is_possible(const struct segments_reader *reader, const struct mapped_segment *mapped,
                        const struct conversation *c, uint32_t shape)
{
    return !reader->is_wrong && c->is_known && shape < SHAPE_END && mapped->frame > 0 &&
           mapped->checksum <= TL_CHECKSUM_BAD && mapped->segment.sack_count <= MOST_SACKS &&
           mapped->segment.time_ns < TL_TIME_LIMIT_NS && mapped->segment.time_ns > -TL_TIME_LIMIT_NS &&
           mapped->latest_ns >= mapped->segment.time_ns && mapped->latest_ns < TL_TIME_LIMIT_NS;
}

/* Memory may fetch meanwhile what is known of the next segment's conversation. */
static void expect_next(const struct segments_reader *reader)
{
    struct numbers place = reader->columns[PLACE];

    if (numbers_are_two(&place)) /* as nearly all are */
        __builtin_prefetch(&reader->expectation.conversations[numbers_take_two(&place) % CONVERSATIONS]);
}

bool segments_take(struct segments_reader *reader, struct mapped_segment *mapped)
{
    uint32_t shape;
    struct conversation *c;
    bool second;

    if (reader->is_wrong || reader->left == 0)
        return false;
    reader->left--;
    *mapped = (struct mapped_segment){0};
    shape = (uint32_t)take(reader, SHAPE);
    second = (shape & FROM_SECOND) != 0;
    c = &reader->expectation.conversations[take(reader, PLACE) % CONVERSATIONS];
    if (shape & IS_NEW) {
        const struct tl_socket one = numbers_take_socket(&reader->columns[SOCKETS]),
                               other = numbers_take_socket(&reader->columns[SOCKETS]);

        reader->is_wrong = reader->columns[SOCKETS].is_wrong;
        begin_conversation(c, &one, &other);
    }
    mapped->segment.source = c->socket[second];
    mapped->segment.destination = c->socket[!second];
    take_shape(mapped, shape);
    take_place(reader, mapped, shape);
    take_rare(reader, mapped, shape, &c->direction[second]);
    mapped->segment.seq = take_step(reader, SEQ, c->direction[second].next);
    if (mapped->segment.sack_count <= MOST_SACKS && !mapped->is_quoted)
        take_tcp(reader, mapped, &c->direction[second], &c->direction[!second]);
    reader->is_wrong = !is_possible(reader, mapped, c, shape);
    learn(&c->direction[second], mapped);
    expect_next(reader);
    return !reader->is_wrong;
}

bool segments_are_wrong(const struct segments_reader *reader)
{
    return reader->is_wrong;
}
