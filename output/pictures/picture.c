/* What is in the picture of a connection.
 *
 * Two halves: the film keeps what a picture needs of each segment while packets
 * arrive; picture_new() makes lines and spans of it at the end, when the log
 * of changes (tcplife/change.h) says which segments turned out to be lost.
 * It decides nothing about states.
 *
 * Read first: the figures of RFC 9293, sections 3.5 and 3.6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "output/pictures/picture.h"

#include "tcplife/fsm.h"
#include "tcplife/seq.h"
#include "tcplife/summary.h"

#include <inttypes.h>
#include <string.h>

/* So many plain segments in a row are drawn one by one; more are folded. */
enum { PLAIN_SHOWN = 4 };
/* Keepalive probes that were answered: so many are drawn, the others are plain. */
enum { PROBES_SHOWN = 3 };
/* With more lines than this, silences and retransmissions no longer interrupt a fold: a
 * connection that lives for days must not become a picture of days. */
enum { MANY_ROWS = 80 };
/* Holes in the data that are remembered, to tell late data from repeated data. */
enum { HOLES = 32 };
/* A silence of so long is worth a line. */
static const int64_t SILENCE_NS = INT64_C(1000000000);
/* A retransmission after a time-out comes no sooner than this after its sender's last segment. */
static const int64_t TIMEOUT_NS = 100 * INT64_C(1000000);
/* Two answers to segments that crossed are as good as simultaneous. */
static const int64_t CROSSING_NS = 200 * INT64_C(1000000);

/* ---- the film ------------------------------------------------------------------------------ */

struct flow {
    uint64_t bytes;
    uint32_t segments; /* with data */
    uint32_t bare;     /* without */
    uint32_t repeated; /* of those with data */
};

/* One segment, or a run of plain ones. */
struct row {
    int64_t time_ns, last_ns;
    uint32_t frame, last_frame;
    uint32_t part; /* of the frame */
    tl_seq seq, ack;
    uint32_t length;
    uint8_t flags;
    enum tl_role sender;
    bool quoted;   /* the row is an ICMP error about a segment of `sender` */
    bool repeated;  /* all its data was captured before… */
    bool timed_out; /* …and after a pause: nothing had answered it */
    bool is_run;
    enum tl_role first_flow;
    struct flow flow[2];
    struct tl_states states;
};

/* What was captured of one end's data. */
struct coverage {
    bool begun;
    tl_seq next;
    unsigned hole_count;
    struct {
        tl_seq start, end;
    } hole[HOLES];
};

/* The segments of one connection. */
struct strip {
    GArray *rows; /* struct row */
    unsigned stretch; /* where the plain segments at the end of `rows` begin */
    unsigned probes;
    struct coverage coverage[2];
    int64_t last_ns[2];
};

struct picture_film {
    GPtrArray *strips; /* by number of connection, NULL where nothing was seen */
};

static void free_strip(void *data)
{
    struct strip *strip = data;

    if (strip == NULL)
        return;
    g_array_free(strip->rows, TRUE);
    g_free(strip);
}

struct picture_film *picture_film_new(void)
{
    struct picture_film *film = g_new0(struct picture_film, 1);

    film->strips = g_ptr_array_new_with_free_func(free_strip);
    return film;
}

void picture_film_clear(struct picture_film *film)
{
    g_ptr_array_set_size(film->strips, 0);
}

void picture_film_free(struct picture_film *film)
{
    g_ptr_array_free(film->strips, TRUE);
    g_free(film);
}

static struct strip *strip_of(const struct picture_film *film, uint32_t number)
{
    return number < film->strips->len ? g_ptr_array_index(film->strips, number) : NULL;
}

static struct row *row_at(const struct strip *strip, unsigned i)
{
    return &g_array_index(strip->rows, struct row, i);
}

/* Notes that the bytes from start to end were captured. True: all of them had been before. */
static bool is_repeated(struct coverage *coverage, tl_seq start, tl_seq end)
{
    bool fresh = false;

    if (!coverage->begun || tl_seq_ge(start, coverage->next)) {
        if (coverage->begun && start != coverage->next && coverage->hole_count < HOLES) {
            coverage->hole[coverage->hole_count].start = coverage->next;
            coverage->hole[coverage->hole_count++].end = start;
        }
        coverage->begun = true;
        coverage->next = end;
        return false;
    }
    for (unsigned i = 0; i < coverage->hole_count;) {
        tl_seq *from = &coverage->hole[i].start, *to = &coverage->hole[i].end;

        if (tl_seq_ge(start, *to) || tl_seq_le(end, *from)) {
            i++;
            continue;
        }
        fresh = true;
        /* What arrives in the middle fills the hole from its start: nearly true is enough. */
        if (tl_seq_lt(end, *to))
            *from = end;
        else if (tl_seq_gt(start, *from))
            *to = start;
        if (tl_seq_ge(*from, *to) || (tl_seq_ge(end, *to) && tl_seq_le(start, *from)))
            coverage->hole[i] = coverage->hole[--coverage->hole_count];
        else
            i++;
    }
    if (tl_seq_gt(end, coverage->next)) {
        coverage->next = end;
        fresh = true;
    }
    return !fresh;
}

/* Does it say anything that a picture must show? */
static bool is_plain(struct strip *strip, const struct tl_seen_segment *seen)
{
    if (seen->quoted || (seen->segment->flags & (TL_SYN | TL_FIN | TL_RST)) != 0)
        return false;
    for (uint32_t i = 0; i < seen->changes.count; i++) {
        const struct tl_change *change = &seen->changes.at[i];

        if (change->kind == TL_PRESUMPTION && !change->step)
            continue; /* the states beside the line show it */
        if (change->kind == TL_DIAGNOSIS &&
            tl_change_diagnosis(change) == TL_DIAGNOSIS_keepalive_probe &&
            TL_PROBE_COUNT(tl_change_value(change)) == 1 && strip->probes++ >= PROBES_SHOWN)
            continue;
        return false;
    }
    return true;
}

static void fold_next_into(struct strip *strip, unsigned i)
{
    struct row *run = row_at(strip, i);
    const struct row *next = row_at(strip, i + 1);

    run->is_run = true;
    run->last_ns = next->last_ns;
    run->last_frame = next->last_frame;
    run->states = next->states;
    if (run->flow[run->first_flow].segments == 0)
        run->first_flow = next->first_flow;
    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        run->flow[end].bytes += next->flow[end].bytes;
        run->flow[end].segments += next->flow[end].segments;
        run->flow[end].bare += next->flow[end].bare;
        run->flow[end].repeated += next->flow[end].repeated;
    }
    g_array_remove_index(strip->rows, i + 1);
}

/* Plain segments end here; `spared` of them at the end stay outside the fold. */
static void end_stretch(struct strip *strip, unsigned spared)
{
    const unsigned count = strip->rows->len - strip->stretch;

    if (count > 0 && (row_at(strip, strip->stretch)->is_run || count > PLAIN_SHOWN + spared)) {
        while (strip->rows->len - strip->stretch > 1 + spared)
            fold_next_into(strip, strip->stretch);
    }
    strip->stretch = strip->rows->len;
}

static struct row row_of(const struct tl_seen_segment *seen)
{
    const struct tl_segment *segment = seen->segment;
    struct row row = {
        .time_ns = segment->time_ns,
        .last_ns = segment->time_ns,
        .frame = segment->frame,
        .last_frame = segment->frame,
        .part = segment->part,
        .seq = segment->seq,
        .ack = segment->ack,
        .length = segment->length,
        .flags = segment->flags,
        .sender = seen->sender,
        .first_flow = seen->sender,
        .quoted = seen->quoted,
        .states = seen->states,
    };

    if (seen->quoted) {
        const struct tl_socket client = tl_connection_socket(seen->connection, TL_CLIENT);

        /* The tap's sender means nothing here; the quoted segment's source does. */
        row.sender = segment->source.port == client.port &&
                             memcmp(segment->source.address, client.address,
                                    sizeof client.address) == 0
                         ? TL_CLIENT
                         : TL_SERVER;
    }
    return row;
}

/* Is the last row the segment that this one repeats? */
static bool repeats_last(const struct strip *strip, const struct row *row)
{
    const struct row *last;

    if (strip->rows->len == 0)
        return false;
    last = row_at(strip, strip->rows->len - 1);
    return !last->is_run && last->sender == row->sender && last->seq == row->seq &&
           last->length == row->length;
}

void picture_film_take(struct picture_film *film, const struct tl_seen_segment *seen)
{
    const uint32_t number = tl_connection_number(seen->connection);
    struct strip *strip;
    struct row row = row_of(seen);
    bool plain, pause;

    if (film->strips->len <= number)
        g_ptr_array_set_size(film->strips, (int)number + 1);
    strip = strip_of(film, number);
    if (strip == NULL) {
        strip = g_new0(struct strip, 1);
        strip->rows = g_array_new(FALSE, FALSE, sizeof(struct row));
        film->strips->pdata[number] = strip;
    }

    plain = is_plain(strip, seen);
    if (!row.quoted && row.length > 0) {
        const tl_seq start = row.seq + ((row.flags & TL_SYN) != 0);

        row.repeated = is_repeated(&strip->coverage[row.sender], start, start + row.length);
        row.flow[row.sender] =
            (struct flow){.bytes = row.length, .segments = 1, .repeated = row.repeated};
    } else if (!row.quoted) {
        row.flow[row.sender].bare = 1;
    }

    row.timed_out = plain && row.repeated && strip->rows->len < MANY_ROWS &&
                    row.time_ns - strip->last_ns[row.sender] >= TIMEOUT_NS;
    pause = strip->rows->len > 0 && strip->rows->len < MANY_ROWS &&
            row.time_ns - row_at(strip, strip->rows->len - 1)->last_ns >= SILENCE_NS;
    if (!plain || row.timed_out || pause)
        end_stretch(strip, row.timed_out && repeats_last(strip, &row) ? 1 : 0);

    g_array_append_val(strip->rows, row);
    if (!row.quoted)
        strip->last_ns[row.sender] = row.time_ns;
    if (!plain || row.timed_out)
        strip->stretch = strip->rows->len;
    else if (strip->rows->len - strip->stretch > PLAIN_SHOWN + 1)
        fold_next_into(strip, strip->stretch);
}

/* ---- texts --------------------------------------------------------------------------------- */

/* Not printf(): the decimal point must not depend on the user's locale. */
static char *decimal(const char *format, double value, const char *unit)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd(number, sizeof number, format, value);
    return g_strdup_printf("%s %s", number, unit);
}

char *picture_duration_text(int64_t ns)
{
    const int64_t second = INT64_C(1000000000);
    const int64_t seconds = (ns + second / 2) / second;

    if (ns < 0)
        return g_strdup("?"); /* the capture's order says nothing of it */
    if (seconds >= INT64_C(48) * 3600)
        return g_strdup_printf("%" PRId64 " d %" PRId64 " h", seconds / 86400,
                               seconds % 86400 / 3600);
    if (seconds >= 3600)
        return g_strdup_printf("%" PRId64 " h %" PRId64 " min", seconds / 3600,
                               seconds % 3600 / 60);
    if (seconds > 100)
        return g_strdup_printf("%" PRId64 " min %" PRId64 " s", seconds / 60, seconds % 60);
    if (ns >= second)
        return decimal("%.3g", (double)ns / 1e9, "s");
    if (ns >= 1000000)
        return decimal("%.3g", (double)ns / 1e6, "ms");
    return decimal("%.3g", (double)ns / 1e3, "us");
}

char *picture_time_text(int64_t ns)
{
    const uint64_t magnitude = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;

    return g_strdup_printf("%s%" PRIu64 ".%06" PRIu64, ns < 0 ? "-" : "", magnitude / 1000000000,
                           magnitude % 1000000000 / 1000);
}

/* "20,480" */
static void append_count(GString *text, uint64_t count)
{
    char digits[24];
    const int length = g_snprintf(digits, sizeof digits, "%" PRIu64, count);

    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(text, ',');
        g_string_append_c(text, digits[i]);
    }
}

static void append_counted(GString *text, uint64_t count, const char *one, const char *more)
{
    append_count(text, count);
    g_string_append_printf(text, " %s", count == 1 ? one : more);
}

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

/* Where each end's numbers are counted from: its ISN, or what was captured first. */
struct bases {
    bool known[2];
    tl_seq base[2];
};

static void learn_bases(struct bases *bases, const struct row *row,
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
    if ((row->flags & TL_SYN) != 0 && row->seq != bases->base[x])
        g_string_append(text, " seq 0 (another ISN)");
    else
        g_string_append_printf(text, " seq %" PRIu32,
                               bases->known[x] ? row->seq - bases->base[x] : row->seq);
    if ((row->flags & TL_ACK) != 0)
        g_string_append_printf(text, " ack %" PRIu32, row->ack - bases->base[y]);
    if (row->length > 0) {
        g_string_append(text, ", ");
        append_counted(text, row->length, "byte", "bytes");
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
        append_counted(text, flow->segments, "segment", "segments");
        g_string_append(text, ", ");
        append_counted(text, flow->bytes, "byte", "bytes");
    }
    if (flow->repeated > 0) {
        g_string_append(text, ", ");
        append_count(text, flow->repeated);
        g_string_append(text, " repeated");
    }
    if (flow->bare > 0) {
        g_string_append(text, text->len > 0 ? ", " : "");
        append_counted(text, flow->bare, "ACK", "ACKs");
    }
    if (other->segments == 0 && flow->segments > 0 && other->bare > 0) {
        g_string_append(text, "; ");
        append_counted(text, other->bare, "ACK", "ACKs");
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

static struct tl_changes changes_of(const struct row *row, const struct tl_connection *connection)
{
    return row->is_run ? (struct tl_changes){NULL, 0}
                       : tl_connection_changes_at_part(connection, row->frame, row->part);
}

static struct picture_line line_of(const struct row *row, const struct tl_connection *connection,
                                   const struct bases *bases)
{
    const struct tl_changes changes = changes_of(row, connection);
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

/* ---- what did not arrive ------------------------------------------------------------------- */

/* The lines are still one for each row here. */
struct drawing {
    const struct strip *strip;
    const struct tl_connection *connection;
    GArray *lines; /* struct picture_line */
    GArray *spans; /* struct picture_span */
    int64_t msl_ns;
};

static struct picture_line *line_at(const struct drawing *d, unsigned i)
{
    return &g_array_index(d->lines, struct picture_line, i);
}

static struct tl_changes changes_at(const struct drawing *d, unsigned i)
{
    return changes_of(row_at(d->strip, i), d->connection);
}

static uint32_t span_of(const struct row *row)
{
    return row->length + ((row->flags & TL_SYN) != 0) + ((row->flags & TL_FIN) != 0);
}

/* The number of lines at frames before `frame`: frames never fall. */
static unsigned lines_before(const struct drawing *d, uint32_t frame)
{
    unsigned low = 0, high = d->strip->rows->len;

    while (low < high) {
        const unsigned middle = low + (high - low) / 2;

        if (row_at(d->strip, middle)->frame < frame)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void mark_frame(const struct drawing *d, uint32_t frame, enum picture_loss loss)
{
    for (unsigned i = lines_before(d, frame);
         i < d->lines->len && row_at(d->strip, i)->frame == frame; i++) {
        struct picture_line *line = line_at(d, i);

        if (line->kind == PICTURE_SEGMENT)
            line->loss = MAX(line->loss, loss);
    }
}

/* Line `i` shows that what had moved its sender did not reach it. */
static void mark_disproved(const struct drawing *d, unsigned i)
{
    const struct row *again = row_at(d->strip, i);
    const uint8_t control = again->flags & (TL_SYN | TL_FIN);

    while (i-- > 0) {
        const struct row *row = row_at(d->strip, i);
        struct tl_changes changes;

        if (row->quoted || row->is_run)
            continue;
        if (row->sender == again->sender) {
            if ((row->flags & control) != 0 && row->seq == again->seq)
                return; /* the segment that is repeated */
            continue;
        }
        changes = changes_at(d, i);
        for (uint32_t k = 0; k < changes.count; k++) {
            if (tl_change_rule(&changes.at[k]) != NULL &&
                tl_change_end(&changes.at[k]) == again->sender &&
                tl_change_rule(&changes.at[k])->evidence == TL_PRESUMES)
                line_at(d, i)->loss = PICTURE_LOST;
        }
    }
}

/* Line `i` repeats a segment: did anything acknowledge it in between? */
static void mark_unanswered(const struct drawing *d, unsigned i)
{
    const struct row *again = row_at(d->strip, i);

    while (i-- > 0) {
        const struct row *row = row_at(d->strip, i);

        if (row->sender != again->sender) {
            if (row->quoted || row->is_run ||
                ((row->flags & TL_ACK) != 0 && tl_seq_ge(row->ack, again->seq + span_of(again))))
                return;
        } else if (!row->is_run && row->seq == again->seq && span_of(row) == span_of(again)) {
            line_at(d, i)->loss = MAX(line_at(d, i)->loss, PICTURE_UNANSWERED);
            return;
        }
    }
}

/* All that the sender of line `i` has sent since `frame`. */
static void mark_attempts(const struct drawing *d, unsigned i, uint32_t frame)
{
    const enum tl_role sender = row_at(d->strip, i)->sender;

    while (i-- > 0 && row_at(d->strip, i)->frame >= frame) {
        if (row_at(d->strip, i)->sender == sender && !row_at(d->strip, i)->is_run)
            line_at(d, i)->loss = MAX(line_at(d, i)->loss, PICTURE_UNANSWERED);
    }
}

/* From here on nothing comes back any more: all lines are segments of the same end. */
static unsigned first_of_last_words(const struct drawing *d)
{
    unsigned i = d->lines->len - 1;

    while (i > 0 && !row_at(d->strip, i)->is_run && !row_at(d->strip, i)->quoted &&
           row_at(d->strip, i - 1)->sender == row_at(d->strip, i)->sender)
        i--;
    return row_at(d->strip, i)->is_run || row_at(d->strip, i)->quoted ? i + 1 : i;
}

static bool is_sent_again(enum tl_event event)
{
    return event == TL_SND_SYN_AGAIN || event == TL_SND_SYN_ACK_AGAIN ||
           event == TL_SND_FIN_AGAIN || event == TL_SND_FIN_AGAIN_ACKING_FIN;
}

static void mark_losses_shown_by(const struct drawing *d, unsigned i, unsigned last_words)
{
    const struct row *row = row_at(d->strip, i);
    const struct tl_changes changes = changes_at(d, i);
    bool again = row->timed_out, disproves = false;

    for (uint32_t k = 0; k < changes.count; k++) {
        const struct tl_change *change = &changes.at[k];
        const struct tl_rule *rule = tl_change_rule(change);

        if (rule != NULL && rule->evidence == TL_DISPROVES && is_sent_again(rule->event))
            disproves = true;
        if (change->kind != TL_DIAGNOSIS)
            continue;
        switch (tl_change_diagnosis(change)) {
        case TL_DIAGNOSIS_handshake_ack_lost:
        case TL_DIAGNOSIS_last_ack_lost:
            mark_frame(d, tl_change_about(change), PICTURE_LOST);
            break;
        case TL_DIAGNOSIS_keepalive_unanswered:
            mark_frame(d, tl_change_about(change), PICTURE_UNANSWERED);
            break;
        case TL_DIAGNOSIS_silent_peer:
        case TL_DIAGNOSIS_dead_peer:
            if (tl_change_about(change) != 0)
                mark_attempts(d, i, tl_change_about(change));
            break;
        case TL_DIAGNOSIS_syn_retransmitted:
        case TL_DIAGNOSIS_synack_retransmitted:
        case TL_DIAGNOSIS_fin_retransmitted:
            again = true;
            break;
        default:
            break;
        }
    }
    if (disproves)
        mark_disproved(d, i);
    else if (again)
        mark_unanswered(d, i);
    if (again && i >= last_words)
        line_at(d, i)->loss = MAX(line_at(d, i)->loss, PICTURE_UNANSWERED);
}

/* ---- what crosses -------------------------------------------------------------------------- */

static bool has_diagnosis(const struct drawing *d, unsigned i, enum tl_diagnosis diagnosis)
{
    const struct tl_changes changes = changes_at(d, i);

    for (uint32_t k = 0; k < changes.count; k++) {
        if (changes.at[k].kind == TL_DIAGNOSIS && changes.at[k].code == diagnosis)
            return true;
    }
    return false;
}

static bool is_arrow(const struct drawing *d, unsigned i)
{
    return line_at(d, i)->kind == PICTURE_SEGMENT && line_at(d, i)->loss == PICTURE_ARRIVES;
}

/* Two SYNs or FINs that cross; and the two answers to such a pair, each sent when the other's
 * segment arrived. */
static bool crosses(const struct drawing *d, unsigned i)
{
    const struct row *row = row_at(d->strip, i), *above;

    if (i == 0 || !is_arrow(d, i) || !is_arrow(d, i - 1) || line_at(d, i - 1)->crosses)
        return false;
    above = row_at(d->strip, i - 1);
    if (above->sender == row->sender)
        return false;
    if (has_diagnosis(d, i, TL_DIAGNOSIS_simultaneous_open) ||
        has_diagnosis(d, i, TL_DIAGNOSIS_simultaneous_close))
        return (above->flags & row->flags & (TL_SYN | TL_FIN)) != 0;
    return i >= 3 && line_at(d, i - 2)->crosses && row_at(d->strip, i - 2)->sender == row->sender &&
           row->time_ns - above->time_ns < CROSSING_NS &&
           /* It does not acknowledge what the one above says for the first time. */
           (span_of(above) == 0 || above->seq == row_at(d->strip, i - 3)->seq ||
            (row->flags & TL_ACK) == 0 || tl_seq_lt(row->ack, above->seq + span_of(above)));
}

/* The state of the sender of a crossing line when it sent it: before the other one arrived. */
static enum tl_state state_at_crossing(const struct drawing *d, unsigned i)
{
    const enum tl_role sender = row_at(d->strip, i)->sender;
    const struct tl_changes changes = changes_at(d, i);

    for (uint32_t k = 0; k < changes.count; k++) {
        if (tl_change_rule(&changes.at[k]) != NULL && tl_change_end(&changes.at[k]) == sender &&
            (tl_change_rule(&changes.at[k])->event == TL_SND_SYN ||
             tl_change_rule(&changes.at[k])->event == TL_SND_FIN_CROSSING))
            return tl_change_rule(&changes.at[k])->to;
    }
    return i >= 2 ? row_at(d->strip, i - 2)->states.state[sender] : TL_CLOSED;
}

/* ---- the states beside the lines ----------------------------------------------------------- */

static struct picture_state state_of(const struct tl_states *now, const struct tl_states *before,
                                     enum tl_role end)
{
    return (struct picture_state){
        .state = now->state[end],
        .presumed = now->presumed[end],
        .changed = now->state[end] != before->state[end] ||
                   now->presumed[end] != before->presumed[end],
    };
}

static void set_states(const struct drawing *d, struct tl_states before)
{
    bool not_shown[2] = {false}; /* changed by what is drawn as not arriving */

    for (unsigned i = 0; i < d->lines->len; i++) {
        struct picture_line *line = line_at(d, i);
        const enum tl_role x = line->sender, y = tl_other(line->sender);

        line->departure = state_of(&line->states, &before, x);
        line->arrival = state_of(&line->states, &before, y);
        line->arrival.taken_back = line->loss == PICTURE_LOST && line->arrival.changed;
        if (line->loss == PICTURE_ARRIVES) {
            line->arrival.changed |= not_shown[y];
            not_shown[y] = false;
        } else {
            not_shown[y] |= line->loss == PICTURE_UNANSWERED && line->arrival.changed;
        }
        line->departure.changed |= not_shown[x];
        not_shown[x] = false;
        line->crosses = crosses(d, i);
        if (line->crosses) {
            struct picture_line *above = line_at(d, i - 1);

            line->departure.state = state_at_crossing(d, i);
            line->departure.presumed = false;
            line->departure.changed = true;
            above->arrival.state = line->states.state[x];
            above->arrival.presumed = line->states.presumed[x];
        }
        before = line->states;
    }
}

/* ---- silence, TIME-WAIT, half-closed ------------------------------------------------------- */

/* Puts a line in front of line `at`; the spans found so far move with their lines. */
static void insert_line(struct drawing *d, unsigned at, struct picture_line line)
{
    g_array_insert_val(d->lines, at, line);
    for (unsigned i = 0; i < d->spans->len; i++) {
        struct picture_span *span = &g_array_index(d->spans, struct picture_span, i);

        span->from += span->from >= at;
        span->to += span->to >= at;
    }
}

static void add_span(struct drawing *d, struct picture_span span)
{
    g_array_append_val(d->spans, span);
}

static char *two_msl_text(int64_t msl_ns)
{
    char *duration = picture_duration_text(2 * msl_ns);
    char *text = g_strdup_printf("2 MSL = %s", duration);

    g_free(duration);
    return text;
}

static bool times_out_at(const struct tl_connection *connection, uint32_t frame, enum tl_role end)
{
    const struct tl_changes changes = tl_connection_changes_at(connection, frame);

    for (uint32_t i = 0; i < changes.count; i++) {
        if (tl_change_rule(&changes.at[i]) != NULL &&
            tl_change_rule(&changes.at[i])->event == TL_TIMEOUT_2MSL &&
            tl_change_end(&changes.at[i]) == end)
            return true;
    }
    return false;
}

/* An end's TIME-WAIT while walking along the lines. */
struct time_wait {
    bool running;
    unsigned from; /* its line */
    int64_t started_ns, restarted_ns;
};

static void end_time_wait(struct drawing *d, const struct time_wait *wait, enum tl_role end,
                          unsigned to, bool timed_out)
{
    struct picture_span span = {.side = end, .from = wait->from, .to = to};

    if (timed_out) {
        span.text = two_msl_text(d->msl_ns);
    } else {
        char *duration = picture_duration_text(line_at(d, to)->time_ns - wait->started_ns);

        span.text = g_strdup_printf("TIME-WAIT %s", duration);
        g_free(duration);
    }
    add_span(d, span);
}

/* 2 MSL have passed for one end or both: a line in front of line `at`. */
static void add_timeout(struct drawing *d, struct time_wait wait[2], const bool over[2],
                        unsigned at, bool seen)
{
    struct picture_line line = {.kind = PICTURE_TIMEOUT,
                                .phase = PICTURE_CLOSING,
                                .states = line_at(d, at - 1)->states};

    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        struct picture_state *state = end == TL_CLIENT ? &line.departure : &line.arrival;

        if (over[end]) {
            line.expires[end] = true;
            line.time_ns = line.last_ns = wait[end].restarted_ns + 2 * d->msl_ns;
            line.states.state[end] = TL_CLOSED;
            line.states.presumed[end] = false;
        }
        *state = (struct picture_state){.state = line.states.state[end],
                                        .presumed = line.states.presumed[end],
                                        .changed = over[end],
                                        .unseen = over[end] && !seen};
    }
    line.label = two_msl_text(d->msl_ns);
    insert_line(d, at, line);
    for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
        if (over[end]) {
            end_time_wait(d, &wait[end], (enum tl_role)end, at, true);
            wait[end].running = false;
        }
    }
}

static void follow_time_wait(struct drawing *d, struct time_wait *wait, enum tl_role end,
                             unsigned i)
{
    struct picture_line *line = line_at(d, i);
    const bool is_waiting = line->states.state[end] == TL_TIME_WAIT;

    if (is_waiting && !wait->running) {
        *wait = (struct time_wait){.running = true,
                                   .from = i,
                                   .started_ns = line->time_ns,
                                   .restarted_ns = line->time_ns};
    } else if (is_waiting && line->kind == PICTURE_SEGMENT && line->sender == tl_other(end) &&
               line->label != NULL && strncmp(line->label, "FIN", 3) == 0) {
        /* RFC 9293, section 3.10.7.4: a retransmitted FIN restarts the 2 MSL timer. */
        wait->restarted_ns = line->time_ns;
        line->restarts[end] = true;
    } else if (!is_waiting && wait->running) {
        end_time_wait(d, wait, end, i, false);
        wait->running = false;
    }
}

static void add_time_wait(struct drawing *d)
{
    struct time_wait wait[2] = {{0}};
    bool over[2];

    for (unsigned i = 0; i < d->lines->len; i++) {
        for (int end = TL_CLIENT; end <= TL_SERVER; end++)
            over[end] = wait[end].running && line_at(d, i)->frame != 0 &&
                        times_out_at(d->connection, line_at(d, i)->frame, (enum tl_role)end);
        if (over[TL_CLIENT] || over[TL_SERVER]) {
            add_timeout(d, wait, over, i, true);
            i++;
            for (int end = TL_CLIENT; end <= TL_SERVER; end++) {
                struct picture_line *line = line_at(d, i);
                struct picture_state *state = line->sender == (enum tl_role)end ? &line->departure
                                                                                : &line->arrival;

                /* The line before shows it already. */
                state->changed &= !over[end] || state->state != TL_CLOSED;
            }
        }
        for (int end = TL_CLIENT; end <= TL_SERVER; end++)
            follow_time_wait(d, &wait[end], (enum tl_role)end, i);
    }
    over[TL_CLIENT] = wait[TL_CLIENT].running;
    over[TL_SERVER] = wait[TL_SERVER].running;
    if (over[TL_CLIENT] || over[TL_SERVER])
        add_timeout(d, wait, over, d->lines->len, false);
}

/* The line of a frame; the last one if it is not drawn. */
static unsigned line_with(const struct drawing *d, uint32_t frame)
{
    for (unsigned i = 0; i < d->lines->len; i++) {
        if (line_at(d, i)->frame != 0 && frame <= line_at(d, i)->last_frame)
            return i;
    }
    return d->lines->len - 1;
}

/* From the first FIN to the second, drawn where the end that can still send stands. */
static void add_half_closed(struct drawing *d, const struct tl_summary *summary)
{
    const struct tl_connection *c = d->connection;
    const uint32_t first = tl_connection_milestone(c, TL_AT_FIN_1);
    const uint32_t acknowledged = tl_connection_milestone(c, TL_AT_FIN_1_ACK);
    const uint32_t second = tl_connection_milestone(c, TL_AT_FIN_2);
    const uint32_t reset = tl_connection_milestone(c, TL_AT_RESET);
    struct picture_span span = {.side = tl_other(tl_connection_first_fin(c)), .half_closed = true};
    GString *text;

    if (first == 0 || acknowledged == 0 || (second != 0 && acknowledged >= second))
        return;
    span.from = line_with(d, first);
    span.open = second == 0 && reset <= first;
    span.to = line_with(d, second != 0 ? second : reset > first ? reset : UINT32_MAX);
    if (span.to <= span.from)
        return;
    text = g_string_new("half-closed");
    if (!span.open) {
        char *duration =
            picture_duration_text(line_at(d, span.to)->time_ns - line_at(d, span.from)->time_ns);

        g_string_append_printf(text, " %s", duration);
        g_free(duration);
    }
    if (summary->half_closed_bytes > 0) {
        g_string_append(text, ", ");
        append_counted(text, summary->half_closed_bytes, "byte", "bytes");
    }
    span.text = g_string_free(text, FALSE);
    add_span(d, span);
}

static void add_silences(struct drawing *d)
{
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct picture_line));
    unsigned *now_at = g_new(unsigned, d->lines->len);

    for (unsigned i = 0; i < d->lines->len; i++) {
        if (i > 0) {
            const struct picture_line *above = line_at(d, i - 1);
            const int64_t pause_ns = line_at(d, i)->time_ns - above->last_ns;
            const struct picture_line silence = {
                .kind = PICTURE_SILENCE, .pause_ns = pause_ns, .states = above->states};

            if (pause_ns >= SILENCE_NS)
                g_array_append_val(lines, silence);
        }
        now_at[i] = lines->len;
        g_array_append_val(lines, *line_at(d, i));
    }
    for (unsigned i = 0; i < d->spans->len; i++) {
        struct picture_span *span = &g_array_index(d->spans, struct picture_span, i);

        span->from = now_at[span->from];
        span->to = now_at[span->to];
    }
    g_free(now_at);
    g_array_free(d->lines, TRUE);
    d->lines = lines;
}

/* ---- the picture --------------------------------------------------------------------------- */

static char *socket_text(const struct tl_capture *capture, const struct tl_socket *socket)
{
    GString *text = g_string_new(NULL);

    tl_append_socket(text, capture, socket);
    return g_string_free(text, FALSE);
}

static char *summary_text(const struct tl_capture *capture, const struct tl_connection *connection,
                          const struct tl_summary *summary)
{
    GString *text = g_string_new(NULL);

    tl_append_summary(text, capture, connection, summary);
    return g_string_free(text, FALSE);
}

struct picture *picture_new(struct picture_film *film, const struct tl_capture *capture,
                            const struct tl_connection *connection)
{
    struct strip *strip = strip_of(film, tl_connection_number(connection));
    const struct tl_summary summary = tl_summarize_until(connection, capture->end_ns);
    struct drawing d = {.strip = strip, .connection = connection, .msl_ns = capture->msl_ns};
    struct bases bases = {{false}, {0}};
    struct picture *picture;
    unsigned last_words;

    if (strip == NULL || strip->rows->len == 0)
        return NULL;
    end_stretch(strip, 0);

    picture = g_new0(struct picture, 1);
    picture->number = tl_connection_number(connection);
    for (int role = 0; role < 2; role++) {
        const struct tl_socket socket = tl_connection_socket(connection, (enum tl_role)role);

        picture->socket[role] = socket_text(capture, &socket);
    }
    picture->summary = summary_text(capture, connection, &summary);
    picture->has_before = summary.open != TL_OPEN_MIDSTREAM;
    picture->before = tl_connection_states_after(connection, row_at(strip, 0)->frame - 1);

    d.lines = g_array_new(FALSE, FALSE, sizeof(struct picture_line));
    d.spans = g_array_new(FALSE, FALSE, sizeof(struct picture_span));
    for (unsigned i = 0; i < strip->rows->len; i++) {
        const struct row *row = row_at(strip, i);
        struct picture_line line;

        if (!row->quoted)
            learn_bases(&bases, row, connection);
        line = line_of(row, connection, &bases);
        g_array_append_val(d.lines, line);
    }
    last_words = first_of_last_words(&d);
    for (unsigned i = 0; i < d.lines->len; i++)
        mark_losses_shown_by(&d, i, last_words);
    set_states(&d, picture->before);
    add_half_closed(&d, &summary);
    add_time_wait(&d);
    add_silences(&d);

    picture->line_count = d.lines->len;
    picture->lines = (struct picture_line *)(void *)g_array_free(d.lines, FALSE);
    picture->span_count = d.spans->len;
    picture->spans = (struct picture_span *)(void *)g_array_free(d.spans, FALSE);
    return picture;
}

void picture_free(struct picture *picture)
{
    if (picture == NULL)
        return;
    for (unsigned i = 0; i < picture->line_count; i++) {
        struct picture_line *line = &picture->lines[i];

        for (unsigned k = 0; k < line->note_count; k++)
            g_free(line->notes[k].text);
        g_free(line->notes);
        g_free(line->label);
        g_free(line->step);
        g_free(line->flow[TL_CLIENT]);
        g_free(line->flow[TL_SERVER]);
    }
    for (unsigned i = 0; i < picture->span_count; i++)
        g_free(picture->spans[i].text);
    g_free(picture->lines);
    g_free(picture->spans);
    g_free(picture->socket[TL_CLIENT]);
    g_free(picture->socket[TL_SERVER]);
    g_free(picture->summary);
    g_free(picture);
}
