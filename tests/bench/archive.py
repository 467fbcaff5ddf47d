#!/usr/bin/python3
"""What an archive costs beside one run: `tests/bench/archive.py [--runs N] [--lives N] [CAPTURE…]`.

Prints the rows of the tables in docs/archives.md: seconds of the processor (user and system, the least of N runs) of one
run, map, all reduces and result, how many times one run's that is, and bytes a segment in the streams; then, for lives in
ten files, the time by the clock of tools/archive with one worker and with two. Of CAPTUREs only the bytes a segment.
Needs a build, GNU parallel, and a machine with nothing else to do.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import cutting  # noqa: E402
import tshark  # noqa: E402

PROGRAM = tshark.BUILD / "command" / "pcaplife"
ARCHIVE = tshark.ROOT / "tools" / "archive"


def seconds(*words):
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    before = used()
    subprocess.run([PROGRAM, *words], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return used() - before


def segments_of(capture):
    records = map(json.loads, subprocess.run([PROGRAM, "json", "-q", "--slim", capture], check=True, capture_output=True, text=True).stdout.splitlines())
    return sum(record["client_segments"] + record["server_segments"] for record in records)


def bytes_of(folder):
    return sum(path.stat().st_size for path in folder.glob("*.p*"))


def once(capture, parts, folder):
    """Seconds of one run, map, all reduces, and result."""
    streams, records = folder / "streams", [folder / f"r{part}" for part in range(parts)]
    return (seconds("json", "-q", "--join", "-o", folder / "one", capture),
            seconds("map", "-q", f"--parts={parts}", "-o", streams, capture),
            sum(seconds("reduce", "json", f"--part={part}", "-o", to, streams) for part, to in enumerate(records)),
            seconds("result", "-o", folder / "all", *records))


def row(name, capture, parts, runs):
    taken = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            taken.append(once(capture, parts, Path(folder)))
            if (Path(folder) / "one").read_bytes() != (Path(folder) / "all").read_bytes():
                sys.exit(f"{name}: the archive tells something else")
            size = bytes_of(Path(folder) / "streams")
    one, mapped, reduced, result = map(min, zip(*taken))
    print(f"| {name}, {parts} parts | {one:.2f} s | {mapped:.2f} s | {reduced:.2f} s | {result:.2f} s | "
          f"{(mapped + reduced + result) / one:.2f} | {size / segments_of(capture):.1f} |", flush=True)


def by_the_clock(whole, folder, jobs):
    capture = cutting.Capture.read(whole, folder)
    count = len(capture.packets)
    pieces = cutting.write_pieces(capture, cutting.in_pieces(capture, set(range(0, count, count // 10 + 1))), folder, "piece")
    to, begin = folder / f"jobs{jobs}", time.monotonic()
    environment = {**os.environ, "PCAPLIFE": str(PROGRAM)}
    subprocess.run([ARCHIVE, "run", "--parts=4", "--a-task=1", f"--jobs={jobs}", "-o", to, *pieces], check=True, stdout=subprocess.DEVNULL, env=environment)
    subprocess.run([ARCHIVE, "result", "json", to], check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.monotonic() - begin


def bytes_a_segment(captures):
    with tempfile.TemporaryDirectory() as folder:
        for number, capture in enumerate(captures):
            subprocess.run([PROGRAM, "map", "-q", "--parts=4", "-o", Path(folder) / str(number), capture], check=True)
        size = sum(bytes_of(Path(folder) / str(number)) for number in range(len(captures)))
    print(f"{size / sum(map(segments_of, captures)):.1f} bytes a segment")


def make(what, count, path):
    with path.open("wb") as file:
        subprocess.run([tshark.BUILD / "tests" / "make_capture", what, str(count)], stdout=file, check=True)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--lives", type=int, default=100000)
    parser.add_argument("capture", nargs="*", type=Path)
    words = parser.parse_args()
    if words.capture:
        return bytes_a_segment(words.capture)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        lives = make("lives", words.lives, folder / "lives.pcap")
        print("| | one run | map | reduce, all parts | result | of one run | bytes a segment in the streams |\n|---|---|---|---|---|---|---|")
        row(f"{words.lives:,} short lives", lives, 4, words.runs)
        row(f"{2 * words.lives:,} short lives", make("lives", 2 * words.lives, folder / "more.pcap"), 16, words.runs)
        row("one long life", make("one", 10 * words.lives, folder / "one.pcap"), 4, words.runs)
        for jobs in (1, 2):
            print(f"in ten files, workers: {jobs}: {min(by_the_clock(lives, Path(tempfile.mkdtemp(dir=folder)), jobs) for _ in range(min(words.runs, 3))):.1f} s by the clock")


if __name__ == "__main__":
    main()
