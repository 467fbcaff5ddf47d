#!/usr/bin/python3
"""No leak over the GUI's life: 50 times a file is opened, looked at, and another one opened.

sharkd is Wireshark's own engine behind a JSON interface. One process loads two captures in turn
and asks each time for every statistic of ours, for the packet list and for some packets' trees. What
its memory grows by from the 10th cycle to the 50th must be no more than the same without the
plugin (Wireshark 4.0's sharkd leaks 11 MB itself, each time) and ALLOWED_KB. sanitizers.py runs a
few such cycles with the LeakSanitizer, which finds even a single byte.
"""
import json
import re
import shutil
import subprocess
from pathlib import Path

import tshark

NAMES = "syn_flood", "last_ack_lost"
CYCLES, SETTLED = 50, 10
# 6 kB a load: this finds connections or tables that are left behind, and leaves less to the LeakSanitizer.
ALLOWED_KB = 512
# Every allocation of Wireshark's pools is one of malloc: the memory resident is what is in use.
NO_POOLS = {"WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple", "G_SLICE": "always-malloc"}
TAPS = ["stat:tcplife", *("nstat:tcplife," + name for name in ("stat", "conn", "servers", "over_time"))]


class Sharkd:
    """One sharkd process that answers one request after the other."""

    def __init__(self, **environment):
        words = [*tshark.command(**environment)[:-1], "sharkd", "-"]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.number = 0

    def ask(self, method, **parameters):
        self.number += 1
        request = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line.startswith("{"):
            raise tshark.TsharkError(f"sharkd: {method} {parameters}: no answer\n{self.first_words()}")
        answer = json.loads(line)
        if "error" in answer:
            raise tshark.TsharkError(f"sharkd: {method} {parameters}: {answer['error']}")
        return answer["result"]

    def resident_kb(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)[1])

    def first_words(self):
        """What it said before it ended by itself: a sanitizer's first lines say what is wrong, and where."""
        _, said = self.end()
        return said[max(0, said.find("ERROR: ")):][:4000]

    def end(self):
        """(exit code, what it said on stderr)"""
        _, said = self.process.communicate(timeout=tshark.HANGS)
        return self.process.returncode, said


def open_and_look(sharkd, capture, with_plugin):
    sharkd.ask("load", file=str(tshark.readable(capture)))
    for tap in TAPS if with_plugin else []:
        sharkd.ask("tap", tap0=tap)
    frames = sharkd.ask("frames", filter='tcplife.explain contains "ESTABLISHED"' if with_plugin else "tcp")
    shown = 0
    for frame in frames[:5]:
        shown += "tcplife" in json.dumps(sharkd.ask("frame", frame=frame["num"], proto=True))
    if bool(shown) != with_plugin:
        raise tshark.TsharkError(f"{capture}: {shown} packets have fields of the plugin")


def cycles(count, with_plugin=True, **environment):
    """The resident memory in kB after each cycle, and the Sharkd."""
    sharkd = Sharkd(**environment)
    memory = []
    for _ in range(count):
        for name in NAMES:
            open_and_look(sharkd, tshark.capture_file(name), with_plugin)
        memory.append(sharkd.resident_kb())
    return memory, sharkd


def growth(with_plugin):
    nothing = {} if with_plugin else {"WIRESHARK_PLUGIN_DIR": tshark.stage() / "home"}
    memory, sharkd = cycles(CYCLES, with_plugin, **NO_POOLS, **nothing)
    code, said = sharkd.end()
    if code:
        raise tshark.TsharkError(f"sharkd: exit code {code}\n{said[-2000:]}")
    return memory[-1] - memory[SETTLED - 1]


def found_by_sanitizer(environment):
    """The LeakSanitizer's reports in which the plugin or the core allocated what nobody frees."""
    _, sharkd = cycles(3, **{**NO_POOLS, **environment})
    code, said = sharkd.end()
    # sharkd's own leaks prove that the LeakSanitizer was at work.
    if "LeakSanitizer" not in said:
        raise tshark.TsharkError(f"sharkd, with LeakSanitizer: exit code {code}\n{said[-2000:]}")
    # The hook's own frames are below all that Wireshark's dissector of TCP allocates.
    ours = re.compile(rf" in (?!call_tcp\w* |dissect_hook )\w+ {re.escape(str(tshark.ROOT))}/(?:core|output|plugin)/")
    return [report for report in said.split("\n\n") if " leak of " in report and ours.search(report)]


def main():
    if not shutil.which("sharkd"):
        tshark.skip("sharkd is not installed")
    without, grown = tshark.each(growth, (False, True))
    text = (f"from cycle {SETTLED} to {CYCLES} sharkd grows by {grown} kB with the plugin, "
            f"by {without} kB without it")
    tshark.report([text] if grown > max(without, 0) + ALLOWED_KB else [], text)


if __name__ == "__main__":
    main()
