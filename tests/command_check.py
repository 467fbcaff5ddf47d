#!/usr/bin/python3
"""pcaplife check is a verdict that CI can rely on.

Promises that
- each default rule is broken by the connections that another reading of their records says, and by no others; --rule,
  --rules and --allow choose others;
- the exit code is 0 only if every file was read and asked as a whole and no rule is broken, 1 if one is, and 2 for all
  else: damaged and missing files, what is no jq, jq that fails, wrong words, nothing to check, output that is lost;
- its JUnit is well-formed and what Jenkins' schema allows, whatever files and rules are called, a parser of others
  reads the right numbers in it, and each failure has the summary, the frames and the ladder;
- its annotations for GitHub are read as they were meant, and nothing that a file's name holds becomes one.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import gzip
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import tshark

try:
    import junitparser
except ImportError:
    tshark.go_on_with_debians_python("python3-junitparser")

PROGRAM = tshark.BUILD / "command" / "pcaplife"
SCHEMA = tshark.ROOT / "tests" / "junit" / "junit-10.xsd"
GOOD, BAD = tshark.capture_file("close_4seg_client"), tshark.capture_file("abort_client")
# What is wrong in a record, said in another language than the rules'.
DEFAULT = {
    "refused": lambda life: life["open"] in ("refused", "rejected"),
    "unanswered": lambda life: life["open"] == "unanswered",
    "half-open": lambda life: life["open"] == "half-open",
    "aborted": lambda life: life["open"] == "aborted",
    "reset": lambda life: life["close"] == "reset",
    "reset-while-closing": lambda life: life["close"] == "reset-while-closing",
    "dead-peer": lambda life: life["close"] == "dead-peer",
    "forged": lambda life: any(expert["name"] == "forged_segment" for expert in life["experts"]),
    "error": lambda life: any(expert["severity"] == "error" for expert in life["experts"]),
}
# Words, exit code, and what standard error says; nothing: it is empty.
VERDICTS = [
    ([GOOD], 0, ""), ([BAD], 1, ""), ([GOOD, BAD], 1, ""),
    (["--allow", "reset", BAD], 0, ""), (["--allow", "refused", BAD], 1, ""),
    (["--rule", "mine: .close == \"reset\"", BAD], 1, ""), (["--rule", "mine: .close == \"four-way\"", BAD], 0, ""),
    (["--rule", "several: .experts[].name == \"reset\"", BAD], 1, ""), (["--rule", "none: empty", BAD], 0, ""),
    (["--rule", "null: .no_such_key", BAD], 0, ""), (["--rule", "number: 0", GOOD], 1, ""),
    (["--rule", "colons: .summary | contains(\": opened\")", GOOD], 1, ""),
    (["--connection", "1", BAD], 2, "there is no connection 1"), (["--connection", "0", "--port", "9", BAD], 2, "there was no connection to check"),
    (["--where", ".close == \"four-way\"", BAD, GOOD], 0, ""),
    (["--where", ".close.x", GOOD], 2, "--where fails"),
    (["--rule", "slow: .handshake_time > 1", "--rule", "slow: true", GOOD], 2, "there are two rules named slow"),
    (["--rule", ".close == \"reset\"", GOOD], 2, "a rule is NAME: JQ"), (["--rule", "empty:  ", GOOD], 2, "a rule is NAME: JQ"),
    (["--rule", ": true", GOOD], 2, "a rule is NAME: JQ"), (["--rule", "a\nb: true", GOOD], 2, "a rule is NAME: JQ"),
    (["--rule", "wrong: .close ==", GOOD], 2, "rule wrong is no jq: syntax error"),
    (["--rule", "fails: .close.x", GOOD], 2, "rule fails fails: "), (["--rule", "fails: .close, error(\"x\")", BAD], 2, "connection 0: x"),
    (["--rule", "fails: .close.x", "--rule", "all: true", BAD], 2, "rule fails fails: "),
    (["--rule", "fails: .nothing | error", GOOD], 2, "connection 0: null"), (["--rule", "fails: error(null)", GOOD], 2, "connection 0: null"),
    (["--rule", "empty: # nothing", GOOD], 2, "a rule is NAME: JQ"), (["--allow", "reset", "--allow", "reset", GOOD], 0, ""),
    (["--rule", "halts: halt", GOOD], 2, "rule halts fails: "),
    (["--allow", "rest", GOOD], 2, "there is no rule named rest; there are: refused, unanswered, half-open, aborted, reset, "),
    (["--rule", "one: true", "--allow", "one", GOOD], 2, "no rule is left to check"),
    (["--rules", "/nowhere/rules", GOOD], 2, "No such file or directory"), (["--live", GOOD], 2, "--live is for"),
    (["--junit", "/nowhere/x.xml", GOOD], 2, "/nowhere/x.xml cannot be written"), (["--junit", "/dev/full", GOOD], 2, "/dev/full cannot be written"),
    (["--junit", "/nowhere/a", "--junit", "/nowhere/b", GOOD], 2, "--junit is given twice, and can be but one of"), (["--junit", "-", GOOD], 2, "--junit names a file, and not -"), (["-o", "/dev/full", GOOD], 2, "No space left"), (["--wrong", GOOD], 2, "Unknown option --wrong"), ([], 2, "no FILE"),
]
# A file with rules, the exit code for an aborted connection, and what is said.
RULES = [
    ("# mine\n\nreset: .close == \"reset\"\n", 1, ""), ("reset: .close == \"reset\" # jq's own comment\r\nother: false\r\n", 1, ""),
    ("  # indented\n\tother : .client_port == 1\n", 0, ""), ("# nothing\n", 2, "there is no rule in it"), ("", 2, "there is no rule in it"),
    ("reset: false\nno rule\n", 2, "line 2: a rule is NAME: JQ"), ("a: false\n#\nb: .x ==\n", 2, "line 3: rule b is no jq: "),
    ("a: false\0b: true\n", 2, "it is no text"), ("a: false\na: true\n", 2, "line 2: there are two rules named a"),
]
HOSTILE_FILES = [b"a<b>&\"'c]]>.pcap", b"new\nline,::error title=x::y.pcap", b"::error::x.pcap", b"\x01\x1b[31m\x7f\xff\xfe.pcap",
                 "\ufffe\u2028\u202e.pcap".encode(), b"100%,a:b%0A.pcap", "三次握手.pcap".encode()]
HOSTILE_RULES = ["<rule name=\"x\">&", "100%, done", "四次挥手"]


def check(*words, **options):
    return subprocess.run([PROGRAM, "check", *words], capture_output=True, text=True, errors="surrogateescape", timeout=tshark.HANGS,
                          **{"stdin": subprocess.DEVNULL, **options})


def expect(what, done, code, said=""):
    """A problem, if it is not as expected: standard error is one line that has `said`, or nothing."""
    if done.returncode != code:
        yield f"{what}: exit code {done.returncode}, expected {code}: {done.stderr}"
    if said not in done.stderr or len(done.stderr.splitlines()) != bool(said):
        yield f"{what}: says {done.stderr!r}, expected {said!r}"


def records():
    """file → the objects of its connections"""
    found = {}
    for line in subprocess.run([PROGRAM, "json", tshark.CAPTURES], capture_output=True, text=True, check=True).stdout.splitlines():
        life = json.loads(line)
        found.setdefault(life["file"], []).append(life)
    return found


def default_rules(lives):
    """Each is broken by exactly those that another reading of the records says."""
    expected = Counter({(rule, file, life["connection"]) for file, found in lives.items() for life in found
                        for rule, is_broken in DEFAULT.items() if is_broken(life)})
    done = check(tshark.CAPTURES)
    said = Counter()
    for rule, file, number in re.findall(r"^(\S+): (.+), connection (\d+), frames? ", done.stdout, re.MULTILINE):
        said[(rule, file, int(number))] += 1
    of_file = Counter(key[:2] for key in expected)
    shown = {key: min(10, count) for key, count in of_file.items()}
    if Counter(key[:2] for key in said) != shown or said - expected or done.returncode != 1:
        yield f"default rules: {list(said - expected)[:3]} too many, {list(of_file - Counter(key[:2] for key in said))[:3]} too few"
    totals = Counter(key[0] for key in expected)
    breaking = {key[1:] for key in expected}
    verdict = (f"checked {sum(map(len, lives.values()))} connections in {len(list(tshark.CAPTURES.glob('*.pcap*')))} files, {len(DEFAULT)} rules; "
               f"broken by {len(breaking)} in {len({file for file, _ in breaking})} files: "
               f"{', '.join(f'{rule} {totals[rule]}' for rule in DEFAULT if totals[rule])}\n")
    if not done.stdout.endswith(verdict) or len(totals) != len(DEFAULT):
        yield f"the last line is {done.stdout.splitlines()[-1]}, and not {verdict}"


def verdicts(folder):
    for words, code, said in VERDICTS:
        yield from expect(" ".join(map(str, words)), check(*words), code, said)
    rules = folder / "rules"
    for text, code, said in RULES:
        rules.write_text(text, encoding="utf-8", newline="")
        yield from expect(f"rules {text!r}", check("--rules", rules, BAD), code, said)
    yield from asks_itself()
    yield from damaged(folder)
    for to, code in (("| head -c 0", 1), (">/dev/full", 2)):
        words = f"'{PROGRAM}' check '{BAD}' '{BAD}' '{GOOD}' {to}; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", words], capture_output=True, text=True, timeout=tshark.HANGS)
        if done.returncode != code:
            yield f"{to}: exit code {done.returncode}, not {code}"
    copy = folder / "copy.pcap"
    shutil.copyfile(GOOD, copy)
    yield from expect("JUnit over a capture", check("--junit", copy, copy), 2, "would overwrite")
    if copy.read_bytes() != GOOD.read_bytes():
        yield "--junit has overwritten a capture"
    rules, both = folder / "some.rules", folder / "both"
    rules.write_bytes(b"\xef\xbb\xbfnone: false\n")
    for words in (["--junit", both, "-o", both], ["--rules", rules, "--junit", rules], ["--rules", rules, "-o", rules]):
        yield from expect(f"{words}: one file twice", check(*words, GOOD), 2, "is another option's file, too")
    yield from expect("rules behind a byte-order mark", check("--rules", rules, GOOD), 0)
    rules.write_bytes(b'm: .summary | contains("\xe9")\n')
    yield from expect("rules in Latin-1", check("--rules", rules, GOOD), 2, "some.rules, line 1: rule m is no jq: it is not UTF-8")


def asks_itself():
    """jq gives up, and would end the process: the other rules and files count all the same."""
    done = check("--rule", "itself: def f: 1 + f; f", "--rule", "all: true", BAD, GOOD)
    if done.returncode != 2 or "rule itself fails: " not in done.stderr or "connection 0: jq has given up" not in done.stderr or "; broken by 2 in 2 files: all 2" not in done.stdout:
        yield f"a rule that asks itself: exit code {done.returncode}, {done.stdout}{done.stderr}"


def other_traffic(folder):
    """A capture of ARP alone: it was read, and has no connection."""
    path, frame = folder / "arp.pcap", b"\xff" * 6 + b"\x02" * 6 + b"\x08\x06" + bytes(46)
    path.write_bytes(GOOD.read_bytes()[:24] + struct.pack("<IIII", 1, 0, len(frame), len(frame)) + frame)
    return path


def snapped(data, length):
    """The same capture with so many bytes of each packet."""
    packets, at = [data[:24]], 24
    while at < len(data):
        seconds, fraction, captured, whole = struct.unpack_from("<IIII", data, at)
        kept = min(captured, length)
        packets.append(struct.pack("<IIII", seconds, fraction, kept, whole) + data[at + 16:at + 16 + kept])
        at += 16 + captured
    return b"".join(packets)


def damaged(folder):
    """A file that ends in the middle of a packet is never a pass, wherever it ends, nor is another one beside it lost."""
    data, cut = GOOD.read_bytes(), folder / "cut.pcap"
    ends, at = [], 24
    while at < len(data):
        ends.append(at)
        at += 16 + struct.unpack_from("<I", data, at + 8)[0]
    for length in {end + more for end in ends for more in (1, 15, 16, 17)} | {len(data) - 1, 23, 3, 0}:
        cut.write_bytes(data[:length])
        if check(cut).returncode != 2:
            yield f"a capture cut behind {length} bytes has exit code {check(cut).returncode}"
    cut.write_bytes(data[:ends[5] + 20])
    yield from expect("cut, and a broken rule", check(cut, BAD), 2, "cut.pcap ends in the middle of a packet, after frame 5, at byte")
    if "reset: " not in check(cut, BAD).stdout or "but not all could be checked" not in check(cut, BAD).stdout:
        yield "beside a cut file the others are not checked"
    cut.write_bytes(data[:24])
    yield from expect("a capture without packets", check(cut), 2, "there is no packet in ")
    yield from expect("and another one", check(cut, GOOD), 2, "there is no packet in ")
    for name, data in (("an empty file", b""), ("three bytes", data[:3]), ("a download that failed", b'{"message": "Not Found"}\n'),
                       ("another one", b'<?xml version="1.0"?><Error>AccessDenied</Error>'), ("an empty compressed file", gzip.compress(b""))):
        cut.write_bytes(data)
        yield from expect(f"{name} beside a capture", check("--quiet", cut, GOOD), 2, "cut.pcap")
    for length in (0, 13, 20, 34, 40, 46):
        cut.write_bytes(snapped(GOOD.read_bytes(), length))
        yield from expect(f"a snapshot length of {length}, beside a capture", check("--quiet", cut, GOOD), 2,
                          "could be decoded: cut off by the snapshot length, in front of a TCP header's end")
    cut.write_bytes(snapped(GOOD.read_bytes(), 54))
    yield from expect("a snapshot length that leaves the headers", check(cut), 0)
    yield from expect("a capture of other traffic beside one", check(other_traffic(folder), GOOD), 0)
    text = folder / "text.pcap"
    text.write_text("no capture\n" * 9, encoding="utf-8")
    yield from expect("a text", check(text, BAD), 2, "text.pcap is not a capture file")
    yield from expect("no such file", check(folder / "none.pcap"), 2, "none.pcap cannot be read: No such file")
    empty = folder / "empty"
    empty.mkdir()
    yield from expect("an empty folder", check(empty, GOOD), 2, "is a folder without a capture file")


def read_junit(path):
    """(suites, problems): each suite's name, its cases' names and results; what others say of the file."""
    done = subprocess.run(["xmllint", "--noout", "--schema", SCHEMA, path], capture_output=True, text=True, errors="replace")
    problems = [f"{path.name}: xmllint says {done.stderr[:2000]}"] if done.returncode else []
    if problems:
        return [], problems
    report = junitparser.JUnitXml.fromfile(str(path))
    suites = []
    for suite in report:
        cases = [(case.name, type(case.result[0]).__name__ if case.result else "Passed", case.result[0].text if case.result else "",
                  case.result[0].message if case.result else "") for case in suite]
        counts = Counter(case[1] for case in cases)
        if (suite.tests, suite.failures, suite.errors, suite.skipped) != (len(cases), *(counts[kind] for kind in ("Failure", "Error", "Skipped"))):
            problems.append(f"{path.name}: the numbers of suite {suite.name} are not those of its cases")
        suites.append((suite.name, cases))
    return suites, problems


def junit(folder, lives):
    """All captures: the failures are where the rules are broken."""
    path = folder / "all.xml"
    check("--junit", path, tshark.CAPTURES)
    suites, problems = read_junit(path)
    yield from problems
    expected = {(file, rule) for file, found in lives.items() for rule, is_broken in DEFAULT.items() if any(map(is_broken, found))}
    failed = {(name, case[0]): case for name, cases in suites for case in cases if case[1] == "Failure"}
    if set(failed) != expected:
        yield f"JUnit: fails {list(set(failed) - expected)[:3]} too many, {list(expected - set(failed))[:3]} too few"
    for (file, rule), (_, _, text, message) in failed.items():
        life = next(filter(DEFAULT[rule], lives[file]))
        first, last, number = life["first_frame"], life["last_frame"], life["connection"]
        frames = f"frame {first}" if first == last else f"frames {first} to {last}"
        line = f"connection {number}, {frames}: {life['summary']}"
        if line not in message or line not in text or f"\nConnection {number}: " not in text or "SYN" not in text and "RST" not in text \
                and "FIN" not in text and "ACK" not in text:
            yield f"JUnit: {file}, {rule}: {message!r} has not {line!r}, or its text no ladder"
    if [[case[0] for case in cases] for _, cases in suites] != [list(DEFAULT)] * len(suites) or len(suites) != len(list(tshark.CAPTURES.glob("*.pcap*"))):
        yield "JUnit: not a suite a file with a case a rule"


def junit_errors(folder):
    """What could not be checked is an error there, too, and no case of such a file has passed."""
    path, cut = folder / "errors.xml", folder / "cut2.pcap"
    cut.write_bytes(GOOD.read_bytes()[:600])
    for words, wanted in (([cut], {"readable": "Error"}), ([folder / "none.pcap", GOOD], {"readable": "Error"}),
                          ([folder / "empty", GOOD], {"complete": "Error"}), (["--where", ".close.x", GOOD], {"complete": "Error"}),
                          (["--rule", "fails: .close.x", "--rule", "all: true", BAD, GOOD], {"fails": "Error", "all": "Failure"})):
        if check("--junit", path, *words).returncode != 2:
            yield f"JUnit: {words} are no failure"
        suites, problems = read_junit(path)
        yield from problems
        results = {case[0]: case[1] for case in suites and suites[0 if wanted.keys() != {"complete"} else -1][1] if case[1] != "Skipped"}
        if results != wanted:
            yield f"JUnit: {words}: {results}, not {wanted}"


def hostile(folder):
    """Files and rules may be called what they like."""
    place = folder / "hostile"
    place.mkdir()
    for name in HOSTILE_FILES:
        shutil.copyfile(BAD, os.path.join(os.fsencode(place), name))
    path = folder / "hostile.xml"
    rules = [word for name in HOSTILE_RULES for word in ("--rule", f"{name}: .close == \"reset\"")]
    done = check("--github", "--junit", path, *rules, place, env={**os.environ, "LC_ALL": "C.UTF-8"})
    suites, problems = read_junit(path)
    yield from problems
    if done.returncode != 1 or len(suites) != len(HOSTILE_FILES) or {case[:2] for _, cases in suites for case in cases} != {
            (name, "Failure") for name in HOSTILE_RULES}:
        yield f"hostile names: exit code {done.returncode}, {len(suites)} suites, {done.stderr}"
    yield from annotations(done.stdout, len(HOSTILE_FILES) * len(HOSTILE_RULES), set(HOSTILE_RULES))
    if re.search("[\0-\x09\x0b-\x1f\x7f]", done.stdout):
        yield f"hostile names: a control character is printed: {done.stdout!r}"
    cut = place / os.fsdecode(HOSTILE_FILES[1])
    cut.write_bytes(b"no capture")
    if "::error title=pcaplife check::not all could be checked" not in check("--github", "--where", ".close.x", GOOD).stdout:
        yield "a GitHub workflow is not told of a --where that fails"
    done = check("--github", cut)
    yield from expect("a hostile name", done, 2, "is not a capture file")
    yield from annotations(done.stdout, 1, {"cannot be read"})


def annotations(text, count, titles):
    """As GitHub's runner reads them: a line that begins with ::, properties up to the next ::, %-escapes undone."""
    found = []
    for line in text.split("\n"):
        if line.lstrip().startswith("::"):
            command, _, message = line.lstrip()[2:].partition("::")
            name, _, properties = command.partition(" ")
            values = dict(one.partition("=")[::2] for one in properties.split(","))
            found.append((name, {key: unescaped(value) for key, value in values.items()}, unescaped(message)))
    wrong = [one for one in found if one[0] != "error" or set(one[1]) != {"file", "title"} or one[1]["title"] not in titles]
    if len(found) != count or wrong:
        yield f"annotations: {len(found)}, expected {count}; wrong: {wrong[:2]}"


def unescaped(text):
    for code, letter in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, letter)
    return text


def github():
    """One annotation for each broken rule of each file, with all that is known."""
    done = check("--github", BAD, GOOD, tshark.capture_file("refused"))
    yield from annotations(done.stdout, 2, {"reset", "refused"})
    if f"\n::error file={BAD},title=reset::connection 0, frames 1 to 11: " not in done.stdout:
        yield f"no annotation as expected: {done.stdout}"
    many = tshark.capture_file("syn_flood_cookies")
    lines = [line for line in check("--github", many).stdout.splitlines() if line.startswith("::error") and "title=half-open" in line]
    if len(lines) != 1 or lines[0].count("%0A") != 10 or not lines[0].endswith("%0Aand 20 connections more"):
        yield f"30 half-open connections are annotated so: {lines}"


def report(folder):
    """--html writes what `pcaplife html` writes, or says that it cannot."""
    path, other = folder / "check.html", folder / "html.html"
    done = check("--html", path, BAD)
    theirs = subprocess.run([PROGRAM, "html", "-o", other, BAD], capture_output=True, text=True)
    if theirs.returncode == 0 and (done.returncode != 1 or path.read_bytes() != other.read_bytes()):
        yield f"--html: exit code {done.returncode}, or not the report of pcaplife html: {done.stderr}"
    if theirs.returncode != 0 and (done.returncode != 2 or theirs.stderr.split(": ", 1)[1] not in done.stderr):
        yield f"--html: {done.returncode}, {done.stderr}, although pcaplife html says {theirs.stderr}"


def main():
    if not shutil.which("xmllint"):
        tshark.skip("xmllint (libxml2-utils) is not installed")
    lives = records()
    with tempfile.TemporaryDirectory(prefix="tcplife.") as name:
        folder = Path(name)
        problems = [*default_rules(lives), *verdicts(folder), *junit(folder, lives), *junit_errors(folder), *hostile(folder), *github(), *report(folder)]
    tshark.report(problems, f"{len(VERDICTS) + len(RULES)} verdicts, {len(lives)} files, JUnit, annotations")


if __name__ == "__main__":
    main()
