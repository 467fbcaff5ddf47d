#!/usr/bin/python3
"""Files that are one capture are told as one: `tests/command_joined.py [CAPTURE…]`.

Promises that every capture of the repository, and of ../shared where that is present,
- cut at random, by time and by size (those of ../shared in one of these ways), its pieces named in any order, gives with --join the same JSON, CSV and Zeek's log
  as the whole one, but for `file` and `files`, which name the pieces that each connection is in;
- cut in its two directions, with a --tap each, gives what they give merged by time;
and that
- every subcommand takes --join and --tap;
- fragments in several pieces are one datagram, and what two taps captured of one segment are copies;
- of a damaged piece all is told up to the damage, of a missing one nothing, and the others are read;
- what cannot be joined is one sentence.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import csv
import io
import json
import random
import re
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

import cutting
import tshark

PROGRAM = tshark.BUILD / "command" / "pcaplife"


def pcaplife(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL,
                          env={"LC_ALL": "C"})


def records(*words):
    return [json.loads(line) for line in pcaplife("json", "--quiet", *words).stdout.splitlines()]


def without_files(found):
    return [{key: value for key, value in record.items() if key not in ("file", "files")} for record in found]


def lines(subcommand, *words):
    """CSV without the columns that name files; Zeek's log."""
    text = pcaplife(subcommand, "--quiet", *words).stdout
    return without_columns(text, "file", "files") if subcommand == "csv" else text.splitlines()


def without_columns(text, *names):
    rows = list(csv.reader(io.StringIO(text)))
    places = [place for place, name in enumerate(rows[0]) if name not in names]
    return [[row[place] for place in places] if len(row) == len(rows[0]) else row for row in rows]


def tap_words(paths):
    return [f"--tap={chr(ord('a') + number)}={','.join(map(str, files))}" for number, files in enumerate(paths)]


def compare_lines(what, whole, words, subcommand):
    if lines(subcommand, whole) != lines(subcommand, *words):
        yield f"{what}: {subcommand} is not that of the whole"


def format_of(name):
    """CSV or Zeek's log beside JSON: of each capture one."""
    return ("csv", "zeek")[zlib.crc32(name.encode()) % 2]


def check_cut(name, capture, whole, folder, chance, is_own):
    expected = records(whole)
    chosen = chance.randrange(len(cutting.CUTS))
    for number, (how, cut) in enumerate(cutting.CUTS.items()):
        if number != chosen and not is_own:
            continue
        what = f"{name} cut {how}"
        pieces = cut(capture, chance)
        words = ["--join", *cutting.write_pieces(capture, pieces, folder, f"{number}.")]
        in_order = [folder / f"{number}.{piece}.pcap" for piece in range(len(pieces))]
        found = records(*words)
        if without_files(found) != without_files(expected):
            yield f"{what}: JSON is not that of the whole"
        for record in found:
            files = cutting.files_of(in_order, cutting.firsts_of(pieces), record)
            if record["file"] != files[0]["file"] or record["files"] != files:
                yield f"{what}: connection {record['connection']} is in {record['file']}, {record['files']}, not {files}"
        if number == chosen:
            yield from compare_lines(what, whole, words, format_of(name))


def check_taps(name, capture, folder):
    """Two taps of two files each, where their first packets allow that."""
    taps = cutting.by_direction(capture)
    if not all(taps):
        return
    whole = capture.write(folder / "merged.pcap", cutting.merged(capture, taps))
    paths = [[capture.write(folder / f"tap{tap}.{piece}.pcap", some)
              for piece, some in enumerate(cutting.in_pieces(cutting.Capture(capture.head, packets), {len(packets) // 2}))]
             for tap, packets in enumerate(taps)]
    words = tap_words(paths)
    if without_files(records(*words)) != without_files(records(whole)):
        yield f"{name} in two directions: JSON is not that of both merged"
    if format_of(name) == "csv":
        yield from compare_lines(f"{name} in two directions", whole, words, "csv")


def check(path):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        capture = cutting.Capture.read(path, folder)
        if not capture.packets:
            return []
        whole = capture.write(folder / "whole.pcap", capture.packets)
        chance = random.Random(path.name)
        return [*check_cut(path.name, capture, whole, folder, chance, path.parent == tshark.CAPTURES), *check_taps(path.name, capture, folder)]


# ---- made for the purpose -----------------------------------------------------------------------------------------

def subcommands():
    return re.findall(r"^  ([a-z]+)  +\S", pcaplife("--help").stdout, re.MULTILINE)


def every_subcommand(folder):
    path = tshark.CAPTURES / "bulk_lossy.pcap"
    capture = cutting.Capture.read(path, folder)
    pieces = cutting.write_pieces(capture, cutting.at_random(capture, random.Random(1)), folder, "every")
    taps = [[capture.write(folder / f"every.{tap}.pcap", packets)] for tap, packets in enumerate(cutting.by_direction(capture))]
    names = subcommands()
    if len(names) < 10:
        yield f"pcaplife --help names {names}"
    for name in names:
        expected = pcaplife(name, path)
        for words in (["--join", *pieces], tap_words(taps)):
            found = pcaplife(name, *words)
            first = re.escape(str(words[-len(pieces)] if "--join" in words else taps[0][0]))
            text = re.sub(rf"{first} and \d+ more files?", str(path), found.stdout)
            text = re.sub(r'"files":\[.*?\],', "", re.sub(rf"{re.escape(str(folder))}/[\w.]+", str(path), text))
            if name == "csv":
                text, expected.stdout = (without_columns(some, "file", "files") for some in (text, pcaplife(name, path).stdout))
            if name == "html":  # a page made of the records; not every build has it
                text, expected.stdout = bool(text), bool(expected.stdout)
            if found.returncode != expected.returncode or text != expected.stdout:
                yield f"{name} {' '.join(map(str, words))}: {found.stderr}\n{text!r:.600}\nand not\n{expected.stdout!r:.600}"


def ipv4(protocol, payload, identification, offset=0, more=False):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), identification, offset // 8 | more << 13, 64, protocol, 0,
                       bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
    return head + payload


def frame(microseconds, packet):
    data = bytes(12) + b"\x08\x00" + packet
    return struct.pack("<IIII", 1000, microseconds, len(data), len(data)) + data


def fragments(folder):
    """A SYN in two fragments, each in a file of its own; and captured at two taps."""
    syn = struct.pack(">HHIIHHHHI", 1000, 80, 1, 0, 0x6002, 1000, 0, 0, 0x02040400)
    packets = [ipv4(6, syn[:8], 7, more=True), ipv4(6, syn[8:], 7, offset=8)]
    capture = cutting.Capture(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, cutting.ETHERNET), [])
    taps = [[capture.write(folder / f"fragment{tap}{number}.pcap", [frame(100 * number + tap, packet)])
             for number, packet in enumerate(packets)] for tap in (0, 1)]
    for what, words, segments in (("one tap", ["--join", *taps[0]], 1), ("two taps", tap_words(taps), 2)):
        counted = pcaplife("counts", *words).stdout
        if f" {segments} TCP segments, 1 connection\n" not in counted:
            yield f"fragments in several files, {what}: {counted}"
        if [record["handshake_syn_retransmissions"] for record in records(*words)] != [0]:
            yield f"fragments in several files, {what}: a copy is a retransmission"


def copies(folder):
    """The same traffic at two taps, half a millisecond apart."""
    for name in ("bulk_clean", "half_close"):
        if name not in tshark.captures():
            continue
        path = tshark.capture_file(name)
        capture = cutting.Capture.read(path, folder)
        later = [capture.at_ns(packet, capture.time_ns(packet) + 500000) for packet in capture.packets]
        words = [path, f"--tap=other={capture.write(folder / 'later.pcap', later)}"]
        expected, found = records(path), records(*words)
        for one, other in zip(expected, found, strict=True):
            for key in ("open", "close", "client_bytes", "server_bytes", "handshake_syn_retransmissions",
                        "teardown_fin_retransmissions", "handshake_time"):
                if one[key] != other[key]:
                    yield f"{name} at two taps: {key} is {other[key]}, not {one[key]}"
        if found[0]["client_segments"] != 2 * expected[0]["client_segments"]:
            yield f"{name} at two taps: {found[0]['client_segments']} segments"


def damage(folder):
    path = tshark.CAPTURES / "bulk_lossy.pcap"
    capture = cutting.Capture.read(path, folder)
    third = len(capture.packets) // 3
    pieces = [capture.packets[:third], capture.packets[third:2 * third], capture.packets[2 * third:]]
    paths = [capture.write(folder / f"damage{number}.pcap", packets) for number, packets in enumerate(pieces)]
    paths[1].write_bytes(paths[1].read_bytes()[:-7])
    for what, others, left, said in (
            ("a cut piece", paths, [*pieces[0], *pieces[1][:-1], *pieces[2]], f"damage1.pcap ends in the middle of a packet, after frame {third - 1}"),
            ("a missing piece", [paths[0], folder / "missing.pcap", paths[2]], [*pieces[0], *pieces[2]], "missing.pcap cannot be read")):
        done = pcaplife("json", "--join", *others)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        if done.returncode != 2 or said not in done.stderr or done.stderr.count("\n") != 1:
            yield f"{what}: {done.returncode}, {done.stderr!r}"
        if without_files(found) != without_files(records(capture.write(folder / "left.pcap", left))):
            yield f"{what}: the others are not told"
    done = pcaplife("json", "--join", folder / "missing.pcap", folder / "text")
    if done.returncode != 2 or done.stdout or done.stderr.count("\n") != 2:
        yield f"nothing can be read: {done}"


def refused(folder):
    path = tshark.CAPTURES / "refused.pcap"
    empty = folder / "empty"
    empty.mkdir()
    for words, said in ((["--join", path, "-"], "the standard input can be read only once"),
                        (["--tap=a=-"], "the standard input can be read only once"),
                        (["--join", "/dev/null"], "/dev/null can be read only once"),
                        (["--join", path, path], "is named twice"), ([path, f"--tap=a={path}"], "is named twice"),
                        (["--tap=a"], "--tap is NAME=FILE"), (["--tap==a"], "--tap is NAME=FILE"), (["--join"], "no FILE is named"),
                        (["--join", empty], "is a folder without a capture file"),
                        (["--join", path, f"--output={path}"], "would overwrite")):
        done = pcaplife("json", *words)
        if done.returncode != 2 or done.stdout or said not in done.stderr or done.stderr.count("\n") != 1:
            yield f"{words}: {done.returncode}, {done.stderr!r}, expected {said!r}"
    done = pcaplife("counts", "--join", folder / "empty", path)
    if done.returncode != 2 or "1 connection" not in done.stdout:
        yield f"an empty folder and a file: {done}"


def made():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        return [problem for check_one in (every_subcommand, fragments, copies, damage, refused) for problem in check_one(folder)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("capture", nargs="*", type=Path, help="these alone")
    chosen = parser.parse_args().capture or sorted(
        path for folder in (tshark.CAPTURES, tshark.SHARED / "captures", tshark.SHARED / "lab")
        for path in folder.rglob("*") if path.name.endswith((".pcap", ".pcapng", ".dmp.gz")))
    problems = [*made(), *(problem for some in tshark.each(check, chosen) for problem in some)]
    tshark.report(problems, f"{len(chosen)} captures cut in pieces, and in directions")


if __name__ == "__main__":
    main()
