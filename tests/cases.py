#!/usr/bin/python3
"""Small captures by others, with the right values and a judge of their own, where ../shared has them.

- ../shared/cases: one capture for each kind of fault; every value is right.
- ../shared/lab/failing: hard lives out of the lab; so many of their points at least are right. Who mends
  one raises the number.

    tests/cases.py
"""
import re
import shlex
import subprocess
import sys

import tshark

CASES = tshark.SHARED / "cases"
FAILING = tshark.SHARED / "lab" / "failing"
RIGHT_POINTS = 2991


def judge(folder):
    """What the folder's judge says; the captures lie where the unprivileged user can read them."""
    staged = tshark.stage_folder(folder)
    # Wireshark's own dissector of MPTCP asserts on one of these lives; that is shown, not fatal.
    words = [str(word) for word in tshark.command() if not str(word).startswith("WIRESHARK_ABORT")]
    said = subprocess.run([sys.executable, staged / "judge.py", staged, "--tshark", shlex.join(words)],
                          capture_output=True, text=True)
    lines = (said.stdout + said.stderr).splitlines()
    return lines[:-1], lines[-1] if lines else "nothing"


def main():
    missing = [folder for folder in (CASES, FAILING) if not (folder / "judge.py").exists()]
    if missing:
        tshark.skip(f"no {missing[0].relative_to(tshark.ROOT.parent)}")
    problems, sums = [], []

    wrong, total = judge(CASES)
    right = re.fullmatch(r"(\d+) of (\d+) cases right", total)
    if not right or right[1] != right[2]:
        problems += [*wrong, f"cases: {total}"]
    sums.append(total)

    wrong, total = judge(FAILING)
    right = re.match(r"(\d+) of (\d+) points right", total)
    if not right or int(right[1]) < RIGHT_POINTS:
        problems += [*wrong, f"failing: {total}; {RIGHT_POINTS} were"]
    sums.append(total)
    tshark.report(problems, "; ".join(sums))


if __name__ == "__main__":
    main()
