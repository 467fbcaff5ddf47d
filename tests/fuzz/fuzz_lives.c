/* Whole connections: the input is a play for three pairs of TCPs, which know their numbers. So a
 * few bytes lead deep into a life, and one lie on the way is a lie in the right place.
 *
 * Of a pair that never lied, nothing of which was lost, the truth is known: how many bytes each
 * end sent and, without retransmissions while it closes, which state it is in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "promises.h"

enum { PAIRS = 3, REMEMBERED = 8, WINDOW = 65535 };

struct host {
    tl_seq next;        /* the number it uses next */
    tl_seq acknowledged; /* the number it acknowledged last */
    uint64_t bytes;
    uint16_t window, id;
    uint32_t clock; /* its timestamps */
    int8_t window_scale;
    bool timestamps, sent_fin;
    enum tl_state state; /* as long as the pair is honest */
};

struct pair {
    struct host end[2];
    struct tl_segment sent[REMEMBERED]; /* a ring */
    unsigned sent_count, first_happening;
    bool honest;       /* no lie, no loss, no clock that steps back: `bytes` is the truth */
    bool states_known; /* …and `state` */
    /* What happens to the next segment. */
    bool lost, wild;
    uint16_t wild_seq, wild_ack;
    uint8_t wild_flags;
};

struct play {
    struct script script;
    struct pair pairs[PAIRS];
    int64_t now_ns;
    bool waited; /* long enough, maybe, for TIME-WAIT to end */
};

/* Values are those that seeds.py writes. */
enum act {
    ACT_SYN, ACT_SYN_ACK, ACT_ACK, ACT_DATA, ACT_FIN, ACT_RST, ACT_AGAIN, ACT_COPY,
    ACT_LOSE, ACT_OLD_ACK, ACT_WILD, ACT_ICMP, ACT_WAIT, ACT_REOPEN, ACT_KEEPALIVE, ACT_SETTINGS
};

/* A number that far ahead, or behind. */
static tl_seq shifted(tl_seq seq, int distance)
{
    return distance < 0 ? seq - (tl_seq)-distance : seq + (tl_seq)distance;
}

static struct tl_socket socket_of(unsigned pair, unsigned end)
{
    static const uint8_t numbers[PAIRS][2] = {{1, 0}, {2, 0}, {5, 4}};

    return socket_number(numbers[pair][end]);
}

/* ---- one segment on its way -------------------------------------------------------------------- */

static void capture(struct play *play, const struct tl_segment *s)
{
    struct script *script = &play->script;
    struct happening *happening = &script->at[script->count];

    if (script->count == LONGEST_SCRIPT)
        return;
    play->now_ns = later(play->now_ns, 50000);
    happening->segment = *s;
    happening->segment.frame = ++script->count;
    happening->segment.time_ns = play->now_ns;
}

static struct tl_segment make(struct play *play, unsigned pair, unsigned end, uint8_t flags,
                              uint32_t length)
{
    struct host *x = &play->pairs[pair].end[end], *y = &play->pairs[pair].end[!end];

    return (struct tl_segment){
        .source = socket_of(pair, end),
        .destination = socket_of(pair, !end),
        .seq = x->next,
        .ack = flags & TL_ACK ? y->next : 0,
        .length = length,
        .window = x->window,
        .window_scale = flags & TL_SYN ? x->window_scale : -1,
        .flags = flags,
        .has_timestamps = x->timestamps,
        .ts_val = x->timestamps ? ++x->clock : 0,
        .ts_ecr = x->timestamps ? y->clock : 0,
        .has_ip_id = true,
        .ip_id = ++x->id,
    };
}

/* The sender's numbers go on, whatever becomes of the segment. */
static void send(struct play *play, unsigned pair, unsigned end, struct tl_segment s)
{
    struct pair *both = &play->pairs[pair];

    both->end[end].next = s.seq + tl_segment_span(&s);
    both->end[end].bytes += s.length;
    if (s.flags & TL_ACK)
        both->end[end].acknowledged = s.ack;
    if (both->wild) {
        s.seq = shifted(s.seq, (int16_t)both->wild_seq);
        s.ack = shifted(s.ack, (int16_t)both->wild_ack);
        s.flags ^= both->wild_flags & 0x3f;
    }
    both->sent[both->sent_count++ % REMEMBERED] = s;
    if (!both->lost)
        capture(play, &s);
    both->wild = both->lost = false;
}

/* ---- the truth, as long as it is known ------------------------------------------------------------ */

static void lie(struct pair *both)
{
    both->honest = both->states_known = false;
}

/* Everything an honest end sends acknowledges all that was sent to it. */
static void acknowledge(struct host *other)
{
    if (other->state == TL_SYN_RECEIVED)
        other->state = TL_ESTABLISHED;
    else if (other->state == TL_FIN_WAIT_1)
        other->state = TL_FIN_WAIT_2;
    else if (other->state == TL_LAST_ACK)
        other->state = TL_CLOSED;
}

static void receive_fin(struct host *other)
{
    if (other->state == TL_ESTABLISHED)
        other->state = TL_CLOSE_WAIT;
    else if (other->state == TL_FIN_WAIT_2)
        other->state = TL_TIME_WAIT;
}

static bool is_open(const struct host *host)
{
    return host->state == TL_ESTABLISHED || host->state == TL_CLOSE_WAIT;
}

static bool is_opening_over(const struct pair *both)
{
    for (int end = 0; end < 2; end++)
        if (both->end[end].state == TL_CLOSED || both->end[end].state == TL_LISTEN ||
            both->end[end].state == TL_SYN_SENT || both->end[end].state == TL_SYN_RECEIVED)
            return false;
    return true;
}

/* Must be called before the segment is made: it tells honest lives from the others. */
static void foresee(struct pair *both, unsigned end, enum act act, uint32_t length)
{
    struct host *x = &both->end[end], *y = &both->end[!end];
    bool closing = x->sent_fin || y->sent_fin;

    if (act == ACT_SYN && end == 0 && x->state == TL_CLOSED && y->state == TL_LISTEN) {
        x->state = TL_SYN_SENT;
        y->state = TL_SYN_RECEIVED;
    } else if (act == ACT_SYN_ACK && end == 1 && x->state == TL_SYN_RECEIVED &&
               y->state == TL_SYN_SENT) {
        y->state = TL_ESTABLISHED;
    } else if (act == ACT_ACK && end == 0 && x->state == TL_ESTABLISHED &&
               y->state == TL_SYN_RECEIVED && y->next != x->acknowledged) {
        acknowledge(y);
    } else if (act == ACT_ACK && is_opening_over(both)) {
        acknowledge(y);
    } else if (act == ACT_DATA && is_opening_over(both) && is_open(x) &&
               x->next + length - y->acknowledged <= WINDOW) {
        acknowledge(y);
    } else if (act == ACT_FIN && is_opening_over(both) && is_open(x)) {
        x->state = x->state == TL_ESTABLISHED ? TL_FIN_WAIT_1 : TL_LAST_ACK;
        x->sent_fin = true;
        acknowledge(y);
        receive_fin(y);
    } else if ((act == ACT_AGAIN || act == ACT_COPY) && is_opening_over(both)) {
        both->states_known &= !closing;
    } else if (act != ACT_KEEPALIVE || !is_opening_over(both) || closing) {
        lie(both);
    }
}

/* ---- acts ------------------------------------------------------------------------------------------- */

/* A SYN,ACK that comes again shows that its acknowledgement was lost. */
static void doubt_handshake(struct pair *both, const struct tl_segment *s)
{
    both->states_known &= !(s->flags & TL_SYN);
}

static void act_again(struct play *play, unsigned pair, struct input *input)
{
    struct pair *both = &play->pairs[pair];
    unsigned back = take_8(input) % REMEMBERED + 1;
    struct tl_segment s;

    if (back > both->sent_count) {
        lie(both);
        return;
    }
    s = both->sent[(both->sent_count - back) % REMEMBERED];
    s.ip_id ^= 0x8000;
    doubt_handshake(both, &s);
    capture(play, &s);
}

static void act_copy(struct play *play, unsigned pair)
{
    struct pair *both = &play->pairs[pair];

    if (!both->sent_count)
        return;
    doubt_handshake(both, &both->sent[(both->sent_count - 1) % REMEMBERED]);
    capture(play, &both->sent[(both->sent_count - 1) % REMEMBERED]);
}

static void act_icmp(struct play *play, unsigned pair, unsigned end, struct input *input)
{
    unsigned before = play->script.count;
    struct tl_segment s = make(play, pair, end, TL_SYN, 0);

    s.seq = shifted(s.seq - 1, (int8_t)take_8(input));
    capture(play, &s);
    if (play->script.count == before)
        return;
    play->script.at[before].icmp = true;
    play->script.at[before].icmp_type = 3;
    play->script.at[before].icmp_code = 1;
}

static void act_wild(struct pair *both, struct input *input)
{
    both->wild = true;
    both->wild_seq = take_16(input);
    both->wild_ack = take_16(input);
    both->wild_flags = take_8(input);
}

static void act_settings(struct host *host, struct input *input)
{
    uint8_t which = take_8(input);

    host->timestamps = which & 1;
    host->window = which & 2 ? 0 : WINDOW;
    host->window_scale = (int8_t)(which >> 4) - 1;
}

static void send_flags(struct play *play, unsigned pair, unsigned end, uint8_t flags,
                       uint32_t length, tl_seq back)
{
    struct tl_segment s = make(play, pair, end, flags, length);
    struct host *x = &play->pairs[pair].end[end];
    tl_seq next = x->next;
    uint64_t bytes = x->bytes;

    s.seq -= back;
    send(play, pair, end, s);
    if (back) {
        x->next = next;
        x->bytes = bytes;
    }
}

/* New data, and before it some that was sent already: what TCPs make of a retransmission when more
 * has become ready. */
static void act_data(struct play *play, unsigned pair, unsigned end, uint32_t length,
                     uint32_t overlap)
{
    struct host *x = &play->pairs[pair].end[end];
    struct tl_segment s;

    if (overlap > x->bytes || x->sent_fin)
        overlap = 0;
    s = make(play, pair, end, TL_ACK | TL_PSH, length + overlap);
    s.seq -= overlap;
    send(play, pair, end, s);
    x->bytes -= overlap;
}

static void act_segment(struct play *play, unsigned pair, unsigned end, enum act act,
                        uint32_t argument)
{
    struct tl_segment s;

    switch (act) {
    case ACT_SYN: send_flags(play, pair, end, TL_SYN, 0, 0); break;
    case ACT_SYN_ACK: send_flags(play, pair, end, TL_SYN | TL_ACK, 0, 0); break;
    case ACT_ACK: send_flags(play, pair, end, TL_ACK, 0, 0); break;
    case ACT_DATA: act_data(play, pair, end, argument % 1461, argument >> 12 << 4); break;
    case ACT_FIN: send_flags(play, pair, end, TL_FIN | TL_ACK, 0, 0); break;
    case ACT_KEEPALIVE: send_flags(play, pair, end, TL_ACK, argument & 1, 1); break;
    case ACT_RST:
        send_flags(play, pair, end, argument & 1 ? TL_RST | TL_ACK : TL_RST, 0, 0);
        break;
    default:
        s = make(play, pair, end, TL_ACK, 0);
        s.ack -= argument % 1461;
        send(play, pair, end, s);
        break;
    }
}

static void act_reopen(struct host *host, struct input *input)
{
    host->next = take_32(input);
    host->sent_fin = false;
}

static void act_wait(struct play *play, struct input *input)
{
    int64_t pause_ns = take_duration(input);

    play->now_ns = later(play->now_ns, pause_ns);
    play->waited = true;
    /* A clock that is set, or a silence of years, hides what is late from what is not. */
    for (unsigned pair = 0; pair < PAIRS && pause_ns < 0; pair++)
        lie(&play->pairs[pair]);
}

static void act_once(struct play *play, struct input *input)
{
    uint8_t byte = take_8(input);
    enum act act = (enum act)(byte & 15);
    unsigned end = byte >> 4 & 1, pair = (byte >> 5 & 3) % PAIRS;
    struct pair *both = &play->pairs[pair];
    uint32_t argument = act == ACT_DATA || act == ACT_OLD_ACK ? take_16(input)
                        : act == ACT_RST || act == ACT_KEEPALIVE ? take_8(input)
                                                                 : 0;

    if (byte & 0x80)
        play->now_ns = later(play->now_ns, 1000000);
    if (act != ACT_WAIT)
        foresee(both, end, act, argument % 1461);
    switch (act) {
    case ACT_AGAIN: act_again(play, pair, input); break;
    case ACT_COPY: act_copy(play, pair); break;
    case ACT_LOSE: both->lost = true; break;
    case ACT_WILD: act_wild(both, input); break;
    case ACT_ICMP: act_icmp(play, pair, end, input); break;
    case ACT_WAIT: act_wait(play, input); break;
    case ACT_REOPEN: act_reopen(&both->end[end], input); break;
    case ACT_SETTINGS: act_settings(&both->end[end], input); break;
    default: act_segment(play, pair, end, act, argument); break;
    }
}

/* ---- the play ------------------------------------------------------------------------------------------ */

static const struct tl_segment *first_of(const struct play *play, unsigned pair)
{
    struct tl_socket client = socket_of(pair, 0);

    for (unsigned i = 0; i < play->script.count; i++)
        if (play->script.at[i].segment.source.port == client.port &&
            play->script.at[i].segment.source.family == client.family)
            return &play->script.at[i].segment;
    return NULL;
}

static void check_truth(struct tl_tracker *tracker, const void *ctx)
{
    const struct play *play = ctx;

    for (unsigned pair = 0; pair < PAIRS; pair++) {
        const struct pair *both = &play->pairs[pair];
        const struct tl_segment *s = first_of(play, pair);
        const struct tl_connection *c;
        enum tl_role sender;

        if (!s || !both->honest)
            continue;
        c = tl_tracker_find(tracker, s->frame, &s->source, &s->destination, &sender);
        PROMISE(c && !tl_tracker_next(tracker, c) && sender == TL_CLIENT);
        for (int end = 0; end < 2; end++) {
            PROMISE(tl_connection_counts(c, (enum tl_role)end).bytes == both->end[end].bytes);
            PROMISE(!both->states_known ||
                    tl_connection_states(c).state[end] == both->end[end].state ||
                    (play->waited && both->end[end].state == TL_TIME_WAIT &&
                     tl_connection_states(c).state[end] == TL_CLOSED));
        }
    }
}

static void begin(struct play *play, struct input *input)
{
    script_begin(&play->script, input);
    play->now_ns = INT64_C(1700000000000000000);
    play->waited = !play->script.config.msl_ns;
    for (unsigned pair = 0; pair < PAIRS; pair++) {
        struct pair *both = &play->pairs[pair];

        *both = (struct pair){.honest = true, .states_known = true};
        for (int end = 0; end < 2; end++)
            both->end[end] = (struct host){.next = 1000u * (pair + 1) + 500u * (unsigned)end,
                                           .window = WINDOW,
                                           .window_scale = -1,
                                           .state = end ? TL_LISTEN : TL_CLOSED};
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct play play;
    struct input input = {data, size};

    begin(&play, &input);
    while (input.size && play.script.count < LONGEST_SCRIPT)
        act_once(&play, &input);
    promises_hold(&play.script, check_truth, &play);
    return 0;
}
