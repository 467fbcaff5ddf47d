/* What the clock ends: TIME-WAIT; and what it makes odd: a CLOSE-WAIT that lasts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/clock.h"
#include "core/life/passage.h"
#include "core/record/times.h"

static void end_time_wait(struct tl_connection *c, enum tl_role role, uint32_t frame,
                          int64_t now_ns, struct tl_environment *environment)
{
    struct tl_life life;

    if (now_ns < c->time_wait_ends_ns)
        return;
    tl_life_open(&life, c, environment);
    tl_set_state(&life, role, tl_fsm_rule(TL_TIME_WAIT, TL_TIMEOUT_2MSL), frame, now_ns, 0);
    tl_life_close(&life);
}

static void name_lingering(struct tl_connection *c, enum tl_role role, uint32_t frame,
                           int64_t now_ns, struct tl_environment *environment)
{
    int64_t waited_ns;

    /* An end of which nothing shows that the FIN has arrived is not called lingering. */
    if (!c->at[TL_AT_FIN_1].frame || !environment->close_wait_limit_ns ||
        c->flags & TL_CONNECTION_LINGERS || c->kept[role].flags & TL_KEPT_PRESUMED)
        return;
    waited_ns = now_ns - tl_milestone_ns(c, TL_AT_FIN_1);
    if (waited_ns <= environment->close_wait_limit_ns)
        return;
    c->flags |= TL_CONNECTION_LINGERS;
    tl_connection_diagnose(c, frame, role, TL_DIAGNOSIS_lingering_close_wait,
                           c->at[TL_AT_FIN_1].frame, (uint32_t)(waited_ns / 1000000000),
                           environment);
}

void tl_connection_clock(struct tl_connection *c, uint32_t frame, int64_t now_ns,
                         struct tl_environment *environment)
{
    for (int role = 0; role < 2; role++) {
        const enum tl_state state = tl_connection_state(c, (enum tl_role)role);

        if (state == TL_TIME_WAIT)
            end_time_wait(c, (enum tl_role)role, frame, now_ns, environment);
    }
}

void tl_connection_note_lingering(struct tl_connection *c, uint32_t frame, int64_t now_ns,
                                  struct tl_environment *environment)
{
    for (int role = 0; role < 2; role++)
        if (tl_connection_state(c, (enum tl_role)role) == TL_CLOSE_WAIT)
            name_lingering(c, (enum tl_role)role, frame, now_ns, environment);
}
