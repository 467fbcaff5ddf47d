/* The socket that the connection before left behind: it answers the new SYN, and a RST ends it.
 *
 * Read first: RFC 9293, section 3.10.7.4 (fourth check); RFC 1337.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/old_life.h"
#include "core/life/passage.h"
#include "core/record/times.h"

#include <string.h>

/* Who of the connection before has this end's socket? */
static enum tl_role role_before(const struct tl_connection *c, enum tl_role role,
                                const struct tl_connection *old)
{
    const struct tl_socket socket = tl_connection_socket(c, role);
    const struct tl_socket client = tl_connection_socket(old, TL_CLIENT);

    return memcmp(&socket, &client, sizeof socket) == 0 ? TL_CLIENT : TL_SERVER;
}

/* Where the old connection has left this end. It goes on where it was if what ended it did not
 * arrive. */
static enum tl_state old_state(const struct tl_connection *c, enum tl_role role,
                               const struct tl_connection *old)
{
    const struct tl_end end = tl_connection_end(old, role_before(c, role, old));

    return (enum tl_state)(is_over(&end) && end.presumed ? end.left : end.state);
}

void tl_connection_old_life_answers(struct tl_connection *c, const struct tl_connection *old,
                                    const struct tl_segment *s, enum tl_role sender,
                                    struct tl_environment *environment)
{
    struct tl_life life;
    struct tl_end *end = &life.end[sender];
    const int number = tl_fsm_rule(tl_connection_state(c, sender), TL_SND_OLD_NUMBERS);
    const enum tl_state left = old_state(c, sender, old);

    if (number < 0 || left == TL_CLOSED || left == TL_LISTEN ||
        (tl_rules[number].evidence == TL_DISPROVES &&
         !(c->kept[sender].flags & TL_KEPT_PRESUMED)))
        return;
    tl_life_open(&life, c, environment);
    end->left = (uint8_t)left;
    tl_set_state(&life, sender, number, s->frame, s->time_ns, 0);
    c->time_wait_ends_ns = old->time_wait_ends_ns;
    c->flags |= TL_CONNECTION_OLD_LIFE;
    tl_note_oddities(c, environment)->end[sender].refused_ack = s->ack;
    tl_add_diagnosis(&life, s->frame, sender, TL_DIAGNOSIS_challenge_ack,
                     c->past[tl_other(sender)].control_frame, 0);
    tl_life_close(&life);
}

/* What a RST that ends its socket makes of a connection: one that never opened was aborted. */
static void note_reset_of_old(struct tl_life *life, enum tl_role by, const struct tl_segment *s)
{
    struct tl_connection *old = life->connection;

    if (old->flags & (TL_CONNECTION_OPENED | TL_CONNECTION_MIDSTREAM)) {
        if (!old->at[TL_AT_FIN_1].frame)
            tl_add_silence(life, s->frame, by, s->time_ns - tl_connection_end_ns(old));
        old->flags |= old->at[TL_AT_FIN_1].frame ? TL_CONNECTION_RESET_WHILE_CLOSING
                                                 : TL_CONNECTION_RESET;
    } else if (old->at[TL_AT_SYN_ACK].frame) {
        old->flags |= TL_CONNECTION_ABORTED;
    }
    tl_note_reset_by(old, by);
    old->at[TL_AT_RESET] = mark_of(s);
}

void tl_connection_old_life_ends(struct tl_connection *c, struct tl_connection *old,
                                 const struct tl_segment *s, enum tl_role receiver,
                                 struct tl_environment *environment)
{
    const enum tl_role was = role_before(c, receiver, old);
    const enum tl_state state = tl_connection_state(c, receiver);
    int number = tl_fsm_rule(state, TL_RCV_OLD_RST);
    struct tl_life life;

    if (number < 0 || s->seq != tl_oddities(c)->end[receiver].refused_ack)
        return;
    tl_life_open(&life, c, environment);
    tl_set_state(&life, receiver, number, s->frame, s->time_ns, 0);
    life.end[receiver].flags &= ~(uint32_t)TL_END_HAS_PROOF;
    if (state == TL_TIME_WAIT)
        tl_add_diagnosis(&life, s->frame, receiver, TL_DIAGNOSIS_time_wait_assassinated,
                         old->at[TL_AT_FIN_2].frame, 0);
    tl_life_close(&life);
    number = tl_fsm_rule(tl_connection_state(old, was), TL_RCV_OLD_RST);
    if (number < 0)
        return;
    tl_life_open(&life, old, environment);
    if (life.end[was].state != TL_TIME_WAIT)
        note_reset_of_old(&life, tl_other(was), s);
    tl_set_state(&life, was, number, s->frame, s->time_ns, 0);
    life.end[was].flags &= ~(uint32_t)TL_END_HAS_PROOF;
    tl_life_close(&life);
}
