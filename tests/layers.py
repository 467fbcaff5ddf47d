#!/usr/bin/python3
"""The rules of docs/architecture.md that a compiler does not check.

Promises that
- core/ and the headers for its users include nothing but some headers of the C standard and their own, and core/
  takes its memory from its caller;
- the headers for its users include no other; nobody else includes a header that core/ keeps for itself;
- Wireshark's version is tested in plugin/ws_compat.h alone;
- every capture has its line in tests/captures.list and in captures/README.md, and vice versa;
- every source file names its licence.
"""
import re

import tshark

# No stdio.h, no time.h: the core prints nothing and asks no clock. Nor does it allocate or give up.
STANDARD = {f"{name}.h" for name in "assert inttypes limits stdalign stdbool stddef stdint stdlib string".split()}
FORBIDDEN = re.compile(r"\b(?:malloc|calloc|realloc|free|abort|exit|getenv|rand)\s*\(")
VERSION = re.compile(r"^[ \t]*#[ \t]*(?:el)?if.*VERSION(?!_H\b)", re.MULTILINE)
SOURCES = {".c", ".h", ".py", ".sh"}


def sources(*folders):
    for folder in folders:
        for path in sorted((tshark.ROOT / folder).rglob("*")):
            if path.suffix in SOURCES:
                yield path, path.relative_to(tshark.ROOT), path.read_text(encoding="utf-8")


def includes(text):
    return re.findall(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)', text, re.MULTILINE)


def core():
    for path, name, text in sources("core", "include"):
        places = [tshark.ROOT / "include", *([tshark.ROOT] if "core" in name.parts else [])]
        for bracket, header in includes(text):
            if header not in STANDARD if bracket == "<" else not any((place / header).exists() for place in places):
                yield f"{name} includes {header}"
        yield from (f"{name} calls {call}…)" for call in FORBIDDEN.findall(text))
    for path, name, text in sources("output", "plugin"):
        yield from (f"{name} includes {header}" for bracket, header in includes(text)
                    if bracket == '"' and (header.startswith("core/") or not any(
                        (place / header).exists() for place in (tshark.ROOT / "include", tshark.ROOT, path.parent))))


def versions():
    for _, name, text in sources("core", "include", "output", "plugin", "tests"):
        if str(name) != "plugin/ws_compat.h" and (found := VERSION.search(text)):
            yield f"{name} tests a version outside plugin/ws_compat.h: {found[0].strip()}"


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
    for _, name, text in sources("core", "include", "output", "plugin", "tests/unit", "tests/fuzz"):
        if "SPDX-License-Identifier: GPL-2.0-or-later" not in text:
            yield f"{name} has no SPDX line"


if __name__ == "__main__":
    tshark.report([*core(), *versions(), *captures(), *licences()], "layers, versions, captures, licences")
