#!/usr/bin/python3
"""The rules of docs/architecture.md that a compiler does not check.

Promises that
- core/ and the headers for its users include nothing but some headers of the C standard and their own, and core/
  takes its memory from its caller;
- the headers for its users include no other; nobody else includes a header that core/ keeps for itself;
- output/ and its public headers know GLib (the report zlib, too), and nothing of Wireshark, files or the plugin;
- in no folder two files need each other, by include or by call, be it by way of others (a file is its .c and its .h);
  nor do two rooms of core/ or of output/;
- no C file has more than 600 lines, no function more than 60 without a reason: LONG has the names of those that say so
  at their heads;
- every flag of a connection and of its ends has its row in docs/architecture.md: what sets it, and what takes it back;
- command/ includes nothing of Wireshark's dissectors, and command/decode/ nothing of Wireshark;
- output/ and plugin/ call nothing of what Wireshark forbids to dissectors, as far as it was ever called here;
- Wireshark's version is tested in plugin/ws_compat.h and command/wtap_compat.h alone;
- every capture has its line in tests/captures.list and in captures/README.md, and vice versa;
- every source file names its licence.
"""
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import tshark

# No stdio.h, no time.h: the core prints nothing and asks no clock. Nor does it allocate or give up.
STANDARD = {f"{name}.h" for name in "assert inttypes limits stdalign stdbool stddef stdint stdlib string".split()}
FORBIDDEN = re.compile(r"\b(?:malloc|calloc|realloc|free|abort|exit|getenv|rand)\s*\(")
# What the checkAPIs.pl of Wireshark's sources has found in output/ or plugin/ so far, and would find again: what ends the
# program for a dissector, and what Wireshark has better names for. tools/in-wireshark-tree runs all of it.
WIRESHARK_FORBIDS = re.compile(r"^(?![ \t]*#).*\b(abort|assert|exit|g_assert|g_error|g_snprintf)\s*\(", re.MULTILINE)
# What output/ may know: no stdio.h, for it writes to no file, and nothing of Wireshark's.
OUTPUT_SYSTEM = STANDARD | {"glib.h", "math.h", "arpa/inet.h", "winsock2.h", "ws2tcpip.h"}
REPORT_SYSTEM = OUTPUT_SYSTEM | {"zlib.h"}
OUTPUT_PUBLIC = "include/tcplife/output"
COMPATIBILITY = ["plugin/ws_compat.h", "command/wtap_compat.h"]
FOLDERS = ["core", "output", "plugin", "command"]
MOST_LINES, MOST_IN_FUNCTION = 600, 60
LONG = {"sentence_template"}
# In these no two rooms need each other, either.
IN_ROOMS = {"core", "output"}
VERSION = re.compile(r"^[ \t]*#[ \t]*(?:el)?if.*VERSION(?!_H\b)", re.MULTILINE)
SOURCES = {".c", ".h", ".py", ".sh", ".js", ".mjs", ".css"}


def sources(*folders):
    for folder in folders:
        for path in sorted((tshark.ROOT / folder).rglob("*")):
            if path.suffix in SOURCES:
                yield path, path.relative_to(tshark.ROOT), path.read_text(encoding="utf-8")


def includes(text):
    return re.findall(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)', text, re.MULTILINE)


def is_there(header, *places):
    return any((tshark.ROOT / place / header).exists() for place in places)


def core():
    for path, name, text in sources("core", "include"):
        if str(name).startswith(OUTPUT_PUBLIC):
            continue
        places = [tshark.ROOT / "include", *([tshark.ROOT] if "core" in name.parts else [])]
        for bracket, header in includes(text):
            if header not in STANDARD if bracket == "<" else not any((place / header).exists() for place in places):
                yield f"{name} includes {header}"
        yield from (f"{name} calls {call}…)" for call in FORBIDDEN.findall(text))


def output():
    """Headers that output/ keeps for itself are named from the sources' root; its public ones include none of them."""
    for _, name, text in sources("output", OUTPUT_PUBLIC):
        system = REPORT_SYSTEM if name.parts[:2] == ("output", "report") else OUTPUT_SYSTEM
        for bracket, header in includes(text):
            own = header.startswith("output/") and name.parts[0] == "output" and is_there(header, ".")
            if header not in system if bracket == "<" else not (own or is_there(header, "include")):
                yield f"{name} includes {header}"


def plugin():
    for path, name, text in sources("plugin"):
        for bracket, header in includes(text):
            if bracket == '"' and (header.startswith("core/") or not is_there(header, "include", ".", path.parent)):
                yield f"{name} includes {header}"


def wireshark():
    for _, name, text in sources("output", "plugin"):
        if name.suffix in (".c", ".h"):
            yield from (f"{name} calls {call}(), as no part of Wireshark may" for call in WIRESHARK_FORBIDS.findall(text))


def units(folder):
    """file without .c and .h → what is written in it"""
    table = {}
    for path, name, text in sources(folder):
        if path.suffix in (".c", ".h"):
            table[str(name.with_suffix(""))] = table.get(str(name.with_suffix("")), "") + text
    return table


def objects():
    """source → the object that was compiled from it last"""
    table = {}
    for entry in json.loads((tshark.BUILD / "compile_commands.json").read_text(encoding="utf-8")):
        words = shlex.split(entry["command"])
        compiled = Path(entry["directory"]) / words[words.index("-o") + 1]
        name = os.path.relpath(entry["file"], tshark.ROOT)
        if compiled.exists() and (name not in table or compiled.stat().st_mtime > table[name].stat().st_mtime):
            table[name] = compiled
    return table


def symbols(compiled):
    """What an object has for others, and what it needs of others. (gcc-nm reads what is optimized when it is linked.)"""
    listed = subprocess.run([shutil.which("gcc-nm") or "nm", "-g", "-P", compiled], capture_output=True, text=True,
                            check=True).stdout
    words = [line.split() for line in listed.splitlines()]
    return {word[0] for word in words if word[1] not in "Uw"}, {word[0] for word in words if word[1] == "U"}


def needs(folder, compiled):
    """file → the files of the same folder that it includes or calls; and what cannot be told"""
    texts = units(folder)
    table = {unit: set() for unit in texts}
    home, wanted, findings = {}, {}, []
    for unit, text in texts.items():
        for _, header in includes(text):
            for place in ("", os.path.dirname(unit)):
                table[unit].add(os.path.normpath(os.path.join(place, header)).removesuffix(".h"))
        source = f"{unit}.c"
        if not (tshark.ROOT / source).exists():
            continue
        if source not in compiled:
            findings.append(f"{source} is not compiled in {tshark.BUILD}")
            continue
        has, wanted[unit] = symbols(compiled[source])
        home.update(dict.fromkeys(has, unit))
    for unit, names in wanted.items():
        table[unit] |= {home[name] for name in names if name in home}
    return {unit: (others & texts.keys()) - {unit} for unit, others in table.items()}, findings


def reach(table, unit):
    seen, ahead = set(), [unit]
    while ahead:
        for other in table[ahead.pop()] - seen:
            seen.add(other)
            ahead.append(other)
    return seen


def circle_list(table):
    reached = {unit: reach(table, unit) for unit in table}
    return {frozenset(other for other in reached[unit] if unit in reached[other])
            for unit in table if unit in reached[unit]}


def rooms(table):
    """room → the rooms that its files need"""
    home = os.path.dirname
    return {room: {home(other) for unit in table if home(unit) == room for other in table[unit]} - {room}
            for room in set(map(home, table))}


def circles():
    compiled = objects()
    for folder in FOLDERS:
        table, findings = needs(folder, compiled)
        yield from findings
        yield from (f"need each other: {', '.join(sorted(circle))}" for circle in sorted(circle_list(table), key=sorted))
        if folder in IN_ROOMS:
            yield from (f"rooms that need each other: {', '.join(sorted(circle))}" for circle in circle_list(rooms(table)))


def functions(text):
    """name, lines: our style has a function's braces, and nothing else's, at the beginning of a line."""
    for found in re.finditer(r"^(?=\S)(?!#)([^;{}]*?)^\{$(.*?)^\}$", text, re.MULTILINE | re.DOTALL):
        names = re.findall(r"(\w+)\(", found[1].split("*/")[-1])
        yield names[0] if names else "?", found[2].count("\n") + 1


def lengths():
    long, count = set(), 0
    for path, name, text in sources("core", "include", "output", "plugin", "command"):
        if path.suffix in (".c", ".h") and text.count("\n") > MOST_LINES:
            yield f"{name} has more than {MOST_LINES} lines"
        for function, lines in functions(text) if path.suffix in (".c", ".h") else ():
            count += 1
            if lines > MOST_IN_FUNCTION:
                long.add(function)
    yield from (f"more than {MOST_IN_FUNCTION} lines: {name}()" for name in sorted(long - LONG))
    yield from (f"not so long: {name}()" for name in sorted(LONG - long))
    if count < 1000:
        yield f"only {count} functions were found"


def flags():
    """What nobody takes back was the root of most wrong summaries."""
    text = (tshark.ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.split("### What sets a word")[1].split("\n## ")[0]
    rows = "".join(line.split("|")[1] for line in section.splitlines() if line.startswith("|") and line.count("|") == 4)
    written = set(re.findall(r"`([A-Z0-9_]+)`", rows))
    record = (tshark.ROOT / "core" / "record" / "record.h").read_text(encoding="utf-8")
    kept = set(re.findall(r"\bTL_(?:CONNECTION_|END_|(?=KEPT_))(\w+) = 1 <<", record))
    yield from (f"the flag {name} has no row in docs/architecture.md" for name in sorted(kept - written))
    yield from (f"docs/architecture.md has a row for {name}, which is no flag" for name in sorted(written - kept - {"TL_SILENCE"}))


def command():
    """The command knows nothing of Wireshark's dissectors, its decoder nothing of capture files."""
    for path, name, text in sources("command"):
        forbidden = r"epan/" if path.parent.name == "command" else r"epan/|wiretap/|wsutil/|wireshark\.h|ws_version"
        for header in re.findall(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)', text, re.MULTILINE):
            if re.match(forbidden, header):
                yield f"{name} includes {header}"


def versions():
    for _, name, text in sources("core", "include", "output", "plugin", "command", "tests"):
        if str(name) not in COMPATIBILITY and (found := VERSION.search(text)):
            yield f"{name} tests a version, which only {' and '.join(COMPATIBILITY)} may: {found[0].strip()}"


def captures():
    files = {path.stem for path in tshark.CAPTURES.glob("*.pcap*")}
    listed = set(tshark.captures())
    described = set(re.findall(r"^\| `([^`]+)` \| (?:main|client|server) \|",
                               (tshark.CAPTURES / "README.md").read_text(encoding="utf-8"),
                               re.MULTILINE))
    for place, names in (("tests/captures.list", listed), ("captures/README.md", described)):
        yield from (f"captures/{name} has no line in {place}" for name in sorted(files - names))
        yield from (f"{place} has {name}, captures/ has not" for name in sorted(names - files))
    golden = {path.stem for path in (tshark.ROOT / "tests" / "golden").glob("*.*")}
    yield from (f"tests/golden/{name}.* belongs to no capture" for name in sorted(golden - files))


def licences():
    for _, name, text in sources("core", "include", "output", "plugin", "command", "tests/unit", "tests/fuzz",
                                 "tests/decode", "report/src"):
        if "SPDX-License-Identifier: GPL-2.0-or-later" not in text:
            yield f"{name} has no SPDX line"


if __name__ == "__main__":
    tshark.report([*core(), *output(), *plugin(), *command(), *wireshark(), *circles(), *lengths(), *flags(), *versions(),
                   *captures(), *licences()], "layers, versions, captures, licences")
