/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace.h"

#include "heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool fired[256];

bool trace_has_fired(unsigned rule)
{
    return fired[rule];
}

enum { CLIENT_PORT = 40000, SERVER_PORT = 80 };

static enum tl_checksum bad_checksum(const struct tl_segment *segment)
{
    (void)segment;
    return TL_CHECKSUM_BAD;
}

static enum tl_checksum good_checksum(const struct tl_segment *segment)
{
    (void)segment;
    return TL_CHECKSUM_GOOD;
}

static struct tl_socket socket_of(bool client, uint16_t client_port)
{
    struct tl_socket socket = {.address_length = 4, .family = 1};

    socket.address[0] = 10;
    socket.address[3] = client ? 1 : 2;
    socket.port = client ? client_port : SERVER_PORT;
    return socket;
}

static uint8_t parse_flags(const char *word, const char *line)
{
    static const struct {
        const char *name;
        uint8_t flag;
    } known[] = {{"SYN", TL_SYN}, {"FIN", TL_FIN}, {"RST", TL_RST}, {"ACK", TL_ACK}, {"PSH", TL_PSH}};
    uint8_t flags = 0;
    char copy[64], *rest = copy, *name;

    if (!strcmp(word, "none"))
        return 0;
    snprintf(copy, sizeof copy, "%s", word);
    while ((name = strtok_r(rest, ",", &rest)) != NULL) {
        size_t i;

        for (i = 0; i < sizeof known / sizeof known[0] && strcmp(name, known[i].name) != 0; i++)
            ;
        if (i < sizeof known / sizeof known[0])
            flags |= known[i].flag;
        else
            fail_msg("unknown flag %s in: %s", name, line);
    }
    return flags;
}

static struct tl_segment parse_segment(struct trace *trace, char *text, const char *line)
{
    struct tl_segment segment = {.window = 65535, .window_scale = -1};
    char *rest = text, *word;
    bool client = true, has_sender = false, has_flags = false;
    int64_t pause_ns = 1000000;
    uint16_t client_port = CLIENT_PORT;

    while ((word = strtok_r(rest, " ", &rest)) != NULL) {
        unsigned long long value = strchr(word, '=') ? strtoull(strchr(word, '=') + 1, NULL, 10) : 0;

        if (word[0] == '+') {
            pause_ns = (int64_t)(strtod(word + 1, NULL) * 1e9);
        } else if (!has_sender && (!strcmp(word, "C") || !strcmp(word, "S"))) {
            client = word[0] == 'C';
            has_sender = true;
        } else if (!strncmp(word, "seq=", 4)) {
            segment.seq = (tl_seq)value;
        } else if (!strncmp(word, "ack=", 4)) {
            segment.ack = (tl_seq)value;
        } else if (!strncmp(word, "part=", 5)) {
            segment.part = (uint32_t)value;
            pause_ns = 0;
        } else if (!strncmp(word, "net=", 4)) {
            segment.network = (uint32_t)value;
        } else if (!strncmp(word, "port=", 5)) {
            client_port = (uint16_t)value;
        } else if (!strncmp(word, "len=", 4)) {
            segment.length = (uint32_t)value;
        } else if (!strncmp(word, "win=", 4)) {
            segment.window = (uint16_t)value;
        } else if (!strncmp(word, "ws=", 3)) {
            segment.window_scale = (int8_t)value;
        } else if (!strncmp(word, "ts=", 3)) {
            segment.has_timestamps = true;
            segment.ts_val = (uint32_t)value;
        } else if (!strncmp(word, "ecr=", 4)) {
            segment.ts_ecr = (uint32_t)value;
        } else if (!strncmp(word, "id=", 3)) {
            segment.has_ip_id = true;
            segment.ip_id = (uint16_t)value;
        } else if (!strncmp(word, "sack=", 5) && strchr(word, '-')) {
            segment.sack[0].start = (tl_seq)value;
            segment.sack[0].end = (tl_seq)strtoull(strchr(word, '-') + 1, NULL, 10);
            segment.sack_count = 1;
        } else if (!strcmp(word, "cut")) {
            segment.window_scale = TL_SCALE_UNKNOWN;
        } else if (!strcmp(word, "fragment")) {
            segment.is_fragment = true;
        } else if (!strcmp(word, "bad")) {
            segment.checksum = bad_checksum;
        } else if (!strcmp(word, "good")) {
            segment.checksum = good_checksum;
        } else if (!has_flags) {
            segment.flags = parse_flags(word, line);
            has_flags = true;
        } else {
            fail_msg("cannot read %s in: %s", word, line);
        }
    }
    trace->now_ns += pause_ns;
    trace->frame += !segment.part;
    trace->part = segment.part;
    segment.frame = trace->frame;
    segment.part = trace->part;
    segment.time_ns = trace->now_ns;
    segment.source = socket_of(client, client_port);
    segment.destination = socket_of(!client, client_port);
    segment.seq += trace->offset[client ? TL_CLIENT : TL_SERVER];
    if (segment.flags & TL_ACK)
        segment.ack += trace->offset[client ? TL_SERVER : TL_CLIENT];
    segment.sack[0].start += trace->offset[client ? TL_SERVER : TL_CLIENT];
    segment.sack[0].end += trace->offset[client ? TL_SERVER : TL_CLIENT];
    return segment;
}

struct tl_segment trace_segment(struct trace *trace, const char *line)
{
    char text[256];

    snprintf(text, sizeof text, "%s", line);
    return parse_segment(trace, text, line);
}

/* What the tracker says after the segment, in the words of an expectation. */
static void describe(const struct trace *trace, char *text, size_t size)
{
    const struct tl_connection *c = trace->connection;
    struct tl_states states = tl_change_log_states_at_part(&c->log, trace->frame, trace->part);
    const struct tl_change *change;
    uint32_t count = tl_change_log_at_part(&c->log, trace->frame, trace->part, &change);
    int used = snprintf(text, size, "%s%s %s%s", tl_state_name(states.state[TL_CLIENT]),
                        states.presumed[TL_CLIENT] ? "?" : "",
                        tl_state_name(states.state[TL_SERVER]),
                        states.presumed[TL_SERVER] ? "?" : "");

    if (c->number)
        used += snprintf(text + used, size - (size_t)used, " #%u", (unsigned)c->number);
    for (; count--; change++) {
        if (change->kind == TL_TRANSITION)
            fired[change->code] = true;
    }
    for (count = tl_change_log_at_part(&c->log, trace->frame, trace->part, &change); count--; change++) {
        struct tl_step step;

        if (tl_change_step(change, &step))
            used += snprintf(text + used, size - (size_t)used, " %c%d%s",
                             step.is_teardown ? 't' : 'h', step.number,
                             step.is_repetition ? "r" : "");
        if (change->kind == TL_DIAGNOSIS)
            used += snprintf(text + used, size - (size_t)used, " %s",
                             tl_diagnosis_name((enum tl_diagnosis)change->code));
    }
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The two states, then the other words in alphabetical order. */
static void normalize(char *text, size_t size)
{
    char copy[512], *words[64], *rest = copy;
    size_t count = 0;

    snprintf(copy, sizeof copy, "%s", text);
    while (count < 64 && (words[count] = strtok_r(rest, " ", &rest)) != NULL)
        count++;
    if (count > 2)
        qsort(words + 2, count - 2, sizeof words[0], compare_words);
    text[0] = '\0';
    for (size_t i = 0, used = 0; i < count; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? " " : "", words[i]);
}

static void play_line(struct trace *trace, const char *line)
{
    static const char syn[] = {' ', 'S', 'Y', 'N'};
    char left[256], wanted[512], got[512];
    const char *arrow = strstr(line, "->");
    char *icmp;
    struct tl_segment segment;
    enum tl_role sender;

    if (!arrow)
        fail_msg("no arrow in: %s", line);
    snprintf(left, sizeof left, "%.*s", (int)(arrow - line), line);
    snprintf(wanted, sizeof wanted, "%s", arrow + 2);
    icmp = strstr(left, " ICMP");
    if (icmp) {
        const bool is_router = icmp[5] == '-';

        memcpy(icmp, syn, sizeof syn);
        memset(icmp + sizeof syn, ' ', (is_router ? sizeof " ICMP-ROUTER" : sizeof " ICMP") - 1 - sizeof syn);
        segment = parse_segment(trace, left, line);
        tl_tracker_icmp_error(trace->tracker, segment.frame, segment.time_ns, &segment.source,
                              &segment.destination, segment.seq, 3, is_router ? 1 : 3);
    } else {
        segment = parse_segment(trace, left, line);
        trace->connection = tl_tracker_segment(trace->tracker, &segment, &sender);
    }
    if (!trace->connection) {
        fail_msg("no connection for: %s", line);
        return;
    }
    describe(trace, got, sizeof got);
    normalize(got, sizeof got);
    normalize(wanted, sizeof wanted);
    if (strcmp(got, wanted) != 0)
        fail_msg("offsets %u %u, frame %u: %s\n    wanted: %s\n    got:    %s",
                 (unsigned)trace->offset[0], (unsigned)trace->offset[1], (unsigned)trace->frame,
                 line, wanted, got);
}

static void play_at(const char *const *lines, void (*check)(struct trace *trace), tl_seq client,
                    tl_seq server)
{
    struct tl_memory memory = {.resize = heap_resize};
    struct tl_config config = {
        .msl_ns = TL_DEFAULT_MSL_NS, .close_wait_limit_ns = INT64_C(60000000000), .seed = {1, 2}};
    struct trace trace = {.offset = {client, server}, .now_ns = INT64_C(1700000000000000000)};

    trace.tracker = tl_tracker_new(&memory, &config);
    for (const char *const *line = lines; *line; line++)
        play_line(&trace, *line);
    if (check)
        check(&trace);
    tl_tracker_free(trace.tracker);
}

void trace_play(const char *const *lines, void (*check)(struct trace *trace))
{
    /* 2^32 lies within the first hundreds of numbers of the client, or of the server. */
    play_at(lines, check, 0, 0);
    play_at(lines, check, UINT32_MAX - 100, 0);
    play_at(lines, check, 7, UINT32_MAX - 300);
}

void trace_play_as_written(const char *const *lines)
{
    play_at(lines, NULL, 0, 0);
}
