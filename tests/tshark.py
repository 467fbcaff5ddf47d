#!/usr/bin/python3
"""Runs tshark with the plugin that was just built: `tests/tshark.py [TSHARK'S ARGUMENTS]`.

Every test runs tshark through this module, because a test can so easily run without the plugin:
- as root, Wireshark ignores WIRESHARK_PLUGIN_DIR: root becomes an unprivileged user here;
- that user cannot look into root's folders: plugin and captures are staged in one of its own;
- an installed copy of the plugin may be loaded instead, and a person's preferences change the output:
  HOME is empty.
It never falls back on a tshark without the plugin: prove() and every use of a tcplife field,
statistic or filter fail there.
"""
import atexit
import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("TCPLIFE_BUILD", ROOT / "build")).resolve()
CAPTURES = ROOT / "captures"
SHARED = ROOT.parent / "shared"
NOBODY = "65534"
BECOME_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
SKIPPED = 77
HANGS = 1800  # seconds after which a command is taken to hang; no machine is so slow
# Set by newcomer.sh: the plugin is not the one that was built but the one that is installed for everybody.
INSTALLED = "TCPLIFE_INSTALLED" in os.environ
# Between the values of one field, and between the fields; in no value, and in nothing that a statistic prints.
SEPARATOR, FIELD_END = "\x1f", "\x02"

# What an observer says of one segment: equal in one pass and in two (contract, section 4).
SEGMENT_FIELDS = ["tcplife." + name for name in (
    "connection", "sender", "client.state", "server.state", "presumed", "transition",
    "handshake.step", "teardown.step", "ignored", "explain", "open_connections")]


# The HTML report's page is built where npm can be asked for its libraries.
HAS_REPORT = (BUILD / "report" / "report_page.c").exists()


class TsharkError(Exception):
    """tshark failed where the test needs it to succeed."""


@functools.cache
def stage():
    """A folder that the unprivileged user can read, with plugins/ and an empty home/ of its own."""
    if not INSTALLED and not list(BUILD.glob("plugins/*/epan/tcplife.so")):
        sys.exit(f"FAILED: no plugin in {BUILD}/plugins: build it first (TCPLIFE_BUILD names the build folder)")
    folder = Path(tempfile.mkdtemp(prefix="tcplife.", dir="/tmp"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if INSTALLED:
        (folder / "plugins").mkdir()
    else:
        shutil.copytree(BUILD / "plugins", folder / "plugins")
    (folder / "home").mkdir()
    subprocess.run(["chmod", "-R", "u+rwX,go+rX", folder], check=True)
    if os.geteuid() == 0:
        os.chown(folder / "home", int(NOBODY), int(NOBODY))
    return folder


def stage_folder(folder, *ignored):
    """Copies a folder into the stage, where the unprivileged user can read it."""
    copy = stage() / folder.name
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(*ignored))
    subprocess.run(["chmod", "-R", "u+rwX,go+rX", copy], check=True)
    return copy


def stage_sources(*names):
    """Copies folders of the sources into the stage, for a script that the unprivileged user runs there."""
    for name in names:
        stage_folder(ROOT / name, "__pycache__", "golden")


def plugin_folder(folder):
    """The variable that makes Wireshark look for plugins there, and nowhere else."""
    return {} if INSTALLED else {"WIRESHARK_PLUGIN_DIR": folder}


def command(**environment):
    """The words of a command that runs tshark with the plugin, and with nothing else of ours."""
    home = stage() / "home"
    drop = BECOME_NOBODY if os.geteuid() == 0 else []
    variables = {
        "PATH": os.environ["PATH"], "HOME": home, "XDG_CONFIG_HOME": home / ".config", "TZ": "UTC", "LC_ALL": "C",
        **plugin_folder(stage() / "plugins"),
        # A mistake of ours ends the process instead of becoming a line of text.
        "WIRESHARK_ABORT_ON_DISSECTOR_BUG": "1", "G_DEBUG": "fatal-criticals", **environment}
    return [*drop, "env", "-i", *(f"{name}={value}" for name, value in variables.items()), "tshark"]


@functools.cache
def readable(path):
    """The path of a file, or as root of a copy of it that the unprivileged user can read."""
    if os.geteuid() != 0:
        return Path(path)
    folder = Path(tempfile.mkdtemp(dir=stage()))
    folder.chmod(0o755)
    copy = folder / Path(path).name
    shutil.copyfile(path, copy)
    copy.chmod(0o644)
    return copy


def run(*arguments, capture=None, check=True, **environment):
    """tshark's CompletedProcess, as text. Fails on a crash, and on any failure with `check`."""
    words = command(**environment) + (["-n", "-r", str(readable(capture))] if capture else [])
    words += map(str, arguments)
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                          timeout=HANGS)
    if done.returncode < 0 or done.returncode >= 128 or (check and done.returncode):
        said = "\n".join(done.stderr.splitlines()[:60])
        shown = shlex.join(words[words.index("tshark"):])
        raise TsharkError(f"{shown}\nexit code {done.returncode}\n{said}")
    return done


def table(fields, *arguments, capture, **environment):
    """One dictionary a frame, field → list of its values; and what tshark printed besides."""
    options = ["-T", "fields", "-E", f"separator={FIELD_END}", "-E", "occurrence=a", "-E", f"aggregator={SEPARATOR}"]
    # Never one field alone, which has no separator; and no field twice, of which tshark prints one.
    for field in [*fields, *(word for word in ("frame.number", "frame.len") if word not in fields)]:
        options += ["-e", field]
    frames, besides = [], []
    for line in run(*options, *arguments, capture=capture, **environment).stdout.split("\n"):
        if FIELD_END in line:
            frames.append({field: value.split(SEPARATOR) if value else []
                           for field, value in zip(fields, line.split(FIELD_END))})
        else:
            besides.append(line)
    return frames, "\n".join(besides)


def rows(capture, fields, *arguments):
    """One dictionary a frame, field → list of its values, and the lines of `-z tcplife,json`."""
    frames, records = table(fields, "-z", "tcplife,json", *arguments, capture=capture)
    return frames, records.splitlines()


def prove():
    """Fails unless tshark has loaded exactly the plugin that was built."""
    loaded = re.findall(r"^tcplife\S*\s.*?(\S+)$", run("-G", "plugins").stdout, re.MULTILINE)
    if len(loaded) != 1 or not loaded[0].startswith("/usr/lib" if INSTALLED else str(stage())):
        sys.exit(f"FAILED: tshark -G plugins shows tcplife as {loaded or 'not loaded'}")
    return loaded[0]


@functools.cache
def expert_names():
    """The names of all diagnoses, from their one list."""
    text = (ROOT / "include" / "tcplife" / "diagnosis.h").read_text(encoding="utf-8")
    return re.findall(r"^    D\((\w+),", text, re.MULTILINE)


def expert_fields():
    return ["tcplife.expert." + name for name in expert_names()]


def captures():
    """name → what it shows, from captures.list."""
    text = (ROOT / "tests" / "captures.list").read_text(encoding="utf-8")
    lines = (line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {name: shows.strip() for name, shows in lines}


def capture_file(name):
    return next((CAPTURES / (name + ending) for ending in (".pcap", ".pcapng")
                 if (CAPTURES / (name + ending)).exists()), CAPTURES / (name + ".pcap"))


def together():
    """Every capture in one file, one after the other: the clock steps back, sockets are used again."""
    whole = stage() / "whole.pcapng"
    subprocess.run(["mergecap", "-a", "-w", whole, *map(capture_file, captures())], check=True,
                   stdin=subprocess.DEVNULL, capture_output=True)
    whole.chmod(0o644)
    return whole


def each(function, items):
    """Calls the function for every item, as many at a time as there are processors; the results in order."""
    stage()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, items))


def skip(why):
    print("SKIPPED:", why)
    sys.exit(SKIPPED)


def go_on_with_debians_python(package):
    """Where a module is missing: Debian's own Python, which has it if the package is installed, begins the test anew."""
    debians = "/usr/bin/python3"
    if sys.executable != debians and os.path.exists(debians):
        os.execv(debians, [debians, *sys.argv])
    skip(f"{package} is not installed")


def report(problems, checked):
    """Ends a test: the problems one by one, or one line that says what was checked."""
    for problem in problems:
        print("FAILED:", problem)
    if problems:
        sys.exit(f"{len(problems)} problem(s)")
    if not checked:
        sys.exit("FAILED: nothing was checked")
    print("ok:", checked)


if __name__ == "__main__":
    if sys.argv[1:] == ["--prove"]:
        print("loaded:", prove())
    else:
        prove()
        arguments = [str(readable(word)) if os.path.isfile(word) else word for word in sys.argv[1:]]
        sys.exit(subprocess.run(command() + arguments).returncode)
