#!/usr/bin/python3
"""No memory error, no undefined behaviour: core, unit tests and plugin under ASan and UBSan.

Builds a second copy with the sanitizers (tshark itself stays as it is: ASan is preloaded), runs
its unit tests, then tshark over every capture in two passes with the whole tree and every
statistic. Wireshark's pools give every allocation to malloc, so that ASan sees each one. sharkd opens
some captures in turn (leaks.py): nothing that the plugin allocated may be left over.
"""
import os
import shutil
import subprocess
import sys

import badinput
import leaks
import tshark

STATISTICS = [word for name in badinput.STATISTICS for word in ("-z", "tcplife," + name)]


def build(folder):
    jobs = str(os.cpu_count())
    run(["cmake", "-S", tshark.ROOT, "-B", folder, "-DTCPLIFE_SANITIZE=ON", "-DCMAKE_C_COMPILER=gcc"],
        ["cmake", "--build", folder, "-j", jobs])


def run(*commands):
    for words in commands:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)
        if done.returncode:
            sys.exit(f"FAILED: {' '.join(map(str, words))}\n{done.stdout}")


def prepare():
    """Builds the plugin with sanitizers, for tshark.py from now on; returns the variables that tshark needs."""
    if not shutil.which("gcc"):
        tshark.skip("gcc is not installed (its libasan is preloaded)")
    tshark.BUILD = tshark.BUILD / "sanitized"
    build(tshark.BUILD)
    library = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True)
    return {"LD_PRELOAD": os.path.realpath(library.stdout.strip()),
            "ASAN_OPTIONS": "detect_leaks=0:exitcode=99", "UBSAN_OPTIONS": "print_stacktrace=1",
            "WIRESHARK_DEBUG_WMEM_OVERRIDE": "simple"}


def main():
    environment = prepare()
    run(["ctest", "--test-dir", tshark.BUILD, "-L", "unit", "-j", str(os.cpu_count()), "--output-on-failure"])

    def check(capture):
        try:
            tshark.run("-2", "-V", *STATISTICS, capture=capture, **environment)
        except tshark.TsharkError as error:
            return f"{capture}: {error}"
        return None

    files = [tshark.capture_file(name) for name in tshark.captures()]
    files += sorted(path for path in (tshark.SHARED / "captures").glob("*") if ".tsv" not in path.suffixes)
    files += [badinput.capture(name, packets) for name, packets in badinput.broken_captures()]
    problems = [problem for problem in tshark.each(check, files) if problem]
    if shutil.which("sharkd"):
        problems += leaks.found_by_sanitizer(
            {**environment, "ASAN_OPTIONS": "detect_leaks=1:fast_unwind_on_malloc=0:exitcode=99"})
    # The first few in full; the others are mostly the same again.
    problems[3:] = [problem.split("\n")[0] for problem in problems[3:]]
    tshark.report(problems, f"unit tests and {len(files)} captures")


if __name__ == "__main__":
    main()
