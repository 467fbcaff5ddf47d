/* The last segments of the whole capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_RECORD_RECENTS_H
#define TCPLIFE_RECORD_RECENTS_H

#include "core/record/environment.h"
#include "tcplife/seq.h"

/* Of the capture's last segments, the one of that number, if it is still known. (As long as there is not room for all,
 * none has been overwritten.) */
static inline const struct tl_recent *recent_segment(const struct tl_recents *recents,
                                                     uint32_t number)
{
    return number && recents->last - number < TL_MOST_RECENT
               ? &recents->segment[number & (recents->size - 1)]
               : NULL;
}

static inline bool is_recent_of(const struct tl_recent *recent, enum tl_role sender)
{
    return recent->sender == (sender == TL_SERVER);
}

/* Is this number one of those that the segment occupies? */
static inline bool recent_holds(const struct tl_recent *recent, tl_seq number)
{
    return tl_seq_le(recent->seq, number) && tl_seq_gt(recent->seq + recent->span, number);
}

/* Makes room for more of them. False: memory ran out. */
bool tl_recents_enlarge(struct tl_environment *environment);

/* The next segment of the capture, be it remembered or not. */
static inline void count_recent(struct tl_recents *recents)
{
    recents->last++;
    recents->last += !recents->last; /* 0 is none */
}

/* Puts the present segment, which has this mark, among the capture's last ones. */
static inline void remember_recent(struct tl_connection *c, const struct tl_segment *s,
                                   enum tl_role sender, uint32_t mark,
                                   struct tl_environment *environment)
{
    struct tl_recents *recents = &environment->recents;
    const uint32_t number = recents->last;

    while (number >= recents->size && recents->size < TL_MOST_RECENT)
        if (!tl_recents_enlarge(environment))
            return;
    recents->segment[number & (recents->size - 1)] = (struct tl_recent){
        .time_ns = s->time_ns,
        .mark = mark,
        .before = c->recent,
        .frame = s->frame,
        .seq = s->seq,
        .ack = s->ack,
        .span = tl_segment_span(s) & 0x3fffffff,
        .sender = sender == TL_SERVER,
        .shows_hole = s->sack_count && tl_seq_gt(s->sack[0].start, s->ack),
        .ip_id = s->has_ip_id ? s->ip_id : 0,
        .window = s->window,
        .flags = s->flags};
    c->recent = number;
}

void tl_recents_free(struct tl_recents *recents, const struct tl_memory *memory);

#endif
