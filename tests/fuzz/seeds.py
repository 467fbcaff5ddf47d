#!/usr/bin/python3
"""Writes the seeds of the corpus anew: `tests/fuzz/seeds.py`. What fuzzing added to it stays.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import json
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "decode"))
import packets as made  # noqa: E402
CORPUS = Path(__file__).resolve().parent / "corpus"
# Switches, allocation that fails, seed, shift: script_begin() of promises.c.
SETTINGS = struct.pack("<BHBI", 0b0000111, 40, 1, 0x80000123)
LINK_HEADERS = {1: 14, 101: 0, 113: 16, 228: 0, 276: 20}
LARGEST = 40  # segments

SYN, SYN_ACK, ACK, DATA, FIN, RST, AGAIN, COPY, LOSE, OLD_ACK, WILD, ICMP, WAIT, REOPEN, KEEPALIVE, SETUP = range(16)
CLIENT, SERVER, SECOND = 0x00, 0x10, 0x20


def packets(path):
    """(time in ns, IPv4's or IPv6's source, destination, TCP segment) of a pcap file."""
    data = path.read_bytes()
    magic, = struct.unpack_from("<I", data)
    if magic not in (0xa1b2c3d4, 0xa1b23c4d):
        return
    unit = 1000 if magic == 0xa1b2c3d4 else 1
    link, = struct.unpack_from("<I", data, 20)
    at = 24
    while link in LINK_HEADERS and at + 16 <= len(data):
        seconds, fraction, captured, _ = struct.unpack_from("<IIII", data, at)
        packet = data[at + 16 + LINK_HEADERS[link]:at + 16 + captured]
        at += 16 + captured
        if len(packet) >= 40 and packet[0] >> 4 == 4 and packet[9] == 6:
            length = int.from_bytes(packet[2:4], "big")
            yield (seconds * 10**9 + fraction * unit, packet[12:16], packet[16:20],
                   packet[(packet[0] & 15) * 4:length or None])
        elif len(packet) >= 60 and packet[0] >> 4 == 6 and packet[6] == 6:
            yield seconds * 10**9 + fraction * unit, packet[8:24], packet[24:40], packet[40:]


def options(header):
    """kind → value of the options of a TCP header."""
    found, rest = {}, header[20:]
    while rest and rest[0]:
        length = 1 if rest[0] == 1 else rest[1] if len(rest) > 1 and rest[1] > 1 else len(rest)
        found[rest[0]] = rest[2:length]
        rest = rest[length:]
    return found


def duration(ns):
    exponent = max(0, abs(ns).bit_length() - 15)
    return struct.pack("<Bh", exponent, ns >> exponent)


def record(segment, ends, pause_ns):
    """The 34 bytes of take_happening() in fuzz_segments.c."""
    _, _, seq, ack, offset, flags, window = struct.unpack_from("!HHIIBBH", segment)
    header = (offset >> 4) * 4
    has = options(segment[:header])
    stamps = struct.unpack("!II", has[8]) if len(has.get(8, b"")) == 8 else None
    blocks = has.get(5, b"")
    sack = struct.unpack_from("!II", blocks) if len(blocks) >= 8 else (ack, ack)
    which = (stamps is not None) | (34 in has) << 1 | (len(has.get(34, b"")) > 0) << 2 | (len(blocks) >= 8) << 6
    scale = has[3][0] % 15 + 1 if has.get(3) else 0
    return struct.pack("<BBBBB", ends, flags & 0x3f, scale, which, 0) + duration(pause_ns) + struct.pack(
        "<IIHHIIHHH", seq, ack, min(len(segment) - header, 0x7fff), window, *(stamps or (0, 0)), 0,
        (sack[0] - ack) & 0xffff, (sack[1] - sack[0]) & 0xffff)


def from_capture(path):
    """A capture as records, and the headers in it that look different."""
    sockets, records, headers, then = {}, b"", {}, None
    for count, (time_ns, source, destination, segment) in enumerate(packets(path)):
        if count == LARGEST or len(segment) < 20:
            break
        # The server's socket is number 0.
        for socket in ((destination, segment[2:4]), (source, segment[0:2])):
            sockets.setdefault(socket, len(sockets) % 8)
        ends = sockets[source, segment[0:2]] | sockets[destination, segment[2:4]] << 3
        records += record(segment, ends, time_ns - (time_ns if then is None else then))
        then = time_ns
        header = segment[:(segment[12] >> 4) * 4]
        headers.setdefault((header[13] & 0x3f, tuple(options(header))), header)
    return records, headers


def lives():
    """name → acts of fuzz_lives.c."""
    def number(value):
        return struct.pack("<H", value)

    opening = bytes([SYN, SERVER | SYN_ACK, ACK])
    data = bytes([DATA]) + number(100) + bytes([SERVER | ACK, SERVER | DATA]) + number(1000) + bytes([ACK])
    close = bytes([FIN, SERVER | ACK, SERVER | FIN, ACK])
    wait = bytes([WAIT, 30]) + struct.pack("<h", 100)
    yield "whole", opening + data + close
    yield "overlap", opening + data + bytes([DATA]) + number(3 << 12 | 100) + bytes([SERVER | ACK]) + close
    yield "three_segments", opening + data + bytes([SERVER | FIN, FIN, SERVER | ACK])
    yield "reset", opening + data + bytes([SERVER | RST, 1])
    yield "refused", bytes([SYN, SERVER | RST, 1])
    yield "rejected", bytes([SYN, ICMP, 0])
    yield "retransmissions", bytes([SYN]) + wait + bytes([AGAIN, 0, SERVER | SYN_ACK]) + wait + bytes([AGAIN, 0, ACK])
    yield "last_ack_lost", opening + close + wait + bytes([AGAIN, 1, AGAIN, 1])
    yield "copies", bytes([SYN, COPY, SERVER | SYN_ACK, COPY, ACK, COPY, FIN, COPY, SERVER | FIN, COPY, ACK, COPY])
    yield "lost", opening + bytes([LOSE, DATA]) + number(50) + data + close
    yield "simultaneous_open", bytes([SYN, SERVER | SYN, SYN_ACK, SERVER | SYN_ACK])
    yield "simultaneous_close", opening + bytes([FIN, SERVER | OLD_ACK]) + number(1) + bytes(
        [WILD]) + number(0) + number(0xffff) + bytes([FIN | 0, SERVER | FIN, ACK, SERVER | ACK])
    yield "keepalive", opening + data + wait + bytes([KEEPALIVE, 0, SERVER | ACK]) + wait + bytes([KEEPALIVE, 1] * 6)
    yield "reuse", opening + close + wait + bytes([REOPEN]) + struct.pack("<I", 1 << 31) + bytes(
        [SERVER | REOPEN]) + struct.pack("<I", 9000) + opening + close
    yield "anew", opening + data + bytes([REOPEN]) + struct.pack("<I", 70000) + bytes([SYN, SERVER | ACK, RST, 0])
    yield "stamps", bytes([SETUP, 0x81, SERVER | SETUP, 0x81]) + opening + data + close
    yield "two", bytes([SYN, SECOND | SYN, SERVER | SYN_ACK, SECOND | SERVER | SYN_ACK, SECOND | ACK, ACK])


def frames():
    """name → packets of fuzz_decode.c: for each link type a few, as tests/decode.py has them."""
    # In the order of enum link_layer, command/decode/decode.h.
    links = [None, made.ETHERNET, made.SLL, made.SLL2, made.RAW, made.NULL, made.LOOP, made.PPP, made.CISCO, made.NFLOG,
             made.PKTAP, made.WLAN, made.RADIOTAP]
    packets = made.Packets(9293)
    while len(packets.frames) < 600:
        packets.add()
    for number, link in enumerate(links):
        chosen = [frame for frame in packets.frames if frame[0] == link and len(frame[1]) < 400]
        for at in range(0, min(len(chosen), 24), 4):
            yield f"{number}_{at // 4}", b"".join(
                struct.pack("<BHB", number, len(data), min(on_the_wire - len(data), 255)) + data
                for _, data, on_the_wire in chosen[at:at + 4])


SLICE, HEAD, NOTES, RECORDS, STEPS = range(1, 6)  # the streams' first byte


def numbers(*values):
    """As numbers.h writes them; of a text its length and its bytes."""
    found = b""
    for value in values:
        number = len(value) if isinstance(value, bytes) else value
        while number > 0x7f:
            found, number = found + bytes([number & 0x7f | 0x80]), number >> 7
        found += bytes([number]) + (value if isinstance(value, bytes) else b"")
    return found


def last_blocks():
    """name → a stream's last block: a slice of two files with places of hosts, datagrams that are not whole, and places of those that
    are, the first and the last one among them, and datagrams of several files; the same with one place too many; another part's; and what
    comes last behind a part's records."""
    files = (b"a.pcap", b"", 20, 20, 90, 6, 5, 1, 2, 40, b"b.pcap", b"is cut off", 100, 100, 120, 300, 0, 0, 0, 1)
    names = (b"a.pcap-0123", b"tap", 2, *files, 2, 7, 255)
    unfinished = (2, (1 << 64) - 1, 4, 0, 1 << 46, 201, 100)
    steps, of_several_files = (0, 0, 5, 1000, (1 << 18) - 1010), (1, 1 << 46, 4, 200)
    yield "slice", bytes([SLICE]) + numbers(3, 0, *names, *unfinished, len(steps), *steps, *of_several_files)
    yield "slice_too_far", bytes([SLICE]) + numbers(3, 0, *names, *unfinished, len(steps) + 1, *steps, 0, *of_several_files)
    yield "slice_of_another_part", bytes([SLICE]) + numbers(3, 1, *names)
    yield "head", bytes([HEAD]) + numbers(b"json", 1, 3, 0, 30, 60, 100, 10, 10**19, 4, 20, 200, 2, b"frame 3 of a.pcap, and frame 1 of b.pcap", 1, b"frame 4 of a.pcap",
                                          2, b"a.pcap-0123", b"c.pcap-4567", 1, b"b.pcap is cut off")


def host_notes():
    """Each news of each kind, as host_notes.c writes them; the socket is 10.0.0.9."""
    socket = bytes([4, 0, 4, 10, 0, 0, 9])
    return bytes([NOTES]) + b"".join(
        bytes([news | kind << 2 | (16 if news == 3 else 32), 1 + news, 2 + kind]) + socket for news in range(4) for kind in range(3))


def record_lines():
    """name → lines of fuzz_streams.c: records alike and unlike, with connections' numbers in them, and steps to one."""
    def number(value):
        return f"1{value:019}"

    def record(value, words, **more):
        return json.dumps({"connection": int(number(value)), "start": 1700000000 + value / 7, **more, "summary": words, "experts": [{"frame": 12 + value}] * (value % 3)})
    lines = [record(8, "opened by the three-way handshake"), record(9, "reset by the client", next=int(number(12))), record(10, "opened by nobody", previous=7),
             record(12, "opened by the three-way handshake", previous=int(number(9)))]
    yield "json", bytes([RECORDS]) + "\n".join(lines).encode()
    yield "csv", bytes([RECORDS]) + b"".join(f"{number(i)},10.0.0.{i * 37},FIN-WAIT-{i % 2 + 1},{'x' * i},{i / 3}\n".encode() for i in range(8))
    one = number(12)
    yield "numbers", bytes([RECORDS]) + "\n".join([f"a{one},b", f"a{number(13)},b{one}", one, one * 2, one + "1", "1" + one, f"1000000000.5 {one}x", f"{one[:10]}.5 {one[:15]} {one}", one]).encode()
    yield "steps", bytes([STEPS, 1, 3, 0, 26 << 1 | 1, 0]) + f"ab,{one},cd".encode()


def write(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"seed_{name}").write_bytes(data)


def main():
    for old in CORPUS.glob("*/seed_*"):
        old.unlink()
    headers = {}
    # A few are enough: fuzzing soon makes the others out of them.
    for path in sorted((ROOT / "captures").glob("*.pcap"))[::6]:
        records, found = from_capture(path)
        if records:
            write("segments", path.stem, SETTINGS + records)
        headers = {**found, **headers}
    for number, header in enumerate(headers.values()):
        write("header", str(number), struct.pack("<H", 100) + header)
    for name, data in frames():
        write("decode", name, data)
    for name, data in record_lines():
        write("streams", name, data)
    write("streams", "hosts", host_notes())
    for name, data in last_blocks():
        write("streams", name, data)
    for name, acts in lives():
        write("lives", name, SETTINGS + acts)


if __name__ == "__main__":
    main()
