#!/usr/bin/python3
"""Every number of `-z tcplife,stat`, `conn`, `servers`, `states` and `tree`, computed a second time from `-z tcplife,json`.

check() promises of each stored capture (capture.py), and this script of all of them one after the other and of a
capture of a thousand connections, with three filters:
- the tables and the tree say what follows from the JSON records, whose values the golden tests promise;
- they are the same in one pass and in two;
- with a filter they are about the connections of which a segment passes it, and complete about those;
- with -q they print nothing else on standard output.
"""
import json
import math
import random
import statistics
import struct
from decimal import Decimal

import attention
import badinput
import reading
import recount_states
import tables
import tshark

ONE, SERVER = "tcplife.connection == 1", "tcp.flags.fin == 1 && tcplife.sender == \"server\""
OPENS = ("three-way simultaneous fast-open midstream unanswered refused rejected half-open aborted "
         "stray").split()
CLOSES = "none four-way three-way simultaneous half-closed unfinished reset reset-while-closing dead-peer".split()
ENDS = ("client", "server")
STEPS = {"handshake: SYN to SYN,ACK": "handshake_synack_time",
         "handshake: SYN,ACK to ACK": "handshake_ack_time",
         "handshake: whole": "handshake_time",
         "teardown: half-closed (first FIN to second FIN)": "half_closed_time",
         "teardown: whole (first FIN to ACK of second FIN)": "teardown_time"}
SEVERITIES = "chat note warn error".split()
# Contract, section 6: which of several expert infos of one severity a connection's row shows.
TELL_WHY = {"handshake_ack_lost", "bad_handshake_ack", "syn_flood", "half_open_discovered", "dead_peer", "last_ack_lost",
            "time_wait_assassinated", "forged_segment"}
TELL_LITTLE = {"established", "half_closed", "syn_retransmitted", "synack_retransmitted", "unanswered", "challenge_ack",
               "keepalive_probe", "keepalive_unanswered", "fin_retransmitted", "late_segment", "midstream", "one_sided", "gap"}
TWO_MSL = 60 * 10 ** 9
TIMES = "Min Mean Median p95 p99 Max Total".split()


# ---- what follows from the records ---------------------------------------------------------------

def percent(part, whole):
    return 100 * part / whole if whole > 0 else 0


def rank(values, share):
    """The smallest value that `share` percent of the values do not exceed."""
    return sorted(values)[math.ceil(len(values) * share / 100) - 1]


def describe(values):
    """The seven times, in milliseconds."""
    if not values:
        return []
    figures = [min(values), sum(values) / len(values), statistics.median(values), rank(values, 95), rank(values, 99),
               max(values), sum(values)]
    return [figure / 1e6 for figure in figures]


def stays(record):
    """(end, state, nanoseconds) of every stay that began with a transition and ended with one."""
    entered = {}
    for change in record["transitions"]:
        end = change["end"]
        if end in entered:
            since = entered[end]["time"]
            spent = change["time"] - since
            # That 2 MSL are over is seen at the next segment.
            if change["from"] == "TIME-WAIT" and change["to"] == "CLOSED" and spent > TWO_MSL:
                spent = TWO_MSL
            yield end, entered[end]["to"], spent
        entered[end] = change


def expected_stat(records):
    count = len(records)
    rows = {"all connections": [count, percent(count, count)]}
    for key, names in (("open", OPENS), ("close", CLOSES)):
        for name in names:
            number = sum(record[key] == name for record in records)
            rows[f"{key}: {name}"] = [number, percent(number, count)]
    for end in ENDS:
        number = sum(record.get("closed_by") == end for record in records)
        rows[f"closed by: {end}"] = [number, percent(number, count)]
    for name, key in STEPS.items():
        values = [record[key] for record in records if key in record]
        rows[name] = [len(values), percent(len(values), count)] + describe(values)
    spent = {}
    for record in records:
        for end, state, time in stays(record):
            spent.setdefault((end, state), []).append(time)
    for (end, state), values in spent.items():
        total = sum(sum(some) for (whose, _), some in spent.items() if whose == end)
        rows[f"{end} in {state}"] = [len(values), percent(sum(values), total)] + describe(values)
    for end in ENDS:
        states = [shown_state(record, end) for record in records]
        for state in set(states):
            rows[f"now: {end} in {state}"] = [states.count(state), percent(states.count(state), count)]
    experts = [(expert["severity"], expert["name"]) for record in records for expert in record["experts"]]
    for severity, name in set(experts):
        number = experts.count((severity, name))
        rows[f"expert {severity}: {name}"] = [number, percent(number, len(experts))]
    return rows


def socket(record, end):
    address = record[end + "_address"]
    return f"[{address}]:{record[end + '_port']}" if ":" in address else f"{address}:{record[end + '_port']}"


def milliseconds(time):
    return "" if time is None else f"{time / 1e6:.3f}"


def seconds(time):
    return "" if time is None else f"{time / 1e9:.6f}"


def shown_state(record, end):
    return record[f"{end}_state"] + " (presumed)" * (end in record.get("presumed", ()))


def worst(record):
    names = [expert["name"] for expert in record["experts"]]
    # How it opened and closed, where it was too early for an expert info to say so.
    experts = record["experts"] + [
        {"name": name, "severity": "note" if name == "reset_while_closing" else "warn"}
        for key, words in attention.TROUBLE.items() for name in [record[key].replace("-", "_")]
        if record[key] in words and name not in names]
    if not experts:
        return ""
    # Of the worst severity the one that tells most, and of several such the first.
    chosen = max(experts, key=lambda expert: (SEVERITIES.index(expert["severity"]), expert["name"] in TELL_WHY,
                                              expert["name"] not in TELL_LITTLE))
    return f"{chosen['severity']}: {chosen['name']}"


def expected_conn(records, start):
    return [{
        "No.": str(record["connection"]), "Client": socket(record, "client"), "Server": socket(record, "server"),
        "Open": record["open"], "Close": record["close"], "Closed by": record.get("closed_by", ""),
        "Worst expert info": worst(record), "Duration (s)": f"{(record['end'] - record['start']) / 1e9:.6f}",
        "Client state": shown_state(record, "client"), "Server state": shown_state(record, "server"),
        "Client in it for (s)": seconds(record.get("client_state_time")),
        "Server in it for (s)": seconds(record.get("server_state_time")),
        "Start (s)": f"{(record['start'] - start) / 1e9:.6f}",
        "Handshake (ms)": milliseconds(record.get("handshake_time")),
        "Idle before close (ms)": milliseconds(record.get("idle_before_close")),
        "Half-closed (ms)": milliseconds(record.get("half_closed_time")),
        "Teardown (ms)": milliseconds(record.get("teardown_time")),
        "Client segments": str(record["client_segments"]), "Server segments": str(record["server_segments"]),
        "Client bytes": str(record["client_bytes"]), "Server bytes": str(record["server_bytes"]),
        "SYN retransmissions": str(record["handshake_syn_retransmissions"] +
                                   record["handshake_synack_retransmissions"]),
        "FIN retransmissions": str(record["teardown_fin_retransmissions"]),
        "Zeek state": record["zeek_conn_state"], "Zeek history": record.get("zeek_history", ""),
        "Filter": f"tcplife.connection == {record['connection']}",
    } for record in records]


def is_half_open(record):
    return record["open"] == "half-open" and record["server_state"] == "SYN-RECEIVED"


def expected_servers(records):
    servers = {}
    for record in records:
        servers.setdefault(socket(record, "server"), []).append(record)
    rows = []
    for name, some in servers.items():
        opens = [record["open"] for record in some]
        times = [record["handshake_time"] for record in some if "handshake_time" in record]
        rows.append({
            "Server": name, "Attempts": len(some) - opens.count("midstream") - opens.count("stray"),
            "Opened": sum(opens.count(way) for way in ("three-way", "simultaneous", "fast-open")),
            "Refused": opens.count("refused"), "Rejected": opens.count("rejected"),
            "Unanswered": opens.count("unanswered"), "Half-open now": sum(map(is_half_open, some)),
            "Aborted": opens.count("aborted"),
            "Resets": sum(record["close"] in ("reset", "reset-while-closing") for record in some),
            "Midstream": opens.count("midstream"),
            "Handshake median (ms)": milliseconds(statistics.median(times) if times else None),
            "Handshake p95 (ms)": milliseconds(rank(times, 95) if times else None),
            "Handshake max (ms)": milliseconds(max(times) if times else None)})
    return [{key: str(value) for key, value in row.items()} for row in rows]


def expected_tree(records):
    rows = expected_stat(records)
    counts = {"Connections": len(records), "Expert infos": sum(len(record["experts"]) for record in records)}
    for parent, kind, names in (("How they opened", "open", OPENS), ("How they closed", "close", CLOSES),
                                ("Who closed first", "closed by", ENDS)):
        for name in names:
            counts[f"Connections/{parent}/{name}"] = rows[f"{kind}: {name}"][0]
        counts[f"Connections/{parent}"] = sum(rows[f"{kind}: {name}"][0] for name in names)
    counts["Connections/Steps made"] = len(records)
    for name in STEPS:
        counts[f"Connections/Steps made/{name}"] = rows[name][0]
    for end in ENDS:
        counts[f"Connections/States of {end}s now"] = len(records)
        for name, row in rows.items():
            if name.startswith(f"now: {end} in "):
                counts[f"Connections/States of {end}s now/{name.split(' in ')[-1]}"] = row[0]
    for severity in SEVERITIES:
        some = {name.split()[-1]: row[0] for name, row in rows.items() if name.startswith(f"expert {severity}: ")}
        counts[f"Expert infos/{severity}"] = sum(some.values())
        counts.update({f"Expert infos/{severity}/{name}": number for name, number in some.items()})
    return counts


# ---- comparing -----------------------------------------------------------------------------------

def is_close(seen, expected):
    return len(seen) == len(expected) and all(abs(a - b) <= 0.0051 for a, b in zip(seen, expected))


def differences(seen, expected, equal=lambda a, b: a == b):
    """Of two dictionaries."""
    for key in {**expected, **seen}:
        if key not in seen or key not in expected or not equal(seen[key], expected[key]):
            yield f"{key}: {seen.get(key, 'missing')}, expected {expected.get(key, 'nothing')}"


def row_differences(seen, expected, key):
    if [row[key] for row in seen] != [row[key] for row in expected]:
        yield f"rows {[row[key] for row in seen]}, expected {[row[key] for row in expected]}"
        return
    for one, other in zip(seen, expected):
        for column in {**other, **one}:
            a, b = one.get(column), other.get(column)
            # A value in the middle between two may be rounded to either.
            if a != b and not (a and b and column.endswith("s)") and abs(Decimal(a) - Decimal(b)) <= Decimal("0.001")):
                yield f"{one[key]}, {column}: {a}, expected {b}"


def read_records(lines):
    """Times become nanoseconds, whole numbers."""
    return [json.loads(line, parse_float=lambda digits: int(Decimal(digits) * 10 ** 9)) for line in lines]


def first_moment(capture):
    """When the first packet was captured, by the file's first record."""
    content = capture.read_bytes()[:32]
    order = "<" if content[0] in (0xd4, 0x4d) else ">"
    magic, seconds, fraction = (struct.unpack_from(order + "I", content, at)[0] for at in (0, 24, 28))
    return seconds * 10 ** 9 + fraction * (1 if magic == 0xa1b23c4d else 1000)


def passing(capture, display_filter):
    """The numbers of the connections of which a segment passes."""
    text = tshark.run("-Y", display_filter, "-T", "fields", "-e", "tcplife.connection", capture=capture).stdout
    return {int(number) for line in text.splitlines() for number in line.split(",") if number}


def check_output(printed, capture):
    start = first_moment(capture)
    records = read_records(printed["json"].splitlines())
    shown = tables.read(printed["tables"].splitlines())
    if None in shown:
        yield f"the tables begin with {shown[None][0]!r}"
    yield from differences(tables.stat(shown["Handshake and Teardown"]), expected_stat(records), is_close)
    connections, expected = tables.rows(shown["Connections"]), expected_conn(records, start)
    yield from row_differences(connections, expected, "No.")
    # What matters comes first: a dialog shows that much without scrolling.
    if connections and expected and list(connections[0]) != list(expected[0]):
        yield f"the columns of Connections are {list(connections[0])}"
    yield from row_differences(tables.rows(shown["Servers"]), expected_servers(records), "Server")
    yield from row_differences(tables.all_rows(shown["States over Time"]), recount_states.expected(records, capture), "Start (s)")
    yield from differences(tables.tree(shown["Tree"]), expected_tree(records))


def check_all(seen):
    """The broken promises about a capture's statistics, without a filter."""
    problems = list(check_output(seen.told, seen.capture))
    problems += recount_states.open_differences(read_records(seen.told["json"].splitlines()), seen.rows, seen.capture)
    problems += [f"{name} differs in two passes" for name in seen.told if seen.told[name] != seen.told_twice[name]]
    return problems


def check_chosen(seen, display_filter):
    """The broken promises about its statistics with a filter."""
    once, twice = seen.chosen(display_filter), seen.chosen(display_filter, "-2")
    problems = [*check_output(once, seen.capture),
                *(f"{name} differs in two passes" for name in once if once[name] != twice[name])]
    return [f"filter {display_filter}: {problem}" for problem in problems]


def check(seen):
    return check_all(seen) + check_chosen(seen, reading.SYN_ONLY)


def check_set(seen, display_filter):
    """Whether the rows are those of the connections of which a segment passes; asked for alone."""
    output = tshark.run("-q", "-z", f"tcplife,conn,{display_filter}", capture=seen.capture).stdout
    rows = {int(row["No."]) for row in tables.rows(tables.read(output.splitlines())["Connections"])}
    expected = passing(seen.capture, display_filter)
    return [] if rows == expected else [f"filter {display_filter}: connections {sorted(rows ^ expected)}"]


# ---- captures ------------------------------------------------------------------------------------

def one_after_the_other():
    """The stored captures whose file headers are the same, as one file: many connections, and times that go back."""
    contents = [tshark.capture_file(name).read_bytes() for name in tshark.captures()]
    headers = [content[:24] for content in contents]
    header = max(set(headers), key=headers.count)
    path = tshark.stage() / "one_after_the_other.pcap"
    path.write_bytes(header + b"".join(content[24:] for content in contents if content[:24] == header))
    path.chmod(0o644)
    return path


def thousand():
    """A thousand connections to eight servers, one every 3 ms, with times and fates of all kinds."""
    dice = random.Random(793)
    packets = []
    for number in range(1000):
        time, port = 3000 * number, 2000 + number
        server_port = 80 + dice.randrange(8)

        def send(to_server, flags, seq, ack):
            ports = (port, server_port) if to_server else (server_port, port)
            header = struct.pack("!HHIIBBHHH", *ports, seq, ack, 5 << 4, flags, 65535, 0, 0)
            packets.append((time, len(packets), badinput.ip(header, to_server=to_server)))

        send(True, badinput.SYN, 100, 0)
        fate = dice.randrange(20)
        if fate == 0:
            continue
        time += int(dice.expovariate(1 / 20000))
        if fate == 1:
            send(False, badinput.ACK | 4, 0, 101)
            continue
        send(False, badinput.SYN | badinput.ACK, 500, 101)
        if fate == 2:
            continue
        time += int(dice.expovariate(1 / 500))
        send(True, badinput.ACK, 101, 501)
        time += dice.randrange(2000000)
        if fate == 3:
            send(False, 4, 501, 0)
            continue
        if fate == 4:
            continue
        first = dice.random() < 0.7
        numbers = {True: 101, False: 501}
        send(first, badinput.FIN_ACK, numbers[first], numbers[not first])
        time += dice.randrange(50000)
        send(not first, badinput.FIN_ACK, numbers[not first], numbers[first] + 1)
        time += dice.randrange(5000)
        send(first, badinput.ACK, numbers[first] + 1, numbers[not first] + 1)
    path = tshark.stage() / "thousand.pcap"
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
        for time, _, data in sorted(packets):
            file.write(struct.pack("<IIII", 1700000000 + time // 10 ** 6, time % 10 ** 6, len(data), len(data)) + data)
    path.chmod(0o644)
    return path


def main():
    tshark.prove()
    many = [reading.Reading(one_after_the_other()), reading.Reading(thousand())]
    cases = [(one, check_all) for one in many]
    cases += [(one, promise, display_filter) for one in many for promise in (check_chosen, check_set)
              for display_filter in (ONE, reading.SYN_ONLY, SERVER)]
    problems = [f"{case[0].name}: {problem}" for case, some in
                zip(cases, tshark.each(lambda case: case[1](case[0], *case[2:]), cases)) for problem in some]
    tshark.report(problems, f"{len(many)} captures of many connections, without and with three filters, one pass and two")


if __name__ == "__main__":
    main()
