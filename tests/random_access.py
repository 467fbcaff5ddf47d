#!/usr/bin/python3
"""Clicks in any order show what sequential reading shows, also after the file is opened again.

sharkd is Wireshark's own engine behind a JSON interface: it reads a capture once, as the GUI does,
and dissects any frame again when asked for it, as the GUI does for a click. Frames are asked for in
a random order (the seed is printed), twice, with the file loaded anew in between; every tcplife
field of every frame must be what `tshark -2` says.

    tests/random_access.py [NAME…]
"""
import json
import random
import re
import shutil
import subprocess
import sys

import tshark

NAMES = """last_ack_lost third_ack_lost_after_tap halfopen_reconnect tw_new_syn simultaneous_close simultaneous_open
    tfo port_reuse_after_rst syn_flood midstream_fin v6_close_4seg_client encap_gre refused_icmp duplicated amsdu""".split()
FIELDS = tshark.SEGMENT_FIELDS + ["tcplife." + name for name in (
    "open", "close", "closed_by", "summary", "previous", "next", "frame.syn", "frame.fin1", "frame.reset")]


def items(nodes):
    """(field, value) of every item of a tree, as sharkd writes them in its filters."""
    for node in nodes:
        match = re.fullmatch(r"(tcplife\.[\w.]+) == (.*)", node.get("f", ""), re.DOTALL)
        if match:
            value = match[2]
            yield match[1], json.loads(value) if value.startswith('"') else value
        yield from items(node.get("n", []))


def clicks(capture, order):
    """The tcplife fields of the frames, asked for in this order."""
    requests = []
    for half in (order[: len(order) // 2], order[len(order) // 2:]):
        requests.append(("load", {"file": str(tshark.readable(capture))}))
        requests += [("frame", {"frame": frame, "proto": True}) for frame in half]
    lines = [json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters})
             for number, (method, parameters) in enumerate(requests, 1)]
    words = [*tshark.command()[:-1], "sharkd", "-"]
    done = subprocess.run(words, input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=tshark.HANGS)
    if done.returncode:
        raise tshark.TsharkError(f"sharkd: exit code {done.returncode}\n{done.stderr[-2000:]}")
    answers = {answer["id"]: answer for answer in map(json.loads, filter(lambda line: line.startswith("{"),
                                                                         done.stdout.splitlines()))}
    for number, (method, parameters) in enumerate(requests, 1):
        if "error" in answers[number]:
            raise tshark.TsharkError(f"sharkd: {method} {parameters}: {answers[number]['error']}")
        if method == "frame":
            yield parameters["frame"], list(items(answers[number]["result"]["tree"]))


def check(name):
    """(frames compared, problems) of one capture."""
    capture = tshark.capture_file(name)
    wanted, _ = tshark.rows(capture, ["frame.number", *FIELDS], "-2")
    wanted = {int(row["frame.number"][0]): row for row in wanted}
    order = sorted(wanted) * 2
    random.Random(name).shuffle(order)
    problems = []
    for frame, shown in clicks(capture, order):
        for field in FIELDS:
            got = [value for other, value in shown if other == field]
            if got != wanted[frame][field]:
                problems.append(f"{name}: frame {frame}, {field}: a click shows {got}, tshark -2 {wanted[frame][field]}")
    return len(order), problems


def main():
    if not shutil.which("sharkd"):
        tshark.skip("sharkd is not installed")
    results = tshark.each(check, sys.argv[1:] or NAMES)
    problems = [problem for _, some in results for problem in some]
    tshark.report(problems, f"{sum(count for count, _ in results)} clicks in random order, in {len(results)} captures")


if __name__ == "__main__":
    main()
