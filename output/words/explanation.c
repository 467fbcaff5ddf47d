/* What a segment did, in one sentence.
 *
 * It knows how to say it, from the log of changes, the reasons in the table
 * of the state machine (core/rfc/fsm.c) and the segment's own numbers. It decides
 * nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/output/sentences.h"

#include <string.h>

/* ---- a segment ----------------------------------------------------------------------------- */

/* What happened at a frame, in the form in which sentences need it. */
struct happenings {
    bool handshake[4], teardown[5]; /* by number of the step */
    bool repetition;                /* a step was made again */
    bool first_time;                /* a step was made that was none before */
    unsigned steps, transitions, diagnoses;
    enum tl_ignored ignored; /* and no diagnosis says why */
};

static struct happenings what_happened(const struct tl_seen_segment *seen)
{
    struct happenings what = {.ignored = seen->ignored};

    for (uint32_t i = 0; i < seen->changes.count; i++) {
        const struct tl_change *change = &seen->changes.at[i];
        struct tl_step step;

        if (change->kind == TL_TRANSITION)
            what.transitions++;
        else if (change->kind == TL_DIAGNOSIS)
            what.diagnoses++;
        if (change->kind == TL_DIAGNOSIS && tl_change_ignored(change) != TL_NOT_IGNORED)
            what.ignored = TL_NOT_IGNORED;
        if (!tl_change_step(change, &step))
            continue;
        what.steps++;
        if (step.is_repetition)
            what.repetition = true;
        else
            what.first_time = true;
        if (step.is_teardown)
            what.teardown[step.number] = true;
        else
            what.handshake[step.number] = true;
    }
    return what;
}

static void append_flags(GString *text, uint8_t flags)
{
    static const struct {
        uint8_t flag;
        const char *name;
    } names[] = {{TL_SYN, "SYN"}, {TL_FIN, "FIN"}, {TL_RST, "RST"}, {TL_ACK, "ACK"}};
    const char *separator = "";

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if ((flags & names[i].flag) != 0) {
            g_string_append_printf(text, "%s%s", separator, names[i].name);
            separator = ",";
        }
    }
    if (*separator == '\0')
        g_string_append(text, "a segment without flags");
}

/* The number of an end as a person sees it. */
static tl_seq shown(const struct tl_seen_segment *seen, enum tl_role end, tl_seq number)
{
    return number - seen->base[end];
}

/* The acknowledgement's number, where it makes a step, and what it is the successor of. */
static void append_ack(GString *text, const struct tl_seen_segment *seen,
                       const struct happenings *what)
{
    const struct tl_segment *segment = seen->segment;
    const enum tl_role other = tl_other(seen->sender);
    tl_seq iss;
    const bool has_iss = tl_connection_iss(seen->connection, other, &iss);
    const bool of_syn = what->handshake[2] || what->handshake[3];
    const bool of_fin = what->teardown[2] || what->teardown[4];

    if ((segment->flags & TL_ACK) == 0 || (!of_syn && !of_fin))
        return;
    g_string_append_printf(text, ", ack %u", shown(seen, other, segment->ack));
    if (of_syn && has_iss && segment->ack == iss + 1)
        g_string_append_printf(text, " = ISN %u + 1", shown(seen, other, iss));
    else if (of_fin)
        /* What the step was made by, whatever later segments show of that number. */
        g_string_append_printf(text, " = FIN %u + 1", shown(seen, other, segment->ack - 1));
}

static void append_numbers(GString *text, const struct tl_seen_segment *seen,
                           const struct happenings *what)
{
    const struct tl_segment *segment = seen->segment;
    const tl_seq seq = shown(seen, seen->sender, segment->seq);

    if ((segment->flags & TL_SYN) != 0)
        g_string_append_printf(text, " with ISN %u", seq);
    else if ((segment->flags & TL_FIN) != 0)
        /* A FIN's own number is the one behind the data in front of it. */
        g_string_append_printf(text, " with FIN %u", seq + segment->length);
    else
        g_string_append_printf(text, " with seq %u", seq);
    if (segment->length > 0)
        g_string_append_printf(text, ", %u byte%s", segment->length,
                               segment->length == 1 ? "" : "s");
    append_ack(text, seen, what);
}

/* " (handshake 2)", " (teardown 2 and 3)". */
static void append_steps(GString *text, const struct tl_seen_segment *seen)
{
    const char *name = NULL;

    for (uint32_t i = 0; i < seen->changes.count; i++) {
        const char *kind;
        struct tl_step step;

        if (!tl_change_step(&seen->changes.at[i], &step))
            continue;
        kind = step.is_teardown ? "teardown" : "handshake";
        if (name == NULL)
            g_string_append_printf(text, " (%s %u", kind, step.number);
        else if (strcmp(name, kind) == 0)
            g_string_append_printf(text, " and %u", step.number);
        else
            g_string_append_printf(text, ", %s %u", kind, step.number);
        name = kind;
    }
    if (name != NULL)
        g_string_append_c(text, ')');
}

static void append_what(GString *text, const struct tl_seen_segment *seen,
                        const struct happenings *what)
{
    if (seen->quoted) {
        g_string_append_printf(text, "An ICMP error quotes the segment with seq %u",
                               seen->segment->seq);
        return;
    }
    g_string_append_printf(text, "The %s sends ", tl_role_name(seen->sender));
    append_flags(text, seen->segment->flags);
    if (what->repetition && !what->first_time)
        g_string_append(text, " again");
    append_numbers(text, seen, what);
    append_steps(text, seen);
}

/* The end that a clause is about; the sender is the sentence's subject already. */
static void append_end(GString *text, const struct tl_seen_segment *seen, enum tl_role end)
{
    if (!seen->quoted && end == seen->sender)
        g_string_append(text, "it");
    else
        g_string_append_printf(text, "the %s", tl_role_name(end));
}

/* "the client probably goes from SYN-SENT to ESTABLISHED (its SYN is acknowledged)". Another
 * transition of the same end goes on from there: ", then to CLOSE-WAIT (the FIN arrives)". */
static void append_transition(GString *text, const struct tl_seen_segment *seen,
                              const struct tl_change *change, bool goes_on)
{
    static const char *const verbs[] = {
        [TL_PROVES] = "goes",
        [TL_PRESUMES] = "probably goes",
        [TL_DISPROVES] = "goes back",
    };
    const struct tl_rule *rule = tl_change_rule(change);

    if (!goes_on) {
        append_end(text, seen, tl_change_end(change));
        g_string_append_printf(text, " %s from %s", verbs[rule == NULL ? TL_PROVES : rule->evidence],
                               tl_state_name(tl_change_from(change)));
    }
    g_string_append_printf(text, "%s %s", goes_on ? ", then to" : " to",
                           tl_state_name(tl_change_to(change)));
    if (rule != NULL)
        g_string_append_printf(text, " (%s)", rule->why);
}

/* A change of presumption alone: the state is the same, the evidence is not. */
static void append_presumption(GString *text, const struct tl_seen_segment *seen,
                               const struct tl_change *change)
{
    const struct tl_states states = tl_change_states(change);
    const enum tl_role end = tl_change_end(change);

    g_string_append(text, states.presumed[end] ? "nothing shows any longer that "
                                                  : "this shows that ");
    append_end(text, seen, end);
    g_string_append_printf(text, " is %s", tl_state_name(states.state[end]));
}

static bool moves_later(const struct tl_seen_segment *seen, uint32_t after, enum tl_role end)
{
    for (uint32_t i = after + 1; i < seen->changes.count; i++) {
        if (seen->changes.at[i].kind == TL_TRANSITION &&
            tl_change_end(&seen->changes.at[i]) == end)
            return true;
    }
    return false;
}

static void append_states_and_reasons(GString *text, const struct tl_seen_segment *seen)
{
    const struct tl_change *previous = NULL; /* the transition told last */
    const char *separator = ": ";

    for (uint32_t i = 0; i < seen->changes.count; i++) {
        const struct tl_change *change = &seen->changes.at[i];
        const enum tl_role end = tl_change_end(change);

        if (change->kind == TL_TRANSITION) {
            const bool goes_on = previous != NULL && tl_change_end(previous) == end;

            g_string_append(text, goes_on ? "" : separator);
            append_transition(text, seen, change, goes_on);
            previous = change;
        } else if (change->kind == TL_PRESUMPTION && !moves_later(seen, i, end)) {
            g_string_append(text, separator);
            append_presumption(text, seen, change);
            previous = NULL;
        } else {
            continue;
        }
        separator = "; ";
    }
}

/* The first diagnosis of this frame. NULL: none. */
static const struct tl_change *first_diagnosis(const struct tl_seen_segment *seen)
{
    for (uint32_t i = 0; i < seen->changes.count; i++) {
        if (seen->changes.at[i].kind == TL_DIAGNOSIS)
            return &seen->changes.at[i];
    }
    return NULL;
}

/* Its sentence without the full stop. */
static void append_clause(GString *text, const struct tl_capture *capture,
                          const struct tl_seen_segment *seen, const struct tl_change *diagnosis)
{
    tl_append_diagnosis_at(text, capture, seen, diagnosis);
    if (text->str[text->len - 1] == '.')
        g_string_truncate(text, text->len - 1);
}

/* The same in the middle of a sentence: "This" is "this", but "RST" remains "RST". */
static void append_later_clause(GString *text, const struct tl_capture *capture,
                                const struct tl_seen_segment *seen,
                                const struct tl_change *diagnosis)
{
    const gsize begin = text->len;

    append_clause(text, capture, seen, diagnosis);
    if (text->len > begin && g_ascii_islower(text->str[begin + 1]))
        text->str[begin] = g_ascii_tolower(text->str[begin]);
}

/* The sentences of all diagnoses that were not told: the expert infos' summaries are the same for all
 * frames, so this is where numbers are read. */
static void append_diagnoses(GString *text, const struct tl_capture *capture,
                             const struct tl_seen_segment *seen, const struct tl_change *told)
{
    for (uint32_t i = 0; i < seen->changes.count; i++) {
        const struct tl_change *change = &seen->changes.at[i];

        if (change->kind != TL_DIAGNOSIS || change == told)
            continue;
        g_string_append_c(text, ' ');
        tl_append_diagnosis_at(text, capture, seen, change);
    }
}

static void append_unchanged_states(GString *text, const struct tl_states *states)
{
    const char *client = tl_state_name(states->state[TL_CLIENT]);
    const char *server = tl_state_name(states->state[TL_SERVER]);

    if (states->state[TL_CLIENT] == states->state[TL_SERVER])
        g_string_append_printf(text, "; both ends are still %s", client);
    else
        g_string_append_printf(text, "; the client is still %s, the server %s", client, server);
}

/* Nothing moved: the diagnosis, or the step alone, is what there is to say. */
static void append_standstill(GString *text, const struct tl_capture *capture,
                              const struct tl_seen_segment *seen, const struct happenings *what)
{
    const struct tl_change *diagnosis = first_diagnosis(seen);

    if (diagnosis != NULL && what->repetition && !what->first_time) {
        /* A retransmission's diagnosis says already who sends what. */
        append_clause(text, capture, seen, diagnosis);
    } else {
        append_what(text, seen, what);
        if (diagnosis != NULL) {
            g_string_append(text, ": ");
            append_later_clause(text, capture, seen, diagnosis);
        }
    }
    append_unchanged_states(text, &seen->states);
}

/* As far as is known at this segment: what is acknowledged later was taken all the same. */
static void append_ignored(GString *text, const struct tl_seen_segment *seen, enum tl_ignored ignored)
{
    static const char *const reasons[TL_IGNORED_COUNT] = {
        [TL_WRONG_CHECKSUM] = "its checksum is wrong",
        [TL_IMPOSSIBLE_FLAGS] = "no TCP sends such flags",
        [TL_NO_SYN] = "in SYN-SENT it waits for a SYN",
        [TL_OLD_TIMESTAMP] = "it carries new numbers with an old timestamp (PAWS)",
        [TL_BEYOND_WINDOW] = "it lies beyond the window",
        [TL_OLD_DUPLICATE] = "it is an old duplicate",
        [TL_UNACCEPTABLE_ACK] = "its acknowledgement is unacceptable",
        [TL_UNACCEPTABLE_RST] = "its RST is unacceptable",
    };

    if (ignored != TL_NOT_IGNORED)
        g_string_append_printf(text, " The %s should ignore it: %s.",
                               tl_role_name(tl_other(seen->sender)), reasons[ignored]);
}

bool tl_append_explanation(GString *text, const struct tl_capture *capture,
                           const struct tl_seen_segment *seen)
{
    const struct happenings what = what_happened(seen);

    if (what.steps == 0 && what.transitions == 0 && what.diagnoses == 0 &&
        what.ignored == TL_NOT_IGNORED)
        return false;
    if (what.transitions > 0) {
        append_what(text, seen, &what);
        append_states_and_reasons(text, seen);
    } else {
        append_standstill(text, capture, seen, &what);
    }
    g_string_append_c(text, '.');
    append_diagnoses(text, capture, seen, what.transitions > 0 ? NULL : first_diagnosis(seen));
    append_ignored(text, seen, what.ignored);
    return true;
}
