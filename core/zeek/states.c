/* Zeek's state of each end, and the word that it has for both: conn_state.
 *
 * No sequence number is looked at: a FIN or RST far outside the window closes, too. That is how
 * Zeek's states differ from RFC 9293's, which the tracker knows. Read docs/zeek.md first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/zeek/states.h"
#include "core/zeek/history.h"
#include "core/zeek/stream.h"

#include <string.h>

static void set_state(struct zeek_end *end, enum zeek_state state)
{
    if (end->state == state)
        return;
    end->left = end->state;
    end->state = state;
}

static bool is_only_syn(const struct zeek_passage *p)
{
    return zeek_has_flag(p, TL_SYN) && !zeek_has_flag(p, TL_ACK);
}

static void take_rst(struct zeek_passage *p)
{
    if (!zeek_has_flag(p, TL_RST))
        return;
    set_state(p->X, ZEEK_RESET);
    p->closes = true;
}

/* Of both, the RST is the later: the end has left ZEEK_CLOSED. */
static void take_fin_and_rst(struct zeek_passage *p)
{
    if (zeek_has_flag(p, TL_FIN)) {
        set_state(p->X, ZEEK_CLOSED);
        p->closes = true;
    }
    take_rst(p);
}

/* ---- an end of which nothing was seen ---------------------------------------------------------- */

static void originator_begins(struct zeek_passage *p)
{
    set_state(p->X, zeek_has_flag(p, TL_ACK) ? ZEEK_SYN_ACK_SENT : ZEEK_SYN_SENT);
}

static void responder_begins(struct zeek_passage *p)
{
    /* SYN and SYN,ACK were captured in the wrong order. */
    if (is_only_syn(p) && p->Y->state == ZEEK_SYN_ACK_SENT && p->segment->seq == p->X->start) {
        zeek_flip(p);
        set_state(p->Y, ZEEK_ESTABLISHED);
        p->X->was_seen = true;
    }
    if (p->Y->state == ZEEK_SYN_SENT)
        set_state(p->Y, ZEEK_ESTABLISHED);
    set_state(p->X, ZEEK_ESTABLISHED);
}

static void begin_without_flags(struct zeek_passage *p)
{
    const struct zeek_connection *c = p->connection;

    /* Some TCPs acknowledge the SYN before they answer it. */
    if (!p->from_originator && !p->segment->length &&
        c->end[c->originator].state == ZEEK_SYN_SENT)
        return;
    if (zeek_has_flag(p, TL_ACK) && p->Y->state == ZEEK_ESTABLISHED) {
        /* The SYN was not captured, its SYN,ACK was. */
        set_state(p->X, ZEEK_ESTABLISHED);
        p->connection->is_partial = false;
        p->X->was_seen = true;
        return;
    }
    set_state(p->X, ZEEK_PARTIAL);
}

static void in_inactive(struct zeek_passage *p)
{
    if (zeek_has_flag(p, TL_SYN)) {
        if (p->from_originator)
            originator_begins(p);
        else
            responder_begins(p);
    }
    take_fin_and_rst(p);
    if (p->X->state == ZEEK_INACTIVE)
        begin_without_flags(p);
}

/* ---- the others -------------------------------------------------------------------------------- */

static void in_established(struct zeek_passage *p)
{
    if (is_only_syn(p) && p->X->state == ZEEK_PARTIAL && p->Y->state == ZEEK_INACTIVE)
        set_state(p->X, ZEEK_SYN_SENT);
    if (zeek_has_flag(p, TL_FIN) && !zeek_has_flag(p, TL_RST)) {
        set_state(p->X, ZEEK_CLOSED);
        /* FIN, then RST, and the other end closes nevertheless: a normal end. */
        if (p->Y->state == ZEEK_RESET && p->Y->left == ZEEK_CLOSED)
            set_state(p->Y, ZEEK_CLOSED);
        p->closes = true;
    }
    take_rst(p);
}

static void in_closed(struct zeek_passage *p)
{
    /* After both FINs a RST changes nothing. */
    if (!zeek_has_flag(p, TL_RST) || p->Y->state == ZEEK_CLOSED)
        return;
    set_state(p->X, ZEEK_RESET);
    if (!p->X->did_close)
        p->closes = true;
}

void zeek_change_states(struct zeek_passage *p)
{
    switch (p->X->state) {
    case ZEEK_INACTIVE: in_inactive(p); break;
    case ZEEK_SYN_SENT:
    case ZEEK_SYN_ACK_SENT: take_fin_and_rst(p); break;
    case ZEEK_PARTIAL:
    case ZEEK_ESTABLISHED: in_established(p); break;
    case ZEEK_CLOSED: in_closed(p); break;
    case ZEEK_RESET: break; /* there is no way out */
    }
}

/* ---- conn_state -------------------------------------------------------------------------------- */

/* A SYN and then a RST of the originator, and nothing of it between them that Zeek minds: its
 * pattern ^\^?S[^HAFGIQ]*R.*$ */
static bool is_scan(const char *history)
{
    const char *next = history + (*history == '^');

    if (*next != 'S')
        return false;
    next += 1 + strcspn(next + 1, "HAFGIQR");
    return *next == 'R';
}

static bool was_never_open(enum zeek_state state)
{
    return state == ZEEK_INACTIVE || state == ZEEK_PARTIAL;
}

const char *zeek_conn_state(const struct zeek_connection *c)
{
    const struct zeek_end *originator = &c->end[c->originator];
    const struct zeek_end *responder = &c->end[tl_other((enum tl_role)c->originator)];
    enum zeek_state o = originator->state, r = responder->state;

    if (r == ZEEK_RESET) {
        if (o == ZEEK_SYN_SENT || o == ZEEK_SYN_ACK_SENT ||
            (o == ZEEK_RESET && !zeek_size(c, originator) && !zeek_size(c, responder)))
            return "REJ";
        return was_never_open(o) ? "RSTRH" : "RSTR";
    }
    if (o == ZEEK_RESET) {
        if (was_never_open(r))
            return is_scan(zeek_history(c)) ? "RSTOS0" : "OTH";
        return "RSTO";
    }
    if (o == ZEEK_CLOSED && r == ZEEK_CLOSED)
        return "SF";
    if (o == ZEEK_CLOSED)
        return was_never_open(r) ? "SH" : "S2";
    if (r == ZEEK_CLOSED)
        return was_never_open(o) ? "SHR" : "S3";
    if (o == ZEEK_SYN_SENT && r == ZEEK_INACTIVE)
        return "S0";
    if (o == ZEEK_ESTABLISHED && r == ZEEK_ESTABLISHED)
        return "S1";
    return "OTH";
}
