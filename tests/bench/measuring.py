"""What a command costs: seconds and bytes of one run, or instructions."""
import os
import re
import subprocess
import sys
import tempfile
import time


def measure(words):
    """The processor's seconds (user and system), and the peak of the resident set in bytes, children included.

    GNU time tells the peak: a child of this process begins with this one's, which is larger than many that are
    measured.
    """
    with open(os.devnull, "r+b") as null, tempfile.TemporaryFile() as said, tempfile.NamedTemporaryFile("r") as peak:
        child = subprocess.Popen(["time", "-q", "-f", "%M", "-o", peak.name, *map(str, words)], stdin=null, stdout=null,
                                 stderr=said)
        _, status, use = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            sys.exit(f"bench: {' '.join(map(str, words))}\n{said.read().decode(errors='replace')[-2000:]}")
        return use.ru_utime + use.ru_stime, int(peak.read()) * 1024


def measure_clock(words):
    """Seconds from its begin to its end: what several processors save."""
    begin = time.monotonic()
    measure(words)
    return time.monotonic() - begin


def count_instructions(words, before=()):
    """By valgrind; `before` are words that it stands behind."""
    done = subprocess.run([*map(str, before), "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                           *map(str, words)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, errors="replace", check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])
