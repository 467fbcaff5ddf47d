#!/usr/bin/python3
"""An archive is told as one capture: `tests/command_archive.py [--all] [CAPTURE…]`.

Promises that every capture of the repository (in one of these ways and forms; with --all in each, and of ../shared, too)
- cut at random, by time, by size or in its two directions, its pieces mapped by several tasks in any order, reduced in
  several parts and put together, gives the same bytes as `pcaplife json --join` (or --tap), csv and zeek;
- with a SYN flood in it, too, whose half-open connections lie in all parts;
- and with wrong checksums, which a host's connections of all parts judge: parts are reduced once more where that is needed;
and that
- a stream that is cut anywhere, or of which a byte is another one, is refused by its name, unless it says the very same;
- what does not go together, or is not all there, is one sentence;
- a task that runs twice, or twice at once, changes nothing, and one that was killed leaves nothing that counts;
- tools/archive does all of it, goes on where it was ended, and tells which files could not be read.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import os
import random
import re
import signal
import struct
import subprocess
import tempfile
import time
import zlib
from pathlib import Path

import cutting
import tshark
from archives import PROGRAM, Failed, archive, compare, pcaplife, reduced, run, streams


def in_tasks(paths, chance):
    """Files divided among tasks, without any order."""
    tasks = [[] for _ in range(chance.randint(1, len(paths)))]
    for path in paths:
        chance.choice(tasks).append(path)
    return [task for task in tasks if task]


FORMS = ("json", "csv", "zeek")


def forms_of(name, in_all_ways):
    return FORMS if in_all_ways else (FORMS[zlib.crc32(name.encode()) % 3],)


def check_cut(name, capture, folder, chance, in_all_ways):
    chosen = chance.randrange(len(cutting.CUTS))
    for number, (how, cut) in enumerate(cutting.CUTS.items()):
        if number != chosen and not in_all_ways:
            continue
        paths = cutting.write_pieces(capture, cut(capture, chance), folder, f"{number}.")
        found = archive(in_tasks(paths, chance), folder / f"cut{number}", chance.randint(1, 4), forms_of(name, in_all_ways))
        yield from compare(f"{name} cut {how}", found, ["--join", *paths])


def check_taps(name, capture, folder, chance, in_all_ways):
    taps = cutting.by_direction(capture)
    if not all(taps):
        return
    words, tasks = [], []
    for tap, packets in zip("ab", taps):
        paths = cutting.write_pieces(capture, cutting.by_size(cutting.Capture(capture.head, packets), chance), folder, f"tap{tap}")
        words.append(f"--tap={tap}={','.join(map(str, paths))}")
        tasks += [[f"--tap={tap}={','.join(map(str, some))}"] for some in in_tasks(paths, chance)]
    chance.shuffle(tasks)
    found = archive(tasks, folder / "taps", chance.randint(1, 4), forms_of(name, in_all_ways))
    yield from compare(f"{name} in two directions", found, words)


def check(path, in_all_ways=False):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        capture = cutting.Capture.read(path, folder)
        if not capture.packets:
            return []
        chance = random.Random(path.name)
        checks = (check_cut, check_taps) if in_all_ways else (chance.choice((check_cut, check_taps)),)
        try:
            return [problem for one in checks for problem in one(path.name, capture, folder, chance, in_all_ways)]
        except Failed as failure:
            return [f"{path.name}: {failure}"]


# ---- made for the purpose -----------------------------------------------------------------------------------------

def small_archive(folder, parts=2):
    path = tshark.CAPTURES / "bulk_lossy.pcap"
    run("map", "-q", f"--parts={parts}", "-o", folder, path)
    return streams(folder, 0)[0]


def damaged(stream, step):
    """Cut at, and changed at, every step-th byte; and all of the first and last ones."""
    data = stream.read_bytes()
    places = sorted({*range(min(40, len(data))), *range(max(0, len(data) - 24), len(data)), *range(0, len(data), step)})
    for place in places:
        yield f"cut at {place}", data[:place]
        yield f"changed at {place}", data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1:]


def every_damage(folder):
    """What is damaged is refused, unless it says the very same: of compressed bytes some mean nothing."""
    stream = small_archive(folder / "damage", parts=1)
    records, again = folder / "damage" / "json.r0", folder / "again"
    run("reduce", "json", "-o", records, stream)
    text = run("result", records)
    for victim, words in ((stream, lambda path: ("reduce", "json", "-o", again, path)),
                          (records, lambda path: ("result", path))):
        for what, data in damaged(victim, max(1, victim.stat().st_size // 20)):
            bad = folder / "bad.p0"
            bad.write_bytes(data)
            done = pcaplife(*words(bad))
            is_same = done.returncode == 0 and (again.read_bytes() == records.read_bytes() if victim == stream else done.stdout == text)
            if not is_same and (done.returncode != 2 or "bad.p0" not in done.stderr or done.stderr.count("\n") != 1 or again.exists()):
                yield f"{victim.name} {what}: {done.returncode}, {done.stderr!r}"
            again.unlink(missing_ok=True)


def versions(folder):
    stream = small_archive(folder / "version")
    data = bytearray(stream.read_bytes())
    data[9] = 0
    stream.write_bytes(data)
    done = pcaplife("reduce", "json", "-o", folder / "r", stream)
    if done.returncode != 2 or f"{stream} is of version 0 of this format" not in done.stderr:
        yield f"an older version: {done.returncode}, {done.stderr!r}"


def refused(folder):
    path = tshark.CAPTURES / "refused.pcap"
    two, three = folder / "two", folder / "three"
    first = small_archive(two)
    run("map", "-q", "--parts=3", "-o", three, path)
    run("reduce", "json", "-o", folder / "0", first)
    run("reduce", "csv", "-o", folder / "1.csv", *streams(two, 1))
    run("reduce", "json", "--msl=1", "-o", folder / "1.msl", *streams(two, 1))
    run("map", "-q", "--parts=2", "-o", two, path)
    run("reduce", "json", "-o", folder / "1", *streams(two, 1))
    run("map", "-q", "--parts=2", "-o", folder / "again", path, tshark.CAPTURES / "half_open.pcap")
    for words, said in ((["map", "-o", two, path], "--parts is a number from 1"), (["map", "--parts=2", path], "-o FOLDER"),
                        (["map", "--parts=600", "-o", two, path], "--parts is a number from 1"),
                        (["map", "--parts=2", "-o", two], "no FILE is named"),
                        (["map", "--parts=2", "-o", two, "-"], "can be read only once"),
                        (["map", "--parts=2", "-o", path, path], "cannot be made"),
                        (["reduce", "text", "-o", folder / "x", first], "json, csv or zeek"),
                        (["reduce", "json", first], "-o FILE is needed"),
                        (["reduce", "json", "-o", folder / "x"], "no stream of pcaplife map is named"),
                        (["reduce", "json", "-o", folder / "x", folder / "missing"], "missing cannot be read"),
                        (["reduce", "json", "-o", folder / "x", path], "is none of the files that pcaplife map"),
                        (["reduce", "json", "-o", folder / "x", *streams(two, 0), *streams(two, 1)], "do not go together"),
                        (["reduce", "json", "-o", folder / "x", first, *streams(three, 0)], "do not go together"),
                        (["reduce", "json", "-o", folder / "x", *streams(two, 0), *streams(folder / "again", 0)], "is in two slices"),
                        (["reduce", "json", "-o", folder / "x", folder / "0"], "was written by pcaplife reduce"),
                        (["reduce", "json", "--part=7", "-o", folder / "x", two], "there is no stream of part 7"),
                        (["reduce", "json", "--part=0", "-o", folder / "x", folder / "nowhere"], "nowhere"),
                        (["reduce", "json", "-o", first, first], "would overwrite"),
                        (["reduce", "json", "-o", first, "--part=0", two], "would overwrite"),
                        (["reduce", "json", "-o", folder / "x", "--hosts", folder / "0", first], "one of pcaplife result is needed here"),
                        (["result"], "no part is named"), (["result", folder / "0"], "part 1 of 2 is missing"),
                        (["result", "--hosts", folder / "0", folder / "0", folder / "1"], "would overwrite"),
                        (["result", folder / "0", folder / "0"], "are the same part"),
                        (["result", folder / "0", folder / "1.csv"], "not written in the same form"),
                        (["result", folder / "0", folder / "1.msl"], "not reduced with the same options"),
                        (["result", folder / "0", folder / "1"], "are not of the same slices")):
        done = pcaplife(*words)
        if done.returncode != 2 or done.stdout or said not in done.stderr or done.stderr.count("\n") != 1:
            yield f"{' '.join(map(str, words))}: {done.returncode}, {done.stderr!r}, expected {said!r}"


def flood(folder):
    """With low thresholds, captures of many half-open connections flood several times."""
    floods = 0
    for name in ("syn_flood", "syn_flood_cookies", "half_open"):
        if name not in tshark.captures():
            continue
        path = tshark.capture_file(name)
        for threshold in (1, 5, 100):
            option = f"--syn-flood-threshold={threshold}"
            found = archive([[path]], folder / f"flood.{name}.{threshold}", 3, ("json", "csv"), option)
            floods += found["json"].count('"name":"syn_flood"')
            yield from compare(f"{name} with {option}", found, ["--join", path], option)
    if floods < 3:
        yield f"there are {floods} floods: this proves little"


def cut_datagrams(folder):
    """Fragments in files of different tasks are counted, and nothing else changes; those of one task are put together, and those of
    different taps by nobody."""
    for path in sorted(tshark.CAPTURES.glob("fragments*")):
        capture, counts = cutting.Capture.read(path, folder), []
        for place in range(1, len(capture.packets), 2):
            pieces = [capture.write(folder / f"{path.stem}.{place}.{i}", some)
                      for i, some in enumerate((capture.packets[:place], capture.packets[place:]))]
            expected = pcaplife("json", "--join", *pieces).stdout
            two = archive([[pieces[0]], [pieces[1]]], folder / f"{path.stem}.{place}", 2, ["json"])["json"]
            one = archive([pieces], folder / f"{path.stem}.{place}.one", 1, ["json"])["json"]
            counts.append(two.cut)
            if two.cut and not all(re.search(rf"frame \d+ of {re.escape(str(piece))}(?:,|$)", two.example) for piece in pieces):
                yield f"{path.stem} cut before packet {place + 1}: {two.example}"
            if one != expected or one.cut or one.joined or two != expected and not two.cut and not two.joined:
                yield f"{path.stem} cut before packet {place + 1}: {two.cut} and {one.cut} datagrams cut"
        if all(counts) or not any(counts) and path.stem == "fragments":
            yield f"{path.stem}: {counts}"
        taps = [f"--tap={i}={capture.write(folder / f'{path.stem}.tap{i}', some)}" for i, some in enumerate((capture.packets[::2], capture.packets[1::2]))]
        found = archive([[tap] for tap in taps], folder / f"{path.stem}.taps", 1, ["json"])["json"]
        if found != pcaplife("json", "-q", *taps).stdout or found.cut:
            yield f"{path.stem} in two taps: {found.cut} datagrams cut"


def sum_of(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


SYN, ACK, FIN, RST = 2, 16, 1, 4
SERVER = 80
RAW_IP = cutting.Capture(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 65535, 101), [])


def packet(time_ns, source, destination, flags, seq, ack, is_damaged=False):
    """Sockets are (the address's last byte, port)."""
    addresses = bytes([10, 0, 0, source[0], 10, 0, 0, destination[0]])
    tcp = struct.pack(">HHIIBBHHH", source[1], destination[1], seq, ack, 0x50, flags, 8192, 0, 0)
    right = sum_of(addresses + struct.pack(">HH", 6, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack(">H", right ^ 0x1234 if is_damaged else right) + tcp[18:]
    data = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), seq & 0xffff, 0, 64, 6, 0) + addresses + tcp
    return struct.pack("<IIII", time_ns // 10**9, time_ns % 10**9, len(data), len(data)) + data


def life_of(begin_ns, client, server, damaged=()):
    """From SYN to the last ACK, or to the RST that refuses it; `damaged`: of which segments the checksums are wrong."""
    last = [(client, ACK, 2, 2), (client, FIN | ACK, 2, 2), (server, FIN | ACK, 2, 3), (client, ACK, 3, 3)]
    segments = [(client, SYN, 1, 0), (server, SYN | ACK, 1, 2), *last] if server[1] == SERVER else [(client, SYN, 1, 0), (server, RST | ACK, 0, 2)]
    return [packet(begin_ns + i * 10**6, sender, server if sender == client else client, *rest, i in damaged)
            for i, (sender, *rest) in enumerate(segments)]


def day_of_hosts(chance, lives=60, hosts=4, damage=0.1):
    """Lives between a few hosts, of which one leaves its checksums to the card; some segments of the others are damaged."""
    packets = []
    for i in range(lives):
        client, server = ((host, port) for host, port in zip(chance.sample(range(hosts), 2), (2000 + i, chance.choice((SERVER, SERVER, 81)))))
        damaged = {place for place in range(6) if chance.random() < damage or (client, server)[place in (1, 4)][0] == 0 and place != 0}
        packets += life_of(i * 5 * 10**6, client, server, damaged)
    return sorted(packets, key=RAW_IP.time_ns)


def judged_by_hosts(folder):
    """A wrong checksum is judged by what the host's other connections have shown, in whichever parts they lie: where a part was
    answered otherwise than one run is, it is reduced once more, or told of; else nothing is said, and nothing done twice."""
    rights, path = 3, folder / "hosts.pcap"
    for what, port, captured in (("SYN,ACK", SERVER, (0, 1)), ("FIN", SERVER, (0, 2, 3, 4)), ("RST", 81, (0, 1))):
        lives = [life_of(i * 10**9, (1, 2000 + i), (9, port), captured[-1:] if i == rights else ()) for i in range(rights + 1)]
        RAW_IP.write(path, [life[place] for life in lives for place in captured])
        found = archive([[path]], folder / what, 8, FORMS)
        yield from compare(what, found, ["--join", path])
        once = pcaplife("result", *reduced("json", folder / what, 8))
        if found["json"].rounds != 1 or once.returncode or once.stdout == found["json"] or f" connection {rights} may be otherwise" not in once.stderr:
            yield f"{what}: {found['json'].rounds} rounds, {once.returncode}, {once.stderr!r}"
    RAW_IP.write(path, [one for i in range(rights) for one in life_of(i * 10**9, (1, 2000 + i), (9, SERVER), (1, 4))])
    found = archive([[path]], folder / "card", 8, FORMS)
    yield from compare("a card", found, ["--join", path])
    if found["json"].rounds or found["json"].count('"open":"three-way"') != rights:
        yield f"a host that leaves its checksums to the card: {found['json'].rounds} rounds"


def in_fragments(packet, identification):
    """A packet as packet() makes it, in two fragments."""
    time, ip, tcp = packet[:8], packet[16:36], packet[36:]
    return [time + struct.pack("<II", 20 + len(data), 20 + len(data)) + ip[:2] + struct.pack(">HHH", 20 + len(data), identification, place) + ip[8:] + data
            for data, place in ((tcp[:16], 0x2000), (tcp[16:], 2))]


FIN_PLACE = 3  # in life_of(); it is the client's


def life_in_fragments(begin_ns, port, identification, is_whole):
    """The FIN is in two fragments, of which the last one may be missing."""
    life = life_of(begin_ns, (1, port), (9, SERVER))
    return life[:FIN_PLACE] + in_fragments(life[FIN_PLACE], identification)[:1 + is_whole] + life[FIN_PLACE + 1:]


def joined_datagrams(folder):
    """One run puts together what is left of a datagram that is not whole with a later one of the same name; where that one is in another
    task's files, this is said, and nothing is said where it is not so."""
    broken, again, far, left, whole, more = (folder / f"{name}.pcap" for name in ("broken", "again", "far", "left", "whole", "more"))
    for what, later_s, names, tasks, joined, cut in (("another task's", 20, (7,), [[broken], [whole]], 1, 0),
                                                     ("another task's, and one more", 20, (7,), [[broken], [more], [whole]], 1, 0),
                                                     ("another task's, twice", 20, (7, 8), [[broken], [whole]], 2, 0),
                                                     ("between two of one task", 20, (7,), [[broken, again], [whole]], 1, 0),
                                                     ("before two of one task", -20, (7,), [[broken, again], [whole]], 0, 0),
                                                     ("behind two of one task", 60, (7,), [[broken, again], [whole]], 0, 0),
                                                     ("of another name between two of one task", 20, (9,), [[broken, again], [whole], [far]], 0, 0),
                                                     ("before two of one task, and far behind", -20, (7,), [[broken, again], [whole], [more], [far]], 0, 0),
                                                     ("around two of one task", -20, (7,), [[broken, again], [whole, far]], 0, 0),
                                                     ("the same task's", 20, (7, 8), [[broken, whole], [more]], 0, 0),
                                                     ("the same task's, earlier", -20, (7, 8), [[broken, whole, more]], 0, 0),
                                                     ("of another name", 20, (9,), [[broken], [whole]], 0, 0),
                                                     ("an earlier one", -20, (7, 8), [[broken], [whole]], 0, 0),
                                                     ("of another tap", 20, (7, 8), [[f"--tap=a={broken}"], [f"--tap=b={whole}"]], 0, 0),
                                                     ("not whole, either", 20, (7,), [[broken, again, left], [far]], 0, 1)):
        RAW_IP.write(broken, [one for i in (7, 8) for one in life_in_fragments((100 + i) * 10**9, 2000 + i, i, False)])
        RAW_IP.write(whole, [one for i in names for one in life_in_fragments((100 + later_s + i) * 10**9, 3000 + i, i, True)])
        RAW_IP.write(more, life_in_fragments(130 * 10**9, 4000, 10, True))
        RAW_IP.write(again, life_in_fragments(140 * 10**9, 5000, 7, True))
        RAW_IP.write(left, life_in_fragments(190 * 10**9, 6000, 7, False))
        RAW_IP.write(far, life_in_fragments(200 * 10**9, 7000, 7, not cut))
        found = archive(tasks, folder / what, 2, ["json"])["json"]
        expected = pcaplife("json", "-q", *([] if "tap" in what else ["--join"]), *(word for words in tasks for word in words)).stdout
        if (found.joined, found.cut, found != expected) != (joined, cut, joined > 0):
            yield f"{what}: {found.joined} joined, {found.cut} cut, {'not ' * (found != expected)}as one run"
        if joined and not re.fullmatch(rf"(of one: )?frame (4|10) of {re.escape(str(broken))}", found.joined_example):
            yield f"{what}: {found.joined_example}"
        if cut and found.example != f"frame 4 of {left}, and frame 4 of {far}":
            yield f"{what}: {found.example}"


def many_joined_datagrams(folder):
    """The same of many, in files that are dealt to two tasks at random, or follow each other: where the answer is not that of one run,
    this is said."""
    told = 0
    for seed in range(40):
        chance, packets = random.Random(seed), []
        for i in range(20):
            life = life_in_fragments(i * 10**9, 2000 + i, chance.randrange(6), True)
            packets += [one for one in life if chance.random() < 0.9]
        pieces = [RAW_IP.write(folder / f"{seed}.{i}.pcap", packets[i * 20:(i + 1) * 20 if i < 4 else None]) for i in range(5)]
        deals = sorted(chance.choice((0, 1)) for _ in pieces[2:]) if seed % 2 else [chance.choice((0, 1)) for _ in pieces[2:]]
        deals = [0, *deals, 1]
        tasks = [[piece for piece, deal in zip(pieces, deals) if deal == task] for task in (0, 1)]
        found = archive(tasks, folder / f"many{seed}", 2, ["json"])["json"]
        is_same = found == pcaplife("json", "-q", "--join", *pieces).stdout
        if not is_same and not found.joined and not found.cut:
            yield f"seed {seed}: not as one run, and nothing is said of it"
        told += not is_same and not found.cut
    if not told:
        yield "all that differs is told of for another reason: this proves little"


def many_hosts(folder):
    """The same of many, one of which changes what the next one is judged by."""
    rounds = []
    for seed in range(12):
        path = RAW_IP.write(folder / f"hosts{seed}.pcap", day_of_hosts(random.Random(seed)))
        found = archive([[path]], folder / f"hosts{seed}", 8, FORMS)
        yield from compare(f"hosts of seed {seed}", found, ["--join", path])
        rounds.append(found["json"].rounds)
    if max(rounds) < 2:
        yield f"no part was reduced twice: {rounds}"


def no_flags(folder):
    """Of a capture of SYN, FIN and RST segments it is known that more was sent, until a segment comes that only acknowledges: in
    whichever part. One without any flag tells nothing of that, be it a scan's or not."""
    flags, told = 16 + 14 + 20 + 13, {}
    captures = [cutting.Capture.read(tshark.CAPTURES / f"{name}.pcap", folder) for name in ("third_ack_lost", "tw_new_syn")]
    (syn, *rest), later = ([capture.at_ns(packet, i * 10**9 + capture.time_ns(packet) - capture.time_ns(capture.packets[0]))
                            for packet in capture.packets if packet[flags] & 7] for i, capture in enumerate(captures))
    for what, flag in (("nothing", 2), ("no flag", 0), ("only ACK", 16)):
        path = cutting.Capture(captures[0].head, []).write(
            folder / "no_flags.pcap", [syn, syn[:flags] + bytes([flag]) + syn[flags + 1:], *later, *rest])
        for parts in (1, 2, 3, 5):
            found = archive([[path]], folder / f"{flag}.{parts}", parts, ["json"])
            yield from compare(f"{what} behind the SYN, {parts} parts", found, ["--join", path])
        told[what] = [line for line in found["json"].splitlines() if '"connection":0,' not in line]
    if told["nothing"] != told["no flag"] or told["nothing"] == told["only ACK"]:
        yield "the other connection's record does not depend on what only acknowledges"


def long_record(folder):
    """A record that no block of a stream has room for."""
    path, large = tshark.CAPTURES / "bulk_lossy.pcap", folder / "large.pcap"
    capture = cutting.Capture.read(path, folder)
    head, copies = capture.packets[:192], 120000  # of the FIN that was sent again, each an IP datagram of its own
    fin, begin = head[-1], capture.time_ns(head[-1])
    again = (fin[:34] + struct.pack(">H", i % 65536) + fin[36:] for i in range(copies))
    capture.write(large, [*head, *(capture.at_ns(packet, begin + 10**6 * i) for i, packet in enumerate(again))])
    found = archive([[large]], folder / "large", 2, ["json"])
    if len(found["json"]) < 1 << 24:
        yield f"a record of {len(found['json'])} bytes: this proves little"
    yield from compare("a long record", found, ["--join", large])


def many_slices(folder):
    """More tasks whose files lie between each other's than a process may have files open."""
    capture, tasks, may_open = cutting.Capture.read(tshark.CAPTURES / "bulk_lossy.pcap", folder), 80, 64
    pieces = [capture.write(folder / f"slice{i:03}.pcap", capture.packets[i::2 * tasks]) for i in range(2 * tasks)]
    for i in range(tasks):
        run("map", "-q", "--parts=1", "-o", folder / "slices", pieces[i], pieces[tasks + i])
    done = subprocess.run(["prlimit", f"--nofile={may_open}", PROGRAM, "reduce", "json", "--part=0", "-o", folder / "r", folder / "slices"],
                          capture_output=True, text=True)
    if done.returncode != 0 or run("result", folder / "r") != pcaplife("json", "-q", "--join", *pieces).stdout:
        yield f"{tasks} tasks, and {may_open} open files: {done.returncode}, {done.stderr!r}"


def damaged_capture(folder):
    path = tshark.CAPTURES / "bulk_lossy.pcap"
    bad = folder / "cut.pcap"
    bad.write_bytes(path.read_bytes()[:-5])
    to = folder / "cut"
    done = pcaplife("map", "--parts=1", "-o", to, bad, folder / "missing.pcap")
    if done.returncode != 1 or "ends in the middle of a packet" not in done.stderr or "missing.pcap cannot" not in done.stderr or done.stderr.count("\n") != 2:
        yield f"map of damaged files: {done.returncode}, {done.stderr!r}"
    run("reduce", "json", "-o", to / "r", *streams(to, 0))
    expected, found = pcaplife("json", "--join", bad, folder / "missing.pcap"), pcaplife("result", to / "r")
    if (found.returncode, found.stdout, sorted(found.stderr.splitlines())) != (2, expected.stdout, sorted(expected.stderr.splitlines())):
        yield f"the result of damaged files: {found.stderr!r}, not {expected.stderr!r}"


def again_and_killed(folder):
    path, to = tshark.CAPTURES / "bulk_lossy.pcap", folder / "again2"
    run("map", "-q", "--parts=2", "-o", to, path)
    before = {stream.name: stream.read_bytes() for stream in to.iterdir()}
    run("map", "-q", "--parts=2", "-o", to, path)
    if {stream.name: stream.read_bytes() for stream in to.iterdir()} != before:
        yield "a task that runs twice writes something else"
    large = folder / "large.pcap"
    capture = cutting.Capture.read(path, folder)
    capture.write(large, capture.packets * 2000)
    to = folder / "killed"
    task = subprocess.Popen([PROGRAM, "map", "-q", "--parts=2", "-o", to, large], stdin=subprocess.DEVNULL)
    while task.poll() is None and not (to.is_dir() and len(list(to.iterdir())) == 3):
        time.sleep(0.01)
    task.send_signal(signal.SIGKILL)
    task.wait()
    if any(re.search(r"\.(p\d+|times)$", stream.name) for stream in to.iterdir()):
        yield "a task that was killed leaves streams"


def is_killed_while_writing(words, output):
    """False: it came to its end."""
    output.unlink(missing_ok=True)
    task = subprocess.Popen([PROGRAM, *words], stdin=subprocess.DEVNULL)
    while task.poll() is None and not list(output.parent.glob(f"{output.name}*")):
        pass
    task.send_signal(signal.SIGKILL)
    return task.wait() != 0 and not output.exists()


def reduced_again(folder):
    """A part that several tasks reduce at once, or that one was killed at, is the same, and nothing else is left."""
    large, to = folder / "large.pcap", folder / "reduced"
    with large.open("wb") as file:
        subprocess.run([tshark.BUILD / "tests" / "make_capture", "lives", "2000"], stdout=file, check=True)
    run("map", "-q", "--parts=2", "-o", to / "streams", large)
    words = [["reduce", "json", f"--part={part}", "-o", to / f"r{part}", to / "streams"] for part in range(2)]
    for one in words:
        run(*one)
    before = {path.name: path.read_bytes() for path in to.glob("r*")}
    tasks = [subprocess.Popen([PROGRAM, *words[i % 2]], stdin=subprocess.DEVNULL) for i in range(6)]
    if any([task.wait() for task in tasks]) or {path.name: path.read_bytes() for path in to.glob("r*")} != before:
        yield f"tasks that reduce the same parts at once: {sorted(path.name for path in to.iterdir())}"
    if not any(is_killed_while_writing(words[0], to / "r0") for _ in range(50)):
        yield "no task was killed while it wrote: this proves little"
    run(*words[0])
    if (to / "r0").read_bytes() != before["r0"] or run("result", to / "r0", to / "r1") != pcaplife("json", "--join", "-q", large).stdout:
        yield "a part that is reduced again behind a killed task is another one"


DAY_FLOODS = "--syn-flood-threshold=5"


def with_flood(capture, folder):
    """A SYN flood in the middle of the capture."""
    flood = cutting.Capture.read(tshark.CAPTURES / "syn_flood.pcap", folder)
    later = capture.time_ns(capture.packets[len(capture.packets) // 2]) - flood.time_ns(flood.packets[0])
    packets = [*capture.packets, *(capture.at_ns(packet, flood.time_ns(packet) + later) for packet in flood.packets)]
    return cutting.Capture(capture.head, sorted(packets, key=capture.time_ns))


def synthetic_day(folder, lives=1500):
    """Lives, a hundred at once, and a SYN flood, in 50 rotated files of two taps: one direction each, copies of some, and a
    clock 1 ms off."""
    whole = folder / "day.pcap"
    with whole.open("wb") as file:
        subprocess.run([tshark.BUILD / "tests" / "make_capture", "lives", str(lives)], stdout=file, check=True)
    capture, chance = with_flood(cutting.Capture.read(whole, folder), folder), random.Random(2)
    other = [packet for packet in capture.packets if packet[50:52] == b"\0\x50"]  # the server's port sends
    copies = {packet for packet in other if chance.random() < 0.1}
    early = [packet for packet in capture.packets if packet in copies or packet[50:52] != b"\0\x50"]
    late = [capture.at_ns(packet, capture.time_ns(packet) + 10**6) for packet in other]
    words, tasks = [], []
    for tap, packets in zip("ab", (early, late)):
        part = cutting.Capture(capture.head, packets)
        paths = cutting.write_pieces(part, cutting.in_pieces(part, set(range(0, len(packets), len(packets) // 24))), folder, f"day{tap}")
        words.append(f"--tap={tap}={','.join(map(str, paths))}")
        tasks += [[f"--tap={tap}={','.join(map(str, paths[i::3]))}"] for i in range(3)]
    if len(other) < 3 * lives or not copies:
        yield f"a day of {len(other)} segments of servers and {len(copies)} copies"
    found = archive(tasks, folder / "day", 4, FORMS, DAY_FLOODS)
    if '"name":"syn_flood"' not in found["json"]:
        yield "a day without a flood"
    yield from compare("a synthetic day", found, words, DAY_FLOODS)


def long_day(folder):
    return synthetic_day(folder, 100000)


def tool(*words):
    return subprocess.run([tshark.ROOT / "tools" / "archive", *words], capture_output=True, text=True, timeout=600,
                          stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C", "PCAPLIFE": str(PROGRAM)})


def whole_archive(folder):
    """tools/archive: a first run that is ended in the middle, and a second one; a file that is damaged, and one that is missing."""
    path = tshark.CAPTURES / "syn_flood.pcap"
    capture, chance = cutting.Capture.read(path, folder), random.Random(1)
    taps = [cutting.write_pieces(capture, cutting.at_random(cutting.Capture(capture.head, packets), chance), folder, f"whole{tap}")
            for tap, packets in enumerate(cutting.by_direction(capture))]
    bad, to = folder / "whole.bad.pcap", folder / "whole"
    bad.write_bytes((tshark.CAPTURES / "bulk_lossy.pcap").read_bytes()[:-5])
    given = [f"--tap=b={','.join(map(str, taps[1]))}", *taps[0], bad, folder / "whole.missing.pcap"]
    words = ["run", "--parts=3", "--a-task=2", "--jobs=2", "-o", to, *given]
    first = subprocess.Popen([tshark.ROOT / "tools" / "archive", *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, env={**os.environ, "PCAPLIFE": str(PROGRAM)}, start_new_session=True)
    while first.poll() is None and not list(to.glob("done/*")):
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    done = tool(*words)
    maps = len(list((to / "tasks").iterdir()))
    for said in (f"maps: {maps} of {maps}\n", "json: 3 of 3 parts\n", "whole.bad.pcap ends in the middle", "whole.missing.pcap cannot be read"):
        if done.returncode != 0 or said not in done.stdout:
            yield f"tools/archive run: {done.returncode}, {done.stdout!r}, {done.stderr!r}, and no {said!r}"
    for form in ("json", "csv", "zeek"):
        expected, found = pcaplife(form, "--join", *given), tool("result", form, to)
        if (found.returncode, found.stdout) != (expected.returncode, expected.stdout):
            yield f"tools/archive result {form}: {found.returncode}, {found.stdout:.300}, {found.stderr}"
    for wrong, said in ((["run", "--parts=4", "-o", to, *given], "of other files or options"), (["run", "--slim", "--parts=3", "-o", to, *given], "of other files or options"), (["run", "-o", to], "no FILE is named"),
                        (["run", path], "-o DIR is needed"), (["result", "text", to], "json, csv or zeek"), (["status", folder], "is no folder of"),
                        (["run", "--parts=x", "-o", to, path], "are numbers from 1"), (["run", "--what", "-o", to, path], "no option --what")):
        done = tool(*wrong)
        if done.returncode != 2 or said not in done.stderr or done.stderr.count("\n") != 1:
            yield f"tools/archive {wrong}: {done.returncode}, {done.stderr!r}"


def whole_archive_of_hosts(folder):
    """tools/archive reduces parts once more that other parts' hosts concern, and says nothing of it."""
    path, to = RAW_IP.write(folder / "hosts.pcap", day_of_hosts(random.Random(0))), folder / "whole"
    done = tool("run", "--parts=8", "-o", to, path)
    before = {one.name: one.read_bytes() for one in to.glob("records/json.r*")}
    for form in (*FORMS, "json"):
        found = tool("result", form, to)
        said = re.findall("^(?:pcaplife|tools/archive): .*", found.stderr, re.MULTILINE)  # and what GNU parallel makes lscpu say is not ours
        if done.returncode or (found.returncode, found.stdout, said) != (0, pcaplife(form, "-q", "--join", path).stdout, []):
            yield f"tools/archive result {form}: {done.returncode}, {found.returncode}, {found.stdout:.300}, {found.stderr}"
    if before == {one.name: one.read_bytes() for one in to.glob("records/json.r*")}:
        yield "no part was reduced once more: this proves little"


MADE = (every_damage, long_record, cut_datagrams, joined_datagrams, many_joined_datagrams, judged_by_hosts, many_hosts, no_flags, many_slices, whole_archive, whole_archive_of_hosts, synthetic_day, flood, versions, refused, damaged_capture,
        again_and_killed, reduced_again)


def check_made(one):
    with tempfile.TemporaryDirectory() as folder:
        try:
            return [*one(Path(folder))]
        except Failed as failure:
            return [f"{one.__name__}: {failure}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--all", action="store_true", help="every capture at hand, cut in all ways")
    parser.add_argument("capture", nargs="*", type=Path, help="these alone")
    words = parser.parse_args()
    folders = (tshark.CAPTURES, tshark.SHARED / "captures", tshark.SHARED / "lab") if words.all else (tshark.CAPTURES,)
    chosen = words.capture or sorted(
        path for folder in folders for path in folder.rglob("*") if path.name.endswith((".pcap", ".pcapng", ".dmp.gz")))
    made = () if words.capture else (long_day, *MADE) if words.all else MADE
    jobs = [lambda one=one: check_made(one) for one in made]
    jobs += [lambda path=path: check(path, words.all) for path in chosen]
    problems = [problem for some in tshark.each(lambda job: job(), jobs) for problem in some]
    tshark.report(problems, f"{len(chosen)} captures as archives")


if __name__ == "__main__":
    main()
