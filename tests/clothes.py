"""Captured TCP segments that can be written again in other clothes: other addresses, numbers, layers, times.

A capture that holds anything else than TCP in plain IP, or segments that are no whole ones, has no clothes that could
be changed without a doubt: NoClothes says so.
"""
import copy
import ipaddress
import struct
from pathlib import Path

import cutting

ETHERNET, RAW, LINUX_COOKED = 1, 101, 113
TCP = 6
SYN, RST, ACK = 2, 4, 16
WINDOW_SCALE, SACK, TIMESTAMPS = 3, 5, 8
LINKS = {ETHERNET: 14, RAW: 0, LINUX_COOKED: 16}
NANOSECONDS = 0xa1b23c4d


class NoClothes(Exception):
    pass


def ones_complement(data, total=0):
    data = bytes(data) + b"\0" * (len(data) % 2)
    total += sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xffff:
        total = (total >> 16) + (total & 0xffff)
    return total


class Segment:
    """A captured segment. `head` is its TCP header with options, `frame` its number in the capture; 0: it was not in it."""

    def __init__(self, time_ns, frame, link_type, data, length):
        link = LINKS[link_type]
        self.time_ns, self.frame = time_ns, frame
        kind = data[link - 2:link] if link else None
        version = data[link] >> 4 if len(data) > link else 0
        if kind not in (None, b"\x08\0", b"\x86\xdd") or version not in (4, 6) or len(data) != length:
            raise NoClothes
        self.version = version
        ip_length = (data[link] & 15) * 4 if version == 4 else 40
        self.ip, packet = data[link:link + ip_length], data[link + ip_length:]
        if self.ip[9 if version == 4 else 6] != TCP or version == 4 and self.ip[6] & 0x3f | self.ip[7]:
            raise NoClothes
        total = int.from_bytes(self.ip[2:4], "big") - ip_length if version == 4 else int.from_bytes(self.ip[4:6], "big")
        self.source, self.destination = (self.ip[12:16], self.ip[16:20]) if version == 4 else (self.ip[8:24], self.ip[24:40])
        if total < 20 or not 20 <= (packet[12] >> 4) * 4 <= total or len(packet) < total:
            raise NoClothes
        self.head, self.payload = bytearray(packet[:(packet[12] >> 4) * 4]), packet[(packet[12] >> 4) * 4:total]
        self.checksum = self.kind_of_checksum()

    def number(self, at, form="I"):
        return struct.unpack_from(">" + form, self.head, at)[0]

    def put(self, at, value, form="I"):
        struct.pack_into(">" + form, self.head, at, value % (1 << 8 * struct.calcsize(form)))

    @property
    def flags(self):
        return self.head[13]

    @property
    def sockets(self):
        return (self.source, self.number(0, "H")), (self.destination, self.number(2, "H"))

    @property
    def end(self):
        return self.number(4) + len(self.payload) + bool(self.flags & SYN) + self.flags % 2

    def options(self, kind):
        """Where in the header the options of a kind begin."""
        at = 20
        while at < len(self.head) and self.head[at] != 0:
            if self.head[at] == kind:
                yield at
            if self.head[at] != 1 and (at + 1 >= len(self.head) or self.head[at + 1] < 2):
                return
            at += 1 if self.head[at] == 1 else self.head[at + 1]

    def pseudo_header(self):
        length = len(self.head) + len(self.payload)
        return self.source + self.destination + struct.pack(">IHH", length, 0, TCP)

    def right_checksum(self):
        return 0xffff - ones_complement(self.head[:16] + b"\0\0" + self.head[18:] + self.payload,
                                        ones_complement(self.pseudo_header()))

    def kind_of_checksum(self):
        """"right", "nothing", "left to the card" (the pseudo header's sum), or by how much it is wrong."""
        number = self.number(16, "H")
        if number in (0, ones_complement(self.pseudo_header())):
            return "nothing" if number == 0 else "left to the card"
        return (number - self.right_checksum()) % 0xffff or "right"

    def datagram(self):
        """With a checksum that is what it was: right, left to the card, or wrong by as much."""
        if self.checksum == "left to the card":
            self.put(16, ones_complement(self.pseudo_header()), "H")
        elif self.checksum == "right":
            self.put(16, self.right_checksum(), "H")
        elif self.checksum != "nothing":
            self.put(16, (self.right_checksum() + self.checksum) % 0xffff, "H")
        body = self.head + self.payload
        if len(self.source) == 16:
            hops = self.ip[7 if self.version == 6 else 8]
            return struct.pack(">IHBB", 6 << 28, len(body), TCP, hops) + self.source + self.destination + body
        head = self.ip[:2] + struct.pack(">H", len(self.ip) + len(body)) + self.ip[4:10] + b"\0\0"
        head += self.source + self.destination + self.ip[20:]
        return head[:10] + struct.pack(">H", 0xffff - ones_complement(head)) + head[12:] + body

    def ether_type(self):
        return b"\x86\xdd" if len(self.source) == 16 else b"\x08\0"


def read(path, folder):
    """The segments of a capture file."""
    capture = cutting.Capture.read(path, folder)
    link_type = struct.unpack_from(capture.order + "I", capture.head, 20)[0]
    if link_type not in LINKS or not capture.packets:
        raise NoClothes
    return [Segment(capture.time_ns(packet), frame, link_type, packet[16:],
                    struct.unpack_from(capture.order + "I", packet, 12)[0])
            for frame, packet in enumerate(capture.packets, 1)]


def write(path, segments, link_type, dress):
    """A file of these segments; `dress` makes a frame of a segment."""
    parts = [struct.pack("<IHHiIII", NANOSECONDS, 2, 4, 0, 0, 1 << 18, link_type)]
    for segment in segments:
        frame = dress(segment)
        parts.append(struct.pack("<IIII", *divmod(segment.time_ns, 10**9), len(frame), len(frame)) + frame)
    Path(path).write_bytes(b"".join(parts))


def copies(segments):
    return [copy.deepcopy(segment) for segment in segments]


def text(address):
    return str(ipaddress.ip_address(address))
