#!/usr/bin/python3
"""bash and zsh complete pcaplife's words, options and files: `tests/completion.py`.

Promises that every word and every option of `pcaplife --help` and `pcaplife WORD --help` is offered, a word only where one can
stand, an option where it is of use, after an option with a value what that value can be, and else files. zsh's part is skipped where zsh is not installed.
"""
import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import tshark

FOLDER = tshark.BUILD / "command"
SOURCES = tshark.ROOT / "command" / "completion"
ENVIRONMENT = {"PATH": f"{FOLDER}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "TERM": "xterm"}
FILES = {"one.pcap", "other.pcapng"}


def of_help(*word):
    """Words, and options with whether they take a value."""
    said = subprocess.run([FOLDER / "pcaplife", *word, "--help"], check=True, capture_output=True, text=True).stdout
    words = set(re.findall(r"^  ([a-z]+)  ", said, re.MULTILINE))
    options = {name: bool(value) for name, value in re.findall(r"^  (?:-., )?(--[a-z-]+)(=[A-Z]+)?", said, re.MULTILINE)}
    if not (word or words) or not options:
        sys.exit(f"FAILED: --help names no words, or no options: {said}")
    return words, options


# ---- bash ----------------------------------------------------------------------------------------

def bash(folder, *typed):
    """What is offered behind these words; the last one is being written."""
    script = f"source {shlex.quote(str(SOURCES / 'pcaplife.bash'))}; COMP_WORDS=({shlex.join(['pcaplife', *typed])})\n" \
             f"COMP_CWORD={len(typed)}; _pcaplife; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    done = subprocess.run(["bash", "--norc", "-c", script], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=tshark.HANGS)
    if done.stderr:
        sys.exit(f"FAILED: bash says {done.stderr}")
    return set(done.stdout.split())


def in_bash(folder, words, options):
    for typed, expected in ((("",), words | FILES), (("js",), {"json"}), (("check", "--ru"), {"--rule", "--rules"}), (("check", "--junit", "ot"), {"other.pcapng"}), (("json", "--ru"), set()), (("-",), set(options)), *((((word, "-"), set(of_help(word)[1])) for word in words)), (("json", ""), FILES), (("json", "one"), {"one.pcap"}),
                            (("json", "--sl"), {"--slim"}), (("json", "-o", "ot"), {"other.pcapng"}), (("json", "--output", "=", "ot"), {"other.pcapng"}),
                            (("json", "--output", "="), FILES), (("json", "--msl", ""), set()), (("--msl", "=", ""), set()), (("json", "--slim", ""), FILES), (("stat", "--sl"), set())):
        if (offered := bash(folder, *typed)) != expected:
            yield f"bash, behind {typed}: {sorted(offered)}, expected {sorted(expected)}"


# ---- zsh -----------------------------------------------------------------------------------------

class Zsh:
    """One on a terminal. A key of its own writes its line to a file."""

    def __init__(self, folder, place):
        self.line = place / "line"
        setup = place / "setup"
        setup.write_text(f"fpath=({shlex.quote(str(SOURCES))} $fpath); autoload -Uz compinit; compinit -u -D\nsetopt no_beep no_list_beep\n"
                         f"show() {{ print -r -- \"$BUFFER\" > {shlex.quote(str(self.line))}.new; mv {shlex.quote(str(self.line))}.new "
                         f"{shlex.quote(str(self.line))}; BUFFER=; }}\nzle -N show; bindkey '^X' show\n", encoding="utf-8")
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe("zsh", ["zsh", "-f", "-i"], {**os.environ, **ENVIRONMENT, "HOME": str(place)})
        os.write(self.terminal, f" source {shlex.quote(str(setup))}\n".encode())

    def complete(self, typed):
        """The line that becomes of this one."""
        os.write(self.terminal, f"{typed}\t\x18".encode())
        deadline = time.monotonic() + tshark.HANGS
        said = b""
        while not self.line.exists():
            if select.select([self.terminal], [], [], 0.05)[0]:
                said += os.read(self.terminal, 65536)
            if time.monotonic() > deadline:
                sys.exit(f"FAILED: zsh does not answer: {said.decode()}")
        line = self.line.read_text(encoding="utf-8").rstrip("\n")
        self.line.unlink()
        return line

    def end(self):
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def in_zsh(folder, words, options):
    with tempfile.TemporaryDirectory() as place:
        zsh = Zsh(folder, Path(place))
        # `stat` may become `states`.
        begun = {word for word in words if any(other != word and other.startswith(word) for other in words)}
        expected = {**{f"pcaplife {word}": f"pcaplife {word} " for word in words - begun},
                    **{f"pcaplife json {name}": f"pcaplife json {name}{'=' if value else ' '}" for name, value in of_help("json")[1].items()},
                    "pcaplife json one": "pcaplife json one.pcap ", "pcaplife check --jun": "pcaplife check --junit=", "pcaplife --stri": "pcaplife --strict ", "pcaplife stat --sl": "pcaplife stat --sl", "pcaplife json js": "pcaplife json js",
                    "pcaplife json --output=ot": "pcaplife json --output=other.pcapng ", "pcaplife -o ot": "pcaplife -o other.pcapng "}
        for typed, wanted in expected.items():
            if (line := zsh.complete(typed)) != wanted:
                yield f"zsh makes {line!r} of {typed!r}, expected {wanted!r}"
        zsh.end()


def main():
    words, options = of_help()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in FILES:
            (folder / file).touch()
        problems = list(in_bash(folder, words, options))
        shells = "bash"
        if shutil.which("zsh"):
            problems += in_zsh(folder, words, options)
            shells += " and zsh"
    tshark.report(problems, f"{len(words)} words and {len(options)} options in {shells}")


if __name__ == "__main__":
    main()
