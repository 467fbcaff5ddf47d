/* Zeek's words, trace by trace. What is expected follows from the rules that docs/zeek.md names;
 * tests/zeek.py compares with rows of Zeek's own.
 *
 * A line is a segment as in trace.h, without an arrow; "cut" in front of it: not all of its payload
 * was captured. The server's port is none that Zeek knows, but where WELL_KNOWN says so.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "heap.h"
#include "tcplife/zeek.h"
#include "trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

enum { HIGH_PORT = 5001, WELL_KNOWN_PORT = 80, IP_AND_TCP_HEADERS = 40 };

/* ---- memory that can run out ----------------------------------------------------------------- */

static struct {
    unsigned calls, fails_at; /* 0: never */
    long blocks;
    size_t bytes;
} pool;

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size)
{
    if (new_size && ++pool.calls == pool.fails_at)
        return NULL;
    pool.blocks += (block == NULL) - (new_size == 0);
    pool.bytes += new_size - old_size;
    return heap_resize(ctx, block, old_size, new_size);
}

/* ---- playing ----------------------------------------------------------------------------------- */

static void feed(struct tl_zeek *zeek, struct trace *trace, const char *line, uint16_t server_port)
{
    bool cut = !strncmp(line, "cut ", 4), client;
    struct tl_segment segment = trace_segment(trace, cut ? line + 4 : line);
    struct tl_zeek_packet packet = {
        .segment = &segment,
        .ip_length = segment.length + IP_AND_TCP_HEADERS,
        .is_whole = !cut,
    };

    client = segment.destination.port == WELL_KNOWN_PORT;
    (client ? &segment.destination : &segment.source)->port = server_port;
    tl_zeek_segment(zeek, 0, client ? TL_CLIENT : TL_SERVER, &packet);
}

/* Everything that a record says, as one line. */
static void describe(const struct tl_zeek_record *record, char *text, size_t size)
{
    int used = snprintf(text, size, "%s %s", record->conn_state, record->history);

    if (record->has_duration)
        used += snprintf(text + used, size - (size_t)used, " %lldms %llu/%llu",
                         (long long)record->duration_ns / 1000000,
                         (unsigned long long)record->bytes[TL_ZEEK_ORIGINATOR],
                         (unsigned long long)record->bytes[TL_ZEEK_RESPONDER]);
    if (record->missed_bytes)
        snprintf(text + used, size - (size_t)used, " missed %llu",
                 (unsigned long long)record->missed_bytes);
}

/* `wanted`: conn_state and history, and perhaps the rest of what describe() says. The offsets are
 * added to the numbers of client and server. */
static void play_at(tl_seq client_offset, tl_seq server_offset, uint16_t server_port,
                    const char *wanted, const char *const *lines)
{
    const struct tl_memory memory = {.resize = resize};
    struct trace trace = {.offset = {client_offset, server_offset}, .now_ns = 1};
    struct tl_zeek *zeek;
    struct tl_zeek_record record;
    char got[8192];

    memset(&pool, 0, sizeof pool);
    zeek = tl_zeek_new(&memory);
    assert_false(tl_zeek_look_up(zeek, 0, &record));
    for (const char *const *line = lines; *line; line++)
        feed(zeek, &trace, *line, server_port);
    assert_true(tl_zeek_look_up(zeek, 0, &record));
    describe(&record, got, sizeof got);
    if (strncmp(got, wanted, strlen(wanted)) != 0 ||
        (got[strlen(wanted)] != '\0' && got[strlen(wanted)] != ' '))
        fail_msg("offsets %u %u\n    wanted: %s\n    got:    %s", (unsigned)client_offset,
                 (unsigned)server_offset, wanted, got);
    tl_zeek_free(zeek);
    assert_int_equal(pool.blocks, 0);
}

/* 2^32 lies within the first hundreds of numbers of the client, or of the server; or nowhere. */
static void play(uint16_t server_port, const char *wanted, const char *const *lines)
{
    play_at(0, 0, server_port, wanted, lines);
    play_at(UINT32_MAX - 105, 0, server_port, wanted, lines);
    play_at(7, UINT32_MAX - 305, server_port, wanted, lines);
}

/* The client's SYN has the last number before 2^32. */
#define AT_THE_EDGE(wanted, ...)                                                                   \
    play_at(UINT32_MAX - 100, 0, HIGH_PORT, wanted, (const char *const[]){__VA_ARGS__, NULL})
#define SAYS(wanted, ...) play(HIGH_PORT, wanted, (const char *const[]){__VA_ARGS__, NULL})
#define WELL_KNOWN(wanted, ...)                                                                    \
    play(WELL_KNOWN_PORT, wanted, (const char *const[]){__VA_ARGS__, NULL})

#define OPEN "C SYN seq=100", "S SYN,ACK seq=300 ack=101", "C ACK seq=101 ack=301"
#define TALK "C ACK seq=101 ack=301 len=10", "S ACK seq=301 ack=111", "S ACK seq=301 ack=111 len=20", "C ACK seq=111 ack=321"

/* ---- conn_state ---------------------------------------------------------------------------------- */

static void every_state(void **state)
{
    (void)state;
    SAYS("S0 S", "C SYN seq=100");
    /* The third segment is not needed. */
    SAYS("S1 Sh", "C SYN seq=100", "S SYN,ACK seq=300 ack=101");
    SAYS("S1 ShADad 6ms 10/20", OPEN, TALK);
    SAYS("S2 ShADadF", OPEN, TALK, "C FIN,ACK seq=111 ack=321", "S ACK seq=321 ack=112");
    SAYS("S3 ShADadf", OPEN, TALK, "S FIN,ACK seq=321 ack=111", "C ACK seq=111 ack=322");
    SAYS("SF ShADadFf", OPEN, TALK, "C FIN,ACK seq=111 ack=321", "S FIN,ACK seq=321 ack=112",
         "C ACK seq=112 ack=322");
    SAYS("REJ Sr", "C SYN seq=100", "S RST,ACK ack=101");
    SAYS("RSTO ShADadR", OPEN, TALK, "C RST,ACK seq=111 ack=321");
    SAYS("RSTR ShADadr", OPEN, TALK, "S RST,ACK seq=321 ack=111");
    SAYS("RSTOS0 SR", "C SYN seq=100", "C RST seq=101");
    SAYS("RSTRH Dr", "C ACK seq=101 ack=301 len=10", "S RST seq=301");
    SAYS("SH SF", "C SYN seq=100", "C FIN seq=101");
    WELL_KNOWN("SHR ^hf", "S SYN,ACK seq=300 ack=101", "S FIN,ACK seq=301 ack=101");
    SAYS("OTH DdA", "C ACK seq=101 ack=301 len=10", "S ACK seq=301 ack=111 len=20",
         "C ACK seq=111 ack=321");
}

static void states_without_looking_at_numbers(void **state)
{
    (void)state;
    SAYS("RSTO ShADadR", OPEN, TALK, "C RST seq=90000000");
    SAYS("SF FfA", "C FIN,ACK seq=101 ack=301", "S FIN,ACK seq=301 ack=102", "C ACK seq=102 ack=302");
    /* Both reset, and no data: called rejected. */
    SAYS("REJ ShARr", OPEN, "C RST seq=101 ack=301", "S RST seq=301");
    /* A RST after both FINs changes nothing; one between FINs is forgotten. */
    SAYS("SF ShADadFfR", OPEN, TALK, "C FIN,ACK seq=111 ack=321", "S FIN,ACK seq=321 ack=112",
         "C RST seq=112");
    SAYS("SF ShADadFRf", OPEN, TALK, "C FIN,ACK seq=111 ack=321", "C RST seq=112",
         "S FIN,ACK seq=321 ack=112");
    /* One direction only: the originator stays where its SYN brought it. */
    SAYS("S0 SAD", "C SYN seq=100", "C ACK seq=101 ack=301", "C ACK seq=101 ack=301 len=10");
    /* What comes between SYN and RST decides whether that was a scan. */
    SAYS("OTH SAR", "C SYN seq=100", "C ACK seq=101 ack=301", "C RST seq=101");
    SAYS("RSTOS0 SWR", "C SYN seq=100 win=0", "C RST seq=101");
    /* Some acknowledge a SYN before they answer it. */
    SAYS("S1 SahA", "C SYN seq=100", "S ACK seq=300 ack=101", "S SYN,ACK seq=300 ack=101",
         "C ACK seq=101 ack=301");
    SAYS("S1 Ss", "C SYN seq=100", "S SYN seq=300");
}

/* ---- history ------------------------------------------------------------------------------------- */

static void letters_once(void **state)
{
    (void)state;
    /* The same SYN, another SYN, and one with the SYN,ACK's number. */
    SAYS("S0 S", "C SYN seq=100", "C SYN seq=100");
    SAYS("S0 S", "C SYN seq=100", "C SYN seq=5000");
    SAYS("S1 Sh", "C SYN seq=100", "S SYN,ACK seq=300 ack=101", "S SYN,ACK seq=300 ack=101");
    /* Another SYN of an end that has closed is recorded. */
    SAYS("SF ShADadFfS", OPEN, TALK, "C FIN,ACK seq=111 ack=321", "S FIN,ACK seq=321 ack=112",
         "C SYN seq=5000");
    /* A FIN by its end, a RST by its beginning. */
    SAYS("S2 ShADadF", OPEN, TALK, "C FIN,ACK seq=111 ack=321", "C FIN,ACK seq=111 ack=321");
    SAYS("S2 ShADadFF", OPEN, TALK, "C FIN,ACK seq=111 ack=321", "C FIN,ACK seq=112 ack=321");
    SAYS("RSTO ShADadRR", OPEN, TALK, "C RST seq=111", "C RST seq=111", "C RST seq=115");
    /* FIN with data: no D. Nothing at all: no letter. */
    SAYS("S2 ShAF", OPEN, "C FIN,ACK seq=101 ack=301 len=10");
    SAYS("OTH ", "C none seq=101");
}

static void letters_of_odd_flags(void **state)
{
    (void)state;
    SAYS("RSTO ShADadI", OPEN, TALK, "C FIN,RST,ACK seq=111 ack=321",
         "C FIN,RST,ACK seq=500 ack=321");
    /* A FIN is the same one again, and another one, whatever FIN,RST came between. */
    SAYS("RSTO ShADadFI", OPEN, TALK, "C FIN,ACK seq=111 ack=321", "C FIN,RST,ACK seq=500 ack=321",
         "C FIN,ACK seq=111 ack=321", "C FIN,RST,ACK seq=500 ack=321", "C FIN,ACK seq=111 ack=321");
    SAYS("RSTO ShADadFIF", OPEN, TALK, "C FIN,ACK seq=111 ack=321", "C FIN,RST,ACK seq=500 ack=321",
         "C FIN,ACK seq=500 ack=321");
    SAYS("SH Q", "C SYN,FIN seq=100");
    SAYS("OTH Q", "C SYN,RST seq=100");
    SAYS("OTH I", "C SYN,FIN,RST seq=100");
}

static void letters_by_powers_of_ten(void **state)
{
    (void)state;
#define TEN(line) line, line, line, line, line, line, line, line, line, line
    SAYS("S1 ShADadT", OPEN, TALK, "C ACK seq=101 ack=321 len=10");
    SAYS("S1 ShADadTT", OPEN, TALK, TEN("C ACK seq=101 ack=321 len=10"),
         TEN("C ACK seq=101 ack=321 len=10"));
    SAYS("S1 ShADadW", OPEN, TALK, "C ACK seq=111 ack=321 win=0");
    SAYS("S1 ShADadWW", OPEN, TALK, TEN("C ACK seq=111 ack=321 win=0"));
    /* After the other end's FIN a window means nothing, nor does it in a RST. */
    SAYS("S3 ShADadf", OPEN, TALK, "S FIN,ACK seq=321 ack=111", "C ACK seq=111 ack=322 win=0");
    SAYS("RSTO ShADadR", OPEN, TALK, "C RST,ACK seq=111 ack=321 win=0");
    /* A keepalive probe with a byte repeats data, one without does not. */
    SAYS("S1 ShADadT", OPEN, TALK, "+7200 C ACK seq=110 ack=321 len=1");
    SAYS("S1 ShADad", OPEN, TALK, "+7200 C ACK seq=110 ack=321");
    /* A SYN's data was counted when the SYN was. */
    SAYS("S0 ST", "C SYN seq=100 len=10");
}

static void who_is_the_originator(void **state)
{
    (void)state;
    WELL_KNOWN("S1 ^hADa", "S SYN,ACK seq=300 ack=101", "C ACK seq=101 ack=301",
               "C ACK seq=101 ack=301 len=10", "S ACK seq=301 ack=111");
    WELL_KNOWN("OTH ^dA", "S ACK seq=301 ack=101 len=20", "C ACK seq=101 ack=321");
    /* Without a port that tells, the SYN,ACK's sender is a scanner until somebody goes on. */
    SAYS("OTH H", "S SYN,ACK seq=300 ack=101");
    SAYS("REJ Hr", "S SYN,ACK seq=300 ack=101", "C RST seq=101");
    SAYS("OTH ^hADa", "S SYN,ACK seq=300 ack=101", "C ACK seq=101 ack=301",
         "C ACK seq=101 ack=301 len=10", "S ACK seq=301 ack=111");
    SAYS("SHR ^haf", "S SYN,ACK seq=300 ack=101", "S ACK seq=301 ack=101",
         "S FIN,ACK seq=301 ack=101");
    /* SYN and SYN,ACK captured in the wrong order. */
    SAYS("S1 Hs^Da", "S SYN,ACK seq=300 ack=101", "C SYN seq=100",
         "C ACK seq=101 ack=301 len=10", "S ACK seq=301 ack=111");
}

/* ---- checksums ----------------------------------------------------------------------------------- */

static void checksums(void **state)
{
    (void)state;
    SAYS("S1 ShADadC", "C SYN seq=100 good", "S SYN,ACK seq=300 ack=101 good",
         "C ACK seq=101 ack=301 good", TALK, "C FIN,ACK seq=111 ack=321 bad", "C RST seq=111 bad");
    /* A host that leaves them to its network card, and is answered. */
    SAYS("SF ShADadFf", "C SYN seq=100 bad", "S SYN,ACK seq=300 ack=101 good",
         "C ACK seq=101 ack=301 bad", TALK, "C FIN,ACK seq=111 ack=321 bad",
         "S FIN,ACK seq=321 ack=112 good");
    /* Nobody answers. */
    SAYS("OTH C", "C SYN seq=100 bad", "+1 C SYN seq=100 bad");
    WELL_KNOWN("OTH ^cc", TEN("S RST seq=100 bad"));
    SAYS("S0 S", "C SYN seq=100 good", "+1 C SYN seq=100 good");
}

/* ---- bytes, gaps and time ------------------------------------------------------------------------ */

static void bytes_are_told_by_numbers(void **state)
{
    (void)state;
    /* Retransmissions count once, what was only acknowledged counts, too. */
    SAYS("S1 ShADadT 7ms 10/20", OPEN, TALK, "C ACK seq=101 ack=321 len=10");
    SAYS("S1 ShAdG 5ms 500/20 missed 500", OPEN,
         "S ACK seq=301 ack=601 len=20", "C ACK seq=601 ack=321", "C ACK seq=601 ack=321");
    /* A half-open connection's numbers are another one's. */
    SAYS("RSTOS0 SaR 2ms 0/0", "C SYN seq=100", "S ACK seq=300 ack=5000", "C RST seq=5000");
}

static void gaps(void **state)
{
    (void)state;
    /* A hole that is filled before it is acknowledged is none. */
    SAYS("S1 ShADTa 6ms 30/0", OPEN, "C ACK seq=111 ack=301 len=20", "C ACK seq=101 ack=301 len=10",
         "S ACK seq=301 ack=131", "S ACK seq=301 ack=131");
    /* Two holes in one acknowledgement are two gaps. */
    SAYS("S1 ShADaG 5ms 40/0 missed 20", OPEN, "C ACK seq=111 ack=301 len=10",
         "C ACK seq=131 ack=301 len=10", "S ACK seq=301 ack=141");
    /* Payload that was cut off is missing. */
    SAYS("S1 ShADaG 4ms 10/0 missed 10", OPEN, "cut C ACK seq=101 ack=301 len=10",
         "S ACK seq=301 ack=111");
    /* In mid-stream nothing is sure. */
    SAYS("OTH Da 1ms 30/0", "C ACK seq=111 ack=301 len=10", "S ACK seq=301 ack=141");
}

static void time_ends_when_both_have_closed(void **state)
{
    (void)state;
    /* The last ACK is not counted… */
    SAYS("SF ShADadFf 8ms 10/20", OPEN, TALK, "C FIN,ACK seq=111 ack=321",
         "S FIN,ACK seq=321 ack=112", "+5 C ACK seq=112 ack=322");
    /* …but where data of an end that closes is not there yet, what brings it is. */
    SAYS("SF ShADadFfT 1008ms 30/20", OPEN, TALK, "C FIN,ACK seq=131 ack=321",
         "S FIN,ACK seq=321 ack=111", "+1 C ACK seq=111 ack=322 len=20");
    SAYS("S0 S", "C SYN seq=100", "+0 C SYN seq=100");
}

/* Behind a SYN with the number 2^32 - 1 Zeek starts to count its end's numbers anew, and so
 * believes acknowledgements only: data is counted when it is acknowledged, and never missing. */
static void a_syn_before_the_wrap(void **state)
{
    (void)state;
    AT_THE_EDGE("SF ShADadFf 8ms 9/20", OPEN, TALK, "C FIN,ACK seq=111 ack=321",
                "S FIN,ACK seq=321 ack=111", "C ACK seq=112 ack=322");
    AT_THE_EDGE("SF ShADadFf 8ms 10/20", OPEN, TALK, "C FIN,ACK seq=111 ack=321",
                "S FIN,ACK seq=321 ack=112", "C ACK seq=112 ack=322");
}

/* ---- limits -------------------------------------------------------------------------------------- */

static void a_history_has_an_end(void **state)
{
    const struct tl_memory memory = {.resize = resize};
    struct trace trace = {.now_ns = 1};
    struct tl_zeek_record record;
    struct tl_zeek *zeek;

    (void)state;
    memset(&pool, 0, sizeof pool);
    zeek = tl_zeek_new(&memory);
    for (unsigned i = 0; i < 10000; i++) {
        char line[64];

        snprintf(line, sizeof line, "C RST seq=%u", i * 7);
        feed(zeek, &trace, line, HIGH_PORT);
    }
    assert_true(tl_zeek_look_up(zeek, 0, &record));
    assert_int_equal(strlen(record.history), 4096);
    assert_int_equal(record.packets[TL_ZEEK_ORIGINATOR], 10000);
    assert_int_equal(record.ip_bytes[TL_ZEEK_ORIGINATOR], 10000 * IP_AND_TCP_HEADERS);
    tl_zeek_free(zeek);
    assert_int_equal(pool.blocks, 0);
}

/* Many holes, then one acknowledgement; perhaps without memory from the nth allocation. */
static void play_holes(unsigned fails_at, unsigned holes, struct tl_zeek_record *record)
{
    static const char *const begin[] = {"S SYN,ACK seq=300 ack=101", OPEN, NULL};
    const struct tl_memory memory = {.resize = resize};
    struct trace trace = {.now_ns = 1};
    struct tl_zeek *zeek;

    memset(record, 0, sizeof *record);
    memset(&pool, 0, sizeof pool);
    pool.fails_at = fails_at;
    zeek = tl_zeek_new(&memory);
    if (zeek) {
        char line[64];

        for (const char *const *next = begin + 1; *next; next++)
            feed(zeek, &trace, *next, HIGH_PORT);
        feed(zeek, &trace, "C ACK seq=101 ack=301 len=1", HIGH_PORT);
        feed(zeek, &trace, "S ACK seq=301 ack=102", HIGH_PORT);
        for (unsigned i = holes; i-- > 0;) {
            snprintf(line, sizeof line, "C ACK seq=%u ack=301 len=1", 103 + 2 * i);
            feed(zeek, &trace, line, HIGH_PORT);
        }
        snprintf(line, sizeof line, "S ACK seq=301 ack=%u", 102 + 2 * holes);
        feed(zeek, &trace, line, HIGH_PORT);
        if (!tl_zeek_look_up(zeek, 0, record))
            memset(record, 0, sizeof *record);
        record->history = record->conn_state = NULL; /* they go */
    }
    tl_zeek_free(zeek);
    assert_int_equal(pool.blocks, 0);
}

static void many_holes(void **state)
{
    struct tl_zeek_record record;

    (void)state;
    play_holes(0, 400, &record);
    assert_int_equal(record.missed_bytes, 400);
    assert_int_equal(record.bytes[TL_ZEEK_ORIGINATOR], 801);
    /* More than are remembered: the farthest count as missing. */
    play_holes(0, 1000, &record);
    assert_true(record.missed_bytes > 1000 && record.missed_bytes <= 1600);
    assert_int_equal(record.bytes[TL_ZEEK_ORIGINATOR], 2001);
}

static void memory_runs_out(void **state)
{
    (void)state;
    for (unsigned n = 1;; n++) {
        struct tl_zeek_record record;

        play_holes(n, 40, &record);
        if (pool.calls < n)
            break;
    }
}

static void connections_by_number(void **state)
{
    const struct tl_memory memory = {.resize = resize};
    struct trace trace = {.now_ns = 1};
    struct tl_segment segment = trace_segment(&trace, "C SYN seq=100");
    const struct tl_zeek_packet packet = {.segment = &segment, .ip_length = 40, .is_whole = true};
    struct tl_zeek_record record;
    struct tl_zeek *zeek;

    (void)state;
    memset(&pool, 0, sizeof pool);
    zeek = tl_zeek_new(&memory);
    tl_zeek_segment(zeek, 70000, TL_CLIENT, &packet);
    tl_zeek_segment(zeek, 3, TL_CLIENT, &packet);
    assert_true(tl_zeek_look_up(zeek, 70000, &record));
    assert_true(tl_zeek_look_up(zeek, 3, &record));
    assert_false(tl_zeek_look_up(zeek, 0, &record));
    assert_false(tl_zeek_look_up(zeek, 4, &record));
    assert_false(tl_zeek_look_up(zeek, UINT32_MAX, &record));
    tl_zeek_free(zeek);
    tl_zeek_free(NULL);
    assert_int_equal(pool.blocks, 0);
}

/* docs/memory.md has the same, for 64-bit machines. */
enum { BYTES_PER_CONNECTION = 168, BYTES_PER_ODD_CONNECTION = 80 };

static void what_a_connection_takes(void **state)
{
    enum { CONNECTIONS = 6400, POINTERS = CONNECTIONS / 64 * 2 };
    const struct tl_memory memory = {.resize = resize};
    struct trace trace = {.now_ns = 1};
    struct tl_segment segment = trace_segment(&trace, "C SYN seq=100");
    const struct tl_zeek_packet packet = {.segment = &segment, .ip_length = 40, .is_whole = true};
    struct tl_zeek *zeek;
    size_t bytes;

    (void)state;
    memset(&pool, 0, sizeof pool);
    zeek = tl_zeek_new(&memory);
    bytes = pool.bytes + POINTERS * sizeof(void *);
    for (unsigned i = 0; i < CONNECTIONS; i++)
        tl_zeek_segment(zeek, i, TL_CLIENT, &packet);
    assert_true(pool.bytes <= bytes + (size_t)CONNECTIONS * BYTES_PER_CONNECTION);

    bytes = pool.bytes;
    segment = trace_segment(&trace, "C SYN seq=101"); /* another SYN is an odd thing */
    for (unsigned round = 0; round < 3; round++)
        tl_zeek_segment(zeek, 0, TL_CLIENT, &packet);
    assert_true(pool.bytes <= bytes + BYTES_PER_ODD_CONNECTION);
    tl_zeek_free(zeek);
    assert_int_equal(pool.blocks, 0);
    assert_int_equal(pool.bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state),
        cmocka_unit_test(states_without_looking_at_numbers),
        cmocka_unit_test(letters_once),
        cmocka_unit_test(letters_of_odd_flags),
        cmocka_unit_test(letters_by_powers_of_ten),
        cmocka_unit_test(who_is_the_originator),
        cmocka_unit_test(checksums),
        cmocka_unit_test(bytes_are_told_by_numbers),
        cmocka_unit_test(gaps),
        cmocka_unit_test(time_ends_when_both_have_closed),
        cmocka_unit_test(a_syn_before_the_wrap),
        cmocka_unit_test(a_history_has_an_end),
        cmocka_unit_test(many_holes),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(connections_by_number),
        cmocka_unit_test(what_a_connection_takes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
