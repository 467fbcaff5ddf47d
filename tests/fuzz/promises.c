/* Plays a script to several trackers and compares.
 *
 * It is long since all promises are about the same trackers, and look at one script together.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "promises.h"

#include "../unit/knowledge.h"
#include "tcplife/fsm.h"
#include "tcplife/summary.h"
#include "tcplife/zeek.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is being played, for the one who has to find out why. */
static const struct script *played;
static unsigned playing;

static void show(FILE *file, unsigned number, const struct happening *happening)
{
    const struct tl_segment *s = &happening->segment;

    fprintf(file,
            "%c%3u. frame %u part %u at %.9f s, network %u, %u:%u to %u:%u, %s%s%s%s%s%s seq %u ack %u length %u%s window %u "
            "scale %d, timestamps %d %u, id %d %u, fast open %d, %u sack\n",
            number == playing ? '>' : ' ', number, (unsigned)s->frame, (unsigned)s->part,
            (double)s->time_ns / 1e9, (unsigned)s->network,
            s->source.address[3], s->source.port, s->destination.address[3], s->destination.port,
            happening->icmp ? "ICMP " : "", s->flags & TL_SYN ? "SYN " : "",
            s->flags & TL_ACK ? "ACK " : "", s->flags & TL_FIN ? "FIN " : "",
            s->flags & TL_RST ? "RST " : "", s->flags & TL_PSH ? "PSH " : "", (unsigned)s->seq,
            (unsigned)s->ack, (unsigned)s->length, s->is_fragment ? "+" : "", s->window, s->window_scale, s->has_timestamps,
            (unsigned)s->ts_val, s->has_ip_id, s->ip_id, s->has_fast_open, s->sack_count);
}

_Noreturn void broken_promise(const char *condition, const char *file, int line)
{
    if (played)
        fprintf(stderr, "shift %u %u\n", (unsigned)played->shift[0], (unsigned)played->shift[1]);
    for (unsigned i = 0; played && i < played->count; i++)
        show(stderr, i, &played->at[i]);
    fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, condition);
    abort();
}

/* ---- memory that is counted, and runs out when it is told to ---------------------------------- */

struct pool {
    size_t live;
    uint32_t allocations, fails_at;
    bool keeps_failing;
};

/* In front of every block, to hold its owner to the size that it gives back. */
union label {
    size_t size;
    max_align_t alignment;
};

static bool runs_out(struct pool *pool)
{
    pool->allocations++;
    return pool->fails_at && (pool->allocations == pool->fails_at ||
                              (pool->keeps_failing && pool->allocations > pool->fails_at));
}

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    struct pool *pool = ctx;
    union label *old = block ? (union label *)block - 1 : NULL, *label = NULL;

    PROMISE(old ? old->size == old_size : !old_size);
    if (new_size) {
        if (runs_out(pool))
            return NULL;
        label = malloc(sizeof *label + new_size);
        if (!label)
            abort();
        label->size = new_size;
        if (old)
            memcpy(label + 1, block, old_size < new_size ? old_size : new_size);
    }
    pool->live += new_size - old_size;
    free(old); /* always another block, so that a pointer into the old one is found */
    return label ? label + 1 : NULL;
}

/* ---- scripts ----------------------------------------------------------------------------------- */

static bool is_service(void *ctx, uint16_t port)
{
    (void)ctx;
    return port < 1024;
}

void script_begin(struct script *script, struct input *input)
{
    /* What the preferences allow. */
    static const int64_t msl_seconds[] = {30, 1, 0, UINT32_MAX};
    uint8_t switches = take_8(input);

    memset(script, 0, sizeof *script);
    script->config.msl_ns = msl_seconds[switches >> 4 & 3] * 1000000000;
    script->config.syn_flood_threshold = switches & 1 ? 2 : 0;
    script->config.syn_flood_window_ns = INT64_C(10000000000);
    script->config.close_wait_limit_ns = switches & 2 ? INT64_C(60000000000) : 0;
    script->config.is_service = switches & 4 ? is_service : NULL;
    script->keeps_failing = switches & 8;
    script->fails_at = take_16(input);
    script->config.seed[0] = take_8(input);
    script->shift[0] = take_32(input);
    script->shift[1] = script->shift[0] * UINT32_C(2654435761);
}

struct tl_socket socket_number(unsigned number)
{
    static const struct tl_socket sockets[SOCKETS] = {
        {.family = 1, .address_length = 4, .address = {10, 0, 0, 1}, .port = 80},
        {.family = 1, .address_length = 4, .address = {10, 0, 0, 2}, .port = 40000},
        {.family = 1, .address_length = 4, .address = {10, 0, 0, 2}, .port = 40001},
        {.family = 1, .address_length = 4, .address = {10, 0, 0, 3}, .port = 40000},
        {.family = 2, .address_length = 16, .address = {10, 0, 0, 1}, .port = 80},
        {.family = 2, .address_length = 16, .address = {0x20, 1, [15] = 2}, .port = 40000},
        {.family = 3, .address_length = 4, .address = {10, 0, 0, 1}, .port = 80},
        {.family = 0},
    };

    return sockets[number % SOCKETS];
}

int64_t take_duration(struct input *input)
{
    unsigned exponent = take_8(input) % 48;

    return (int16_t)take_16(input) * (INT64_C(1) << exponent);
}

int64_t later(int64_t time_ns, int64_t duration_ns)
{
    if (duration_ns > 0 ? time_ns > TL_TIME_LIMIT_NS - duration_ns : time_ns < -TL_TIME_LIMIT_NS - duration_ns)
        return duration_ns > 0 ? TL_TIME_LIMIT_NS : -TL_TIME_LIMIT_NS;
    return time_ns + duration_ns;
}

/* A frame may hold several segments, which are asked about one by one. What an ICMP error behind them in
 * the same frame does counts with the last one. */
static bool has_answer_of_its_own(const struct script *script, unsigned i)
{
    unsigned next = i + 1;

    if (script->at[i].icmp)
        return next == script->count ||
               script->at[next].segment.frame != script->at[i].segment.frame;
    while (next < script->count && !script->at[next].icmp)
        next++;
    return next == script->count || script->at[next].segment.frame != script->at[i].segment.frame;
}

/* ---- answers ------------------------------------------------------------------------------------ */

/* What a tracker says of one happening. */
struct answer {
    bool known;
    uint32_t number;
    enum tl_role sender;
    struct tl_states states;
    uint32_t change_count, digest;
    enum tl_ignored ignored;
};

static bool same_states(struct tl_states a, struct tl_states b)
{
    return a.state[0] == b.state[0] && a.state[1] == b.state[1] &&
           a.presumed[0] == b.presumed[0] && a.presumed[1] == b.presumed[1];
}

static bool same_answer(const struct answer *a, const struct answer *b)
{
    return a->known == b->known &&
           (!a->known || (a->number == b->number && a->sender == b->sender &&
                          same_states(a->states, b->states) &&
                          a->change_count == b->change_count && a->digest == b->digest &&
                          a->ignored == b->ignored));
}

static struct tl_states states_now(const struct tl_connection *c)
{
    return (struct tl_states){
        .state = {tl_connection_state(c, TL_CLIENT), tl_connection_state(c, TL_SERVER)},
        .presumed = {tl_connection_end(c, TL_CLIENT).presumed,
                     tl_connection_end(c, TL_SERVER).presumed},
    };
}

/* These two name a sequence number, which is another one when all numbers are shifted. */
static bool names_a_number(const struct tl_change *change)
{
    return change->code == TL_DIAGNOSIS_bad_handshake_ack ||
           change->code == TL_DIAGNOSIS_blind_reset;
}

/* What the entry says beside what stands in every one; later segments may only make an IGNORED speak for
 * themselves, too. */
static uint32_t detail_of(const struct tl_change *change)
{
    if (change->kind == TL_IGNORED)
        return 0;
    return change->kind == TL_DIAGNOSIS ? change->u.why.about : (uint32_t)change->u.time_ns;
}

static uint32_t digest_of(const struct tl_change *changes, uint32_t count)
{
    uint32_t digest = 0;

    for (const struct tl_change *change = changes; change < changes + count; change++) {
        const uint32_t parts[] = {change->frame, change->kind, change->step, change->code,
                                  change->states, change->bits,
                                  detail_of(change),
                                  change->kind == TL_DIAGNOSIS && !names_a_number(change)
                                      ? change->u.why.value
                                      : 0};

        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
            digest = (digest ^ parts[i]) * UINT32_C(0x9e3779b1) + 1;
    }
    return digest;
}

static struct answer answer_of(const struct tl_connection *c, const struct happening *happening,
                               enum tl_role sender)
{
    const struct tl_segment *s = &happening->segment;
    struct answer answer = {.known = c != NULL};
    const struct tl_change *changes;

    if (!c)
        return answer;
    answer.number = c->number;
    answer.sender = sender;
    if (happening->icmp) {
        answer.states = tl_change_log_states(&c->log, s->frame);
        answer.change_count = tl_change_log_at(&c->log, s->frame, &changes);
    } else {
        answer.states = tl_change_log_states_at_part(&c->log, s->frame, s->part);
        answer.change_count = tl_change_log_at_part(&c->log, s->frame, s->part, &changes);
        answer.ignored = tl_change_log_ignored(&c->log, s->frame, s->part, sender);
    }
    answer.digest = answer.change_count ? digest_of(changes, answer.change_count) : 0;
    return answer;
}

/* ---- feeding --------------------------------------------------------------------------------------- */

/* Adds to the numbers of each end: the lower socket's, and the higher's. */
static void shift_numbers(struct tl_segment *s, const tl_seq shift[2])
{
    int order = memcmp(&s->source, &s->destination, sizeof s->source);
    tl_seq mine = shift[order > 0], others = shift[order < 0];

    s->seq += mine;
    if (s->flags & TL_ACK)
        s->ack += others;
    for (unsigned i = 0; i < s->sack_count; i++) {
        s->sack[i].start += others;
        s->sack[i].end += others;
    }
}

static struct answer feed(struct tl_tracker *tracker, const struct happening *happening,
                          const tl_seq shift[2])
{
    struct tl_segment s = happening->segment;
    struct tl_connection *c;
    enum tl_role sender = TL_CLIENT;
    struct answer answer;

    playing = (unsigned)(happening - played->at);
    shift_numbers(&s, shift);
    if (happening->icmp)
        c = tl_tracker_icmp_error(tracker, s.frame, s.time_ns, &s.source, &s.destination, s.seq,
                                  happening->icmp_type, happening->icmp_code);
    else
        c = tl_tracker_segment(tracker, &s, &sender);
    answer = answer_of(c, happening, sender);
    /* What the log says is what is. */
    if (c && !tl_tracker_out_of_memory(tracker))
        PROMISE(same_states(answer.states, states_now(c)));
    return answer;
}

static struct answer ask(struct tl_tracker *tracker, const struct happening *happening)
{
    const struct tl_segment *s = &happening->segment;
    enum tl_role sender = TL_CLIENT;
    struct tl_connection *c = happening->icmp ? tl_tracker_find(tracker, s->frame, &s->source,
                                                                &s->destination, &sender)
                                              : tl_tracker_find_segment(tracker, s, &sender);

    return answer_of(c, happening, happening->icmp ? TL_CLIENT : sender);
}

/* ---- one connection's log ----------------------------------------------------------------------------- */

static void check_transition(const struct tl_change *change, struct tl_states before)
{
    const struct tl_rule *rule = &tl_rules[change->code];
    struct tl_states after = tl_change_states(change);
    enum tl_role end = tl_change_end(change), other = tl_other(end);
    enum tl_state to = tl_change_to(change);

    PROMISE(change->code < tl_rule_count);
    PROMISE(rule->from == tl_change_from(change) && rule->from == before.state[end]);
    PROMISE(tl_fsm_rule(rule->from, rule->event) == change->code);
    PROMISE(rule->to == TL_STATE_LEFT ? to != TL_CLOSED && to != TL_LISTEN : to == rule->to);
    PROMISE(after.presumed[end] == (rule->evidence == TL_PRESUMES));
    PROMISE(rule->evidence != TL_DISPROVES || before.presumed[end]);
    PROMISE(after.state[other] == before.state[other]);
    PROMISE(after.presumed[other] == before.presumed[other]);
}

/* In mid-stream both ends are in states that no transition led to. */
static bool is_midstream_begin(const struct tl_connection *c, const struct tl_change *change,
                               struct tl_states before)
{
    return c->flags & TL_CONNECTION_MIDSTREAM && change->kind == TL_PRESUMPTION &&
           before.state[TL_CLIENT] == TL_CLOSED && before.state[TL_SERVER] == TL_LISTEN &&
           !before.presumed[0] && !before.presumed[1];
}

/* A scan's probe finds nobody, and both ends CLOSED. */
static bool is_stray_begin(const struct tl_connection *c, const struct tl_change *change,
                           struct tl_states before)
{
    const struct tl_states after = tl_change_states(change);

    return c->flags & TL_CONNECTION_STRAY && change->kind == TL_PRESUMPTION &&
           before.state[TL_CLIENT] == TL_CLOSED && before.state[TL_SERVER] == TL_LISTEN &&
           after.state[TL_CLIENT] == TL_CLOSED && after.state[TL_SERVER] == TL_CLOSED;
}

static void check_change(const struct tl_connection *c, const struct tl_change *change,
                         struct tl_states before)
{
    struct tl_states after = tl_change_states(change);

    PROMISE(change->step <= 16 && !(change->kind == TL_DIAGNOSIS && change->step));
    PROMISE(after.state[0] < TL_STATE_COUNT && after.state[1] < TL_STATE_COUNT);
    switch (change->kind) {
    case TL_TRANSITION:
        check_transition(change, before);
        return;
    case TL_PRESUMPTION:
        if (is_midstream_begin(c, change, before) || is_stray_begin(c, change, before))
            return;
        PROMISE(after.state[0] == before.state[0] && after.state[1] == before.state[1]);
        PROMISE(after.presumed[tl_change_end(change)] != before.presumed[tl_change_end(change)]);
        return;
    case TL_DIAGNOSIS:
        PROMISE(change->code < TL_DIAGNOSIS_COUNT);
        PROMISE(change->u.why.about <= change->frame);
        break;
    case TL_PART:
        PROMISE(!change->step);
        break;
    case TL_IGNORED:
        PROMISE(!change->step && change->code > TL_NOT_IGNORED && change->code < TL_IGNORED_COUNT);
        PROMISE(change->u.until >= change->frame && change->u.until <= c->last_frame);
        break;
    case TL_SILENCE:
        PROMISE(!change->step && change->u.silence_ns >= 0);
        break;
    default:
        PROMISE(change->kind == TL_STEP && change->step);
        break;
    }
    PROMISE(same_states(after, before));
}

static void check_log(const struct tl_connection *c)
{
    struct tl_states states = {.state = {TL_CLOSED, TL_LISTEN}};
    uint32_t frame = c->first_frame;

    for (uint32_t i = 0; i < c->log.count; i++) {
        PROMISE(c->log.changes[i].frame >= frame);
        frame = c->log.changes[i].frame;
        check_change(c, &c->log.changes[i], states);
        states = tl_change_states(&c->log.changes[i]);
    }
    PROMISE(same_states(states, states_now(c)));
}

/* ---- a recount ------------------------------------------------------------------------------------------ */

/* The segments of one connection, counted by whom the tracker says they are. */
struct recount {
    uint32_t first_frame, last_frame;
    int64_t start_ns;
    bool has_times;
    int64_t first_ns, last_ns; /* by the clock */
    struct {
        uint32_t all, syn, syn_ack, fin;
    } end[2];
};

static void count_segment(struct recount *recount, const struct tl_segment *s, enum tl_role sender)
{
    if (!recount->first_frame) {
        recount->first_frame = s->frame;
        recount->start_ns = s->time_ns;
    }
    recount->last_frame = s->frame;
    if (!recount->has_times || s->time_ns < recount->first_ns)
        recount->first_ns = s->time_ns;
    if (!recount->has_times || s->time_ns > recount->last_ns)
        recount->last_ns = s->time_ns;
    recount->has_times = true;
    recount->end[sender].all++;
    recount->end[sender].syn += s->flags & TL_SYN && !(s->flags & TL_ACK);
    recount->end[sender].syn_ack += s->flags & TL_SYN && s->flags & TL_ACK;
    recount->end[sender].fin += (s->flags & TL_FIN) != 0;
}

/* Where sockets were used again, a SYN kept inside the old connection counts in the new one: then only
 * the sum is told (check_connections()). */
static void check_counts(const struct tl_connection *c, const struct recount *recount)
{
    if (c->flags & TL_CONNECTION_REUSED)
        return;
    PROMISE(c->first_frame == recount->first_frame && c->last_frame == recount->last_frame);
    PROMISE(tl_connection_start_ns(c) == recount->start_ns);
    /* A copy does not set the end back. */
    PROMISE(recount->first_ns <= tl_connection_end_ns(c) &&
            tl_connection_end_ns(c) <= recount->last_ns);
    for (int role = 0; role < 2 && !tl_connection_is_with_itself(c); role++) {
        const struct tl_end unfolded = tl_connection_end(c, (enum tl_role)role), *end = &unfolded;
        const struct tl_end_oddities *odd = &tl_oddities(c)->end[role];

        PROMISE(end->segments == recount->end[role].all);
        PROMISE(odd->syn_retransmissions <= recount->end[role].syn);
        PROMISE(odd->synack_retransmissions <= recount->end[role].syn_ack);
        PROMISE(!odd->fin_retransmissions ||
                odd->fin_retransmissions < recount->end[role].fin);
        PROMISE(odd->keepalive_probes + recount->end[role].syn + recount->end[role].syn_ack <=
                end->segments);
    }
}

static int64_t time_of_frame(const struct script *script, uint32_t frame)
{
    unsigned i = 0;

    while (i < script->count && script->at[i].segment.frame != frame)
        i++;
    PROMISE(i < script->count);
    return script->at[i].segment.time_ns;
}

static void check_duration(const struct script *script, const struct tl_connection *c,
                           struct tl_duration duration, enum tl_milestone from,
                           enum tl_milestone to)
{
    const bool happened = c->at[from].frame && c->at[to].frame;
    const int64_t ns = happened ? time_of_frame(script, c->at[to].frame) -
                                      time_of_frame(script, c->at[from].frame)
                                : 0;

    /* No time is negative. */
    PROMISE(duration.known == (happened && ns >= 0));
    PROMISE(!duration.known || duration.ns == ns);
}

static void check_summary(const struct script *script, const struct tl_connection *c)
{
    struct tl_summary summary = tl_summarize(c);

    PROMISE(summary.open < TL_OPEN_COUNT && summary.close < TL_CLOSE_COUNT);
    PROMISE(!summary.has_closed_by || summary.closed_by <= TL_SERVER);
    PROMISE(!summary.has_half_closed_bytes ||
            summary.half_closed_bytes <= c->kept[tl_other((enum tl_role)c->first_fin)].bytes);
    check_duration(script, c, summary.handshake_time, TL_AT_SYN, TL_AT_ACK);
    check_duration(script, c, summary.synack_time, TL_AT_SYN, TL_AT_SYN_ACK);
    check_duration(script, c, summary.ack_time, TL_AT_SYN_ACK, TL_AT_ACK);
    check_duration(script, c, summary.teardown_time, TL_AT_FIN_1, TL_AT_FIN_2_ACK);
    check_duration(script, c, summary.half_closed_time, TL_AT_FIN_1, TL_AT_FIN_2);
}

static void check_connections(const struct script *script, const struct tl_tracker *tracker,
                              const struct answer *answers)
{
    static struct recount recounts[LONGEST_SCRIPT];
    uint32_t count = tl_tracker_connection_count(tracker), segments = 0, counted = 0;
    bool any_with_itself = false;

    memset(recounts, 0, sizeof recounts);
    for (unsigned i = 0; i < script->count; i++)
        if (!script->at[i].icmp) {
            PROMISE(answers[i].known && answers[i].number < count);
            count_segment(&recounts[answers[i].number], &script->at[i].segment, answers[i].sender);
            segments++;
        }
    PROMISE(count <= segments);
    PROMISE(!tl_tracker_connection(tracker, count));
    for (uint32_t number = 0; number < count; number++) {
        const struct tl_connection *c = tl_tracker_connection(tracker, number), *previous;

        PROMISE(c->number == number);
        previous = tl_tracker_previous(tracker, c);
        PROMISE(!previous ||
                (previous->number < number && tl_tracker_next(tracker, previous) == c));
        check_log(c);
        check_counts(c, &recounts[number]);
        check_summary(script, c);
        counted += tl_connection_end(c, TL_CLIENT).segments + tl_connection_end(c, TL_SERVER).segments;
        any_with_itself |= tl_connection_is_with_itself(c);
    }
    /* Of a connection to itself both ends count every segment. */
    PROMISE(counted == segments || any_with_itself);
}

/* ---- several trackers --------------------------------------------------------------------------------------- */

/* Clicks go in any order; here from the last frame to the first. */
static void check_asked_again(const struct script *script, struct tl_tracker *tracker,
                              const struct answer *answers)
{
    for (unsigned i = script->count; i-- > 0;) {
        struct answer again = ask(tracker, &script->at[i]);

        if (answers[i].known && has_answer_of_its_own(script, i))
            PROMISE(same_answer(&again, &answers[i]));
    }
}

static void show_answer(FILE *file, const struct answer *answer)
{
    fprintf(file, "connection %u, sender %d, %s%s %s%s, %u changes\n", (unsigned)answer->number,
            answer->sender, tl_state_name(answer->states.state[0]),
            answer->states.presumed[0] ? "?" : "", tl_state_name(answer->states.state[1]),
            answer->states.presumed[1] ? "?" : "", (unsigned)answer->change_count);
}

static void show_change(FILE *file, const struct tl_change *change)
{
    enum tl_role end = tl_change_end(change);

    fprintf(file, "  frame %u: %s %d ", (unsigned)change->frame, end ? "server" : "client",
            change->code);
    if (change->kind == TL_TRANSITION)
        fprintf(file, "%s, %s\n", tl_state_name(tl_change_to(change)), tl_rules[change->code].why);
    else if (change->kind == TL_DIAGNOSIS)
        fprintf(file, "%s\n", tl_diagnosis_name((enum tl_diagnosis)change->code));
    else
        fprintf(file, "%s\n", change->kind == TL_PRESUMPTION ? "presumption"
                              : change->kind == TL_PART     ? "part"
                              : change->kind == TL_SILENCE  ? "silence"
                              : change->kind == TL_IGNORED  ? tl_ignored_name(tl_change_ignored(change))
                                                            : "step");
}

/* For a person: what the one says, with its log, and what the other said. */
static void show_difference(FILE *file, const struct tl_tracker *tracker,
                            const struct answer *answer, const struct answer *wanted)
{
    const struct tl_connection *c = tl_tracker_connection(tracker, answer->number);

    show_answer(file, wanted);
    show_answer(file, answer);
    for (uint32_t i = 0; answer->known && i < c->log.count; i++)
        show_change(file, &c->log.changes[i]);
}

/* The same in another tracker: other hashes, or other numbers. */
static void check_twin(const struct script *script, const struct answer *answers,
                       const tl_seq shift[2])
{
    struct pool pool = {0};
    struct tl_memory memory = {.resize = resize, .ctx = &pool};
    struct tl_config config = script->config;
    struct tl_tracker *tracker;

    config.seed[1] = UINT64_C(0x0123456789abcdef);
    tracker = tl_tracker_new(&memory, &config);
    for (unsigned i = 0; i < script->count; i++) {
        struct answer answer = feed(tracker, &script->at[i], shift);

        if (!same_answer(&answer, &answers[i]))
            show_difference(stderr, tracker, &answer, &answers[i]);
        PROMISE(same_answer(&answer, &answers[i]));
    }
    tl_tracker_free(tracker);
    PROMISE(pool.live == 0);
}

bool is_between(const struct tl_segment *s, const struct tl_segment *other)
{
    return (!memcmp(&s->source, &other->source, sizeof s->source) &&
            !memcmp(&s->destination, &other->destination, sizeof s->source)) ||
           (!memcmp(&s->source, &other->destination, sizeof s->source) &&
            !memcmp(&s->destination, &other->source, sizeof s->source));
}

/* What other hosts do changes nothing between these two: the first segment's alone. But for one thing,
 * which the whole capture tells: whether it holds anything else than SYN, FIN and RST. Here it does from
 * the first segment on. */
static void check_alone(const struct script *script, const struct answer *answers)
{
    static const tl_seq unshifted[2];
    struct pool pool = {0};
    struct tl_memory memory = {.resize = resize, .ctx = &pool};
    struct tl_tracker *tracker;

    if (script->at[0].icmp ||
        (script->at[0].segment.flags & (TL_SYN | TL_FIN | TL_RST | TL_ACK)) != TL_ACK)
        return;
    tracker = tl_tracker_new(&memory, &script->config);
    for (unsigned i = 0; i < script->count; i++) {
        struct answer answer;

        if (!is_between(&script->at[i].segment, &script->at[0].segment))
            continue;
        answer = feed(tracker, &script->at[i], unshifted);
        PROMISE(answer.known == answers[i].known && answer.sender == answers[i].sender);
        PROMISE(!answer.known || same_states(answer.states, answers[i].states));
    }
    tl_tracker_free(tracker);
    PROMISE(pool.live == 0);
}

/* An ordinary segment that goes through all rules leaves behind what it leaves behind otherwise. */
static void check_shortcuts(const struct script *script, const struct answer *answers,
                            struct tl_tracker *with_shortcuts)
{
    static const tl_seq unshifted[2];
    struct pool pool = {0};
    struct tl_memory memory = {.resize = resize, .ctx = &pool};
    struct tl_config config = script->config;
    struct tl_tracker *tracker;

    config.no_shortcuts = true;
    tracker = tl_tracker_new(&memory, &config);
    for (unsigned i = 0; i < script->count; i++) {
        struct answer answer = feed(tracker, &script->at[i], unshifted);

        if (!same_answer(&answer, &answers[i]))
            show_difference(stderr, tracker, &answer, &answers[i]);
        PROMISE(same_answer(&answer, &answers[i]));
    }
    for (uint32_t n = 0; n < tl_tracker_connection_count(tracker); n++) {
        struct knowledge a = knowledge(tl_tracker_connection(tracker, n));
        struct knowledge b = knowledge(tl_tracker_connection(with_shortcuts, n));

        PROMISE(!memcmp(&a, &b, sizeof a));
    }
    tl_tracker_free(tracker);
    PROMISE(pool.live == 0);
}

/* Memory runs out: the tracker stops learning, stays safe to ask, and gives everything back. */
static void check_without_memory(const struct script *script)
{
    static const tl_seq unshifted[2];
    struct pool pool = {.fails_at = script->fails_at, .keeps_failing = script->keeps_failing};
    struct tl_memory memory = {.resize = resize, .ctx = &pool};
    struct tl_tracker *tracker = tl_tracker_new(&memory, &script->config);

    if (!tracker) {
        PROMISE(pool.fails_at == 1 && pool.live == 0);
        return;
    }
    for (unsigned i = 0; i < script->count; i++)
        feed(tracker, &script->at[i], unshifted);
    for (unsigned i = 0; i < script->count; i++)
        ask(tracker, &script->at[i]);
    for (uint32_t n = 0; n < tl_tracker_connection_count(tracker); n++)
        tl_summarize(tl_tracker_connection(tracker, n));
    tl_tracker_free(tracker);
    PROMISE(pool.live == 0);
}

/* ---- Zeek's words -------------------------------------------------------------------------------- */

static void check_zeek_record(const struct tl_zeek_record *record, const struct recount *recount)
{
    static const char *const states[] = {"S0",  "S1",   "SF",   "REJ",    "S2",    "S3", "RSTO",
                                         "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH"};
    const size_t count = sizeof states / sizeof states[0];
    size_t i = 0, length = strlen(record->history);

    while (i < count && strcmp(states[i], record->conn_state) != 0)
        i++;
    PROMISE(i < count);
    PROMISE(strspn(record->history, "^SHADFRCGTWIQshadfrcgtwiq") == length);
    PROMISE(length <= 4096);
    PROMISE(record->originator <= TL_SERVER);
    PROMISE(!record->has_duration || record->duration_ns > 0);
    PROMISE(record->packets[0] + record->packets[1] <=
            recount->end[TL_CLIENT].all + recount->end[TL_SERVER].all);
}

/* Fed with what the tracker said. Without enough memory it stays safe, and gives everything back. */
static void play_to_zeek(const struct script *script, const struct answer *answers,
                         struct pool *pool, const struct recount *recounts)
{
    const struct tl_memory memory = {.resize = resize, .ctx = pool};
    struct tl_zeek *zeek = tl_zeek_new(&memory);

    for (unsigned i = 0; zeek && i < script->count; i++) {
        const struct tl_segment *s = &script->at[i].segment;
        const struct tl_zeek_packet packet = {
            .segment = s, .ip_length = s->length, .is_whole = (s->seq ^ s->window) & 3};

        if (answers[i].known && !script->at[i].icmp)
            tl_zeek_segment(zeek, answers[i].number, answers[i].sender, &packet);
    }
    for (unsigned i = 0; zeek && i < script->count; i++) {
        struct tl_zeek_record record;
        bool known = answers[i].known && tl_zeek_look_up(zeek, answers[i].number, &record);

        if (known)
            check_zeek_record(&record, &recounts[answers[i].number]);
        PROMISE(known || !answers[i].known || script->at[i].icmp || pool->fails_at);
    }
    tl_zeek_free(zeek);
    PROMISE(pool->live == 0);
}

static void check_zeek(const struct script *script, const struct answer *answers)
{
    static struct recount recounts[LONGEST_SCRIPT];
    struct pool enough = {0};
    struct pool little = {.fails_at = script->fails_at, .keeps_failing = script->keeps_failing};

    memset(recounts, 0, sizeof recounts);
    for (unsigned i = 0; i < script->count; i++)
        if (!script->at[i].icmp && answers[i].known)
            count_segment(&recounts[answers[i].number], &script->at[i].segment, answers[i].sender);
    play_to_zeek(script, answers, &enough, recounts);
    if (script->fails_at)
        play_to_zeek(script, answers, &little, recounts);
}

void promises_hold(const struct script *script,
                   void (*look)(struct tl_tracker *tracker, const void *ctx), const void *ctx)
{
    static const tl_seq unshifted[2];
    static struct answer answers[LONGEST_SCRIPT];
    struct pool pool = {0};
    struct tl_memory memory = {.resize = resize, .ctx = &pool};
    struct tl_tracker *tracker = tl_tracker_new(&memory, &script->config);

    played = script;
    for (unsigned i = 0; i < script->count; i++)
        answers[i] = feed(tracker, &script->at[i], unshifted);
    PROMISE(!tl_tracker_out_of_memory(tracker));
    check_connections(script, tracker, answers);
    check_asked_again(script, tracker, answers);
    check_shortcuts(script, answers, tracker);
    if (look)
        look(tracker, ctx);
    tl_tracker_free(tracker);
    PROMISE(pool.live == 0);

    check_zeek(script, answers);
    check_twin(script, answers, unshifted);
    check_twin(script, answers, script->shift);
    check_alone(script, answers);
    if (script->fails_at)
        check_without_memory(script);
}
