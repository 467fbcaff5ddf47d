#!/usr/bin/python3
"""The command's package holds a program that was trained, and says what the everyday build says.

Promises that what `tools/package command` packs was compiled with the counts of each of its objects, that the package is
complete, and that each subcommand prints of captures/, to the byte, what the everyday build prints. bare_debian.sh installs it.
"""
import json
import os
import re
import shlex
import subprocess
import tempfile
from pathlib import Path

import package
import tshark

PACKAGED = tshark.BUILD / "packaged"
PROFILE = PACKAGED / "command" / "profile"
SUBCOMMANDS = "verdict json csv zeek ladder svg html stat conn servers states counts check".split()


def build():
    """As tools/package does, but installing nothing."""
    done = subprocess.run(["bash", "-c", '. "$0" && build_packaged_command', tshark.ROOT / "tools/lib.sh"], capture_output=True, text=True,
                          env={**os.environ, "TCPLIFE_BUILD": str(tshark.BUILD)})
    if done.returncode:
        raise SystemExit(f"FAILED: {done.stdout}{done.stderr}")


def training_problems():
    """Objects that have no counts, or were compiled without them. # stands for / in the name of counts."""
    compiled = [(unit["directory"], shlex.split(unit["command"]))
                for unit in json.loads((PACKAGED / "compile_commands.json").read_text(encoding="utf-8"))
                if "/pcaplife.dir/" in unit["command"]]
    if not compiled:
        yield "no object of pcaplife is built"
    for directory, words in compiled:
        compiled_as = words[words.index("-o") + 1]
        counts = str((Path(directory) / compiled_as).with_suffix(".gcda")).replace("/", "#")
        if f"-fprofile-use={PROFILE}" not in words:
            yield f"{compiled_as} was not compiled with what was counted"
        if not (PROFILE / counts).exists() and has_functions(compiled_as):
            yield f"nothing was counted for {compiled_as}"


def has_functions(compiled_as):
    """Whether the object of the program that counts has any."""
    counting = compiled_as.replace("pcaplife.dir/", "pcaplife_counting.dir/__/")
    return re.search(" [tT] ", package.output("nm", PACKAGED / "command/training" / counting))


def said(program, subcommand):
    done = subprocess.run([program, subcommand, tshark.CAPTURES], capture_output=True)
    return done.returncode, done.stdout, done.stderr


def differences(trained):
    """Subcommands of which the packaged program says something else than the one of every day."""
    for subcommand in SUBCOMMANDS:
        everyday = said(tshark.BUILD / "command/pcaplife", subcommand)
        if not everyday[1]:
            yield f"{subcommand} says nothing of captures/"
        if said(trained, subcommand) != everyday:
            yield f"{subcommand} of the package differs from that of the everyday build"


def main():
    package.need_packaging()
    build()
    with tempfile.TemporaryDirectory(prefix="tcplife.") as folder:
        problems = [*package.command_problems(Path(folder), PACKAGED), *differences(Path(folder) / "command.tree/usr/bin/pcaplife")]
    if "clang" not in subprocess.run(["cc", "--version"], capture_output=True, text=True, check=True).stdout:
        problems += training_problems()
    tshark.report(problems, f"{len(SUBCOMMANDS)} subcommands")


if __name__ == "__main__":
    main()
