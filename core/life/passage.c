/* What happens to an end, and how it is written down: the one setter of states.
 *
 * It knows what the table (fsm.c) says of an event; it cannot know which events
 * a segment is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/life/passage.h"
#include "core/record/change.h"

struct tl_end_oddities *tl_note_oddities_of(struct tl_passage *p, enum tl_role end)
{
    return &tl_note_oddities(p->connection, p->environment)->end[end];
}

/* ---- the log --------------------------------------------------------------------------------- */

void tl_begin_part(struct tl_connection *c, struct tl_environment *environment)
{
    const struct tl_change_log *log = &c->log;
    const struct tl_change *last = log->count ? &log->changes[log->count - 1] : NULL;
    struct tl_change change = {.frame = environment->frame,
                               .kind = TL_PART,
                               /* Else the client's is CLOSED, which is 0. */
                               .states = last ? last->states : TL_LISTEN << 4,
                               .bits = last ? last->bits & 3 : 0,
                               .u.part = environment->part};

    environment->part_is_pending = false;
    if (!tl_change_log_add(&c->log, environment->memory, &change))
        environment->out_of_memory = true;
}

static void add_change(const struct tl_life *life, struct tl_change change, enum tl_role end)
{
    const struct tl_end *client = &life->end[TL_CLIENT], *server = &life->end[TL_SERVER];

    if (life->environment->part_is_pending)
        tl_begin_part(life->connection, life->environment);
    change.states = (uint8_t)(client->state | server->state << 4);
    change.bits |= (uint8_t)((client->presumed ? 1 : 0) | (server->presumed ? 2 : 0) |
                             (end == TL_SERVER ? 4 : 0));
    if (!tl_change_log_add(&life->connection->log, life->environment->memory, &change))
        life->environment->out_of_memory = true;
}

void tl_add_diagnosis(const struct tl_life *life, uint32_t frame, enum tl_role end,
                      enum tl_diagnosis diagnosis, uint32_t about, uint32_t value)
{
    add_change(life,
               (struct tl_change){.frame = frame,
                                  .kind = TL_DIAGNOSIS,
                                  .code = (uint8_t)diagnosis,
                                  .u.why = {.about = about, .value = value}},
               end);
}

void tl_connection_diagnose(struct tl_connection *c, uint32_t frame, enum tl_role end,
                            enum tl_diagnosis diagnosis, uint32_t about, uint32_t value,
                            struct tl_environment *environment)
{
    struct tl_life life;

    tl_life_open(&life, c, environment);
    tl_add_diagnosis(&life, frame, end, diagnosis, about, value);
}

void tl_diagnose(struct tl_passage *p, enum tl_role end, enum tl_diagnosis diagnosis, uint32_t about,
                 uint32_t value)
{
    tl_add_diagnosis(p->life, p->segment->frame, end, diagnosis, about, value);
}

void tl_log_presumption(struct tl_passage *p, enum tl_role role)
{
    add_change(p->life,
               (struct tl_change){.frame = p->segment->frame,
                                  .kind = TL_PRESUMPTION,
                                  .u.time_ns = p->segment->time_ns},
               role);
}

void tl_add_silence(const struct tl_life *life, uint32_t frame, enum tl_role end, int64_t silence_ns)
{
    if (silence_ns < 0)
        return;
    add_change(life,
               (struct tl_change){.frame = frame, .kind = TL_SILENCE, .u.silence_ns = silence_ns},
               end);
}

/* X's segment before this one was ignored for the same reason, and nothing was written down since. */
static bool goes_on_being_ignored(const struct tl_passage *p, enum tl_ignored why)
{
    const struct tl_change_log *log = &p->connection->log;
    const struct tl_change *last = log->count ? &log->changes[log->count - 1] : NULL;

    return p->was_ignored && last && last->kind == TL_IGNORED && last->code == (uint8_t)why &&
           tl_change_end(last) == p->x && !p->environment->part_is_pending;
}

/* Where nothing has begun, nobody is there to take it. Of segments that are ignored one behind the other,
 * only the first makes an entry: whoever sends them does not fill the memory. */
void tl_note_ignored(struct tl_passage *p, enum tl_ignored why)
{
    const struct tl_change_log *log = &p->connection->log;
    struct tl_change *last = log->count ? &log->changes[log->count - 1] : NULL;
    const uint32_t frame = p->segment->frame;

    if (!(p->connection->flags & TL_CONNECTION_BEGUN) ||
        (last && last->frame == frame && tl_change_ignored(last) != TL_NOT_IGNORED))
        return;
    p->X->flags |= TL_END_IGNORED_LAST;
    if (goes_on_being_ignored(p, why))
        last->u.until = frame;
    else
        add_change(p->life,
                   (struct tl_change){
                       .frame = frame, .kind = TL_IGNORED, .code = (uint8_t)why, .u.until = frame},
                   p->x);
}

/* A step stands with a change that the same segment made, behind the steps before it; or alone. */
static void log_step(struct tl_passage *p, struct tl_step step)
{
    const struct tl_change_log *log = &p->connection->log;
    struct tl_change change = {
        .frame = p->segment->frame, .kind = TL_STEP, .u.time_ns = p->segment->time_ns};
    struct tl_change *free_one = NULL;

    for (uint32_t i = log->count; i && log->changes[i - 1].frame == p->segment->frame; i--) {
        if (log->changes[i - 1].step || log->changes[i - 1].kind == TL_PART)
            break;
        if (tl_change_has_time(&log->changes[i - 1]))
            free_one = &log->changes[i - 1];
    }
    if (free_one) {
        tl_change_note_step(free_one, step);
        return;
    }
    tl_change_note_step(&change, step);
    add_change(p->life, change, p->x);
}

static void log_steps(struct tl_passage *p, bool is_teardown, uint8_t steps)
{
    for (uint8_t number = 1; number <= 4; number++) {
        const bool repeated = (steps & step_bit(number, true)) != 0;

        if (repeated || steps & step_bit(number, false))
            log_step(p, (struct tl_step){.is_teardown = is_teardown,
                                         .is_repetition = repeated,
                                         .number = number,
                                         .sender = p->x});
    }
}

void tl_log_steps(struct tl_passage *p)
{
    if (p->handshake)
        log_steps(p, false, p->handshake);
    if (p->teardown)
        log_steps(p, true, p->teardown);
}

/* ---- the one setter of states ---------------------------------------------------------------- */

void tl_set_state(struct tl_life *life, enum tl_role role, int number, uint32_t frame, int64_t now_ns,
                  tl_seq proof)
{
    const struct tl_rule *rule = &tl_rules[number];
    struct tl_end *end = &life->end[role];
    uint8_t from = end->state;

    end->state = (uint8_t)(rule->to == TL_STATE_LEFT ? end->left : rule->to);
    end->presumed = rule->evidence == TL_PRESUMES;
    end->proof = proof;
    if (end->presumed)
        end->flags |= TL_END_HAS_PROOF;
    else
        end->flags &= ~(uint32_t)TL_END_HAS_PROOF;
    if (end->state == TL_SYN_SENT)
        end->flags |= TL_END_ACTIVE_OPEN;
    if (is_over(end))
        end->left = from;
    if (end->state == TL_TIME_WAIT)
        life->connection->time_wait_ends_ns = now_ns + 2 * life->environment->msl_ns;
    add_change(life,
               (struct tl_change){.frame = frame,
                                  .kind = TL_TRANSITION,
                                  .code = (uint8_t)number,
                                  .bits = (uint8_t)(from << 4),
                                  .u.time_ns = now_ns},
               role);
}

bool tl_happens(struct tl_passage *p, enum tl_role role, enum tl_event event)
{
    struct tl_end *end = &p->life->end[role];
    int number = tl_fsm_rule((enum tl_state)end->state, event);

    if (number < 0)
        return false;
    if (tl_rules[number].evidence == TL_DISPROVES && !end->presumed)
        return false;
    if (tl_rules[number].to == TL_STATE_LEFT && (end->left == TL_CLOSED || end->left == TL_LISTEN))
        return false;
    tl_set_state(p->life, role, number, p->segment->frame, p->segment->time_ns, p->proof);
    return true;
}

void tl_prove(struct tl_passage *p, enum tl_role role)
{
    struct tl_end *end = &p->life->end[role];

    if (!end->presumed)
        return;
    end->presumed = false;
    end->flags &= ~(uint32_t)TL_END_HAS_PROOF;
    tl_log_presumption(p, role);
}
