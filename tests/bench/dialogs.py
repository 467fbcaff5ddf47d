#!/usr/bin/python3
"""What the dialogs cost in a window: `tests/bench/dialogs.py CAPTURE…`, with Xvfb, openbox and xdotool.

Wireshark opens each capture without a dialog, with its own Conversations, and with each dialog of ours, and is left
alone until it has nothing more to do. Printed is its processor time beyond that without a dialog, and how many times
that of Conversations this is. No screen reader's interface is on: it would cost more than what is measured.
"""
import argparse
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import tshark  # noqa: E402

# The menu Statistics, and its fourth item: 4.0 has no -z that opens it.
CONVERSATIONS = ["alt+s", "Down", "Down", "Down", "Return"]
DIALOGS = ["tcplife,conn", "tcplife,servers", "tcplife,stat", "tcplife,states"]
TICKS = os.sysconf("SC_CLK_TCK")
IDLE_FOR = 5  # seconds in which it takes next to nothing: then it has done what it was asked for


def seconds_of(process):
    """Processor time so far."""
    after_name = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def memory_of(process):
    """Bytes resident at most so far."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def waits(process):
    """Has it nothing to do, rather than no processor to do it with?"""
    return Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "S"


def until_idle(process):
    """Processor time and memory when nothing more is done."""
    marks, busy = [seconds_of(process)], 0
    while True:
        time.sleep(1)
        if process.poll() is not None:
            sys.exit(f"Wireshark ended with {process.returncode}")
        marks.append(seconds_of(process))
        if not waits(process):
            busy = len(marks)
        if len(marks) > busy + IDLE_FOR and marks[-1] > 0.5 and marks[-1] - marks[-1 - IDLE_FOR] < 0.05 * IDLE_FOR:
            return marks[-1 - IDLE_FOR], memory_of(process)


def press(display, keys):
    for key in keys:
        subprocess.run(["xdotool", "key", key], env={**os.environ, "DISPLAY": display}, check=True)
        time.sleep(0.3)


def measure(display, capture, argument=None, keys=()):
    """Processor time and memory of a Wireshark that opens the capture, and a dialog by -z or by keys."""
    words = tshark.command(DISPLAY=display, G_DEBUG="", QT_ACCESSIBILITY="0", XDG_RUNTIME_DIR=tshark.stage() / "home")
    words[-1] = "wireshark"
    words += ["-o", "gui.update.enabled:FALSE", "-n", "-r", str(capture)] + (["-z", argument] if argument else [])
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        used = until_idle(process)
        if keys:
            press(display, keys)
            used = until_idle(process)
        return used
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def screen():
    """The name of a display of its own, with a window manager, which gives Wireshark's window the keys."""
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp"],
                              pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as number:
        display = ":" + number.readline().strip()
    manager = subprocess.Popen(["openbox"], env={**os.environ, "DISPLAY": display}, stderr=subprocess.DEVNULL)
    try:
        yield display
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()


def compare(display, capture, dialogs):
    alone, _ = measure(display, capture)
    theirs, memory = measure(display, capture, keys=CONVERSATIONS)
    print(f"| {capture.stem}: {alone:.1f} s without a dialog | processor | : Conversations | memory |\n|---|---|---|---|")
    print(f"| Conversations | {theirs - alone:.1f} s | 1 | {memory / 1e6:.0f} MB |", flush=True)
    for dialog in dialogs:
        seconds, memory = measure(display, capture, dialog)
        print(f"| {dialog} | {seconds - alone:.1f} s | {(seconds - alone) / (theirs - alone):.2f} | "
              f"{memory / 1e6:.0f} MB |", flush=True)
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", nargs="+", type=Path)
    parser.add_argument("--only", action="append", choices=DIALOGS, help="instead of all; may be repeated")
    options = parser.parse_args()
    tshark.stage()
    with screen() as display:
        for capture in options.captures:
            compare(display, capture, options.only or DIALOGS)


if __name__ == "__main__":
    main()
