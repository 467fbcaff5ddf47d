#!/usr/bin/python3
"""The same life in other clothes is told the same: `tests/siblings.py [CAPTURE…]`.

Captures of the repository, and of ../shared/cases where that is present, are written again so that what happened stays
the same: with other addresses, ports, layers around IP, sequence numbers (that wrap past 2^32 or 2^31 at the SYN, amid the
data or at the FIN), timestamps, identifications, checksums left to a card, times, with lives of others before and
between, and with the same life once more on the same sockets. `pcaplife json` must tell the same of each connection,
but for what a change says itself (CHANGES). What a change takes away no test asks for: nobody can tell a copy from a
retransmission without what tells them apart.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import json
import random
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import clothes
import tshark

PROGRAM = tshark.BUILD / "command" / "pcaplife"
CASES = tshark.ROOT.parent / "shared" / "cases"
HOUR_NS = 3600 * 10**9
MAC = bytes.fromhex("020000000001020000000002")
# Zeek's words have Zeek's own rules, which look at the ports and at the wrap of numbers.
OF_THE_FILE = {"file", "connection", "previous", "next", "summary", "start", "end", "zeek_conn_state", "zeek_history"}


# ---- numbers -------------------------------------------------------------------------------------

def directions(segments):
    """direction → the numbers of what came that way, in their order: first, last."""
    first, last = {}, {}
    for segment in segments:
        way = segment.sockets
        # A RST from where there is no connection bears no number of one.
        if not (segment.flags & clothes.RST and segment.number(4) == 0):
            first.setdefault(way, segment.number(4))
            last[way] = segment.end
        if segment.flags & clothes.ACK:
            first.setdefault(way[::-1], segment.number(8) - 1)
            last.setdefault(way[::-1], segment.number(8))
    return {way: (first[way], last[way]) for way in first}


def move_numbers(segments, moves):
    """Sequence numbers of a direction, and what acknowledges them."""
    for segment in segments:
        there, back = moves.get(segment.sockets, 0), moves.get(segment.sockets[::-1], 0)
        if not (segment.flags & clothes.RST and segment.number(4) == 0):
            segment.put(4, segment.number(4) + there)
        if segment.flags & clothes.ACK:
            segment.put(8, segment.number(8) + back)
        for at in segment.options(clothes.SACK):
            for place in range(at + 2, at + segment.head[at + 1] - 3, 4):
                segment.put(place, segment.number(place) + back)
    return segments


def numbers(aim, place):
    """The number at the beginning (0), in the middle (1/2) or at the end (1) of each direction becomes `aim`."""
    def change(segments):
        ways = directions(segments).items()
        return move_numbers(segments, {way: aim - first - int(((last - first) % 2**32) * place) for way, (first, last) in ways})
    return change


def timestamps(segments):
    """Each clock wraps within the capture."""
    offsets = {}
    for segment in segments:
        for at in segment.options(clothes.TIMESTAMPS):
            offsets.setdefault(segment.sockets, -segment.number(at + 2) - 3)
    for segment in segments:
        for at in segment.options(clothes.TIMESTAMPS):
            segment.put(at + 2, segment.number(at + 2) + offsets[segment.sockets])
            if segment.number(at + 6):
                segment.put(at + 6, segment.number(at + 6) + offsets.get(segment.sockets[::-1], 0))
    return segments


# ---- addresses -----------------------------------------------------------------------------------

def change_addresses(segments, new):
    for segment in segments:
        segment.source, segment.destination = new[segment.source], new[segment.destination]
    return segments


def addresses_of(segments):
    return sorted({address for segment in segments for address in (segment.source, segment.destination)})


def addresses(segments):
    """The contrary order."""
    old = addresses_of(segments)
    return change_addresses(segments, dict(zip(old, reversed(old))))


def ipv6(segments):
    if any(segment.version == 6 for segment in segments):
        return None
    return change_addresses(segments, {address: bytes.fromhex("fd00") + bytes(10) + address
                                       for address in addresses_of(segments)})


def ports(segments):
    """The contrary order."""
    old = sorted({port for segment in segments for _, port in segment.sockets})
    new = dict(zip(old, reversed(old)))
    for segment in segments:
        for at in (0, 2):
            segment.put(at, new[segment.number(at, "H")], "H")
    return segments


# ---- what IP and TCP say beside that --------------------------------------------------------------

def identifications(segments):
    """Others for others, the same for the same, 0 for 0."""
    chance = random.Random(1)
    new = dict(zip(range(1, 1 << 16), chance.sample(range(1, 1 << 16), (1 << 16) - 1)))
    for segment in segments:
        if segment.version == 4:
            number = struct.unpack(">H", segment.ip[4:6])[0]
            segment.ip = segment.ip[:4] + struct.pack(">H", new.get(number, 0)) + segment.ip[6:]
    return segments


def card(segments):
    """One host's checksums are left to its card, as on that host they would be: where all were right."""
    if any(segment.checksum != "right" for segment in segments):
        return None
    host = segments[0].source
    for segment in segments:
        if segment.source == host:
            segment.checksum = "left to the card"
    return segments


def moved(to_ns=None, by_ns=0):
    def change(segments):
        by = by_ns if to_ns is None else to_ns - min(segment.time_ns for segment in segments)
        for segment in segments:
            segment.time_ns += by
        return segments
    return change


# ---- others, and once more -----------------------------------------------------------------------

def with_others(segments):
    """Before every segment all of another life."""
    others = [segment for segment in clothes.copies(segments) if segment.version == 4]
    if len(others) != len(segments) or len(segments) > 100:
        return None
    told = []
    for number, segment in enumerate(segments):
        life = clothes.copies(others[:12])
        for other in life:
            other.source, other.destination = (bytes([198, 18, number, address[3]]) for address in (other.source, other.destination))
            other.time_ns, other.frame = segment.time_ns, 0
        told += [*life, segment]
    return told


def once_more(segments):
    """An hour later on the same sockets, with numbers of its own. (Where it begins before its SYN or is not over,
    the second beginning shows something of the first end.)"""
    later = moved(by_ns=HOUR_NS)(clothes.copies(segments))
    chance = random.Random(2)
    move_numbers(later, {way: chance.getrandbits(32) for way in directions(later)})
    for segment in later:
        for at in segment.options(clothes.TIMESTAMPS):
            segment.put(at + 2, segment.number(at + 2) + HOUR_NS // 10**6)
            segment.put(at + 6, segment.number(at + 6) + (HOUR_NS // 10**6 if segment.number(at + 6) else 0))
    return segments + later


# ---- layers --------------------------------------------------------------------------------------

def ethernet(segment):
    return MAC + segment.ether_type() + segment.datagram()


def two_tags(segment):
    return MAC + bytes.fromhex("88a80007 8100002a") + segment.ether_type() + segment.datagram()


def own_tags(segment):
    """Each direction has a tag of its own."""
    return MAC + b"\x81\0\0" + (b"*" if segment.sockets[0] < segment.sockets[1] else b"+") + segment.ether_type() + segment.datagram()


def gre(segment):
    inner = b"\0\0" + segment.ether_type() + segment.datagram()
    outer = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(inner), 0, 0, 64, 47, 0) + b"\xc6\x33\x64\1\xc6\x33\x64\2"
    return MAC + b"\x08\0" + outer + inner


# How the segments change (None: not those); what makes frames of them; the keys that change with them for a good reason; do
# the sentences, which have frames and sequence numbers in them, stay the same?
Change = collections.namedtuple("Change", "change dress link keys sentences", defaults=(ethernet, clothes.ETHERNET, (), True))
LATER = ("client_state", "server_state", "client_state_time", "server_state_time", "presumed", "close")
CHANGES = {
    "addresses in the contrary order": Change(addresses),
    "IPv6": Change(ipv6),
    "ports in the contrary order": Change(ports),
    "two VLAN tags": Change(list, two_tags),
    "a VLAN for each direction": Change(list, own_tags),
    "GRE": Change(list, gre),
    "raw IP": Change(list, clothes.Segment.datagram, clothes.RAW),
    "numbers from 2^32 - 1": Change(numbers(-1, 0), sentences=False),
    "numbers that end at 2^32": Change(numbers(0, 1), sentences=False),
    "numbers that pass 2^31": Change(numbers(2**31, 0.5), sentences=False),
    "timestamps that wrap": Change(timestamps),
    "other identifications": Change(identifications),
    "checksums left to a card": Change(card),
    "time from 0": Change(moved(to_ns=0)),
    "years later": Change(moved(by_ns=10**17)),
    "others between": Change(with_others, sentences=False),
    "once more": Change(once_more, keys=LATER, sentences=False),
}
# A RST numbered 0, with other numbers around it, may have a right number. What answers with numbers of no life that is
# known, under a tag of its own, is another network's.
EXCEPTIONS = {"rst_in_syn_sent_bad_ack": {"numbers from 2^32 - 1", "numbers that end at 2^32"},
              "syn_challenged_ack_above": {"a VLAN for each direction"},
              "firewall_both_sides": {"a VLAN for each direction"}}


# ---- telling -------------------------------------------------------------------------------------

def told(folder):
    """File's name → its connections."""
    done = subprocess.run([PROGRAM, "json", "--quiet", folder], capture_output=True, text=True, check=True, timeout=300)
    lives = collections.defaultdict(list)
    for record in map(json.loads, done.stdout.splitlines()):
        lives[Path(record["file"]).stem].append(record)
    return lives


def common(record, frames, change):
    """What must be the same: frames as the first capture numbers them."""
    def sentence(text):
        numbered = re.sub(r"(frames?|and) (\d+)", lambda match: f"{match[1]} {frames[int(match[2])]}", text)
        return numbered if change.sentences else None

    same = {key: value for key, value in record.items() if key not in OF_THE_FILE and key not in change.keys and
            not re.match("(client|server)_(address|port)", key)}
    for key in same:
        if re.search("^frame_|_frame$", key):
            same[key] = frames[same[key]]
    same["experts"] = [(frames[info["frame"]], info["name"], sentence(info["text"])) for info in record["experts"]
                       if not info["name"].startswith("port_reused")]
    same["transitions"] = [(frames[step["frame"]], step["end"], step["from"], step["to"]) for step in record["transitions"]
                           if not (change.keys and step["from"] == "TIME-WAIT" and step["to"] == "CLOSED")]
    return same


def may_be_told(record, change):
    """Where no SYN was captured, the ports tell who is the client."""
    return not (change.change is ports and record["open"] == "midstream")


def compare(name, capture, change, before, after, segments):
    frames = {number: segment.frame for number, segment in enumerate(segments, 1)}
    identity = {number: number for number in frames}
    wanted = [common(record, identity, change) for record in before if may_be_told(record, change)]
    found = [common(record, frames, change) for record in after if frames[record["first_frame"]] and may_be_told(record, change)]
    times = 2 if change.change is once_more else 1
    key = "first_frame"
    for want in sorted(wanted * times, key=lambda life: life[key]):
        if want in found:
            found.remove(want)
            continue
        other = next((life for life in found if life[key] == want[key]), {})
        differs = sorted(word for word in want.keys() | other.keys() if want.get(word) != other.get(word))
        yield f"{capture}, {name}: the connection that begins in frame {want[key]} is told otherwise: " + "; ".join(
            f"{word} {want.get(word)} -> {other.get(word)}" for word in differs)
        found = [life for life in found if life is not other]
    if found:
        yield f"{capture}, {name}: {len(found)} connections more"


def is_whole(records):
    """Does each of its lives begin with a SYN, and end before the next one?"""
    return all(record["open"] not in ("midstream", "stray") and record.get("frame_syn") == record["first_frame"] and
               record["close"] in ("three-way", "four-way", "simultaneous", "reset", "reset-while-closing") for record in records)


def main():
    folder = Path(tempfile.mkdtemp(dir=tshark.stage()))
    paths = [*map(tshark.capture_file, tshark.captures()), *sorted(CASES.glob("*.pcap*"))]
    captures = {}
    for path in paths:
        if not sys.argv[1:] or path.stem in sys.argv[1:]:
            try:
                captures[path.stem] = clothes.read(path, folder)
            except clothes.NoClothes:
                pass
    problems, changed = [], 0
    (folder / "before").mkdir()
    for capture, segments in captures.items():
        clothes.write(folder / "before" / f"{capture}.pcap", segments, clothes.ETHERNET, ethernet)
    before = told(folder / "before")
    for name, change in CHANGES.items():
        after = folder / name
        after.mkdir()
        siblings = {}
        for capture, segments in captures.items():
            if change.change is once_more and not is_whole(before[capture]) or name in EXCEPTIONS.get(capture, ()):
                continue
            siblings[capture] = change.change(clothes.copies(segments))
            if siblings[capture] is not None:
                clothes.write(after / f"{capture}.pcap", siblings[capture], change.link, change.dress)
        records = told(after)
        for capture, segments in siblings.items():
            if segments is not None:
                changed += 1
                problems += compare(name, capture, change, before[capture], records[capture], segments)
    tshark.report(problems, f"{len(captures)} captures of {len(paths)}, {len(CHANGES)} changes, {changed} siblings")


if __name__ == "__main__":
    main()
