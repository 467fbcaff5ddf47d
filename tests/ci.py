#!/usr/bin/python3
"""docs/ci/'s workflows do in CI what they say: `tests/ci.py`.

Promises, by running the steps of the GitHub and of the GitLab file as their runners do, in a copy of a repository, that
they pass when its captures are good, and fail exactly at the check, with the right exit code and with reports that
say so, when one is not, is cut, is no capture, or when there is none.

As root with TCPLIFE_VERSIONS set (.ci/run sets it) all steps run, on a fresh Debian 12 with nothing in it, where they
install the package; of what is in captures/, three cases. Without, those that install it are left out, and the pcaplife
that was built runs.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import tshark

try:
    import yaml
except ImportError:
    tshark.go_on_with_debians_python("python3-yaml")

WORKFLOWS = tshark.ROOT / "docs" / "ci"
GOOD = ["close_4seg_client", "close_3seg_client", "halfclose_client", "simultaneous_close"]
CHECK, INSTALL = "pcaplife check", "apt-get"
JUNIT, PAGE = "captures.xml", "captures.html"


def cut(data):
    return data[:600]


# What else is in captures/, the check's exit code, and what its report counts: failures and errors.
SCENARIOS = {
    "good captures": ({}, 0, (0, 0)),
    "a reset": ({"reset.pcap": tshark.capture_file("abort_client").read_bytes()}, 1, (1, 0)),
    "refused, and half-open": ({name: tshark.capture_file(name[:-5]).read_bytes() for name in ("refused.pcap", "half_open.pcap")}, 1, (2, 0)),
    "a cut capture": ({"cut.pcap": cut(tshark.capture_file("close_4seg_client").read_bytes())}, 2, (0, 1)),
    "a cut capture, and a reset": ({"cut.pcap": cut(tshark.capture_file("close_4seg_client").read_bytes()),
                                    "reset.pcap": tshark.capture_file("abort_client").read_bytes()}, 2, (1, 1)),
    "a text": ({"text.pcap": b"no capture\n" * 9}, 2, (0, 1)),
    "a capture that was never made": ({"empty.pcap": b""}, 2, (0, 1)),
    "a download that failed": ({"missing.pcap": b'{"message": "Not Found"}'}, 2, (0, 1)),
    "no captures": (None, 2, (0, 1)),
}

ON_FRESH = ["good captures", "a reset", "a cut capture"]


# ---- where steps run -----------------------------------------------------------------------------

class Built:
    """This machine, with the pcaplife that was built."""
    name = f"{tshark.BUILD.name}/command/pcaplife"
    installs = False

    def __init__(self, folder):
        self.folder = folder

    def repository(self, name):
        return self.folder / name

    def run(self, words, repository):
        path = f"{tshark.BUILD / 'command'}:{os.environ['PATH']}"
        return subprocess.run(words, cwd=repository, env={"PATH": path, "HOME": str(self.folder), "CI": "true"}, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=tshark.HANGS)


class Fresh:
    """A Debian 12 in which apt is all there is."""
    name = "a fresh Debian 12"
    installs = True

    def __init__(self, folder):
        self.tree, self.package = folder / "tree", folder / "package"
        mirror = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian"],
                                capture_output=True, text=True, check=True).stdout.split()
        if not mirror:
            tshark.skip("apt knows no mirror of Debian")
        for words in (["mmdebstrap", "--variant=apt", "bookworm", self.tree, mirror[0]],
                      ["cpack", "-G", "DEB", "-D", "TCPLIFE_PACKAGE=command", "-B", self.package]):
            done = subprocess.run(words, cwd=tshark.BUILD, capture_output=True, text=True)
            if done.returncode and words[0] == "mmdebstrap":
                tshark.skip(f"no Debian could be made: {done.stderr[-2000:]}")
            if done.returncode:
                sys.exit(f"FAILED: {words[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")

    def repository(self, name):
        place = self.tree / "builds" / name
        (place / "ci").mkdir(parents=True)
        shutil.copyfile(next(self.package.glob("*.deb")), place / "ci" / "pcaplife.deb")
        return place

    def run(self, words, repository):
        inside = f'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && cd "$0" && exec chroot "$0" env -i PATH="$PATH" ' \
                 'HOME=/root CI=true bash -c \'cd "$0" && exec "$@"\' "$@"'
        return subprocess.run(["unshare", "--mount", "--pid", "--fork", "bash", "-c", inside, self.tree, f"/{repository.relative_to(self.tree)}", *words],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=tshark.HANGS)


# ---- runners: the steps of a file, each (name, script, whether it runs after a failure), and files that are kept ------

def github(text):
    """A step without `shell` is run by `bash -e`, without pipefail."""
    job, = yaml.safe_load(text)["jobs"].values()
    steps, kept = [], []
    for step in job["steps"]:
        if "run" in step:
            steps.append((step["name"], step["run"], "cancelled()" in step.get("if", "")))
        elif step["uses"].startswith("actions/upload-artifact@"):
            kept += step["with"]["path"].split() if "cancelled()" in step["if"] else []
        elif not step["uses"].startswith("actions/checkout@"):
            sys.exit(f"FAILED: this test does not know {step['uses']}")
    return job["container"], ["bash", "-e"], steps, kept


def gitlab(text):
    """All lines of before_script and script are one script, which ends at the first line that fails."""
    job, = yaml.safe_load(text).values()
    steps = [(line, line, False) for line in [*job["before_script"], *job["script"]]]
    kept = job["artifacts"]["paths"] if job["artifacts"]["when"] == "always" and job["artifacts"]["reports"]["junit"] == JUNIT else []
    return job["image"], ["bash", "-eo", "pipefail"], steps, kept


RUNNERS = {"github.yml": github, "gitlab.yml": gitlab}


def play(place, file, name, more):
    """(the step that failed or None, its exit code, all that was printed, the files that are kept)"""
    _, shell, steps, kept = RUNNERS[file]((WORKFLOWS / file).read_text(encoding="utf-8"))
    repository = place.repository(f"{file}.{name.replace(' ', '-')}")
    (repository / "captures").mkdir(parents=True)
    for capture in GOOD if more is not None else []:
        shutil.copy(tshark.capture_file(capture), repository / "captures")
    for capture, data in (more or {}).items():
        (repository / "captures" / capture).write_bytes(data)
    failed, code, printed = None, 0, ""
    for step, script, always in steps:
        if (INSTALL in script and not place.installs) or (failed and not always):
            continue
        if not tshark.HAS_REPORT:
            script = script.replace(f" --html {PAGE}", "")
        done = place.run([*shell, "-c", script], repository)
        printed += done.stdout + done.stderr
        if done.returncode and not failed:
            failed, code = script, done.returncode
    return failed, code, printed, {path: repository / path for path in kept}


# ---- what must come of it ------------------------------------------------------------------------

def scenario(place, file, name):
    more, wanted, counts = SCENARIOS[name]
    failed, code, printed, kept = play(place, file, name, more)
    where = f"{file}, {name}"
    if code != wanted or (failed is not None and CHECK not in failed):
        return [f"{where}: exit code {code}, expected {wanted}, at {failed}:\n{printed[-2000:]}"]
    if not kept[JUNIT].exists():
        return [f"{where}: no report is kept"]
    suites = ElementTree.parse(kept[JUNIT]).getroot().findall("testsuite")
    found = tuple(sum(int(suite.get(kind)) for suite in suites) for kind in ("failures", "errors"))
    annotated = printed.count("::error file=") if file == "github.yml" else sum(counts)
    problems = [] if found == counts else [f"{where}: the report has {found} failures and errors, expected {counts}"]
    if tshark.HAS_REPORT and more is not None and not (kept[PAGE].exists() and kept[PAGE].read_text(encoding="utf-8").endswith("</html>\n")):
        problems.append(f"{where}: no whole page for people is kept")
    if annotated < min(sum(counts), len(more or {})):
        problems.append(f"{where}: {annotated} annotations for {counts}:\n{printed}")
    return problems


def has_check():
    """The check is what the files are about, and where they run."""
    for file, runner in RUNNERS.items():
        image, _, steps, kept = runner((WORKFLOWS / file).read_text(encoding="utf-8"))
        if image != "debian:12" or sorted(kept) != sorted((JUNIT, PAGE)) or sum(CHECK in script for _, script, _ in steps) != 1 or not any(
                INSTALL in script for _, script, _ in steps):
            yield f"{file}: on {image}, with {steps}, keeps {kept}"


def main():
    if {path.name for path in WORKFLOWS.glob("*.yml")} != set(RUNNERS):
        sys.exit(f"FAILED: not all files of {WORKFLOWS} are tested")
    is_fresh = os.environ.get("TCPLIFE_VERSIONS") and not os.environ.get("TCPLIFE_CLEAN_ROOT")
    if is_fresh and (os.geteuid() != 0 or not shutil.which("mmdebstrap")):
        tshark.skip("only root can make another Debian, with mmdebstrap")
    chosen = ON_FRESH if is_fresh else list(SCENARIOS)
    with tempfile.TemporaryDirectory(prefix="tcplife.", dir="/var/tmp") as name:
        problems = list(has_check())
        place = (Fresh if is_fresh else Built)(Path(name))
        for file in RUNNERS:
            for one in chosen:
                problems += scenario(place, file, one)
    tshark.report(problems, f"{len(RUNNERS)} workflows, {len(chosen)} scenarios, on {place.name}")


if __name__ == "__main__":
    main()
