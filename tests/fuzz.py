#!/usr/bin/python3
"""Searches for what breaks the promises of tests/fuzz/promises.h: `tests/fuzz.py [--seconds S] [--jobs N] [TARGET…]`.

Builds tests/fuzz/fuzz_*.c with clang's libFuzzer, ASan and UBSan, and runs each for a minute, or S seconds, from its
corpus in tests/fuzz/corpus and from where the last search ended. Which inputs libFuzzer tries depends on the code: what
it finds may be older than the last change. So this is a release's test; every change has fuzz.replay and fuzz.mutated.
What breaks a promise stays in BUILD/fuzz/findings, and the command that shows it again is printed.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import tshark

FUZZ = tshark.ROOT / "tests" / "fuzz"
TARGETS = [path.stem.removeprefix("fuzz_") for path in sorted(FUZZ.glob("fuzz_*.c"))]
# Longer inputs find nothing that these do not, and take longer.
LONGEST = {"segments": 2000, "lives": 600, "header": 100, "decode": 1500, "streams": 1500}
# What a target needs beyond the core: sources, and a library by the name that pkg-config has for it.
NEEDS = {"decode": (sorted((tshark.ROOT / "command" / "decode").glob("*.c")), "glib-2.0"),
         "streams": ([tshark.ROOT / "command" / f"{name}.c" for name in ("archive/segments", "archive/slice", "archive/host_notes", "archive/part_records", "archive/record_steps",
                                                                        "decode/noted_datagrams")], "glib-2.0")}
FLAGS = ["-std=c11", "-g", "-O1", "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all"]


def needs(target):
    """Sources and words for the compiler; None: the library is not installed."""
    if target not in NEEDS:
        return [], []
    sources, library = NEEDS[target]
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", library], capture_output=True, text=True)
    return None if flags.returncode else (sources, flags.stdout.split())


def clang(*words):
    """What clang says when it fails; None: this clang has no libFuzzer or no sanitizers."""
    done = subprocess.run(["clang", *FLAGS, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if re.search(r"libclang_rt\.(?:fuzzer|asan)|unsupported argument 'fuzzer", done.stderr):
        return None
    return done.stderr if done.returncode else ""


def build(targets, folder):
    """The targets' programs; none: this clang has no libFuzzer, or a library is missing. What they have in common is
    compiled once."""
    needed = {target: needs(target) for target in targets}
    if None in needed.values():
        return []
    common = [*sorted((tshark.ROOT / "core").rglob("*.c")), FUZZ / "promises.c"]
    own = {target: [FUZZ / f"fuzz_{target}.c", *sources] for target, (sources, _) in needed.items()}
    flags = {path: needed[target][1] for target, paths in own.items() for path in paths}
    sources = common + list(flags)
    objects = {path: folder / f"{'-'.join(path.relative_to(tshark.ROOT).parts)}.o" for path in sources}
    include = ["-I", tshark.ROOT, "-I", tshark.ROOT / "include"]

    def compile_one(path):
        return clang(*include, *(word for word in flags.get(path, []) if word.startswith("-I")), "-c", path, "-o", objects[path])

    def link(target):
        return clang(*(objects[path] for path in common + own[target]), *needed[target][1], "-o", folder / target)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        said = list(pool.map(compile_one, sources))
        if not any(said) and None not in said:
            said = list(pool.map(link, targets))
    if any(said):
        sys.exit("FAILED: does not compile\n" + "".join(filter(None, said)))
    return [] if None in said else [folder / target for target in targets]


def fuzz(program, folder, seconds, jobs):
    """Runs a target; returns how many inputs it took, and problems."""
    target = program.name
    findings = folder / "findings"
    found = folder / "corpus" / target
    found.mkdir(parents=True, exist_ok=True)
    findings.mkdir(exist_ok=True)
    before = set(findings.iterdir())
    words = [program, found, FUZZ / "corpus" / target, f"-max_total_time={seconds}", "-timeout=100",
             f"-max_len={LONGEST.get(target, 1000)}", "-print_final_stats=1", f"-artifact_prefix={findings}/{target}-",
             *([f"-fork={jobs}"] if jobs > 1 else [])]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                          timeout=seconds + tshark.HANGS)
    executions = re.findall(r"number_of_executed_units: (\d+)|^#(\d+): cov", done.stderr, re.MULTILINE)
    count = int("".join(executions[-1])) if executions else 0
    problems = [f"{target}: see {program} {path}" for path in sorted(set(findings.iterdir()) - before)]
    if done.returncode and not problems:
        problems = [f"{target}: exit code {done.returncode}"]
    if problems:
        problems.append("\n".join(done.stderr.splitlines()[-60:]))
    print(f"{target}: {count} inputs", flush=True)
    return count, problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--jobs", type=int, default=1, help="processes for each target")
    parser.add_argument("target", nargs="*", help=", ".join(TARGETS))
    arguments = parser.parse_args()
    if not shutil.which("clang"):
        tshark.skip("clang is not installed")
    folder = tshark.BUILD / "fuzz"
    folder.mkdir(parents=True, exist_ok=True)
    programs = build(arguments.target or TARGETS, folder)
    if not programs:
        tshark.skip("this clang has no libFuzzer or no sanitizers, or there is no GLib (Debian: libclang-rt-dev, libglib2.0-dev)")
    results = [fuzz(program, folder, arguments.seconds, arguments.jobs) for program in programs]
    tshark.report([problem for _, problems in results for problem in problems],
                  sum(count for count, _ in results) and f"{sum(count for count, _ in results)} inputs")


if __name__ == "__main__":
    main()
