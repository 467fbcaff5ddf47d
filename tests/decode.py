#!/usr/bin/python3
"""The command's decoder finds what Wireshark finds: `tests/decode.py [CAPTURE…]`.

Promises that decode_segments (command/, without Wireshark's dissectors) and tshark with the plugin give the
tracker the same segments, byte for byte, and that it says the same of them, in
- every capture of the repository, and of ../shared where that is present;
- packets made by decode/packets.py: all link layers and tunnels within one another, fragments in any order,
  ICMP errors, some cut off.
A packet that is nothing but headers needs no more stack than any other.

Where they are known to differ:
- Wireshark ends with a frame when one of its dissectors gives up, so that the packets of an A-MSDU behind a malformed
  one are lost to it, and not to the decoder;
- the plugin's network ends at the first layer that it does not know (decode/packets.py, `named`);
- from 4.6 on, Wireshark reads what a GTP tunnel carries only where all its lengths agree.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import functools
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import tshark

sys.path.insert(0, str(tshark.ROOT / "tests" / "decode"))
import packets  # noqa: E402

PROGRAM = tshark.BUILD / "tests" / "decode_segments"
SEEDS = [1, 2, 3, 9, 14, 17, 23]
FRAMES = 5000  # of each
SHOWN = 6  # differences of one capture


def stage_tap():
    """The plugin for tests beside the one that is tested."""
    for plugin in (tshark.BUILD / "test_plugins").glob("*/epan/segments_tap.so"):
        copy = tshark.stage() / "plugins" / plugin.relative_to(tshark.BUILD / "test_plugins")
        copy.write_bytes(plugin.read_bytes())
        copy.chmod(0o755)


def wireshark(path):
    """What tshark with both plugins prints. A bug in another dissector, which some captures find, is none of this test's."""
    words = [word for word in tshark.command() if not word.startswith("WIRESHARK_ABORT_ON_DISSECTOR_BUG=")]
    done = subprocess.run([*words, "-n", "-q", "-r", tshark.readable(path)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise tshark.TsharkError(f"tshark: {path}: exit code {done.returncode}: {done.stderr}")
    return done.stdout


def in_order(text):
    """Wireshark's taps come from the inside to the outside: within a frame, the order is the lines' own."""
    lines = [line for line in text.splitlines() if line[:1].isdigit()]
    return sorted(lines, key=lambda line: (frame_of(line), line))


def frame_of(line):
    return int(line.split(" ", 1)[0])


@functools.cache
def version():
    """Wireshark's, as (4, 0)."""
    return tuple(map(int, re.search(r"(\d+)\.(\d+)", tshark.run("--version").stdout).groups()))


def behind_malformed(path):
    """The frames of 802.11 with which Wireshark ended too early."""
    done = tshark.run("-Y", "wlan && _ws.malformed", "-T", "fields", "-e", "frame.number", capture=path)
    return {int(line) for line in done.stdout.splitlines() if line.isdigit()}  # the others are the tap's


def without_network(line):
    """The plugin's network ends at layers whose names it does not know; the verdict may depend on it."""
    return re.sub(r" network=.*? seq| sender=.*", lambda found: " seq" if "seq" in found[0] else "", line)


def compare(path, only_segments=False):
    """How many segments were the same, and problems."""
    done = subprocess.run([PROGRAM, path], capture_output=True, text=True, timeout=600)
    if done.returncode:
        return 0, [f"{path.name}: exit code {done.returncode}: {done.stderr}"]
    theirs, ours = in_order(wireshark(path)), in_order(done.stdout)
    if only_segments:
        theirs, ours = ([without_network(line) for line in lines if " segment " in line] for lines in (theirs, ours))
    lost = behind_malformed(path) if only_segments else set()
    known = set(theirs)
    ours = [line for line in ours if line in known or frame_of(line) not in lost]
    missing, more = Counter(theirs) - Counter(ours), Counter(ours) - Counter(theirs)
    differences = [(frame_of(line), f"  {who} {line}") for who, lines in
                   (("Wireshark:", missing), ("pcaplife: ", more)) for line in lines]
    if not differences:
        return len(ours), []
    return 0, ["\n".join([f"{path.name}: {missing.total()} lines are missing, {more.total()} are too many; {done.stderr}",
                          *(text for _, text in sorted(differences)[:SHOWN])])]


def bounded(folder):
    """Headers within headers without end are no more than so many layers: a small stack is enough. Returns problems."""
    made = packets.Packets(0)
    made.frames = [(link, data, len(data)) for link, data in packets.deep().values()]
    path = folder / "deep.pcapng"
    with path.open("wb") as file:
        made.write(file)
    done = subprocess.run([PROGRAM, path], capture_output=True, text=True, timeout=600,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (256 << 10, 256 << 10)))
    said = f"not decoded: {len(made.frames)} more than 64 layers\n"
    return [] if (done.returncode, done.stdout, done.stderr) == (0, "", said) else [
        f"headers within headers: exit code {done.returncode}: {done.stderr}, expected {said}"]


def joined(name, files, folder):
    """The captures in one, one behind the other: so tshark has to start once. Those that cannot be joined stay alone."""
    target = folder / f"{name}.pcapng"
    done = subprocess.run(["mergecap", "-a", "-w", target, *files], capture_output=True, text=True)
    return [(target, False)] if not done.returncode else [(file, False) for file in files]


def captures(folder):
    """(path, whether only the segments are compared) of all that there is."""
    for name, place in (("captures", tshark.CAPTURES), ("shared_captures", tshark.SHARED / "captures"),
                        ("cases", tshark.SHARED / "cases"), ("lab", tshark.SHARED / "lab")):
        files = sorted(path for path in place.rglob("*") if path.name.endswith((".pcap", ".pcapng", ".dmp.gz")))
        if files:
            yield from joined(name, files, folder)
    script = tshark.ROOT / "tests" / "decode" / "packets.py"
    for seed in SEEDS:
        for named in ([], ["named"]):
            words = named + ["without_gtp"] * (version() >= (4, 6))
            path = folder / f"made_{seed}{'_'.join(['', *words])}.pcapng"
            made = subprocess.run([sys.executable, script, str(seed), str(FRAMES), *words], capture_output=True, check=True)
            path.write_bytes(made.stdout)
            yield path, not named


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("capture", nargs="*", type=Path, help="these alone")
    arguments = parser.parse_args()
    if not shutil.which("mergecap"):
        tshark.skip("mergecap is not installed (Debian: wireshark-common)")
    stage_tap()
    with tempfile.TemporaryDirectory() as folder:
        chosen = [(path, False) for path in arguments.capture] or list(captures(Path(folder)))
        results = tshark.each(lambda one: compare(*one), chosen)
        problems = [problem for _, found in results for problem in found] + bounded(Path(folder))
    tshark.report(problems,
                  f"{sum(count for count, _ in results)} segments and ICMP errors in {len(results)} files")


if __name__ == "__main__":
    main()
