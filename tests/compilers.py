#!/usr/bin/python3
"""Core, plugin and unit tests compile without a warning (cmake/warnings.cmake) with gcc and with clang.

Builds plugin, command and unit tests with each compiler, and runs the unit tests of each build: with gcc optimized as for
users (what is known of values after that, it warns about as well), with clang, which warns of what it reads, in half the
time. Not with the compiler that has made this build, if warnings were errors in it, as tools/test has them with Debian
12's gcc: that has proven it.
"""
import os
import re
import shutil
import subprocess
import sys

import tshark

COMPILERS = {"gcc": ["-DCMAKE_BUILD_TYPE=RelWithDebInfo"], "clang": ["-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS_DEBUG=-O0"]}
TARGETS = ("tcplife", "pcaplife", "unit_tests", "segments_tap", "explore", "twins")


def build(compiler):
    """What went wrong, or None."""
    folder = tshark.BUILD / "compilers" / compiler
    jobs = str(os.cpu_count())
    shutil.rmtree(folder, ignore_errors=True)  # a compiler that was updated makes everything anew
    for words in (["cmake", "-S", tshark.ROOT, "-B", folder, "-DTCPLIFE_WERROR=ON", f"-DCMAKE_C_COMPILER={compiler}",
                   *COMPILERS[compiler]],
                  ["cmake", "--build", folder, "-j", jobs, "--target", *TARGETS, "--", "-k"],
                  ["ctest", "--test-dir", folder, "-L", "unit", "-j", jobs, "--output-on-failure"]):
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)
        if done.returncode:
            return f"{compiler}: {' '.join(map(str, words))}\n{done.stdout}"
    if not list(folder.glob("plugins/*/epan/tcplife.so")):
        return f"{compiler}: built no plugin"
    return None


def has_proven(compiler):
    """Were warnings of this compiler errors in the build that is tested?"""
    cache = (tshark.BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
    words = dict(re.findall(r"^(\w+):\w+=(.*)$", cache, re.MULTILINE))
    return words["TCPLIFE_WERROR"] == "ON" and words["CMAKE_BUILD_TYPE"] == "RelWithDebInfo" and \
        os.path.realpath(words["CMAKE_C_COMPILER"]) == os.path.realpath(shutil.which(compiler))


def main():
    problems = []
    for compiler in filter(shutil.which, COMPILERS):
        if not has_proven(compiler) and (problem := build(compiler)):
            problems.append(problem)
    absent = [compiler for compiler in COMPILERS if not shutil.which(compiler)]
    if absent and not problems:
        tshark.skip(f"{' and '.join(absent)} not installed, the others warn of nothing")
    tshark.report(problems, f"no warnings: {', '.join(COMPILERS)}")


if __name__ == "__main__":
    main()
