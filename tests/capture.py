#!/usr/bin/python3
"""Everything that is promised of each stored capture: `tests/capture.py [NAME…]` (default: all of captures.list).

One reading of the capture (reading.py) is enough for the promises of golden.py, pictures.py, recount.py, zeek.py and
truth.py, which say what they are. That nothing changes which Wireshark says of it without the plugin, promises undisturbed.py.
"""
import sys

import golden
import pictures
import reading
import recount
import truth
import tshark
import zeek

PROMISES = {"golden files": golden.check, "pictures": pictures.check, "statistics": recount.check,
            "Zeek's words": zeek.check_ways}


def check(name):
    """The broken promises, each with its capture and its kind."""
    seen = reading.Reading(tshark.capture_file(name))
    problems = {kind: promise(seen) for kind, promise in PROMISES.items()}
    if truth.has_truth(name):
        problems["kernel truth"], _, _ = truth.check(seen)
    return [f"{name}, {kind}: {problem}" for kind, some in problems.items() for problem in some]


def main():
    known = list(tshark.captures())
    names = sys.argv[1:] or known
    if unknown := [name for name in names if name not in known]:
        sys.exit(f"FAILED: no line in tests/captures.list: {', '.join(unknown)}")
    problems = [problem for some in tshark.each(check, names) for problem in some]
    tshark.report(problems, f"{len(names)} captures: {', '.join(PROMISES)}, kernel truth where it is known")


if __name__ == "__main__":
    main()
