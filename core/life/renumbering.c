/* Both sides of a firewall that rewrites sequence numbers, in one capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/renumbering.h"
#include "core/life/copies.h"
#include "core/record/oddities.h"
#include "core/record/times.h"

/* No window is as large, and no two numbers that a firewall chooses are likely to be as near. */
static const uint32_t NEAR = 1u << 28;

/* A number of one of the two sides, as the side that came first has it. */
static tl_seq renumber(tl_seq number, const struct tl_kept_end *end, tl_seq moved)
{
    return moved && !tl_seq_is_near(number, end->snd_nxt, NEAR) &&
                   tl_seq_is_near(number - moved, end->snd_nxt, NEAR)
               ? number - moved
               : number;
}

/* Is this the SYN or SYN,ACK that its sender sent last, but for its own number? */
static bool is_same_with_another_iss(const struct tl_connection *c, const struct tl_segment *s,
                                     enum tl_role sender)
{
    const struct tl_kept_past *past = &c->past[sender];
    const bool is_syn_ack = (s->flags & TL_ACK) != 0;
    int64_t pause_ns;

    if (!(s->flags & TL_SYN) || !tl_tells_copies(s) || !(c->kept[sender].flags & TL_END_HAS_ISS) ||
        s->seq == past->iss || past->copy_mark != copy_mark_of(s) ||
        !c->at[is_syn_ack ? TL_AT_SYN_ACK : TL_AT_SYN].frame ||
        c->kept[sender].window_scale != s->window_scale)
        return false;
    pause_ns = s->time_ns - tl_control_ns(c, sender, past->control_frame);
    return pause_ns < TL_STAMPED_COPY_NS && pause_ns > -TL_STAMPED_COPY_NS;
}

const struct tl_segment *tl_connection_renumber(struct tl_connection *c,
                                                const struct tl_segment *s, enum tl_role sender,
                                                struct tl_segment *room,
                                                struct tl_environment *environment)
{
    const struct tl_end_oddities *odd = tl_oddities(c)->end;
    const enum tl_role other = tl_other(sender);

    if (!(s->flags & TL_SYN) && !odd[sender].moved && !odd[other].moved)
        return s;
    *room = *s;
    if (s->flags & TL_ACK)
        room->ack = renumber(s->ack, &c->kept[other], odd[other].moved);
    if (is_same_with_another_iss(c, room, sender))
        tl_note_oddities(c, environment)->end[sender].moved = s->seq - c->past[sender].iss;
    odd = tl_oddities(c)->end;
    room->seq = renumber(s->seq, &c->kept[sender], odd[sender].moved);
    for (unsigned i = 0; i < s->sack_count; i++) {
        room->sack[i].start = renumber(s->sack[i].start, &c->kept[other], odd[other].moved);
        room->sack[i].end = renumber(s->sack[i].end, &c->kept[other], odd[other].moved);
    }
    return room;
}
