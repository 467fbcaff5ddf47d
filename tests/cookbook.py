#!/usr/bin/python3
"""Every command of docs/cookbook.md prints what the document says it prints.

    tests/cookbook.py             compare
    tests/cookbook.py --update    write the outputs anew; review them with git diff

A command is a block marked `sh`, its output the block marked `text` behind it. Each runs in a bash of its own, in a
folder with a copy of captures/, where `tshark` is the one of tests/tshark.py and `pcaplife` the one that was built; it
must exit with 0, every part of a pipe too (a command that is meant to fail prints its exit code itself).

What is meant to fail a build by tshark and jq alone does fail, on each capture that must fail, and on cut ones.
"""
import argparse
import difflib
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

import tshark

DOCUMENT = tshark.ROOT / "docs" / "cookbook.md"
ENTRY = re.compile(r"^### (.+)\n((?:(?!##).*\n?)*)", re.MULTILINE)
FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RECIPE = re.compile(r"^```sh\n(?P<command>.*?)^```\n\n```text\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDED = ["bash", "jq", "awk", "sort", "uniq", "grep", "cut", "head"]
# Entry → captures on which it must fail; each of them must fail on a cut one, too, on one without packets, and without
# the plugin.
MUST_FAIL = {
    "Fail the build with tshark and jq alone": [
        "refused", "refused_icmp", "syn_timeout", "half_open", "rst_in_syn_recv", "abort_client", "abort_close_wait", "keepalive_dead",
        "fin_only", "syn_flood"],
    "Fail the build when anything was reset, with tshark and jq alone": [
        "refused", "rst_in_syn_recv", "abort_client", "abort_server", "abort_close_wait", "keepalive_dead"],
    "Fail the build when tshark lacks the plugin": [],
}
EXIT_CODE = '; echo "exit code $?"'
WANTED = 20  # entries


def put_tshark(path, **environment):
    words = tshark.command(**environment)
    words[words.index("env")] = shutil.which("env")
    words[-1] = shutil.which("tshark")
    path.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, words))} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def kitchen():
    """A folder of nobody's with captures/, bin/ with a tshark that has the plugin and with pcaplife, and bare/ with a
    tshark that has it not."""
    folder = Path(tempfile.mkdtemp(dir=tshark.stage()))
    folder.chmod(0o755)
    (folder / "bin").mkdir()
    (folder / "bare").mkdir()
    shutil.copytree(tshark.CAPTURES, folder / "captures", ignore=shutil.ignore_patterns("*.tsv", "*.py"))
    shutil.copy(tshark.BUILD / "command" / "pcaplife", folder / "bin")
    whole = tshark.capture_file("close_4seg_client").read_bytes()
    (folder / "captures" / "cut.pcap").write_bytes(whole[:-1])
    (folder / "captures" / "cut_behind_its_end.pcap").write_bytes(whole + whole[24:40])
    (folder / "captures" / "without_packets.pcap").write_bytes(whole[:24])
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
    put_tshark(folder / "bin" / "tshark")
    put_tshark(folder / "bare" / "tshark", WIRESHARK_PLUGIN_DIR=folder / "nowhere")
    return folder


def cook(folder, command, options=("-o", "pipefail"), tools="bin"):
    """What a command prints, and what went wrong."""
    environment = {"PATH": f"{folder / tools}:{os.environ['PATH']}", "HOME": str(folder), "LC_ALL": "C", "TZ": "UTC"}
    with tempfile.TemporaryDirectory(dir=folder) as work:
        os.chmod(work, 0o755)
        os.symlink(folder / "captures", Path(work) / "captures")
        done = subprocess.run(["bash", *options, "-c", command], cwd=work, env=environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, errors="replace", timeout=tshark.HANGS)
    output = "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())
    problem = f"exit code {done.returncode}" if done.returncode else ""
    return output, " ".join([problem, *done.stderr.splitlines()[:5]]).strip()


def form(text):
    """What is wrong with the document itself."""
    entries = ENTRY.findall(text)
    if len(entries) < WANTED:
        yield f"{len(entries)} entries, not {WANTED}"
    for title, body in entries:
        if not RECIPE.search(body):
            yield f"{title}: no command with its output"
        if not re.search(r"\w.*\.$", body[body.rfind("```"):], re.MULTILINE):
            yield f"{title}: no sentence on how to read the output"
    loose = [block for kind, block in FENCE.findall(text) if kind not in ("sh", "text")]
    yield from (f"a block that is neither `sh` nor `text`: {block.splitlines()[0]}" for block in loose)
    if len(FENCE.findall(text)) != 2 * len(RECIPE.findall(text)):
        yield "a command without its output right behind it, or the reverse"
    for match in RECIPE.finditer(text):
        if not re.search(r"\b(?:tshark|pcaplife)\b", match["command"]):
            yield f"neither tshark's nor pcaplife's: {match['command'].splitlines()[0]}"
        for name in re.findall(r"captures/([\w.]+\.pcap)", match["command"]):
            if not (tshark.CAPTURES / name).exists():
                yield f"there is no captures/{name}"


def must_fail(folder, text):
    """What fails a build does so in a shell that is not told to look at every part of a pipe."""
    entries = dict(ENTRY.findall(text))
    for title, captures in MUST_FAIL.items():
        command = RECIPE.search(entries[title])["command"]
        if EXIT_CODE not in command:
            yield f"{title}: it does not print its exit code"
        command = command.replace(EXIT_CODE, "")
        if cook(folder, command, ())[1]:
            yield f"{title}: it fails as it stands"
        if not cook(folder, command, (), "bare")[1].startswith("exit code"):
            yield f"{title}: it passes without the plugin"
        for name in [*captures, "cut", "cut_behind_its_end", "without_packets"] if captures else []:
            if not cook(folder, command.replace("close_4seg_client", name), ())[1].startswith("exit code"):
                yield f"{title}: it passes on {name}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    update = parser.parse_args().update
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        tshark.skip(f"not installed: {' '.join(missing)}; the cookbook's commands need it")
    if not (tshark.BUILD / "command" / "pcaplife").exists():
        tshark.skip("pcaplife is not built")
    tshark.prove()
    text = DOCUMENT.read_text(encoding="utf-8")
    problems = list(form(text))
    recipes = list(RECIPE.finditer(text))
    folder = kitchen()
    results = tshark.each(lambda recipe: cook(folder, recipe["command"]), recipes)
    for recipe, (output, problem) in reversed(list(zip(recipes, results))):
        number = text.count("\n", 0, recipe.start()) + 1
        if update:
            text = text[:recipe.start("output")] + output + text[recipe.end("output"):]
        elif output != recipe["output"]:
            change = difflib.unified_diff(recipe["output"].splitlines(), output.splitlines(), "document", "printed",
                                          lineterm="", n=1)
            problems.append(f"line {number}: {recipe['command']}" + "\n".join(change))
        if problem:
            problems.append(f"line {number}: {recipe['command']}{problem}")
    if update:
        DOCUMENT.write_text(text, encoding="utf-8")
    problems += must_fail(folder, text)
    tshark.report(problems, f"{len(recipes)} commands of the cookbook print what it says")


if __name__ == "__main__":
    main()
