/* One segment on its way through a connection: what the files of this folder share.
 *
 * X sends the segment, Y receives it. What happens to an end is written down here, by the one setter of
 * states.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TCPLIFE_LIFE_PASSAGE_H
#define TCPLIFE_LIFE_PASSAGE_H

#include "core/record/ends.h"
#include "core/record/oddities.h"
#include "core/record/recents.h"
#include "tcplife/fsm.h"
#include "tcplife/seq.h"

/* One segment on its way through. X sends it, Y receives it. */
struct tl_passage {
    struct tl_life *life;
    struct tl_connection *connection;
    const struct tl_segment *segment;
    struct tl_environment *environment;
    enum tl_role x, y;
    struct tl_end *X, *Y;
    int64_t silence_ns; /* since what was captured of both ends before; negative: not known */
    tl_seq proof;                /* Y acknowledges this: it received the segment */
    uint8_t handshake, teardown; /* steps made: bit n is step n, bit n + 4 its repetition */
    bool acknowledges;           /* has an acknowledgement that Y takes */
    bool acknowledges_syn;       /* …which is that of Y's SYN */
    bool controls;               /* X's last SYN or FIN is this segment */
    bool was_ignored;            /* X's segment before it is to be ignored */
    bool refused;                /* its acknowledgement is one that Y cannot take */
};

static inline bool is_closing(const struct tl_passage *p)
{
    return has(p->X, TL_END_SENT_FIN) || has(p->Y, TL_END_SENT_FIN);
}

static inline struct tl_milestone_mark mark_of(const struct tl_segment *segment)
{
    return (struct tl_milestone_mark){.frame = segment->frame};
}

/* An end's oddities, to read. */
static inline const struct tl_end_oddities *oddities_of(const struct tl_passage *p, enum tl_role end)
{
    return &tl_oddities(p->connection)->end[end];
}

/* The connection's last segment before the one at hand, which is among them already. */
static inline const struct tl_recent *recent_before(const struct tl_passage *p)
{
    const struct tl_recents *recents = &p->environment->recents;
    const struct tl_recent *recent = recent_segment(recents, p->connection->recent);

    return recent ? recent_segment(recents, recent->before) : NULL;
}

/* The one before that of the same connection; NULL: none is known. */
static inline const struct tl_recent *recent_earlier(const struct tl_passage *p,
                                                     const struct tl_recent *recent)
{
    return recent_segment(&p->environment->recents, recent->before);
}

static inline uint8_t step_bit(unsigned step, bool repeated)
{
    return (uint8_t)(1u << (step - 1 + (repeated ? 4 : 0)));
}

/* What every segment of the connection leaves behind, whatever it is. */
static inline void tl_note_last_segment(struct tl_connection *c, const struct tl_segment *s,
                                        enum tl_role sender)
{
    if (sender == TL_SERVER)
        c->flags |= TL_CONNECTION_SERVER_SPOKE_LAST;
    else
        c->flags &= ~(uint32_t)TL_CONNECTION_SERVER_SPOKE_LAST;
    c->last_frame = s->frame;
}

/* An end's oddities, to write: never NULL. */
struct tl_end_oddities *tl_note_oddities_of(struct tl_passage *p, enum tl_role end);

/* A segment follows that its frame holds behind another one of these sockets: the environment's `part`
 * of `frame`. */
void tl_begin_part(struct tl_connection *connection, struct tl_environment *environment);

void tl_add_diagnosis(const struct tl_life *life, uint32_t frame, enum tl_role end,
                      enum tl_diagnosis diagnosis, uint32_t about, uint32_t value);
void tl_diagnose(struct tl_passage *p, enum tl_role end, enum tl_diagnosis diagnosis, uint32_t about,
                 uint32_t value);
/* The frame begins the end of the connection, by a segment of `end`; before it, nothing was captured for so
 * long (negative: not known). */
void tl_add_silence(const struct tl_life *life, uint32_t frame, enum tl_role end, int64_t silence_ns);
void tl_log_presumption(struct tl_passage *p, enum tl_role role);
/* Y must ignore the segment: it is written down why. */
void tl_note_ignored(struct tl_passage *p, enum tl_ignored why);
/* Writes down p's steps. */
void tl_log_steps(struct tl_passage *p);
void tl_set_state(struct tl_life *life, enum tl_role role, int number, uint32_t frame, int64_t now_ns,
                  tl_seq proof);
/* Something happens to an end. True when the table says that it changes its state. */
bool tl_happens(struct tl_passage *p, enum tl_role role, enum tl_event event);

/* Adds a diagnosis at `frame`. */
void tl_connection_diagnose(struct tl_connection *connection, uint32_t frame, enum tl_role end,
                            enum tl_diagnosis diagnosis, uint32_t about, uint32_t value,
                            struct tl_environment *environment);

/* The end has shown that it is in the state presumed. */
void tl_prove(struct tl_passage *p, enum tl_role role);

#endif
