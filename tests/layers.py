#!/usr/bin/python3
"""The rules of docs/architecture.md that a compiler does not check.

Promises that
- core/ and the headers for its users include nothing but some headers of the C standard and their own, and core/
  takes its memory from its caller;
- the headers for its users include no other; nobody else includes a header that core/ keeps for itself;
- output/ and its public headers know GLib, and nothing of Wireshark, files or the plugin;
- Wireshark's version is tested in plugin/ws_compat.h and command/wtap_compat.h alone;
- every capture has its line in tests/captures.list and in captures/README.md, and vice versa;
- every source file names its licence.
"""
import re

import tshark

# No stdio.h, no time.h: the core prints nothing and asks no clock. Nor does it allocate or give up.
STANDARD = {f"{name}.h" for name in "assert inttypes limits stdalign stdbool stddef stdint stdlib string".split()}
FORBIDDEN = re.compile(r"\b(?:malloc|calloc|realloc|free|abort|exit|getenv|rand)\s*\(")
# What output/ may know: no stdio.h, for it writes to no file, and nothing of Wireshark's.
OUTPUT_SYSTEM = STANDARD | {"glib.h", "math.h", "arpa/inet.h", "winsock2.h", "ws2tcpip.h"}
OUTPUT_PUBLIC = "include/tcplife/output"
COMPATIBILITY = ["plugin/ws_compat.h", "command/wtap_compat.h"]
VERSION = re.compile(r"^[ \t]*#[ \t]*(?:el)?if.*VERSION(?!_H\b)", re.MULTILINE)
SOURCES = {".c", ".h", ".py", ".sh"}


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
        for bracket, header in includes(text):
            own = header.startswith("output/") and name.parts[0] == "output" and is_there(header, ".")
            if header not in OUTPUT_SYSTEM if bracket == "<" else not (own or is_there(header, "include")):
                yield f"{name} includes {header}"


def plugin():
    for path, name, text in sources("plugin"):
        for bracket, header in includes(text):
            if bracket == '"' and (header.startswith("core/") or not is_there(header, "include", ".", path.parent)):
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
                                 "tests/decode"):
        if "SPDX-License-Identifier: GPL-2.0-or-later" not in text:
            yield f"{name} has no SPDX line"


if __name__ == "__main__":
    tshark.report([*core(), *output(), *plugin(), *versions(), *captures(), *licences()], "layers, versions, captures, licences")
