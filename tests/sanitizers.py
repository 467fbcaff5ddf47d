#!/usr/bin/python3
"""No memory error, no undefined behaviour: core, unit tests and plugin under ASan and UBSan.

Builds a second copy with the sanitizers (Wireshark itself stays as it is: ASan is preloaded), and runs its unit tests.
Then, because starting Wireshark takes longer than reading a small capture, and with ASan three times as long:
- sharkd opens each capture of this repository, one after the other as in the GUI, and shows the whole tree of every
  frame and every statistic that the GUI has;
- tshark reads all of them in one file, and each broken capture and each by others alone, in two passes with the whole
  tree and every statistic there is;
- sharkd opens some captures in turn (leaks.py): nothing that the plugin allocated may be left over.
Wireshark's pools give every allocation to malloc, so that ASan sees each one.
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
    # Optimized a little: what is compiled with sanitizers takes twice as long with all optimizations, and runs no faster.
    run(["cmake", "-S", tshark.ROOT, "-B", folder, "-DTCPLIFE_SANITIZE=ON", "-DCMAKE_C_COMPILER=gcc", "-DCMAKE_BUILD_TYPE=Debug",
         "-DCMAKE_C_FLAGS_DEBUG=-O1 -g1"],
        ["cmake", "--build", folder, "-j", jobs, "--target", "tcplife", "unit_tests"])


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


def check_alone(capture, environment):
    """What tshark says of an error while it does everything with a capture."""
    try:
        tshark.run("-2", "-V", *STATISTICS, capture=capture, **environment)
    except tshark.TsharkError as error:
        return [f"{capture}: {error}"]
    return []


def check_in_turn(captures, environment):
    """What one sharkd says of an error while it opens a capture after the other, and looks at all there is."""
    sharkd, capture = leaks.Sharkd(**environment), "the end"
    try:
        for capture in captures:
            sharkd.ask("load", file=str(tshark.readable(capture)))
            for tap in leaks.TAPS:
                sharkd.ask("tap", tap0=tap)
            for frame in sharkd.ask("frames"):
                sharkd.ask("frame", frame=frame["num"], proto=True)
    except (tshark.TsharkError, BrokenPipeError) as error:
        return [f"{capture} (those behind it were not opened): {error}"]
    code, said = sharkd.end()
    return [f"sharkd: exit code {code} at the end\n{said[:4000]}"] if code else []


def main():
    environment = prepare()
    run(["ctest", "--test-dir", tshark.BUILD, "-L", "unit", "-j", str(os.cpu_count()), "--output-on-failure"])

    ours = [tshark.capture_file(name) for name in tshark.captures()]
    alone = [badinput.capture(name, packets) for name, packets in badinput.broken_captures()]
    alone += sorted(path for path in (tshark.SHARED / "captures").glob("*") if ".tsv" not in path.suffixes)
    has_sharkd = shutil.which("sharkd") is not None
    jobs = [lambda capture=capture: check_alone(capture, environment)
            for capture in [tshark.together(), *alone, *([] if has_sharkd else ours)]]
    if has_sharkd:
        jobs += [lambda half=half: check_in_turn(half, environment) for half in (ours[::2], ours[1::2])]
        jobs.append(lambda: leaks.found_by_sanitizer(
            {**environment, "ASAN_OPTIONS": "detect_leaks=1:fast_unwind_on_malloc=0:exitcode=99"}))
    # The longest first, so that no processor waits for another at the end.
    problems = [problem for some in tshark.each(lambda job: job(), reversed(jobs)) for problem in some]
    # The first few in full; the others are mostly the same again.
    problems[3:] = [problem.split("\n")[0] for problem in problems[3:]]
    tshark.report(problems, f"unit tests and {len(ours) + len(alone)} captures")


if __name__ == "__main__":
    main()
