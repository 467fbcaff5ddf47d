#!/usr/bin/python3
"""Each expert info appears where docs/diagnoses.md says, and not in the capture that looks alike.

Every row of the table there is two tests: the named capture shows the expert info at exactly the named
frames, with the named severity, in a sentence; the one that looks alike does not show it at all. What the document says
each means, and the names in the manual pages, are those of the library (tests/guides.py).
"""
import functools
import json
import re

import guides
import tshark

CELL = re.compile(r"(?P<capture>\w+)(?:@(?P<frames>[\d,]+))?(?: \[(?P<preference>\w+:\d+)\])?")


def table():
    """(name, severity, shown by, alike) of each row."""
    text = (tshark.ROOT / "docs" / "diagnoses.md").read_text(encoding="utf-8")
    for name, *cells in re.findall(r"^\| `(\w+)` \| (\w+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE):
        yield (name, *cells)


@functools.cache
def experts(cell):
    """(frame, severity, text) by name, of the capture in a cell, and the frames that the cell names."""
    match = CELL.fullmatch(cell.strip())
    options = ["-o", "tcplife." + match["preference"]] if match["preference"] else []
    found = {}
    output = tshark.run("-q", *options, "-z", "tcplife,json", capture=tshark.capture_file(match["capture"])).stdout
    for line in output.splitlines():
        for expert in json.loads(line)["experts"]:
            found.setdefault(expert["name"], []).append((expert["frame"], expert["severity"], expert["text"]))
    return found, sorted(int(number) for number in (match["frames"] or "").split(",") if number)


def check(row):
    name, severity, shown, alike = row
    found, frames = experts(shown)
    got = sorted(frame for frame, _, _ in found.get(name, []))
    if got != frames:
        yield f"{name}: {shown} shows it at frames {got}, not {frames}"
    for frame, its_severity, text in found.get(name, []):
        if its_severity != severity:
            yield f"{name}: {its_severity}, not {severity}"
        if not re.fullmatch(r"[A-Z0-9].*\w.*[.?]", text) or "{" in text or "[" in text:
            yield f"{name}: no sentence: {text}"
    for other in alike.split(", "):
        wrong, _ = experts(other)
        if name in wrong:
            yield f"{name}: {other} shows it, too, at frame {wrong[name][0][0]}"


def said_twice(capture):
    """Lines of the packets' trees in which an expert info begins with its summary, and then begins so again."""
    lines = tshark.run("-O", "tcplife", capture=tshark.capture_file(capture)).stdout.splitlines()
    return [f"{capture}: {line.strip()}" for line in lines if re.search(r"Expert Info \(.*\): (.{5,}): \1", line)]


def main():
    rows = list(table())
    problems = [problem for some in tshark.each(lambda row: list(check(row)), rows) for problem in some]
    missing = set(tshark.expert_names()) ^ {row[0] for row in rows}
    problems += [f"{name}: in only one of docs/diagnoses.md and tcplife/diagnosis.h" for name in sorted(missing)]
    problems += [line for capture in ("halfclose_client", "simultaneous_close") for line in said_twice(capture)]
    problems += guides.problems()
    tshark.report(problems, f"{len(rows)} expert infos are where they should be, and not where they should not")


if __name__ == "__main__":
    main()
