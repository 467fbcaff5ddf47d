/* What many connections have in common.
 *
 * It reads core's summaries and logs; who counts which connections, and who shows the result, is
 * not its business.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/figures/life_counts.h"

#include "tcplife/fsm.h"

const char *life_step_name(enum life_step step)
{
    static const char *const names[] = {
#define S(identifier, words) words,
        LIFE_STEPS(S)
#undef S
    };

    return names[step];
}

static void add_duration(struct sample *sample, struct tl_duration duration)
{
    if (duration.known)
        sample_add(sample, duration.ns);
}

/* When the state was left. That 2 MSL have passed is noticed at the next segment only, which may
 * be much later. */
static int64_t left_at(const struct tl_connection *connection, const struct tl_change *change,
                       int64_t entered_ns)
{
    if (tl_change_rule(change)->event == TL_TIMEOUT_2MSL &&
        tl_connection_time_wait_ends_ns(connection) >= entered_ns &&
        tl_connection_time_wait_ends_ns(connection) < tl_change_time_ns(change))
        return tl_connection_time_wait_ends_ns(connection);
    return tl_change_time_ns(change);
}

/* The states of the first segment were entered before it, nobody knows when: a stay begins with a
 * transition into the state and ends with the next one out of it. */
static void add_stays(struct life_counts *counts, const struct tl_connection *connection)
{
    const struct tl_changes changes = tl_connection_changes(connection);
    const struct tl_change *entered[2] = {NULL, NULL};

    for (uint32_t i = 0; i < changes.count; i++) {
        const struct tl_change *change = &changes.at[i];
        const enum tl_role end = tl_change_end(change);

        if (change->kind != TL_TRANSITION)
            continue;
        if (entered[end] != NULL) {
            const int64_t since_ns = entered[end]->u.time_ns;

            sample_add(&counts->stays[end][tl_change_to(entered[end])],
                       left_at(connection, change, since_ns) - since_ns);
        }
        entered[end] = change;
    }
}

static void add_experts(struct life_counts *counts, const struct tl_connection *connection)
{
    const struct tl_changes changes = tl_connection_changes(connection);

    for (uint32_t i = 0; i < changes.count; i++) {
        const struct tl_change *change = &changes.at[i];

        if (change->kind == TL_DIAGNOSIS && tl_change_diagnosis(change) < TL_DIAGNOSIS_COUNT)
            counts->experts[tl_change_diagnosis(change)]++;
    }
}

const char *life_state_name(enum tl_state state, bool is_presumed, char buffer[LIFE_STATE_NAME_SIZE])
{
    g_strlcpy(buffer, tl_state_name(state), LIFE_STATE_NAME_SIZE);
    if (is_presumed)
        g_strlcat(buffer, " (presumed)", LIFE_STATE_NAME_SIZE);
    return buffer;
}

void life_counts_add(struct life_counts *counts, const struct tl_capture *capture,
                     const struct tl_connection *connection)
{
    const struct tl_summary summary = tl_summarize_until(connection, capture->end_ns);
    const struct tl_states now = tl_connection_states(connection);

    counts->connections++;
    counts->opens[summary.open]++;
    counts->closes[summary.close]++;
    if (summary.has_closed_by)
        counts->closed_by[summary.closed_by]++;
    add_duration(&counts->steps[LIFE_STEP_SYN_ACK], summary.synack_time);
    add_duration(&counts->steps[LIFE_STEP_ACK], summary.ack_time);
    add_duration(&counts->steps[LIFE_STEP_HANDSHAKE], summary.handshake_time);
    add_duration(&counts->steps[LIFE_STEP_HALF_CLOSED], summary.half_closed_time);
    add_duration(&counts->steps[LIFE_STEP_TEARDOWN], summary.teardown_time);
    for (int end = TL_CLIENT; end <= TL_SERVER; end++)
        counts->states[end][now.state[end]][now.presumed[end]]++;
    add_stays(counts, connection);
    add_experts(counts, connection);
}

void life_counts_free(struct life_counts *counts)
{
    for (int step = 0; step < LIFE_STEP_COUNT; step++)
        sample_free(&counts->steps[step]);
    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        for (int state = 0; state < TL_STATE_COUNT; state++)
            sample_free(&counts->stays[end][state]);
    }
    *counts = (struct life_counts){0};
}
