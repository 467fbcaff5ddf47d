/* Captures as they come: packets twice, one direction, only some kinds of segments, clocks that
 * step back, starts in the middle of everything.
 *
 * It is long since each oddity is a trace of its own, which nothing else needs.
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

/* Only SYN, FIN and RST were captured, or only what is not behind the snaplen. */
static void filtered_upload_then_fins(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ws=7                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ws=7    -> ESTABLISHED? SYN-RECEIVED h2",
        "C FIN,ACK seq=180101 ack=501      -> FIN-WAIT-1 CLOSE-WAIT? gap established t1",
        "S FIN,ACK seq=501 ack=180102      -> TIME-WAIT? LAST-ACK t2 t3");
}

static void filtered_download_closed_by_the_server(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ws=7                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ws=7    -> ESTABLISHED? SYN-RECEIVED h2",
        "+0.05 S FIN,ACK seq=900301 ack=201 -> CLOSE-WAIT? FIN-WAIT-1 gap established t1",
        "C FIN,ACK seq=201 ack=900302      -> LAST-ACK TIME-WAIT? t2 t3");
}

static void filtered_nothing_sent_by_the_client_but_fin(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ws=7                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ws=7    -> ESTABLISHED? SYN-RECEIVED h2",
        "C FIN,ACK seq=101 ack=301         -> FIN-WAIT-1 CLOSE-WAIT? h3 established t1",
        "+5 S FIN,ACK seq=9000301 ack=102 -> TIME-WAIT? LAST-ACK gap t2 t3");
}

static void filtered_reset_by_the_client(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ws=7                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ws=7    -> ESTABLISHED? SYN-RECEIVED h2",
        "C RST,ACK seq=301 ack=60301       -> CLOSED CLOSED? reset");
}

/* It sent 200 octets of which nothing was captured, and took nothing. */
static void filtered_reset_by_the_client_after_an_upload(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ws=7                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ws=7    -> ESTABLISHED? SYN-RECEIVED h2",
        "+0.05 C RST,ACK seq=301 ack=301   -> CLOSED CLOSED? reset");
}

static void filtered_reset_by_the_server(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ws=7                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ws=7    -> ESTABLISHED? SYN-RECEIVED h2",
        "S RST,ACK seq=301 ack=501         -> CLOSED? CLOSED reset");
}

/* It may have overtaken the third ACK, and what was sent behind that. */
static void reset_that_overtakes_the_third_ack(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ws=7                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ws=7    -> ESTABLISHED? SYN-RECEIVED h2",
        "C RST,ACK seq=301 ack=301         -> CLOSED SYN-RECEIVED aborted");
}

/* What was left out cannot be more than there was time for. */
static void reset_farther_than_anybody_sends(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 ws=7                -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 ws=7    -> ESTABLISHED? SYN-RECEIVED h2",
        "+0.4 C RST seq=1073741925         -> ESTABLISHED? SYN-RECEIVED blind_reset",
        "+0.1 C RST seq=60101              -> CLOSED CLOSED? reset");
}

/* Where other segments are captured, too, a RST elsewhere is a stranger's. */
static void reset_elsewhere_in_a_whole_capture(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C RST,ACK seq=301 ack=60311       -> ESTABLISHED ESTABLISHED blind_reset");
}

static void window_scale_behind_the_snaplen(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 cut                 -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 cut     -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 win=501     -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=101 len=100     -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=401 win=501     -> ESTABLISHED ESTABLISHED",
        "S FIN,ACK seq=5401 ack=101        -> ESTABLISHED FIN-WAIT-1 t1");
}

/* One end's options were captured and have no window scale: then there is none. */
static void no_window_scale_on_one_side(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 cut     -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 win=501     -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=101 len=100     -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=401 win=501     -> ESTABLISHED ESTABLISHED",
        "S FIN,ACK seq=5401 ack=101        -> ESTABLISHED ESTABLISHED");
}

/* What lies behind a first fragment is neither missing nor a FIN elsewhere. */
static void first_fragments_of_data(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S ACK seq=311 ack=101 len=1000 fragment -> ESTABLISHED ESTABLISHED",
        "C ACK seq=101 ack=2311            -> ESTABLISHED ESTABLISHED",
        "S ACK seq=2311 ack=101 len=1000 fragment -> ESTABLISHED ESTABLISHED",
        "S FIN,ACK seq=4311 ack=101        -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C FIN,ACK seq=101 ack=4312        -> LAST-ACK TIME-WAIT? t2 t3",
        "S ACK seq=4312 ack=102            -> CLOSED? TIME-WAIT t4 closed");
}

static void fin_behind_a_first_fragment(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101 len=1000 fragment -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=101 ack=2312            -> CLOSE-WAIT FIN-WAIT-2? half_closed t2",
        "C FIN,ACK seq=101 ack=2312        -> LAST-ACK TIME-WAIT? t3",
        "S ACK seq=2312 ack=102            -> CLOSED? TIME-WAIT t4 closed");
}

/* Several segments in one frame: each has its own states, steps and transitions. */
static void parts_of_a_frame(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100                     -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 part=1  -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 part=2      -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=101 ack=301 len=10 part=3 -> ESTABLISHED ESTABLISHED?",
        "S ACK seq=301 ack=111             -> ESTABLISHED ESTABLISHED",
        "S ACK seq=301 ack=111 len=20 part=1 -> ESTABLISHED ESTABLISHED",
        "S FIN,ACK seq=321 ack=111 part=2  -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "C ACK seq=111 ack=321             -> CLOSE-WAIT? FIN-WAIT-1",
        "C ACK seq=111 ack=322 part=1      -> CLOSE-WAIT FIN-WAIT-2? half_closed t2",
        "C FIN,ACK seq=111 ack=322 part=2  -> LAST-ACK TIME-WAIT? t3",
        "S ACK seq=322 ack=112 part=3      -> CLOSED? TIME-WAIT closed t4");
}

/* Networks that share addresses. */
static void two_tenants_with_the_same_sockets(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 net=1               -> SYN-SENT SYN-RECEIVED? h1",
        "C SYN seq=2000000000 net=2        -> SYN-SENT SYN-RECEIVED? #1 h1",
        "S SYN,ACK seq=300 ack=101 net=1   -> ESTABLISHED? SYN-RECEIVED h2",
        "S SYN,ACK seq=3000000000 ack=2000000001 net=2 -> ESTABLISHED? SYN-RECEIVED #1 h2",
        "C ACK seq=101 ack=301 net=1       -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=2000000001 ack=3000000001 net=2 -> ESTABLISHED ESTABLISHED? #1 h3 established",
        "S ACK seq=301 ack=101 len=10 net=1 -> ESTABLISHED ESTABLISHED",
        "S ACK seq=3000000001 ack=2000000001 len=10 net=2 -> ESTABLISHED ESTABLISHED #1",
        "C RST,ACK seq=2000000001 ack=3000000011 net=2 -> CLOSED CLOSED? #1 reset",
        "C FIN,ACK seq=101 ack=311 net=1   -> FIN-WAIT-1 CLOSE-WAIT? t1");
}

/* …of which one was there before the capture began. */
static void a_tenant_in_mid_stream(void **state)
{
    (void)state;
    PLAY(
        "C ACK seq=100 ack=301 len=10 net=1 -> ESTABLISHED ESTABLISHED? midstream",
        "S ACK seq=3000000001 ack=2000000001 len=10 net=2 -> ESTABLISHED? ESTABLISHED #1 midstream",
        "S ACK seq=301 ack=110 net=1       -> ESTABLISHED ESTABLISHED",
        "C ACK seq=2000000001 ack=3000000011 net=2 -> ESTABLISHED ESTABLISHED #1");
}

static void directions_under_different_tags(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 net=1               -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 net=2   -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 net=1       -> ESTABLISHED ESTABLISHED? h3 established",
        "S ACK seq=301 ack=101 len=10 net=3 -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=101 ack=311         -> FIN-WAIT-1 CLOSE-WAIT? t1");
}

static void copies_inside_and_outside_of_a_tunnel(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 id=1                -> SYN-SENT SYN-RECEIVED? h1",
        "+0.0001 C SYN seq=100 id=1 net=1  -> SYN-SENT SYN-RECEIVED?",
        "S SYN,ACK seq=300 ack=101 id=5 net=1 -> ESTABLISHED? SYN-RECEIVED h2",
        "+0.0001 S SYN,ACK seq=300 ack=101 id=5 -> ESTABLISHED? SYN-RECEIVED h2r",
        "C ACK seq=101 ack=301 id=2        -> ESTABLISHED ESTABLISHED? h3 established",
        "+0.0001 C ACK seq=101 ack=301 id=2 net=1 -> ESTABLISHED ESTABLISHED?");
}

/* In the same network it is the same peers', whatever it says. */
static void a_new_life_in_the_same_network(void **state)
{
    (void)state;
    PLAY(
        "C SYN seq=100 net=1               -> SYN-SENT SYN-RECEIVED? h1",
        "S SYN,ACK seq=300 ack=101 net=1   -> ESTABLISHED? SYN-RECEIVED h2",
        "C ACK seq=101 ack=301 net=1       -> ESTABLISHED ESTABLISHED? h3 established",
        "C RST,ACK seq=101 ack=301 net=1   -> CLOSED CLOSED? reset",
        "C SYN seq=900000 net=1            -> SYN-SENT SYN-RECEIVED? #1 h1 port_reused");
}

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
        "+5 C RST,ACK seq=501 ack=901      -> CLOSED CLOSED? reset");
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
        "+1 C ACK seq=900 ack=2000 len=5   -> ESTABLISHED CLOSED? forged_segment",
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

/* In a file that holds everything twice the clock goes back, and nothing is new. */
static void everything_captured_twice(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "C FIN,ACK seq=101 ack=311 id=7    -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=311 ack=102 id=8    -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=102 ack=312 id=9        -> TIME-WAIT CLOSED? t4 closed",
        "+-0.5 C ACK seq=101 ack=301       -> TIME-WAIT CLOSED?",
        "C FIN,ACK seq=101 ack=311 id=7    -> TIME-WAIT CLOSED? t1r",
        "S FIN,ACK seq=311 ack=102 id=8    -> TIME-WAIT CLOSED? t3r",
        "C ACK seq=102 ack=312 id=9        -> TIME-WAIT CLOSED?");
}

/* A network card cuts a FIN's segment in two: the same FIN is captured in both ways. */
static void fin_in_two_cuts(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S FIN,ACK seq=311 ack=101 len=3000 id=50 -> CLOSE-WAIT? FIN-WAIT-1 t1",
        "S ACK seq=311 ack=101 len=1500 id=50     -> CLOSE-WAIT? FIN-WAIT-1",
        "S FIN,PSH,ACK seq=1811 ack=101 len=1500 id=51 -> CLOSE-WAIT? FIN-WAIT-1 t1r",
        "C ACK seq=101 ack=3312                   -> CLOSE-WAIT FIN-WAIT-2? t2 half_closed");
}

/* Data captured behind the RST that follows it, by a clock that goes back a little. */
static void data_captured_behind_its_reset(void **state)
{
    (void)state;
    PLAY(OPEN_PROVEN,
        "S RST,ACK seq=361 ack=101         -> ESTABLISHED CLOSED reset",
        "+-0.00001 S ACK seq=311 ack=101 len=50 -> CLOSED? CLOSED");
}

static void check_nothing_is_sent_again(struct trace *t)
{
    const struct tl_oddities *odd = tl_oddities(t->connection);
    const struct tl_summary summary = tl_summarize(t->connection);

    assert_int_equal(t->connection->number, 0);
    assert_int_equal(summary.open, TL_OPEN_THREE_WAY);
    assert_int_equal(summary.close, TL_CLOSE_THREE_WAY);
    assert_int_equal(t->connection->kept[TL_CLIENT].bytes, 10);
    assert_int_equal(t->connection->kept[TL_SERVER].bytes, 20);
    for (int end = 0; end < 2; end++) {
        assert_int_equal(odd->end[end].syn_retransmissions, 0);
        assert_int_equal(odd->end[end].synack_retransmissions, 0);
        assert_int_equal(odd->end[end].fin_retransmissions, 0);
        assert_int_equal(odd->end[end].keepalive_probes, 0);
    }
}

/* Both sides of a firewall that adds 2,000,000,000 to the client's numbers, and 900,000,000 to the
 * server's: each segment twice. Whoever is inside, its segments come first there. */
static void both_sides_of_a_firewall(void **state)
{
    (void)state;
    PLAY_AND(check_nothing_is_sent_again,
        "C SYN seq=100 id=7                                    -> SYN-SENT SYN-RECEIVED? h1",
        "+0.0001 C SYN seq=2000000100 id=7                     -> SYN-SENT SYN-RECEIVED?",
        "S SYN,ACK seq=300 ack=2000000101 id=8                 -> ESTABLISHED? SYN-RECEIVED h2",
        "+0.0001 S SYN,ACK seq=900000300 ack=101 id=8          -> ESTABLISHED? SYN-RECEIVED h2r",
        "C ACK seq=101 ack=900000301 id=9                      -> ESTABLISHED ESTABLISHED? h3 established",
        "+0.0001 C ACK seq=2000000101 ack=301 id=9             -> ESTABLISHED ESTABLISHED?",
        "C ACK seq=101 ack=900000301 len=10 id=10              -> ESTABLISHED ESTABLISHED?",
        "+0.0001 C ACK seq=2000000101 ack=301 len=10 id=10     -> ESTABLISHED ESTABLISHED?",
        "S ACK seq=301 ack=2000000111 len=20 id=11             -> ESTABLISHED ESTABLISHED",
        "+0.0001 S ACK seq=900000301 ack=111 len=20 id=11      -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=111 ack=900000321 id=12                 -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "+0.0001 C FIN,ACK seq=2000000111 ack=321 id=12        -> FIN-WAIT-1 CLOSE-WAIT? t1r",
        "S FIN,ACK seq=321 ack=2000000112 id=13                -> TIME-WAIT? LAST-ACK t2 t3",
        "+0.0001 S FIN,ACK seq=900000321 ack=112 id=13         -> TIME-WAIT? LAST-ACK t3r",
        "C ACK seq=112 ack=900000322 id=14                     -> TIME-WAIT CLOSED? t4 closed",
        "+0.0001 C ACK seq=2000000112 ack=322 id=14            -> TIME-WAIT CLOSED?");
    /* Only the client's numbers are others, and one copy each got lost. */
    PLAY_AND(check_nothing_is_sent_again,
        "C SYN seq=100 id=7                                    -> SYN-SENT SYN-RECEIVED? h1",
        "+0.0001 C SYN seq=2000000100 id=7                     -> SYN-SENT SYN-RECEIVED?",
        "S SYN,ACK seq=300 ack=2000000101 id=8                 -> ESTABLISHED? SYN-RECEIVED h2",
        "+0.0001 S SYN,ACK seq=300 ack=101 id=8                -> ESTABLISHED? SYN-RECEIVED h2r",
        "C ACK seq=101 ack=301 id=9                            -> ESTABLISHED ESTABLISHED? h3 established",
        "C ACK seq=2000000101 ack=301 len=10 id=10             -> ESTABLISHED ESTABLISHED?",
        "S ACK seq=301 ack=111 len=20 id=11                    -> ESTABLISHED ESTABLISHED",
        "C FIN,ACK seq=2000000111 ack=321 id=12                -> FIN-WAIT-1 CLOSE-WAIT? t1",
        "S FIN,ACK seq=321 ack=112 id=13                       -> TIME-WAIT? LAST-ACK t2 t3",
        "C ACK seq=2000000112 ack=322 id=14                    -> TIME-WAIT CLOSED? t4 closed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test(f)
        cmocka_unit_test(both_sides_of_a_firewall),
        cmocka_unit_test(parts_of_a_frame),
        cmocka_unit_test(two_tenants_with_the_same_sockets),
        cmocka_unit_test(a_tenant_in_mid_stream),
        cmocka_unit_test(directions_under_different_tags),
        cmocka_unit_test(copies_inside_and_outside_of_a_tunnel),
        cmocka_unit_test(a_new_life_in_the_same_network),
        cmocka_unit_test(filtered_upload_then_fins),
        cmocka_unit_test(filtered_download_closed_by_the_server),
        cmocka_unit_test(filtered_nothing_sent_by_the_client_but_fin),
        cmocka_unit_test(filtered_reset_by_the_client),
        cmocka_unit_test(filtered_reset_by_the_client_after_an_upload),
        cmocka_unit_test(filtered_reset_by_the_server),
        cmocka_unit_test(reset_that_overtakes_the_third_ack),
        cmocka_unit_test(reset_farther_than_anybody_sends),
        cmocka_unit_test(reset_elsewhere_in_a_whole_capture),
        cmocka_unit_test(window_scale_behind_the_snaplen),
        cmocka_unit_test(no_window_scale_on_one_side),
        cmocka_unit_test(first_fragments_of_data),
        cmocka_unit_test(fin_behind_a_first_fragment),
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
        T(everything_captured_twice), T(fin_in_two_cuts), T(data_captured_behind_its_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
