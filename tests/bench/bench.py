#!/usr/bin/python3
"""What plugin and command cost, in time and memory: `tests/bench/run [OPTION…]` builds and calls this.

The plugin: each command runs with it and without, in turn, so that whatever else the machine does hits both; what is
printed is the median of the ratios of such pairs. Time is that of the processor (user and system), memory the peak
of the resident set. Then the command pcaplife beside its peers (peers.py), and the core alone (bench_core). With
--instructions, instructions are counted instead (by valgrind, which takes fifty times as long): no neighbour on the
machine changes them.
"""
import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

import peers
from captures import CAPTURES, make
from measuring import count_instructions, measure

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tshark  # noqa: E402

# what is measured → the words with the plugin, and those without it that it is compared with, if they differ
UNUSED = {
    "`-q -z conv,tcp`": (["-q", "-z", "conv,tcp"], None),
    "packet list": ([], None),
    "`-Y tcp.flags.reset==1`": (["-Y", "tcp.flags.reset==1"], None),
    "`-2`": (["-2"], None),
}
USED = {
    "`-Y tcplife.transition` : `-Y tcp.flags.reset==1`": (["-Y", "tcplife.transition"], ["-Y", "tcp.flags.reset==1"]),
    "`-q -z tcplife,json` : `-q -z conv,tcp`": (["-q", "-z", "tcplife,json"], ["-q", "-z", "conv,tcp"]),
}
PLUGIN = [name for name in CAPTURES if name != "lives"]
MEASURED = {"http-short": {**UNUSED, **USED}, "http-long": {**UNUSED, **USED}}
FEW = {name: {**UNUSED, **USED}[name] for name in (next(iter(UNUSED)), list(USED)[-1])}


def command(capture, words, plugins):
    return [*tshark.command(WIRESHARK_PLUGIN_DIR=plugins, WIRESHARK_ABORT_ON_DISSECTOR_BUG="0"), "-n", "-r",
            str(capture), *words]


def compare(capture, with_plugin, without, runs):
    """One line's figures."""
    empty = tshark.stage() / "no_plugins"
    empty.mkdir(exist_ok=True)
    sides = (command(capture, without, empty), command(capture, with_plugin, tshark.stage() / "plugins"))
    pairs = []
    for run in range(runs):
        order = (0, 1) if run % 2 else (1, 0)
        result = {side: measure(sides[side]) for side in order}
        pairs.append((result[0], result[1]))
    def median(of):
        return statistics.median(of(before, after) for before, after in pairs)

    return (median(lambda before, after: after[0] / before[0]), median(lambda before, after: after[1] / before[1]),
            median(lambda before, _: before[0]), median(lambda before, _: before[1]))


COUNTED = 30000  # packets


def count_a_packet(capture, words, plugins):
    """What tshark takes for a packet, its start taken off."""
    def count(packets):
        tshark_words = command(capture, ["-c", packets, *words], plugins)
        begin = tshark_words.index("tshark")
        return count_instructions(tshark_words[begin:], tshark_words[:begin])

    return (count(COUNTED) - count(1)) / (COUNTED - 1)


def print_instructions(capture, lines):
    empty = tshark.stage() / "no_plugins"
    empty.mkdir(exist_ok=True)
    print(f"| {capture.stem}, {COUNTED} packets | instructions | without the plugin, a packet |\n|---|---|---|")
    for what, (words, without) in lines.items():
        before = count_a_packet(capture, words if without is None else without, empty)
        after = count_a_packet(capture, words, tshark.stage() / "plugins")
        print(f"| {what} | {after / before:.3f} | {before:.0f} |", flush=True)
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=1000000, help="of a capture (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=7,
                        help="pairs for each ratio, or runs of which the best counts (default: %(default)s)")
    parser.add_argument("--captures", type=Path, metavar="FOLDER",
                        default=os.environ.get("TCPLIFE_BENCH_CAPTURES", "/var/tmp/tcplife-bench"))
    parser.add_argument("--only", action="append", choices=[*PLUGIN, "peers", "core"],
                        help="instead of all; may be repeated")
    parser.add_argument("--instructions", action="store_true",
                        help="count them, of the HTTP captures and of the command only")
    parser.add_argument("--connections", type=int, default=10000000,
                        help="where the core's curve ends (default: %(default)s, which needs 8 GB)")
    options = parser.parse_args()
    options.captures.mkdir(parents=True, exist_ok=True)
    options.captures.chmod(0o755)
    wanted = options.only or [*PLUGIN, "peers", "core"]

    tshark.prove()
    version = tshark.run("--version").stdout.splitlines()[0]
    print(f"{version}; {options.packets} packets" +
          ("" if options.instructions else f"; medians of {options.runs} pairs") + "\n")
    for name in PLUGIN:
        if name not in wanted:
            continue
        if options.instructions and name not in MEASURED:
            continue
        capture = make(name, options.captures, options.packets)
        if options.instructions:
            print_instructions(capture, MEASURED[name])
            continue
        print(f"| {capture.stem} | time | memory | without the plugin |\n|---|---|---|---|")
        for what, (words, without) in MEASURED.get(name, FEW).items():
            time, memory, seconds, resident = compare(capture, words, words if without is None else without,
                                                      options.runs)
            print(f"| {what} | {time:.3f} | {memory:.3f} | {seconds:.2f} s, {resident / 1e6:.0f} MB |", flush=True)
        print()
    if "peers" in wanted:
        peers.print_build()
        if options.instructions:
            peers.print_instructions(options.captures, options.packets)
        else:
            peers.print_comparison(options.captures, options.packets, options.runs)
            peers.print_memory(options.captures, options.packets)
            peers.print_jobs(options.captures, options.packets, options.runs)
            peers.print_start(options.captures, options.packets, options.runs)
    if "core" in wanted and not options.instructions:
        sys.stdout.flush()
        subprocess.run([tshark.BUILD / "tests" / "bench_core", "--connections", str(options.connections)], check=True)


if __name__ == "__main__":
    main()
