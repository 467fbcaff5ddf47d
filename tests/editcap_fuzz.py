#!/usr/bin/python3
"""Damaged captures do no harm: `tests/editcap_fuzz.py [--rounds N] [--first SEED]`.

As Wireshark's own fuzzing does it: all captures in one file, one byte in a hundred to one in twenty
changed by `editcap -E`, read by tshark in two passes with the whole tree and every statistic, with the
plugin under ASan and UBSan. A file that tshark stumbles over without the plugin, too, is not ours and
is only named. Files that fail stay in BUILD/fuzz/findings.
"""
import argparse
import shutil
import subprocess

import sanitizers
import tshark

PROBABILITIES = ("0.01", "0.02", "0.05")
OFFSETS = ("0", "34")  # from the first byte; or behind the headers of Ethernet and IPv4: TCP's


def damaged(whole, seed):
    path = whole.parent / f"damaged_{seed}.pcapng"
    subprocess.run(["editcap", "-E", PROBABILITIES[seed % len(PROBABILITIES)], "-o", OFFSETS[seed // 3 % len(OFFSETS)],
                    "--seed", str(seed), whole, path], check=True, stdin=subprocess.DEVNULL, capture_output=True)
    path.chmod(0o644)
    return path


def stumbles_anyway(path, environment):
    try:
        tshark.run("-2", "-V", capture=path, **environment, WIRESHARK_PLUGIN_DIR="/nonexistent")
    except tshark.TsharkError:
        return True
    return False


def read(path, environment):
    """A problem, or None."""
    try:
        tshark.run("-2", "-V", *sanitizers.STATISTICS, capture=path, **environment)
    except tshark.TsharkError as error:
        kept = tshark.BUILD.parent / "fuzz" / "findings"
        kept.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, kept)
        if stumbles_anyway(path, environment):
            print(f"{kept / path.name}: tshark stumbles over it without the plugin, too")
            return None
        return f"{kept / path.name}: {error}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--first", type=int, default=1, help="the first round's seed")
    arguments = parser.parse_args()
    environment = sanitizers.prepare()
    whole = tshark.together()
    seeds = range(arguments.first, arguments.first + arguments.rounds)
    problems = tshark.each(lambda seed: read(damaged(whole, seed), environment), seeds)
    tshark.report([problem for problem in problems if problem], f"{len(seeds)} times {len(tshark.captures())} captures")


if __name__ == "__main__":
    main()
