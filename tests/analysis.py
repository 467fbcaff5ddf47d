#!/usr/bin/python3
"""What analyzers find in our C files: nothing. `analysis.py [--thorough] [gcc|clang-tidy|cppcheck …]`: all by default.

Runs `gcc -fanalyzer`, clang-tidy (.clang-tidy says what it looks for) and cppcheck over every C file of
core/, plugin/, command/, tests/unit/ and tests/decode/, with the options that cmake compiles it with. What a finding that is none is
suppressed with, and why, is at its line, in .clang-tidy or in cppcheck.suppressions.

Clang's analyzer follows a function's ways one after the other, of which long functions have hundreds of thousands. Here
it goes a tenth as far as it would by itself, in a third of the time; --thorough is for a release.

Another version of an analyzer finds other things, so each is held to the versions below, Debian 12's; another
one is not run, and the test then says SKIPPED, unless an analyzer that did run found something. Named as an
argument, an analyzer runs whatever its version.
"""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import tshark

OURS = ("core", "include", "output", "plugin", "command", "tests/unit", "tests/decode")
THOROUGH = "--thorough"
# How many steps it follows in one function: 225,000 are its own bound.
STEPS = [] if THOROUGH in sys.argv else ["-Xclang", "-analyzer-config", "-Xclang", "max-nodes=20000"]
CHOSEN = [word for word in sys.argv[1:] if word != THOROUGH]
VERSIONS = {"gcc": "12", "clang-tidy": "14", "cppcheck": "2.10"}
FINDING = re.compile(r"^.*?[^ ]: ?(?:fatal )?(?:error|warning|style|performance|portability|information): .*$",
                     re.MULTILINE)


def commands():
    """file → the words that compile it, without those that name what is made of it, and without those that put
    off part of it until all is linked: gcc would put its analysis off, too."""
    table = {}
    for entry in json.loads((tshark.BUILD / "compile_commands.json").read_text(encoding="utf-8")):
        words = shlex.split(entry["command"])
        name = os.path.relpath(entry["file"], tshark.ROOT)
        if name.startswith(tuple(f"{folder}/" for folder in OURS)):
            at = words.index("-o")
            table[name] = [word for word in words[1:at] + words[at + 2:]
                           if word not in ("-c", entry["file"]) and not re.match("-f.*lto", word)]
    return table


def missing(files):
    """A file that cmake does not compile is one that nobody looks at."""
    for folder in OURS:
        for path in sorted((tshark.ROOT / folder).rglob("*.c")):
            name = str(path.relative_to(tshark.ROOT))
            if name not in files:
                yield f"{name} is not in {tshark.BUILD}/compile_commands.json"


def gcc(name, options):
    return ["gcc", *options, "-fanalyzer", "-S", "-o", os.devnull, name]


def clang_tidy(name, options):
    # The compilation database may be gcc's.
    return ["clang-tidy", "--quiet", "--warnings-as-errors=*", name, "--", *options, "-Wno-unknown-warning-option", *STEPS]


def cppcheck(name, options):
    ours = [word for word in options if re.match(r"-[DI]", word)]
    return ["cppcheck", "--quiet", "--enable=warning,style,performance,portability", "--inconclusive",
            "--inline-suppr", f"--suppressions-list={tshark.ROOT}/tests/cppcheck.suppressions", "--std=c11",
            "--library=posix", "--library=gtk", "--template=gcc", "--error-exitcode=1", *ours, name]


ANALYZERS = {"gcc": gcc, "clang-tidy": clang_tidy, "cppcheck": cppcheck}


def version(program):
    """Of what is installed, or None."""
    if not shutil.which(program):
        return None
    said = subprocess.run([program, "-dumpversion" if program == "gcc" else "--version"], capture_output=True,
                          text=True, check=True).stdout
    return re.search(r"\d+(?:\.\d+)*", said)[0]


def chosen():
    """The analyzers to run, and why the others are not."""
    run, why = [], []
    for name, wanted in VERSIONS.items():
        if CHOSEN and name not in CHOSEN:
            continue
        found = version(name)
        if found is None:
            why.append(f"{name} is not installed")
        elif not CHOSEN and not (found + ".").startswith(wanted + "."):
            why.append(f"{name} is {found}, our files are kept free of the findings of {wanted}")
        else:
            run.append(name)
    return run, why


def check(job):
    name, file, options = job
    done = subprocess.run(ANALYZERS[name](file, options), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, cwd=tshark.ROOT, timeout=tshark.HANGS)
    # clang-tidy counts what it suppressed of Wireshark's headers; that is no finding.
    if done.returncode == 0 and not FINDING.search(done.stdout):
        return None
    return f"{name}, {file}:\n{done.stdout}"


def main():
    for name in CHOSEN:
        if name not in ANALYZERS:
            sys.exit(f"usage: analysis.py [{THOROUGH}] [{'|'.join(ANALYZERS)} …]")
    files = commands()
    run, why = chosen()
    # The longest first, so that no processor waits for another at the end.
    jobs = [(name, file, files[file]) for name in sorted(run, key=lambda name: name != "clang-tidy")
            for file in sorted(files, key=lambda file: -(tshark.ROOT / file).stat().st_size)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [*missing(files), *filter(None, pool.map(check, jobs))]
    if why and not problems:
        print(f"{' and '.join(run) or 'no analyzer'}: nothing found in {len(files)} files")
        tshark.skip("; ".join(why))
    tshark.report(problems, f"{', '.join(run)}: {len(files)} files")


if __name__ == "__main__":
    main()
