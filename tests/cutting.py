"""Captures cut in pieces, and put together again: for the tests of --join, --tap and archives.

The order in which taps are merged is written down here a second time.
"""
import bisect
import random
import struct
import subprocess
from pathlib import Path

MAGICS = {0xa1b2c3d4: 1000, 0xa1b23c4d: 1}  # nanoseconds of a unit behind the seconds
ETHERNET = 1


class Capture:
    """A pcap file: its header and its packets, each with the bytes that stand for it in the file."""

    def __init__(self, head, packets):
        self.head, self.packets = head, packets
        self.order = "<" if struct.unpack_from("<I", head)[0] in MAGICS else ">"
        self.unit = MAGICS[struct.unpack_from(self.order + "I", head)[0]]

    @classmethod
    def read(cls, path, folder):
        """Any capture file of one link type; what is no pcap becomes one in `folder`."""
        data = Path(path).read_bytes()
        if not any(struct.unpack_from(order + "I", data)[0] in MAGICS for order in "<>"):
            copy = Path(folder) / (Path(path).name + ".converted")
            subprocess.run(["editcap", "-F", "nsecpcap", path, copy], check=True, capture_output=True)
            data = copy.read_bytes()
        capture, at = cls(data[:24], []), 24
        while at + 16 <= len(data):
            end = at + 16 + struct.unpack_from(capture.order + "I", data, at + 8)[0]
            capture.packets.append(data[at:end])
            at = end
        return capture

    def time_ns(self, packet):
        seconds, fraction = struct.unpack_from(self.order + "II", packet)
        return seconds * 10**9 + fraction * self.unit

    def at_ns(self, packet, time_ns):
        """The same packet, captured at another time."""
        return struct.pack(self.order + "II", time_ns // 10**9, time_ns % 10**9 // self.unit) + packet[8:]

    def write(self, path, packets):
        path.write_bytes(self.head + b"".join(packets))
        return path

    def direction(self, packet):
        """False or True: what one end sends is told from what the other sends, fragments included."""
        frame = packet[16:]
        if struct.unpack_from(self.order + "I", self.head, 20)[0] == ETHERNET:
            return frame[:6] < frame[6:12]
        return bool(frame[12:16] < frame[16:20])


def in_pieces(capture, firsts):
    """Lists of packets; a piece must not begin with an earlier packet than the one before it."""
    pieces, last_ns = [], None
    for number, packet in enumerate(capture.packets):
        time_ns = capture.time_ns(packet)
        if not pieces or number in firsts and time_ns >= last_ns:
            pieces.append([])
            last_ns = time_ns
        pieces[-1].append(packet)
    return pieces


def at_random(capture, chance):
    count = len(capture.packets)
    return in_pieces(capture, set(chance.sample(range(count), min(count, 5))))


def by_time(capture, chance):
    times = [capture.time_ns(packet) for packet in capture.packets]
    part = max(1, (max(times) - min(times)) // chance.randint(2, 6))
    return in_pieces(capture, {number for number in range(1, len(times))
                               if (times[number] - times[0]) // part != (times[number - 1] - times[0]) // part})


def by_size(capture, chance):
    part = max(100, sum(map(len, capture.packets)) // chance.randint(2, 6))
    firsts, size = set(), 0
    for number, packet in enumerate(capture.packets):
        if (size + len(packet)) // part != size // part:
            firsts.add(number)
        size += len(packet)
    return in_pieces(capture, firsts)


CUTS = {"at random": at_random, "by time": by_time, "by size": by_size}


def by_direction(capture):
    """Two taps, each with one direction."""
    return [[packet for packet in capture.packets if capture.direction(packet) == direction] for direction in (False, True)]


def merged(capture, taps):
    """The packets of several taps in the order of time; within a tap they stay as they are."""
    keyed = []
    for number, packets in enumerate(taps):
        latest = -1
        for place, packet in enumerate(packets):
            latest = max(latest, capture.time_ns(packet))
            keyed.append((latest, number, place, packet))
    return [packet for *_, packet in sorted(keyed, key=lambda item: item[:3])]


def write_pieces(capture, pieces, folder, name):
    """Their files, in an order that says nothing."""
    paths = [capture.write(folder / f"{name}{number}.pcap", packets) for number, packets in enumerate(pieces)]
    return random.Random(name).sample(paths, len(paths))


def firsts_of(pieces):
    """The number of each piece's first frame."""
    firsts, frame = [], 1
    for packets in pieces:
        firsts.append(frame)
        frame += len(packets)
    return firsts


def files_of(paths, firsts, record):
    """What a record's `files` has to be, for pieces in order."""
    begin = bisect.bisect_right(firsts, record["first_frame"]) - 1
    end = bisect.bisect_right(firsts, record["last_frame"])
    return [{"file": str(paths[i]), "first_frame": firsts[i]} for i in range(begin, end)]
