#!/usr/bin/python3
"""The report of captures, for working on it and for its test: `tests/make_report.py -o REPORT.html CAPTURE…`.

It fills the template (report/README.md says with what) from `-z tcplife,json` and `-z tcplife,svg`. Those who use
tcplife have the plugin's and the command's own reports.
"""
import argparse
import base64
import bisect
import gzip
import json
import re
from collections import Counter
from pathlib import Path

import guides
import tshark

TEMPLATE = tshark.BUILD / "report" / "report_template.html"
MARKER = "<!-- DATA -->"
RECORDS = 1000  # in a block: what the page reads again for one connection
SEVERITIES = ["chat", "note", "warn", "error"]
ROWS = 200
MSL = 30

COLUMNS = ["start", "opening", "established", "half-closed", "closing", "time-wait", "opened", "closed", "reset",
           "refused", "unanswered", "most at once"]
LIVING = COLUMNS[1:6]


# ---- the file -------------------------------------------------------------------------------------------------------

def block(kind, text, **attributes):
    words = "".join(f' data-{name}="{value}"' for name, value in attributes.items())
    packed = base64.b64encode(gzip.compress(text.encode("utf-8", "surrogateescape"), 6, mtime=0)).decode()
    return f'<script type="application/gzip" data-tcplife="{kind}"{words}>{packed}</script>\n'


def write(path, about, records, states=None, ladders=None):
    """Records are lines of JSON; ladders are (number of the file, connection) → SVG."""
    before, after = TEMPLATE.read_text(encoding="utf-8").split(MARKER)
    with open(path, "w", encoding="utf-8") as file:
        file.write(before)
        file.write(block("about", json.dumps({**about, "connections": len(records)}, ensure_ascii=False)))
        if states:
            file.write(block("states", json.dumps(states)))
        for first in range(0, len(records), RECORDS):
            file.write(block("records", "\n".join(records[first:first + RECORDS])))
        for (number, connection), svg in (ladders or {}).items():
            file.write(block("ladder", svg, file=number, connection=connection))
        file.write(after)


def about(files):
    version = re.search(r'TL_VERSION "([^"]+)"|TL_VERSION.*?(\d+\.\d+\.\d+)',
                        (tshark.ROOT / "include" / "tcplife" / "version.h").read_text(encoding="utf-8"))
    return {"version": version[1] or version[2], "files": files, "diagnoses": guides.guides()}


# ---- states over time -----------------------------------------------------------------------------------------------

def phase(client, server):
    """The column that counts a connection with these states."""
    both = {client, server}
    if both & {"SYN-SENT", "SYN-RECEIVED"}:
        return "opening"
    if both <= {"CLOSED", "LISTEN"}:
        return None
    if "TIME-WAIT" in both and both <= {"TIME-WAIT", "CLOSED"}:
        return "time-wait"
    if both & {"LAST-ACK", "CLOSING", "TIME-WAIT"}:
        return "closing"
    return "half-closed" if both & {"FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT"} else "established"


def phases(record, end_of_capture):
    """(time, phase) of a connection, each from then on."""
    now = {end: record[f"{end}_state"] for end in ("client", "server")}
    for transition in reversed(record["transitions"]):
        now[transition["end"]] = transition["from"]
    found = [(record["start"], phase(**now))]
    for transition in record["transitions"]:
        now[transition["end"]] = transition["to"]
        found.append((transition["time"], phase(**now)))
    if found[-1][1] == "time-wait" and found[-1][0] + 2 * MSL < end_of_capture:
        found.append((found[-1][0] + 2 * MSL, None))
    return found


def happened(record):
    """(time, column) of what is counted within an interval."""
    if record["open"] in ("three-way", "simultaneous", "fast-open"):
        yield record["start"] + record.get("handshake_time", 0), "opened"
    if record["open"] in ("refused", "unanswered"):
        yield record["end"], record["open"]
    if record["close"] in ("reset", "reset-while-closing"):
        yield record["end"], "reset"
    if record["close"] in ("four-way", "three-way", "simultaneous"):
        yield record["end"], "closed"


def interval_of(seconds):
    """1, 2 or 5·10ⁿ s, so that there are at most so many rows."""
    return next(step * 10.0 ** power for power in range(-6, 10) for step in (1, 2, 5) if step * 10.0 ** power * ROWS > seconds)


def states_over_time(records):
    start, end = min(record["start"] for record in records), max(record["end"] for record in records)
    interval = interval_of(end - start)
    rows = [[start + i * interval] + [0] * (len(COLUMNS) - 1) for i in range(int((end - start) / interval) + 1)]
    changes = []
    for record in records:
        before = None
        for time, after in phases(record, end):
            changes.append((time, before, after))
            before = after
        for time, column in happened(record):
            row = min(len(rows) - 1, max(0, int((time - start) / interval)))
            rows[row][COLUMNS.index(column)] += 1
    count_living(rows, sorted(changes, key=lambda change: change[0]), interval)
    return {"interval": interval, "columns": COLUMNS, "rows": rows}


def count_living(rows, changes, interval):
    def opened(now):
        return sum(now[name] for name in LIVING if name != "time-wait")

    now = Counter()
    at = 0
    for row in rows:
        most = opened(now)
        until = bisect.bisect_left(changes, row[0] + interval, key=lambda change: change[0])
        for _, before, after in changes[at:until]:
            now[before] -= 1
            now[after] += 1
            most = max(most, opened(now))
        at = until
        row[1:6] = [now[name] for name in LIVING]
        row[-1] = most


# ---- from captures --------------------------------------------------------------------------------------------------

def worst(records, most):
    def badness(record):
        return -max([SEVERITIES.index(expert["severity"]) for expert in record["experts"]], default=0)
    return sorted(sorted(records, key=badness)[:most], key=lambda record: record["connection"])


def ladders(capture, records, most):
    """connection → SVG, of the connections with the worst expert infos."""
    numbers = [record["connection"] for record in worst(records, most)]
    options = [word for number in numbers for word in ("-z", f"tcplife,svg,tcplife.connection == {number}")]
    if not numbers:
        return {}
    images = tshark.run("-q", *options, capture=capture).stdout.split("<?xml")[1:]
    # Wireshark draws in an order of its own; each picture names its connection.
    return {int(re.search(r'id="connection-(\d+)"', image)[1]): "<?xml" + image for image in images}


def make(path, captures, most_ladders=20):
    """Writes the report of these captures; returns the records in it."""
    names = [Path(capture).name for capture in captures]
    lines, pictures = [], {}
    for number, capture in enumerate(captures):
        own = tshark.run("-q", "-z", "tcplife,json", capture=capture).stdout.splitlines()
        drawn = ladders(capture, [json.loads(line) for line in own], most_ladders)
        pictures |= {(number, connection): svg for connection, svg in drawn.items()}
        lines += [f'{{"file":{json.dumps(names[number])},{line[1:]}' for line in own] if len(names) > 1 else own
    records = [json.loads(line) for line in lines]
    write(path, about(names), lines, states_over_time(records) if records and len(names) == 1 else None, pictures)
    return records


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", metavar="REPORT.html", default="report.html")
    parser.add_argument("--ladders", type=int, default=20)
    parser.add_argument("captures", nargs="+", metavar="CAPTURE")
    given = parser.parse_args()
    print(len(make(given.o, given.captures, given.ladders)), "connections in", given.o)
