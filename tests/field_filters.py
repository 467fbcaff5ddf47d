#!/usr/bin/python3
"""A filter on one field finds the packets that have it.

What nobody asks for is not built, so a filter on one field takes ways through the plugin that a look at all
fields of a packet does not: above all where a segment changes no state.

    tests/field_filters.py [NAME…]
"""
import functools
import subprocess
import sys

import tshark

NAMES = "last_ack_lost midstream_fin fin_paws".split()


@functools.cache
def fields():
    done = subprocess.run([*tshark.command(), "-G", "fields"], capture_output=True, text=True, check=True)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return [line[2] for line in lines if line[0] == "F" and line[4] == "tcplife"]


def of_unchanged_segments(capture):
    """{field: the frames that have it}, for all fields that a segment has that changes no state."""
    rows, _ = tshark.table(["frame.number", *fields()], capture=capture)
    have = {}
    for row in rows:
        for field in fields():
            if row[field]:
                have.setdefault(field, []).append(int(row["frame.number"][0]))
    changed = set(have["tcplife.transition"])
    return {field: frames for field, frames in have.items() if not set(frames) <= changed}


def check(asked):
    name, capture, field, have_it = asked
    lines = tshark.run("-Y", field, capture=capture).stdout.splitlines()
    found = [int(line.split()[0]) for line in lines]
    return [] if found == have_it else [f"{name}: the filter {field} finds frames {found}, and {have_it} have it"]


def main():
    asked = [(name, tshark.capture_file(name), field, frames) for name in sys.argv[1:] or NAMES
             for field, frames in of_unchanged_segments(tshark.capture_file(name)).items()]
    problems = [problem for some in tshark.each(check, asked) for problem in some]
    if not {"tcplife.presumed", "tcplife.open"} <= {field for _, _, field, _ in asked}:
        problems.append("hardly a field has a value: is the plugin loaded?")
    tshark.report(problems, f"{len(asked)} filters on one field")


if __name__ == "__main__":
    main()
