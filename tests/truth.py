#!/usr/bin/python3
"""Kernel truth: our states are those that two Linux kernels were really in.

captures/NAME.frames.tsv holds, for every frame of captures/NAME.pcap, the states of both kernels'
sockets (taken in the kernel, not from packets). Wherever the packets seen so far determine the
state (label `ok`), ours must be the kernel's. LISTEN and CLOSED count as equal: a socket that is
not there and one that waits look the same from outside.

    tests/truth.py [NAME…]
"""
import csv
import sys

import reading
import tshark

# (capture, frame, "client" or "server" by the kernel's roles): why an observer may say otherwise.
EXCUSED = {
    # The SYN,ACK that the capture shows was held back behind the capture point, which only later frames tell.
    ("rst_in_syn_sent_bad_ack", 3, "client"): "a captured SYN,ACK is presumed to arrive",
    # A segment out of nothing may be a forgery, or the first that was captured of a living connection.
    ("weird_flags_to_listener", 6, "server"): "a lone ACK looks like mid-stream",
    ("weird_flags_to_listener", 20, "server"): "a lone ACK looks like mid-stream",
    ("weird_flags_to_listener", 8, "server"): "a lone SYN,ACK looks like the answer to an uncaptured SYN",
    ("weird_flags_to_listener", 22, "server"): "a lone SYN,ACK looks like the answer to an uncaptured SYN",
}


def plain(state):
    return state.replace("-", "_").replace("LISTEN", "CLOSED")


def has_truth(name):
    return (tshark.CAPTURES / f"{name}.frames.tsv").exists()


def check(seen):
    """(problems, points compared, how many of them are excused) of one capture."""
    name = seen.name
    rows = {row["frame.number"][0]: row for row in seen.rows}
    with open(tshark.CAPTURES / f"{name}.frames.tsv", encoding="utf-8", newline="") as file:
        frames = list(csv.DictReader(file, delimiter="\t"))
    points, problems, used, swapped = 0, [], set(), {}
    for frame in frames:
        number = frame["frame"]
        row = rows.get(number, {})
        if not row.get("tcplife.connection"):
            problems.append(f"frame {number} has no tcplife fields")
            continue
        # The kernel's client is the one whose program called connect(); ours may be the other one.
        to_server = frame["dir"] == "c2s"
        ends = [(frame["src"], frame["sport"]), (frame["dst"], frame["dport"])]
        flow = tuple(ends if to_server else reversed(ends))
        swap = swapped.setdefault(flow, to_server != (row["tcplife.sender"] == ["client"]))
        for end, other in (("client", "server"), ("server", "client")):
            if frame[end + "_label"] != "ok":
                continue
            points += 1
            kernel = plain(frame[end + "_state"])
            ours = plain(row[f"tcplife.{other if swap else end}.state"][0])
            if ours == kernel:
                continue
            if (name, int(number), end) in EXCUSED:
                used.add((name, int(number), end))
            else:
                problems.append(f"frame {number} ({frame['dir']} {frame['flags']}): "
                                f"the kernel's {end} is in {kernel}, we say {ours}")
    problems += [f"{excuse} needs no excuse" for excuse in EXCUSED if excuse[0] == name and excuse not in used]
    return problems, points, len(used)


def main():
    names = sys.argv[1:] or [name for name in tshark.captures() if has_truth(name)]
    results = tshark.each(lambda name: check(reading.Reading(tshark.capture_file(name))), names)
    problems = [f"{name}: {problem}" for name, (some, _, _) in zip(names, results) for problem in some]
    points, excused = (sum(result[number] for result in results) for number in (1, 2))
    tshark.report(problems, points and
                  f"{points} states of {len(names)} captures are the kernel's ({excused} excused)")


if __name__ == "__main__":
    main()
