#!/usr/bin/python3
"""Broken packets and wrong arguments get Wireshark's ordinary answers.

Promises for broken TCP headers, captures without TCP or without packets: no crash, no dissector
bug, one pass equals two, and the packet list is the one Wireshark prints without the plugin.
For wrong arguments: a sentence that names what is wrong, and an exit code that is not 0.
"""
import random
import struct

import real
import tshark

SYN, ACK, PSH_ACK, FIN_ACK = 0x02, 0x10, 0x18, 0x11
STATISTICS = "json csv stat conn servers states tree ladder svg zeek".split() + ["html"] * tshark.HAS_REPORT


def tcp(flags, seq=1000, ack=0, offset=5, options=b"", data=b"", to_server=True):
    ports = (40000, 80) if to_server else (80, 40000)
    header = struct.pack("!HHIIBBHHH", *ports, seq, ack, (offset & 15) << 4, flags, 65535, 0, 0)
    return header + options + data


def ip(payload, protocol=6, to_server=True):
    ends = [bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2])]
    source, destination = ends if to_server else reversed(ends)
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0, source, destination)
    return header + payload


def capture(name, packets):
    """A pcap file of raw IP packets (link type 101); a packet may be (bytes, original length)."""
    path = tshark.stage() / f"{name}.pcap"
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
        for number, packet in enumerate(packets):
            data, length = packet if isinstance(packet, tuple) else (packet, len(packet))
            file.write(struct.pack("<IIII", 1700000000 + number, 0, len(data), length) + data)
    path.chmod(0o644)
    return path


def around(*packets):
    """The packets between the opening and the close of an ordinary connection."""
    opening = [ip(tcp(SYN)), ip(tcp(SYN | ACK, 5000, 1001, to_server=False), to_server=False),
               ip(tcp(ACK, 1001, 5001))]
    close = [ip(tcp(FIN_ACK, 1001, 5001)), ip(tcp(FIN_ACK, 5001, 1002, to_server=False), to_server=False),
             ip(tcp(ACK, 1002, 5002))]
    return opening + list(packets) + close


def broken_options():
    """Option lists that lie about their lengths: MSS, window scale, SACK, timestamps, Fast Open."""
    for kind in (2, 3, 4, 5, 8, 30, 34, 254):
        for length in (0, 1, 2, 3, 9, 11, 12, 255):
            yield ip(tcp(SYN, offset=8, options=bytes([kind, length]) + bytes(10)))
    yield ip(tcp(SYN, offset=6, options=bytes([1, 1, 1, 8])))  # a kind without a length


def noise(count=2000):
    """Random headers of few sockets and few sequence numbers, so that they meet."""
    dice = random.Random(9293)
    for _ in range(count):
        packet = bytearray(ip(tcp(dice.getrandbits(6), dice.choice((999, 1000, 1001, 1 << 31, (1 << 32) - 1)),
                                  dice.choice((0, 1000, 1001, 5001)), dice.choice((5, 5, 5, 6, 8)),
                                  bytes(dice.getrandbits(8) for _ in range(12)), bytes(dice.randrange(20))),
                              to_server=dice.random() < 0.5))
        for _ in range(dice.randrange(3)):
            packet[dice.randrange(20, len(packet))] = dice.getrandbits(8)
        kept = dice.choice((len(packet), len(packet), dice.randrange(20, len(packet))))
        yield bytes(packet[:kept]), len(packet)


def broken_captures():
    whole = tcp(PSH_ACK, 1001, 5001, data=b"x" * 100)
    yield "cut_by_snaplen", around(*((ip(whole)[:20 + kept], 140) for kept in range(0, 22)))
    yield "header_too_short", around(*(ip(whole[:kept]) for kept in range(0, 20)))
    yield "offset_too_small", around(*(ip(tcp(SYN, offset=offset)) for offset in range(0, 5)))
    yield "offset_too_large", around(*(ip(tcp(SYN, offset=offset)) for offset in range(6, 16)))
    yield "options", around(*broken_options())
    yield "flags", around(*(ip(tcp(flags, 1001, 5001)) for flags in range(256)))
    yield "noise", list(noise())
    yield "udp_only", [ip(struct.pack("!HHHH", 40000, 9, 8, 0), protocol=17)] * 3
    yield "empty", []


def first_line(text):
    return text.strip().split("\n")[0] or "not a word"


def nothing_to_say(name):
    """A capture without TCP has no connection, and every statistic copes with that."""
    path = tshark.stage() / f"{name}.pcap"
    for statistic in STATISTICS:
        done = tshark.run("-q", "-z", f"tcplife,{statistic}", capture=path, check=False)
        output = done.stdout
        if done.returncode:
            yield f"{name}: -z tcplife,{statistic}: exit code {done.returncode}, {first_line(done.stderr)}"
            continue
        if statistic == "json" and output:
            yield f"{name}: -z tcplife,json prints {output!r}"
        if statistic == "zeek" and [line for line in output.splitlines() if not line.startswith("#")]:
            yield f"{name}: -z tcplife,zeek prints a row"
        if statistic == "html" and output.count("data-tcplife=\"records\""):
            yield f"{name}: -z tcplife,html has records"
        if statistic == "csv" and len(output.splitlines()) != 1:
            yield f"{name}: -z tcplife,csv prints more than its header line"
    if tshark.run("-Y", "tcplife", capture=path).stdout:
        yield f"{name}: there is something about TCP"


def wrong_arguments():
    path = capture("ordinary", around())
    cases = [(["-z", "tcplife,nonsense"], "tcplife,nonsense"), (["-Y", "tcplife.typo"], "tcplife.typo"),
             (["-T", "fields", "-e", "tcplife.typo"], "tcplife.typo"), (["-o", "tcplife.msl:soon"], "tcplife.msl")]
    cases += [(["-q", "-z", f"tcplife,{name},tcplife.nosuch"], "tcplife.nosuch") for name in STATISTICS]
    cases += [(["-q", "-z", f"tcplife,states,{interval}"], "from 0.000001 to 1000000000")
              for interval in ("0.0000001", "1e10", "5x", "5 s,tcp")]
    cases += [(["-q", "-z", f"tcplife,{name}x"], f"tcplife,{name}x") for name in STATISTICS if name != "tree"]
    for arguments, named in cases:
        done = tshark.run(*arguments, capture=path, check=False)
        # Of a tree's filter Wireshark 4.0 and 4.4 say what is wrong, and go on without the tree.
        fails = done.returncode != 0 or "tcplife,tree" in arguments[-1]
        if not fails or named not in done.stderr:
            yield f"{arguments}: exit code {done.returncode}, {first_line(done.stderr)}"
    for name in STATISTICS:
        done = tshark.run("-q", "-z", f"tcplife,{name},tcplife.connection == 0", capture=path, check=False)
        if done.returncode:
            yield f"-z tcplife,{name} with a filter: exit code {done.returncode}, {first_line(done.stderr)}"


def main():
    tshark.prove()
    paths = [capture(name, packets) for name, packets in broken_captures()]
    problems = [problem for some in tshark.each(real.check, paths) for problem in some]
    for path in paths:
        tshark.run("-2", "-V", capture=path)
    problems += [*nothing_to_say("udp_only"), *nothing_to_say("empty"), *wrong_arguments()]
    tshark.report(problems, f"{len(paths)} captures, wrong arguments")


if __name__ == "__main__":
    main()
