/* The short way of ordinary segments.
 *
 * Nearly all segments carry the next data, or acknowledge more, in a connection in which nothing is
 * odd: no rule of the other files has anything to say about them. What these rules ask for is asked
 * once, when a segment that went through them all has been taken in (is_steady()), and holds until
 * another one does. The fuzzers compare the answers with and without this short way.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/ordinary.h"
#include "core/life/copies.h"
#include "core/life/doubts.h"
#include "core/life/passage.h"
#include "core/rfc/segment.h"

/* The largest window that there is (RFC 7323, section 2.3), about. */
static const uint32_t LARGEST_WINDOW = 1u << 30;
/* More than any segment has. */
static const uint32_t LONGEST_SEGMENT = 1u << 20;

static bool is_quiet(const struct tl_life *life, enum tl_role role)
{
    const struct tl_end *end = &life->end[role];
    const struct tl_end_oddities *oddities = &tl_oddities(life->connection)->end[role];
    const uint32_t needed = TL_END_HAS_SND_NXT | TL_END_HAS_RCV_NXT;
    const uint32_t odd = TL_END_SENT_FIN | TL_END_UNSEEN_FIN | TL_END_FIN_ARRIVED |
                         TL_END_FIN_ACKED_MOST | TL_END_REPEATED_SYN | TL_END_REPEATED_FIN |
                         TL_END_IGNORED_LAST;

    return end->state == TL_ESTABLISHED && !end->presumed && end->segments &&
           (end->flags & (needed | odd)) == needed && end->snd_nxt == end->seen_nxt &&
           end->snd_nxt == end->snd_arrived && end->rcv_nxt == end->latest_ack &&
           !tl_ranges_count(oddities->islands) && !oddities->unanswered &&
           end->rcv_edge - end->rcv_nxt <= LARGEST_WINDOW;
}

bool tl_is_steady(const struct tl_life *life)
{
    const struct tl_connection *c = life->connection;
    const uint32_t odd =
        TL_CONNECTION_SYN_ANEW | TL_CONNECTION_SPARSE | TL_CONNECTION_COUNTED;

    /* Nobody notes on the short way that the capture is none of SYN, FIN and RST alone. */
    return (c->flags & (TL_CONNECTION_BEGUN | odd)) == TL_CONNECTION_BEGUN &&
           life->environment->has_plain && !tl_oddities(c)->challenged && !c->unsettled &&
           is_quiet(life, TL_CLIENT) && is_quiet(life, TL_SERVER) &&
           !tl_connection_is_with_itself(c);
}

/* Does it carry the next data, or acknowledge more? Then it is no copy of a segment that is
 * remembered: of one that was taken, data and acknowledgement are known; one that was not has been
 * forgotten (`unsettled`). */
static bool is_ordinary(const struct tl_kept_end *X, const struct tl_kept_end *Y,
                        const struct tl_segment *s)
{
    return tl_only_acknowledges(s) && s->seq == X->snd_nxt &&
           s->length <= LONGEST_SEGMENT && !s->is_fragment &&
           (s->length ? tl_seq_ge(s->ack, X->rcv_nxt) : tl_seq_gt(s->ack, X->rcv_nxt)) &&
           tl_seq_le(s->ack, Y->snd_nxt) &&
           /* PAWS */
           !(s->has_timestamps && X->flags & TL_END_HAS_TIMESTAMPS &&
             tl_seq_lt(s->ts_val, X->ts_val));
}

bool tl_connection_ordinary_segment(struct tl_connection *c, const struct tl_segment *s,
                                    enum tl_role sender, struct tl_environment *environment)
{
    struct tl_kept_end *X = &c->kept[sender];
    const struct tl_kept_end *Y = &c->kept[tl_other(sender)];
    uint32_t flags = X->flags & ~(uint32_t)(TL_END_ZERO_WINDOW | TL_END_ACKED_ONE);

    if (!(c->flags & TL_CONNECTION_STEADY) || !is_ordinary(X, Y, s) || c->last_frame == s->frame)
        return false;
    if (s->checksum &&
        is_checksum_of_use(s, X->checksums, X->flags, X->ts_val, X->last_ns)) {
        enum tl_checksum checksum = s->checksum(s);

        if (checksum == TL_CHECKSUM_BAD)
            return false;
        tl_checksum_condemns(&X->checksums, tl_checksum_kind(s), checksum);
    }
    tl_note_last_segment(c, s, sender);
    c->flags |= TL_CONNECTION_ORDINARY_LAST;
    remember_recent(c, s, sender, recent_mark_of(s, sender), environment);
    if (s->has_timestamps) {
        flags |= TL_END_HAS_TIMESTAMPS;
        X->ts_val = s->ts_val;
    }
    if (!s->window)
        flags |= TL_END_ZERO_WINDOW;
    if (s->ack == X->rcv_nxt + 1 && !s->length)
        flags |= TL_END_ACKED_ONE;
    X->flags = flags;
    X->rcv_nxt = s->ack;
    X->rcv_edge =
        tl_seq_max(X->rcv_edge, s->ack + ((uint32_t)s->window << (flags >> TL_KEPT_SHIFT)));
    X->snd_nxt += s->length;
    X->bytes += s->length;
    X->segments += X->segments < UINT32_MAX;
    X->last_ns = s->time_ns;
    return true;
}
