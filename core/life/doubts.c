/* What was not believed, and turns out to have been good.
 *
 * It knows which checksums of an end were right so far; it cannot know where a wrong one comes from.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/doubts.h"
#include "core/life/arrival.h"
#include "core/life/gaps.h"
#include "core/record/hosts.h"

/* Whatever is not just what was expected next may be so because it was damaged. */
static bool does_checksum_matter(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X, *Y = p->Y;

    return s->flags & (TL_SYN | TL_FIN | TL_RST) || Y->state == TL_SYN_RECEIVED ||
           has(Y, TL_END_SENT_FIN) || !has(X, TL_END_HAS_SND_NXT) || s->seq != X->snd_nxt ||
           (has(Y, TL_END_HAS_SND_NXT) && tl_seq_gt(s->ack, Y->snd_nxt)) ||
           (has(X, TL_END_HAS_RCV_NXT) && tl_seq_lt(s->ack, X->rcv_nxt)) ||
           is_checksum_of_use(s, X->checksums, X->flags, X->ts_val, X->last_ns);
}

/* Data that an end did send, though it was doubted at first. */
static void take_doubted_data(struct tl_passage *p, enum tl_role role, const struct tl_doubted *doubted)
{
    struct tl_end *sender = &p->life->end[role];
    const tl_seq end = doubted->end - doubted->has_fin;

    sender->flags &= ~(uint32_t)TL_END_DOUBTED;
    sender->seen_nxt = tl_seq_max(sender->seen_nxt, end);
    if (tl_seq_gt(end, sender->snd_nxt)) {
        sender->bytes += end - sender->snd_nxt;
        sender->snd_nxt = end;
    }
    if (end != doubted->start)
        tl_note_arrival(p, sender, doubted->start, end);
}

/* X's wrong checksums are believed from now on: those right before this one, too. */
static void believe_what_was_before(struct tl_passage *p)
{
    const struct tl_doubted doubted = oddities_of(p, p->x)->doubted;

    if (has(p->X, TL_END_DOUBTED) && doubted.has_wrong_checksum && !doubted.has_fin &&
        doubted.start == p->X->snd_arrived && doubted.end == p->segment->seq)
        take_doubted_data(p, p->x, &doubted);
}

/* What is a question is answered. */
static bool note_host(struct tl_passage *p, const struct tl_socket *socket, enum tl_checksum_kind kind,
                      enum tl_host_news news)
{
    struct tl_host_note note;

    if (kind >= TL_CHECKSUM_KINDS_OF_HOSTS)
        return false;
    note = (struct tl_host_note){.socket = *socket,
                                 .network = p->segment->network,
                                 .connection = p->connection->number,
                                 .kind = (uint8_t)kind,
                                 .news = (uint8_t)news};
    tl_host_note(p->environment, &note);
    return note.is_damage;
}

/* An end that has shown nothing yet is judged by what its host's other connections have shown. Not where its
 * SYN begins the connection: a life that nothing tells of would be left. */
static bool is_condemned_by_host(struct tl_passage *p, enum tl_checksum checksum)
{
    const struct tl_segment *s = p->segment;

    return !p->X->checksums && tl_is_judged_by_host(s, checksum) &&
           note_host(p, &s->source, tl_checksum_kind(s), TL_HOST_IS_ASKED_ABOUT);
}

static bool is_condemned(struct tl_passage *p, enum tl_checksum checksum)
{
    const struct tl_segment *s = p->segment;
    const enum tl_checksum_kind kind = tl_checksum_kind(s);
    tl_checksums *seen = &p->X->checksums;
    const unsigned before = tl_checksums_of(*seen, kind);

    if (is_condemned_by_host(p, checksum)) {
        tl_checksum_is_damaged(seen, kind);
        return true;
    }
    if (tl_checksum_condemns(seen, kind, checksum))
        return true;
    if (checksum == TL_CHECKSUM_BAD)
        note_host(p, &s->source, kind, TL_HOST_WAS_WRONG);
    else if (checksum == TL_CHECKSUM_GOOD && before < TL_CHECKSUM_RIGHT_ONCE)
        note_host(p, &s->source, kind,
                  before == TL_CHECKSUM_WRONG ? TL_HOST_IS_RIGHT_AFTER_ALL : TL_HOST_IS_RIGHT);
    return false;
}

bool tl_has_wrong_checksum(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    enum tl_checksum checksum;

    if (!s->checksum || !does_checksum_matter(p))
        return false;
    checksum = s->checksum(s);
    if (is_condemned(p, checksum)) {
        tl_doubt(p, true);
        return true;
    }
    if (checksum == TL_CHECKSUM_BAD)
        believe_what_was_before(p);
    return false;
}

bool tl_connection_disbelieves(const struct tl_connection *c, const struct tl_segment *s,
                               enum tl_role sender)
{
    tl_checksums seen = c->kept[sender].checksums;

    return s->checksum && tl_checksum_condemns(&seen, tl_checksum_kind(s), s->checksum(s));
}

void tl_doubt(struct tl_passage *p, bool has_wrong_checksum)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *X = p->X;
    tl_seq start = s->seq, end = s->seq + tl_segment_span(s);
    struct tl_doubted *doubted;

    if (start == end || (s->flags & TL_SYN && has(X, TL_END_HAS_ISS)) || s->flags & TL_RST ||
        (has(X, TL_END_HAS_SND_NXT) && tl_seq_le(end, X->snd_arrived)))
        return;
    doubted = &tl_note_oddities_of(p, p->x)->doubted;
    if (has(X, TL_END_DOUBTED) && start == doubted->end && !doubted->has_fin &&
        doubted->kind != TL_CHECKSUM_OF_SYN &&
        !(has(X, TL_END_HAS_SND_NXT) && tl_seq_lt(doubted->start, X->snd_arrived)))
        start = doubted->start; /* one behind the other */
    *doubted = (struct tl_doubted){.start = start,
                                   .end = end,
                                   .ack = s->ack,
                                   .has_fin = (s->flags & TL_FIN) != 0,
                                   .has_wrong_checksum = has_wrong_checksum,
                                   .kind = (uint8_t)tl_checksum_kind(s)};
    X->flags |= TL_END_DOUBTED;
}

/* Does X acknowledge just what was doubted? */
static bool acknowledges_doubted(const struct tl_passage *p, const struct tl_doubted *doubted)
{
    const tl_seq ack = p->segment->ack;

    return ack == doubted->end || (!doubted->has_fin && doubted->start == p->Y->snd_arrived &&
                                   tl_seq_gt(ack, doubted->end));
}

static void take_doubted_fin(struct tl_passage *p, const struct tl_doubted *doubted)
{
    struct tl_end *X = p->X, *Y = p->Y;

    if (has(Y, TL_END_SENT_FIN))
        return;
    if (!is_closing(p))
        p->connection->first_fin = (uint8_t)p->y;
    Y->fin = doubted->end - 1;
    Y->fin_segment = doubted->start;
    Y->snd_nxt = Y->seen_nxt = doubted->end;
    Y->flags |= TL_END_SENT_FIN | TL_END_UNSEEN_FIN;
    /* One that does not acknowledge X's had left before that arrived, which it does now. */
    if (has(X, TL_END_SENT_FIN) && tl_seq_le(doubted->ack, X->fin) &&
        tl_happens(p, p->y, TL_SND_FIN_CROSSING))
        X->flags &= ~(uint32_t)TL_END_FIN_ARRIVED;
    else
        tl_happens(p, p->y, TL_DOUBTED_FIN);
    if (has(X, TL_END_SENT_FIN) && doubted->ack == X->fin + 1 &&
        tl_happens(p, p->x, TL_RCV_ACK_OF_FIN))
        tl_prove(p, p->x);
}

/* X acknowledges the SYN,ACK, and no other one was captured: its host leaves them to the card. */
static void take_doubted_syn(struct tl_passage *p, const struct tl_doubted *doubted)
{
    const struct tl_segment *s = p->segment;

    p->Y->flags &= ~(uint32_t)TL_END_DOUBTED;
    if (has(p->Y, TL_END_HAS_ISS) || s->ack != doubted->end)
        return;
    tl_checksum_was_good(&p->Y->checksums, TL_CHECKSUM_OF_SYN);
    note_host(p, &s->destination, TL_CHECKSUM_OF_SYN, TL_HOST_WAS_WRONG);
}

bool tl_has_doubted_data(const struct tl_passage *p)
{
    const struct tl_doubted *doubted = &oddities_of(p, p->x)->doubted;

    return has(p->X, TL_END_DOUBTED) && !doubted->has_fin && doubted->start == p->X->snd_nxt;
}

void tl_take_doubted(struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    struct tl_end *Y = p->Y;
    struct tl_doubted doubted;

    if (!has(Y, TL_END_DOUBTED) || !(s->flags & TL_ACK))
        return;
    doubted = oddities_of(p, p->y)->doubted;
    if (doubted.kind == TL_CHECKSUM_OF_SYN) {
        take_doubted_syn(p, &doubted);
        return;
    }
    if (!has(Y, TL_END_HAS_SND_NXT)) {
        /* It was the first that was captured of Y. */
        if (s->ack - doubted.start - 1 >= UNSEEN_BYTES)
            return;
        Y->flags |= TL_END_HAS_SND_NXT;
        Y->snd_nxt = Y->seen_nxt = Y->snd_arrived = doubted.start;
    }
    /* What was captured once more, and believed, is no matter of doubt any more. */
    if (tl_seq_le(doubted.end, Y->snd_arrived) || !acknowledges_doubted(p, &doubted))
        return;
    if (doubted.has_wrong_checksum)
        tl_checksum_was_good(&Y->checksums, (enum tl_checksum_kind)doubted.kind);
    take_doubted_data(p, p->y, &doubted);
    if (doubted.has_fin)
        take_doubted_fin(p, &doubted);
}
