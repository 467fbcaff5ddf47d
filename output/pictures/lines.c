/* One line of a picture, from what the film has of its segments.
 *
 * The states beside it, and whether it arrived, are found out when all lines are there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/pictures/lines.h"

#include "output/pictures/texts.h"

#include <inttypes.h>
#include <string.h>

static void append_flags(GString *text, uint8_t flags)
{
    static const struct {
        uint8_t flag;
        const char *name;
    } names[] = {{TL_SYN, "SYN"}, {TL_FIN, "FIN"}, {TL_RST, "RST"}, {TL_URG, "URG"}, {TL_ACK, "ACK"}};
    const size_t before = text->len;

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if ((flags & names[i].flag) != 0)
            g_string_append_printf(text, "%s%s", text->len > before ? "," : "", names[i].name);
    }
    if (text->len == before)
        g_string_append(text, "no flags");
}

void picture_learn_bases(struct bases *bases, const struct row *row,
                         const struct tl_connection *connection)
{
    const enum tl_role x = row->sender, y = tl_other(row->sender);
    tl_seq iss;
    const bool has_iss = tl_connection_iss(connection, x, &iss);

    if ((row->flags & TL_SYN) != 0) {
        /* Another ISN counts only if the connection went on with it. */
        if (!bases->known[x] || (has_iss && iss == row->seq)) {
            bases->known[x] = true;
            bases->base[x] = row->seq;
        }
    } else if (!bases->known[x] && (row->flags & TL_RST) == 0) {
        bases->known[x] = true;
        bases->base[x] = row->seq - 1;
    }
    if ((row->flags & TL_ACK) != 0 && !bases->known[y]) {
        bases->known[y] = true;
        bases->base[y] = row->ack - 1;
    }
}

static char *label_of(const struct row *row, const struct bases *bases)
{
    const enum tl_role x = row->sender, y = tl_other(row->sender);
    GString *text = g_string_new(NULL);

    append_flags(text, row->flags);
    if ((row->flags & TL_SYN) != 0 && bases->known[x] && row->seq != bases->base[x])
        g_string_append(text, " seq 0 (another ISN)");
    else
        g_string_append_printf(text, " seq %" PRIu32,
                               bases->known[x] ? row->seq - bases->base[x] : row->seq);
    if ((row->flags & TL_ACK) != 0)
        g_string_append_printf(text, " ack %" PRIu32, row->ack - bases->base[y]);
    if (row->length > 0) {
        g_string_append(text, ", ");
        picture_append_counted(text, row->length, "byte", "bytes");
    }
    return g_string_free(text, FALSE);
}

/* What one end sent in a run; NULL: no line of its own is needed. */
static char *flow_text(const struct row *row, enum tl_role end)
{
    const struct flow *flow = &row->flow[end], *other = &row->flow[tl_other(end)];
    GString *text;

    if (flow->segments == 0 && (other->segments > 0 || flow->bare == 0))
        return NULL;
    text = g_string_new(NULL);
    if (flow->segments > 0) {
        picture_append_counted(text, flow->segments, "segment", "segments");
        g_string_append(text, ", ");
        picture_append_counted(text, flow->bytes, "byte", "bytes");
    }
    if (flow->repeated > 0) {
        g_string_append(text, ", ");
        picture_append_count(text, flow->repeated);
        g_string_append(text, " repeated");
    }
    if (flow->bare > 0) {
        g_string_append(text, text->len > 0 ? ", " : "");
        picture_append_counted(text, flow->bare, "ACK", "ACKs");
    }
    if (other->segments == 0 && flow->segments > 0 && other->bare > 0) {
        g_string_append(text, "; ");
        picture_append_counted(text, other->bare, "ACK", "ACKs");
        g_string_append(text, " back");
    }
    return g_string_free(text, FALSE);
}

/* "teardown 2 and 3", "handshake 1 again", "keepalive probe 2"; NULL: nothing. */
static char *step_of(const struct row *row, struct tl_changes changes)
{
    GString *text = g_string_new(NULL);
    const char *previous = "";
    bool again = row->repeated && !row->is_run, probe = false;

    for (uint32_t i = 0; i < changes.count; i++) {
        const struct tl_change *change = &changes.at[i];
        const char *kind;
        struct tl_step step;

        if (change->kind == TL_DIAGNOSIS &&
            tl_change_diagnosis(change) == TL_DIAGNOSIS_syn_retransmitted)
            again = true;
        if (change->kind == TL_DIAGNOSIS &&
            tl_change_diagnosis(change) == TL_DIAGNOSIS_keepalive_probe) {
            g_string_append_printf(text, "keepalive probe %u",
                                   TL_PROBE_COUNT(tl_change_value(change)));
            probe = true;
        }
        if (!tl_change_step(change, &step))
            continue;
        kind = step.is_teardown ? "teardown" : "handshake";
        if (strcmp(kind, previous) == 0)
            g_string_append_printf(text, " and %u", step.number);
        else
            g_string_append_printf(text, "%s%s %u", text->len > 0 ? ", " : "", kind, step.number);
        previous = kind;
        if (step.is_repetition)
            again = true;
    }
    if (again && !probe)
        g_string_append(text, text->len > 0 ? " again" : "again");
    if (text->len > 0)
        return g_string_free(text, FALSE);
    g_string_free(text, TRUE);
    return NULL;
}

/* ---- one line ------------------------------------------------------------------------------ */

static bool is_worth_a_note(enum tl_diagnosis diagnosis)
{
    switch (diagnosis) {
    case TL_DIAGNOSIS_syn_retransmitted: /* "again" says it */
    case TL_DIAGNOSIS_synack_retransmitted:
    case TL_DIAGNOSIS_fin_retransmitted:
        return false;
    case TL_DIAGNOSIS_fast_open:
        return true;
    default:
        return tl_diagnosis_severity(diagnosis) != TL_CHAT;
    }
}

/* Takes the text over: it is freed with the note. */
/* NOLINTNEXTLINE(readability-non-const-parameter): clang-tidy 14 overlooks compound literals. */
static void add_note(struct picture_line *line, enum tl_severity severity, char *text)
{
    line->notes = g_renew(struct picture_note, line->notes, line->note_count + 1);
    line->notes[line->note_count++] = (struct picture_note){.severity = severity, .text = text};
}

static void add_notes(struct picture_line *line, struct tl_changes changes)
{
    for (uint32_t i = 0; i < changes.count; i++) {
        const enum tl_diagnosis diagnosis = (enum tl_diagnosis)changes.at[i].code;
        const uint32_t about = changes.at[i].kind == TL_DIAGNOSIS ? changes.at[i].u.why.about : 0;

        if (changes.at[i].kind != TL_DIAGNOSIS || !is_worth_a_note(diagnosis))
            continue;
        if (about != 0 && (diagnosis == TL_DIAGNOSIS_handshake_ack_lost ||
                           diagnosis == TL_DIAGNOSIS_last_ack_lost ||
                           diagnosis == TL_DIAGNOSIS_challenge_ack))
            add_note(line, tl_diagnosis_severity(diagnosis),
                     g_strdup_printf("%s (frame %u)", tl_diagnosis_text(diagnosis), about));
        else
            add_note(line, tl_diagnosis_severity(diagnosis),
                     g_strdup(tl_diagnosis_text(diagnosis)));
    }
}

static enum picture_phase phase_of(const struct row *row, struct tl_changes changes)
{
    if (row->quoted || (row->flags & TL_RST) != 0)
        return PICTURE_RESET;
    if ((row->flags & TL_SYN) != 0)
        return PICTURE_OPENING;
    if ((row->flags & TL_FIN) != 0)
        return PICTURE_CLOSING;
    for (uint32_t i = 0; i < changes.count; i++) {
        struct tl_step step;

        if (tl_change_step(&changes.at[i], &step))
            return step.is_teardown ? PICTURE_CLOSING : PICTURE_OPENING;
    }
    return PICTURE_DATA;
}

struct tl_changes row_changes(const struct row *row, const struct tl_connection *connection)
{
    return row->is_run ? (struct tl_changes){NULL, 0}
                       : tl_connection_changes_at_part(connection, row->frame, row->part);
}

struct picture_line picture_line_of(const struct row *row, const struct tl_connection *connection,
                                    const struct bases *bases)
{
    const struct tl_changes changes = row_changes(row, connection);
    struct picture_line line = {
        .kind = row->quoted   ? PICTURE_ICMP_ERROR
                : row->is_run ? PICTURE_RUN
                              : PICTURE_SEGMENT,
        .phase = phase_of(row, changes),
        .sender = row->quoted ? tl_other(row->sender) : row->sender,
        .frame = row->frame,
        .last_frame = row->last_frame,
        .time_ns = row->time_ns - tl_connection_start_ns(connection),
        .last_ns = row->last_ns - tl_connection_start_ns(connection),
        .states = row->states,
        .first_flow = row->first_flow,
    };

    if (row->is_run) {
        for (int end = TL_CLIENT; end <= TL_SERVER; end++)
            line.flow[end] = flow_text(row, (enum tl_role)end);
        line.sender = row->first_flow;
    } else {
        line.label = row->quoted ? g_strdup("ICMP error") : label_of(row, bases);
        line.step = row->quoted ? NULL : step_of(row, changes);
        add_notes(&line, changes);
    }
    return line;
}
