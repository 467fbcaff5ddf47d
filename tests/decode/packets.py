#!/usr/bin/python3
"""Writes a capture with TCP in all that the decoder knows: `packets.py SEED COUNT [named] [without_gtp] >FILE`.

With `named`, only in layers whose networks the plugin tells apart (plugin/network.c), too: it walks along the names
that Wireshark gives the layers, and stops at the first one that it does not know. Without MPLS: from 4.4 on, Wireshark
gives no name to the IP header behind it.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import random
import struct
import sys

TCP, UDP = 6, 17
IPV4, IPV6, VLAN, MPLS, PPPOE, BRIDGED = 0x0800, 0x86dd, 0x8100, 0x8847, 0x8864, 0x6558
ETHERNET, NULL, PPP, RAW, CISCO, WLAN, LOOP, SLL, RADIOTAP, NFLOG, PKTAP, SLL2 = 1, 0, 9, 101, 104, 105, 108, 113, 127, 239, 258, 276
NAMED_LINKS = [ETHERNET, NULL, RAW, LOOP, SLL, SLL2]
LINKS = [ETHERNET, NULL, PPP, RAW, CISCO, WLAN, LOOP, SLL, RADIOTAP, NFLOG, PKTAP, SLL2]
FREQUENT_LINK = ETHERNET


def sum16(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Packets:
    """Makes packets; what is random in them comes from one seed."""

    def __init__(self, seed, named=False, without_gtp=False):
        self.random = random.Random(seed)
        self.named = named
        self.without_gtp = without_gtp
        self.frames = []  # (link type, bytes, captured, on the wire)
        self.sockets = []  # of segments so far: (version, source, destination, ports, seq)

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def number(self, bits):
        return self.random.getrandbits(bits)

    def bytes(self, count):
        return self.random.randbytes(count)

    # ---- IP and what it carries: (version, packet) ----

    def address(self, version):
        network = self.random.choice([b"\x0a\0\0", b"\xc0\0\2", b"\xc0\xa8\1"])
        host = bytes([self.random.randrange(1, 5)])
        return network + host if version == 4 else b"\x20\x01\x0d\xb8" + bytes(8) + network + host

    def header(self, version, protocol, payload, source=None, destination=None, fragment=0, identification=None,
               options=True):
        source, destination = source or self.address(version), destination or self.address(version)
        if version == 6:
            return struct.pack("!IHBB", 6 << 28 | self.number(28), len(payload), protocol, 64) + source + destination + payload
        extra = self.ip_options() if options and self.chance(15) else b""
        length = 20 + len(extra) + len(payload)
        identification = self.number(16) if identification is None else identification
        start = struct.pack("!BBHHHBBH", 0x45 + len(extra) // 4, 0, length, identification, fragment, 64, protocol, 0)
        start += source + destination + extra
        return start[:10] + struct.pack("!H", sum16(start)) + start[12:] + payload

    def ip_options(self):
        route = bytes([self.random.choice([0x83, 0x89]), 11, self.random.choice([4, 8, 12])]) + self.address(4) + self.address(4)
        return self.random.choice([b"\x94\4\0\0", b"\1\1\1\0", route + b"\1", b"\7\7\4\0\0\0\0\0"])

    def tcp_options(self, flags):
        stamps = b"\1\1\x08\x0a" + self.bytes(8)
        if flags & 2:
            return self.random.choice([b"", b"\2\4\5\xb4\1\3\3\7", b"\2\4\5\xb4\4\2\x08\x0a" + self.bytes(8) + b"\1\3\3\x0a",
                                       b"\2\4\5\xb4\x22\2\1\1"])
        return self.random.choice([b"", stamps, stamps + b"\1\1\5\x0a" + self.bytes(8), b"\1\1\5\x12" + self.bytes(16), self.bytes(8)])

    def segment(self, source, destination, ports, seq):
        flags = self.random.choice([2, 2, 18, 16, 16, 24, 17, 4, 20])
        options = self.tcp_options(flags)
        payload = b"" if flags & 6 else self.bytes(self.random.choice([0, 1, 100, 700]))
        start = struct.pack("!HHIIBBHHH", *ports, seq, self.number(32), (20 + len(options)) // 4 << 4, flags, self.number(16), 0, 0)
        start += options + payload
        pseudo = source + destination + struct.pack("!II", len(start), TCP)
        check = self.number(16) if self.chance(10) else 0 if self.chance(10) else sum16(pseudo + start)
        return start[:16] + struct.pack("!H", check) + start[18:]

    def tcp(self):
        version = self.random.choice([4, 4, 6])
        if self.sockets and self.chance(40):
            version, source, destination, ports, seq = self.random.choice(self.sockets[-40:])
        else:
            source, destination = self.address(version), self.address(version)
            ports, seq = (self.number(16), self.random.choice([80, 443, 5001])), self.number(32)
        segment = self.segment(source, destination, ports, seq)
        self.sockets.append((version, source, destination, ports, seq))
        if version == 6 and self.chance(30) and not self.named:
            return version, self.extended(source, destination, segment)
        return version, self.header(version, TCP, segment, source, destination)

    def extended(self, source, destination, payload):
        """IPv6 with extension headers."""
        following, last = b"", TCP
        for _ in range(self.random.randrange(1, 4)):
            kind = self.random.choice([0, 43, 60, 51, 44])
            if kind == 43:
                body = self.routing()
            elif kind == 51:
                body = b"\4\0\0" + self.bytes(8) + self.bytes(12)
            elif kind == 44:
                body = b"\0\0\0" + self.bytes(4)
            else:
                body = self.random.choice([b"\0\1\4\0\0\0\0", b"\1\xc9\x10" + self.address(6)[:12] + b"\0\0\0\0" + b"\0\0\0"[:1]])
                body = body if len(body) % 8 == 7 else b"\0\1\4\0\0\0\0"
            following, last = bytes([last]) + body + following, kind
        return struct.pack("!IHBB", 6 << 28, len(following) + len(payload), last, 64) + source + destination + following + payload

    def routing(self):
        addresses = self.random.randrange(1, 4)
        kind = self.random.choice([0, 2, 4])
        addresses = 1 if kind == 2 else addresses
        detail = bytes([addresses - 1, 0, 0, 0]) if kind == 4 else bytes(4)
        return bytes([addresses * 2, kind, self.random.choice([0, 1, addresses])]) + detail + b"".join(
            self.address(6) for _ in range(addresses))

    def icmp(self):
        """An error about a segment that was captured, or another message that quotes one."""
        if not self.sockets:
            return self.tcp()
        version, source, destination, ports, seq = self.random.choice(self.sockets[-10:])
        quoted = self.header(version, TCP, struct.pack("!HHI", *ports, seq) + self.bytes(self.random.choice([0, 0, 4, 12])),
                             source, destination)
        if self.chance(10):
            quoted = self.header(version, self.random.choice([47, UDP]), self.bytes(40), source, destination)
        kind = self.random.choice([3, 3, 11, 12, 5, 4, 8] if version == 4 else [1, 2, 3, 4, 5, 128])
        message = bytes([kind, self.random.randrange(16)]) + bytes(6) + quoted[:self.random.choice([28, 1000, 1000])]
        return version, self.header(version, 1 if version == 4 else 58, message, self.address(version), source)

    # ---- tunnels: an IP packet in another ----

    def udp(self, port, payload):
        ports = (self.random.randrange(40000, 65536), port)
        ports = ports[::-1] if self.chance(10) else ports
        return self.carry(UDP, struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload)

    def carry(self, protocol, payload):
        version = self.random.choice([4, 4, 6])
        if self.chance(10) and not self.named:
            ah = bytes([protocol, 4, 0, 0]) + self.bytes(8) + self.bytes(12)
            return version, self.header(version, 51, ah + payload, options=False)
        return version, self.header(version, protocol, payload)

    def ip_in_ip(self, version, packet):
        return self.carry(4 if version == 4 else 41, packet)

    def gre_header(self, kind, pptp=False):
        checksum, key, sequence = self.chance(20), pptp or self.chance(40), self.chance(30)
        acknowledgement = pptp and self.chance(50)
        flags = checksum << 15 | key << 13 | sequence << 12 | acknowledgement << 7 | pptp
        return struct.pack("!HH", flags, kind) + self.bytes(4 * (checksum + key + sequence + acknowledgement)), sequence

    def gre(self, version, packet):
        way = self.random.randrange(3 if self.named else 8)
        kind = IPV4 if version == 4 else IPV6
        if way < 2:
            header, payload = self.gre_header(kind)[0], packet
        elif way == 2:
            header, payload = self.gre_header(BRIDGED)[0], self.ethernet(version, packet)
        elif way == 3:
            header, payload = self.gre_header(MPLS)[0], self.mpls(version, packet)
        elif way == 4:
            header, payload = self.gre_header(0x880b, True)[0], self.ppp(version, packet)
        elif way == 5:
            header, sequence = self.gre_header(0x88be)
            payload = (b"\x10" + self.bytes(7) if sequence else b"") + self.ethernet(version, packet)
        elif way == 6:
            subheader = self.chance(50)
            header = self.gre_header(0x22eb)[0]
            payload = b"\x20" + self.bytes(9) + struct.pack("!H", subheader) + self.bytes(8 * subheader) + self.ethernet(version, packet)
        else:
            header, payload = self.gre_header(kind)[0], packet
            return self.udp(4754, header + payload)
        return self.carry(47, header + payload)

    def vxlan(self, version, packet):
        network = bytes([0, 0, self.random.randrange(3), 0])
        if self.named or self.chance(60):
            return self.udp(4789, b"\x08\0\0\0" + network + self.ethernet(version, packet))
        inside, kind = self.random.choice([(packet, 1 if version == 4 else 2), (self.ethernet(version, packet), 3),
                                           (self.mpls(version, packet), 5)])
        return self.udp(4790, bytes([0x0c, 0, 0, kind]) + network + inside)

    def geneve(self, version, packet):
        options = self.random.randrange(3)
        kind, inside = self.random.choice([(BRIDGED, self.ethernet(version, packet)), (IPV4 if version == 4 else IPV6, packet)])
        return self.udp(6081, struct.pack("!BBHI", options, 0, kind, self.random.randrange(3) << 8) +
                        self.random.choice([b"\1\2\3\0", b"\1\2\3\0"]) * options + inside)

    def gtp(self, version, packet):
        extension, sequence = self.chance(30), self.chance(30)
        optional = b""
        if extension or sequence:
            optional = self.bytes(2) + b"\0" + (b"\x85\1\0\x09\0" if extension else b"\0")
        return self.udp(2152, struct.pack("!BBHI", 0x30 | extension << 2 | sequence << 1, 255, len(optional) + len(packet),
                                          self.random.randrange(3)) + optional + packet)

    def l2tp(self, version, packet):
        length, sequence, offset = (self.chance(50) for _ in range(3))
        inside = self.ppp(version, packet)
        rest = self.bytes(4) + self.bytes(4) * sequence + (b"\0\2\0\0" if offset else b"")
        flags = length << 14 | sequence << 11 | offset << 9 | 2
        total = 2 + 2 * length + len(rest) + len(inside)
        return self.udp(1701, struct.pack("!H", flags) + struct.pack("!H", total) * length + rest + inside)

    def capwap(self, version, packet):
        if self.chance(50):
            return self.udp(5247, b"\0\x10\2\0" + bytes(4) + self.ethernet(version, packet))
        frame = self.wlan(version, packet)
        return self.udp(5247, b"\0\x10\3\0" + bytes(4) + frame[1::-1] + frame[2:])

    def others(self, version, packet):
        return self.random.choice([
            lambda: self.carry(97, b"\x30\0" + self.ethernet(version, packet)),
            lambda: self.carry(143, self.ethernet(version, packet)),
            lambda: self.carry(137, self.mpls(version, packet)),
            lambda: self.udp(6635, self.mpls(version, packet))])()

    # ---- layers below IP: bytes ----

    def mac(self):
        # No manufacturer's: by these, Wireshark guesses whether a frame in MPLS has a control word.
        return b"\2\x1b\xee" + self.bytes(3)

    def ethernet(self, version, packet):
        kind, payload = IPV4 if version == 4 else IPV6, packet
        way = self.random.randrange(20)
        if way == 0 and not self.named:
            kind, payload = MPLS, self.mpls(version, packet)
        elif way == 1:
            inside = self.ppp(version, packet)
            kind, payload = PPPOE, struct.pack("!BBHH", 0x11, 0, 7, len(inside)) + inside
        elif way == 2 and not self.named:
            inside = self.llc(version, packet)
            kind, payload = len(inside), inside
        elif way == 3 and not self.named:
            kind, payload = 0x88e7, struct.pack("!I", self.number(24)) + self.mac() + self.mac() + struct.pack("!H", kind) + payload
        for _ in range(self.random.choice([0, 0, 0, 1, 1, 2])):
            payload = struct.pack("!HH", self.random.choice([0, 7, 8, 0x6007]), kind) + payload
            kind = self.random.choice([VLAN, VLAN, 0x88a8, 0x9100])
        padding = self.bytes(max(0, 46 - len(payload))) if self.chance(50) else b""
        return self.mac() + self.mac() + struct.pack("!H", kind) + payload + padding

    def llc(self, version, packet):
        if version == 4 and self.chance(20):
            return b"\6\6\3" + packet
        return b"\xaa\xaa\3\0\0\0" + struct.pack("!H", IPV4 if version == 4 else IPV6) + packet

    def mpls(self, version, packet):
        labels = [self.random.randrange(16, 20) for _ in range(self.random.randrange(1, 4))]
        inside = bytes(4) + self.ethernet(version, packet) if self.chance(20) and not self.named else packet
        return b"".join(struct.pack("!I", label << 12 | (at == len(labels) - 1) << 8 | 64)
                        for at, label in enumerate(labels)) + inside

    def ppp(self, version, packet):
        protocol = 0x21 if version == 4 else 0x57
        short = self.chance(30) and not self.named
        return (bytes([protocol]) if short else struct.pack("!H", protocol)) + packet

    def wlan(self, version, packet, padded=False):
        qos, four, amsdu, ht = (self.chance(50) for _ in range(4))
        amsdu = amsdu and qos
        flags = (3 if four else self.random.choice([1, 2])) | (ht and qos) << 7
        header = bytes([0x88 if qos else 0x08, flags]) + self.bytes(2) + self.mac() * 3 + b"\x10\0" + self.mac() * four
        header += (bytes([amsdu << 7, 0]) + self.bytes(4) * ht) * qos
        header += bytes(-len(header) % 4) * padded
        inside = self.llc(version, packet)
        if not amsdu:
            return header + inside
        frames = b""
        for part in (inside, self.llc(*self.tcp()), inside):
            frames += bytes(-len(frames) % 4) + self.mac() + self.mac() + struct.pack("!H", len(part)) + part
        return header + frames

    def cooked(self, link, version, packet):
        kind, payload = IPV4 if version == 4 else IPV6, packet
        if self.chance(20):
            kind, payload = VLAN, struct.pack("!HH", 9, kind) + packet
        elif self.chance(10) and not self.named:
            kind, payload = 4, self.llc(version, packet)
        if link == SLL:
            return struct.pack("!HHH8sH", 0, 1, 6, self.mac() + b"\0\0", kind) + payload
        return struct.pack("!HHIHBB8s", kind, 0, 3, 1, 0, 6, self.mac() + b"\0\0") + payload

    def family(self, link, version, packet):
        family = 2 if version == 4 else self.random.choice([24, 28, 30])
        order = ">" if link == LOOP else self.random.choice("<>")
        return struct.pack(order + "I", family) + packet

    def radiotap(self, version, packet):
        time, flags, padded, check = (self.chance(50) for _ in range(4))
        more = self.chance(30)
        words = struct.pack("<I", time | flags << 1 | more << 31) + struct.pack("<I", 0) * more
        at = 4 + len(words)
        body = (bytes(-at % 8) + self.bytes(8)) * time + bytes([check << 4 | padded << 5]) * flags
        return (struct.pack("<BBH", 0, 0, at + len(body)) + words + body +
                self.wlan(version, packet, flags and padded) + self.bytes(4) * (flags and check))

    def nflog(self, version, packet):
        def value(kind, data):
            return struct.pack("<HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)
        with_type = self.chance(50)
        return (bytes([2 if version == 4 else 10, 0, 0, 0]) +
                value(1, struct.pack("!HBB", IPV4 if version == 4 else IPV6, 1, 0)) * with_type + value(9, packet))

    def on_link(self, link, version, packet):
        if link == PKTAP:
            inner = self.random.choice([ETHERNET, RAW, NULL])
            return struct.pack("<III", 108, 1, inner) + bytes(96) + self.on_link(inner, version, packet)
        return {
            ETHERNET: self.ethernet, RAW: lambda _, p: p, WLAN: self.wlan, RADIOTAP: self.radiotap, NFLOG: self.nflog,
            PPP: lambda v, p: b"\xff\3" * self.chance(50) + self.ppp(v, p),
            CISCO: lambda v, p: b"\x0f\0" + struct.pack("!H", IPV4 if v == 4 else IPV6) + p,
            NULL: lambda v, p: self.family(NULL, v, p), LOOP: lambda v, p: self.family(LOOP, v, p),
            SLL: lambda v, p: self.cooked(SLL, v, p), SLL2: lambda v, p: self.cooked(SLL2, v, p)}[link](version, packet)

    # ---- fragments ----

    def fragments(self, version, packet):
        """An IP packet in pieces: (version, packet) each, some too many, some missing, in no order."""
        if version == 4:
            header, payload = packet[:(packet[0] & 15) * 4], packet[(packet[0] & 15) * 4:]
            protocol, source, destination = header[9], header[12:16], header[16:20]
        else:
            protocol, source, destination, payload = packet[6], packet[8:24], packet[24:40], packet[40:]
        identification = self.number(16)
        size = self.random.choice([8, 16, 64, 200])
        pieces = [(at, payload[at:at + size]) for at in range(0, len(payload), size)]
        end = len(payload)
        if self.chance(30):
            self.random.shuffle(pieces)
        if self.chance(20):
            pieces.insert(self.random.randrange(len(pieces)), self.random.choice(pieces))
        if self.chance(20):  # overlaps, with other bytes
            at = self.random.randrange(0, max(len(payload) // 8, 1)) * 8
            pieces.insert(self.random.randrange(len(pieces)), (at, self.bytes(min(24, max(len(payload) - at, 1)))))
        if self.chance(10):
            pieces.pop()
        for at, piece in pieces:
            more = at + len(piece) < end
            if version == 4:
                yield version, self.header(4, protocol, piece, source, destination, at // 8 | more << 13, identification,
                                           options=False)
            else:
                yield version, self.header(6, 44, struct.pack("!BBHI", protocol, 0, at | more, identification) + piece, source,
                                           destination)

    # ---- frames ----

    def without_length(self, version, packet):
        at = 2 if version == 4 else 4
        return packet[:at] + b"\0\0" + packet[at + 2:] if version == 4 or packet[6] != 0 else packet

    def packet(self):
        version, packet = self.icmp() if self.chance(15) else self.tcp()
        for _ in range(self.random.choice([0, 0, 0, 1, 1, 2, 3])):
            tunnels = [self.ip_in_ip, self.gre, self.vxlan, self.geneve] + [self.gtp] * (not self.without_gtp)
            tunnel = self.random.choice(tunnels + [self.l2tp, self.capwap, self.others] * (not self.named))
            version, packet = tunnel(version, packet)
        return version, packet

    def add_frame(self, link, frame):
        captured = self.random.randrange(len(frame)) if self.chance(10) else len(frame)
        # Some files claim that no more was on the wire than was captured.
        self.frames.append((link, frame[:captured], captured if self.chance(20) else len(frame)))

    def add(self):
        version, packet = self.packet()
        link = FREQUENT_LINK if self.chance(40) else self.random.choice(NAMED_LINKS if self.named else LINKS)
        if self.chance(2):  # left to the network card
            packet = self.without_length(version, packet)
        parts = list(self.fragments(version, packet)) if self.chance(15) and not self.named else [(version, packet)]
        for part in parts:
            self.add_frame(link, self.on_link(link, *part))

    # ---- the file ----

    def write(self, file):
        def block(kind, body):
            length = 12 + len(body)
            file.write(struct.pack("<II", kind, length) + body + struct.pack("<I", length))
        block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1))
        for link in LINKS:
            block(1, struct.pack("<HHI", link, 0, 0))
        for number, (link, data, on_the_wire) in enumerate(self.frames):
            time = 1700000000000000 + number * 1000
            block(6, struct.pack("<IIIII", LINKS.index(link), time >> 32, time & 0xffffffff, len(data), on_the_wire) + data +
                  bytes(-len(data) % 4))


def deep():
    """name → (link type, packet) that is nothing but headers within headers: 250,000 bytes of them."""
    def ip(protocol):  # without a length: it goes on to the packet's end
        return struct.pack("!BBHHHBBH", 0x45, 0, 0, 0, 0, 64, protocol, 0) + b"\x0a\0\0\1\x0a\0\0\2"
    addresses = bytes(12)
    units = {
        "AH": (RAW, ip(51), b"\x33\0\0\0\0\0\0\0"),
        "IP in IP": (RAW, b"", ip(4)),
        "GRE": (RAW, b"", ip(47) + b"\0\0\x08\0"),
        "Ethernet in GRE": (RAW, b"", ip(47) + b"\0\0\x65\x58" + addresses + b"\x08\0"),
        "PPP in GRE": (RAW, b"", ip(47) + b"\0\1\x88\x0b\0\x21"),
        "EtherIP": (RAW, b"", ip(97) + b"\x30\0" + addresses + b"\x08\0"),
        "MPLS in IP": (RAW, b"", ip(137) + b"\0\1\1\1"),
        "VLAN": (ETHERNET, addresses + b"\x81\0", b"\0\1\x81\0"),
        "802.1ad": (ETHERNET, addresses + b"\x88\xa8", b"\0\1\x88\xa8"),
        "802.1ah": (ETHERNET, addresses + b"\x88\xe7", b"\0\0\0\1" + addresses + b"\x88\xe7"),
        "bridged": (ETHERNET, b"", addresses + b"\x65\x58"),
    }
    return {name: (link, first + unit * (250000 // len(unit))) for name, (link, first, unit) in units.items()}


def main():
    packets = Packets(int(sys.argv[1]), "named" in sys.argv[3:], "without_gtp" in sys.argv[3:])
    while len(packets.frames) < int(sys.argv[2]):
        packets.add()
    packets.write(sys.stdout.buffer)


if __name__ == "__main__":
    main()
