#!/usr/bin/python3
"""How often each expert info is said of captures that others made.

Where ../shared/captures is present: tests/expert_counts.txt has, for each capture, the words for how its connections
opened and closed, and the expert infos by name, with how often each occurs. A rule that makes one of them common, or
rare, changes a line there; whoever changed the rule reads the capture, and says whether the new line is true.

    tests/expert_counts.py             compare
    tests/expert_counts.py --update    write expert_counts.txt anew; review it with git diff
"""
import collections
import difflib
import json
import sys

import tshark

EXPECTED = tshark.ROOT / "tests" / "expert_counts.txt"
FOLDER = tshark.SHARED / "captures"


def counted(words):
    return " ".join(f"{word}={count}" for word, count in sorted(collections.Counter(words).items()))


def lines(capture):
    """Three lines of one capture: how its connections opened, how they closed, what was said of them."""
    done = tshark.run("-q", "-z", "tcplife,json", capture=capture)
    lives = [json.loads(line) for line in done.stdout.splitlines()]
    said = [expert["name"] for life in lives for expert in life["experts"]]
    return [f"{capture.name}\topen\t{counted(life['open'] for life in lives)}",
            f"{capture.name}\tclose\t{counted(life['close'] for life in lives)}",
            f"{capture.name}\tsaid\t{counted(said)}"]


def main():
    captures = sorted(path for path in FOLDER.glob("*") if path.suffix in (".pcap", ".pcapng", ".gz"))
    if not captures:
        tshark.skip(f"{FOLDER} has no captures")
    found = [line for some in tshark.each(lines, captures) for line in some]
    if sys.argv[1:] == ["--update"]:
        EXPECTED.write_text("\n".join(found) + "\n", encoding="utf-8")
    expected = EXPECTED.read_text(encoding="utf-8").splitlines()
    known = {line.split("\t")[0] for line in expected}
    missing = {path.name for path in captures} ^ known
    problems = [line for line in difflib.unified_diff(expected, found, "tests/expert_counts.txt", "now", lineterm="", n=0)
                if line[0] in "+-" and line.split("\t")[0].strip("+-") not in missing]
    tshark.report(problems, f"expert infos of {len(captures)} captures")


if __name__ == "__main__":
    main()
