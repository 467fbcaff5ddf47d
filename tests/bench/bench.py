#!/usr/bin/python3
"""What the plugin costs, in time and memory: `tests/bench/run [OPTION…]` builds and calls this.

Each command runs with the plugin and without, in turn, so that whatever else the machine does hits both; what is
printed is the median of the ratios of such pairs. Time is that of the processor (user and system), memory the peak
of the resident set. Then the core alone (bench_core). With --instructions, instructions are counted instead (by
valgrind, which takes fifty times as long): no neighbour on the machine changes them.
"""
import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import tshark  # noqa: E402

NO_PLUGIN = "no plugin"

# capture → how it is made, and how many packets of it for one packet of --packets
CAPTURES = {
    "http-short": ("http", "short", 1), "http-long": ("http", "long", 1),
    "flood": ("make", "flood", 0.5), "parallel": ("make", "parallel", 0.1), "one": ("make", "one", 1),
}
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
MEASURED = {"http-short": {**UNUSED, **USED}, "http-long": {**UNUSED, **USED}}
FEW = {name: {**UNUSED, **USED}[name] for name in (next(iter(UNUSED)), list(USED)[-1])}


def make(name, folder, packets):
    """The capture's path; it is made once."""
    kind, what, share = CAPTURES[name]
    count = max(1000, int(packets * share))
    path = folder / f"{name}-{count}.pcap"
    if path.exists():
        return path
    print(f"making {path} …", file=sys.stderr, flush=True)
    partial = path.with_suffix(".partial")
    if kind == "make":
        with open(partial, "wb") as file:
            subprocess.run([tshark.BUILD / "tests" / "make_capture", what, str(count)], stdout=file, check=True)
    else:
        absent = [word for word in ("unshare", "nsenter", "ip", "nft", "nginx", "wrk", "tcpdump")
                  if not shutil.which(word, path=os.environ["PATH"] + ":/usr/sbin:/sbin")]
        if absent:
            sys.exit(f"bench: {', '.join(absent)} is not installed, and makes the HTTP captures: run tests/bench/run")
        user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
        subprocess.run(["unshare", *user, "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
                        HERE / "http_traffic.sh", partial, str(count), what], check=True, env=environment,
                       stdin=subprocess.DEVNULL)
    partial.chmod(0o644)
    partial.rename(path)
    return path


def command(capture, words, plugins):
    return [*tshark.command(WIRESHARK_PLUGIN_DIR=plugins, WIRESHARK_ABORT_ON_DISSECTOR_BUG="0"), "-n", "-r",
            str(capture), *words]


def measure(words):
    """Seconds and bytes of one run."""
    with open(os.devnull, "r+b") as null, tempfile.TemporaryFile() as said:
        child = subprocess.Popen(list(map(str, words)), stdin=null, stdout=null, stderr=said)
        _, status, use = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            sys.exit(f"bench: {' '.join(map(str, words))}\n{said.read().decode(errors='replace')[-2000:]}")
    return use.ru_utime + use.ru_stime, use.ru_maxrss * 1024


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


def count_instructions(capture, words, plugins):
    """What tshark takes for a packet, its start taken off."""
    def count(packets):
        tshark_words = command(capture, ["-c", packets, *words], plugins)
        begin = tshark_words.index("tshark")
        done = subprocess.run([*map(str, tshark_words[:begin]), "valgrind", "--tool=callgrind",
                               "--callgrind-out-file=/dev/null", *map(str, tshark_words[begin:])],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              errors="replace", check=True)
        return int(re.search(r"Collected : (\d+)", done.stderr)[1])

    return (count(COUNTED) - count(1)) / (COUNTED - 1)


def print_instructions(capture, lines):
    empty = tshark.stage() / "no_plugins"
    empty.mkdir(exist_ok=True)
    print(f"| {capture.stem}, {COUNTED} packets | instructions | without the plugin, a packet |\n|---|---|---|")
    for what, (words, without) in lines.items():
        before = count_instructions(capture, words if without is None else without, empty)
        after = count_instructions(capture, words, tshark.stage() / "plugins")
        print(f"| {what} | {after / before:.3f} | {before:.0f} |", flush=True)
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=1000000, help="of a capture (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=7, help="pairs for each ratio (default: %(default)s)")
    parser.add_argument("--captures", type=Path, metavar="FOLDER",
                        default=os.environ.get("TCPLIFE_BENCH_CAPTURES", "/var/tmp/tcplife-bench"))
    parser.add_argument("--only", action="append", choices=[*CAPTURES, "core"], help="instead of all; may be repeated")
    parser.add_argument("--instructions", action="store_true", help="count them, of the HTTP captures only")
    parser.add_argument("--connections", type=int, default=10000000,
                        help="where the core's curve ends (default: %(default)s, which needs 8 GB)")
    options = parser.parse_args()
    options.captures.mkdir(parents=True, exist_ok=True)
    options.captures.chmod(0o755)
    wanted = options.only or [*CAPTURES, "core"]

    tshark.prove()
    version = tshark.run("--version").stdout.splitlines()[0]
    print(f"{version}; {options.packets} packets" +
          ("" if options.instructions else f"; medians of {options.runs} pairs") + "\n")
    for name in CAPTURES:
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
    if "core" in wanted and not options.instructions:
        sys.stdout.flush()
        subprocess.run([tshark.BUILD / "tests" / "bench_core", "--connections", str(options.connections)], check=True)


if __name__ == "__main__":
    main()
