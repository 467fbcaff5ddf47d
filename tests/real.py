#!/usr/bin/python3
"""Real captures by others, where ../shared/captures is present.

Promises for any capture (capture.py and undisturbed.py do for the project's own):
- one pass and two passes say the same of every segment, and print the same JSON;
- that JSON is valid, one object a connection, numbered from 0;
- nothing that Wireshark says without the plugin changes with it;
- no crash, no dissector bug.

    tests/real.py [CAPTURE…]
"""
import json
import sys
from pathlib import Path

import tshark
from undisturbed import undisturbed


def check(capture):
    """The broken promises."""
    problems = []
    fields = ["frame.number", *tshark.SEGMENT_FIELDS, *tshark.expert_fields()]
    one, json_one = tshark.rows(capture, fields)
    two, json_two = tshark.rows(capture, fields, "-2")
    for first, second in zip(one, two):
        for field in fields:
            if first[field] != second[field]:
                problems.append(f"frame {first['frame.number'][0]}, {field}: {first[field]} in one pass, "
                                f"{second[field]} in two")
    if len(one) != len(two):
        problems.append(f"{len(one)} frames in one pass, {len(two)} in two")
    if json_one != json_two:
        problems.append("-z tcplife,json differs in two passes")
    try:
        numbers = [json.loads(line)["connection"] for line in json_one]
        if numbers != list(range(len(numbers))):
            problems.append(f"-z tcplife,json numbers its connections {numbers}")
    except (ValueError, KeyError) as error:
        problems.append(f"-z tcplife,json is not valid: {error!r}")
    return [f"{Path(capture).name}: {problem}" for problem in problems] + undisturbed(capture)


def main():
    captures = [Path(name) for name in sys.argv[1:]] or sorted(
        path for path in (tshark.SHARED / "captures").glob("*") if ".tsv" not in path.suffixes)
    if not captures:
        tshark.skip("no captures by others beside this repository")
    results = tshark.each(check, captures)
    tshark.report([problem for some in results for problem in some], f"{len(captures)} captures by others")


if __name__ == "__main__":
    main()
