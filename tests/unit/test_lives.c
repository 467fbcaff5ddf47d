/* Whole lives of connections, each a trace: what the RFC and the contract say of them.
 *
 * Sequence numbers are RFC 9293's own in its figures: the client's ISS is 100, the server's 300. It is long since every life
 * is written out, segment by segment, beside others that are like it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "trace.h"

#include "tcplife/fsm.h"

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
/* …and the server has shown that it got the third segment. */
#define OPEN_PROVEN OPEN,                                                                          \
    "S ACK seq=301 ack=101 len=10          -> ESTABLISHED ESTABLISHED",                            \
    "C ACK seq=101 ack=311                 -> ESTABLISHED ESTABLISHED"

static void check_textbook(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.open, TL_OPEN_THREE_WAY);
    assert_int_equal(s.close, TL_CLOSE_FOUR_WAY);
    assert_true(s.has_closed_by);
    assert_int_equal(s.closed_by, TL_CLIENT);
    assert_int_equal(s.handshake_time.ns, 2000000);
    assert_int_equal(s.synack_time.ns, 1000000);
    assert_int_equal(s.ack_time.ns, 1000000);
    assert_int_equal(s.teardown_time.ns, 4000000);
    assert_int_equal(s.half_closed_time.ns, 3000000);
    assert_int_equal(s.half_closed_bytes, 50);
    assert_int_equal(t->connection->kept[TL_CLIENT].bytes, 1000);
    assert_int_equal(t->connection->kept[TL_SERVER].bytes, 2050);
}

static void check_idle_2_5_s(struct trace *t)
{
    const struct tl_duration idle = tl_summarize(t->connection).idle_before_close;

    assert_true(idle.known);
    assert_int_equal(idle.ns, 2500000000);
}

static void check_idle_unknown(struct trace *t)
{
    assert_false(tl_summarize(t->connection).idle_before_close.known);
}

/* How long it was silent before the first FIN, or the RST; what comes behind that is the end. */
static void silence_before_the_end(void **state)
{
    (void)state;
    PLAY_AND(check_idle_2_5_s, OPEN_PROVEN,
        "+1 C ACK seq=101 ack=311 len=10       -> ESTABLISHED ESTABLISHED",
        "+2.5 S FIN,ACK seq=311 ack=111        -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "+4 C FIN,ACK seq=111 ack=312          -> LAST-ACK TIME-WAIT? t2 t3",
        "+5 C FIN,ACK seq=111 ack=312          -> LAST-ACK TIME-WAIT? t3r fin_retransmitted",
        "+6 S ACK seq=312 ack=112              -> CLOSED? TIME-WAIT t4 closed");
    PLAY_AND(check_idle_2_5_s, OPEN_PROVEN,
        "+2.5 C RST seq=101                    -> CLOSED CLOSED? reset",
        "+3 C RST seq=101                      -> CLOSED CLOSED?");
    PLAY_AND(check_idle_2_5_s, OPEN_PROVEN,
        "+2.5 C FIN,ACK seq=101 ack=311        -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "+9 S RST,ACK seq=311 ack=102          -> CLOSED? CLOSED reset_while_closing");
    /* Two captures, merged: the answer's clock stepped back. */
    PLAY_AND(check_idle_unknown, OPEN_PROVEN,
        "+-1 C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1");
    PLAY_AND(check_idle_unknown, OPEN_PROVEN);
    PLAY_AND(check_idle_unknown,
        "C FIN,ACK seq=101 ack=311             -> FIN-WAIT-1 CLOSE-WAIT? t1 midstream");
    /* Nothing was open. */
    PLAY_AND(check_idle_unknown,
        "C SYN seq=100                         -> SYN-SENT SYN-RECEIVED? h1",
        "+2.5 S RST,ACK seq=0 ack=101          -> CLOSED? CLOSED refused");
}

/* The server's own capture, an impostor between it and the client: the client took data and a FIN that the
 * server never sent. The server drops what acknowledges them, and the FIN with it, until it has sent as much. */
static void fin_acknowledges_what_an_impostor_sent(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "+1 C FIN,ACK seq=101 ack=400          -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=101                 -> FIN-WAIT-1 ESTABLISHED",
        "C ACK seq=102 ack=400                 -> FIN-WAIT-1 ESTABLISHED",
        "S ACK seq=311 ack=101 len=30          -> FIN-WAIT-1 ESTABLISHED",
        "+1 S FIN,ACK seq=341 ack=101          -> FIN-WAIT-1 FIN-WAIT-1 simultaneous_close t3",
        "C ACK seq=102 ack=400                 -> FIN-WAIT-1 FIN-WAIT-1");
    PLAY(OPEN_PROVEN,
        "+1 C FIN,ACK seq=101 ack=342          -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=101                 -> FIN-WAIT-1 ESTABLISHED",
        "S ACK seq=311 ack=101 len=30          -> FIN-WAIT-1 ESTABLISHED",
        "+1 S FIN,ACK seq=341 ack=101          -> LAST-ACK FIN-WAIT-1 t1",
        "C ACK seq=102 ack=342                 -> LAST-ACK FIN-WAIT-2? t2",
        "+1 C FIN,ACK seq=101 ack=342          -> LAST-ACK TIME-WAIT? t3r fin_retransmitted",
        "S ACK seq=342 ack=102                 -> CLOSED? TIME-WAIT t4 closed");
}

/* An impostor's FIN, which the client takes; then the server goes on where it was. */
static void data_in_the_place_of_a_taken_fin(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "+1 S FIN,ACK seq=311 ack=101          -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=312             -> LAST-ACK TIME-WAIT? t2 t3",
        "+1 S ACK seq=311 ack=101 len=30       -> LAST-ACK ESTABLISHED forged_segment",
        "C RST seq=101                         -> CLOSED CLOSED? reset_while_closing");
}

/* What its receiver holds already teaches no timestamp: the later FIN is not too old (RFC 7323, 4.3). */
static void old_segment_teaches_no_timestamp(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ts=1                    -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ts=1001     -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 ts=2            -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=101 len=30 ts=1002  -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=331 ts=3            -> ESTABLISHED ESTABLISHED",
        "S ACK seq=301 ack=101 ts=1010         -> ESTABLISHED ESTABLISHED",
        "S FIN,ACK seq=331 ack=101 ts=1005     -> CLOSE-WAIT? FIN-WAIT-1 t1");
}

/* RFC 9293, 3.10.7.4, second check: RST is looked at before SYN. */
static void syn_and_rst_together(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "+9 S SYN,RST seq=311                  -> CLOSED? CLOSED reset");
    PLAY(OPEN_PROVEN,
        "+9 S SYN,RST seq=350                  -> ESTABLISHED ESTABLISHED blind_reset");
}

/* Linux looks at a RST's timestamp where there is no whole socket. */
static void rst_with_an_old_timestamp(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ts=5000                 -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ts=1001     -> ESTABLISHED? SYN-RECEIVED h2",
        "+0.1 C RST,ACK seq=101 ack=301 ts=40  -> ESTABLISHED? SYN-RECEIVED blind_reset",
        "+1 C ACK seq=101 ack=301 ts=5001      -> ESTABLISHED ESTABLISHED? h3 established");
}

/* In a capture that has everything else, too, what lies behind numbers that were never used is no sign of
 * data that was left out. */
static void forged_numbers_ahead_of_the_third_segment(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "+1 C RST seq=101                      -> CLOSED CLOSED? reset",
        "+9 C SYN seq=70000100                 -> SYN-SENT SYN-RECEIVED? h1 port_reused #1",
        "S SYN,ACK seq=900 ack=70000101        -> ESTABLISHED? SYN-RECEIVED h2 #1",
        "+1 C RST seq=70000102                 -> ESTABLISHED? SYN-RECEIVED #1 blind_reset",
        "+1 C FIN,ACK seq=80000101 ack=901     -> ESTABLISHED? SYN-RECEIVED #1",
        "+1 C ACK seq=70000101 ack=901         -> ESTABLISHED ESTABLISHED? h3 established #1");
}

/* Contract, section 2: number by number. */
static void textbook(void **state)
{
    (void)state;
    PLAY_AND(check_textbook,
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=101 ack=301 len=1000    -> ESTABLISHED ESTABLISHED?",
        "S ACK seq=301 ack=1101 len=2000   -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=1101 ack=2301       -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=2301 ack=1102           -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "S ACK seq=2301 ack=1102 len=50    -> FIN-WAIT-2? CLOSE-WAIT",
        "S FIN,ACK seq=2351 ack=1102       -> TIME-WAIT? LAST-ACK t3",
        "C ACK seq=1102 ack=2352           -> TIME-WAIT CLOSED? t4 closed");
}

/* ---- opening ---- */

static void third_segment_carries_data(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 len=7       -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=108             -> ESTABLISHED ESTABLISHED");
}

static void check_unanswered(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.open, TL_OPEN_UNANSWERED);
    assert_int_equal(s.close, TL_CLOSE_NONE);
    assert_false(s.has_closed_by);
    assert_false(s.handshake_time.known);
    assert_int_equal(tl_oddities(t->connection)->end[TL_CLIENT].syn_retransmissions, 2);
}

static void syn_is_never_answered(void **state)
{
    (void)state;
    PLAY_AND(check_unanswered,
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "+1 C SYN seq=100 id=2             -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted",
        "+2 C SYN seq=100 id=3             -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted unanswered");
}

static void check_refused(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.open, TL_OPEN_REFUSED);
    assert_int_equal(s.close, TL_CLOSE_NONE);
}

static void refused(void **state)
{
    (void)state;
    PLAY_AND(check_refused,
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S RST,ACK seq=0 ack=101           -> CLOSED? CLOSED refused");
}

static void refusal_of_another_syn_is_ignored(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S RST,ACK seq=0 ack=5101          -> SYN-SENT SYN-RECEIVED?",
        "S RST seq=12345                   -> SYN-SENT SYN-RECEIVED?",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2");
}

static void check_half_open(struct trace *t)
{
    assert_int_equal(tl_summarize(t->connection).open, TL_OPEN_HALF_OPEN);
}

static void syn_ack_is_never_acknowledged(void **state)
{
    (void)state;
    PLAY_AND(check_half_open,
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 id=1    -> ESTABLISHED? SYN-RECEIVED h2",
        "+1 S SYN,ACK seq=300 ack=101 id=2 -> ESTABLISHED? SYN-RECEIVED h2r synack_retransmitted");
}

static void check_aborted(struct trace *t)
{
    assert_int_equal(tl_summarize(t->connection).open, TL_OPEN_ABORTED);
}

static void client_aborts_the_handshake(void **state)
{
    (void)state;
    PLAY_AND(check_aborted,
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C RST seq=101                     -> CLOSED LISTEN? aborted");
}

static void client_gives_up_before_any_answer(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "C RST seq=101                     -> CLOSED LISTEN?",
        "S SYN,ACK seq=300 ack=101         -> CLOSED LISTEN? h2"); /* it crosses the RST */
}

/* Handshake 2 must acknowledge ISS + 1 (RFC 9293, section 3.5, Figure 8). */
static void syn_ack_of_another_syn(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=91          -> SYN-SENT SYN-RECEIVED bad_handshake_ack",
        "C RST seq=91                      -> SYN-SENT SYN-RECEIVED",
        "S SYN,ACK seq=400 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=401             -> ESTABLISHED ESTABLISHED? h3 established");
}

/* Handshake 3 must acknowledge the other ISS + 1. */
static void third_ack_with_a_wrong_number(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=5000            -> ESTABLISHED? SYN-RECEIVED bad_handshake_ack",
        "C ACK seq=101 ack=300             -> ESTABLISHED? SYN-RECEIVED bad_handshake_ack",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established");
}

/* The RST that it must draw ends nothing. */
static void third_ack_with_a_wrong_number_draws_a_reset(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=5000            -> ESTABLISHED? SYN-RECEIVED bad_handshake_ack",
        "S RST seq=5000                    -> ESTABLISHED? SYN-RECEIVED",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established");
}

static void syn_ack_lost(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ts=1    -> ESTABLISHED? SYN-RECEIVED h2",
        "+1 C SYN seq=100 id=2             -> SYN-SENT SYN-RECEIVED h1r syn_retransmitted",
        "S SYN,ACK seq=300 ack=101 ts=1001 -> ESTABLISHED? SYN-RECEIVED h2r synack_retransmitted",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established");
}

static void check_third_ack_lost(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    /* The second ACK made the step. */
    assert_int_equal(t->connection->at[TL_AT_ACK].frame, 5);
    assert_int_equal(s.handshake_time.ns, 1003000000);
    assert_int_equal(tl_oddities(t->connection)->end[TL_SERVER].synack_retransmissions, 1);
}

static void third_ack_lost(void **state)
{
    (void)state;
    PLAY_AND(check_third_ack_lost, OPEN,
        "+1 S SYN,ACK seq=300 ack=101 ts=9 -> ESTABLISHED SYN-RECEIVED h2r handshake_ack_lost synack_retransmitted",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3r",
        "S ACK seq=301 ack=101 len=5       -> ESTABLISHED ESTABLISHED");
}

/* It left before the third ACK can have arrived: still SYN-RECEIVED, but nothing shows that that was lost. */
static void third_ack_on_its_way(void **state)
{
    (void)state;
    PLAY(OPEN,
        "S SYN,ACK seq=300 ack=101 ts=9    -> ESTABLISHED SYN-RECEIVED h2r synack_retransmitted",
        "C ACK seq=101 ack=301 id=0        -> ESTABLISHED ESTABLISHED? h3r",
        "S ACK seq=301 ack=101 len=5       -> ESTABLISHED ESTABLISHED");
}

static void third_ack_and_fin_lost(void **state)
{
    (void)state;
    PLAY(OPEN,
        "C FIN,ACK seq=101 ack=301         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "+1 S SYN,ACK seq=300 ack=101 ts=9 -> FIN-WAIT-1 SYN-RECEIVED h2r handshake_ack_lost synack_retransmitted",
        "C FIN,ACK seq=101 ack=301 id=7    -> FIN-WAIT-1 CLOSE-WAIT? h3r t1r fin_retransmitted");
}

/* A copy of the SYN,ACK that follows the ACK closely shows nothing. */
static void syn_ack_captured_twice(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ts=5    -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "+1 S SYN,ACK seq=300 ack=101 ts=5 -> ESTABLISHED ESTABLISHED? h2r");
}

static void check_simultaneous_open(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.open, TL_OPEN_SIMULTANEOUS);
}

/* RFC 9293, section 3.5, Figure 7. */
static void simultaneous_open(void **state)
{
    (void)state;
    PLAY_AND(check_simultaneous_open,
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN seq=300                     -> SYN-RECEIVED? SYN-RECEIVED? h1 simultaneous_open",
        "C SYN,ACK seq=100 ack=301         -> SYN-RECEIVED ESTABLISHED? h2",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? ESTABLISHED? h2 established",
        "C ACK seq=101 ack=301 len=3       -> ESTABLISHED ESTABLISHED?",
        "S ACK seq=301 ack=104             -> ESTABLISHED ESTABLISHED");
}

/* Of two SYNs that cross, the capture missed one, or took it down late. */
static void simultaneous_open_with_a_syn_missed(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "C SYN,ACK seq=100 ack=301         -> SYN-RECEIVED ESTABLISHED? h2",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? ESTABLISHED? h2 established",
        "S SYN seq=300                     -> ESTABLISHED? ESTABLISHED? h1");
}

/* A client that is in SYN-SENT takes another one's SYN for the other end's, and answers it: it has not got the
 * server's SYN,ACK, nor would it take that any more. The RST that its answer draws has the number that it
 * expects. Where the other SYN passed is nobody's business: this capture does not hold it. */
static void client_answers_another_syn(void **state)
{
    (void)state;
    PLAY(
        "C ACK seq=7 ack=8 port=40001      -> ESTABLISHED ESTABLISHED? midstream",
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1 #1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2 #1",
        "+0.2 C SYN,ACK seq=100 ack=50802  -> SYN-RECEIVED SYN-RECEIVED bad_handshake_ack #1",
        "S RST seq=50802                   -> CLOSED? SYN-RECEIVED #1",
        "+0.3 C RST seq=101                -> CLOSED LISTEN? aborted #1");
    /* An end that has shown that it took the server's SYN,ACK does not go back behind that. */
    PLAY(OPEN_PROVEN,
        "+0.2 C SYN,ACK seq=100 ack=50802  -> ESTABLISHED ESTABLISHED bad_handshake_ack",
        "S RST seq=50802                   -> ESTABLISHED ESTABLISHED");
}

static void simultaneous_open_is_reset(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN seq=300                     -> SYN-RECEIVED? SYN-RECEIVED? h1 simultaneous_open",
        "S RST seq=301                     -> CLOSED? CLOSED refused");
}

/* The SYN is answered by a SYN, then by an ACK (RFC 9293, section 3.10.7.3). */
static void split_handshake(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN seq=300                     -> SYN-RECEIVED? SYN-RECEIVED? h1 simultaneous_open",
        "C SYN,ACK seq=100 ack=301         -> SYN-RECEIVED ESTABLISHED? h2",
        "S ACK seq=301 ack=101             -> ESTABLISHED? ESTABLISHED? h3 established",
        "C ACK seq=101 ack=301 len=5       -> ESTABLISHED ESTABLISHED?",
        "S ACK seq=301 ack=106 len=1       -> ESTABLISHED ESTABLISHED",
        "C ACK seq=106 ack=302             -> ESTABLISHED ESTABLISHED");
}

static void crossing_syn_is_lost(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN seq=300 id=1                -> SYN-RECEIVED? SYN-RECEIVED? h1 simultaneous_open",
        "+1 C SYN seq=100 id=2             -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted");
}

static void check_fast_open(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.open, TL_OPEN_FAST_OPEN);
    assert_int_equal(t->connection->kept[TL_CLIENT].bytes, 20);
}

/* RFC 7413: the server answers, and sends data, before the third segment. */
static void fast_open(void **state)
{
    (void)state;
    PLAY_AND(check_fast_open,
        "C SYN seq=100 len=20              -> SYN-SENT SYN-RECEIVED? h1 syn_data",
        "S SYN,ACK seq=300 ack=121         -> ESTABLISHED? SYN-RECEIVED h2 fast_open",
        "S ACK seq=301 ack=121 len=30      -> ESTABLISHED? SYN-RECEIVED",
        "C ACK seq=121 ack=331             -> ESTABLISHED ESTABLISHED? h3 established");
}

static void data_of_the_syn_is_not_taken(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 len=20              -> SYN-SENT SYN-RECEIVED? h1 syn_data",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 len=20      -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=121             -> ESTABLISHED ESTABLISHED");
}

static void server_closes_in_syn_received(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 len=20              -> SYN-SENT SYN-RECEIVED? h1 syn_data",
        "S SYN,ACK seq=300 ack=121         -> ESTABLISHED? SYN-RECEIVED h2 fast_open",
        "S FIN,ACK seq=301 ack=121 len=30  -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=121 ack=332             -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed");
}

/* A server that resets what it has already answered. */
static void server_resets_in_syn_received(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "S RST seq=301                     -> CLOSED? CLOSED refused");
}

/* ---- closing ---- */

static void check_three_way_close(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.close, TL_CLOSE_THREE_WAY);
    assert_int_equal(s.closed_by, TL_SERVER);
    assert_int_equal(s.half_closed_bytes, 0);
}

/* One segment makes teardown 2 and 3 at once. */
static void three_segment_close_by_the_server(void **state)
{
    (void)state;
    PLAY_AND(check_three_way_close, OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=312         -> LAST-ACK TIME-WAIT? t2 t3",
        "S ACK seq=312 ack=102             -> CLOSED? TIME-WAIT t4 closed");
}

static void check_half_closed(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.close, TL_CLOSE_HALF_CLOSED);
    assert_int_equal(s.half_closed_bytes, 600);
    assert_false(s.half_closed_time.known);
}

static void half_close_that_lasts(void **state)
{
    (void)state;
    PLAY_AND(check_half_closed, OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "+5 S ACK seq=311 ack=102 len=500  -> FIN-WAIT-2? CLOSE-WAIT",
        "C ACK seq=102 ack=811             -> FIN-WAIT-2 CLOSE-WAIT",
        "+5 S ACK seq=811 ack=102 len=100  -> FIN-WAIT-2 CLOSE-WAIT");
}

static void check_simultaneous_close(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.close, TL_CLOSE_SIMULTANEOUS);
    assert_int_equal(s.closed_by, TL_CLIENT);
}

/* RFC 9293, section 3.6, Figure 13. */
static void simultaneous_close(void **state)
{
    (void)state;
    PLAY_AND(check_simultaneous_close, OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=101         -> CLOSING? CLOSING? t3 simultaneous_close",
        "C ACK seq=102 ack=312             -> CLOSING TIME-WAIT? t4",
        /* The server shows that it has the FIN, not that it has the ACK of its own. */
        "S ACK seq=312 ack=102             -> TIME-WAIT? TIME-WAIT? t2 closed");
}

static void check_unfinished(struct trace *t)
{
    assert_int_equal(tl_summarize(t->connection).close, TL_CLOSE_UNFINISHED);
}

static void last_ack_is_missing(void **state)
{
    (void)state;
    PLAY_AND(check_unfinished, OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t2 t3");
}

static void fin_carries_data(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 len=40  -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=141             -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=311 ack=142             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
}

static void fin_before_all_data_is_acknowledged(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=40      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=141 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=141             -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=311 ack=142             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
}

/* Data before a FIN that has not arrived keeps the FIN from taking effect. */
static void fin_overtakes_data(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=141 ack=311         -> FIN-WAIT-1 ESTABLISHED t1",
        "S ACK seq=311 ack=101             -> FIN-WAIT-1 ESTABLISHED",
        "C ACK seq=121 ack=311 len=20      -> FIN-WAIT-1 ESTABLISHED",
        "C ACK seq=101 ack=311 len=20      -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=311 ack=142             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
}

/* SACK names what arrived behind a hole: data before the FIN was lost behind the capture point. */
static void fin_did_not_arrive_says_sack(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=121 ack=311 len=10  -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=101 sack=121-131 -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=311 ack=101 sack=121-132 -> FIN-WAIT-1 ESTABLISHED",
        "C ACK seq=101 ack=311 len=20 id=9 -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=311 ack=132             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
    /* The second FIN, in CLOSING… */
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=311         -> CLOSING? CLOSING? t3 simultaneous_close",
        "+0.01 C ACK seq=102 ack=311 sack=312-313 id=9 -> CLOSING? CLOSING?",
        "C ACK seq=102 ack=311 sack=312-313 -> FIN-WAIT-1 CLOSING?");
    /* …and on the way to TIME-WAIT. */
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102 len=20      -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "S FIN,ACK seq=331 ack=102         -> TIME-WAIT? LAST-ACK t3",
        "C ACK seq=102 ack=311 sack=331-332 id=9 -> FIN-WAIT-2 LAST-ACK",
        "S ACK seq=311 ack=102 len=20 id=9 -> TIME-WAIT? LAST-ACK",
        "C ACK seq=102 ack=332             -> TIME-WAIT CLOSED? t4 closed");
}

/* What left its receiver before the FIN can have arrived does not show that it was lost… */
static void fin_on_its_way_is_not_lost(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C ACK seq=121 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=141 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=101 sack=121-141 id=8 -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=311 ack=101 sack=121-141 id=9 -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=311 ack=142             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
    /* …nor does what was overtaken by an acknowledgement of more. */
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C ACK seq=121 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=141 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=141             -> FIN-WAIT-1 CLOSE-WAIT?",
        "+0.01 S ACK seq=311 ack=101 sack=121-142 id=8 -> FIN-WAIT-1 CLOSE-WAIT?");
}

/* Its receiver has shown a hole before, which nothing has filled: the FIN is not taken. */
static void fin_behind_a_known_hole(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C ACK seq=121 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "+0.01 S ACK seq=311 ack=101 sack=121-141 -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=141 ack=311         -> FIN-WAIT-1 ESTABLISHED t1",
        "C ACK seq=101 ack=311 len=20 id=9 -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=311 ack=142             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
    /* It is filled before the FIN is sent. */
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C ACK seq=121 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "+0.01 S ACK seq=311 ack=101 sack=121-141 -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=311 len=20 id=9 -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=141 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1");
    /* What is missing had not had the time to be acknowledged. */
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C ACK seq=121 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "+0.0001 S ACK seq=311 ack=101 sack=121-141 -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=141 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1");
}

/* The hole is filled but for what later segments name as held. */
static void hole_before_a_fin_is_filled_in_parts(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C ACK seq=121 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=141 ack=311 len=10  -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=101 sack=141-152 id=8 -> FIN-WAIT-1 ESTABLISHED",
        "S ACK seq=311 ack=101 sack=121-152 id=9 -> FIN-WAIT-1 ESTABLISHED",
        "C ACK seq=101 ack=311 len=20 id=9 -> FIN-WAIT-1 CLOSE-WAIT?");
}

/* Without identification and timestamp, nothing but what its receiver asks for tells a segment that was
 * sent again at once from a copy. */
static void sent_again_because_it_was_asked_for(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=20 id=0 -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=121 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=101 sack=121-122 -> FIN-WAIT-1 ESTABLISHED",
        "C ACK seq=101 ack=311 len=20 id=0 -> FIN-WAIT-1 CLOSE-WAIT?");
}

/* Linux: a RST behind the last data that is held ahead of a hole is taken, too. */
static void reset_behind_what_is_held_ahead_of_a_hole(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=151 ack=311 len=50      -> ESTABLISHED ESTABLISHED",
        "C RST,ACK seq=201 ack=311         -> CLOSED CLOSED? reset");
    /* A FIN has a number, too, with data or without. */
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=151 ack=311 len=50  -> FIN-WAIT-1 ESTABLISHED t1",
        "C RST,ACK seq=202 ack=311         -> CLOSED CLOSED? reset_while_closing");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=151 ack=311         -> FIN-WAIT-1 ESTABLISHED t1",
        "C RST,ACK seq=152 ack=311         -> CLOSED CLOSED? reset_while_closing");
    /* The hole's number is another one; and without SACK nothing but RCV.NXT is right. */
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=151 ack=311 len=50  -> FIN-WAIT-1 ESTABLISHED t1",
        "+0.1 S ACK seq=311 ack=101        -> FIN-WAIT-1 ESTABLISHED",
        "+0.1 S ACK seq=311 ack=101        -> FIN-WAIT-1 ESTABLISHED",
        "C RST,ACK seq=202 ack=311         -> CLOSED ESTABLISHED reset_while_closing");
}

/* A RST that answers an old segment is its sender's, and ignored by its receiver. */
/* Somebody forged a FIN behind the capture point; the real end resets with its own number. */
static void reset_after_a_forged_fin(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S ACK seq=311 ack=102             -> ESTABLISHED ESTABLISHED",
        "C RST,ACK seq=101 ack=311         -> CLOSED CLOSED? reset");
}

static void reset_in_answer_to_an_old_segment(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S ACK seq=311 ack=101 len=10      -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=321             -> ESTABLISHED ESTABLISHED",
        "S RST seq=311                     -> ESTABLISHED CLOSED reset");
}

static void check_closed_by_the_unseen_client(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_true(s.has_closed_by);
    assert_int_equal(s.closed_by, TL_CLIENT);
}

static void only_the_server_was_captured_while_the_client_closed(void **state)
{
    (void)state;
    PLAY_AND(check_closed_by_the_unseen_client,
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "S ACK seq=301 ack=111 len=50      -> ESTABLISHED? ESTABLISHED established",
        "S ACK seq=351 ack=112             -> ESTABLISHED? ESTABLISHED one_sided",
        "S FIN,ACK seq=351 ack=112         -> TIME-WAIT? LAST-ACK t2 t3");
}

static void fin_in_syn_received(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C FIN,ACK seq=101 ack=301         -> FIN-WAIT-1 CLOSE-WAIT? h3 established t1");
}

static void fin_lost(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 id=1    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "+0.3 C FIN,ACK seq=101 ack=311 id=2 -> FIN-WAIT-1 CLOSE-WAIT? t1r fin_retransmitted",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
}

static void fin_captured_twice(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 id=1    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "C FIN,ACK seq=101 ack=311 id=1    -> FIN-WAIT-1 CLOSE-WAIT? t1r");
}

static void ack_of_fin_lost(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 id=1    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "+0.3 C FIN,ACK seq=101 ack=311 id=2 -> FIN-WAIT-1 CLOSE-WAIT t1r fin_retransmitted",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2r half_closed");
}

static void check_last_ack_lost(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.close, TL_CLOSE_FOUR_WAY);
    assert_int_equal(tl_oddities(t->connection)->end[TL_SERVER].fin_retransmissions, 1);
    assert_int_equal(t->connection->at[TL_AT_FIN_2_ACK].frame, 11);
    /* TIME-WAIT was restarted by the retransmitted FIN, 20 s after it had begun. */
    assert_int_equal(t->connection->time_wait_ends_ns - tl_milestone_ns(t->connection, TL_AT_FIN_2),
                     INT64_C(80001000000));
}

static void last_ack_lost(void **state)
{
    (void)state;
    PLAY_AND(check_last_ack_lost, OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "S FIN,ACK seq=311 ack=102 id=1    -> TIME-WAIT? LAST-ACK t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "+20 S FIN,ACK seq=311 ack=102 id=2 -> TIME-WAIT LAST-ACK t3r fin_retransmitted last_ack_lost",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4r");
}

static void both_lost_in_a_simultaneous_close(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 id=1    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=101 id=1    -> CLOSING? CLOSING? t3 simultaneous_close",
        "+0.3 C FIN,ACK seq=101 ack=311 id=2 -> FIN-WAIT-1 CLOSING? t1r fin_retransmitted",
        "S FIN,ACK seq=311 ack=102 id=2    -> TIME-WAIT? CLOSING t2 t3r fin_retransmitted",
        "C ACK seq=102 ack=312             -> TIME-WAIT TIME-WAIT? t4 closed");
}

static void nothing_arrived_of_the_second_fin(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 id=1    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102 id=1    -> TIME-WAIT? LAST-ACK t2 t3",
        "+0.3 C FIN,ACK seq=101 ack=311 id=2 -> FIN-WAIT-1 LAST-ACK t1r fin_retransmitted",
        "S FIN,ACK seq=311 ack=102 id=2    -> TIME-WAIT? LAST-ACK t2r t3r fin_retransmitted");
}

static void ack_lost_in_a_simultaneous_close(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 id=1    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=101         -> CLOSING? CLOSING? t3 simultaneous_close",
        "C ACK seq=102 ack=312             -> CLOSING TIME-WAIT? t4",
        "S ACK seq=312 ack=102             -> TIME-WAIT? TIME-WAIT? t2 closed",
        "+0.3 C FIN,ACK seq=101 ack=312 id=2 -> CLOSING TIME-WAIT? t1r fin_retransmitted",
        "S ACK seq=312 ack=102             -> TIME-WAIT? TIME-WAIT? t2r");
}

static void retransmitted_fin_acknowledges_the_other(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 id=1    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "S FIN,ACK seq=331 ack=102         -> FIN-WAIT-2? LAST-ACK t3",
        "+0.3 C FIN,ACK seq=101 ack=332 id=2 -> CLOSING CLOSED? t1r t4 fin_retransmitted gap");
}

static void time_wait_ends_by_the_clock(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "+59 S ACK seq=312 ack=102         -> TIME-WAIT CLOSED?",
        "+2 S ACK seq=312 ack=102          -> CLOSED CLOSED? late_segment");
}

/* An end whose FIN nobody captured shows it by the numbers of its next segment. */
static void unseen_fin_crosses(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=312 ack=102             -> FIN-WAIT-2? CLOSING t2",
        "+0.3 S FIN,ACK seq=311 ack=102    -> TIME-WAIT? CLOSING t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT TIME-WAIT? t4 closed");
}

/* What draws an ACK once more is the FIN's repetition: the FIN that answered the first was missed. */
static void unseen_fin_answers_the_first_fin(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "+0.3 C FIN,ACK seq=101 ack=311    -> FIN-WAIT-1 CLOSE-WAIT? t1r fin_retransmitted",
        "S ACK seq=312 ack=102             -> FIN-WAIT-2? LAST-ACK t2",
        "+0.1 S FIN,ACK seq=311 ack=102    -> TIME-WAIT? LAST-ACK t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "+0.3 C FIN,ACK seq=101 ack=311    -> FIN-WAIT-1 CLOSE-WAIT? t1r fin_retransmitted",
        "S ACK seq=312 ack=102             -> FIN-WAIT-2? LAST-ACK t2",
        "S ACK seq=312 ack=102 len=10      -> FIN-WAIT-2? CLOSE-WAIT");
    /* …or a copy: later than a round trip, nothing crosses any more. */
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "+0.1 S ACK seq=312 ack=102        -> FIN-WAIT-2? LAST-ACK t2",
        "+0.2 S FIN,ACK seq=311 ack=102    -> TIME-WAIT? LAST-ACK t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed");
}

/* An end that goes on behind what was taken for its FIN had sent data there. */
static void sender_goes_on_behind_unseen_fin(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "S ACK seq=312 ack=102 len=10      -> FIN-WAIT-2 CLOSE-WAIT",
        "C ACK seq=102 ack=322             -> FIN-WAIT-2 CLOSE-WAIT",
        "S FIN,ACK seq=322 ack=102         -> TIME-WAIT? LAST-ACK t3",
        "C ACK seq=102 ack=323             -> TIME-WAIT CLOSED? t4 closed");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "S FIN,ACK seq=312 ack=102         -> TIME-WAIT? LAST-ACK t3",
        "C ACK seq=102 ack=313             -> TIME-WAIT CLOSED? t4 closed");
}

static void gap_before_a_captured_fin(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=1311 ack=101 len=10 -> ESTABLISHED FIN-WAIT-1 t1",
        "C ACK seq=101 ack=1322            -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed gap");
}

static void lost_behind_the_capture_is_no_gap(void **state)
{
    (void)state;
    PLAY(OPEN,
        "S ACK seq=301 ack=101 len=100     -> ESTABLISHED ESTABLISHED",
        "S ACK seq=401 ack=101 len=100     -> ESTABLISHED ESTABLISHED",
        "S ACK seq=501 ack=101 len=100     -> ESTABLISHED ESTABLISHED",
        "S FIN,ACK seq=601 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "+0.02 C ACK seq=101 ack=301 sack=401-501 -> CLOSE-WAIT? FIN-WAIT-1",
        "+0.02 C ACK seq=101 ack=301 sack=401-501 -> ESTABLISHED FIN-WAIT-1",
        "C ACK seq=101 ack=401 sack=501-602 -> ESTABLISHED FIN-WAIT-1",
        "C ACK seq=101 ack=602             -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed");
}

static void unseen_fin_is_acknowledged(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed");
}

static void unseen_first_fin_is_acknowledged(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=141 ack=311         -> FIN-WAIT-1 ESTABLISHED t1",
        "C ACK seq=142 ack=312             -> CLOSING FIN-WAIT-2? t4");
}

static void check_four_way(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.open, TL_OPEN_THREE_WAY);
    assert_int_equal(s.close, TL_CLOSE_FOUR_WAY);
    assert_int_equal(s.closed_by, TL_CLIENT);
}

/* One number was acknowledged that nobody captured; then the end that has it closes, and the other one has said
 * nothing since: it was a FIN. */
static void lone_unseen_number_before_a_fin(void **state)
{
    (void)state;
    PLAY_AND(check_four_way, OPEN_PROVEN,
        "S ACK seq=311 ack=102             -> ESTABLISHED ESTABLISHED",
        "+0.3 S FIN,ACK seq=311 ack=102    -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed");
    /* It was an octet, as the end shows that goes on behind it. */
    PLAY(OPEN_PROVEN,
        "S ACK seq=311 ack=102             -> ESTABLISHED ESTABLISHED",
        "+0.3 S FIN,ACK seq=311 ack=102    -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=312 len=10      -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed",
        "C FIN,ACK seq=112 ack=312         -> LAST-ACK TIME-WAIT? t3",
        "S ACK seq=312 ack=113             -> CLOSED? TIME-WAIT t4 closed");
    /* It has said something since: its number went on. */
    PLAY(OPEN_PROVEN,
        "S ACK seq=311 ack=102             -> ESTABLISHED ESTABLISHED",
        "C ACK seq=102 ack=311             -> ESTABLISHED ESTABLISHED gap",
        "+0.3 S FIN,ACK seq=311 ack=102    -> CLOSE-WAIT? FIN-WAIT-1 t1");
    /* More is missing: an octet is as likely. */
    PLAY(OPEN_PROVEN,
        "S ACK seq=311 ack=102             -> ESTABLISHED ESTABLISHED",
        "+0.3 S FIN,ACK seq=411 ack=102    -> ESTABLISHED FIN-WAIT-1 t1");
}

/* It was acknowledged long before: not this FIN, which is sent only now, or sent again. */
static void fin_that_was_acknowledged_long_before(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=322             -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=101 len=10      -> ESTABLISHED ESTABLISHED",
        "+0.1 S FIN,ACK seq=321 ack=101    -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=101 ack=322             -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed");
}

/* An end that has taken an impostor's octet gives up: its RST acknowledges that octet, as its other segments do. */
static void reset_that_acknowledges_what_was_forged(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "+0.3 S ACK seq=311 ack=103        -> FIN-WAIT-2? CLOSE-WAIT",
        "C ACK seq=102 ack=311             -> FIN-WAIT-2? CLOSE-WAIT",
        "+0.3 S ACK seq=311 ack=103 len=30 -> FIN-WAIT-2? CLOSE-WAIT",
        "+0.3 S RST,ACK seq=341 ack=103    -> FIN-WAIT-2? CLOSED reset_while_closing");
}

/* A FIN that was missed when it was sent first: its end had a number behind it before the other FIN arrived. */
static void late_fin_had_crossed(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=102 ack=311             -> ESTABLISHED ESTABLISHED",
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=102 ack=312             -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed",
        "+0.2 C FIN,ACK seq=101 ack=312    -> CLOSING TIME-WAIT? t3 simultaneous_close",
        "S ACK seq=312 ack=102             -> TIME-WAIT? TIME-WAIT t4 closed");
    /* It answers the other FIN: nothing was behind it before that. */
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=101 ack=312             -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed",
        "+0.1 C ACK seq=102 ack=312        -> CLOSE-WAIT FIN-WAIT-2?",
        "+0.2 C FIN,ACK seq=101 ack=312    -> LAST-ACK TIME-WAIT? t3",
        "S ACK seq=312 ack=102             -> CLOSED? TIME-WAIT t4 closed");
}

/* One number acknowledged, and not captured: it looked like a FIN, until the data came. */
static void unseen_fin_was_data(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "S ACK seq=311 ack=102 len=5       -> FIN-WAIT-2 CLOSE-WAIT",
        "S FIN,ACK seq=316 ack=102         -> TIME-WAIT? LAST-ACK t3");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=312 ack=102             -> FIN-WAIT-2? CLOSING t2",
        "S ACK seq=311 ack=101 len=1       -> FIN-WAIT-2? CLOSE-WAIT");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=141 ack=311         -> FIN-WAIT-1 ESTABLISHED t1",
        "C ACK seq=142 ack=312             -> CLOSING FIN-WAIT-2? t4",
        "S ACK seq=311 ack=101 len=1       -> FIN-WAIT-1 ESTABLISHED");
    PLAY(
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "S ACK seq=301 ack=111 len=50      -> ESTABLISHED? ESTABLISHED established",
        "S ACK seq=351 ack=112             -> ESTABLISHED? ESTABLISHED one_sided",
        "S FIN,ACK seq=351 ack=112         -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=111 ack=301 len=1       -> CLOSE-WAIT FIN-WAIT-1");
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=1       -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=102 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "C ACK seq=103 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "S ACK seq=312 ack=102             -> FIN-WAIT-1 CLOSE-WAIT");
}

static void data_after_its_own_fin(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "C ACK seq=102 ack=311 len=10      -> FIN-WAIT-1 CLOSE-WAIT? data_after_fin");
}

/* ---- RST ---- */

static void check_reset(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.open, TL_OPEN_THREE_WAY);
    assert_int_equal(s.close, TL_CLOSE_RESET);
    assert_int_equal(s.closed_by, TL_SERVER);
}

static void reset_in_established(void **state)
{
    (void)state;
    PLAY_AND(check_reset, OPEN_PROVEN,
        "S RST,ACK seq=311 ack=101         -> CLOSED? CLOSED reset");
}

static void check_reset_while_closing(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.close, TL_CLOSE_RESET_WHILE_CLOSING);
    assert_int_equal(s.closed_by, TL_CLIENT);
}

static void reset_in_fin_wait_1_by_close_wait(void **state)
{
    (void)state;
    PLAY_AND(check_reset_while_closing, OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S RST,ACK seq=311 ack=101         -> CLOSED? CLOSED reset_while_closing");
}

static void reset_in_close_wait_by_fin_wait_1(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "C RST,ACK seq=102 ack=311         -> CLOSED CLOSED? reset_while_closing");
}

static void reset_in_fin_wait_2(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "S RST,ACK seq=311 ack=102         -> CLOSED? CLOSED reset_while_closing");
}

/* Nobody reads any more: FIN-WAIT-2 answers data with RST (RFC 9293, section 3.6.1). */
static void data_meets_a_closed_socket(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "S ACK seq=311 ack=102 len=20      -> FIN-WAIT-2? CLOSE-WAIT",
        "C RST seq=102                     -> CLOSED CLOSED? reset_while_closing");
}

static void reset_in_last_ack(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=331 ack=102         -> FIN-WAIT-2? LAST-ACK t2 t3",
        "C RST seq=102                     -> CLOSED CLOSED? reset_while_closing");
}

static void last_ack_resets(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=331 ack=102         -> FIN-WAIT-2? LAST-ACK t2 t3",
        "S RST,ACK seq=332 ack=102         -> CLOSED? CLOSED reset_while_closing");
}

static void reset_in_closing(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=101         -> CLOSING? CLOSING? t3 simultaneous_close",
        "C RST,ACK seq=102 ack=312         -> CLOSED CLOSED? reset_while_closing");
}

static void time_wait_is_assassinated(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "S RST seq=312                     -> CLOSED? CLOSED time_wait_assassinated");
}

static void time_wait_answers_with_a_reset(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t2 t3",
        "C RST seq=102                     -> CLOSED CLOSED? reset_while_closing");
}

/* RFC 5961: neither of these may end the connection. */
static void resets_to_be_ignored(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "+1 C RST seq=601                  -> ESTABLISHED ESTABLISHED blind_reset",
        "C RST seq=1000000                 -> ESTABLISHED ESTABLISHED blind_reset",
        "S RST,ACK seq=1000311 ack=101     -> ESTABLISHED ESTABLISHED blind_reset",
        "C ACK seq=101 ack=311 len=10      -> ESTABLISHED ESTABLISHED");
}

/* Its data was lost, so its RST is not exact: the sender is gone, the receiver lives on, and
 * its challenge is answered by a RST that is. */
static void reset_behind_a_hole(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C RST,ACK seq=151 ack=311         -> CLOSED ESTABLISHED reset",
        "S ACK seq=311 ack=101             -> CLOSED ESTABLISHED challenge_ack",
        "C RST seq=101                     -> CLOSED CLOSED?");
}

/* After a forged RST both ends go on. */
static void life_after_a_reset(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C RST seq=101                     -> CLOSED CLOSED? reset",
        "+1 C ACK seq=101 ack=311 len=10   -> ESTABLISHED CLOSED? forged_segment",
        "+1 S ACK seq=311 ack=111 len=10   -> ESTABLISHED ESTABLISHED");
}

static void check_closed_three_way_by_the_client(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.close, TL_CLOSE_THREE_WAY);
    assert_true(s.has_closed_by);
    assert_int_equal(s.closed_by, TL_CLIENT);
    assert_int_equal(t->connection->at[TL_AT_RESET].frame, 0);
}

/* A RST that both ends outlive is not how the connection closed, whoever shows it first. */
static void forged_reset_and_a_regular_end(void **state)
{
    (void)state;
    PLAY_AND(check_closed_three_way_by_the_client, OPEN_PROVEN,
        "+1 S RST seq=311                  -> CLOSED? CLOSED reset",
        "+1 C ACK seq=101 ack=311 len=10   -> ESTABLISHED CLOSED",
        "S ACK seq=311 ack=111 len=10      -> ESTABLISHED ESTABLISHED forged_segment",
        "C FIN,ACK seq=111 ack=321         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=321 ack=112         -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=112 ack=322             -> TIME-WAIT CLOSED? t4 closed");
    PLAY_AND(check_closed_three_way_by_the_client, OPEN_PROVEN,
        "+1 S RST seq=311                  -> CLOSED? CLOSED reset",
        "+1 S ACK seq=311 ack=101 len=10   -> CLOSED? ESTABLISHED forged_segment",
        "C ACK seq=101 ack=321 len=10      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=111 ack=321         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=321 ack=112         -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=112 ack=322             -> TIME-WAIT CLOSED? t4 closed");
}

/* The data before a RST is captured behind it, by a clock that is not in order: the RST is taken then.
 * Its number may be any one, 0 too. */
static void reset_captured_before_the_data(void **state)
{
    (void)state;
    PLAY("C SYN seq=4294967245                                  -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=4294967246                       -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=4294967246 ack=301                           -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=4294967246 len=10                    -> ESTABLISHED ESTABLISHED",
        "C ACK seq=4294967246 ack=311                           -> ESTABLISHED ESTABLISHED",
        "C RST,ACK seq=0 ack=311                                -> CLOSED ESTABLISHED reset",
        "+-0.00001 C ACK seq=4294967246 ack=311 len=50          -> CLOSED CLOSED?");
}

/* The alleged sender of a RST acknowledges what had not the time to reach it before that RST left. */
static void reset_that_came_too_early(void **state)
{
    (void)state;
    PLAY("C SYN seq=100                    -> SYN-SENT SYN-RECEIVED? h1",
        "+0.2 S SYN,ACK seq=300 ack=101    -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=101 ack=301 len=20      -> ESTABLISHED ESTABLISHED?",
        "+0.02 S RST seq=301               -> CLOSED? CLOSED reset",
        "+0.17 S ACK seq=301 ack=121       -> CLOSED? ESTABLISHED forged_segment",
        "C RST seq=121                     -> CLOSED CLOSED?");
}

static void check_closed_by_the_server(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_true(s.has_closed_by);
    assert_int_equal(s.closed_by, TL_SERVER);
}

/* A FIN that somebody else sent, and that its receiver has not taken: its alleged sender sends data in its
 * place. The true FIN comes later. */
static void forged_fin_and_data_in_its_place(void **state)
{
    (void)state;
    PLAY_AND(check_closed_by_the_server, OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "+1 C ACK seq=101 ack=311 len=20   -> ESTABLISHED ESTABLISHED forged_segment",
        "S ACK seq=311 ack=121             -> ESTABLISHED ESTABLISHED",
        "S FIN,ACK seq=311 ack=121         -> CLOSE-WAIT? FIN-WAIT-1 t1");
    /* The other end was closing already. */
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=101 ack=312             -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed",
        "C FIN,ACK seq=101 ack=312         -> LAST-ACK TIME-WAIT? t3",
        "+1 C ACK seq=101 ack=312 len=20   -> CLOSE-WAIT FIN-WAIT-2 forged_segment",
        "S ACK seq=312 ack=121             -> CLOSE-WAIT FIN-WAIT-2");
}

static void check_half_closed_bytes_30(struct trace *t)
{
    assert_int_equal(tl_summarize(t->connection).half_closed_bytes, 30);
}

/* The first FIN was an impostor's. What counts as half-closed is behind the other one. */
static void half_closed_behind_the_true_fin(void **state)
{
    (void)state;
    PLAY_AND(check_half_closed_bytes_30, OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=311         -> CLOSING? CLOSING? simultaneous_close t3",
        "+1 S ACK seq=311 ack=102 len=30   -> FIN-WAIT-2? CLOSE-WAIT forged_segment half_closed t2");
}

/* Timestamps that only one SYN offered are in no segment behind it (RFC 7323, section 3.2): what has none
 * looks right, what has one does not. */
static void timestamps_that_were_not_agreed_on(void **state)
{
    (void)state;
    PLAY("C SYN seq=100 ts=1000               -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101            -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301                -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=101 len=10         -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=311                -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=101 ack=100311 ts=7777 -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=101 ack=311            -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "+1 C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED forged_segment",
        "S ACK seq=311 ack=121                -> ESTABLISHED ESTABLISHED");
}

/* A snaplen that cuts off timestamps says nothing of them: a FIN behind a hole is its sender's own, and
 * PAWS looks at the timestamps that it left. */
static void timestamps_that_were_cut_off(void **state)
{
    (void)state;
    PLAY("C SYN seq=100 ts=1000               -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ts=9000    -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 cut            -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=101 len=10 cut     -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=311 cut            -> ESTABLISHED ESTABLISHED",
        "S FIN,ACK seq=411 ack=101 cut        -> ESTABLISHED FIN-WAIT-1 t1",
        "C ACK seq=101 ack=412 cut            -> CLOSE-WAIT FIN-WAIT-2? gap t2 half_closed");
    PLAY("C SYN seq=100 cut                   -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 cut        -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 ts=5000        -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=101 len=10 ts=9000 -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=101 ack=311 ts=10      -> ESTABLISHED ESTABLISHED");
}

/* Of two FINs with different numbers the first was an impostor's, where the second looks right. */
static void two_fins_with_different_numbers(void **state)
{
    (void)state;
    /* It was taken: its receiver stays where that led. */
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 len=50  -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=152             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "+1 C FIN,ACK seq=101 ack=311 len=20 -> FIN-WAIT-1 CLOSE-WAIT t1 forged_segment");
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=312 len=50  -> LAST-ACK TIME-WAIT? t2 t3",
        "+1 C FIN,ACK seq=101 ack=312 len=20 -> LAST-ACK TIME-WAIT? t3 forged_segment");
    /* FINs that cross. */
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 len=50  -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=101         -> CLOSING? CLOSING? t3 simultaneous_close",
        "+1 C FIN,ACK seq=101 ack=311 len=20 -> LAST-ACK CLOSING? t3 forged_segment simultaneous_close");
    /* Both had finished. */
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 len=50  -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=152         -> TIME-WAIT? LAST-ACK t2 t3",
        "+1 C FIN,ACK seq=101 ack=311 len=20 -> FIN-WAIT-1 LAST-ACK t3 forged_segment simultaneous_close");
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=311 len=50  -> CLOSING? CLOSING? t3 simultaneous_close",
        "S ACK seq=312 ack=152             -> TIME-WAIT? CLOSING t4",
        "+1 C FIN,ACK seq=101 ack=312 len=20 -> LAST-ACK CLOSING t3 forged_segment");
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=312 len=50  -> LAST-ACK TIME-WAIT? t2 t3",
        "S ACK seq=312 ack=152             -> CLOSED? TIME-WAIT t4 closed",
        "+1 C FIN,ACK seq=101 ack=312 len=20 -> LAST-ACK TIME-WAIT t3 forged_segment");
    /* An end that goes on behind its FIN has sent it. */
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 len=50  -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=152         -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=152 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "+1 C FIN,ACK seq=101 ack=312 len=20 -> TIME-WAIT CLOSED? late_segment");
}

/* The same, told apart by what only the true sender knows: the next identification, its windows. */
static void second_fin_does_not_look_like_its_sender(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=10 id=7001 win=60 -> ESTABLISHED ESTABLISHED",
        "C ACK seq=111 ack=311 len=10 id=7002 win=60 -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=121 ack=311 id=7003 win=60    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=122                       -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "C FIN,ACK seq=130 ack=311 id=99 win=60      -> FIN-WAIT-2? CLOSE-WAIT",
        "C FIN,ACK seq=131 ack=311 id=7004 win=64000 -> FIN-WAIT-2? CLOSE-WAIT");
}

/* Where the capture misses nothing, and the FIN does not look like its sender's, what it acknowledges was
 * never sent: it is dropped. So is one beyond a hole, and one at a number that data had. */
static void implausible_first_fin(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=10 id=7001 -> ESTABLISHED ESTABLISHED",
        "C ACK seq=111 ack=311 len=10 id=7002 -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=121                -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=121 ack=1311 id=3      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=131 ack=311 id=3       -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=111 ack=311 id=7003    -> ESTABLISHED ESTABLISHED",
        "C ACK seq=121 ack=311 len=10 id=7003 -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=131                -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=131 ack=311 id=7004    -> FIN-WAIT-1 CLOSE-WAIT? t1");
    /* An honest one beyond a hole, or of what the capture missed. */
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=10 id=7001 -> ESTABLISHED ESTABLISHED",
        "C ACK seq=111 ack=311 len=10 id=7002 -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=131 ack=411 id=7004    -> FIN-WAIT-1 ESTABLISHED t1");
}

/* FINs of which several did not arrive are held up, not lost. */
static void fins_that_are_held_up(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 id=1    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "+0.3 C FIN,ACK seq=101 ack=311 id=2 -> FIN-WAIT-1 CLOSE-WAIT? t1r fin_retransmitted",
        "+0.1 S FIN,ACK seq=311 ack=101 id=3 -> CLOSING? CLOSING? t3 simultaneous_close",
        "C ACK seq=102 ack=312             -> CLOSING TIME-WAIT? t4",
        "+0.3 S FIN,ACK seq=311 ack=101 id=4 -> CLOSING FIN-WAIT-1 t3r fin_retransmitted",
        "C ACK seq=102 ack=312             -> CLOSING TIME-WAIT? t4r");
}

/* A dead socket answers an older segment: its receiver has newer data, and goes on; its sender is gone. */
static void reset_numbered_below_data_that_has_arrived(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S ACK seq=311 ack=101 len=5       -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C RST seq=101                     -> CLOSED ESTABLISHED reset",
        "S ACK seq=316 ack=121             -> CLOSED ESTABLISHED",
        "C RST seq=121                     -> CLOSED CLOSED?");
}

/* …but where its receiver shows that the data got lost, the number is right. */
static void reset_numbered_below_data_that_was_lost(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C ACK seq=121 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "+0.1 S ACK seq=311 ack=101 len=5  -> ESTABLISHED ESTABLISHED",
        "C RST seq=101                     -> CLOSED CLOSED? reset half_open_discovered");
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C ACK seq=121 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=101 sack=121-141 -> ESTABLISHED ESTABLISHED",
        "C RST seq=101                     -> CLOSED CLOSED? reset half_open_discovered");
}

/* Each of several segments on their way is answered by a RST that bears its acknowledgement. */
static void resets_numbered_as_acknowledgements_of_a_moment_ago(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=121 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=101 len=10      -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=321 ack=111 len=10      -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=331 ack=121             -> FIN-WAIT-1 CLOSE-WAIT?",
        "C RST seq=101                     -> CLOSED CLOSE-WAIT? reset_while_closing",
        "C RST seq=111                     -> CLOSED CLOSE-WAIT?",
        "C RST seq=121                     -> CLOSED CLOSED?");
}

/* What was sent seconds ago is answered by nothing any more: whoever sends this guesses. */
static void reset_numbered_as_an_old_acknowledgement(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S ACK seq=311 ack=101 len=5       -> ESTABLISHED ESTABLISHED",
        "+2 C ACK seq=101 ack=316 len=20   -> ESTABLISHED ESTABLISHED",
        "C RST seq=101                     -> ESTABLISHED ESTABLISHED blind_reset",
        "S ACK seq=316 ack=121             -> ESTABLISHED ESTABLISHED");
}

/* Who does not know a connection answers at once; what comes minutes later ends an idle one. */
static void reset_of_an_idle_connection(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "+240 S RST seq=311                -> CLOSED? CLOSED reset");
    PLAY(OPEN_PROVEN,
        "+240 C ACK seq=101 ack=311 len=5  -> ESTABLISHED ESTABLISHED",
        "S RST seq=311                     -> CLOSED? CLOSED reset half_open_discovered");
}

/* The capture misses what its sender sent last. */
static void reset_behind_octets_that_were_not_captured(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "+1 C FIN,ACK seq=101 ack=311      -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S RST seq=335                     -> FIN-WAIT-1 CLOSE-WAIT?");
}

/* Its sender waits for the last ACK; TIME-WAIT at the other end is its own doing. */
static void reset_of_an_end_in_last_ack(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=101 ack=312             -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed",
        "+1 C FIN,ACK seq=101 ack=312      -> LAST-ACK TIME-WAIT? t3",
        "C RST,ACK seq=102 ack=312         -> CLOSED CLOSED? reset_while_closing");
}

static void check_reset_by_the_client(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.close, TL_CLOSE_RESET);
    assert_true(s.has_closed_by);
    assert_int_equal(s.closed_by, TL_CLIENT);
}

static void reset_that_a_fin_crosses_came_first(void **state)
{
    (void)state;
    PLAY_AND(check_reset_by_the_client, OPEN_PROVEN,
        "+1 C RST,ACK seq=101 ack=311      -> CLOSED CLOSED? reset",
        "S FIN,ACK seq=311 ack=101         -> CLOSED FIN-WAIT-1 t1",
        "C RST seq=101                     -> CLOSED CLOSED?");
}

static void fin_again_after_a_reset_that_got_lost(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 id=1    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S RST seq=311                     -> CLOSED? CLOSED reset_while_closing",
        "+1 C FIN,ACK seq=101 ack=311 id=2 -> FIN-WAIT-1 CLOSED t1r fin_retransmitted");
    /* It acknowledges less than its sender has since: it left before, and shows nothing of now. */
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=312         -> LAST-ACK TIME-WAIT? t2 t3",
        "S ACK seq=312 ack=102             -> CLOSED? TIME-WAIT t4 closed",
        "C RST seq=102                     -> CLOSED CLOSED? time_wait_assassinated",
        "+0.03 S FIN,ACK seq=311 ack=101   -> CLOSED CLOSED? t1r fin_retransmitted late_segment");
}

static void fin_crosses_a_reset(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C RST,ACK seq=101 ack=311         -> CLOSED CLOSED? reset",
        "S FIN,ACK seq=311 ack=101         -> CLOSED FIN-WAIT-1 t1");
}

/* A server that closes, or aborts, at once never listens again. */
static void fin_crosses_the_reset_of_a_handshake(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C RST seq=101                     -> CLOSED LISTEN? aborted",
        "S FIN,ACK seq=301 ack=101         -> CLOSED FIN-WAIT-1 t1");
}

static void both_ends_reset_the_handshake(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C RST seq=101                     -> CLOSED LISTEN? aborted",
        "S RST,ACK seq=301 ack=101         -> CLOSED CLOSED");
}

static void syn_ack_again_behind_the_fin(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 id=1    -> ESTABLISHED? SYN-RECEIVED h2",
        "S FIN,ACK seq=301 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C RST seq=101                     -> CLOSED CLOSED? aborted",
        "+1 S SYN,ACK seq=300 ack=101 id=2 -> CLOSED CLOSED? h2r synack_retransmitted");
    /* …nor behind its data, when it was reset. */
    PLAY(OPEN_PROVEN,
        "C RST,ACK seq=101 ack=311         -> CLOSED CLOSED? reset",
        "+0.02 S SYN,ACK seq=300 ack=101   -> CLOSED CLOSED? h2r synack_retransmitted",
        "C RST seq=101                     -> CLOSED CLOSED?");
}

/* The client gave its attempt up without a word, and now refuses the server's. */
static void simultaneous_open_is_refused(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN seq=300                     -> SYN-RECEIVED? SYN-RECEIVED? h1 simultaneous_open",
        "C RST,ACK seq=0 ack=301           -> CLOSED SYN-RECEIVED?");
}

/* Neither the SYN,ACK was captured nor its ACK: the server speaks first, or closes at once. */
static void handshake_missed_behind_the_syn(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S ACK seq=301 ack=101 len=20      -> SYN-SENT SYN-RECEIVED?",
        "C ACK seq=101 ack=321             -> ESTABLISHED ESTABLISHED? established");
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S FIN,ACK seq=301 ack=101         -> SYN-SENT SYN-RECEIVED?",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "+0.3 S FIN,ACK seq=301 ack=101    -> CLOSE-WAIT? FIN-WAIT-1 t1");
}

/* In SYN-RECEIVED, another SYN within the window ends the attempt (RFC 9293, section 3.10.7.4, fourth check),
 * and draws a RST as from where there is no socket: its number is 0 (3.10.7.1). The SYN was an impostor's, and
 * passed elsewhere. The client, whose SYN was another one, goes on. */
static void server_resets_for_another_syn(void **state)
{
    (void)state;
    PLAY_AS_WRITTEN(
        "C SYN seq=100 win=900             -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 win=900 -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "+0.2 S RST,ACK seq=0 ack=602      -> ESTABLISHED CLOSED reset",
        "C ACK seq=101 ack=301 len=5       -> ESTABLISHED CLOSED",
        "S RST seq=301                     -> CLOSED? CLOSED");
    /* The client may be in SYN-SENT still: somebody may try to make it give up, by a guess. */
    PLAY_AS_WRITTEN(
        "C ACK seq=7 ack=8 port=40001      -> ESTABLISHED ESTABLISHED? midstream",
        "C SYN seq=100 win=900             -> SYN-SENT SYN-RECEIVED? h1 #1",
        "S SYN,ACK seq=300 ack=101 win=900 -> ESTABLISHED? SYN-RECEIVED h2 #1",
        "S RST,ACK seq=0 ack=103           -> ESTABLISHED? SYN-RECEIVED blind_reset #1");
    /* A SYN beyond the window draws an ACK: this RST is somebody else's. */
    PLAY_AS_WRITTEN(
        "C SYN seq=100 win=900             -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 win=900 -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "+0.2 S RST,ACK seq=0 ack=1602     -> ESTABLISHED ESTABLISHED? blind_reset");
    /* A server that has left SYN-RECEIVED has numbers, and resets with them. */
    PLAY_AS_WRITTEN(OPEN_PROVEN,
        "S RST,ACK seq=0 ack=602           -> ESTABLISHED ESTABLISHED blind_reset");
}

/* A repeated SYN is refused where the first one had been answered. */
static void server_gives_up_without_a_word(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "+1 C SYN seq=100                  -> SYN-SENT SYN-RECEIVED h1r syn_retransmitted",
        "S RST,ACK seq=0 ack=101           -> CLOSED? CLOSED refused");
}

/* A repeated SYN is answered by an ACK; the SYN,ACK itself was not captured. */
static void syn_ack_missed_between_acks(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "+1 C SYN seq=100 id=2             -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted",
        "S ACK seq=301 ack=101             -> SYN-SENT SYN-RECEIVED",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established");
}

static void syn_ack_again_after_a_reset_that_got_lost(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 id=1    -> ESTABLISHED? SYN-RECEIVED h2",
        "C RST seq=101                     -> CLOSED LISTEN? aborted",
        "+1 S SYN,ACK seq=300 ack=101 id=2 -> CLOSED SYN-RECEIVED h2r synack_retransmitted");
}

/* ---- segments that must be ignored ---- */

static void checksums_count_against_an_end_that_has_right_ones(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 good                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 bad     -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 good        -> ESTABLISHED ESTABLISHED? h3 established",
        "C FIN,ACK seq=101 ack=301 bad     -> ESTABLISHED ESTABLISHED?",
        "C RST seq=101 bad                 -> ESTABLISHED ESTABLISHED?",
        "S FIN,ACK seq=301 ack=101 bad     -> CLOSE-WAIT? FIN-WAIT-1 t1");
}

#define RIGHT_SO_FAR                                                                               \
    "C SYN seq=100 good                -> SYN-SENT SYN-RECEIVED? h1",                              \
    "S SYN,ACK seq=300 ack=101 good    -> ESTABLISHED? SYN-RECEIVED h2",                           \
    "C ACK seq=101 ack=301 good        -> ESTABLISHED ESTABLISHED? h3 established",                \
    "C ACK seq=101 ack=301 len=10 good -> ESTABLISHED ESTABLISHED?",                               \
    "S ACK seq=301 ack=111 good        -> ESTABLISHED ESTABLISHED"

/* What the other end acknowledges was good on the wire. */
static void wrong_checksum_of_a_fin_that_is_acknowledged(void **state)
{
    (void)state;
    PLAY(RIGHT_SO_FAR,
        "C FIN,ACK seq=111 ack=301 bad     -> ESTABLISHED ESTABLISHED",
        "S ACK seq=301 ack=112 good        -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "S FIN,ACK seq=301 ack=112 bad     -> FIN-WAIT-2? CLOSE-WAIT",
        "C ACK seq=112 ack=302 good        -> TIME-WAIT CLOSED? t4 closed");
}

/* A flipped bit: it teaches neither timestamp nor number, and the next FIN is the true one. */
static void damaged_segments_teach_nothing(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ts=1000 good             -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ts=5000 good -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 ts=1000 good     -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=101 ack=301 len=1000 ts=1001 good -> ESTABLISHED ESTABLISHED?",
        "S ACK seq=301 ack=1101 ts=5001 good    -> ESTABLISHED ESTABLISHED",
        "S ACK seq=301 ack=1101 len=1000 ts=5002 good -> ESTABLISHED ESTABLISHED",
        "C ACK seq=1101 ack=1301 ts=1002 good   -> ESTABLISHED ESTABLISHED",
        "C ACK seq=1101 ack=1301 len=1000 ts=1003 good -> ESTABLISHED ESTABLISHED",
        "S ACK seq=1301 ack=2101 ts=5003 good   -> ESTABLISHED ESTABLISHED",
        "S ACK seq=1301 ack=2101 len=1000 ts=5004 good -> ESTABLISHED ESTABLISHED",
        "C ACK seq=2101 ack=2301 ts=66541 bad   -> ESTABLISHED ESTABLISHED",
        "C ACK seq=2101 ack=2301 len=1000 ts=1262 bad -> ESTABLISHED ESTABLISHED",
        "C RST,ACK seq=3101 ack=2301 ts=1006 good -> CLOSED ESTABLISHED reset");
    PLAY(RIGHT_SO_FAR,
        "C ACK seq=111 ack=301 len=1 bad   -> ESTABLISHED ESTABLISHED",
        "C RST,ACK seq=112 ack=301 good    -> CLOSED ESTABLISHED reset",
        "+0.1 S ACK seq=301 ack=111 good   -> CLOSED ESTABLISHED challenge_ack");
    PLAY(RIGHT_SO_FAR,
        "C RST seq=111 bad                 -> ESTABLISHED ESTABLISHED",
        "C RST seq=111 bad                 -> ESTABLISHED ESTABLISHED",
        "C RST seq=111 bad                 -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=111 ack=301 bad     -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=111 ack=301 bad     -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=111 ack=301 good    -> FIN-WAIT-1 CLOSE-WAIT? t1");
}

/* …nor arrival: the FIN behind damaged data waits for it. */
static void damaged_data_before_a_fin(void **state)
{
    (void)state;
    PLAY(RIGHT_SO_FAR,
        "C ACK seq=111 ack=301 len=1400 good -> ESTABLISHED ESTABLISHED",
        "C ACK seq=1511 ack=301 len=1400 bad -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=2911 ack=301 good   -> FIN-WAIT-1 ESTABLISHED t1",
        "S ACK seq=301 ack=1511 good       -> FIN-WAIT-1 ESTABLISHED",
        "+0.3 C ACK seq=1511 ack=301 len=1400 good -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=301 ack=2911 good       -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=301 ack=2912 good       -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
}

/* A forged FIN is forgotten when its number is used for something else. */
static void wrong_checksum_of_a_fin_in_the_place_of_data(void **state)
{
    (void)state;
    PLAY(RIGHT_SO_FAR,
        "C FIN,ACK seq=111 ack=301 bad     -> ESTABLISHED ESTABLISHED",
        "C ACK seq=111 ack=301 len=1 good  -> ESTABLISHED ESTABLISHED",
        "S ACK seq=301 ack=112 good        -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=112 ack=301 good    -> FIN-WAIT-1 CLOSE-WAIT? t1");
}

static void check_all_bytes(struct trace *t)
{
    assert_int_equal(tl_connection_end(t->connection, TL_CLIENT).bytes, 474);
    assert_int_equal(tl_connection_end(t->connection, TL_SERVER).bytes, 20);
}

/* SYN and bare ACK are right, data is not (the card's, or made unreadable by somebody): nothing is
 * missing, and what follows is believed. */
static void wrong_checksums_of_all_data(void **state)
{
    (void)state;
    PLAY_AND(check_all_bytes,
        "C SYN seq=100 good                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 good    -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 good        -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=101 ack=301 len=400 bad -> ESTABLISHED ESTABLISHED?",
        "C ACK seq=501 ack=301 len=60 bad  -> ESTABLISHED ESTABLISHED?",
        "S ACK seq=301 ack=561 len=20 good -> ESTABLISHED ESTABLISHED",
        "C ACK seq=561 ack=321 good        -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=561 ack=321 len=14 bad -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S RST,ACK seq=321 ack=576 good    -> CLOSED? CLOSED reset_while_closing");
}

static void check_reset_by_server(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.open, TL_OPEN_THREE_WAY);
    assert_int_equal(s.close, TL_CLOSE_RESET);
    assert_int_equal(s.closed_by, TL_SERVER);
}

/* A RST acknowledges, too. */
static void wrong_checksum_of_data_that_a_reset_acknowledges(void **state)
{
    (void)state;
    PLAY_AND(check_reset_by_server,
        "C SYN seq=100 good                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 good    -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 good        -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=101 ack=301 len=474 bad -> ESTABLISHED ESTABLISHED?",
        "S RST,ACK seq=301 ack=575 good    -> CLOSED? CLOSED reset");
}

/* All checksums of a file are wrong, but one that is right by chance. */
static void right_checksum_by_chance(void **state)
{
    (void)state;
    PLAY_AND(check_four_way,
        "C SYN seq=100 good                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 bad     -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 bad         -> ESTABLISHED? SYN-RECEIVED",
        "C ACK seq=101 ack=301 len=10 bad  -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=111 bad         -> ESTABLISHED ESTABLISHED",
        "S ACK seq=301 ack=111 len=20 bad  -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=111 ack=321 bad     -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=321 ack=112 bad         -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "S FIN,ACK seq=321 ack=112 bad     -> TIME-WAIT? LAST-ACK t3",
        "C ACK seq=112 ack=322 bad         -> TIME-WAIT CLOSED? t4 closed");
    PLAY_AND(check_four_way,
        "C SYN seq=100 bad                 -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 bad     -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 bad         -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=101 ack=301 len=10 bad  -> ESTABLISHED ESTABLISHED?",
        "S ACK seq=301 ack=111 len=20 good -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=111 ack=321 bad     -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=321 ack=112 bad         -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "S FIN,ACK seq=321 ack=112 bad     -> TIME-WAIT? LAST-ACK t3",
        "C ACK seq=112 ack=322 bad         -> TIME-WAIT CLOSED? t4 closed");
}

/* A SYN that was damaged is no attempt of its own. */
static void damaged_syn(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 good                -> SYN-SENT SYN-RECEIVED? h1",
        "+1 C SYN seq=100 good             -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted",
        "+2 C SYN seq=65636 bad            -> SYN-SENT SYN-RECEIVED?",
        "+4 C SYN seq=100 good             -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted unanswered",
        "S SYN,ACK seq=300 ack=101 good    -> ESTABLISHED? SYN-RECEIVED h2");
}

static void check_open(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.open, TL_OPEN_THREE_WAY);
    assert_int_equal(s.close, TL_CLOSE_NONE);
}

/* A capture that held SYN and RST only, so far: the RST might follow what was left out. The challenge ACK shows
 * that nothing was. */
static void challenged_reset_in_a_handshake(void **state)
{
    (void)state;
    PLAY_AND(check_open,
        "C SYN seq=100 ts=1000                    -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ts=5000        -> ESTABLISHED? SYN-RECEIVED h2",
        "+0.4 C RST seq=102                       -> CLOSED CLOSED? reset",
        "+0.0005 S ACK seq=301 ack=101 ts=5400    -> ESTABLISHED SYN-RECEIVED challenge_ack forged_segment",
        "+0.6 S SYN,ACK seq=300 ack=101 ts=6000   -> ESTABLISHED SYN-RECEIVED h2r synack_retransmitted",
        "+0.1 C ACK seq=101 ack=301 ts=1000       -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=101 ack=301 len=10 ts=2000     -> ESTABLISHED ESTABLISHED?",
        "S ACK seq=301 ack=111 ts=6200            -> ESTABLISHED ESTABLISHED");
}

/* What a host's other connections have shown condemns the first segment of an end. */
static void damaged_first_segment_of_an_end(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 good                        -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 good            -> ESTABLISHED? SYN-RECEIVED h2",
        "C SYN seq=100 good port=40001             -> SYN-SENT SYN-RECEIVED? h1 #1",
        "S SYN,ACK seq=300 ack=101 good port=40001 -> ESTABLISHED? SYN-RECEIVED h2 #1",
        "C SYN seq=100 good port=40002             -> SYN-SENT SYN-RECEIVED? h1 #2",
        "S SYN,ACK seq=900 ack=101 bad port=40002  -> SYN-SENT SYN-RECEIVED? #2",
        "+1 S SYN,ACK seq=300 ack=101 good port=40002 -> ESTABLISHED? SYN-RECEIVED h2 #2",
        "C ACK seq=101 ack=301 good port=40002     -> ESTABLISHED ESTABLISHED? h3 established #2",
        "C SYN seq=100 good port=40003             -> SYN-SENT SYN-RECEIVED? h1 #3",
        "S RST,ACK seq=0 ack=101 bad port=40003    -> CLOSED? CLOSED refused #3");
}

/* One right checksum in 65,536 is one by chance; and the same host in another network is another one. */
static void one_right_checksum_condemns_no_other_connection(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 good                        -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 good            -> ESTABLISHED? SYN-RECEIVED h2",
        "C SYN seq=100 good port=40001             -> SYN-SENT SYN-RECEIVED? h1 #1",
        "S SYN,ACK seq=300 ack=101 bad port=40001  -> ESTABLISHED? SYN-RECEIVED h2 #1");
    PLAY(
        "C SYN seq=100 good net=1                       -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 good net=1           -> ESTABLISHED? SYN-RECEIVED h2",
        "C SYN seq=100 good port=40001 net=1            -> SYN-SENT SYN-RECEIVED? h1 #1",
        "S SYN,ACK seq=300 ack=101 good port=40001 net=1 -> ESTABLISHED? SYN-RECEIVED h2 #1",
        "C SYN seq=100 good port=40002 net=2            -> SYN-SENT SYN-RECEIVED? h1 #2",
        "S SYN,ACK seq=300 ack=101 bad port=40002 net=2 -> ESTABLISHED? SYN-RECEIVED h2 #2");
}

/* Several machines behind one address, one of which leaves its checksums to the card: what the other end
 * acknowledges was good, and the host's next ones are believed. */
static void acknowledged_syn_ack_of_a_host_with_right_checksums(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 good                        -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 good            -> ESTABLISHED? SYN-RECEIVED h2",
        "C SYN seq=100 good port=40001             -> SYN-SENT SYN-RECEIVED? h1 #1",
        "S SYN,ACK seq=300 ack=101 good port=40001 -> ESTABLISHED? SYN-RECEIVED h2 #1",
        "C SYN seq=100 good port=40002             -> SYN-SENT SYN-RECEIVED? h1 #2",
        "S SYN,ACK seq=300 ack=101 bad port=40002  -> SYN-SENT SYN-RECEIVED? #2",
        "C ACK seq=101 ack=301 good port=40002     -> ESTABLISHED ESTABLISHED? h3 established #2",
        "C SYN seq=100 good port=40003             -> SYN-SENT SYN-RECEIVED? h1 #3",
        "S SYN,ACK seq=300 ack=101 bad port=40003  -> ESTABLISHED? SYN-RECEIVED h2 #3");
}

/* The host's first one was damaged, as its end showed by sending it again: that is nothing against the others. */
static void damaged_first_segment_of_a_host(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 good                           -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 bad                -> ESTABLISHED? SYN-RECEIVED h2",
        "+1 S SYN,ACK seq=300 ack=101 good            -> ESTABLISHED? SYN-RECEIVED h2r synack_retransmitted",
        "C SYN seq=100 good port=40001             -> SYN-SENT SYN-RECEIVED? h1 #1",
        "S SYN,ACK seq=300 ack=101 good port=40001 -> ESTABLISHED? SYN-RECEIVED h2 #1",
        "C SYN seq=100 good port=40002                -> SYN-SENT SYN-RECEIVED? h1 #2",
        "S SYN,ACK seq=300 ack=101 bad port=40002     -> SYN-SENT SYN-RECEIVED? #2");
}

static void segments_out_of_the_window(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=1000000 ack=311     -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=4294000000 ack=311  -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=311 len=10      -> ESTABLISHED ESTABLISHED");
}

/* RFC 7323, section 5: PAWS. */
static void new_data_with_an_old_timestamp(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ts=1000             -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ts=5000 -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 ts=1001     -> ESTABLISHED ESTABLISHED? h3 established",
        "C FIN,ACK seq=101 ack=301 ts=900  -> ESTABLISHED ESTABLISHED?",
        "C FIN,ACK seq=101 ack=301 ts=1002 -> FIN-WAIT-1 CLOSE-WAIT? t1");
}

/* What fills a hole, and is older than what its receiver goes by: that tells, by its echo. */
static void hole_is_not_filled_by_an_old_timestamp(void **state)
{
    (void)state;
#define HOLE_AND_ECHO                                                                              \
    "C SYN seq=100 ts=1000             -> SYN-SENT SYN-RECEIVED? h1",                              \
    "S SYN,ACK seq=300 ack=101 ts=5000 ecr=1000 -> ESTABLISHED? SYN-RECEIVED h2",                  \
    "C ACK seq=101 ack=301 ts=1001 ecr=5000 -> ESTABLISHED ESTABLISHED? h3 established",           \
    "C FIN,ACK seq=151 ack=301 len=50 ts=1004 -> FIN-WAIT-1 ESTABLISHED? t1",                      \
    "C ACK seq=101 ack=301 len=20 ts=1300 -> FIN-WAIT-1 ESTABLISHED?",                             \
    "S ACK seq=301 ack=121 ts=5001 ecr=1300 sack=151-202 -> FIN-WAIT-1 ESTABLISHED"
    PLAY(HOLE_AND_ECHO,
        "C ACK seq=121 ack=301 len=30 ts=1003 -> FIN-WAIT-1 ESTABLISHED",
        "C ACK seq=121 ack=301 len=30 ts=1600 -> FIN-WAIT-1 CLOSE-WAIT?");
    PLAY(HOLE_AND_ECHO,
        "C ACK seq=121 ack=301 len=30 ts=1299 -> FIN-WAIT-1 CLOSE-WAIT?");
#undef HOLE_AND_ECHO
}

/* Nobody looks at timestamps on which the SYNs did not agree (RFC 7323, section 3.2). */
static void old_timestamp_without_agreement(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ts=1000             -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "C FIN,ACK seq=101 ack=301 ts=0    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=301 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ts=1000 -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "S FIN,ACK seq=301 ack=101 ts=0    -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=101 ack=302             -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed");
}

/* In mid-stream nobody knows: the acknowledgement shows that it was taken. */
static void fin_that_seemed_old_is_acknowledged(void **state)
{
    (void)state;
    PLAY(
        "C ACK seq=1000 ack=2000 len=10 ts=500 -> ESTABLISHED ESTABLISHED? midstream",
        "S ACK seq=2000 ack=1010           -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=1010 ack=2000 ts=0  -> ESTABLISHED ESTABLISHED",
        "S ACK seq=2000 ack=1011           -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
}

/* RFC 5961, section 5: below all that the other end can have on its way. */
static void ancient_acknowledgement(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=4294000000  -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=101 ack=3500000000 len=10 -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=101             -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=311 len=20      -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=121             -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=121 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1");
}

/* RFC 9293, section 3.10.7.4, first check: of an unacceptable segment nothing is taken, its
 * acknowledgement neither. */
static void acknowledgement_of_an_unacceptable_segment(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=536871223 ack=102       -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=310 ack=102             -> FIN-WAIT-1 CLOSE-WAIT keepalive_probe",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t3",
        "C ACK seq=101 ack=312             -> TIME-WAIT LAST-ACK",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed");
}

static void flags_that_no_tcp_sends(void **state)
{
    (void)state;
    PLAY(
        "C SYN,FIN seq=100                 -> CLOSED LISTEN",
        "C SYN,RST seq=100                 -> CLOSED LISTEN",
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "C FIN seq=101                     -> ESTABLISHED ESTABLISHED?");
}

static void acknowledgement_of_data_never_sent(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=103             -> FIN-WAIT-1 CLOSE-WAIT?",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
}

/* ---- the capture ---- */

static void check_midstream(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.open, TL_OPEN_MIDSTREAM);
    assert_int_equal(s.close, TL_CLOSE_FOUR_WAY);
}

static void capture_starts_in_established(void **state)
{
    (void)state;
    PLAY_AND(check_midstream,
        "C ACK seq=1000 ack=2000 len=10    -> ESTABLISHED ESTABLISHED? midstream",
        "S ACK seq=2000 ack=1010           -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=1010 ack=2000       -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=2000 ack=1011           -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "S FIN,ACK seq=2000 ack=1011       -> TIME-WAIT? LAST-ACK t3",
        "C ACK seq=1011 ack=2001           -> TIME-WAIT CLOSED? t4 closed");
}

static void capture_starts_at_the_fin(void **state)
{
    (void)state;
    PLAY(
        "C FIN,ACK seq=1010 ack=2000       -> FIN-WAIT-1 CLOSE-WAIT? t1 midstream",
        "S ACK seq=2000 ack=1011           -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed");
}

/* The higher port is the client's: the server spoke first. */
static void capture_starts_with_the_server(void **state)
{
    (void)state;
    PLAY(
        "S ACK seq=2000 ack=1000 len=10    -> ESTABLISHED? ESTABLISHED midstream",
        "C ACK seq=1000 ack=2010           -> ESTABLISHED ESTABLISHED");
}

static void check_synack_first(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.open, TL_OPEN_THREE_WAY);
    assert_false(s.handshake_time.known);
    assert_true(s.ack_time.known);
}

static void capture_starts_at_the_syn_ack(void **state)
{
    (void)state;
    PLAY_AND(check_synack_first,
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established");
}

static void syn_captured_behind_the_syn_ack(void **state)
{
    (void)state;
    PLAY(
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C SYN seq=100                     -> ESTABLISHED? SYN-RECEIVED h1",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established");
}

static void only_the_client_was_captured(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=101 ack=301 len=10      -> ESTABLISHED ESTABLISHED?",
        "C ACK seq=111 ack=801             -> ESTABLISHED ESTABLISHED? one_sided",
        "C FIN,ACK seq=111 ack=801         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "C ACK seq=112 ack=802             -> TIME-WAIT CLOSED? t4 closed");
}

static void only_the_server_was_captured(void **state)
{
    (void)state;
    PLAY(
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "S ACK seq=301 ack=111 len=50      -> ESTABLISHED? ESTABLISHED established",
        "S FIN,ACK seq=351 ack=111         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "S ACK seq=352 ack=112             -> CLOSED? TIME-WAIT t4 closed one_sided");
}

static void check_gap(struct trace *t)
{
    assert_int_equal(t->connection->kept[TL_CLIENT].bytes, 500);
}

static void data_that_was_never_captured(void **state)
{
    (void)state;
    PLAY_AND(check_gap, OPEN_PROVEN,
        "S ACK seq=311 ack=601             -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=601 len=10      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=601 ack=321         -> FIN-WAIT-1 CLOSE-WAIT? t1 gap");
}

static void check_no_gap(struct trace *t)
{
    assert_int_equal(t->connection->kept[TL_CLIENT].bytes, 10);
}

/* …and data that was never sent, whatever a forged segment acknowledges. */
static void data_that_was_never_sent(void **state)
{
    (void)state;
    PLAY_AND(check_no_gap, OPEN_PROVEN,
        "S ACK seq=311 ack=601             -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=311 id=9        -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=311 len=10      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=111 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1");
}

/* Two interfaces, merged: acknowledgements come before what they acknowledge. */
static void acknowledgement_captured_before_the_data(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S ACK seq=311 ack=201             -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=311 len=100     -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=301             -> ESTABLISHED ESTABLISHED",
        "C ACK seq=201 ack=311 len=100     -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=301 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1");
}

static void syn_ack_was_never_captured(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "C ACK seq=101 ack=301 len=10      -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=111 len=10      -> ESTABLISHED ESTABLISHED");
}

static void syn_was_never_captured_on_either_side(void **state)
{
    (void)state;
    PLAY(
        "C RST seq=100                     -> CLOSED CLOSED? midstream reset");
}

/* ---- the same sockets again ---- */

static void again_after_closed(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C RST,ACK seq=101 ack=311         -> CLOSED CLOSED? reset",
        "C SYN seq=5000                    -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",
        "S SYN,ACK seq=7000 ack=5001       -> ESTABLISHED? SYN-RECEIVED #1 h2");
}

static void again_after_a_refusal(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "S RST,ACK seq=0 ack=101           -> CLOSED? CLOSED refused",
        "+0.5 C SYN seq=900 id=2           -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused");
}

static void attempt_checks_one_refusal(struct trace *trace)
{
    assert_int_equal(tl_tracker_connection_count(trace->tracker), 1);
    assert_int_equal(tl_summarize(trace->connection).open, TL_OPEN_REFUSED);
    assert_int_equal(tl_oddities(trace->connection)->end[TL_CLIENT].syn_retransmissions, 2);
}

/* Windows sends the same SYN again, half a second after a RST: one connect() is one attempt. */
static void refused_three_times(void **state)
{
    (void)state;
    PLAY_AND(attempt_checks_one_refusal,
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "S RST,ACK seq=0 ack=101           -> CLOSED? CLOSED refused",
        "+0.5 C SYN seq=100 id=2           -> SYN-SENT CLOSED h1r syn_retransmitted",
        "S RST,ACK seq=0 ack=101           -> CLOSED? CLOSED",
        "+0.5 C SYN seq=100 id=3           -> SYN-SENT CLOSED h1r syn_retransmitted",
        "S RST,ACK seq=0 ack=101           -> CLOSED? CLOSED");
    /* Minutes later it is another attempt, though it bears the same number. */
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S RST,ACK seq=0 ack=101           -> CLOSED? CLOSED refused",
        "+400 C SYN seq=100                -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused");
    /* Somebody listens when it comes again. */
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "S RST,ACK seq=0 ack=101           -> CLOSED? CLOSED refused",
        "+0.5 C SYN seq=100 id=2           -> SYN-SENT CLOSED h1r syn_retransmitted",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established");
}

/* The other side tries after the first attempt has come to nothing: no simultaneous open. */
static void other_side_tries(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S RST,ACK seq=0 ack=101           -> CLOSED? CLOSED refused",
        "+3 S SYN seq=300                  -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",
        "C SYN,ACK seq=700 ack=301         -> ESTABLISHED? SYN-RECEIVED #1 h2");
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "+1 C SYN seq=100 id=2             -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted",
        "+9 S SYN seq=300                  -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused");
}

/* A back-off goes on for minutes. */
static void syns_keep_their_back_off(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ts=1                -> SYN-SENT SYN-RECEIVED? h1",
        "+21 C SYN seq=100 ts=2            -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted",
        "+42 C SYN seq=100 ts=3            -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted unanswered",
        "+84 C SYN seq=100 ts=4            -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted",
        "+600 C SYN seq=100 ts=5           -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused");
}

/* RFC 9293, section 3.10.7.3: what acknowledges nothing that was sent completes no handshake. */
static void old_acknowledgement_in_syn_sent(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=1000                    -> SYN-SENT SYN-RECEIVED? h1",
        "S ACK seq=7000000 ack=900000000   -> SYN-SENT SYN-RECEIVED?",
        "C RST seq=900000000               -> SYN-SENT SYN-RECEIVED?",
        "+1 C SYN seq=1000                 -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted",
        "S SYN,ACK seq=300 ack=1001        -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=1001 ack=301            -> ESTABLISHED ESTABLISHED? h3 established");
    PLAY(
        "C SYN seq=1000000                 -> SYN-SENT SYN-RECEIVED? h1",
        "S ACK seq=7000000 ack=900000      -> SYN-SENT SYN-RECEIVED?",
        "S ACK seq=7000000 ack=900000      -> SYN-SENT SYN-RECEIVED?");
}

/* TIME-WAIT answers with its own numbers, and is assassinated (RFC 1337). */
static void time_wait_answers_a_syn(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=312         -> LAST-ACK TIME-WAIT? t2 t3",
        "S ACK seq=312 ack=102             -> CLOSED? TIME-WAIT t4 closed",
        "+9 C SYN seq=5000 id=1            -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",
        "S ACK seq=312 ack=102             -> SYN-SENT TIME-WAIT #1 challenge_ack",
        "C RST seq=102                     -> SYN-SENT CLOSED? #1 time_wait_assassinated",
        "+1 C SYN seq=5000 id=2            -> SYN-SENT SYN-RECEIVED? #1 h1r syn_retransmitted",
        "S SYN,ACK seq=900 ack=5001        -> ESTABLISHED? SYN-RECEIVED #1 h2");
}

/* Whoever opened actively has no listener there, as a rule: it stays in TIME-WAIT until it answers by a
 * SYN,ACK. */
static void time_wait_of_an_active_opener_meets_a_syn(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "+1 S SYN seq=812                  -> TIME-WAIT SYN-SENT",
        "C ACK seq=102 ack=312             -> TIME-WAIT SYN-SENT challenge_ack");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "+1 S SYN seq=812                  -> TIME-WAIT SYN-SENT",
        "C SYN,ACK seq=7000 ack=813        -> ESTABLISHED? SYN-RECEIVED #1 h2 port_reused_early");
}

static void check_listener_found_again(struct trace *t)
{
    const struct tl_summary s = tl_summarize(t->connection);

    /* The life ended as it did before. */
    assert_int_equal(s.close, TL_CLOSE_RESET);
    assert_int_equal(s.closed_by, TL_CLIENT);
    assert_int_equal(t->connection->at[TL_AT_RESET].frame, 4);
}

/* Its own last ACK overtakes a FIN, and makes it look as if it had crossed the other one. */
static void answering_fin_is_overtaken(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=102 ack=312             -> CLOSING FIN-WAIT-2? t2",
        "C FIN,ACK seq=101 ack=312         -> LAST-ACK TIME-WAIT? t3",
        "S ACK seq=312 ack=102             -> CLOSED? TIME-WAIT t4 closed");
    /* So late it is sent again, and may have crossed it. */
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=102 ack=312             -> CLOSING FIN-WAIT-2? t2",
        "+0.2 C FIN,ACK seq=101 ack=312    -> CLOSING TIME-WAIT? t3",
        "S ACK seq=312 ack=102             -> TIME-WAIT? TIME-WAIT t4 closed");
}

static void check_fast_open_unseen(struct trace *t)
{
    assert_int_equal(tl_summarize(t->connection).open, TL_OPEN_HALF_OPEN);
    assert_int_equal(tl_oddities(t->connection)->syn_bytes_accepted, 1000);
}

/* A server that acknowledges data of the SYN has opened fast: what it sends before its SYN,ACK has
 * arrived is its own, and the client drops it. */
static void fast_open_without_its_syn_ack(void **state)
{
    (void)state;
    PLAY_AND(check_fast_open_unseen,
        "C SYN seq=100 len=1000            -> SYN-SENT SYN-RECEIVED? h1 syn_data",
        "S ACK seq=9001 ack=1101 len=100   -> SYN-SENT SYN-RECEIVED fast_open",
        "S FIN,ACK seq=9101 ack=1101 len=9 -> SYN-SENT FIN-WAIT-1 t1",
        "C RST seq=1101                    -> SYN-SENT CLOSED?");
}

/* An old copy of the SYN comes when the server's socket is gone: its listener takes it for a new one, and has
 * a number of its own, to which nothing of the old life fits. */
static void old_syn_finds_the_listener(void **state)
{
    (void)state;
    PLAY_AND(check_listener_found_again,
        "C SYN seq=100 id=3                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "C RST,ACK seq=101 ack=301         -> CLOSED CLOSED? reset",
        "+0.03 C SYN seq=100 id=3          -> CLOSED SYN-RECEIVED? old_duplicate_syn",
        "S SYN,ACK seq=9000 ack=101        -> CLOSED SYN-RECEIVED",
        "C RST seq=101                     -> CLOSED LISTEN?");
    /* The RST did not reach the client: the listener refuses what it goes on with, and listens on. */
    PLAY(
        "C SYN seq=100 id=3                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=101 len=10      -> ESTABLISHED ESTABLISHED",
        "S RST,ACK seq=311 ack=101         -> CLOSED? CLOSED reset",
        "+0.03 C SYN seq=100 id=3          -> CLOSED? SYN-RECEIVED? old_duplicate_syn",
        "S SYN,ACK seq=9000 ack=101        -> CLOSED? SYN-RECEIVED",
        "C ACK seq=101 ack=311 len=20      -> CLOSED? SYN-RECEIVED",
        "S RST seq=311                     -> CLOSED? SYN-RECEIVED",
        "+1 S SYN,ACK seq=9000 ack=101     -> CLOSED? SYN-RECEIVED",
        "C RST seq=101                     -> CLOSED LISTEN?");
    /* The copy passed elsewhere: what answers it tells of it. */
    PLAY(OPEN_PROVEN,
        "C RST,ACK seq=101 ack=311         -> CLOSED CLOSED? reset",
        "+0.03 S SYN,ACK seq=9000 ack=101  -> CLOSED SYN-RECEIVED",
        "C RST seq=101                     -> CLOSED LISTEN?",
        "+0.03 S SYN,ACK seq=9900 ack=101  -> CLOSED SYN-RECEIVED",
        "+1 S SYN,ACK seq=9900 ack=101     -> CLOSED SYN-RECEIVED",
        "C RST seq=101                     -> CLOSED LISTEN?");
    /* It is no beginning, though its sender sent the SYN more than once. */
    PLAY(
        "C SYN seq=100 ts=10               -> SYN-SENT SYN-RECEIVED? h1",
        "+1 C SYN seq=100 ts=1010          -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted",
        "S SYN,ACK seq=300 ack=101 ts=90   -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 ts=1010     -> ESTABLISHED ESTABLISHED? h3 established",
        "C RST,ACK seq=101 ack=301 ts=1010 -> CLOSED CLOSED? reset",
        "C SYN seq=100 ts=10 id=7          -> CLOSED SYN-RECEIVED? old_duplicate_syn",
        /* …and the next one is. */
        "+1 C SYN seq=70000 ts=2010        -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused");
}

static void attempt_checks_kept_syn(struct trace *trace)
{
    struct tl_connection *old = tl_tracker_connection(trace->tracker, 0);
    const struct tl_connection *c = trace->connection;
    enum tl_role sender;
    struct tl_socket client = tl_connection_socket(c, TL_CLIENT);
    struct tl_socket server = tl_connection_socket(c, TL_SERVER);

    assert_int_equal(tl_tracker_connection_count(trace->tracker), 2);
    assert_int_equal(tl_summarize(c).open, TL_OPEN_REFUSED);
    assert_int_equal(c->first_frame, 6);
    assert_int_equal(c->at[TL_AT_SYN].frame, 6);
    assert_int_equal(c->kept[TL_CLIENT].segments, 2);
    assert_int_equal(tl_oddities(c)->end[TL_CLIENT].syn_retransmissions, 1);
    assert_int_equal(old->kept[TL_CLIENT].segments, 3);
    assert_int_equal(tl_milestone_ns(c, TL_AT_SYN), tl_connection_start_ns(c));
    /* At their own frames they are the old connection's. */
    for (uint32_t frame = 6; frame <= 8; frame++)
        assert_int_equal(tl_tracker_find(trace->tracker, frame, &client, &server, &sender)->number,
                         frame == 8);
}

/* A SYN that was kept inside the old connection is the new one's first. */
static void kept_syn_is_refused(void **state)
{
    (void)state;
    PLAY_AND(attempt_checks_kept_syn, OPEN_PROVEN,
        "+9 C SYN seq=4000 id=1            -> SYN-SENT ESTABLISHED half_open_discovered",
        "+1 C SYN seq=4000 id=2            -> SYN-SENT ESTABLISHED syn_retransmitted",
        "S RST,ACK seq=0 ack=4001          -> CLOSED? CLOSED #1 port_reused refused");
}

/* Nobody who knew the old life is there any more. */
static void next_life_is_not_answered(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "+9 C SYN seq=4000 id=1            -> SYN-SENT ESTABLISHED half_open_discovered",
        "+1 C SYN seq=4000 id=2            -> SYN-SENT ESTABLISHED syn_retransmitted",
        "+2 C SYN seq=4000 id=3            -> SYN-SENT SYN-RECEIVED? #1 h1r port_reused syn_retransmitted unanswered",
        "+4 C SYN seq=4000 id=4            -> SYN-SENT SYN-RECEIVED? #1 h1r syn_retransmitted");
}

/* Which of two servers' SYN,ACKs the client took, its acknowledgement tells. */
static void client_takes_the_first_of_two_servers(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "S SYN,ACK seq=9000 ack=101        -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=101 len=10      -> ESTABLISHED ESTABLISHED");
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established",
        "S SYN,ACK seq=9000 ack=101        -> ESTABLISHED ESTABLISHED?",
        "+0.1 C ACK seq=101 ack=301        -> ESTABLISHED ESTABLISHED? challenge_ack");
}

/* Minutes later a SYN begins a new life; the socket of the old one may still be there. */
#define OLD_SOCKET_ANSWERS(ack, state)                                                             \
    "+600 C SYN seq=900000 id=1        -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",                \
    "S ACK " ack " -> SYN-SENT " state " #1 challenge_ack",                                         \
    "+0.1 C RST " OLD_RST " -> SYN-SENT CLOSED? #1",                                                \
    "+1 C SYN seq=900000 id=2          -> SYN-SENT SYN-RECEIVED? #1 h1r syn_retransmitted"

/* Two of the macro's lines are joined on purpose: what differs stands between their halves.
 * NOLINTBEGIN(bugprone-suspicious-missing-comma) */
static void old_socket_is_still_there(void **state)
{
    (void)state;
#define OLD_RST "seq=101"
    PLAY(OPEN_PROVEN, OLD_SOCKET_ANSWERS("seq=311 ack=101", "ESTABLISHED"));
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        OLD_SOCKET_ANSWERS("seq=312 ack=101", "FIN-WAIT-1"));
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=101 ack=312             -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed",
        OLD_SOCKET_ANSWERS("seq=312 ack=101", "FIN-WAIT-2"));
#undef OLD_RST
#define OLD_RST "seq=102"
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        OLD_SOCKET_ANSWERS("seq=311 ack=102", "CLOSE-WAIT"));
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t2 t3",
        OLD_SOCKET_ANSWERS("seq=312 ack=102", "LAST-ACK"));
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=101         -> CLOSING? CLOSING? t3 simultaneous_close",
        "S ACK seq=312 ack=102             -> TIME-WAIT? CLOSING t2",
        OLD_SOCKET_ANSWERS("seq=312 ack=102", "CLOSING"));
#undef OLD_RST
}
/* NOLINTEND(bugprone-suspicious-missing-comma) */

static void attempt_was_aborted(struct trace *trace)
{
    const struct tl_connection *old = tl_tracker_connection(trace->tracker, 0);

    assert_int_equal(tl_summarize(old).close, TL_CLOSE_NONE);
    assert_int_equal(tl_summarize(old).open,
                     old->at[TL_AT_SYN_ACK].frame ? TL_OPEN_ABORTED : TL_OPEN_UNANSWERED);
}

/* The old socket is still in SYN-RECEIVED: it answers a SYN with another ISN, and the RST that this
 * draws ends it, and not the new attempt. */
static void old_attempt_is_still_there(void **state)
{
    (void)state;
    PLAY_AND(attempt_was_aborted,
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "+1.4 C SYN seq=9000 id=2          -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",
        "S ACK seq=301 ack=101             -> SYN-SENT SYN-RECEIVED #1 challenge_ack",
        "C RST seq=101                     -> SYN-SENT LISTEN? #1",
        "C SYN seq=9000 id=3               -> SYN-SENT SYN-RECEIVED? #1 h1r syn_retransmitted",
        "S SYN,ACK seq=700 ack=9001        -> ESTABLISHED? SYN-RECEIVED #1 h2");
}

/* The RST, or the last ACK, was taken to have ended the old socket, and did not arrive. */
static void old_socket_was_not_ended(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C RST,ACK seq=101 ack=311         -> CLOSED CLOSED? reset",
        "+1.4 C SYN seq=9000 id=2          -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",
        "S ACK seq=311 ack=101             -> SYN-SENT ESTABLISHED #1 challenge_ack",
        "C RST seq=101                     -> SYN-SENT CLOSED? #1",
        "C SYN seq=9000 id=3               -> SYN-SENT SYN-RECEIVED? #1 h1r syn_retransmitted");
    PLAY_AND(attempt_was_aborted,
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C RST seq=101                     -> CLOSED LISTEN? aborted",
        "+1.4 C SYN seq=9000 id=2          -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",
        "S ACK seq=301 ack=101             -> SYN-SENT SYN-RECEIVED #1 challenge_ack",
        "C RST seq=101                     -> SYN-SENT LISTEN? #1",
        "C SYN seq=9000 id=3               -> SYN-SENT SYN-RECEIVED? #1 h1r syn_retransmitted");
    /* An end that had finished has no socket any more. */
    PLAY(OPEN_PROVEN,
        "S RST,ACK seq=311 ack=101         -> CLOSED? CLOSED reset",
        "+1.4 C SYN seq=9000 id=2          -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",
        "S ACK seq=311 ack=101             -> SYN-SENT SYN-RECEIVED? #1",
        "C RST seq=101                     -> SYN-SENT SYN-RECEIVED? #1");
}

/* A SYN that was taken for an old duplicate is refused: nothing becomes of the end that is said to have
 * sent it, which goes on. */
static void old_syn_is_refused(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "+0.3 S SYN seq=311                -> FIN-WAIT-2? CLOSE-WAIT old_duplicate_syn",
        "C RST,ACK seq=0 ack=312           -> CLOSED CLOSE-WAIT reset_while_closing",
        "+0.3 S FIN,ACK seq=311 ack=102    -> CLOSED LAST-ACK t3",
        "C RST seq=102                     -> CLOSED CLOSED?");
}

/* An impostor's FIN, which the capture has missed, is acknowledged; its alleged sender has never sent it, and
 * answers so with the number that it would have had. */
static void unseen_fin_is_denied(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "+0.3 C ACK seq=102 ack=312        -> TIME-WAIT CLOSED? t4 closed",
        "S ACK seq=311 ack=102             -> TIME-WAIT CLOSE-WAIT",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSE-WAIT",
        "+0.3 S FIN,ACK seq=311 ack=102    -> TIME-WAIT LAST-ACK t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed");
    PLAY(OPEN_PROVEN,
        "+0.3 C FIN,ACK seq=101 ack=312    -> LAST-ACK TIME-WAIT? t2 t3",
        "S ACK seq=311 ack=101             -> LAST-ACK ESTABLISHED",
        "C ACK seq=102 ack=312             -> LAST-ACK ESTABLISHED");
}

/* A FIN that the capture has missed was acknowledged in vain: it is sent again. */
static void unseen_fin_is_sent_again(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "+0.3 C ACK seq=102 ack=312        -> TIME-WAIT CLOSED? t4 closed",
        "+0.3 S FIN,ACK seq=311 ack=102    -> TIME-WAIT LAST-ACK t3 last_ack_lost",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4r");
}

/* The number that an end goes on by is that of an octet which a wire has damaged. */
static void damaged_octet_is_no_fin(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S PSH,ACK seq=311 ack=101 len=10 good -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=321                 -> ESTABLISHED ESTABLISHED",
        "S PSH,ACK seq=321 ack=101 len=1 bad   -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=101 ack=321             -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=322 ack=102                 -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "S PSH,ACK seq=322 ack=102 len=10      -> FIN-WAIT-2? CLOSE-WAIT");
}

/* What was taken for the other end's FIN was an octet, though its own FIN is acknowledged by then. */
static void octet_instead_of_an_answered_fin(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=312         -> LAST-ACK TIME-WAIT? t2 t3",
        "+0.04 S ACK seq=312 ack=102       -> CLOSED? TIME-WAIT t4 closed",
        "+0.04 S FIN,ACK seq=312 ack=102   -> TIME-WAIT? LAST-ACK t3",
        "C ACK seq=102 ack=313             -> TIME-WAIT CLOSED? t4 closed");
}

/* What was taken for the last ACK acknowledged an octet, and both ends go on: neither had sent a FIN. */
static void two_octets_instead_of_two_fins(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "+0.04 C ACK seq=102 ack=312       -> TIME-WAIT CLOSED? t4 closed",
        "S ACK seq=312 ack=402             -> ESTABLISHED ESTABLISHED",
        "C ACK seq=402 ack=312 len=100     -> ESTABLISHED ESTABLISHED gap",
        "S FIN,ACK seq=312 ack=502         -> CLOSE-WAIT? FIN-WAIT-1 t1");
    PLAY(OPEN_PROVEN,
        "+0.04 C ACK seq=102 ack=312       -> TIME-WAIT CLOSED? t4 closed",
        "S ACK seq=312 ack=103 len=100     -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=103 ack=412         -> FIN-WAIT-1 CLOSE-WAIT? t1 gap");
}

/* A router's error says nothing of the server. */
static void router_says_nothing_of_the_server(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "C ICMP-ROUTER seq=100             -> CLOSED? SYN-RECEIVED? rejected",
        "+1 C SYN seq=100 id=2             -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted",
        "+2 C SYN seq=100 id=3             -> SYN-SENT SYN-RECEIVED? h1r syn_retransmitted",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2");
}

static void again_within_time_wait(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=312         -> LAST-ACK TIME-WAIT? t2 t3",
        "S ACK seq=312 ack=102             -> CLOSED? TIME-WAIT t4 closed",
        "+1 C SYN seq=5000                 -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused");
}

static void again_after_time_wait(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=312         -> LAST-ACK TIME-WAIT? t2 t3",
        "S ACK seq=312 ack=102             -> CLOSED? TIME-WAIT t4 closed",
        "+61 C SYN seq=50                  -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused");
}

static void rejected_by_icmp(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "C ICMP seq=100                    -> CLOSED? CLOSED rejected");
    /* Some stacks go on trying. */
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "C ICMP seq=100                    -> CLOSED? CLOSED rejected",
        "+1 C SYN seq=100 id=2             -> SYN-SENT CLOSED h1r syn_retransmitted",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2");
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "C ICMP seq=100                    -> CLOSED? CLOSED rejected",
        "+1 C SYN seq=100 id=2             -> SYN-SENT CLOSED h1r syn_retransmitted",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established");
}

static void icmp_error_about_something_else(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "C ICMP seq=99                     -> SYN-SENT SYN-RECEIVED?",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ICMP seq=100                    -> ESTABLISHED? SYN-RECEIVED");
}

static void server_opens_after_a_stray_segment(void **state)
{
    (void)state;
    PLAY(
        "C none seq=100                    -> CLOSED CLOSED?",
        "S SYN seq=300                     -> SYN-SENT SYN-RECEIVED? #1 h1");
}

static void attempt_checks_stray(struct trace *trace)
{
    const struct tl_summary summary = tl_summarize(trace->connection);

    assert_int_equal(summary.open, TL_OPEN_STRAY);
    assert_int_equal(summary.close, TL_CLOSE_NONE);
}

/* A SYN with FIN begins nothing, but the other end may. */
static void server_opens_after_a_syn_with_fin(void **state)
{
    (void)state;
    PLAY(
        "C SYN,FIN seq=100                 -> CLOSED LISTEN",
        "S SYN seq=300                     -> CLOSED SYN-SENT h1");
}

/* The alleged sender of a SYN goes on: it was not its own. */
static void syn_is_disowned(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C SYN seq=601                     -> SYN-SENT ESTABLISHED half_open_discovered",
        "S ACK seq=311 ack=101             -> SYN-SENT ESTABLISHED challenge_ack",
        "+0.2 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=111             -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=111 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1");
}

/* Some stacks refuse an old acknowledgement with ACK in the RST. */
static void old_acknowledgement_draws_rst_with_ack(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=1000                    -> SYN-SENT SYN-RECEIVED? h1",
        "S ACK seq=7000000 ack=900000000   -> SYN-SENT SYN-RECEIVED?",
        "C RST,ACK seq=900000000 ack=7000000 -> SYN-SENT SYN-RECEIVED?",
        "S SYN,ACK seq=300 ack=1001        -> ESTABLISHED? SYN-RECEIVED h2");
    PLAY(
        "C SYN seq=1000                    -> SYN-SENT SYN-RECEIVED? h1",
        "C RST,ACK seq=1000 ack=0          -> CLOSED SYN-RECEIVED?",
        "S SYN,ACK seq=300 ack=1001        -> CLOSED SYN-RECEIVED h2");
}

/* A keepalive probe is no third segment of the handshake. */
static void keepalive_probe_completes_no_handshake(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "+2 C ACK seq=100 ack=301          -> ESTABLISHED SYN-RECEIVED keepalive_probe",
        "C ACK seq=101 ack=301             -> ESTABLISHED ESTABLISHED? h3 established");
}

/* NULL, FIN and XMAS scans: no connection, whoever answers how. */
static void scans_are_stray(void **state)
{
    (void)state;
    PLAY_AND(attempt_checks_stray,
        "C FIN seq=100                     -> CLOSED CLOSED?",
        "S RST,ACK seq=0 ack=101           -> CLOSED CLOSED");
    PLAY_AND(attempt_checks_stray,
        "C none seq=100                    -> CLOSED CLOSED?",
        "+1 C none seq=100                 -> CLOSED CLOSED?");
    PLAY_AND(attempt_checks_stray,
        "S PSH,FIN seq=100                 -> CLOSED CLOSED?",
        "C RST,ACK seq=0 ack=101           -> CLOSED CLOSED");
}

static void server_lives_after_a_reset_of_the_handshake(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C RST seq=101                     -> CLOSED LISTEN? aborted",
        "+1 S ACK seq=301 ack=101 len=5    -> CLOSED ESTABLISHED established");
}

static void reset_got_lost_in_a_simultaneous_open(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN seq=300                     -> SYN-RECEIVED? SYN-RECEIVED? h1 simultaneous_open",
        "C SYN,ACK seq=100 ack=301 id=1    -> SYN-RECEIVED ESTABLISHED? h2",
        "S RST seq=301                     -> CLOSED? CLOSED refused",
        "+1 C SYN,ACK seq=100 ack=301 id=2 -> SYN-RECEIVED CLOSED h2r synack_retransmitted");
}

/* An old SYN in TIME-WAIT is answered by an ACK and stays in the old connection. */
static void old_syn_in_time_wait(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=312         -> LAST-ACK TIME-WAIT? t2 t3",
        "S ACK seq=312 ack=102             -> CLOSED? TIME-WAIT t4 closed",
        "+1 C SYN seq=50                   -> CLOSED? TIME-WAIT old_duplicate_syn",
        "S ACK seq=312 ack=102             -> CLOSED? TIME-WAIT challenge_ack",
        "C RST seq=102                     -> CLOSED CLOSED? time_wait_assassinated");
}

static void illegal_syn_is_taken_in_time_wait(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=312         -> LAST-ACK TIME-WAIT? t2 t3",
        "S ACK seq=312 ack=102             -> CLOSED? TIME-WAIT t4 closed",
        "+1 C SYN seq=50                   -> CLOSED? TIME-WAIT old_duplicate_syn",
        "S SYN,ACK seq=9000 ack=51         -> ESTABLISHED? SYN-RECEIVED #1 h2 port_reused_early",
        "C ACK seq=51 ack=9001             -> ESTABLISHED ESTABLISHED? #1 h3 established");
}

/* ---- an idle or dead peer ---- */

static void check_keepalive(struct trace *t)
{
    assert_int_equal(tl_oddities(t->connection)->end[TL_CLIENT].keepalive_probes, 3);
    assert_int_equal(tl_summarize(t->connection).close, TL_CLOSE_NONE);
}

static void keepalive_probes_are_answered(void **state)
{
    (void)state;
    PLAY_AND(check_keepalive, OPEN_PROVEN,
        "+7200 C ACK seq=100 ack=311       -> ESTABLISHED ESTABLISHED keepalive_probe",
        "S ACK seq=311 ack=101             -> ESTABLISHED ESTABLISHED",
        "+7200 C ACK seq=100 ack=311 len=1 -> ESTABLISHED ESTABLISHED keepalive_probe",
        "S ACK seq=311 ack=101             -> ESTABLISHED ESTABLISHED",
        "+7200 C ACK seq=100 ack=311       -> ESTABLISHED ESTABLISHED keepalive_probe",
        "S ACK seq=311 ack=101             -> ESTABLISHED ESTABLISHED");
}

static void check_dead_peer(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.close, TL_CLOSE_DEAD_PEER);
}

static void keepalive_probes_are_not_answered(void **state)
{
    (void)state;
    PLAY_AND(check_dead_peer, OPEN_PROVEN,
        "+7200 C ACK seq=100 ack=311       -> ESTABLISHED ESTABLISHED keepalive_probe",
        "+75 C ACK seq=100 ack=311         -> ESTABLISHED ESTABLISHED keepalive_probe keepalive_unanswered",
        "+20 C ACK seq=100 ack=311         -> ESTABLISHED ESTABLISHED keepalive_probe keepalive_unanswered",
        "+75 C RST,ACK seq=101 ack=311     -> CLOSED CLOSED? reset dead_peer");
}

/* Not dead as long as its sender may still try again; given up when that was due and did not come. */
static void check_silent_peer(struct trace *t)
{
    int64_t end_ns = tl_connection_end_ns(t->connection);

    assert_int_equal(tl_summarize(t->connection).close, TL_CLOSE_NONE);
    assert_int_equal(tl_summarize_until(t->connection, end_ns + 12 * INT64_C(1000000000)).close,
                     TL_CLOSE_NONE);
    assert_int_equal(tl_summarize_until(t->connection, end_ns + 20 * INT64_C(1000000000)).close,
                     TL_CLOSE_DEAD_PEER);
}

static void peer_does_not_answer_for_longer_than_r2(void **state)
{
    (void)state;
    PLAY_AND(check_dead_peer, OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=10     -> ESTABLISHED ESTABLISHED",
        "+7 C ACK seq=101 ack=311 len=10  -> ESTABLISHED ESTABLISHED",
        "+60 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED",
        "+60 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED dead_peer",
        "+60 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED");
}

static void check_reset_not_dead(struct trace *t)
{
    assert_int_equal(tl_summarize(t->connection).close, TL_CLOSE_RESET);
}

static void dead_peer_answers_with_a_reset(void **state)
{
    (void)state;
    PLAY_AND(check_reset_not_dead, OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=10     -> ESTABLISHED ESTABLISHED",
        "+7 C ACK seq=101 ack=311 len=10  -> ESTABLISHED ESTABLISHED",
        "+60 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED",
        "+60 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED dead_peer",
        "+0.1 S RST,ACK seq=311 ack=111   -> CLOSED? CLOSED reset");
}

static void data_is_retransmitted_in_vain(void **state)
{
    (void)state;
    PLAY_AND(check_silent_peer, OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=10      -> ESTABLISHED ESTABLISHED",
        "+0.2 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED",
        "+0.4 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED",
        "+0.8 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED",
        "+1.6 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED",
        "+3.2 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED silent_peer",
        "+6.4 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED");
}

static void check_alive_again(struct trace *t)
{
    assert_int_equal(tl_summarize(t->connection).close, TL_CLOSE_NONE);
}

static void dead_peer_answers_at_last(void **state)
{
    (void)state;
    PLAY_AND(check_alive_again, OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=10      -> ESTABLISHED ESTABLISHED",
        "+0.2 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED",
        "+0.4 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED",
        "+0.8 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED",
        "+1.6 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED",
        "+3.2 C ACK seq=101 ack=311 len=10 -> ESTABLISHED ESTABLISHED silent_peer",
        "+1 S ACK seq=311 ack=111          -> ESTABLISHED ESTABLISHED");
}

/* A closed window is probed with the same numbers as a keepalive probe, but answered. */
static void window_probes_are_no_keepalive(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S ACK seq=311 ack=101 win=65535   -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=311 len=1000    -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=1101 win=0      -> ESTABLISHED ESTABLISHED",
        "+0.2 C ACK seq=1100 ack=311       -> ESTABLISHED ESTABLISHED",
        "S ACK seq=311 ack=1101 win=0      -> ESTABLISHED ESTABLISHED");
}

static void close_wait_lingers(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "+59 S ACK seq=311 ack=102 len=1   -> FIN-WAIT-2? CLOSE-WAIT",
        "+2 S ACK seq=312 ack=102 len=1    -> FIN-WAIT-2? CLOSE-WAIT lingering_close_wait",
        "+70 S ACK seq=313 ack=102 len=1   -> FIN-WAIT-2? CLOSE-WAIT");
}

static void check_previous_does_not_linger(struct trace *t)
{
    const struct tl_connection *previous = tl_tracker_previous(t->tracker, t->connection);
    const struct tl_changes changes = tl_connection_changes(previous);

    for (uint32_t i = 0; i < changes.count; i++)
        assert_false(changes.at[i].kind == TL_DIAGNOSIS &&
                     tl_change_diagnosis(&changes.at[i]) == TL_DIAGNOSIS_lingering_close_wait);
}

/* The next life on its sockets shows that a CLOSE-WAIT is over, not how long it lasted. */
static void close_wait_ends_unseen(void **state)
{
    (void)state;
    PLAY_AND(check_previous_does_not_linger, OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "+3600 C SYN seq=5000              -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",
        "S SYN,ACK seq=7000 ack=5001       -> ESTABLISHED? SYN-RECEIVED #1 h2");
}

/* A life in three networks ended, and the next one goes the same ways. */
static void next_life_in_the_same_networks(void **state)
{
    (void)state;
    PLAY("C SYN seq=100 net=1                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 net=4     -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 net=2         -> ESTABLISHED ESTABLISHED? h3 established",
        "C FIN,ACK seq=101 ack=301 net=3     -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=301 ack=102 net=4     -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=302 net=3         -> TIME-WAIT CLOSED? t4 closed",
        "+120 C SYN seq=5000 net=1           -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",
        "S SYN,ACK seq=7000 ack=5001 net=4   -> ESTABLISHED? SYN-RECEIVED #1 h2",
        "C ACK seq=5001 ack=7001 net=2       -> ESTABLISHED ESTABLISHED? #1 h3 established");
}

/* Each direction goes its own way, and what the old life's socket answers to a new SYN belongs to it. */
static void old_socket_answers_in_its_own_network(void **state)
{
    (void)state;
    PLAY("C SYN seq=100000 net=1               -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=100001 net=2    -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=100001 ack=301 net=1        -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=100001 len=10 net=2 -> ESTABLISHED ESTABLISHED",
        "C ACK seq=100001 ack=311 net=1        -> ESTABLISHED ESTABLISHED",
        "+3600 C SYN seq=2000000000 net=1      -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused",
        "S ACK seq=311 ack=100001 net=2        -> SYN-SENT ESTABLISHED #1 challenge_ack",
        "C RST seq=100001 net=1                -> SYN-SENT CLOSED? #1");
}

/* A server that crashed answers data with a RST (RFC 9293, section 3.5.1, Figure 10). */
static void half_open_peer_is_discovered_by_data(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=101 ack=311 len=10      -> ESTABLISHED ESTABLISHED",
        "S RST seq=311                     -> CLOSED? CLOSED reset half_open_discovered");
}

static void check_flood_answers(struct trace *t)
{
    assert_int_equal(tl_summarize(t->connection).open, TL_OPEN_HALF_OPEN);
}

static void nobody_completes_the_handshake(void **state)
{
    (void)state;
    PLAY_AND(check_flood_answers,
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 id=1    -> ESTABLISHED? SYN-RECEIVED h2",
        "+1 S SYN,ACK seq=300 ack=101 id=2 -> ESTABLISHED? SYN-RECEIVED h2r synack_retransmitted",
        "+2 S SYN,ACK seq=300 ack=101 id=3 -> ESTABLISHED? SYN-RECEIVED h2r synack_retransmitted half_open");
}

static void another_attempt_with_another_isn(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "+5 C SYN seq=9000                 -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused");
}

static void segments_of_a_later_life_without_its_syn(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C RST,ACK seq=101 ack=311         -> CLOSED CLOSED? reset",
        "+9 C ACK seq=90000000 ack=80000000 len=5 -> ESTABLISHED ESTABLISHED? #1 midstream port_reused");
    /* Out of TIME-WAIT: the SYN,ACK alone may be an impostor's, and its answer is not. */
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101         -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=312         -> LAST-ACK TIME-WAIT? t2 t3",
        "S ACK seq=312 ack=102             -> CLOSED? TIME-WAIT t4 closed",
        "+2 S SYN,ACK seq=80000000 ack=90000001 -> CLOSED? TIME-WAIT",
        "C ACK seq=90000001 ack=80000001   -> ESTABLISHED ESTABLISHED? #1 midstream port_reused",
        "S FIN,ACK seq=80000001 ack=90000001 -> CLOSE-WAIT? FIN-WAIT-1 t1 #1");
}

static void duplicate_syn_in_established(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101         -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 id=2        -> ESTABLISHED ESTABLISHED? h3 established",
        "+1 C SYN seq=100 id=1             -> ESTABLISHED ESTABLISHED? old_duplicate_syn",
        "+1 C SYN seq=100 id=9             -> ESTABLISHED ESTABLISHED? old_duplicate_syn",
        /* SYN-RECEIVED would answer just so: the third ACK may have been lost. */
        "S ACK seq=301 ack=101             -> ESTABLISHED ESTABLISHED? challenge_ack");
}

/* RFC 9293, section 3.5.1, Figure 9: the client crashed and comes back. */
#define CRASH_AND_RETURN                                                                           \
        "+9 C SYN seq=4000 ts=9000         -> SYN-SENT ESTABLISHED half_open_discovered",          \
        "S ACK seq=311 ack=101             -> SYN-SENT ESTABLISHED challenge_ack",                 \
        "C RST seq=101                     -> SYN-SENT CLOSED? reset"

static void half_open_peer_comes_back(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN, CRASH_AND_RETURN,
        "+1 C SYN seq=4000 ts=9900         -> SYN-SENT SYN-RECEIVED? #1 h1r port_reused syn_retransmitted",
        "S SYN,ACK seq=7000 ack=4001       -> ESTABLISHED? SYN-RECEIVED #1 h2",
        "C ACK seq=4001 ack=7001           -> ESTABLISHED ESTABLISHED? #1 h3 established");
}

/* Some stacks take the new SYN at once. */
static void half_open_peer_is_taken_back_at_once(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "+9 C SYN seq=4000                 -> SYN-SENT ESTABLISHED half_open_discovered",
        "S SYN,ACK seq=7000 ack=4001       -> ESTABLISHED? SYN-RECEIVED #1 h2 port_reused",
        "C ACK seq=4001 ack=7001           -> ESTABLISHED ESTABLISHED? #1 h3 established");
}

/* A SYN echoes no timestamp (RFC 7323, section 3.2): it is not its sender's. */
static void syn_with_an_echo(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ts=10               -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ts=90   -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 ts=10       -> ESTABLISHED ESTABLISHED? h3 established",
        "+1 C SYN seq=50101 ts=11 ecr=90   -> ESTABLISHED ESTABLISHED? old_duplicate_syn",
        "S ACK seq=301 ack=101 ts=1090     -> ESTABLISHED ESTABLISHED? challenge_ack");
}

static void syn_anew_in_every_other_state(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN seq=300                     -> SYN-RECEIVED? SYN-RECEIVED? h1 simultaneous_open",
        "C SYN seq=4000                    -> SYN-SENT SYN-RECEIVED? half_open_discovered");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "C SYN seq=4000                    -> SYN-SENT CLOSE-WAIT? half_open_discovered");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S SYN seq=4000                    -> FIN-WAIT-1 SYN-SENT half_open_discovered");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S ACK seq=311 ack=102             -> FIN-WAIT-2? CLOSE-WAIT t2 half_closed",
        "C SYN seq=4000                    -> SYN-SENT CLOSE-WAIT half_open_discovered");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=101         -> CLOSING? CLOSING? t3 simultaneous_close",
        "C SYN seq=4000                    -> SYN-SENT CLOSING? half_open_discovered");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=331 ack=102         -> FIN-WAIT-2? LAST-ACK t2 t3",
        "S SYN seq=4000                    -> FIN-WAIT-2? SYN-SENT half_open_discovered");
    /* TIME-WAIT opens anew while the other end still waits for its last ACK. */
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t2 t3",
        "C SYN seq=4000                    -> SYN-SENT LAST-ACK half_open_discovered");
    /* A RST that got lost behind the capture point. */
    PLAY(OPEN_PROVEN,
        "C RST,ACK seq=151 ack=311         -> CLOSED ESTABLISHED reset",
        "C SYN seq=4000                    -> SYN-SENT ESTABLISHED half_open_discovered");
}

/* ---- together ---- */

/* Two interfaces, merged: the second FIN was captured before the first one, which it acknowledges. */
static void first_fin_captured_behind_its_answer(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=102 len=5   -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=311         -> TIME-WAIT? LAST-ACK t1",
        "C ACK seq=102 ack=317             -> TIME-WAIT CLOSED? t4 closed");
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=312 len=5   -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=101         -> LAST-ACK TIME-WAIT? t1",
        "S ACK seq=312 ack=107             -> CLOSED? TIME-WAIT t4 closed");
}

static void check_three_way_by_the_client(struct trace *t)
{
    struct tl_summary s = tl_summarize(t->connection);

    assert_int_equal(s.close, TL_CLOSE_THREE_WAY);
    assert_true(s.has_closed_by);
    assert_int_equal(s.closed_by, TL_CLIENT);
    assert_true(s.has_half_closed_bytes);
}

/* A FIN that says nothing, and acknowledges one number more than was captured: that was the other FIN,
 * which comes later, or never. */
static void second_fin_acknowledges_one_that_was_not_captured(void **state)
{
    (void)state;
    PLAY_AND(check_three_way_by_the_client, OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t2 t3",
        "C FIN,ACK seq=101 ack=311         -> TIME-WAIT? LAST-ACK t1",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed");
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed");
    /* It was an octet. */
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=102         -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=312 len=20      -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed",
        "S ACK seq=312 ack=122             -> CLOSE-WAIT FIN-WAIT-2");
}

/* Both ends' numbers have gone on by one, and nothing else: their FINs were not captured, and this is the
 * last ACK, of the end that closed first. */
static void only_the_last_ack_was_captured(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed");
    PLAY(OPEN_PROVEN,
        "S ACK seq=312 ack=102             -> CLOSED? TIME-WAIT t4 closed");
    /* They were octets. */
    PLAY(OPEN_PROVEN,
        "C ACK seq=102 ack=312             -> TIME-WAIT CLOSED? t4 closed",
        "S ACK seq=312 ack=102 len=20      -> ESTABLISHED ESTABLISHED",
        "C ACK seq=102 ack=332 len=20      -> ESTABLISHED ESTABLISHED");
}

/* Every row of the table has been shown to do what it says by one of the traces above. */
static void every_rule_has_fired(void **state)
{
    (void)state;
    for (unsigned i = 0; i < tl_rule_count; i++) {
        /* The RFC's text has this row, but a FIN that is acceptable in SYN-RECEIVED carries the
         * acknowledgement that leads to ESTABLISHED first. */
        if (tl_rules[i].from == TL_SYN_RECEIVED && tl_rules[i].event == TL_RCV_FIN)
            continue;
        if (!trace_has_fired(i))
            fail_msg("never fired: %s %s", tl_state_name(tl_rules[i].from),
                     tl_event_name(tl_rules[i].event));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(textbook), cmocka_unit_test(silence_before_the_end),
        cmocka_unit_test(fin_acknowledges_what_an_impostor_sent),
        cmocka_unit_test(data_in_the_place_of_a_taken_fin),
        cmocka_unit_test(old_segment_teaches_no_timestamp),
        cmocka_unit_test(syn_and_rst_together),
        cmocka_unit_test(rst_with_an_old_timestamp),
        cmocka_unit_test(forged_numbers_ahead_of_the_third_segment),
        cmocka_unit_test(third_segment_carries_data),
        cmocka_unit_test(syn_is_never_answered),
        cmocka_unit_test(refused),
        cmocka_unit_test(refusal_of_another_syn_is_ignored),
        cmocka_unit_test(syn_ack_is_never_acknowledged),
        cmocka_unit_test(client_aborts_the_handshake),
        cmocka_unit_test(client_gives_up_before_any_answer),
        cmocka_unit_test(syn_ack_of_another_syn),
        cmocka_unit_test(third_ack_with_a_wrong_number),
        cmocka_unit_test(third_ack_with_a_wrong_number_draws_a_reset),
        cmocka_unit_test(syn_ack_lost),
        cmocka_unit_test(third_ack_lost),
        cmocka_unit_test(third_ack_on_its_way),
        cmocka_unit_test(third_ack_and_fin_lost),
        cmocka_unit_test(syn_ack_captured_twice),
        cmocka_unit_test(simultaneous_open),
        cmocka_unit_test(client_answers_another_syn),
        cmocka_unit_test(simultaneous_open_is_reset),
        cmocka_unit_test(split_handshake),
        cmocka_unit_test(crossing_syn_is_lost),
        cmocka_unit_test(fast_open),
        cmocka_unit_test(data_of_the_syn_is_not_taken),
        cmocka_unit_test(server_closes_in_syn_received),
        cmocka_unit_test(server_resets_in_syn_received),
        cmocka_unit_test(three_segment_close_by_the_server),
        cmocka_unit_test(half_close_that_lasts),
        cmocka_unit_test(simultaneous_close),
        cmocka_unit_test(last_ack_is_missing),
        cmocka_unit_test(fin_carries_data),
        cmocka_unit_test(fin_before_all_data_is_acknowledged),
        cmocka_unit_test(fin_overtakes_data),
        cmocka_unit_test(fin_did_not_arrive_says_sack),
        cmocka_unit_test(fin_on_its_way_is_not_lost),
        cmocka_unit_test(fin_behind_a_known_hole),
        cmocka_unit_test(hole_before_a_fin_is_filled_in_parts),
        cmocka_unit_test(sent_again_because_it_was_asked_for),
        cmocka_unit_test(reset_behind_what_is_held_ahead_of_a_hole),
        cmocka_unit_test(reset_after_a_forged_fin),
        cmocka_unit_test(reset_in_answer_to_an_old_segment),
        cmocka_unit_test(only_the_server_was_captured_while_the_client_closed),
        cmocka_unit_test(fin_in_syn_received),
        cmocka_unit_test(fin_lost),
        cmocka_unit_test(fin_captured_twice),
        cmocka_unit_test(ack_of_fin_lost),
        cmocka_unit_test(last_ack_lost),
        cmocka_unit_test(both_lost_in_a_simultaneous_close),
        cmocka_unit_test(nothing_arrived_of_the_second_fin),
        cmocka_unit_test(ack_lost_in_a_simultaneous_close),
        cmocka_unit_test(retransmitted_fin_acknowledges_the_other),
        cmocka_unit_test(time_wait_ends_by_the_clock),
        cmocka_unit_test(unseen_fin_crosses),
        cmocka_unit_test(handshake_missed_behind_the_syn),
        cmocka_unit_test(server_resets_for_another_syn),
        cmocka_unit_test(server_gives_up_without_a_word),
        cmocka_unit_test(unseen_fin_was_data),
        cmocka_unit_test(lone_unseen_number_before_a_fin),
        cmocka_unit_test(late_fin_had_crossed),
        cmocka_unit_test(fin_that_was_acknowledged_long_before),
        cmocka_unit_test(reset_that_acknowledges_what_was_forged),
        cmocka_unit_test(simultaneous_open_with_a_syn_missed),
        cmocka_unit_test(unseen_fin_answers_the_first_fin),
        cmocka_unit_test(sender_goes_on_behind_unseen_fin),
        cmocka_unit_test(gap_before_a_captured_fin),
        cmocka_unit_test(lost_behind_the_capture_is_no_gap),
        cmocka_unit_test(unseen_fin_is_acknowledged),
        cmocka_unit_test(unseen_first_fin_is_acknowledged),
        cmocka_unit_test(data_after_its_own_fin),
        cmocka_unit_test(reset_in_established),
        cmocka_unit_test(reset_in_fin_wait_1_by_close_wait),
        cmocka_unit_test(reset_in_close_wait_by_fin_wait_1),
        cmocka_unit_test(reset_in_fin_wait_2),
        cmocka_unit_test(data_meets_a_closed_socket),
        cmocka_unit_test(reset_in_last_ack),
        cmocka_unit_test(last_ack_resets),
        cmocka_unit_test(reset_in_closing),
        cmocka_unit_test(time_wait_is_assassinated),
        cmocka_unit_test(time_wait_answers_with_a_reset),
        cmocka_unit_test(resets_to_be_ignored),
        cmocka_unit_test(reset_behind_a_hole),
        cmocka_unit_test(life_after_a_reset),
        cmocka_unit_test(forged_reset_and_a_regular_end),
        cmocka_unit_test(forged_fin_and_data_in_its_place),
        cmocka_unit_test(half_closed_behind_the_true_fin),
        cmocka_unit_test(timestamps_that_were_not_agreed_on),
        cmocka_unit_test(timestamps_that_were_cut_off),
        cmocka_unit_test(two_fins_with_different_numbers),
        cmocka_unit_test(second_fin_does_not_look_like_its_sender),
        cmocka_unit_test(implausible_first_fin),
        cmocka_unit_test(fins_that_are_held_up),
        cmocka_unit_test(reset_captured_before_the_data),
        cmocka_unit_test(reset_that_came_too_early),
        cmocka_unit_test(reset_numbered_below_data_that_has_arrived),
        cmocka_unit_test(reset_numbered_below_data_that_was_lost),
        cmocka_unit_test(resets_numbered_as_acknowledgements_of_a_moment_ago),
        cmocka_unit_test(reset_numbered_as_an_old_acknowledgement),
        cmocka_unit_test(reset_of_an_idle_connection),
        cmocka_unit_test(reset_behind_octets_that_were_not_captured),
        cmocka_unit_test(reset_of_an_end_in_last_ack),
        cmocka_unit_test(reset_that_a_fin_crosses_came_first),
        cmocka_unit_test(fin_again_after_a_reset_that_got_lost),
        cmocka_unit_test(fin_crosses_a_reset),
        cmocka_unit_test(fin_crosses_the_reset_of_a_handshake),
        cmocka_unit_test(both_ends_reset_the_handshake),
        cmocka_unit_test(syn_ack_again_behind_the_fin),
        cmocka_unit_test(simultaneous_open_is_refused),
        cmocka_unit_test(syn_ack_missed_between_acks),
        cmocka_unit_test(syn_ack_again_after_a_reset_that_got_lost),
        cmocka_unit_test(checksums_count_against_an_end_that_has_right_ones),
        cmocka_unit_test(segments_out_of_the_window),
        cmocka_unit_test(wrong_checksum_of_a_fin_that_is_acknowledged),
        cmocka_unit_test(damaged_segments_teach_nothing),
        cmocka_unit_test(damaged_data_before_a_fin),
        cmocka_unit_test(wrong_checksum_of_a_fin_in_the_place_of_data),
        cmocka_unit_test(wrong_checksums_of_all_data),
        cmocka_unit_test(wrong_checksum_of_data_that_a_reset_acknowledges),
        cmocka_unit_test(right_checksum_by_chance),
        cmocka_unit_test(damaged_syn),
        cmocka_unit_test(challenged_reset_in_a_handshake),
        cmocka_unit_test(damaged_first_segment_of_an_end),
        cmocka_unit_test(one_right_checksum_condemns_no_other_connection),
        cmocka_unit_test(acknowledged_syn_ack_of_a_host_with_right_checksums),
        cmocka_unit_test(damaged_first_segment_of_a_host),
        cmocka_unit_test(new_data_with_an_old_timestamp),
        cmocka_unit_test(hole_is_not_filled_by_an_old_timestamp),
        cmocka_unit_test(old_timestamp_without_agreement),
        cmocka_unit_test(fin_that_seemed_old_is_acknowledged),
        cmocka_unit_test(ancient_acknowledgement),
        cmocka_unit_test(acknowledgement_of_an_unacceptable_segment),
        cmocka_unit_test(flags_that_no_tcp_sends),
        cmocka_unit_test(acknowledgement_of_data_never_sent),
        cmocka_unit_test(capture_starts_in_established),
        cmocka_unit_test(capture_starts_at_the_fin),
        cmocka_unit_test(capture_starts_with_the_server),
        cmocka_unit_test(capture_starts_at_the_syn_ack),
        cmocka_unit_test(syn_captured_behind_the_syn_ack),
        cmocka_unit_test(only_the_client_was_captured),
        cmocka_unit_test(only_the_server_was_captured),
        cmocka_unit_test(data_that_was_never_captured),
        cmocka_unit_test(data_that_was_never_sent),
        cmocka_unit_test(acknowledgement_captured_before_the_data),
        cmocka_unit_test(syn_ack_was_never_captured),
        cmocka_unit_test(syn_was_never_captured_on_either_side),
        cmocka_unit_test(again_after_closed),
        cmocka_unit_test(again_after_a_refusal),
        cmocka_unit_test(refused_three_times),
        cmocka_unit_test(other_side_tries),
        cmocka_unit_test(syns_keep_their_back_off),
        cmocka_unit_test(old_acknowledgement_in_syn_sent),
        cmocka_unit_test(time_wait_answers_a_syn),
        cmocka_unit_test(answering_fin_is_overtaken),
        cmocka_unit_test(fast_open_without_its_syn_ack),
        cmocka_unit_test(old_syn_finds_the_listener),
        cmocka_unit_test(time_wait_of_an_active_opener_meets_a_syn),
        cmocka_unit_test(kept_syn_is_refused),
        cmocka_unit_test(next_life_is_not_answered),
        cmocka_unit_test(client_takes_the_first_of_two_servers),
        cmocka_unit_test(old_socket_is_still_there),
        cmocka_unit_test(old_attempt_is_still_there),
        cmocka_unit_test(old_socket_was_not_ended),
        cmocka_unit_test(old_syn_is_refused),
        cmocka_unit_test(damaged_octet_is_no_fin),
        cmocka_unit_test(octet_instead_of_an_answered_fin),
        cmocka_unit_test(two_octets_instead_of_two_fins),
        cmocka_unit_test(unseen_fin_is_denied),
        cmocka_unit_test(unseen_fin_is_sent_again),
        cmocka_unit_test(router_says_nothing_of_the_server),
        cmocka_unit_test(again_within_time_wait),
        cmocka_unit_test(again_after_time_wait),
        cmocka_unit_test(old_syn_in_time_wait),
        cmocka_unit_test(rejected_by_icmp),
        cmocka_unit_test(icmp_error_about_something_else),
        cmocka_unit_test(server_opens_after_a_stray_segment),
        cmocka_unit_test(scans_are_stray),
        cmocka_unit_test(server_opens_after_a_syn_with_fin),
        cmocka_unit_test(syn_is_disowned),
        cmocka_unit_test(old_acknowledgement_draws_rst_with_ack),
        cmocka_unit_test(keepalive_probe_completes_no_handshake),
        cmocka_unit_test(server_lives_after_a_reset_of_the_handshake),
        cmocka_unit_test(reset_got_lost_in_a_simultaneous_open),
        cmocka_unit_test(illegal_syn_is_taken_in_time_wait),
        cmocka_unit_test(keepalive_probes_are_answered),
        cmocka_unit_test(keepalive_probes_are_not_answered),
        cmocka_unit_test(data_is_retransmitted_in_vain),
        cmocka_unit_test(dead_peer_answers_at_last),
        cmocka_unit_test(dead_peer_answers_with_a_reset),
        cmocka_unit_test(peer_does_not_answer_for_longer_than_r2),
        cmocka_unit_test(window_probes_are_no_keepalive),
        cmocka_unit_test(close_wait_lingers),
        cmocka_unit_test(close_wait_ends_unseen),
        cmocka_unit_test(next_life_in_the_same_networks),
        cmocka_unit_test(old_socket_answers_in_its_own_network),
        cmocka_unit_test(half_open_peer_is_discovered_by_data),
        cmocka_unit_test(nobody_completes_the_handshake),
        cmocka_unit_test(another_attempt_with_another_isn),
        cmocka_unit_test(segments_of_a_later_life_without_its_syn),
        cmocka_unit_test(duplicate_syn_in_established),
        cmocka_unit_test(half_open_peer_comes_back),
        cmocka_unit_test(half_open_peer_is_taken_back_at_once),
        cmocka_unit_test(syn_with_an_echo),
        cmocka_unit_test(syn_anew_in_every_other_state),
        cmocka_unit_test(first_fin_captured_behind_its_answer),
        cmocka_unit_test(second_fin_acknowledges_one_that_was_not_captured),
        cmocka_unit_test(only_the_last_ack_was_captured),
        cmocka_unit_test(every_rule_has_fired),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
