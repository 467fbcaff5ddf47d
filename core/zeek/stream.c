/* Zeek's sequence numbers: how much each end sent, what came twice, what is missing.
 *
 * Zeek puts the payload together as it is captured, and gives up what was acknowledged without
 * having been captured: a gap. So payload that the capture cut off is missing, too.
 *
 * It knows numbers and no flags but SYN, FIN and RST; it does not know what a gap means. Read
 * docs/zeek.md first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/zeek/stream.h"
#include "core/zeek/history.h"

/* A SYN's or RST's number that jumps farther than this is not believed, nor an acknowledgement of
 * the number 0. */
static const int32_t FARTHEST_JUMP = 1 << 20;

/* Zeek stops to put data together when so much of it waits behind a hole and none was ever
 * acknowledged, or when so much waits to be acknowledged. */
static const uint64_t MOST_BEHIND_HOLE = 16384;
static const uint64_t MOST_UNACKNOWLEDGED = UINT64_C(10) << 20;
/* So much sent and none acknowledged: the acknowledgements cannot be seen. */
static const uint64_t BLIND_AFTER = 16384;

/* Zeek has no limit. More than these are forgotten, farthest first: they count as missing. */
enum { MOST_ISLANDS = 571 };

/* ---- numbers --------------------------------------------------------------------------------- */

uint32_t zeek_span(const struct tl_segment *s)
{
    return (s->flags & TL_RST ? 0 : s->length) + !!(s->flags & TL_SYN) + !!(s->flags & TL_FIN);
}

static uint64_t full(tl_seq number, uint32_t wraps)
{
    return (uint64_t)wraps << 32 | number;
}

static uint64_t full_last(const struct zeek_connection *c, const struct zeek_end *end)
{
    return full(end->last, zeek_odd_end(c, end)->last_wraps);
}

static uint64_t full_acked(const struct zeek_connection *c, const struct zeek_end *end)
{
    return full(end->acked, zeek_odd_end(c, end)->acked_wraps);
}

static void start_at(struct zeek_end *end, tl_seq start, tl_seq last)
{
    end->start = end->acked = start;
    end->last = last;
}

void zeek_begin_numbers(struct zeek_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct zeek_end *X = p->X;
    bool anew = false;

    switch (X->state) {
    case ZEEK_INACTIVE:
        if (s->flags & TL_SYN)
            anew = true;
        else /* as if there had been a SYN; and this segment is no repetition */
            start_at(X, s->seq - 1, s->seq);
        break;
    case ZEEK_SYN_SENT:
    case ZEEK_SYN_ACK_SENT: anew = s->flags & TL_SYN && s->seq != X->start; break;
    case ZEEK_PARTIAL:
    case ZEEK_ESTABLISHED: anew = (s->flags & TL_SYN) != 0; break;
    case ZEEK_RESET: anew = s->flags & TL_SYN && X->left == ZEEK_INACTIVE; break;
    case ZEEK_CLOSED: break;
    }
    if (anew)
        start_at(X, s->seq, s->seq + zeek_span(s));
}

/* `last` and `wraps`: the number's neighbourhood. */
static uint64_t relative(const struct zeek_end *end, tl_seq number, tl_seq last, uint32_t wraps,
                         bool *precedes_start)
{
    int32_t ahead = tl_seq_diff(number, last);

    if (ahead < 0 && wraps && number > last)
        wraps--;
    else if (ahead > 0 && number < last)
        wraps++;
    if (wraps)
        return full(number, wraps) - end->start;
    ahead = tl_seq_diff(number, end->start);
    *precedes_start = ahead < 0;
    return (uint64_t)(int64_t)ahead;
}

void zeek_place_segment(struct zeek_passage *p)
{
    const uint32_t wraps = zeek_odd_end(p->connection, p->X)->last_wraps;

    p->relative_seq = relative(p->X, p->segment->seq, p->X->last, wraps, &p->precedes_start);
}

void zeek_take_ack(struct zeek_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct zeek_end *Y = p->Y;
    bool precedes_start = false;
    int32_t ahead;

    if (!(s->flags & TL_ACK))
        return;
    if (Y->state == ZEEK_INACTIVE) {
        start_at(Y, s->ack - 1, s->ack - 1);
        p->relative_ack = 1;
        return;
    }
    p->relative_ack = relative(Y, s->ack, Y->acked, zeek_odd_end(p->connection, Y)->acked_wraps,
                               &precedes_start);
    if (precedes_start) {
        p->relative_ack = 0;
        return;
    }
    ahead = tl_seq_diff(s->ack, Y->acked);
    if (s->flags & TL_RST || ahead <= 0 || (!s->ack && ahead > FARTHEST_JUMP))
        return;
    if (s->ack < Y->acked)
        zeek_note_odd_end(p, Y)->acked_wraps++;
    Y->acked = s->ack;
}

void zeek_advance(struct zeek_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct zeek_end *X = p->X;
    tl_seq end = s->seq + zeek_span(s);

    p->advance = tl_seq_diff(end, X->last);
    if (s->flags & (TL_SYN | TL_RST) &&
        (p->advance > FARTHEST_JUMP || p->advance < -FARTHEST_JUMP))
        return;
    /* A FIN right behind the SYN: of what lies between, nothing was captured. */
    if (!(s->flags & TL_FIN && X->last == X->start + 1)) {
        if (X->state == ZEEK_RESET)
            return;
        if (p->advance <= 0) {
            if (s->length)
                zeek_record_counted(p, X, 'T', &zeek_note_odd_end(p, X)->retransmissions);
            return;
        }
    }
    if (end < X->last)
        zeek_note_odd_end(p, X)->last_wraps++;
    X->last = end;
}

static bool is_nothing_acked(const struct zeek_connection *c, const struct zeek_end *end)
{
    uint64_t acked = full_acked(c, end);

    return acked == end->start || acked == (uint64_t)end->start + 1;
}

uint64_t zeek_size(const struct zeek_connection *c, const struct zeek_end *end)
{
    const struct zeek_end *other = end == &c->end[0] ? &c->end[1] : &c->end[0];
    uint64_t last = full_last(c, end), acked = full_acked(c, end);
    uint64_t size = (last > acked ? last : acked) - end->start;

    /* A half-open connection was discovered and reset: its numbers are another one's. */
    if (end->left == ZEEK_SYN_SENT && end->state == ZEEK_RESET && other->state == ZEEK_INACTIVE &&
        !is_nothing_acked(c, end))
        return 0;
    if (size)
        size--; /* the SYN */
    if (end->sent_fin && size)
        size--;
    return size;
}

/* ---- data behind holes ------------------------------------------------------------------------- */

static struct tl_ranges *islands_of(const struct zeek_connection *c, const struct zeek_end *end)
{
    return zeek_odd_end(c, end)->islands;
}

static void add_island(struct zeek_passage *p, uint64_t from, uint64_t to)
{
    /* Without memory for oddities, nobody would give the ranges back. */
    if (zeek_note_oddities(p) != p->spilled)
        tl_ranges_add(&zeek_note_odd_end(p, p->X)->islands, from, to, MOST_ISLANDS, p->memory);
}

static uint64_t bytes_waiting(const struct zeek_connection *c, const struct zeek_end *end)
{
    const struct tl_ranges *islands = islands_of(c, end);
    uint64_t bytes = end->delivered > end->trimmed ? end->delivered - end->trimmed : 0;

    for (uint32_t i = 0; i < tl_ranges_count(islands); i++)
        bytes += islands->at[i].end - islands->at[i].start;
    return bytes;
}

static void skip_from_now_on(const struct zeek_connection *c, struct zeek_end *end)
{
    struct tl_ranges *islands = islands_of(c, end);

    end->is_skipped = true;
    end->trimmed = end->delivered > end->trimmed ? end->delivered : end->trimmed;
    tl_ranges_remove(islands, 0, tl_ranges_count(islands));
}

/* ---- delivery ------------------------------------------------------------------------------------ */

/* Data up to here, or that an island holds, is there; all before it was delivered. */
static void deliver(const struct zeek_connection *c, struct zeek_end *end, uint64_t up_to)
{
    if (up_to > end->delivered)
        end->delivered = up_to;
    end->delivered = tl_ranges_join(islands_of(c, end), end->delivered);
    if (is_nothing_acked(c, end) && zeek_size(c, end) > BLIND_AFTER)
        end->trimmed = end->delivered;
}

static bool is_clean(const struct zeek_end *end)
{
    return end->state == ZEEK_ESTABLISHED ||
           (end->state == ZEEK_CLOSED && end->left == ZEEK_ESTABLISHED);
}

/* In any other state a gap may be a mistake: of numbers in a RST, or of a guessed start. */
static void miss(struct zeek_passage *p, struct zeek_end *end, uint64_t up_to)
{
    if (is_clean(&p->connection->end[0]) && is_clean(&p->connection->end[1])) {
        zeek_record_counted(p, end, 'G', &end->gaps);
        p->connection->missed_bytes += up_to - end->delivered;
    }
    end->delivered = up_to;
}

/* Everything before `up_to` was acknowledged: each hole in it is a gap. */
static void give_up(struct zeek_passage *p, struct zeek_end *end, uint64_t up_to)
{
    const struct tl_ranges *islands = islands_of(p->connection, end);

    /* The start was guessed; a keepalive probe makes it one too low. */
    if (up_to <= 2 && p->connection->is_partial)
        return;
    if (!end->is_skipped) {
        while (tl_ranges_count(islands) && islands->at[0].start < up_to) {
            uint64_t island = islands->at[0].start;

            miss(p, end, island);
            deliver(p->connection, end, island);
        }
        if (up_to > end->delivered)
            miss(p, end, up_to);
    }
    if (up_to > end->delivered)
        end->delivered = up_to;
}

static void trim(struct zeek_passage *p, struct zeek_end *end, uint64_t up_to)
{
    struct tl_ranges *islands = islands_of(p->connection, end);
    uint32_t gone = 0;

    if (up_to > end->delivered)
        give_up(p, end, up_to);
    while (gone < tl_ranges_count(islands) && islands->at[gone].end <= up_to)
        gone++;
    tl_ranges_remove(islands, 0, gone);
    end->trimmed = up_to;
    if (tl_ranges_count(islands) && islands->at[0].start <= end->delivered)
        deliver(p->connection, end, end->delivered);
}

void zeek_acknowledge(struct zeek_passage *p, struct zeek_end *end, uint64_t relative_ack)
{
    if (end->sent_fin && relative_ack >= end->fin)
        relative_ack = end->fin - 1;
    if (relative_ack > end->trimmed)
        trim(p, end, relative_ack);
}

void zeek_take_data(struct zeek_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct zeek_connection *c = p->connection;
    struct zeek_end *X = p->X;
    uint64_t from = p->relative_seq + !!(s->flags & TL_SYN), to = from + s->length;
    uint64_t acked = full_acked(c, X) - X->start, farthest;
    const struct tl_ranges *islands;

    if (!s->length || !p->is_whole || s->flags & TL_RST || p->precedes_start || X->is_skipped)
        return;
    if (acked < X->trimmed)
        acked = X->trimmed;
    if (from < acked)
        from = acked;
    if (to <= from)
        return;
    if (from <= X->delivered) {
        if (to > X->delivered)
            deliver(c, X, to);
    } else {
        add_island(p, from, to);
    }
    islands = islands_of(c, X);
    farthest = tl_ranges_count(islands) ? islands->at[islands->count - 1].end : X->delivered;
    if ((is_nothing_acked(c, X) && farthest - X->delivered > MOST_BEHIND_HOLE) ||
        bytes_waiting(c, X) > MOST_UNACKNOWLEDGED)
        skip_from_now_on(c, X);
}

static bool is_data_kept(const struct zeek_connection *c, const struct zeek_end *end)
{
    return !end->is_skipped &&
           (end->delivered > end->trimmed || tl_ranges_count(islands_of(c, end)));
}

bool zeek_is_data_pending(const struct zeek_connection *c, const struct zeek_end *end)
{
    const struct zeek_end *other = end == &c->end[0] ? &c->end[1] : &c->end[0];
    uint64_t delivered = end->start + end->delivered, last = full_last(c, end);

    if (end->is_skipped || last < delivered)
        return false;
    /* A FIN has a number that nobody delivers. */
    if (delivered != last - 1 && delivered != last)
        return true;
    /* An end that was reset acknowledges nothing any more. */
    return end->state != ZEEK_RESET && is_data_kept(c, other);
}

void zeek_free_stream(struct zeek_connection *c, const struct tl_memory *memory)
{
    for (int role = 0; role < 2; role++)
        tl_ranges_free(c->oddities->end[role].islands, memory);
}
