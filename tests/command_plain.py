#!/usr/bin/python3
"""Of an ordinary pcap file pcaplife reads the packets without libwiretap: `tests/command_plain.py`.

Promises that nobody can tell: what it writes of a file, what it complains of and its exit code are those of the same bytes
on the standard input, which libwiretap reads from the first record to the last. Asked of
- every stored capture that is a pcap file, and of one with more packets than are read at once;
- those cut off anywhere, in a header, in a record, between two;
- those with fields of records and of the file's header that no program writes, or other ones than tcpdump;
- those with bytes that are anything.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import random
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import made_lives
import tshark

PROGRAM = tshark.BUILD / "command" / "pcaplife"
FILE_HEADER, RECORD_HEADER = 24, 16
SHORT = "last_ack_lost.client"


def tell(subcommand, path, **options):
    """Standard output, standard error and exit code; the file's name, and what is said only of files with one, left out."""
    done = subprocess.run([PROGRAM, subcommand, path], capture_output=True, timeout=tshark.HANGS, check=False,
                          **{"stdin": subprocess.DEVNULL, **options})
    name = re.escape(str(path))
    written, said = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    written = re.sub(rf'^{name}(?=: )|(?<="file":"){name}(?=")', "?", written, flags=re.MULTILINE)
    said = re.sub(rf"^pcaplife: {name}", "?", said, flags=re.MULTILINE)
    said = re.sub(r" \(--fallback runs tshark.*\)$", "", said, flags=re.MULTILINE)
    return written, said, done.returncode


def compare(what, content, folder, subcommand="json"):
    path = folder / "compared.pcap"
    path.write_bytes(content)
    by_name = tell(subcommand, path)
    with path.open("rb") as file:
        by_libwiretap = tell(subcommand, "-", stdin=file)
    for kind, ours, theirs in zip(("standard output", "standard error", "exit code"), by_name, by_libwiretap):
        if ours != theirs:
            yield f"{what}: {kind} of {subcommand} is {str(ours)[:300]!r}, by libwiretap {str(theirs)[:300]!r}"


def records(content):
    """Where each record begins."""
    at = FILE_HEADER
    while at < len(content):
        yield at
        at += RECORD_HEADER + struct.unpack_from("<I", content, at + 8)[0]


def changed(content, at, form, *values):
    content = bytearray(content)
    struct.pack_into(form, content, at, *values)
    return bytes(content)


def cut(content, folder):
    for end in (0, 3, 4, 20, 23, 24, *(at + more for at in list(records(content))[:3] for more in (0, 1, 15, 16, 17, 60))):
        yield from compare(f"the first {end} bytes", content[:end], folder)
    for end in (len(content) - 1, len(content) - 60):
        yield from compare(f"the first {end} bytes", content[:end], folder)


def odd_records(content, folder):
    """A record's seconds, fraction, captured length and length on the wire, of the first record and of a later one."""
    starts = list(records(content))
    odd = [(0, 0x7fffffff), (0, 0x80000000), (0, 0xffffffff), (4, 999999), (4, 1000000), (4, 0xffffffff),
           (8, 0), (8, 262144), (8, 262145), (8, 0xffffffff), (12, 0), (12, 1), (12, 1 << 26), (12, (1 << 26) + 1), (12, 0xffffffff)]
    for place in (0, 2, len(starts) // 2, len(starts) - 1):
        for field, value in odd:
            yield from compare(f"{value:#x} in field {field} of record {place}",
                               changed(content, starts[place] + field, "<I", value), folder)


def odd_headers(content, folder):
    for magic in (0xa1b23c4d, 0xd4c3b2a1, 0x4d3cb2a1, 0xa1b2cd34, 0x1c0001ac, 0x1c0001ab):
        yield from compare(f"the magic number {magic:#x}", changed(content, 0, "<I", magic), folder)
    for version in ((2, 2), (2, 3), (2, 5), (1, 4), (3, 4), (543, 0)):
        yield from compare(f"version {version}", changed(content, 4, "<HH", *version), folder)
    for link in (0, 6, 9, 12, 101, 113, 228, 276, 105, 147, 0x10000001, 0x24000001, 0x00010001):
        yield from compare(f"link type {link:#x}", changed(content, 20, "<I", link), folder)
    for snapshot_length in (0, 10, 60):
        yield from compare(f"snapshot length {snapshot_length}", changed(content, 16, "<I", snapshot_length), folder)


def anything(content, folder):
    """Bytes of headers, mostly."""
    dice = random.Random(9293)
    starts = list(records(content))
    for number in range(200):
        broken = bytearray(content)
        for _ in range(dice.choice((1, 1, 2, 8))):
            at = dice.choice((dice.randrange(FILE_HEADER), dice.randrange(len(content)),
                              dice.choice(starts) + dice.randrange(RECORD_HEADER)))
            broken[at] = dice.getrandbits(8)
        yield from compare(f"anything, number {number}", bytes(broken[:dice.choice((len(broken), dice.randrange(len(broken))))]),
                           folder)


def stored(folder):
    count = 0
    for path in sorted(tshark.CAPTURES.glob("*.pcap")):
        content = path.read_bytes()
        if content[:4] not in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"):
            continue
        count += 1
        for subcommand in ("json", "verdict"):
            yield from compare(path.name, content, folder, subcommand)
    if count < 20:
        yield f"only {count} stored captures are pcap files"


def long(folder):
    content = b"".join(made_lives.lives(3000))
    yield from compare("a long capture", content, folder)
    start = list(records(content))[20000]
    yield from compare("a long capture with an odd record", changed(content, start + 4, "<I", 1000000), folder)
    yield from compare("a long capture with a bad record", changed(content, start + 8, "<I", 262145), folder)
    yield from compare("a long capture that is cut off", content[:start + 20], folder)


def main():
    content = (tshark.CAPTURES / f"{SHORT}.pcap").read_bytes()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tshark.report([*stored(folder), *long(folder), *cut(content, folder), *odd_records(content, folder),
                       *odd_headers(content, folder), *anything(content, folder)],
                      "ordinary pcap files, read with libwiretap and without")


if __name__ == "__main__":
    sys.exit(main())
