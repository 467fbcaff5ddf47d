#!/usr/bin/python3
"""Golden test: what tshark says of every frame of a capture is what a person once approved.

    tests/golden.py [NAME…]             compare (default: every line of captures.list)
    tests/golden.py --update [NAME…]    write tests/golden/ anew; review it with git diff

It promises that one pass and two passes (tshark -2) agree with each other, with golden/NAME.txt
(the states, steps, transitions and expert infos of every frame), with golden/NAME.json
(`-z tcplife,json`) and, for a handful of captures, with golden/NAME.ladder and .svg (the pictures).
"""
import argparse
import difflib
import json
import re
import sys

import reading
import tshark

GOLDEN = tshark.ROOT / "tests" / "golden"
HEAD = ["frame", "conn", "sender", "flags", "seq", "ack", "len", "client", "server", "presumed", "step", "transition",
        "expert"]
FLAGS = [(0x02, "SYN"), (0x01, "FIN"), (0x04, "RST"), (0x08, "PSH"), (0x10, "ACK"), (0x20, "URG")]
MODULUS = 1 << 32
# Those that a textbook would draw, and those that are hard to draw.
PICTURED = """close_4seg_client simultaneous_open simultaneous_close halfclose_client last_ack_lost.client
    third_ack_lost_after_tap halfopen_reconnect refused_icmp syn_timeout keepalive_dead bulk_lossy tw_expires
    midstream_data v6_refused""".split()


def one(row, field):
    """A field's only value, "" where the frame has none (an ICMP error has no sender)."""
    return "".join(row[field][:1])


def parts_of(row):
    """A frame with several segments: a row for each of them, what is told of all of them with the first."""
    alone = ("frame.number", "icmp.type", "icmpv6.type")
    each = ("tcplife.connection", "tcplife.sender", "tcplife.client.state", "tcplife.server.state", "tcp.flags",
            "tcp.seq_raw", "tcp.ack_raw", "tcp.len")
    count = len(row["tcplife.connection"])
    if count < 2 or len(row["tcp.flags"]) != count:
        return [row]
    return [{field: values if field in alone or (i == 0 and field not in each) else
             values[i:i + 1] if field in each else [] for field, values in row.items()} for i in range(count)]


def flag_names(row):
    if row["icmp.type"] or row["icmpv6.type"]:
        return "(ICMP)"
    bits = int(row["tcp.flags"][0], 0)
    return ",".join(name for bit, name in FLAGS if bits & bit) or "-"


def relative(row, bases):
    """Sequence and acknowledgement number, each counted from the first one known of its end."""
    if not row["tcp.seq_raw"] or row["icmp.type"] or row["icmpv6.type"]:
        return "", "", ""
    connection, sender = one(row, "tcplife.connection"), one(row, "tcplife.sender")
    seq, ack = int(row["tcp.seq_raw"][0]), int(row["tcp.ack_raw"][0])
    base = bases.setdefault((connection, sender), seq)
    relative_seq = str((seq - base) % MODULUS)
    relative_ack = ""
    if int(row["tcp.flags"][0], 0) & 0x10:
        other = "server" if sender == "client" else "client"
        relative_ack = str((ack - bases.setdefault((connection, other), ack)) % MODULUS)
    return relative_seq, relative_ack, one(row, "tcp.len")  # of a lone first fragment Wireshark tells none


def table(rows):
    """The frames that have tcplife fields, as lines of aligned columns."""
    bases = {}
    lines = [HEAD]
    for row in (part for row in rows for part in parts_of(row)):
        if not row["tcplife.connection"]:
            continue
        steps = ["handshake " + n for n in row["tcplife.handshake.step"]]
        steps += ["teardown " + n for n in row["tcplife.teardown.step"]]
        experts = [name for name in tshark.expert_names() if row["tcplife.expert." + name]]
        lines.append([one(row, "frame.number"), one(row, "tcplife.connection"), one(row, "tcplife.sender"),
                      flag_names(row), *relative(row, bases),
                      one(row, "tcplife.client.state"), one(row, "tcplife.server.state"),
                      ",".join(row["tcplife.presumed"]), ", ".join(steps), "; ".join(row["tcplife.transition"]),
                      " ".join(experts)])
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    right = {"frame", "conn", "seq", "ack", "len"}
    return ["  ".join(cell.rjust(width) if head in right else cell.ljust(width)
                      for cell, width, head in zip(line, widths, HEAD)).rstrip() for line in lines]


def spread(line):
    """The same JSON text with one line for every key and every element of its lists.

    Without tcp_stream: Wireshark's own numbers of streams differ between its versions.
    """
    json.loads(line)
    line = re.sub(r'"tcp_stream":\d+,', "", line)
    depth, quoted, escaped, out = 0, False, False, []
    for letter in line:
        if not quoted:
            depth += (letter in "{[") - (letter in "}]")
        out.append(letter)
        if letter == "," and not quoted and depth <= 2:
            out.append("\n" + "  " * depth)
        if letter == '"' and not escaped:
            quoted = not quoted
        escaped = letter == "\\" and not escaped
    return "".join(out)


def observe(name, rows, records, told):
    """File name's ending → what is in the golden file, if this is right."""
    text = "\n".join([f"# {name}: {tshark.captures()[name]}", *table(rows)]) + "\n"
    seen = {"txt": text, "json": "".join(spread(line) + "\n" for line in records.splitlines())}
    return seen | {kind: told[kind] for kind in ("ladder", "svg") if name in PICTURED}


def difference(title, expected, seen):
    return list(difflib.unified_diff(expected.splitlines(), seen.splitlines(), *title, lineterm=""))


def check(seen, update=False):
    """The differences found; none is what we want."""
    name = seen.name
    once = observe(name, seen.rows, seen.json, seen.told if name in PICTURED else {})
    twice = observe(name, seen.rows_twice, seen.told_twice["json"], seen.told_twice)
    problems = []
    for kind in once:
        golden = GOLDEN / f"{name}.{kind}"
        problems += difference(("one pass", "two passes"), once[kind], twice[kind])
        if update:
            GOLDEN.mkdir(exist_ok=True)
            golden.write_text(once[kind], encoding="utf-8")
        elif not golden.exists():
            problems.append(f"{golden.name} is missing: run tests/golden.py --update {name} and review it")
        else:
            problems += difference((f"golden/{golden.name}", "seen"), golden.read_text(encoding="utf-8"), once[kind])
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="write the golden files anew")
    parser.add_argument("name", nargs="*")
    options = parser.parse_args()
    names = options.name or list(tshark.captures())
    if unknown := [name for name in names if name not in tshark.captures()]:
        sys.exit(f"FAILED: no line in tests/captures.list: {', '.join(unknown)}")
    results = tshark.each(lambda name: check(reading.Reading(tshark.capture_file(name)), options.update), names)
    failed = [name for name, problems in zip(names, results) if problems]
    for name, problems in zip(names, results):
        if problems:
            print(f"=== {name}", *problems, sep="\n")
    if failed:
        sys.exit(f"FAILED: {', '.join(failed)}")
    print(f"ok: {len(names)} capture(s), one pass and two", "(golden files written)" if options.update else "")


if __name__ == "__main__":
    main()
