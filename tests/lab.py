#!/usr/bin/python3
"""The whole kernel lab, where ../shared/lab is present: its judge scores every scenario.

Promises, in each of the three views (the router's capture, the client's, the server's), at least
the shares below of the kernel's transitions, and of the states that the packets determine; and that the command,
of whose records the judge asks the same, has the plugin's score, scenario by scenario.
"""
import json
import shlex
import shutil
import subprocess
import sys

import tshark

LAB = tshark.SHARED / "lab"
#           view      transitions  states
REQUIRED = {"main": (0.999, 0.999),
            "client": (0.999, 0.999),
            "server": (0.999, 0.999)}


def asked(whom):
    """The words of the command that the judge asks."""
    if whom == "plugin":
        return tshark.command()
    return [sys.executable, str(tshark.ROOT / "tests" / "command_states.py")]


def judge(whom, view, captures):
    """The judge's verdict on one view."""
    verdict = tshark.stage() / f"{whom}.{view}.json"
    done = subprocess.run([sys.executable, LAB / "judge.py", captures, "--tshark", shlex.join(asked(whom)),
                           "--view", view, "--json", verdict, "--keep", tshark.stage() / f"lab.{whom}.{view}"],
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"FAILED: the judge: {done.stdout}\n{done.stderr}")
    return json.loads(verdict.read_text(encoding="utf-8"))


def main():
    if not (LAB / "judge.py").exists():
        tshark.skip("no lab beside this repository")
    captures = tshark.stage() / "lab"
    captures.mkdir()
    for file in (LAB / "out").iterdir():
        if file.name.endswith((".pcap", ".frames.tsv", ".truth.tsv")):
            shutil.copyfile(file, captures / file.name)
    problems, words = [], []
    cases = [(whom, view) for view in REQUIRED for whom in ("plugin", "command")]
    verdicts = dict(zip(cases, tshark.each(lambda case: judge(*case, captures), cases)))
    for view in REQUIRED:
        verdict, other = verdicts["plugin", view], verdicts["command", view]
        if other != verdict:
            differ = [name for name, scenario in verdict["scenarios"].items() if other["scenarios"].get(name) != scenario]
            problems.append(f"{view}: the command's score is {other['total']}, the plugin's {verdict['total']}; they differ in {differ}")
        total = verdict["total"]
        shares = total["tr_ok"] / total["tr_total"], total["pt_ok"] / total["pt"]
        words.append(f"{view}: {total['tr_ok']}/{total['tr_total']} transitions, {total['pt_ok']}/{total['pt']} states")
        if total["missing"]:
            problems.append(f"{view}: {total['missing']} points without tcplife fields")
        for what, share, required in zip(("transitions", "states"), shares, REQUIRED[view]):
            if share < required:
                problems.append(f"{view}: {share:.3%} of the {what}, {required:.1%} required")
        for name, scenario in verdict["scenarios"].items():
            for error in scenario["errors"]:
                if not error.endswith("]"):  # the points that the packets determine
                    print(f"{view} {name}: {error}")
    print(*words, sep="\n")
    tshark.report(problems, "; ".join(words))


if __name__ == "__main__":
    main()
