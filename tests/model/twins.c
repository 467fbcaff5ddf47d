/* Pairs of lives that make the same capture, while their ends are in different states: the rows of
 * docs/accuracy.md that nobody can know better.
 *
 *     twins DOCUMENT
 *
 * Both lives of a pair are played by ends that do what RFC 9293 says (rfc9293.c). The program asks that every
 * captured segment is the same in both, that the states of the ends are those written here, and not the same,
 * and that the tracker says what the document says of them. Where something later tells the lives apart, it asks
 * that the captures differ from there on, and that the tracker then takes back what was not so. The document must
 * name each pair.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "rfc9293.h"
#include "tcplife/tracker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SEGMENTS = 32, MOST_ANSWERS = 4 };

/* What an end does, or what is done in its name, or to what is on its way from it. */
enum deed {
    NOTHING, /* the end of a list */
    OPENS,
    SENDS, /* one octet */
    CLOSES,
    ABORTS,
    REPEATS,      /* the retransmission timer */
    ACKNOWLEDGES, /* an acknowledgement that was due */
    ANSWERS,      /* what it must send at once for what has arrived */
    IMPOSTOR_SENDS,
    IMPOSTOR_CLOSES,
    IMPOSTOR_ABORTS,
    COMES_AT_LAST, /* its segment that was held up arrives */
    CAPTURE_BEGINS
};

/* What becomes of the segment. */
enum fate {
    PASSES,
    IS_MISSED,       /* it arrives, and is not captured: the capture misses it, or it goes another way */
    IS_LOST_BEFORE,  /* in front of the capture point */
    IS_LOST_BEHIND,  /* it is captured, and does not arrive */
    IS_HELD_UP       /* it is captured, and does not arrive until COMES_AT_LAST */
};

struct act {
    enum tl_role who;
    enum deed deed;
    enum fate fate;
};

/* The document's row, as far as one of both lives is concerned. */
struct life {
    const char *what;
    enum tl_state is[2]; /* where the ends are */
    enum tl_state later[2];
    const struct act *acts;
    const struct act *told_by; /* what shows it was this life; NULL: nothing in it does */
    bool keeps_time_wait;      /* net.ipv4.tcp_rfc1337: no RST ends TIME-WAIT (RFC 1337, fix F1) */
};

struct twins {
    const char *name;
    enum tl_state said[2]; /* by the tracker, of either life */
    struct life life[2];
};

#define C TL_CLIENT
#define S TL_SERVER
#define ACTS(...) (const struct act[]){__VA_ARGS__, {C, NOTHING, PASSES}}
/* Both ends are ESTABLISHED, and have shown it. */
#define OPEN                                                                                       \
    {C, OPENS, PASSES}, {S, ANSWERS, PASSES}, {C, ANSWERS, PASSES}, {C, SENDS, PASSES},            \
        {S, ACKNOWLEDGES, PASSES}

static const struct twins all_twins[] = {
#include "twins.inc"
};

/* One life while it is played. */
struct stage {
    const struct life *life;
    struct endpoint end[2];
    struct wire_segment answers[2][MOST_ANSWERS], held_up[2];
    int answer_count[2];
    bool is_held_up[2];
    struct wire_segment captured[MOST_SEGMENTS];
    enum tl_role sender[MOST_SEGMENTS];
    int64_t time_ns[MOST_SEGMENTS], now_ns;
    int count;
};

static const char *what_is_played;
static int failures;

static void fail(const char *what)
{
    printf("%s: %s\n", what_is_played, what);
    failures++;
}

/* ---- the stage ----------------------------------------------------------------------------- */

static void arrive(struct stage *stage, enum tl_role sender, struct wire_segment segment)
{
    const enum tl_role receiver = tl_other(sender);
    struct endpoint *end = &stage->end[receiver];
    struct sent out = {.count = 0};

    if (segment.flags & TL_RST && end->state == TL_TIME_WAIT && stage->life->keeps_time_wait)
        return;
    endpoint_receive(end, segment, &out);
    for (int i = 0; i < out.count; i++) {
        if (stage->answer_count[receiver] == MOST_ANSWERS)
            fail("too many answers wait");
        else
            stage->answers[receiver][stage->answer_count[receiver]++] = out.segment[i];
    }
}

static void capture(struct stage *stage, enum tl_role sender, struct wire_segment segment)
{
    if (stage->count == MOST_SEGMENTS) {
        fail("too many segments");
        return;
    }
    stage->captured[stage->count] = segment;
    stage->sender[stage->count] = sender;
    stage->time_ns[stage->count++] = stage->now_ns += 1000000;
}

static void travel(struct stage *stage, const struct act *act, struct wire_segment segment)
{
    if (act->fate != IS_MISSED && act->fate != IS_LOST_BEFORE)
        capture(stage, act->who, segment);
    if (act->fate == PASSES || act->fate == IS_MISSED)
        arrive(stage, act->who, segment);
    if (act->fate == IS_HELD_UP) {
        stage->held_up[act->who] = segment;
        stage->is_held_up[act->who] = true;
    }
}

/* The impostor knows the numbers that the other end expects. */
static struct wire_segment forge(const struct stage *stage, const struct act *act)
{
    const struct endpoint *victim = &stage->end[tl_other(act->who)];
    struct wire_segment segment = {.seq = victim->rcv_nxt, .ack = victim->snd_nxt, .flags = TL_ACK};

    switch (act->deed) {
    case IMPOSTOR_SENDS:
        segment.flags |= TL_PSH;
        segment.length = 1;
        break;
    case IMPOSTOR_CLOSES:
        segment.flags |= TL_FIN;
        break;
    default:
        segment.flags |= TL_RST;
        break;
    }
    return segment;
}

static bool take_answer(struct stage *stage, enum tl_role who, struct sent *out)
{
    struct wire_segment *answers = stage->answers[who];

    if (!stage->answer_count[who])
        return false;
    out->segment[out->count++] = answers[0];
    memmove(answers, answers + 1, (size_t)--stage->answer_count[who] * sizeof *answers);
    return true;
}

static bool bring_held_up(struct stage *stage, enum tl_role who)
{
    if (!stage->is_held_up[who])
        return false;
    stage->is_held_up[who] = false;
    arrive(stage, who, stage->held_up[who]);
    return true;
}

/* False: nothing of this kind can happen now, and the life is not one. */
static bool act_out(struct stage *stage, const struct act *act, struct sent *out)
{
    struct endpoint *end = &stage->end[act->who];

    /* What a host owes at once, it sends before anything else. */
    if (act->deed < ANSWERS && stage->answer_count[act->who])
        return false;
    switch (act->deed) {
    case OPENS: return endpoint_open(end, out);
    case SENDS: return endpoint_send(end, out);
    case CLOSES: return endpoint_close(end, out);
    case ABORTS: return endpoint_abort(end, out);
    case REPEATS: return endpoint_retransmit(end, out);
    case ACKNOWLEDGES: return endpoint_acknowledge(end, out);
    case ANSWERS: return take_answer(stage, act->who, out);
    case COMES_AT_LAST: return bring_held_up(stage, act->who);
    case CAPTURE_BEGINS: stage->count = 0; return true;
    default: out->segment[out->count++] = forge(stage, act); return true;
    }
}

static void play(struct stage *stage, const struct act *acts)
{
    for (const struct act *act = acts; act->deed != NOTHING; act++) {
        struct sent out = {.count = 0};

        if (!act_out(stage, act, &out)) {
            char text[80];

            snprintf(text, sizeof text, "act %d cannot happen", (int)(act - acts));
            fail(text);
            return;
        }
        for (int i = 0; i < out.count; i++)
            travel(stage, act, out.segment[i]);
    }
}

static struct stage begin(const struct life *life)
{
    struct stage stage;

    memset(&stage, 0, sizeof stage);
    stage.life = life;
    stage.end[C] = endpoint_new(100, true, true);
    stage.end[S] = endpoint_new(300, true, true);
    endpoint_listen(&stage.end[S]);
    play(&stage, life->acts);
    return stage;
}

/* ---- what is asked --------------------------------------------------------------------------- */

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    void *now = NULL;

    (void)ctx, (void)old_size;
    if (!new_size) {
        free(block);
    } else if (!(now = realloc(block, new_size))) {
        fprintf(stderr, "twins: out of memory\n");
        exit(2);
    }
    return now;
}

static struct tl_socket socket_of(enum tl_role role)
{
    return (struct tl_socket){.address = {10, 0, 0, (uint8_t)role}, .port = role == TL_CLIENT ? 40000 : 80,
                              .family = 1, .address_length = 4};
}

static void ask_tracker(const struct stage *stage, enum tl_state said[2])
{
    struct tl_memory memory = {.resize = resize};
    struct tl_config config = {.msl_ns = TL_DEFAULT_MSL_NS};
    struct tl_tracker *tracker = tl_tracker_new(&memory, &config);
    struct tl_connection *connection = NULL;
    enum tl_role role = TL_CLIENT;
    struct tl_states states;

    for (int i = 0; i < stage->count; i++) {
        const struct wire_segment *sent = &stage->captured[i];
        struct tl_segment segment = {
            .frame = (uint32_t)i + 1, .time_ns = stage->time_ns[i], .source = socket_of(stage->sender[i]),
            .destination = socket_of(tl_other(stage->sender[i])), .seq = sent->seq, .ack = sent->ack,
            .flags = sent->flags, .length = sent->length, .window = 1000, .window_scale = -1};

        connection = tl_tracker_segment(tracker, &segment, &role);
    }
    states = tl_connection_states_after(connection, (uint32_t)stage->count);
    for (int i = 0; i < 2; i++) /* the tracker may take the other end for the client */
        said[i] = states.state[role == stage->sender[stage->count - 1] ? i : 1 - i];
    tl_tracker_free(tracker);
}

static void check_states(const char *whose, const enum tl_state got[2], const enum tl_state wanted[2])
{
    char text[160];

    if (got[C] == wanted[C] && got[S] == wanted[S])
        return;
    snprintf(text, sizeof text, "%s: %s and %s, and not %s and %s", whose, tl_state_name(got[C]),
             tl_state_name(got[S]), tl_state_name(wanted[C]), tl_state_name(wanted[S]));
    fail(text);
}

static void check_truth(const struct stage *stage, const enum tl_state wanted[2])
{
    const enum tl_state is[2] = {(enum tl_state)stage->end[C].state, (enum tl_state)stage->end[S].state};

    check_states(stage->life->what, is, wanted);
}

static bool is_same_capture(const struct stage *a, const struct stage *b, int count)
{
    for (int i = 0; i < count; i++)
        if (a->sender[i] != b->sender[i] || a->time_ns[i] != b->time_ns[i] ||
            memcmp(&a->captured[i], &b->captured[i], sizeof a->captured[i]) != 0)
            return false;
    return true;
}

/* A second later the life goes on, and is told from the other one. The tracker then knows where the end is of which
 * it had said something else; or, where it had been right, both. */
static void go_on(struct stage *stage, const struct stage *other, const enum tl_state said_before[2])
{
    const struct life *life = stage->life;
    const bool was_right = said_before[C] == life->is[C] && said_before[S] == life->is[S];
    const int before = stage->count;
    enum tl_state said[2];

    if (!life->told_by)
        return;
    stage->now_ns += 1000000000;
    play(stage, life->told_by);
    check_truth(stage, life->later);
    ask_tracker(stage, said);
    for (int i = 0; i < 2; i++)
        if (!was_right && said_before[i] == life->is[i])
            said[i] = life->later[i];
    check_states("tcplife says later", said, life->later);
    if (other->count > before &&
        is_same_capture(stage, other, stage->count < other->count ? stage->count : other->count))
        fail("what comes later is the same, too");
}

static void check(const struct twins *twins)
{
    struct stage stages[2] = {begin(&twins->life[0]), begin(&twins->life[1])};
    enum tl_state said[2];

    if (stages[0].count != stages[1].count || !is_same_capture(&stages[0], &stages[1], stages[0].count))
        fail("the captures differ");
    for (int i = 0; i < 2; i++) {
        check_truth(&stages[i], twins->life[i].is);
        ask_tracker(&stages[i], said);
        check_states("tcplife says", said, twins->said);
    }
    if (!memcmp(twins->life[0].is, twins->life[1].is, sizeof twins->life[0].is))
        fail("both lives are in the same states");
    go_on(&stages[0], &stages[1], twins->said);
    go_on(&stages[1], &stages[0], twins->said);
}

/* All of a file's text, or exits. */
static char *read_text(const char *path)
{
    enum { MOST = 1 << 20 };
    FILE *file = fopen(path, "r");
    char *text = malloc(MOST);
    size_t length;

    if (!file || !text) {
        fprintf(stderr, "twins: %s cannot be read\n", path);
        exit(2);
    }
    length = fread(text, 1, MOST - 1, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

static void check_named(const char *document, const char *name)
{
    char cited[64];

    snprintf(cited, sizeof cited, "`%s`", name);
    if (!strstr(document, cited))
        fail("the document does not name it");
}

int main(int argc, char **argv)
{
    char *document;

    if (argc != 2) {
        fprintf(stderr, "usage: twins DOCUMENT\n");
        return 2;
    }
    document = read_text(argv[1]);
    for (size_t i = 0; i < sizeof all_twins / sizeof *all_twins; i++) {
        const int before = failures;

        what_is_played = all_twins[i].name;
        check(&all_twins[i]);
        check_named(document, what_is_played);
        printf("%s: %s; %s: %s\n", what_is_played, all_twins[i].life[0].what, all_twins[i].life[1].what,
               failures == before ? "the same capture" : "WRONG");
    }
    free(document);
    return failures != 0;
}
