#!/usr/bin/python3
"""pcaplife reads what it is given, and says in one sentence what it cannot: `tests/command.py`.

Promises that
- a file, a compressed file and the standard input give the same counts, and the frame numbers are Wireshark's;
- of a damaged file all is counted up to the damage, and the exit code says that there was one; so it is of compressed
  data that was cut off;
- no such file, an empty folder, a text file, wrong words and a full disk are a sentence and exit code 2, and nothing
  is lost of the other files; a closed pipe is no failure, a closed standard output is one;
- a folder is all capture files in it; texts that are called as some captures are, too, are passed over;
- every number of the verdict is that of the records;
- a report is written, or it is said in a sentence why this program cannot (what is in it: `report`);
- an option that a subcommand has no use for is refused in a sentence;
- several processes write what one does;
- memory for pictures is that of those which are drawn;
- a file that shrinks while it is read is a sentence, too; on a terminal there is a line about progress;
- a slim record is the whole one without expert infos and transitions;
- packets that it passes over are counted, and with --strict a failure; with --fallback tshark reads the file.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import csv
import gzip
import json
import os
import pty
import re
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import guides
import made_lives
import tshark
from attention import attention

PROGRAM = tshark.BUILD / "command" / "pcaplife"
CAPTURE = tshark.CAPTURES / "bulk_lossy.pcap"
USER0 = 147  # a link type that is whatever its user wants


def pcaplife(*words, **options):
    return subprocess.run([PROGRAM, *words], text=True, timeout=tshark.HANGS,
                          **{"stdin": subprocess.DEVNULL, "capture_output": True, **options})


def counts(text):
    """(packets, segments, connections) of each line."""
    return [tuple(map(int, numbers)) for numbers in re.findall(r": (\d+) packets, (\d+) TCP segments, (\d+) connections?$",
                                                               text, re.MULTILINE)]


def expect(what, done, code, said="", counted=None):
    """A problem, if it is not as expected: standard error is one line that has `said`, or nothing."""
    lines = done.stderr.splitlines()
    if done.returncode != code:
        yield f"{what}: exit code {done.returncode}, expected {code}: {done.stderr}"
    if len(lines) != bool(said) or said not in done.stderr:
        yield f"{what}: says {done.stderr!r}, expected {said!r}"
    if counted is not None and counts(done.stdout) != counted:
        yield f"{what}: counts {done.stdout!r}, expected {counted}"


def good(folder, expected):
    packed = folder / "packed.pcap.gz"
    packed.write_bytes(gzip.compress(CAPTURE.read_bytes()))
    yield from expect("a file", pcaplife(CAPTURE), 0, counted=[expected])
    yield from expect("a file by name of the subcommand", pcaplife("counts", CAPTURE), 0, counted=[expected])
    yield from expect("a compressed file", pcaplife(packed), 0, counted=[expected])
    with CAPTURE.open("rb") as file:
        yield from expect("the standard input", pcaplife("-", stdin=file), 0, counted=[expected])
    pipe = subprocess.Popen(["cat", CAPTURE], stdout=subprocess.PIPE)
    yield from expect("a pipe", pcaplife("-", stdin=pipe.stdout), 0, counted=[expected])
    pipe.wait()
    copy = folder / "written.json"
    yield from expect("-o", pcaplife("json", "-o", copy, CAPTURE), 0)
    if not copy.exists() or copy.read_text(encoding="utf-8") != pcaplife("json", CAPTURE).stdout:
        yield "-o does not write what the standard output is given"
    for words in (("--version",), ("--version", CAPTURE), ("check", "--version"), ("result", "--version")):
        yield from expect("--version", pcaplife(*words), 0)


def bad(folder, expected):
    cut, text, missing = folder / "cut.pcap", folder / "text.pcap", folder / "missing.pcap"
    data = CAPTURE.read_bytes()
    first, = struct.unpack_from("<I", data, 24 + 8)
    cut.write_bytes(data[:24 + 16 + first + 16 + 10])
    text.write_text("There is no packet in here.\n" * 20, encoding="utf-8")
    yield from expect("a cut file", pcaplife(cut), 2, "cut.pcap ends in the middle of a packet, after frame 1, at byte", [(1, 1, 1)])
    yield from expect("a text file", pcaplife(text), 2, "text.pcap is not a capture file")
    yield from expect("no such file", pcaplife(missing), 2, "missing.pcap cannot be read: No such file or directory")
    yield from no_captures(folder)
    empty = folder / "empty"
    empty.mkdir()
    yield from expect("an empty folder", pcaplife(empty), 2, "empty is a folder without a capture file")
    yield from expect("a number that is none", pcaplife("json", "--msl", "x", CAPTURE), 2, "--msl")
    yield from expect("an interval that is none", pcaplife("states", "--states-interval", "5x", CAPTURE), 2, "--states-interval is a")
    yield from expect("a number below 0", pcaplife("json", "--msl", "-5", CAPTURE), 2, "--msl is a number from 0")
    copy = folder / "copy.pcap"
    copy.write_bytes(data)
    yield from expect("the output is the input", pcaplife("json", "-o", copy, copy), 2, "would overwrite")
    if copy.read_bytes() != data:
        yield "-o has overwritten a capture"
    with copy.open("rb") as file:
        yield from expect("the output is the standard input", pcaplife("json", "-o", copy, "-", stdin=file), 2, "would overwrite the standard input")
    if copy.read_bytes() != data:
        yield "-o has overwritten what comes by the standard input"
    copy.unlink()
    yield from expect("an option given twice", pcaplife("json", "--port", "80", "--port", "443", CAPTURE), 2, "--port is given twice, and can be but one of 80 and 443")
    yield from expect("an empty name", pcaplife("counts", "", CAPTURE), 2, "a file's name is empty", [expected])
    yield from expect("a number in octal", pcaplife("counts", "--msl", "0x1e", CAPTURE), 2, "--msl is a number from 0 to 4294967295, and not 0x1e")
    yield from expect("a line break in a word", pcaplife("json", "-o", "/nowhere/a\nb", CAPTURE), 2, "cannot be written: No such file")
    yield from expect("no place for what waits", pcaplife("json", "--jobs", "2", CAPTURE, CAPTURE, env={"TMPDIR": "/nowhere"}), 2, "no file in /nowhere")
    yield from expect("-o where nothing can be", pcaplife("json", "-o", empty, CAPTURE), 2, "Is a directory")
    yield from expect("good, bad, good", pcaplife(CAPTURE, text, CAPTURE), 2, "text.pcap", [expected, expected])
    yield from expect("/dev/null", pcaplife("-"), 2, "- is neither a file nor a pipe")
    yield from expect("a wrong option", pcaplife("--wrong", CAPTURE), 2, "Unknown option --wrong")
    yield from expect("no file", pcaplife("counts"), 2, "no FILE")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run([PROGRAM, CAPTURE], stdout=full, stderr=subprocess.PIPE, text=True)
    yield from expect("a full disk", done, 2, "No space left on device")


def closed_streams(folder):
    """No file that pcaplife opens takes the place of a standard stream that is closed, nor what is written there."""
    there, nowhere, written = CAPTURE, folder / "nowhere.pcap", folder / "beside.json"

    def run(redirection, *words):
        return subprocess.run(["sh", "-c", f'"$@" {redirection}', "sh", PROGRAM, *words], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=tshark.HANGS)
    for words in (("json", there), ("json", "--jobs", "2", there, there), ("check", "--junit", written, there), ("json", "--live", there),
                  ("--version",)):
        yield from expect(f"{words} without a standard output", run(">&-", *words), 2, "the output cannot be written: ")
        if "checked" in (written.read_text(encoding="utf-8") if written.exists() else ""):
            yield f"{words} writes into a file what is for the standard output"
    yield from expect("without a standard input", run("<&-", "json", "-"), 2, "- is neither a file nor a pipe")
    yield from expect("with none that is needed", run("<&- >&-", "json", "-o", written, there), 0)
    yield from expect("without a standard error", run("2>&-", "json", "-o", written, nowhere, there), 2)
    if written.read_text(encoding="utf-8") != pcaplife("json", there).stdout:
        yield f"without a standard error, -o gets what is for it: {written.read_text(encoding='utf-8')[:200]!r}"


def zstd_frame(blocks):
    return bytes.fromhex("28b52ffd0058") + b"".join(struct.pack("<I", len(block) << 3 | last)[:3] + block
                                                     for last, block in zip([0] * (len(blocks) - 1) + [1], blocks))


def lz4_frame(blocks):
    return bytes.fromhex("04224d18604082") + b"".join(struct.pack("<I", 1 << 31 | len(block)) + block for block in blocks) + bytes(4)


def compressed(folder):
    """Compressed data that was cut off is told as such, be it between two packets, and so are all packets before."""
    data, path = CAPTURE.read_bytes(), folder / "packed.bin"
    edges = [24]
    while edges[-1] < len(data):
        edges.append(edges[-1] + 16 + struct.unpack_from("<I", data, edges[-1] + 8)[0])
    half = len(edges) // 2
    parts = [data[:edges[half]], data[edges[half]:edges[-2]], data[edges[-2]:]]
    files = {"zstd, in three blocks": zstd_frame(parts), "LZ4, in three blocks": lz4_frame(parts),
             "zstd, in two frames": zstd_frame(parts[:2]) + zstd_frame(parts[2:])}
    for words in ("zstd -c", "zstd -c -19 --no-check", "lz4 -c -B4 -BX", "lz4 -c -B4 -BD --content-size --no-frame-crc"):
        if shutil.which(words.split()[0]):
            files[words] = subprocess.run([*words.split(), "-"], input=data, capture_output=True, check=True).stdout
    for what, packed in files.items():
        path.write_bytes(packed)
        yield from expect(what, pcaplife("json", "-o", "/dev/null", path), 0)
        for kept in sorted({*range(6, len(packed), len(packed) // 40 + 1), *(len(packed) - behind for behind in range(1, 9))}):
            path.write_bytes(packed[:kept])
            done = pcaplife("counts", path)
            if done.returncode != 2 or not re.fullmatch(r"pcaplife: \S* (ends in the middle of (its compressed data|a packet)|cannot be "
                                                        r"decompressed .*)(, after frame \d+, at byte \d+)?\n", done.stderr):
                yield f"{what}: {kept} of {len(packed)} bytes: exit code {done.returncode}, {done.stderr!r}"
        path.write_bytes(packed[:packed.find(parts[0]) + len(parts[0])])
        if parts[0] in packed:
            yield from expect(f"{what}, its first block", pcaplife(path), 2, f"ends in the middle of its compressed data, after frame {half}, ",
                              [(half, half, 1)])
            with path.open("rb") as file:
                yield from expect("the same by the standard input", pcaplife("counts", "-", stdin=file), 2, "- ends in the middle of its compressed")


def no_captures(folder):
    """What Wireshark opens although it is no capture: each is a sentence, and no file in which there was nothing to find."""
    path, joined = folder / "none.pcap", folder / "next.pcap"
    for what, data, said in (("no byte", b"", "none.pcap holds no packet, and nothing that says it is a capture"),
                             ("a Zstandard frame without its blocks", bytes.fromhex("28b52ffd0458"), "ends in the middle of its compressed data"), ("three bytes", b"\xd4\xc3\xb2", "is not a capture file"), ("JSON", b'{"a": 1}\n', "is not a capture file"),
                             ("a program", PROGRAM.read_bytes()[:9999], "is not a capture file"),
                             ("a text that resembles no other format", b"# A title\n\nAnd words.\n" * 99, "none.pcap ")):
        path.write_bytes(data)
        yield from expect(what, pcaplife("json", path), 2, said)
    joined.write_bytes(b"")
    yield from expect("a piece that is not written yet", pcaplife("counts", "--quiet", "--join", CAPTURE, joined), 0)
    pipe = subprocess.Popen(["true"], stdout=subprocess.PIPE)
    yield from expect("a program that has failed, in front of --live", pcaplife("json", "--live", "-", stdin=pipe.stdout), 2, "- holds no packet")
    pipe.wait()


def verdict():
    """Every number on the screen is that of the records."""
    whole = tshark.CAPTURES
    records = [json.loads(line) for path in sorted(whole.glob("*.pcap*")) for line in pcaplife("json", path).stdout.splitlines()]
    screens = "".join(pcaplife(path).stdout for path in sorted(whole.glob("*.pcap*")))
    expected, said = Counter(), Counter()
    for record in records:
        expected.update([record["open"], record["close"]])
        expected.update(attention(record))
    for count, name in re.findall(r"^ {0,8}(\d+)  (\w\S*) ", screens, re.MULTILINE):
        said[name] += int(count)
    if said != expected or not records:
        yield f"the verdict counts {said - expected} too many, {expected - said} too few"
    severities = {guide["name"]: guide["severity"] for guide in guides.guides()}
    called = dict(re.findall(r"^ {0,8}\d+  (\w+) +(\w+), \d+ times?$", screens, re.MULTILINE))
    if called != {name: severities[name] for record in records for name in attention(record)}:
        yield f"the verdict calls them {called}"
    first = min((expert["frame"], record["connection"], expert["text"]) for record in map(json.loads, pcaplife(
        "json", tshark.CAPTURES / "refused.pcap").stdout.splitlines())
        for expert in record["experts"] if expert["name"] == "refused")
    if "first in frame {}, connection {}: {}".format(*first) not in pcaplife(tshark.CAPTURES / "refused.pcap").stdout:
        yield f"the verdict does not say {first}"


def folders(folder, expected):
    """All capture files in it, sorted, and nothing else."""
    place = folder / "captures"
    place.mkdir()
    for name in ("b.pcap", "a.pcap", "c.pcap12", "notes.txt"):
        (place / name).write_bytes(CAPTURE.read_bytes())
    os.mkfifo(place / "pipe.pcap")
    (place / "folder.pcap").mkdir()
    done = pcaplife("counts", place)
    yield from expect("a folder", done, 0, counted=3 * [expected])
    if [Path(line.split(":")[0]).name for line in done.stdout.splitlines()] != ["a.pcap", "b.pcap", "c.pcap12"]:
        yield f"a folder: reads {done.stdout}"


def texts(folder, expected):
    """A text in a folder is passed over if others than captures are called so; what may be a damaged capture is not."""
    place, text = folder / "texts", b"2026-01-01 12:00:00 it began\n\tit ended \xe2\x9c\x93\n" * 200
    place.mkdir()
    for name in ("b.pcap", "real.log"):
        (place / name).write_bytes(CAPTURE.read_bytes())
    (place / "run.log").write_bytes(text)
    said = f"a text was passed over, which is no capture: {place}/run.log"
    yield from expect("a folder with a text", pcaplife("counts", place), 0, said, 2 * [expected])
    yield from expect("the same, --quiet", pcaplife("counts", "--quiet", place), 0, counted=2 * [expected])
    yield from expect("the same, --strict", pcaplife("counts", "--strict", place), 2, said, 2 * [expected])
    yield from expect("the same, checked", pcaplife("check", place), 0, said)
    yield from expect("the same, as a tap", pcaplife("counts", "--tap", f"here={place}"), 0, said)
    yield from expect("the same, divided", pcaplife("map", "--parts", "2", "-o", folder / "parts", place), 0, said)
    yield from expect("the same, divided, --strict", pcaplife("map", "--strict", "--parts", "2", "-o", folder / "parts", place), 1, said)
    yield from expect("the text itself", pcaplife("check", place / "run.log"), 2, "run.log is ")
    for name in ("c.out", "d.ts2", "e.xml"):
        (place / name).write_bytes(text[:len(name) - 5])
    yield from expect("a folder with texts", pcaplife("counts", place), 0,
                      f"4 texts were passed over, which are no captures: {place}/c.out, {place}/d.ts2, {place}/e.xml and 1 more", 2 * [expected])
    for name, data in (("download.pcap", text), ("none.pcap", b""), ("damaged.log", b"\0" + CAPTURE.read_bytes())):
        (place / name).write_bytes(data)
        yield from expect(f"{name} in a folder", pcaplife("check", "--quiet", place), 2, name)
        (place / name).unlink()
    for name in ("b.pcap", "real.log"):
        (place / name).unlink()
    yield from expect("a folder of texts", pcaplife("check", "--quiet", place), 2, f"{place} is a folder without a capture file")


def hostile_name(folder):
    """It does what it likes neither to a terminal nor to who reads line by line."""
    path = folder / "a\x1b[31m\nb.pcap"
    path.write_bytes(CAPTURE.read_bytes())
    for words in (("counts", path), ("verdict", path), ("verdict", path, CAPTURE), *((word, path, CAPTURE) for word in ("ladder", "stat", "conn", "servers", "states"))):
        said = pcaplife(*words).stdout
        if re.search("[\0-\x09\x0b-\x1f\x7f]", said) or "a\ufffd[31m\ufffdb.pcap:" not in said:
            yield f"{words}: {said[:200]!r}"


def closed_pipe():
    """Whoever reads no more than the first line gets that, and no complaint."""
    files = 40 * f" '{CAPTURE}'"
    for options in ("", "--jobs 2"):
        words = f"'{PROGRAM}' ladder {options} {files} | head -n 1"
        done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, timeout=60)
        if not done.stdout or done.stderr:
            yield f"a closed pipe: {done.stdout!r} {done.stderr!r}"


def report(folder):
    path = folder / "report.html"
    done = pcaplife("html", "-o", path, CAPTURE)
    if tshark.HAS_REPORT:
        if done.returncode or done.stderr or 'data-tcplife="about"' not in path.read_text(encoding="utf-8"):
            yield f"html: exit code {done.returncode}, {done.stderr}"
    elif done.returncode != 2 or "was built without the HTML report" not in done.stderr or path.exists():
        yield f"html, which is not built: exit code {done.returncode}, {done.stderr}"
    if pcaplife("html", "-o", path, "--ladders", "-1", CAPTURE).returncode != 2:
        yield "--ladders -1 is taken"


def stopped_while_reading(path, subcommand="counts"):
    """pcaplife, stopped when it has read a part of the file."""
    for _ in range(100):
        process = subprocess.Popen([PROGRAM, subcommand, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while process.poll() is None:
            read = read_so_far(process.pid, path)
            if 0 < read < path.stat().st_size // 2:
                process.send_signal(signal.SIGSTOP)
                os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
                if process.poll() is None and read_so_far(process.pid, path) < path.stat().st_size // 2:
                    return process
                break
        process.kill()
        process.communicate()
    sys.exit("FAILED: pcaplife could not be stopped while it reads")


def read_so_far(pid, path):
    try:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            if link.exists() and link.resolve() == path.resolve():
                return int(Path(f"/proc/{pid}/fdinfo/{link.name}").read_text(encoding="ascii").split()[1])
    except OSError:
        pass  # it has ended, or closed it
    return 0


def shrinks(folder):
    """A file that gets shorter while it is read, be it to the end of a packet."""
    path = folder / "shrinks.pcap"
    for rest in (0, 7):
        with path.open("wb") as file:
            file.writelines(made_lives.lives(30000))
        process = stopped_while_reading(path)
        packets = 8 * (path.stat().st_size // 2 // made_lives.LIFE_BYTES)
        os.truncate(path, 24 + packets // 8 * made_lives.LIFE_BYTES + rest)
        process.send_signal(signal.SIGCONT)
        said, complaint = process.communicate(timeout=tshark.HANGS)
        yield from expect("a file that shrinks", subprocess.CompletedProcess([], process.returncode, said, complaint), 2,
                          f"shrinks.pcap has shrunk while it was read, after frame {packets}, at byte", [(packets, packets, packets // 8)])


def on_terminal(*words):
    """What pcaplife says on a terminal, and its standard output, which is none."""
    theirs, ours = pty.openpty()
    done = subprocess.run([PROGRAM, *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=ours, timeout=tshark.HANGS,
                          env={**os.environ, "TERM": "xterm"})
    os.close(ours)
    said = b""
    try:
        while more := os.read(theirs, 65536):
            said += more
    except OSError:
        pass  # so ends a terminal whose other side is closed
    os.close(theirs)
    return said.decode(), done.stdout


def progress(folder):
    """A line on a terminal, which goes away; nothing elsewhere."""
    path = folder / "long.pcap"
    with path.open("wb") as file:
        file.writelines(made_lives.lives(3000))
    for words in ((), ("--jobs", "2")):
        said, output = on_terminal("json", *words, path, path)
        if not re.match(r"\r[01] of 2 files, [\d.]+ (M )?packets/s, \d+ %, \d+:\d\d left\x1b\[K\r", said) or not said.endswith("\r\x1b[K"):
            yield f"progress of {words}: {said!r}"
        if output.decode() != pcaplife("json", path, path).stdout:
            yield "progress changes what is written"
    if (said := on_terminal("counts", "--quiet", path)[0]) != "":
        yield f"--quiet says {said!r}"


def jobs(folder):
    """Several processes write what one writes, in the same order, and complain of the same."""
    text = folder / "none.pcap"
    text.write_text("no capture\n", encoding="utf-8")
    several = [tshark.CAPTURES, text, folder / "nowhere.pcap", CAPTURE]
    for subcommand in ("verdict", "json", "csv", "ladder", "conn", "stat"):
        one, many = (pcaplife(subcommand, *words, *several) for words in ((), ("--jobs", "3")))
        if (one.stdout, one.stderr, one.returncode) != (many.stdout, many.stderr, many.returncode) or one.returncode != 2:
            yield f"{subcommand} --jobs 3: exit code {many.returncode}, not what one process writes: {many.stderr}"
    yield from expect("--jobs 0", pcaplife("counts", "--jobs", "0", CAPTURE, CAPTURE), 0, counted=counts(pcaplife("counts", CAPTURE, CAPTURE).stdout))
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = pcaplife("json", "--jobs", "2", CAPTURE, CAPTURE, stdout=full, stderr=subprocess.PIPE, capture_output=False)
    yield from expect("--jobs on a full disk", done, 2, "No space left on device")
    done = pcaplife("json", "--jobs", "2", "--where", "error(1)", CAPTURE, CAPTURE)
    yield from expect("--jobs and a question that fails", done, 2, "--where fails")


def peak_memory(*words):
    """Bytes, of pcaplife with these words."""
    process = subprocess.Popen([PROGRAM, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return os.wait4(process.pid, 0)[2].ru_maxrss * 1024


def pictures(folder):
    """Nothing is kept for pictures that nobody draws; a file that became another one meanwhile is not drawn."""
    path, count, segments_of_a_life = folder / "many.pcap", 20000, 1900  # bytes, were they all kept
    with path.open("wb") as file:
        file.writelines(made_lives.lives(count))
    usual = peak_memory("json", path)
    rule = ("--rule", "x: .connection < 3")
    for words in (("ladder", "--connection", "5"), ("check", *rule, "--junit", folder / "junit.xml"),
                  *(("html", "--ladders", number) for number in ("0", "5") if tshark.HAS_REPORT)):
        if (more := peak_memory(*words, path) - usual) > count * segments_of_a_life // 3:
            yield f"{words}: {more} bytes more than json"
    if (folder / "junit.xml").read_text(encoding="utf-8").count("ESTABLISHED") < 3:
        yield "JUnit has no ladders"
    process = stopped_while_reading(path, "ladder")
    other = bytearray(path.read_bytes())
    path.unlink()
    other[len(made_lives.FILE_HEADER) + made_lives.RECORD + 12] ^= 0x80  # an EtherType that nobody knows
    path.write_bytes(other)
    process.send_signal(signal.SIGCONT)
    said, complaint = process.communicate(timeout=tshark.HANGS)
    yield from expect("a file that changes", subprocess.CompletedProcess([], process.returncode, said, complaint), 2,
                      "many.pcap was changed while it was read: no ladder can be drawn")


def slim():
    """The same records but for two keys."""
    left_out = {"experts", "transitions"}
    whole, thin = (list(map(json.loads, pcaplife("json", *words, CAPTURE).stdout.splitlines())) for words in ((), ("--slim",)))
    if thin != [{key: value for key, value in record.items() if key not in left_out} for record in whole] or not thin:
        yield f"--slim writes {thin}"
    header, row = csv.reader(pcaplife("csv", "--slim", CAPTURE).stdout.splitlines())
    if left_out & set(header) or len(row) != len(header):
        yield f"csv --slim has the columns {header}"


# What not every subcommand has a use for: option → its value, and who has a use for it.
SUBCOMMANDS = "verdict json csv zeek ladder svg html stat conn servers states counts check".split()
RESTRICTED = {"--jobs": ("2", "verdict json csv zeek ladder stat conn servers states counts"),
              "--fallback": (None, "json csv zeek ladder stat conn servers"),
              "--live": (None, "json csv zeek"), "--idle": ("5", "json csv zeek"), "--slim": (None, "json csv"),
              "--ladders": ("5", "html check"), "--states-interval": ("5", "states html check")}


def useless():
    """An option that a subcommand has no use for is refused, and --help does not speak of it."""
    for subcommand in SUBCOMMANDS:
        said = pcaplife(subcommand, "--help").stdout
        for option, (value, takers) in RESTRICTED.items():
            is_taken = subcommand in takers.split()
            if is_taken != bool(re.search(rf"^  (-., )?{option}\b", said, re.MULTILINE)):
                yield f"{subcommand} --help {'does not speak' if is_taken else 'speaks'} of {option}"
            if not is_taken:
                yield from expect(f"{subcommand} {option}", pcaplife(subcommand, option, *([value] if value else []), CAPTURE), 2,
                                  f"{option} is for ")
    for option in set(re.findall(r"--[a-z-]+(?==)", "".join(pcaplife(word, "--help").stdout for word in ("check", "json")))):
        is_list = option in ("--tap", "--rule", "--rules", "--allow")
        done = pcaplife("json" if option in ("--jobs", "--idle") else "check", option, "1", option, "2", CAPTURE)
        if is_list == (f"{option} is given twice, and can be but one of 1 and 2" in done.stderr) or (not is_list and done.returncode != 2):
            yield f"{option}, given twice: exit code {done.returncode}, {done.stderr!r}"
    for words, complaint in ((("check", "--ladders", "5"), "--ladders and --states-interval are for the report"),
                             (("json", "--idle", "5"), "--idle is for --live"), (("json", "--live", "--jobs", "2"), "--live reads one capture"),
                             (("json", "--join", "--jobs", "2"), "--jobs is for several captures")):
        yield from expect(" ".join(words), pcaplife(*words, CAPTURE), 2, complaint)


def passed_over(folder):
    path = folder / "user.pcap"
    path.write_bytes(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 1000, USER0) +
                     3 * (struct.pack("<IIII", 1, 0, 20, 20) + bytes(20)))
    yield from expect("a link type that nobody knows", pcaplife(path), 0, "3 packets were passed over, which tshark may read: link type USER 0", [(3, 0, 0)])
    header, packet = struct.pack("<IIII", 1, 0, 40, 60), teredo(folder).read_bytes()[24 + 16:][:40]
    cut = folder / "cut_off.pcap"
    cut.write_bytes(made_lives.FILE_HEADER + header + packet[:23] + b"\6" + packet[24:])
    done = pcaplife("json", "--fallback", cut)
    yield from expect("what nobody can decode", done, 0, "cut_off.pcap: 1 packet was passed over: cut off by the snapshot length, in front of a TCP header's end")
    if "tshark" in done.stderr:
        yield f"tshark is to read what is not there: {done.stderr}"
    yield from expect("--quiet", pcaplife("counts", "--quiet", path), 0, counted=[(3, 0, 0)])
    yield from expect("--strict", pcaplife("counts", "--quiet", "--strict", path), 2, counted=[(3, 0, 0)])


def teredo(folder):
    """A capture that only Wireshark can decode: a refused connection over IPv6 in UDP."""
    def frame(sender, flags, seq, ack):
        ends, ports = [bytes.fromhex("20010db8") + bytes(11) + bytes([end]) for end in (1, 2)], (40000, 80)
        tcp = struct.pack(">HHIIBBHHH", ports[sender], ports[1 - sender], seq, ack, 5 << 4, flags, 1000, 0, 0)
        ipv6 = struct.pack(">IHBB", 6 << 28, len(tcp), 6, 64) + ends[sender] + ends[1 - sender] + tcp
        udp = struct.pack(">HHHH", 3544, 3544, 8 + len(ipv6), 0) + ipv6
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes([192, 0, 2, 1 + sender]), bytes([192, 0, 2, 2 - sender]))
        return bytes(12) + b"\x08\x00" + ip + udp
    path = folder / "teredo, \"quoted\".pcap"
    frames = [frame(0, 2, 100, 0), frame(1, 0x14, 0, 101)]
    path.write_bytes(made_lives.FILE_HEADER + b"".join(struct.pack("<IIII", 1, 0, len(data), len(data)) + data for data in frames))
    return path


def fallback(folder):
    """tshark reads the whole file where packets are passed over; the others are read as always."""
    path, programs = teredo(folder), folder / "programs"
    programs.mkdir()
    (programs / "tshark").write_text(f'#!/bin/sh\nexec {shlex.join(map(str, tshark.command()))} "$@"\n', encoding="utf-8")
    (programs / "tshark").chmod(0o755)
    staged = tshark.readable(path)
    environment = {"env": {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}}
    said = f"2 packets were passed over, which tshark may read: Teredo (--fallback runs tshark -n -q -r {shlex.quote(str(staged))} -z tcplife,json)"
    yield from expect("packets that tshark reads", pcaplife("json", staged), 0, said)
    for options in ((), ("--jobs", "2")):
        done = pcaplife("json", "--fallback", *options, CAPTURE, staged, **environment)
        yield from expect("--fallback", done, 0)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        if [(record["file"], record["open"], "tcp_stream" in record) for record in records] != \
                [(str(CAPTURE), "three-way", False), (str(staged), "refused", False)]:
            yield f"--fallback writes {records}"
        if list(records[0])[:3] != list(records[1])[:3]:
            yield f"--fallback writes the keys {list(records[1])}"
    rows = list(csv.DictReader(pcaplife("csv", "--fallback", CAPTURE, staged, **environment).stdout.splitlines()))
    if [(row["file"], row["open"], row["frame_reset"]) for row in rows] != [(str(CAPTURE), "three-way", ""), (str(staged), "refused", "2")]:
        yield f"csv --fallback writes {rows}"
    if "refused" not in pcaplife("ladder", "--fallback", staged, **environment).stdout:
        yield "ladder --fallback draws nothing"
    (programs / "tshark").write_text("#!/bin/sh\necho it is broken >&2\nexit 1\n", encoding="utf-8")
    yield from expect("a tshark that fails", pcaplife("json", "--quiet", "--fallback", staged, **environment), 2, "cannot be read by tshark: it is broken")
    yield from expect("no tshark", pcaplife("json", "--quiet", "--fallback", staged, env={"PATH": str(folder)}), 2, "cannot be read by tshark: ")
    done = subprocess.run([PROGRAM, "json", "--fallback", "-"], input=path.read_bytes(), capture_output=True, env=environment["env"], timeout=tshark.HANGS)
    if done.returncode != 2 or b"--fallback is for a file" not in done.stderr or b"--fallback runs" in done.stderr:
        yield f"--fallback of the standard input: exit code {done.returncode}, {done.stderr}"
    yield from expect("--fallback where there is none", pcaplife("verdict", "--fallback", staged), 2, "--fallback is for what the plugin")
    yield from expect("--fallback of a choice", pcaplife("json", "--fallback", "--port", "80", staged), 2, "--fallback writes all")


def main():
    frames = len(tshark.run("-T", "fields", "-e", "frame.number", "-Y", "frame", capture=CAPTURE).stdout.split())
    segments = len(tshark.run("-T", "fields", "-e", "tcplife.connection", "-Y", "tcplife", capture=CAPTURE).stdout.split())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        problems = [*good(folder, (frames, segments, 1)), *bad(folder, (frames, segments, 1)),
                    *folders(folder, (frames, segments, 1)), *texts(folder, (frames, segments, 1)), *hostile_name(folder), *closed_pipe(), *closed_streams(folder), *compressed(folder), *verdict(), *report(folder), *pictures(folder), *slim(), *useless(), *jobs(folder),
                    *shrinks(folder), *fallback(folder), *progress(folder), *passed_over(folder)]
    tshark.report(problems, "files, pipes, damage, wrong words")


if __name__ == "__main__":
    main()
