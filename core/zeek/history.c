/* Zeek's history: one letter for everything new that an end did, in the originator's case or the
 * responder's; and who of the two is the originator.
 *
 * It knows letters; it does not know what they do to states. Read docs/zeek.md first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/zeek/history.h"
#include "core/base/growth.h"

#include <string.h>

/* Zeek has no limit. Somebody may send a RST with another number a million times; then a history
 * that grows with every one of them would have to be shown with every one of them. */
enum { LONGEST_HISTORY = 4096 };

/* The originator's letters, and the same of the responder. */
static const char UPPER[] = "SHFRIQDACTWG";
static const char LOWER[] = "shfriqdactwg";

/* Bits of letters_seen. SYN and SYN,ACK share one. */
enum { SEEN_SYN = 1 << 0, SEEN_FIN = 1 << 1, SEEN_RST = 1 << 2, SEEN_FIN_RST = 1 << 3,
       SEEN_DATA = 1 << 4, SEEN_ACK = 1 << 5, SEEN_MANY_FLAGS = 1 << 6, RESPONDER_SHIFT = 8 };

bool zeek_is_server_port(uint16_t port)
{
    /* What the analyzers of a Zeek that loads its default scripts register. */
    static const uint16_t ports[] = {
        21,   22,   25,   53,   79,   80,   81,   88,   135,  139,  143,  389,  443,  445,
        465,  502,  514,  563,  585,  587,  614,  631,  636,  989,  990,  992,  993,  995,
        1080, 1434, 1883, 2811, 3128, 3268, 3306, 3389, 5222, 5223, 5269, 5432, 6379, 6666,
        6667, 6668, 6669, 8000, 8080, 8888, 20000,
    };

    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
        if (ports[i] == port)
            return true;
    return false;
}

/* ---- the text -------------------------------------------------------------------------------- */

const char *zeek_history(const struct zeek_connection *c)
{
    return c->history_capacity ? c->history.there : c->history.here;
}

/* Makes room for one more letter. */
static bool lengthen(struct zeek_connection *c, const struct tl_memory *memory)
{
    uint32_t capacity = c->history_capacity ? c->history_capacity : sizeof c->history.here;
    uint32_t bigger = tl_bigger(capacity);
    char *text;

    if (c->history_length == LONGEST_HISTORY)
        return false;
    if (c->history_length + 1u < capacity)
        return true;
    text = memory->resize(memory->ctx, c->history_capacity ? c->history.there : NULL,
                          c->history_capacity, bigger);
    if (!text)
        return false;
    if (!c->history_capacity)
        memcpy(text, c->history.here, sizeof c->history.here);
    c->history.there = text;
    c->history_capacity = (uint16_t)bigger;
    return true;
}

static void append(struct zeek_passage *p, char letter)
{
    struct zeek_connection *c = p->connection;
    char *text;

    if (!lengthen(c, p->memory))
        return;
    text = c->history_capacity ? c->history.there : c->history.here;
    text[c->history_length++] = letter;
    text[c->history_length] = '\0';
}

static void append_for(struct zeek_passage *p, const struct zeek_end *end, char letter)
{
    const char *at = strchr(UPPER, letter);

    if (at && !zeek_is_originator(p->connection, end))
        letter = LOWER[at - UPPER];
    append(p, letter);
}

void zeek_free_history(struct zeek_connection *c, const struct tl_memory *memory)
{
    if (c->history_capacity)
        memory->resize(memory->ctx, c->history.there, c->history_capacity, 0);
}

/* ---- who is the originator ------------------------------------------------------------------- */

void zeek_flip(struct zeek_passage *p)
{
    p->connection->originator = (uint8_t)tl_other((enum tl_role)p->connection->originator);
    p->connection->is_partial = false;
    append(p, '^');
}

/* A SYN,ACK came first, and now there is more than that: it was no scan, and its sender is the
 * responder after all. */
static void reconsider(struct zeek_passage *p)
{
    struct zeek_connection *c = p->connection;

    if (strcmp(zeek_history(c), "H") != 0)
        return;
    zeek_flip(p);
    memcpy(c->history.here, "^h", sizeof "^h");
}

/* ---- letters --------------------------------------------------------------------------------- */

/* False: the bit was set before. */
static bool record_once(struct zeek_passage *p, unsigned bit, char letter)
{
    struct zeek_connection *c = p->connection;

    if (!zeek_is_originator(c, p->X))
        bit <<= RESPONDER_SHIFT;
    if (c->letters_seen & bit)
        return false;
    c->letters_seen |= (uint16_t)bit;
    append_for(p, p->X, letter);
    return true;
}

/* Again, when it has another number than the last of its kind. */
static void record_number(struct zeek_passage *p, unsigned bit, char letter, uint32_t relative,
                          uint32_t last)
{
    if (!record_once(p, bit, letter) && last != relative)
        append_for(p, p->X, letter);
}

/* Most SYNs have the number 0. */
static void record_syn(struct zeek_passage *p)
{
    const uint32_t relative = (uint32_t)p->relative_seq;
    const uint32_t last = zeek_odd_end(p->connection, p->X)->last_syn;

    record_number(p, SEEN_SYN, zeek_has_flag(p, TL_ACK) ? 'H' : 'S', relative, last);
    if (last != relative)
        zeek_note_odd_end(p, p->X)->last_syn = relative;
}

static void record_fin(struct zeek_passage *p)
{
    const uint32_t behind = (uint32_t)p->relative_seq + p->segment->length + 1;
    const uint32_t last = (uint32_t)p->X->fin + zeek_odd_end(p->connection, p->X)->from_fin_to_last;

    record_number(p, SEEN_FIN, 'F', behind, last);
}

static void record_rst(struct zeek_passage *p)
{
    const uint32_t relative = (uint32_t)p->relative_seq;
    const uint32_t last = zeek_odd_end(p->connection, p->X)->last_rst;

    record_number(p, SEEN_RST, 'R', relative, last);
    if (last != relative)
        zeek_note_odd_end(p, p->X)->last_rst = relative;
}

void zeek_record_segment(struct zeek_passage *p)
{
    const struct tl_segment *s = p->segment;

    switch (s->flags & (TL_SYN | TL_FIN | TL_RST)) {
    case TL_SYN: record_syn(p); break;
    case TL_FIN: record_fin(p); break;
    case TL_RST: record_rst(p); break;
    case TL_FIN | TL_RST:
    case TL_FIN | TL_RST | TL_SYN: record_once(p, SEEN_FIN_RST, 'I'); break;
    case TL_SYN | TL_FIN:
    case TL_SYN | TL_RST: record_once(p, SEEN_MANY_FLAGS, 'Q'); break;
    default:
        if (!s->length && !(s->flags & TL_ACK))
            break;
        reconsider(p);
        if (s->length)
            record_once(p, SEEN_DATA, 'D');
        else
            record_once(p, SEEN_ACK, 'A');
        break;
    }
}

static bool is_power_of_ten(uint32_t number)
{
    while (number >= 10 && number % 10 == 0)
        number /= 10;
    return number == 1;
}

void zeek_record_counted(struct zeek_passage *p, const struct zeek_end *end, char letter,
                         uint32_t *count)
{
    if (*count == UINT32_MAX)
        return;
    if (is_power_of_ten(++*count))
        append_for(p, end, letter);
}
