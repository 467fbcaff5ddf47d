/* What one entry of a connection's log says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "core/record/change.h"

#include <stddef.h>

bool tl_states_are_unanswered(const struct tl_states *states)
{
    return (states->state[TL_CLIENT] == TL_SYN_SENT && states->presumed[TL_SERVER]) ||
           (states->state[TL_SERVER] == TL_SYN_SENT && states->presumed[TL_CLIENT]);
}

bool tl_change_has_time(const struct tl_change *change)
{
    return change->kind <= TL_STEP;
}

int64_t tl_change_time_ns(const struct tl_change *change)
{
    return change->u.time_ns;
}

struct tl_states tl_change_states(const struct tl_change *change)
{
    return (struct tl_states){
        .state = {(enum tl_state)(change->states & 15), (enum tl_state)(change->states >> 4)},
        .presumed = {(change->bits & 1) != 0, (change->bits & 2) != 0},
    };
}

enum tl_role tl_change_end(const struct tl_change *change)
{
    return change->bits & 4 ? TL_SERVER : TL_CLIENT;
}

enum tl_state tl_change_from(const struct tl_change *change)
{
    return (enum tl_state)(change->bits >> 4);
}

enum tl_state tl_change_to(const struct tl_change *change)
{
    return tl_change_states(change).state[tl_change_end(change)];
}

const struct tl_rule *tl_change_rule(const struct tl_change *change)
{
    return change->kind == TL_TRANSITION && change->code < tl_rule_count ? &tl_rules[change->code]
                                                                         : NULL;
}

enum tl_diagnosis tl_change_diagnosis(const struct tl_change *change)
{
    return (enum tl_diagnosis)change->code;
}

uint32_t tl_change_about(const struct tl_change *change)
{
    return change->u.why.about;
}

uint32_t tl_change_value(const struct tl_change *change)
{
    return change->u.why.value;
}

static enum tl_ignored ignored_by_diagnosis(enum tl_diagnosis diagnosis)
{
    if (diagnosis == TL_DIAGNOSIS_blind_reset)
        return TL_UNACCEPTABLE_RST;
    if (diagnosis == TL_DIAGNOSIS_old_duplicate_syn)
        return TL_OLD_DUPLICATE;
    return diagnosis == TL_DIAGNOSIS_bad_handshake_ack ? TL_UNACCEPTABLE_ACK : TL_NOT_IGNORED;
}

enum tl_ignored tl_change_ignored(const struct tl_change *change)
{
    if (change->kind == TL_DIAGNOSIS)
        return ignored_by_diagnosis(tl_change_diagnosis(change));
    return change->kind == TL_IGNORED ? (enum tl_ignored)change->code : TL_NOT_IGNORED;
}

const char *tl_ignored_name(enum tl_ignored ignored)
{
    static const char *const names[TL_IGNORED_COUNT] = {
        [TL_NOT_IGNORED] = "",
        [TL_WRONG_CHECKSUM] = "wrong-checksum",
        [TL_IMPOSSIBLE_FLAGS] = "impossible-flags",
        [TL_NO_SYN] = "no-syn",
        [TL_OLD_TIMESTAMP] = "old-timestamp",
        [TL_BEYOND_WINDOW] = "beyond-window",
        [TL_OLD_DUPLICATE] = "old-duplicate",
        [TL_UNACCEPTABLE_ACK] = "unacceptable-ack",
        [TL_UNACCEPTABLE_RST] = "unacceptable-rst",
    };

    return (unsigned)ignored < TL_IGNORED_COUNT ? names[ignored] : "?";
}

bool tl_change_step(const struct tl_change *change, struct tl_step *step)
{
    const unsigned code = change->step - 1u;

    *step = (struct tl_step){.is_teardown = (code & 8) != 0,
                             .is_repetition = (code & 1) != 0,
                             .number = (uint8_t)((code >> 1 & 3) + 1),
                             .sender = change->bits & 8 ? TL_SERVER : TL_CLIENT};
    return change->step != 0;
}

void tl_change_note_step(struct tl_change *change, struct tl_step step)
{
    const unsigned code =
        (step.is_teardown ? 8u : 0u) | (step.number - 1u) << 1 | (step.is_repetition ? 1u : 0u);

    change->step = (code + 1) & 31;
    change->bits |= step.sender == TL_SERVER ? 8 : 0;
}
