/* Captures as they come: packets twice, one direction, only some kinds of segments, clocks that
 * step back, starts in the middle of everything.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* clang-format off */
#define OPEN                                                                                       \
    "C SYN seq=100                         -> SYN-SENT SYN-RECEIVED? h1",                          \
    "S SYN,ACK seq=300 ack=101             -> ESTABLISHED? SYN-RECEIVED h2",                       \
    "C ACK seq=101 ack=301                 -> ESTABLISHED ESTABLISHED? h3 established"
#define OPEN_PROVEN OPEN,                                                                          \
    "S ACK seq=301 ack=101 len=10          -> ESTABLISHED ESTABLISHED",                            \
    "C ACK seq=101 ack=311                 -> ESTABLISHED ESTABLISHED"

/* 1. copies made by a mirror port */
static void last_ack_captured_twice(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 id=7    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102 id=8    -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=312 id=9        -> TIME-WAIT CLOSED? t4 closed",
        "C ACK seq=102 ack=312 id=9        -> TIME-WAIT CLOSED?");
}

static void syn_captured_again_behind_the_handshake(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 id=1    -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 id=2        -> ESTABLISHED ESTABLISHED? h3 established",
        "C SYN seq=100 id=1                -> ESTABLISHED ESTABLISHED?");
}

static void keepalive_captured_twice(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "+7200 C ACK seq=100 ack=311 id=9  -> ESTABLISHED ESTABLISHED keepalive_probe",
        "C ACK seq=100 ack=311 id=9        -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=101 id=9        -> ESTABLISHED ESTABLISHED");
}

static void syn_anew_captured_twice(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "+9 C SYN seq=4000 id=1            -> SYN-SENT ESTABLISHED half_open_discovered",
        "C SYN seq=4000 id=1               -> SYN-SENT ESTABLISHED");
}

/* 2. tcpdump 'tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0' */
static void only_syn_and_fin_were_captured(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ws=7                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ws=7    -> ESTABLISHED? SYN-RECEIVED h2",
        "+5 C FIN,ACK seq=5000101 ack=9000301 -> FIN-WAIT-1 CLOSE-WAIT? established t1 gap",
        "S FIN,ACK seq=9000301 ack=5000102 -> TIME-WAIT? LAST-ACK t2 t3");
    PLAY(
        "C SYN seq=100 ws=7                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ws=7    -> ESTABLISHED? SYN-RECEIVED h2",
        "+5 C FIN,ACK seq=501 ack=901      -> FIN-WAIT-1 CLOSE-WAIT? established t1 gap",
        "C RST,ACK seq=502 ack=901         -> CLOSED CLOSED? reset_while_closing");
}

static void check_reset(struct trace *t)
{
    assert_int_equal(tl_summarize(t->connection).close, TL_CLOSE_RESET);
    assert_int_equal(tl_summarize(t->connection).open, TL_OPEN_THREE_WAY);
}

static void only_syn_and_rst_were_captured(void **state)
{
    (void)state;
    PLAY_AND(check_reset,
        "C SYN seq=100 ws=7                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ws=7    -> ESTABLISHED? SYN-RECEIVED h2",
        "+5 S RST seq=901                  -> CLOSED? CLOSED reset");
    PLAY_AND(check_reset,
        "C SYN seq=100 ws=7                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ws=7    -> ESTABLISHED? SYN-RECEIVED h2",
        /* (LISTEN? by the RFC's rule for SYN-RECEIVED: the end was never seen beyond it) */
        "+5 C RST,ACK seq=501 ack=901      -> CLOSED LISTEN? reset");
}

/* 3. one direction only */
static void check_not_dead(struct trace *t)
{
    assert_int_equal(tl_summarize(t->connection).close, TL_CLOSE_NONE);
}

static void one_sided_retransmissions_are_no_dead_peer(void **state)
{
    (void)state;
    PLAY_AND(check_not_dead,
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=101 ack=301 len=10      -> ESTABLISHED ESTABLISHED?",
        "+0.3 C ACK seq=101 ack=301 len=10 -> ESTABLISHED ESTABLISHED?",
        "C ACK seq=111 ack=801 len=10      -> ESTABLISHED ESTABLISHED? one_sided",
        "+0.3 C ACK seq=111 ack=801 len=10 -> ESTABLISHED ESTABLISHED?",
        "C ACK seq=121 ack=1801 len=10     -> ESTABLISHED ESTABLISHED?",
        "+0.3 C ACK seq=121 ack=1801 len=10 -> ESTABLISHED ESTABLISHED?",
        "C ACK seq=131 ack=2801 len=10     -> ESTABLISHED ESTABLISHED?",
        "+0.3 C ACK seq=131 ack=2801 len=10 -> ESTABLISHED ESTABLISHED?",
        "C ACK seq=141 ack=3801 len=10     -> ESTABLISHED ESTABLISHED?",
        "+0.3 C ACK seq=141 ack=3801 len=10 -> ESTABLISHED ESTABLISHED?");
}

static void client_only_capture_reuses_its_port(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=101 ack=301 len=10      -> ESTABLISHED ESTABLISHED?",
        "C ACK seq=111 ack=801             -> ESTABLISHED ESTABLISHED? one_sided",
        "+60 C SYN seq=5000                -> SYN-SENT ESTABLISHED?",
        "C ACK seq=5001 ack=7001           -> ESTABLISHED ESTABLISHED? #1 h3 established port_reused",
        "C FIN,ACK seq=5001 ack=7001       -> FIN-WAIT-1 CLOSE-WAIT? #1 t1");
}

static void server_only_capture_reuses_its_port(void **state)
{
    (void)state;
    PLAY(
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "S ACK seq=301 ack=111 len=50      -> ESTABLISHED? ESTABLISHED established",
        "S ACK seq=351 ack=121 len=50      -> ESTABLISHED? ESTABLISHED one_sided",
        "+60 S SYN,ACK seq=90000000 ack=80000001 -> ESTABLISHED? SYN-RECEIVED #1 h2 port_reused");
    PLAY(
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "S ACK seq=301 ack=111 len=50      -> ESTABLISHED? ESTABLISHED established",
        "S RST,ACK seq=351 ack=111         -> CLOSED? CLOSED reset",
        "+1 S SYN,ACK seq=9000000 ack=8000001 -> ESTABLISHED? SYN-RECEIVED #1 h2 port_reused");
}

/* 4. where the capture begins */
static void capture_starts_with_a_reset_then_a_new_connection(void **state)
{
    (void)state;
    PLAY(
        "S RST,ACK seq=100 ack=50          -> CLOSED? CLOSED midstream reset",
        "+1 C SYN seq=5000                 -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",
        "S SYN,ACK seq=7000 ack=5001       -> ESTABLISHED? SYN-RECEIVED #1 h2",
        "C ACK seq=5001 ack=7001           -> ESTABLISHED ESTABLISHED? #1 h3 established");
}

static void capture_starts_with_a_forged_reset(void **state)
{
    (void)state;
    PLAY(
        "C RST seq=100                     -> CLOSED CLOSED? midstream reset",
        "+1 C ACK seq=900 ack=2000 len=5   -> ESTABLISHED CLOSED?",
        "S ACK seq=2000 ack=905 len=5      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=905 ack=2005        -> FIN-WAIT-1 CLOSE-WAIT? t1");
}

static void capture_starts_with_a_keepalive(void **state)
{
    (void)state;
    PLAY(
        "C ACK seq=999 ack=2000            -> ESTABLISHED ESTABLISHED? midstream",
        "S ACK seq=2000 ack=1000           -> ESTABLISHED ESTABLISHED");
}

static void check_bulk(struct trace *t)
{
    assert_int_equal(t->connection->kept[TL_CLIENT].bytes, 2000);
}

static void capture_starts_in_an_upload(void **state)
{
    (void)state;
    PLAY_AND(check_bulk,
        "S ACK seq=2000 ack=1000           -> ESTABLISHED? ESTABLISHED midstream",
        "C ACK seq=50000 ack=2000 len=1000 -> ESTABLISHED ESTABLISHED",
        "S ACK seq=2000 ack=3000           -> ESTABLISHED ESTABLISHED",
        "C ACK seq=51000 ack=2000 len=1000 -> ESTABLISHED ESTABLISHED",
        "S ACK seq=2000 ack=51000          -> ESTABLISHED ESTABLISHED");
}

static void junk_then_midstream(void **state)
{
    (void)state;
    PLAY(
        "C none seq=5                      -> CLOSED CLOSED?",
        "C ACK seq=1000 ack=2000 len=10    -> ESTABLISHED ESTABLISHED? #1 midstream",
        "S ACK seq=2000 ack=1010           -> ESTABLISHED ESTABLISHED #1");
}

/* 5. reuse within TIME-WAIT */
static void again_though_the_last_ack_was_not_captured(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=312         -> LAST-ACK TIME-WAIT? t2 t3",
        "+5 C SYN seq=5000                 -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",
        "S SYN,ACK seq=9000 ack=5001       -> ESTABLISHED? SYN-RECEIVED #1 h2");
}
/* RFC 6191, section 2: the same timestamp, a higher sequence number. */
static void again_within_one_tick(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ts=1000             -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ts=5000 -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 ts=1000     -> ESTABLISHED ESTABLISHED? h3 established",
        "S FIN,ACK seq=301 ack=101 ts=5000 -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=302 ts=1000 -> LAST-ACK TIME-WAIT? t2 t3",
        "S ACK seq=302 ack=102 ts=5000     -> CLOSED? TIME-WAIT t4 closed",
        "C SYN seq=900000 ts=1000          -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused");
}

/* 6. the rest */
static void fin_acknowledged_before_it_was_captured(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S ACK seq=311 ack=102             -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-2? CLOSE-WAIT t1");
}

static void clock_steps_back_before_the_fin_is_repeated(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102 id=1    -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "+-5 S FIN,ACK seq=311 ack=102 id=2 -> TIME-WAIT LAST-ACK t3r fin_retransmitted last_ack_lost",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4r");
}

static void another_server_answers_with_older_timestamps(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ts=10 id=1          -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ts=900000 -> ESTABLISHED? SYN-RECEIVED h2",
        "+1 C SYN seq=100 ts=1010 id=2     -> SYN-SENT SYN-RECEIVED h1r syn_retransmitted",
        "S SYN,ACK seq=70000 ack=101 ts=500 -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=70001 ts=1011   -> ESTABLISHED ESTABLISHED? h3 established",
        "S FIN,ACK seq=70001 ack=101 ts=501 -> CLOSE-WAIT? FIN-WAIT-1 t1");
}

static void reset_with_the_fins_number_in_time_wait(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "S RST seq=311                     -> TIME-WAIT CLOSED");
}

static void one_byte_again_is_no_keepalive(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=1       -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=102             -> ESTABLISHED ESTABLISHED",
        "+0.2 C ACK seq=101 ack=311 len=1  -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=102             -> ESTABLISHED ESTABLISHED");
}

static void fin_again_soon_after_its_ack_in_midstream(void **state)
{
    (void)state;
    PLAY(
        "S ACK seq=2000 ack=1000 len=5     -> ESTABLISHED? ESTABLISHED midstream",
        "S FIN,ACK seq=2005 ack=1000 id=1  -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=1000 ack=2006           -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed",
        "+0.05 S FIN,ACK seq=2005 ack=1000 id=2 -> CLOSE-WAIT FIN-WAIT-2? t1r fin_retransmitted");
}

static void check_no_third(struct trace *t)
{
    assert_false(tl_summarize(t->connection).ack_time.known);
}

static void servers_data_is_not_the_third_segment(void **state)
{
    (void)state;
    PLAY_AND(check_no_third,
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "+5 S ACK seq=301 ack=111 len=50   -> ESTABLISHED? ESTABLISHED established");
}

/* A hole wider than the window, and the other end not captured any more. */
static void hole_wider_than_the_window(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=1000    -> ESTABLISHED ESTABLISHED",
        "C ACK seq=901101 ack=311 len=1000 -> ESTABLISHED ESTABLISHED",
        "C ACK seq=902101 ack=311 len=1000 -> ESTABLISHED ESTABLISHED gap",
        "C FIN,ACK seq=903101 ack=311      -> FIN-WAIT-1 CLOSE-WAIT? t1");
}

/* A forged acknowledgement far ahead must not make the real segments look old. */
static void acknowledgement_far_beyond(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S ACK seq=311 ack=1000101         -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=311 len=10      -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=111             -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=111 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=112             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
}

/* FINs cross, and data before one of them is still on its way, too. */
static void simultaneous_close_with_data_on_its_way(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=30      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=131 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=101         -> CLOSING? FIN-WAIT-1 t3 simultaneous_close",
        "C ACK seq=132 ack=312             -> CLOSING TIME-WAIT? t4",
        "S ACK seq=312 ack=132             -> TIME-WAIT? TIME-WAIT? t2 closed");
}

/* A FIN that bears the SYN's number, as some stacks repeat a FIN from before the handshake. */
static void fin_with_the_syns_number(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C FIN,ACK seq=100 ack=301         -> ESTABLISHED ESTABLISHED? h3 established",
        "S RST seq=301                     -> CLOSED? CLOSED reset");
}

/* Half the circle away from everything, to the byte. */
static void segment_from_the_other_side_of_the_circle(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C RST,ACK seq=101 ack=311         -> CLOSED CLOSED? reset",
        "+9 C ACK seq=2147483749 ack=2147483959 -> ESTABLISHED ESTABLISHED? #1 midstream port_reused");
}

/* What an end shows by acknowledging does not hang on how its numbers and the other end's lie. */
static void syn_ack_arrived_after_all(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "+1 C SYN seq=100                  -> SYN-SENT SYN-RECEIVED h1r syn_retransmitted",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established");
}

static void check_both_proven_alike(struct trace *t)
{
    unsigned presumptions = 0;

    for (uint32_t i = 0; i < t->connection->log.count; i++)
        presumptions += t->connection->log.changes[i].frame == t->frame &&
                        t->connection->log.changes[i].kind == TL_PRESUMPTION;
    assert_int_equal(presumptions, 2);
}

static void second_fin_and_its_ack_of_the_first_not_captured(void **state)
{
    (void)state;
    PLAY_AND(check_both_proven_alike, OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed");
}

static void rejected_syn_goes_on_with_a_fin(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "C ICMP seq=100                    -> CLOSED? CLOSED rejected",
        "C FIN,ACK seq=101 ack=301         -> FIN-WAIT-1 CLOSED t1");
}

/* Nothing was captured of the end that the RST is for, so its window is not known. */
static void reset_beyond_a_hole_for_an_end_never_captured(void **state)
{
    (void)state;
    PLAY(
        "S ACK seq=300 ack=101 len=10      -> ESTABLISHED? ESTABLISHED midstream",
        "S RST,ACK seq=320 ack=101         -> ESTABLISHED? CLOSED reset");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test(f)
        T(last_ack_captured_twice), T(syn_captured_again_behind_the_handshake),
        T(keepalive_captured_twice), T(syn_anew_captured_twice),
        T(only_syn_and_fin_were_captured), T(only_syn_and_rst_were_captured),
        T(one_sided_retransmissions_are_no_dead_peer), T(client_only_capture_reuses_its_port),
        T(server_only_capture_reuses_its_port),
        T(capture_starts_with_a_reset_then_a_new_connection), T(capture_starts_with_a_forged_reset),
        T(capture_starts_with_a_keepalive), T(capture_starts_in_an_upload), T(junk_then_midstream),
        T(again_though_the_last_ack_was_not_captured), T(again_within_one_tick),
        T(fin_acknowledged_before_it_was_captured), T(clock_steps_back_before_the_fin_is_repeated),
        T(another_server_answers_with_older_timestamps), T(reset_with_the_fins_number_in_time_wait),
        T(one_byte_again_is_no_keepalive), T(fin_again_soon_after_its_ack_in_midstream),
        T(servers_data_is_not_the_third_segment), T(segment_from_the_other_side_of_the_circle), T(hole_wider_than_the_window), T(fin_with_the_syns_number),
        T(acknowledgement_far_beyond), T(simultaneous_close_with_data_on_its_way),
        T(syn_ack_arrived_after_all), T(second_fin_and_its_ack_of_the_first_not_captured),
        T(rejected_syn_goes_on_with_a_fin), T(reset_beyond_a_hole_for_an_end_never_captured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
