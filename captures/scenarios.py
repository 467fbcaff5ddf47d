"""Scenarios of our own for the kernel lab, in its language: append them to its scenarios.py.

The captures of the same names were made with them.
"""
# flake8: noqa: the names come from the lab


@scenario(None, None)
def bad_handshake_ack(L):
    """The third ACK is held; a forged one acknowledges a wrong number and draws a RST."""
    l = L.listen()
    h = L.wire.hold(M("c2s", "A", "S", seg="A"))
    c = L.connect_nb(cport=6001)
    syn = L.wire.wait("c2s", flags="S")
    sa = L.wire.wait("s2c", flags="SA")
    L.inject("c2s", "A", 6001, PORT, syn.seq + 1, sa.seq + 5001)
    L.sleep(0.2)
    L.wire.release(h)
    s = L.accept(l)
    c.settimeout(3)
    L.talk(c, s)
    L.finish(c, s)


@scenario(None, None, est=9)
def half_open(L):
    """A SYN from an address nobody owns: the SYN,ACK is repeated three times."""
    L.sysctl("s", "net.ipv4.tcp_synack_retries", 3)
    L.listen(PORT, 8)
    flood(L, 1)
    L.sleep(8.0)


@scenario(None, None)
def data_after_fin(L):
    """Forged data behind the client's FIN."""
    l, c, s = L.pair()
    L.talk(c, s)
    c.shutdown(socket.SHUT_WR)
    L.sleep(0.1)
    q, a, sp, dp, p = L.nxt("c2s")
    tv, te = timestamps(p)
    L.inject("c2s", "PA", sp, dp, q, a, opts=ts_opt(tv + 1, te), data=b"after the end")
    L.sleep(0.1)
    s.close()
    L.sleep(0.1)


@scenario("SS ES F1 F2 TW", "SR ES CW LA CL")
def gap(L):
    """Some frames of the main capture are missing."""
    l, c, s = L.pair()
    L.talk(c, s, 4)
    L.finish(c, s)
    L.view = lambda n, ts, raw: n not in (8, 9)


@scenario("SS ES F1 F2 TW", "SR ES CW LA CL")
def one_sided_s2c(L):
    """Main capture filtered to the server's packets only."""
    l, c, s = L.pair()
    L.talk(c, s)
    L.finish(c, s)
    me = socket.inet_pton(L.fam, L.saddr)
    L.view = lambda n, ts, raw: raw[26:30] == me


@scenario(None, None, slow=True, est=70)
def reuse_before_2msl_of_rfc(L):
    """The same sockets are used again after 62 s with a lower ISN: Linux allows it after 60 s, the
    RFC's 2 MSL would be 240 s."""
    L.sysctl("cs", "net.ipv4.tcp_timestamps", 0)
    l = L.listen()
    c = isn_client(L, 3000000000, 6001)
    c.connect((L.saddr, PORT))
    s = L.accept(l)
    L.talk(c, s)
    s.close()
    L.wait_state(c, "CLOSE_WAIT")
    L.sleep(0.1)
    c.close()
    L.sleep(62)
    c2 = isn_client(L, 2999000000, 6001)
    c2.connect((L.saddr, PORT))
    s2 = L.accept(l)
    L.talk(c2, s2)
    L.finish(c2, s2)


@scenario(None, None, est=4)
def close_wait_lingers(L):
    """The server's application forgets to close for 2.5 s, sending now and then."""
    l, c, s = L.pair()
    L.talk(c, s)
    c.shutdown(socket.SHUT_WR)
    for i in range(5):
        L.sleep(0.5)
        s.send(b"tick")
    s.close()
    L.sleep(0.2)
    c.close()


@scenario(None, None, est=8)
def keepalive_dead_many(L):
    """Five keepalive probes without an answer."""
    ka = KA[:3] + ((socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 5),)
    l, c, s = L.pair(copts=ka)
    L.talk(c, s)
    L.wire.drop(M("c2s", seg="B"))
    L.sleep(7.5)


@scenario("SS ES F1 F2 TW", "SR ES CW LA CL")
def fin_paws(L):
    """Forged FIN with an old timestamp: dropped (PAWS)."""
    l, c, s = L.pair()
    L.talk(c, s)
    q, a, sp, dp, p = L.nxt("c2s")
    tv, te = timestamps(p)
    L.inject("c2s", "FA", sp, dp, q, a, opts=ts_opt((tv - 100000) & 0xFFFFFFFF, te))
    L.sleep(0.1)
    L.talk(c, s)
    L.finish(c, s)


@scenario("SS ES F1 F2 TW", "SR ES CW LA CL")
def ack_of_unsent(L):
    """Forged ACK of data never sent."""
    l, c, s = L.pair()
    L.talk(c, s)
    q, a, sp, dp, p = L.nxt("c2s")
    tv, te = timestamps(p)
    L.inject("c2s", "A", sp, dp, q, a + 5000, opts=ts_opt(tv + 1, te))
    L.sleep(0.1)
    L.talk(c, s)
    L.finish(c, s)


@scenario("SS ES F1 F2 TW", "SR ES CW LA CL")
def all_duplicated(L):
    """Every packet twice, both directions, in front of the tap: no copy is a retransmission."""
    L.wire.dup(M("c2s", seg="A"))
    L.wire.dup(M("s2c", seg="B"))
    l, c, s = L.pair()
    L.talk(c, s, 4)
    c.close()
    L.wait_state(s, "CLOSE_WAIT")
    L.sleep(0.15)
    s.close()
    L.sleep(0.15)


@scenario("SS ES CW LA CL", "SR ES F1 F2 TW", v6=True)
def close_4seg_server(L):
    """Server closes first, client 200 ms later."""
    l, c, s = L.pair()
    L.talk(c, s)
    s.close()
    L.wait_state(c, "CLOSE_WAIT")
    L.sleep(0.2)
    c.close()
    L.sleep(0.1)


@scenario("SS ES CW LA CL", "SR ES F1 F2 TW")
def halfclose_server(L):
    """Server half-closes; the client keeps sending."""
    l, c, s = L.pair()
    L.talk(c, s)
    s.shutdown(socket.SHUT_WR)
    L.wait_state(c, "CLOSE_WAIT")
    for i in range(4):
        c.sendall(b"late data %d " % i * 50)
        L.sleep(0.06)
        s.recv(4096)
    c.close()
    L.sleep(0.1)
    s.close()
    L.sleep(0.05)


@scenario("SS ES F1 F2 TW CL SS ES F1 F2 TW", None)
def client_reuses_time_wait(L):
    """Client in TIME-WAIT connects again from the same port (tcp_tw_reuse=1) after a second."""
    L.sysctl("c", "net.ipv4.tcp_tw_reuse", 1)
    l, c, s = L.pair(cport=6001)
    L.talk(c, s)
    c.close()
    L.wait_state(s, "CLOSE_WAIT")
    L.sleep(0.1)
    s.close()
    L.sleep(1.3)
    c2 = L.connect(cport=6001)
    s2 = L.accept(l)
    L.talk(c2, s2)
    L.finish(c2, s2)


@scenario("SS ES CL SS ES F1 F2 TW", None, est=3)
def server_crash_reconnect(L):
    """The server's socket vanishes; the client sends, gets RST, reconnects from the same port."""
    l, c, s = L.pair(cport=6001)
    L.talk(c, s)
    L.silent_close(s)
    L.sleep(0.2)
    c.sendall(b"hello?")
    L.sleep(0.2)
    c.close()
    c2 = L.connect(cport=6001)
    s2 = L.accept(l)
    L.talk(c2, s2)
    L.finish(c2, s2)


@scenario(None, None)
def rst_lost(L):
    """The RST of an abort is lost behind the tap; the server sends later and gets another."""
    l, c, s = L.pair()
    L.talk(c, s)
    L.wire.drop(M("c2s", "R", seg="B"), 1)
    L.abort(c)
    L.sleep(0.5)
    s.send(b"still there?")
    L.sleep(0.3)


@scenario("SS ES F1 F2 TW", "SR ES CW LA CL")
def last_ack_lost_after_tap(L):
    """The last ACK is lost behind the tap."""
    l, c, s = L.pair()
    L.talk(c, s)
    c.close()
    L.wait_state(s, "CLOSE_WAIT")
    L.sleep(0.15)
    L.wire.drop(M("c2s", "A", seg="B"), 1)
    s.close()
    L.sleep(0.7)


@scenario("SS ES F1 CG TW", "SR ES F1 CG TW")
def simultaneous_close_data(L):
    """Simultaneous close, both with data in front of the FIN."""
    l, c, s = L.pair()
    L.talk(c, s)
    L.wire.latency = 0.025
    c.send(b"bye", socket.MSG_MORE)
    s.send(b"bye", socket.MSG_MORE)
    c.shutdown(socket.SHUT_WR)
    s.shutdown(socket.SHUT_WR)
    L.sleep(0.5)


@scenario("SS ES F1 F2 TW", "SR ES CW LA CL")
def third_ack_and_data_lost(L):
    """Third ACK and first data lost behind the tap."""
    L.wire.drop(M("c2s", "A", "S", seg="B"), 2)
    l = L.listen()
    c = L.connect()
    c.sendall(b"hello")
    s = L.accept(l)
    s.recv(10)
    L.talk(c, s)
    L.finish(c, s)


@scenario(None, None, est=6)
def retransmission_timeout(L):
    """tcp_retries2=3: data never acknowledged; the client gives up."""
    L.sysctl("c", "net.ipv4.tcp_retries2", 3)
    l, c, s = L.pair()
    L.talk(c, s)
    L.wire.drop(M("c2s", seg="B"))
    c.sendall(b"into the void")
    L.sleep(5.5)


@scenario(None, None)
def rejected_host_prohibited(L):
    """SYN answered by ICMP administratively prohibited, retried."""
    L.net.ns["s"].run("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "5999", "-j", "REJECT",
                      "--reject-with", "icmp-admin-prohibited")
    c = L.connect_nb(5999)
    L.sleep(1.5)
    c.close()


@scenario(None, None)
def busy_server(L):
    """40 clients connect within a moment, and every handshake completes."""
    l = L.listen(PORT, 64)
    cs = [L.connect_nb(cport=20000 + i) for i in range(40)]
    for c in cs:
        L.wait_state(c, "ESTABLISHED")
    for c in cs:
        L.abort(c)
    L.sleep(0.1)


@scenario("SS ES CL", "SR ES CL")
def overflow_rst(L):
    """Accept queue overflow with tcp_abort_on_overflow=1: the third ACK is answered by RST."""
    L.sysctl("s", "net.ipv4.tcp_abort_on_overflow", 1)
    l, a, b, c = overflow(L)
    L.sleep(0.3)

# ---- what no row of Zeek's own shows (docs/zeek.md) ----


@scenario(None, None)
def fin_rst_together(L):
    """A forged segment of the client with FIN and RST and exact numbers: the server is reset."""
    l, c, s = L.pair()
    L.talk(c, s)
    q, a, sp, dp, p = L.nxt("c2s")
    tv, te = timestamps(p)
    L.inject("c2s", "FRA", sp, dp, q, a, opts=ts_opt(tv + 1, te))
    L.sleep(0.2)


@scenario(None, None)
def syn_fin_together(L):
    """A SYN with FIN and a SYN with RST to a listener (hand-made segments); neither is answered."""
    L.listen()
    L.net.ns["c"].run("iptables", "-A", "INPUT", "-p", "tcp", "-j", "DROP")
    L.net.ns["s"].run("iptables", "-A", "INPUT", "-p", "tcp", "-j", "DROP")
    L.emit("c", flagbits("SF"), L.caddr, L.saddr, 30010, PORT, 1000)
    L.sleep(0.03)
    L.emit("c", flagbits("SR"), L.caddr, L.saddr, 30011, PORT, 1000)
    L.sleep(0.2)


@scenario(None, None)
def zero_window_storm(L):
    """Eleven forged acknowledgements of the client that close its window, then an ordinary close."""
    l, c, s = L.pair()
    L.talk(c, s)
    q, a, sp, dp, p = L.nxt("c2s")
    tv, te = timestamps(p)
    for i in range(11):
        L.inject("c2s", "A", sp, dp, q, a, win=0, opts=ts_opt(tv + 1, te))
    L.finish(c, s)


@scenario(None, None)
def fin_only(L):
    """The client half-closes; the capture ends while the server is in CLOSE_WAIT."""
    l, c, s = L.pair()
    L.talk(c, s)
    c.shutdown(socket.SHUT_WR)
    L.wait_state(s, "CLOSE_WAIT")
    L.sleep(0.2)


@scenario(None, None)
def syn_then_rst(L):
    """A SYN that is not answered, then a RST of the same end (hand-made segments)."""
    L.listen()
    L.net.ns["s"].run("iptables", "-A", "INPUT", "-p", "tcp", "-j", "DROP")
    L.emit("c", flagbits("S"), L.caddr, L.saddr, 30020, PORT, 1000)
    L.sleep(0.1)
    L.emit("c", flagbits("R"), L.caddr, L.saddr, 30020, PORT, 1001)
    L.sleep(0.2)


@scenario(None, None)
def synack_then_rst(L):
    """The server of port 80 aborts right after the handshake; main capture filtered to its packets only."""
    l, c, s = L.pair(port=80)
    L.abort(s)
    L.sleep(0.2)
    me = socket.inet_pton(L.fam, L.saddr)
    L.view = lambda n, ts, raw: raw[26:30] == me
