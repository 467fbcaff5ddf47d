/* What each diagnosis means: the one place where that is written. docs/diagnoses.md and the report are made of it.
 *
 * For a person who meets it for the first time, perhaps with no other tool than the report. It claims no more than
 * a capture shows: causes are those that are usual, and what to look at next is what would tell them apart.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tcplife/diagnosis.h"

/* meaning, causes, next, rfc: see struct tl_guide. */
static const struct tl_guide guides[TL_DIAGNOSIS_COUNT] = {
    /* ---- opening ------------------------------------------------------------------------- */
    [TL_DIAGNOSIS_established] = {
        "Both ends have sent a SYN and had it acknowledged: data can flow.",
        "Nothing is wrong: this is how every connection opens.",
        "How long it took: tcplife.handshake.synack_time is the way to the server and back, "
        "tcplife.handshake.ack_time the way to the client and back.",
        "RFC 9293, section 3.5"},
    [TL_DIAGNOSIS_syn_retransmitted] = {
        "The same SYN was sent again, since its sender had taken no answer.",
        "The SYN or its answer was lost; a firewall drops it without a word; the server's queue "
        "of new connections is full.",
        "Whether an answer came in the end (tcplife.open). If a SYN,ACK stands before the second "
        "SYN, it was lost on its way back, or came after the client's timer, 1 s in most systems.",
        "RFC 9293, section 3.8.1"},
    [TL_DIAGNOSIS_synack_retransmitted] = {
        "The server sent its SYN,ACK again, since it had taken no acknowledgement of it.",
        "The SYN,ACK or the third segment was lost; the server waits for the client's first data "
        "before it accepts (TCP_DEFER_ACCEPT); its accept queue is full and it ignores the third "
        "segment.",
        "Whether the client's ACK stands in the capture before it: then compare with a capture on "
        "the server, and look at the server's listen queue (ss -ltn, nstat "
        "TcpExtListenOverflows).",
        "RFC 9293, section 3.8.1"},
    [TL_DIAGNOSIS_handshake_ack_lost] = {
        "The third segment of the handshake was captured, and yet the server sends its SYN,ACK "
        "again: it is still in SYN-RECEIVED.",
        "The segment was lost behind the capture point, came late, or the server did not take it: "
        "its accept queue is full, or it defers accepting until data comes.",
        "What the client sends next: its data carries the same acknowledgement and completes the "
        "handshake. Many of them at one server speak for a full accept queue.",
        "RFC 9293, section 3.5"},
    [TL_DIAGNOSIS_bad_handshake_ack] = {
        "A segment of the handshake acknowledges a number that is not the other end's initial "
        "sequence number + 1. Its receiver must not take it, and may answer with a RST.",
        "An answer to an older SYN of the same ports, a server that still has the connection "
        "before, a middlebox that changes sequence numbers in one direction only, or a forgery.",
        "The number that it does acknowledge: one of an earlier connection (tcplife.previous) is "
        "an old one's. Compare TTL and IP identification with that end's other segments.",
        "RFC 9293, section 3.10.7.3"},
    [TL_DIAGNOSIS_unanswered] = {
        "Three SYNs of one attempt, and no answer of any kind so far: tcplife.open tells whether "
        "one came later.",
        "A firewall drops SYNs without a word; there is no such host, or no route to it or back "
        "from it; or the capture point does not see the answers.",
        "Whether other connections to the same server are answered (the table of servers): if all "
        "fail, the address or the way; if only one port, a filter. A capture on the server shows "
        "whether the SYN arrives.",
        "RFC 9293, section 3.8.3"},
    [TL_DIAGNOSIS_refused] = {
        "A RST answered the SYN: there is no such connection to be had.",
        "No program listens on that port, or not on that address; a firewall rejects with a RST.",
        "Whether the program runs and where it listens (ss -ltn on the server). A TTL unlike that "
        "of the server's other segments speaks for a firewall in between.",
        "RFC 9293, section 3.5.2"},
    [TL_DIAGNOSIS_rejected] = {
        "An ICMP error answered the SYN, by the server or by a router on the way.",
        "A firewall's rule (administratively prohibited), no route, a host that is off (host "
        "unreachable), or a routing loop (time exceeded).",
        "The sender of the ICMP message, and its code: they name the device, and the reason that "
        "it gives.",
        "RFC 9293, section 3.9.2.2"},
    [TL_DIAGNOSIS_half_open] = {
        "The server has sent its SYN,ACK three times, and nothing has acknowledged it. Where it sends "
        "it fewer times (SYN cookies: once), only the connection's end tells (open: half-open).",
        "The SYN,ACKs do not find their way back (asymmetric routing, a firewall that saw no "
        "SYN), the sender of the SYN is a scanner or has forged its address, or the capture does "
        "not see the client's ACK.",
        "Whether one client is concerned or many: many sources and few segments are a scan or a "
        "flood (syn_flood). Whether that client's other connections succeed.",
        "RFC 9293, section 3.5; RFC 4987"},
    [TL_DIAGNOSIS_aborted] = {
        "The client answered the SYN,ACK with a RST: it does not want the connection (any more), "
        "or never asked for it.",
        "A port scanner (SYN scan), a client that closed or timed out meanwhile, a load "
        "balancer's health check, or a forged SYN whose alleged sender answers.",
        "How long the SYN,ACK took (tcplife.handshake.synack_time): seconds speak for a client "
        "that gave up. Many ports by one client are a scan.",
        "RFC 9293, section 3.10.7.4"},
    [TL_DIAGNOSIS_fast_open] = {
        "The server accepted data that came with the SYN: it was delivered before the handshake "
        "was complete.",
        "Client and server use TCP Fast Open, with a cookie of an earlier connection.",
        "Nothing, unless the program behind it must not see the same request twice: a SYN may be "
        "repeated.",
        "RFC 7413"},
    [TL_DIAGNOSIS_syn_data] = {
        "The SYN carries data. Unless the server uses Fast Open, it may keep it until the "
        "handshake is complete, or wants it to be sent again.",
        "TCP Fast Open, where the server does not take part (no fast_open follows), or a scanner.",
        "Whether the SYN,ACK acknowledges the data, and whether it is sent again after the "
        "handshake: that costs a round trip.",
        "RFC 9293, section 3.5; RFC 7413"},
    [TL_DIAGNOSIS_simultaneous_open] = {
        "Both ends sent a SYN, and the two crossed. One connection comes of it, and both ends are "
        "clients.",
        "Programs that make a way through NATs at the same time (hole punching), or a pair of "
        "routers (BGP) that call each other.",
        "Whether both ends get to ESTABLISHED: firewalls often know no such opening.",
        "RFC 9293, section 3.5, Figure 7"},
    [TL_DIAGNOSIS_syn_flood] = {
        "More half-open connections to one server began within a few seconds than the preference "
        "tcplife.syn_flood_threshold allows.",
        "An attack with forged addresses; a scan; or an honest crowd whose ACKs do not arrive, or "
        "are not in the capture.",
        "How many sources there are (the sentence says so), and whether some of the connections "
        "complete. On the server: SYN cookies (nstat TcpExtSyncookiesSent).",
        "RFC 4987"},

    /* ---- established --------------------------------------------------------------------- */
    [TL_DIAGNOSIS_old_duplicate_syn] = {
        "A SYN in the middle of a connection that shows to be an old copy, of the connection's "
        "own SYN or of another one. It changes nothing; its receiver answers with an ACK.",
        "A packet that took a long way round or was copied by the network; a middlebox or a "
        "tester that plays packets back.",
        "What its alleged sender does next: it goes on with the old numbers, or its host has "
        "started again (half_open_discovered).",
        "RFC 9293, section 3.5, Figure 8"},
    [TL_DIAGNOSIS_half_open_discovered] = {
        "One end no longer knows a connection that the other one still has: it answers its "
        "segments with a RST, or opens a new connection with the same ports.",
        "A host or a program that crashed or was started again without closing; a load balancer "
        "or NAT that sent the segment to another host; a connection that only one end gave up.",
        "What its end sent last, and how long before: nothing for minutes before a RST speaks for "
        "a restart or for a NAT that forgot the connection.",
        "RFC 9293, section 3.5.1, Figures 9 and 10"},
    [TL_DIAGNOSIS_challenge_ack] = {
        "An end got a RST, a SYN or an acknowledgement that it does not simply believe. It "
        "changed nothing, and asks with an ACK whether it was meant.",
        "A client that uses the ports of a connection again which the server still has; a RST "
        "that overtook data; an attack.",
        "Whether an exact RST follows: then the other end really is gone. If the connection goes "
        "on, the segment was not that end's own.",
        "RFC 5961, sections 3.2, 4.2 and 5.2"},
    [TL_DIAGNOSIS_blind_reset] = {
        "A RST whose sequence number is not the one that its receiver expects next: it must be "
        "ignored, and may be somebody's attempt to guess.",
        "An attacker who cannot see the connection, a middlebox that cuts connections with "
        "numbers of its own (firewalls, censorship), or a RST that was overtaken by data or came "
        "behind a loss.",
        "TTL and IP identification, compared with those of that end's other segments; whether "
        "there are several with numbers a window apart; whether the connection goes on.",
        "RFC 5961, section 3.2"},
    [TL_DIAGNOSIS_keepalive_probe] = {
        "A segment that repeats the last octet's number, to see whether the other end is still "
        "there.",
        "The program, or its proxy, asked for keepalives (SO_KEEPALIVE). They are usual on "
        "connections that are idle for long.",
        "Whether it is answered (keepalive_unanswered if not), and the pause before it: NATs "
        "often forget sooner than the 2 hours that are the default.",
        "RFC 9293, section 3.8.4"},
    [TL_DIAGNOSIS_keepalive_unanswered] = {
        "A keepalive probe had no answer when the next one was sent.",
        "The other end's host is off or unreachable; a NAT or firewall between them has forgotten "
        "the connection; or the probe or its answer was lost.",
        "Whether a later probe is answered. If none is, the end gives up after some eight to ten "
        "(dead_peer).",
        "RFC 9293, section 3.8.4"},
    [TL_DIAGNOSIS_silent_peer] = {
        "An end has tried five times, by retransmissions or keepalive probes, and has had no "
        "answer so far.",
        "A broken way (link, route, VPN), a host that is off or stands still, a firewall that has "
        "begun to drop this connection, or large packets that never arrive (path MTU).",
        "Whether it is answered later. If only full-sized segments are repeated while small ones "
        "pass, look at the path MTU and at ICMP messages that are filtered.",
        "RFC 9293, section 3.8.3"},
    [TL_DIAGNOSIS_dead_peer] = {
        "An end has tried for longer than 100 s (R2) without an answer, or has tried and given up "
        "with a RST.",
        "The other end's host has gone without a word (power, network, a crashed virtual "
        "machine), or a firewall or NAT drops everything of this connection.",
        "The last segment of the silent end, and whether other connections to that host break off "
        "at the same time.",
        "RFC 9293, section 3.8.3"},

    /* ---- closing ------------------------------------------------------------------------- */
    [TL_DIAGNOSIS_half_closed] = {
        "One end has said that it sends no more, and the other end knows it: it may go on "
        "sending.",
        "A program that ends its request so (shutdown), or the normal first half of a close.",
        "How long it lasts and what is still sent (tcplife.half_closed.time and .bytes). Where "
        "the other end never closes, see lingering_close_wait.",
        "RFC 9293, section 3.6"},
    [TL_DIAGNOSIS_lingering_close_wait] = {
        "An end has known for longer than the preference tcplife.close_wait_limit that the other "
        "one has closed, and has not closed its own side.",
        "A program that forgets to close its sockets (a leak), hangs, or waits in a pool of "
        "connections; rarely a long answer that is still being sent.",
        "The program at that end: its open sockets (ss -tanp state close-wait), and whether it "
        "still sends data (tcplife.half_closed.bytes).",
        "RFC 9293, section 3.6"},
    [TL_DIAGNOSIS_fin_retransmitted] = {
        "The same FIN was sent again, since its sender had taken no acknowledgement of it.",
        "The FIN or its ACK was lost, the other end has gone, or a firewall takes the connection "
        "for closed too early.",
        "Whether it is acknowledged in the end. If not, look at what the other end sent last, and "
        "whether that came by another way.",
        "RFC 9293, section 3.8.1"},
    [TL_DIAGNOSIS_last_ack_lost] = {
        "The last ACK of the close was captured, and yet the other end sends its FIN again: it is "
        "still in LAST-ACK.",
        "The ACK was lost behind the capture point. That is what TIME-WAIT is there for.",
        "Nothing, when the repeated FIN is acknowledged again. If it never is, the end in "
        "TIME-WAIT has gone, or a firewall has forgotten the connection.",
        "RFC 9293, section 3.6"},
    [TL_DIAGNOSIS_simultaneous_close] = {
        "Both ends sent a FIN before either had that of the other.",
        "Two programs that close at the same moment, such as at the end of a session that both "
        "know.",
        "Nothing: it is legal. Both ends get to TIME-WAIT.",
        "RFC 9293, section 3.6, Figure 13"},
    [TL_DIAGNOSIS_data_after_fin] = {
        "An end sends data behind its own FIN, with which it had said that there would be no "
        "more. The receiver ignores it.",
        "A broken TCP or tester, an injected segment (by a middlebox or an attacker), or two "
        "connections that a middlebox takes for one.",
        "The data itself, and TTL and IP identification, compared with those of that end's other "
        "segments.",
        "RFC 9293, section 3.10.7.4"},
    [TL_DIAGNOSIS_closed] = {
        "Both FINs are acknowledged, and with them all that came before: the connection is "
        "closed.",
        "Nothing is wrong: this is how a connection closes.",
        "Who closed first (tcplife.closed_by): that end keeps TIME-WAIT for 2 MSL.",
        "RFC 9293, section 3.6, Figure 12"},

    /* ---- reset --------------------------------------------------------------------------- */
    [TL_DIAGNOSIS_reset] = {
        "A RST ended the connection before any FIN: what was not yet delivered is lost.",
        "A program that ended or was killed with data unread, or that aborts on purpose "
        "(SO_LINGER 0); an end that no longer knows the connection; an idle timeout of a load "
        "balancer or firewall; an attack.",
        "Who sent it and what it answers (the sentence says so, where the capture shows it); the "
        "silence before it (tcplife.idle_before_close): 60, 300, 350 or 3600 s speak for a "
        "timeout. A TTL unlike that end's others speaks for a device in between.",
        "RFC 9293, section 3.5.3"},
    [TL_DIAGNOSIS_reset_while_closing] = {
        "A RST ended the connection when it was being closed already.",
        "An end that closed completely, and to which data still came; a client that closes in "
        "this way to spare itself TIME-WAIT (browsers, load tests, health checks).",
        "Whether data was still on its way to the end that sent the RST "
        "(tcplife.half_closed.bytes): if so, it was lost.",
        "RFC 9293, section 3.6.1"},

    /* ---- after --------------------------------------------------------------------------- */
    [TL_DIAGNOSIS_port_reused] = {
        "The same two addresses and ports were used by an earlier connection of this capture.",
        "A client with few ports (a NAT, a proxy, a load test), or one that always uses the same "
        "port.",
        "Nothing, where the old connection was over. tcplife.previous is its number.",
        "RFC 9293, section 3.6.1"},
    [TL_DIAGNOSIS_port_reused_early] = {
        "The same two addresses and ports are used again within 2 MSL, and neither sequence "
        "number nor timestamp shows which segments are new ones.",
        "A NAT or proxy that runs out of ports, a client that was started again, or a preference "
        "tcplife.msl that is longer than that of the ends (Linux: 30 s, the default here).",
        "Whether the server answers with a SYN,ACK or refuses (a challenge ACK or nothing); how "
        "fast the client uses its ports up.",
        "RFC 9293, section 3.6.1; RFC 6191"},
    [TL_DIAGNOSIS_time_wait_assassinated] = {
        "A RST ended TIME-WAIT too early: old segments could be taken for those of a new "
        "connection.",
        "An old segment of the connection came late, was answered by the end in TIME-WAIT, and "
        "drew a RST of the other, which was closed already.",
        "What the RST answers. It does harm only if the same ports are used again within 2 MSL "
        "(port_reused_early).",
        "RFC 1337"},
    [TL_DIAGNOSIS_late_segment] = {
        "A segment for an end that had closed the connection long before.",
        "A packet that took a long way round, or was captured late; an end that was away for long "
        "(a laptop that slept) and tries to go on.",
        "Whether a RST answers it: then its sender still has the connection, and nobody else "
        "knows it.",
        "RFC 9293, section 3.10.7.1"},

    /* ---- the capture --------------------------------------------------------------------- */
    [TL_DIAGNOSIS_midstream] = {
        "The first segment of this connection in the capture is none of a handshake: how it was "
        "opened is not known, and who is the client is concluded from the ports.",
        "The capture was started later than the connection, or its beginning was cut off or "
        "filtered out.",
        "Other files of the same capture: pieces of one capture tell more when they are read as "
        "one.",
        ""},
    [TL_DIAGNOSIS_one_sided] = {
        "Only one direction of this connection was captured.",
        "The other direction takes another way (asymmetric routing), a mirror port or tap that "
        "copies one direction, or a capture filter.",
        "How the capture was taken. What the missing end sent is known only from what the other "
        "end acknowledges.",
        ""},
    [TL_DIAGNOSIS_gap] = {
        "Data that was acknowledged, so it must have arrived, and that the capture does not hold.",
        "The capturing machine was too slow (dumpcap says how many packets it dropped), or a part "
        "of the packets took another way.",
        "Whether many connections have gaps at the same time: then packets were dropped. Counts "
        "of retransmissions and times are less certain from here on.",
        ""},

    /* ---- impostors ----------------------------------------------------------------------- */
    [TL_DIAGNOSIS_forged_segment] = {
        "An earlier segment was plausible, but its alleged sender goes on as if it had never sent "
        "it: somebody else did.",
        "A device in between that ends or changes connections in the name of the ends "
        "(censorship, a firewall, an intrusion prevention system), or an attacker who can see the "
        "traffic.",
        "The impostor's frame, which the sentence names: its TTL, IP identification and window, "
        "compared with those of that end's other segments, tell how far away it was made.",
        "RFC 5961, section 1"},
};

const struct tl_guide *tl_diagnosis_guide(enum tl_diagnosis diagnosis)
{
    static const struct tl_guide unknown = {"", "", "", ""};

    return (unsigned)diagnosis < TL_DIAGNOSIS_COUNT ? &guides[diagnosis] : &unknown;
}
