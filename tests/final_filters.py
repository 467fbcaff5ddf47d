#!/usr/bin/python3
"""Filters of -z on final fields choose, in one pass too, by what is known at the connection's end.

Of all stored captures in one file, in one pass and in two:
- for each final field, a filter on its presence and one on its value choose just the connections whose records say so;
- joined with tests of packets by and, or and not they choose what those and these choose, put together;
- every -z prints the same for such a filter as for the numbers of the connections that it has to choose;
- a single test about both is refused in one pass, in one sentence, and is right in two.
"""
import json
import re
from collections import Counter

import reading
import tshark

ROW = re.compile(r'\{VALUE\((?:"(\w+)"|NULL), \w+, LIFE, \w+\),\s*(?:COSTLY_)?FIELD\(\d+, "(tcplife\.[\w.]+)"')
HALF_CLOSED = 'tcplife.close == "half-closed"'
MIXED = "tcplife.frame.fin1 == frame.number"
SYN, FIN, SERVER = "tcp.flags.syn == 1", "tcp.flags.fin == 1", 'tcplife.sender == "server"'


def final_fields():
    """Field → key in records, of all final fields."""
    text = (tshark.ROOT / "output" / "records" / "values.c").read_text(encoding="utf-8")
    return {field: key for key, field in ROW.findall(text)}


def filters_of(field, key, records):
    """(filter, connections that it has to choose): one on the field's presence, one on its value."""
    values = {number: record[key] for number, record in records.items() if key in record}
    yield field, set(values)
    common = Counter(values.values()).most_common(1)[0][0] if values else 0
    if isinstance(common, str):
        quoted = common.replace("\\", "\\\\").replace('"', '\\"')
        yield f'{field} == "{quoted}"', {number for number, value in values.items() if value == common}
    else:
        yield f"{field} <= {common!r}", {number for number, value in values.items() if value <= common}


def chosen(capture, filters, *passes):
    """Filter → the connections that -z tcplife,csv prints for it; one tshark for many of them."""
    filters, words = list(dict.fromkeys(filters)), []
    for display_filter in filters:
        words += ["-z", f"tcplife,csv,{display_filter}"]
    tables = re.split(r"^connection,.*\n", tshark.run("-q", *passes, *words, capture=capture).stdout, flags=re.MULTILINE)[1:]
    # tshark prints the last one first.
    return {display_filter: {int(line.split(",")[0]) for line in table.splitlines()}
            for display_filter, table in zip(reversed(filters), tables, strict=True)}


def joined(records, capture):
    """(filter, connections), of filters that join tests of packets and tests of the end."""
    of = chosen(capture, [SYN, f"!({SYN})", FIN, SERVER])
    syn, not_syn, fin, server = of[SYN], of[f"!({SYN})"], of[FIN], of[SERVER]
    everything = set(records)
    half = {number for number, record in records.items() if record["close"] == "half-closed"}
    refused = {number for number, record in records.items() if record["open"] == "refused"}
    yield f"{HALF_CLOSED} && {SYN}", half & syn
    yield f"{HALF_CLOSED} or {SYN}", half | syn
    yield f"not ({HALF_CLOSED}) and {FIN}", (everything - half) & fin
    yield f"!({HALF_CLOSED} && {SYN})", (everything - half) | not_syn
    yield f'({SYN} && {HALF_CLOSED}) || {SERVER} and tcplife.open in {{"refused"}}', half & syn | server & refused
    yield f'{SYN} && tcplife.open == "refused" && {FIN}', set()  # no packet is both
    yield f'tcplife.summary contains " and (" or {HALF_CLOSED}', half


def check_choices(capture, records):
    expected = [pair for field, key in final_fields().items() for pair in filters_of(field, key, records)]
    expected += joined(records, capture)
    problems = []
    for passes in ([], ["-2"]):
        seen = chosen(capture, [display_filter for display_filter, _ in expected], *passes)
        for display_filter, numbers in expected:
            if seen[display_filter] != numbers:
                problems.append(f"{' '.join(passes)} {display_filter}: wrong are the connections "
                                f"{sorted(seen[display_filter] ^ numbers)[:10]}")
    return problems, len(expected)


def without_filter(text):
    """Wireshark's tables name their filter."""
    return re.sub(r"^Filter for statistics: .*\n", "", text, flags=re.MULTILINE)


def check_statistics(capture, records):
    """All of -z for one filter, against the same for the numbers of the connections."""
    numbers = [number for number, record in records.items() if record["close"] == "half-closed"]
    reader = reading.Reading(capture)
    named = reader.chosen("tcplife.connection in {" + ",".join(map(str, numbers)) + "}")
    problems = []
    for passes in ([], ["-2"]):
        told = reader.chosen(HALF_CLOSED, *passes)
        problems += [f"{' '.join(passes)} {name} differs for {HALF_CLOSED}" for name in named
                     if without_filter(told[name]) != without_filter(named[name])]
        ladder = tshark.run("-q", *passes, "-z", f"tcplife,ladder,{HALF_CLOSED}", capture=capture).stdout
        if len(re.findall(r"^Connection \d+", ladder, re.MULTILINE)) != len(numbers):
            problems.append(f"{' '.join(passes)} ladder has other connections for {HALF_CLOSED}")
    return problems


def check_refusal(capture, records):
    """A test about a packet and its connection's end."""
    problems = []
    for name in reading.STATISTICS:
        done = tshark.run("-q", "-z", f"tcplife,{name},{MIXED}", capture=capture, check=False)
        said = [line for line in done.stderr.splitlines() if "cannot be judged in one pass" in line]
        if done.returncode == 0 or len(said) != 1 or done.stdout.strip():
            problems.append(f"tcplife,{name},{MIXED}: exit code {done.returncode}, {done.stderr!r}")
    twice = chosen(capture, [MIXED], "-2")[MIXED]
    if twice != {number for number, record in records.items() if "frame_fin1" in record}:
        problems.append(f"-2 {MIXED}: not those with a FIN")
    return problems


def main():
    capture = tshark.together()
    records = {record["connection"]: record for record in
               map(json.loads, tshark.run("-q", "-z", "tcplife,json", capture=capture).stdout.splitlines())}
    problems, count = check_choices(capture, records)
    problems += check_statistics(capture, records)
    problems += check_refusal(capture, records)
    tshark.report(problems, f"{count} filters on {len(final_fields())} final fields, {len(records)} connections")


if __name__ == "__main__":
    main()
