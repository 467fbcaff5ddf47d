/* Does a segment look like its alleged sender's others?
 *
 * It knows what a host's segments have in common without any rule that says so: most stacks count the IP
 * identification of a connection's packets up, offer windows near the last one, and send timestamps always
 * or never. Who forges a segment from elsewhere seldom knows these. It cannot know a forger who takes the
 * trouble; and stacks may do as they like. So this alone decides nothing: it tips the scales where a
 * segment is odd otherwise.
 *
 * Read first: RFC 6864 (identification), RFC 7323, section 3.2 (timestamps, once agreed on, are in every
 * segment but a RST).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/likeness.h"

/* So many of its sender's segments are compared; one alone has nothing in common. */
enum { COMPARED = 8, FEWEST = 2, LOOKED_AT = 64 };

/* Identifications of one connection are counted up by one a packet, or by as many as its host sends
 * elsewhere in the meantime. */
enum { NEAR_IDS = 1024 };

/* A window that is so many times as large as most before. */
enum { MUCH_LARGER = 32 };

struct common {
    unsigned ids, in_turn; /* identifications, and those that follow closely on the one before */
    unsigned led_here;     /* …and those on which this segment's follows */
    unsigned windows, smaller_windows; /* windows, and those much smaller than this segment's */
};

static bool follows(uint16_t id, uint16_t before)
{
    const uint16_t step = (uint16_t)(id - before);

    return step && step <= NEAR_IDS;
}

static struct common what_is_common(const struct tl_passage *p)
{
    const struct tl_recent *recent = recent_before(p);
    struct common common = {0};
    uint16_t later = 0;

    for (unsigned i = 0; recent && i < LOOKED_AT && common.windows < COMPARED;
         i++, recent = recent_earlier(p, recent)) {
        if (!is_recent_of(recent, p->x))
            continue;
        /* Answers that no socket sends have identification 0. */
        if (recent->ip_id) {
            common.in_turn += common.ids++ && follows(later, recent->ip_id);
            common.led_here += follows(p->segment->ip_id, recent->ip_id);
            later = recent->ip_id;
        }
        /* A SYN's window is not scaled. */
        if (!(has(p->X, TL_END_HAS_ISS) && recent->seq == p->X->iss)) {
            common.windows++;
            common.smaller_windows += recent->window < p->segment->window / MUCH_LARGER;
        }
    }
    return common;
}

/* Once both SYNs offered timestamps, they are in every segment but a RST; else in none. */
static bool breaks_with_timestamps(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct tl_end *X = p->X;
    const bool agreed = has(X, TL_END_HAS_TIMESTAMPS) && !has(X, TL_END_NO_TIMESTAMPS) &&
                        !has(p->Y, TL_END_NO_TIMESTAMPS);
    const bool cut_off = !s->has_timestamps && s->window_scale == TL_SCALE_UNKNOWN;

    return s->has_timestamps != agreed && !cut_off && !(s->flags & TL_RST) &&
           has(X, TL_END_SENT_SYN | TL_END_SENT_SYN_ACK) && X->segments > FEWEST;
}

bool tl_is_unlike_its_sender(const struct tl_passage *p)
{
    const struct tl_segment *s = p->segment;
    const struct common common = what_is_common(p);

    if (breaks_with_timestamps(p))
        return true;
    /* Impostors may be among those that it is compared with: the greater part decides. */
    if (s->has_ip_id && common.ids >= FEWEST && common.in_turn * 2 >= common.ids - 1 &&
        common.led_here * 2 < common.ids)
        return true;
    return common.windows >= FEWEST && common.smaller_windows * 2 >= common.windows;
}
