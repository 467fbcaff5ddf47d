#!/usr/bin/python3
"""`pcaplife json --live` follows a capture that goes on: `tests/command_live.py`.

Promises that
- each connection of a capture is written once, with the values that reading the file gives, but for what is of the
  moment of writing; a SYN without an answer and a silent connection are marked as idle, and nothing else is;
- memory is that of the living connections: five times as many lives take no more;
- in a network of the test's own, records of real connections come while nothing else is captured; SIGINT and SIGTERM
  end it in good order, with what is left, and so does a reader that has seen enough;
- csv and zeek do the same, and other subcommands say that they cannot.
"""
import csv
import json
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import made_lives
import own_network
import tshark

PROGRAM = tshark.BUILD / ("pcaplife" if sys.argv[1:] == ["inside"] else "command/pcaplife")
# Of the moment of writing, by its nature.
MOMENT = {"connection", "previous", "next", "client_state", "server_state", "client_state_time", "server_state_time", "presumed",
          "idle", "transitions", "experts"}
A_SECOND = 100
LIVING = 60 * A_SECOND  # at a time: each for 2 MSL


def pcaplife(*words, **options):
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=tshark.HANGS,
                          **{"stdin": subprocess.DEVNULL, **options})


def records(*words, **options):
    done = pcaplife(*words, **options)
    if done.returncode or done.stderr:
        sys.exit(f"FAILED: pcaplife {words}: exit code {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def same_records():
    """What does not depend on the moment is as when the file is read, in any order."""
    compared = 0
    for path in map(tshark.capture_file, tshark.captures()):
        live, whole = ([{key: value for key, value in record.items() if key not in MOMENT}
                        for record in records("json", *words, path)] for words in (("--live", "--idle", "0"), ()))
        compared += len(whole)
        if sorted(map(str, live)) != sorted(map(str, whole)):
            yield f"{path.name}: --live writes {live}, and without it {whole}"
    if not compared:
        yield "no capture was compared"


def feed(process, lives):
    """What a process writes of so many lives, and the most memory it has taken until it has got the last of them, in kB."""
    memory = []

    def write():
        with process.stdin as pipe:
            pipe.writelines(made_lives.lives(lives, A_SECOND))
            pipe.flush()
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            memory.append(int(re.search(r"VmHWM:\s*(\d+)", status)[1]))
    writer = threading.Thread(target=write)
    writer.start()
    said = process.stdout.read()
    writer.join()
    process.wait(tshark.HANGS)
    return said, memory[0]


def endless():
    """A few lives more than live at a time, and five times as many, take the same memory."""
    memory = {}
    for lives in (2 * LIVING, 10 * LIVING):
        with subprocess.Popen([PROGRAM, "json", "--live", "--slim", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            said, memory[lives] = feed(process, lives)
        found = [json.loads(line) for line in said.splitlines()]
        if process.returncode or sorted(record["connection"] for record in found) != list(range(lives)):
            yield f"{lives} lives: exit code {process.returncode}, {len(found)} records"
        if {record["close"] for record in found} != {"three-way"} or any("idle" in record for record in found):
            yield f"{lives} lives: not all were closed by three segments, or some were idle"
    few, many = memory.values()
    print(f"{few} kB for {2 * LIVING} lives, {many} kB for {10 * LIVING}")
    if many > few + few // 10:
        yield f"memory grows with the lives: {memory} kB"


def idle():
    """What is silent is written with how long it was, be it open or a SYN without an answer."""
    head, *lives = made_lives.lives(501, 1)
    opened, unanswered = b"".join(made_lives.packets(lives[0])[:3]), made_lives.packets(lives[2])[0]
    given = head + opened + lives[1] + unanswered + lives[500]
    for words, expected in ((("--idle", "300"), {10000: 500, 10002: 498}), (("--idle", "499"), {10000: 500, 10002: 498}),
                            ((), {10002: 498}), (("--idle", "0"), {})):
        done = subprocess.run([PROGRAM, "json", "--live", *words, "-"], input=given, capture_output=True, timeout=tshark.HANGS)
        found = {record["client_port"]: record.get("idle") for record in map(json.loads, done.stdout.splitlines())}
        if found != {port: expected.get(port) for port in (10000, 10001, 10002, 10500)}:
            yield f"{words}: idle are {found}, expected {expected}; {done.stderr}"


def refusals():
    for words, said in ((("stat", "--live", "-"), "--live is for json, csv and zeek"), (("--live", "-"), "--live is for json"),
                        (("json", "--live", "a.pcap", "b.pcap"), "--live reads one capture"),
                        (("json", "--idle", "5", "-"), "--idle is for --live"), (("json", "--live", "--idle", "-1", "-"), "--idle is a number")):
        done = pcaplife(*words)
        if done.returncode != 2 or said not in done.stderr or len(done.stderr.splitlines()) != 1:
            yield f"{words}: exit code {done.returncode}, {done.stderr!r}"


def choices():
    """What is chosen is judged by the whole record, and an error in jq ends it."""
    path = tshark.capture_file("close_4seg_client")
    for where, code, count in (('.experts | length > 0', 0, 1), ('.close == "reset"', 0, 0), ('error("no")', 2, 0)):
        done = pcaplife("json", "--live", "--slim", "--where", where, path)
        if (done.returncode, len(done.stdout.splitlines()), len(done.stderr.splitlines())) != (code, count, code // 2):
            yield f"--where {where}: {done.returncode} {done.stdout} {done.stderr}"


def other_formats():
    """A line for each connection, and what is around them."""
    path = tshark.capture_file("close_4seg_client")
    header, *rows = csv.reader(pcaplife("csv", "--live", path).stdout.splitlines())
    if len(rows) != 1 or "idle" not in header or len(rows[0]) != len(header):
        yield f"csv --live: {header} {rows}"
    if [line for line in pcaplife("zeek", "--live", path).stdout.splitlines() if line[:5] != "#open"] != \
            [line for line in pcaplife("zeek", path).stdout.splitlines() if line[:5] != "#open"]:
        yield "zeek --live does not write what zeek does"


# ---- in a network of its own ---------------------------------------------------------------------

class Capture:
    """dumpcap, and pcaplife behind it."""

    def __init__(self, *words):
        self.dump = subprocess.Popen(["dumpcap", "-q", "-i", "lo", "-f", "tcp", "-w", "-"], stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, text=True)
        self.life = subprocess.Popen([PROGRAM, *words], stdin=self.dump.stdout, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                     text=True)
        self.dump.stdout.close()
        self.said = own_network.collect(self.dump.stderr)
        own_network.wait(own_network.captures_packets, "capturing", lambda: self.said)

    def read(self, what):
        """The next record."""
        line = []
        threading.Thread(target=lambda: line.append(self.life.stdout.readline()), daemon=True).start()
        own_network.wait(lambda: line, what, lambda: self.said)
        return json.loads(line[0])

    def end(self, program, by_signal):
        """The records that are left, and what is wrong with how it ends when one of the two is ended."""
        program.send_signal(by_signal)
        left, said = self.life.communicate(timeout=tshark.HANGS)
        self.dump.terminate()
        self.dump.communicate(timeout=tshark.HANGS)
        wrong = [f"{by_signal!r}: it ends with {self.life.returncode}: {said}"] if self.life.returncode or said else []
        return [json.loads(line) for line in left.splitlines()], wrong


def prompt(server):
    """Records come while nothing else is captured."""
    capture = Capture("json", "--live", "--msl", "1", "--idle", "4", "-")
    begun = time.monotonic()
    for number in range(2):
        server.converse()
        over = capture.read("a connection that is over")
        if (over["connection"], over["close"], "idle" in over) != (number, "four-way", False):
            yield f"of a connection that is over: {over}"
    if time.monotonic() - begun < 4:
        yield "connections were told of before they were over"
    with server.connected():
        silent = capture.read("a silent connection")
    if (silent["connection"], silent["open"], silent["close"]) != (2, "three-way", "none") or silent["idle"] < 4:
        yield f"of a silent connection: {silent}"
    left, wrong = capture.end(capture.life, signal.SIGTERM)
    yield from wrong
    if [record["open"] for record in left] != ["midstream"]:
        yield f"what goes on behind its record is left as {left}"


def ends(server):
    """However it ends, what is alive is told of."""
    for of_life, by_signal in ((True, signal.SIGINT), (True, signal.SIGTERM), (False, signal.SIGINT)):
        capture = Capture("json", "--live", "--msl", "0", "-")
        with server.connected():
            server.converse()
            capture.read("the second connection")
            left, wrong = capture.end(capture.life if of_life else capture.dump, by_signal)
        yield from wrong
        if [(record["connection"], record["close"]) for record in left] != [(0, "none")]:
            yield f"{by_signal!r}: left is {left}"
    capture = Capture("json", "--live", "-")
    if capture.end(capture.life, signal.SIGINT) != ([], []):
        yield "an end before the first packet"


def reader_goes(server):
    """Who reads no more ends it, and that is no failure."""
    capture = Capture("json", "--live", "--msl", "0", "-")
    server.converse()
    capture.read("the first record")
    capture.life.stdout.close()
    server.converse()
    if capture.life.wait(tshark.HANGS) or capture.life.stderr.read():
        yield f"a closed pipe: exit code {capture.life.returncode}"
    capture.dump.terminate()
    capture.dump.communicate(timeout=tshark.HANGS)


def inside():
    server = own_network.Server()
    tshark.report([*prompt(server), *ends(server), *reader_goes(server)], "real connections: promptly, and to the end")


def main():
    problems = [*same_records(), *endless(), *idle(), *refusals(), *choices(), *other_formats()]
    if problems:
        tshark.report(problems, "")
    own_network.enter("command_live.py", PROGRAM)


if __name__ == "__main__":
    inside() if sys.argv[1:] == ["inside"] else main()
