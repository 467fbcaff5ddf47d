/* What a segment did and what became of a connection, in one sentence each.
 *
 * It knows how to say things, from the log of changes, the reasons in the table
 * of the state machine (core/rfc/fsm.c) and the segment's own numbers. It decides
 * nothing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/words/sentences.h"

#include "tcplife/fsm.h"

#include <epan/address.h>
#include <epan/to_str.h>

#include <string.h>

const char *tcplife_severity_name(enum tl_severity severity)
{
    static const char *const names[] = {
        [TL_CHAT] = "chat", [TL_NOTE] = "note", [TL_WARN] = "warn", [TL_ERROR] = "error"};

    return names[severity];
}

const char *tcplife_role_name(enum tl_role role)
{
    return role == TL_CLIENT ? "client" : "server";
}

char *tcplife_transition_text(wmem_allocator_t *scope, const struct tl_change *change)
{
    return wmem_strdup_printf(scope, "%s %s -> %s", tcplife_role_name(tl_change_end(change)),
                              tl_state_name(tl_change_from(change)),
                              tl_state_name(tl_change_to(change)));
}

/* ---- a segment ----------------------------------------------------------------------------- */

/* What happened at a frame, in the form in which sentences need it. */
struct happenings {
    bool handshake[4], teardown[5]; /* by number of the step */
    bool repetition;                /* a step was made again */
    bool first_time;                /* a step was made that was none before */
    unsigned steps, transitions, diagnoses;
};

static struct happenings what_happened(const struct tcplife_packet *packet)
{
    struct happenings what = {0};

    for (uint32_t i = 0; i < packet->changes.count; i++) {
        const struct tl_change *change = &packet->changes.at[i];
        struct tl_step step;

        if (change->kind == TL_TRANSITION)
            what.transitions++;
        else if (change->kind == TL_DIAGNOSIS)
            what.diagnoses++;
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

static void append_flags(wmem_strbuf_t *text, uint8_t flags)
{
    static const struct {
        uint8_t flag;
        const char *name;
    } names[] = {{TL_SYN, "SYN"}, {TL_FIN, "FIN"}, {TL_RST, "RST"}, {TL_ACK, "ACK"}};
    const char *separator = "";

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if ((flags & names[i].flag) != 0) {
            wmem_strbuf_append_printf(text, "%s%s", separator, names[i].name);
            separator = ",";
        }
    }
    if (*separator == '\0')
        wmem_strbuf_append(text, "a segment without flags");
}

/* The acknowledgement's number, where it makes a step, and what it is the successor of. */
static void append_ack(wmem_strbuf_t *text, const struct tcplife_packet *packet,
                       const struct happenings *what)
{
    const struct tl_segment *segment = packet->segment;
    tl_seq iss;
    const bool has_iss = tl_connection_iss(packet->connection, tl_other(packet->sender), &iss);
    const bool of_syn = what->handshake[2] || what->handshake[3];
    const bool of_fin = what->teardown[2] || what->teardown[4];

    if ((segment->flags & TL_ACK) == 0 || (!of_syn && !of_fin))
        return;
    wmem_strbuf_append_printf(text, ", ack %u", segment->ack);
    if (of_syn && has_iss && segment->ack == iss + 1)
        wmem_strbuf_append_printf(text, " = ISN %u + 1", iss);
    else if (of_fin)
        /* What the step was made by, whatever later segments show of that number. */
        wmem_strbuf_append_printf(text, " = FIN %u + 1", segment->ack - 1);
}

static void append_numbers(wmem_strbuf_t *text, const struct tcplife_packet *packet,
                           const struct happenings *what)
{
    const struct tl_segment *segment = packet->segment;

    if ((segment->flags & TL_SYN) != 0)
        wmem_strbuf_append_printf(text, " with ISN %u", segment->seq);
    else if ((segment->flags & TL_FIN) != 0)
        /* A FIN's own number is the one behind the data in front of it. */
        wmem_strbuf_append_printf(text, " with FIN %u", segment->seq + segment->length);
    else
        wmem_strbuf_append_printf(text, " with seq %u", segment->seq);
    if (segment->length > 0)
        wmem_strbuf_append_printf(text, ", %u byte%s", segment->length,
                                  segment->length == 1 ? "" : "s");
    append_ack(text, packet, what);
}

/* " (handshake 2)", " (teardown 2 and 3)". */
static void append_steps(wmem_strbuf_t *text, const struct tcplife_packet *packet)
{
    const char *name = NULL;

    for (uint32_t i = 0; i < packet->changes.count; i++) {
        const char *kind;
        struct tl_step step;

        if (!tl_change_step(&packet->changes.at[i], &step))
            continue;
        kind = step.is_teardown ? "teardown" : "handshake";
        if (name == NULL)
            wmem_strbuf_append_printf(text, " (%s %u", kind, step.number);
        else if (strcmp(name, kind) == 0)
            wmem_strbuf_append_printf(text, " and %u", step.number);
        else
            wmem_strbuf_append_printf(text, ", %s %u", kind, step.number);
        name = kind;
    }
    if (name != NULL)
        wmem_strbuf_append_c(text, ')');
}

static void append_what(wmem_strbuf_t *text, const struct tcplife_packet *packet,
                        const struct happenings *what)
{
    if (packet->quoted) {
        wmem_strbuf_append_printf(text, "An ICMP error quotes the segment with seq %u",
                                  packet->segment->seq);
        return;
    }
    wmem_strbuf_append_printf(text, "The %s sends ", tcplife_role_name(packet->sender));
    append_flags(text, packet->segment->flags);
    if (what->repetition && !what->first_time)
        wmem_strbuf_append(text, " again");
    append_numbers(text, packet, what);
    append_steps(text, packet);
}

/* The end that a clause is about; the sender is the sentence's subject already. */
static void append_end(wmem_strbuf_t *text, const struct tcplife_packet *packet, enum tl_role end)
{
    if (!packet->quoted && end == packet->sender)
        wmem_strbuf_append(text, "it");
    else
        wmem_strbuf_append_printf(text, "the %s", tcplife_role_name(end));
}

/* "the client probably goes from SYN-SENT to ESTABLISHED (its SYN is acknowledged)". Another
 * transition of the same end goes on from there: ", then to CLOSE-WAIT (the FIN arrives)". */
static void append_transition(wmem_strbuf_t *text, const struct tcplife_packet *packet,
                              const struct tl_change *change, bool goes_on)
{
    static const char *const verbs[] = {
        [TL_PROVES] = "goes",
        [TL_PRESUMES] = "probably goes",
        [TL_DISPROVES] = "goes back",
    };
    const struct tl_rule *rule = tl_change_rule(change);

    if (!goes_on) {
        append_end(text, packet, tl_change_end(change));
        wmem_strbuf_append_printf(text, " %s from %s", verbs[rule == NULL ? TL_PROVES : rule->evidence],
                                  tl_state_name(tl_change_from(change)));
    }
    wmem_strbuf_append_printf(text, "%s %s", goes_on ? ", then to" : " to",
                              tl_state_name(tl_change_to(change)));
    if (rule != NULL)
        wmem_strbuf_append_printf(text, " (%s)", rule->why);
}

/* A change of presumption alone: the state is the same, the evidence is not. */
static void append_presumption(wmem_strbuf_t *text, const struct tcplife_packet *packet,
                               const struct tl_change *change)
{
    const struct tl_states states = tl_change_states(change);
    const enum tl_role end = tl_change_end(change);

    wmem_strbuf_append(text, states.presumed[end] ? "nothing shows any longer that "
                                                  : "this shows that ");
    append_end(text, packet, end);
    wmem_strbuf_append_printf(text, " is %s", tl_state_name(states.state[end]));
}

static bool moves_later(const struct tcplife_packet *packet, uint32_t after, enum tl_role end)
{
    for (uint32_t i = after + 1; i < packet->changes.count; i++) {
        if (packet->changes.at[i].kind == TL_TRANSITION &&
            tl_change_end(&packet->changes.at[i]) == end)
            return true;
    }
    return false;
}

static void append_states_and_reasons(wmem_strbuf_t *text, const struct tcplife_packet *packet)
{
    const struct tl_change *previous = NULL; /* the transition told last */
    const char *separator = ": ";

    for (uint32_t i = 0; i < packet->changes.count; i++) {
        const struct tl_change *change = &packet->changes.at[i];
        const enum tl_role end = tl_change_end(change);

        if (change->kind == TL_TRANSITION) {
            const bool goes_on = previous != NULL && tl_change_end(previous) == end;

            wmem_strbuf_append(text, goes_on ? "" : separator);
            append_transition(text, packet, change, goes_on);
            previous = change;
        } else if (change->kind == TL_PRESUMPTION && !moves_later(packet, i, end)) {
            wmem_strbuf_append(text, separator);
            append_presumption(text, packet, change);
            previous = NULL;
        } else {
            continue;
        }
        separator = "; ";
    }
}

/* The first diagnosis of this frame. NULL: none. */
static const struct tl_change *first_diagnosis(const struct tcplife_packet *packet)
{
    for (uint32_t i = 0; i < packet->changes.count; i++) {
        if (packet->changes.at[i].kind == TL_DIAGNOSIS)
            return &packet->changes.at[i];
    }
    return NULL;
}

/* Its sentence without the full stop. */
static char *diagnosis_clause(wmem_allocator_t *scope, const struct tcplife_packet *packet)
{
    const struct tl_change *change = first_diagnosis(packet);
    char *sentence;

    if (change == NULL)
        return NULL;
    sentence = tcplife_diagnosis_sentence(scope, packet->connection, change);
    if (g_str_has_suffix(sentence, "."))
        sentence[strlen(sentence) - 1] = '\0';
    return sentence;
}

/* The sentences of all diagnoses that were not told: the expert infos' summaries are the same for all
 * frames, so this is where numbers are read. */
static void append_diagnoses(wmem_strbuf_t *text, wmem_allocator_t *scope,
                             const struct tcplife_packet *packet, const struct tl_change *told)
{
    for (uint32_t i = 0; i < packet->changes.count; i++) {
        const struct tl_change *change = &packet->changes.at[i];

        if (change->kind != TL_DIAGNOSIS || change == told)
            continue;
        wmem_strbuf_append_c(text, ' ');
        wmem_strbuf_append(text, tcplife_diagnosis_sentence(scope, packet->connection, change));
    }
}

static void append_unchanged_states(wmem_strbuf_t *text, const struct tl_states *states)
{
    const char *client = tl_state_name(states->state[TL_CLIENT]);
    const char *server = tl_state_name(states->state[TL_SERVER]);

    if (states->state[TL_CLIENT] == states->state[TL_SERVER])
        wmem_strbuf_append_printf(text, "; both ends are still %s", client);
    else
        wmem_strbuf_append_printf(text, "; the client is still %s, the server %s", client, server);
}

/* Nothing moved: the diagnosis, or the step alone, is what there is to say. */
static void append_standstill(wmem_strbuf_t *text, wmem_allocator_t *scope,
                              const struct tcplife_packet *packet, const struct happenings *what)
{
    char *diagnosis = diagnosis_clause(scope, packet);
    /* A retransmission's diagnosis says already who sends what. */
    const bool says_all = diagnosis != NULL && what->repetition && !what->first_time;

    if (!says_all)
        append_what(text, packet, what);
    if (diagnosis != NULL && !says_all) {
        wmem_strbuf_append(text, ": ");
        /* In the middle of a sentence "This" is "this", but "RST" remains "RST". */
        if (diagnosis[0] != '\0' && g_ascii_islower(diagnosis[1]))
            diagnosis[0] = g_ascii_tolower(diagnosis[0]);
    }
    if (diagnosis != NULL)
        wmem_strbuf_append(text, diagnosis);
    append_unchanged_states(text, &packet->states);
}

char *tcplife_explain(wmem_allocator_t *scope, const struct tcplife_packet *packet)
{
    const struct happenings what = what_happened(packet);
    wmem_strbuf_t *text;

    if (what.steps == 0 && what.transitions == 0 && what.diagnoses == 0)
        return NULL;

    text = wmem_strbuf_new(scope, NULL);
    if (what.transitions > 0) {
        append_what(text, packet, &what);
        append_states_and_reasons(text, packet);
    } else {
        append_standstill(text, scope, packet, &what);
    }
    wmem_strbuf_append_c(text, '.');
    append_diagnoses(text, scope, packet, what.transitions > 0 ? NULL : first_diagnosis(packet));
    return wmem_strbuf_finalize(text);
}

/* ---- a connection -------------------------------------------------------------------------- */

char *tcplife_address_text(wmem_allocator_t *scope, const struct tl_socket *socket)
{
    address whose;

    if (socket->address_length > 0)
        set_address(&whose, socket->family, socket->address_length, socket->address);
    else
        clear_address(&whose);
    return address_to_str(scope, &whose);
}

char *tcplife_socket_text(wmem_allocator_t *scope, const struct tl_socket *socket)
{
    char *address = tcplife_address_text(scope, socket);
    char *text = wmem_strdup_printf(scope, strchr(address, ':') == NULL ? "%s:%u" : "[%s]:%u",
                                    address, socket->port);

    wmem_free(scope, address);
    return text;
}

static void append_socket(wmem_strbuf_t *text, wmem_allocator_t *scope,
                          const struct tl_socket *socket)
{
    char *socket_text = tcplife_socket_text(scope, socket);

    wmem_strbuf_append(text, socket_text);
    wmem_free(scope, socket_text);
}

/* " in 201.9 ms"; nothing for a duration that is not known. */
static void append_duration(wmem_strbuf_t *text, struct tl_duration duration)
{
    static const struct {
        double ns;
        const char *name;
    } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    double ns = (double)duration.ns;
    size_t unit = 0;

    if (!duration.known)
        return;
    while (unit + 1 < G_N_ELEMENTS(units) && ABS(ns) < units[unit].ns)
        unit++;
    /* Not printf(): the decimal point must not depend on the user's locale. */
    g_ascii_formatd(number, sizeof number, ABS(ns) >= 1e12 ? "%.0f" : "%.4g", ns / units[unit].ns);
    wmem_strbuf_append(text, " in ");
    wmem_strbuf_append(text, number);
    wmem_strbuf_append_c(text, ' ');
    wmem_strbuf_append(text, units[unit].name);
}

static bool is_open(enum tl_open open)
{
    return open != TL_OPEN_UNANSWERED && open != TL_OPEN_REFUSED && open != TL_OPEN_REJECTED &&
           open != TL_OPEN_HALF_OPEN && open != TL_OPEN_ABORTED &&
           open != TL_OPEN_STRAY;
}

static void append_close(wmem_strbuf_t *text, const struct tl_summary *summary)
{
    wmem_strbuf_append(text, ", ");
    wmem_strbuf_append(text, tl_close_words(summary->close));
    append_duration(text, summary->teardown_time);
    if (!summary->has_closed_by)
        return;
    wmem_strbuf_append(text, summary->close == TL_CLOSE_RESET ||
                                     summary->close == TL_CLOSE_HALF_CLOSED
                                 ? " by the "
                                 : ", begun by the ");
    wmem_strbuf_append(text, tcplife_role_name(summary->closed_by));
}

static bool is_over(enum tl_state state)
{
    return state == TL_CLOSED || state == TL_LISTEN || state == TL_TIME_WAIT;
}

char *tcplife_summary_line(wmem_allocator_t *scope, const struct tl_connection *connection,
                           const struct tl_summary *summary)
{
    const struct tl_states now = tl_connection_states(connection);
    const struct tl_socket client = tl_connection_socket(connection, TL_CLIENT);
    const struct tl_socket server = tl_connection_socket(connection, TL_SERVER);
    wmem_strbuf_t *text = wmem_strbuf_new(scope, NULL);

    append_socket(text, scope, &client);
    wmem_strbuf_append(text, " -> ");
    append_socket(text, scope, &server);
    wmem_strbuf_append(text, ": ");
    wmem_strbuf_append(text, tl_open_words(summary->open));
    append_duration(text, summary->handshake_time);
    if (summary->close != TL_CLOSE_NONE || is_open(summary->open))
        append_close(text, summary);
    if (!is_over(now.state[TL_CLIENT]) || !is_over(now.state[TL_SERVER]))
        wmem_strbuf_append_printf(text, "; now %s (client) and %s (server)",
                                  tl_state_name(now.state[TL_CLIENT]),
                                  tl_state_name(now.state[TL_SERVER]));
    return wmem_strbuf_finalize(text);
}
