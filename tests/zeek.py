#!/usr/bin/python3
"""Zeek's words are Zeek's: where Zeek has one row for a connection, ours is the same row.

    tests/zeek.py [CAPTURE…]

../shared/captures/ZEEK.tsv, where it is present, holds rows of Zeek's own conn.log of captures by others.
Promises that
- each of them that is one tcplife connection is equal in every column that it has, but for those that EXPLAINED
  lists, and each of these needs its explanation;
- captures of our own for what few rows show have the values that docs/zeek.md derives;
- of every stored capture `-z tcplife,zeek` is a log by Zeek's rules, the same in one pass and in two, and
  `-z tcplife,json`, `csv` and `conn` and the fields say the same;
- the fields are there when they are named, or with the preference tcplife.zeek, and not otherwise.
"""
import csv
import itertools
import json
import re
import sys
from decimal import Decimal
from pathlib import Path

import reading
import tables
import tshark

ORACLE = tshark.SHARED / "captures" / "ZEEK.tsv"
TYPES = {"ts": "time", "uid": "string", "id.orig_h": "addr", "id.orig_p": "port", "id.resp_h": "addr",
         "id.resp_p": "port", "proto": "enum", "duration": "interval", "orig_bytes": "count", "resp_bytes": "count",
         "conn_state": "string", "missed_bytes": "count", "history": "string", "orig_pkts": "count",
         "orig_ip_bytes": "count", "resp_pkts": "count", "resp_ip_bytes": "count"}
COMPARED = ["conn_state", "history", "duration", "orig_bytes", "resp_bytes", "missed_bytes", "orig_pkts",
            "orig_ip_bytes", "resp_pkts", "resp_ip_bytes"]
# Columns without a time are unset where no time passed; in other columns "-" says that the log did not have it.
UNSET = {"duration", "orig_bytes", "resp_bytes"}

# (capture, ts of Zeek's row, its history): (conn_state and history of ours, why). docs/zeek.md says more.
POP3, REPEATED = "zeek__pop3__pop3.pcap", "the SYN that follows a refusal soon is the same attempt, of one connect()"
MODBUS, WIKIPEDIA = "zeek__modbus__modbus-and-non-modbus-p502.pcap", "zeek__wikipedia.pcap"
EXPLAINED = {
    (MODBUS, "1688769194.447986000", "ShR"): ("REJ ShRDr", "Zeek's timer ends the connection 5 s after the RST"),
    (MODBUS, "1688769210.156443000", "Dr"): (None, "the rest of the same connection, after Zeek's timer"),
    (WIKIPEDIA, "1300475169.780331000", "H"): ("OTH ^h", "that Zeek ran without analyzers, and knew no server's port"),
    (WIKIPEDIA, "1300475168.652003000", "D"): ("OTH DdA", "that Zeek's script filtered packets out"),
    ("zeek__http__get.pcap", "1362692526.869344000", "ShADXadFf"):
        ("SF ShADadFf", "X: a limit set for that test ended Zeek's analysis of HTTP"),
    (POP3, "1377201633.570191000", "Sr"): ("REJ Sr", REPEATED),
    (POP3, "1377201634.118955000", "Sr"): (None, REPEATED),
    (POP3, "1377201634.679980000", "Sr"): (None, REPEATED),
    (POP3, "1377201634.731376000", "Sr"): ("REJ Sr", REPEATED),
    (POP3, "1377201635.282020000", "Sr"): (None, REPEATED),
    (POP3, "1377201635.832038000", "Sr"): (None, REPEATED),
}


# ---- reading --------------------------------------------------------------------------------------

def read_log(text):
    """The rows of a log, as dictionaries; fails where Zeek's readers would."""
    lines = text.splitlines()
    head = dict(line[1:].split(None, 1) for line in lines if line.startswith("#"))
    if head["separator"] != "\\x09" or head["path"] != "conn" or head["unset_field"] != "-":
        raise ValueError(f"header lines {head}")
    names, types = head["fields"].split("\t"), head["types"].split("\t")
    if dict(zip(names, types)) != TYPES or names != list(TYPES):
        raise ValueError(f"columns {names} of types {types}")
    for moment in ("open", "close"):
        if not re.fullmatch(r"\d{4}(-\d\d){5}", head[moment]):
            raise ValueError(f"#{moment} {head[moment]}")
    if not lines[0].startswith("#separator") or not lines[-1].startswith("#close"):
        raise ValueError("the log does not begin with #separator and end with #close")
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines if not line.startswith("#")]


def log(capture, *arguments):
    return tshark.run("-q", "-z", "tcplife,zeek", *arguments, capture=capture).stdout


# ---- Zeek's own rows ------------------------------------------------------------------------------

def oracle():
    """Zeek's rows, with the names that its own logs have for the columns."""
    with open(ORACLE, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [{**row, **{f"id.{end}": row[end] for end in ("orig_h", "orig_p", "resp_h", "resp_p")}} for row in rows]


def ends(row):
    return frozenset([(row["id.orig_h"], row["id.orig_p"]), (row["id.resp_h"], row["id.resp_p"])])


def is_same_moment(a, b):
    return abs(Decimal(a) - Decimal(b)) < Decimal("0.0000015")


def find(ours, row):
    """Our row for one of Zeek's: of the same sockets, begun by the same segment; None."""
    return next((one for one in ours if ends(one) == ends(row) and is_same_moment(one["ts"], row["ts"])), None)


def differing(ours, row):
    """The columns in which the two rows differ."""
    for column in ["id.orig_h", "id.orig_p", *COMPARED]:
        expected, seen = row[column], ours[column]
        if expected == "-" and (row["usable"] != "strict" or column not in UNSET or row["conn_state"] == "-"):
            continue
        same = (expected != "-" != seen and abs(Decimal(expected) - Decimal(seen)) < Decimal("0.0000015")
                if column == "duration" and "-" not in (expected, seen) else expected == seen)
        if not same:
            yield f"{column} {seen}, Zeek has {expected}"


def check_rows(name, rows):
    """(problems, rows that are equal, explanations used) of one capture."""
    ours = read_log(log(tshark.SHARED / "captures" / name))
    problems, equal, used = [], 0, set()
    for row in rows:
        one = find(ours, row)
        different = list(differing(one, row)) if one else ["no connection of ours begins there"]
        key = (name, row["ts"], row["history"])
        if not different:
            equal += 1
        elif key in EXPLAINED:
            expected = EXPLAINED[key][0]
            seen = f"{one['conn_state']} {one['history']}" if one else None
            used.add(key)
            if seen != expected:
                problems.append(f"{key}: {seen}, explained is {expected}")
        else:
            problems.append(f"{key}: " + "; ".join(different))
    return problems, equal, used


def check_oracle(names):
    captures = {}
    for row in oracle():
        if not names or row["file"] in names:
            captures.setdefault(row["file"], []).append(row)
    results = tshark.each(lambda item: check_rows(*item), captures.items())
    problems = [problem for some, _, _ in results for problem in some]
    used = set().union(*(some for _, _, some in results))
    problems += [f"{key} needs no explanation" for key in EXPLAINED if key[0] in captures and key not in used]
    return problems, sum(map(len, captures.values())), sum(equal for _, equal, _ in results), len(used)


# ---- values derived by hand -----------------------------------------------------------------------

DERIVED = re.compile(r"^\| `(\w+)` \| (\d+) \| (\w+) \| (\S+) \|", re.MULTILINE)


def check_derived():
    """docs/zeek.md's table."""
    derived = DERIVED.findall((tshark.ROOT / "docs" / "zeek.md").read_text(encoding="utf-8"))
    logs = {name: read_log(log(tshark.capture_file(name))) for name, *_ in derived}
    problems = []
    for name, number, *expected in derived:
        row = logs[name][int(number)]
        if [row["conn_state"], row["history"]] != expected:
            problems.append(f"{name}, connection {number}: {row['conn_state']} {row['history']}, derived is {expected}")
    return problems, len(derived)


# ---- all ways to ask ------------------------------------------------------------------------------

NAMES = ["tcplife.connection", *reading.ZEEK_FIELDS]


def as_log(value):
    return value or "-"


def check_ways(seen):
    """Whether every way to ask says the same."""
    told, told_twice = seen.told, seen.told_twice
    problems = [] if told["zeek"] == told_twice["zeek"] else ["the log differs in two passes"]
    rows = read_log(told["zeek"])
    expected = [(row["uid"][1:], row["conn_state"], row["history"]) for row in rows]
    records = [json.loads(line) for line in told["json"].splitlines()]
    shown = tables.rows(tables.read(told["tables"].splitlines())["Connections"])
    comma = csv.DictReader(told_twice["csv"].splitlines())
    ways = {
        "json": [(str(one["connection"]), one["zeek_conn_state"], as_log(one.get("zeek_history"))) for one in records],
        "csv": [(one["connection"], one["zeek_conn_state"], as_log(one["zeek_history"])) for one in comma],
        "conn": [(one["No."], one["Zeek state"], as_log(one["Zeek history"])) for one in shown],
        # A frame may hold several segments: each has its own values.
        "fields": sorted({tuple(as_log(value) for value in part) for row in seen.rows_twice
                          for part in itertools.zip_longest(*(row[field] for field in NAMES), fillvalue="")},
                         key=lambda row: int(row[0])),
    }
    problems += [f"{way} says {words}, the log {expected}" for way, words in ways.items() if words != expected]
    for row, record in zip(rows, records):
        ours = {(record[f"{end}_address"], str(record[f"{end}_port"])) for end in ("client", "server")}
        if ours != ends(row) or not is_same_moment(row["ts"], str(record["start"])):
            problems.append(f"row {row} is not connection {record['connection']}")
    return problems


def check_asking():
    """When the fields are there."""
    capture = tshark.capture_file("fin_only")
    shown = ["-T", "fields", "-e", "tcplife.zeek.conn_state"]
    column = 'gui.column.format:"State","%Cus:tcplife.zeek.conn_state"'
    cases = [(shown, 2), (["-2", *shown], 12), (["-2", "-Y", 'tcplife.zeek.history == "ShADadF"', *shown], 12),
             (["-2", "-o", column], 12), (["-V"], 0), (["-2", "-V"], 0), (["-2", "-V", "-o", "tcplife.zeek:TRUE"], 12),
             (["-q", "-z", "tcplife,zeek,tcplife.zeek.conn_state == S2"], 1),
             (["-q", "-z", "tcplife,zeek,tcplife.zeek.conn_state == SF"], 0)]
    for arguments, wanted in cases:
        lines = tshark.run(*arguments, capture=capture).stdout.splitlines()
        seen = sum(re.search(r"\bS2\b", line) is not None for line in lines if not line.startswith("#"))
        if seen != wanted:
            yield f"{arguments}: S2 in {seen} lines, not {wanted}"


def main():
    tshark.prove()
    names = [Path(name).name for name in sys.argv[1:]]
    problems, told = [], []
    if ORACLE.exists():
        problems, count, equal, used = check_oracle(names)
        told.append(f"{count} rows of Zeek's: {equal} are ours, {used} differ as explained")
    if not names:
        broken, derived = check_derived()
        problems += [*broken, *check_asking()]
        told.append(f"{derived} derived")
    tshark.report(problems, "; ".join(told))
    if not ORACLE.exists():
        tshark.skip("no rows of Zeek's own beside this repository")


if __name__ == "__main__":
    main()
