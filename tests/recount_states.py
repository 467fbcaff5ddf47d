"""What `-z tcplife,states` must print, computed a second time from `-z tcplife,json` (recount.py).

Interval by interval, each counted by looking at all connections: slow, and nothing like output/figures/states_over_time.c.
"""
import struct
from collections import Counter

STAGES = "Opening Established Half-closed Closing TIME-WAIT".split()
EVENTS = "Opened Closed Reset Refused Unanswered".split()
OPEN = STAGES[:4]
OPENED = STAGES[1:4]
TWO_MSL = 60 * 10 ** 9
R2 = 100 * 10 ** 9
SILENT = ("midstream", "stray")  # no transition tells how they began


def stage(states):
    """Where a connection is whose ends are in these two states; None: not there."""
    there = {state for state in states if state not in ("CLOSED", "LISTEN")}
    if not there:
        return None
    if there & {"SYN-SENT", "SYN-RECEIVED"}:
        return "Opening"
    if there == {"ESTABLISHED"}:
        return "Established"
    if there & {"ESTABLISHED", "CLOSE-WAIT"}:
        return "Half-closed"
    return "TIME-WAIT" if there == {"TIME-WAIT"} else "Closing"


def walk(record, start, end, following):
    """((moment, frame), stage) of each change of it, in order; what time alone changes has the frame before. following:
    the record of the next connection on the same two sockets, or None."""
    states, now, last = {"client": "CLOSED", "server": "LISTEN"}, start, None
    frames, frame, entered = {}, 0, None
    if record["open"] in SILENT:  # what was open before the capture began, too
        left = {change["end"]: change["from"] for change in reversed(record["transitions"])}
        states = {end: left.get(end, record[f"{end}_state"]) for end in states}
        frames[record["first_frame"]] = []
    for change in record["transitions"]:
        frames.setdefault(change["frame"], []).append(change)
    steps = []

    def expire(until):
        if last == "TIME-WAIT":
            over = entered + TWO_MSL
        elif last == "Opening" and "SYN-SENT" in states.values() and record["open"] == "unanswered":
            over = record["end"] + R2
        else:
            return last
        if over >= until:
            return last
        steps.append(((max(now, over), frame), None))
        return None

    for number, changes in frames.items():
        moment = max(now, changes[-1]["time"] if changes else record["start"])
        last = expire(moment)
        frame = number
        for change in changes:
            states[change["end"]] = change["to"]
            if change["to"] == "TIME-WAIT":
                entered = change["time"]
        if stage(states.values()) != last:
            last = stage(states.values())
            steps.append(((moment, frame), last))
        now = moment
    if following:
        first = (following["start"], following["first_frame"])
        if following["open"] not in SILENT:
            first = (following["transitions"][0]["time"], following["transitions"][0]["frame"])
        moment = max(now, first[0])
        if expire(moment):
            steps.append(((moment, first[1]), None))
        last = None
    expire(end)
    return steps


def events(record, steps):
    """((moment, frame), event) of a connection."""
    found = []
    before = [None, *(name for _, name in steps)]
    for (moment, after), earlier in zip(steps, before):
        if earlier == "Opening" and after in OPENED:
            found.append((moment, "Opened"))
            break
    if record["open"] == "unanswered":
        return found + [((record["end"], record["last_frame"]), "Unanswered")]
    alive = [number for number, (_, name) in enumerate(steps) if name in OPEN]
    if not alive or alive[-1] + 1 == len(steps):
        return found
    moment = steps[alive[-1] + 1][0]
    if record["open"] in ("refused", "rejected"):
        return found + [(moment, "Refused")]
    if record["close"] in ("reset", "reset-while-closing") or record["open"] == "aborted":
        return found + [(moment, "Reset")]
    return found + [(moment, "Closed")] * any(name in OPENED for _, name in steps)


def interval(length):
    """The shortest one of 1, 2 or 5 times a power of ten that makes at most 200 rows."""
    return next(factor * 10 ** power for power in range(3, 20) for factor in (1, 2, 5)
                if length // (factor * 10 ** power) + 1 <= 200)


def moments(capture):
    """When each packet of a capture file was captured."""
    content, at, found = capture.read_bytes(), 24, []
    order = "<" if content[0] in (0xd4, 0x4d) else ">"
    unit = 1 if struct.unpack_from(order + "I", content)[0] == 0xa1b23c4d else 1000
    while at + 16 <= len(content):
        seconds, fraction, length, _ = struct.unpack_from(order + "IIII", content, at)
        found.append(seconds * 10 ** 9 + fraction * unit)
        at += 16 + length
    return found


def row(moment, now, within, most):
    return {"Start (s)": f"{moment / 1e9:.6f}", **{name: str(now[name]) for name in STAGES},
            **{name: str(within[name]) for name in EVENTS}, "Most at once": str(most)}


def open_differences(records, rows, capture):
    """Where tcplife.open_connections is not the number of connections that the records say are open. Where the clock
    steps back, the field goes by frames and the table by times: there they need not agree."""
    times = moments(capture)
    if times != sorted(times):
        return []
    by_number = {record["connection"]: record for record in records}
    steps = sorted((moment, after in OPEN, record["connection"]) for record in records
                   for moment, after in walk(record, times[0], times[-1] + 1, by_number.get(record.get("next"))))
    problems, at, are_open = [], 0, set()
    for row in rows:
        frame = int(row["frame.number"][0])
        while at < len(steps) and steps[at][0] <= (times[frame - 1], frame):
            _, is_open, number = steps[at]
            (are_open.add if is_open else are_open.discard)(number)
            at += 1
        if any(int(number) != len(are_open) for number in row["tcplife.open_connections"]):
            problems.append(f"frame {frame}: {row['tcplife.open_connections']} open connections, expected {len(are_open)}")
    return problems


def expected(records, capture):
    """The rows of the first table, and that of the second, if it has one."""
    start, end = moments(capture)[0], max(moments(capture))
    size = interval(end - start)
    moves, marks, happened = {}, {}, []
    by_number = {record["connection"]: record for record in records}
    for record in records:
        own = walk(record, start, end, by_number.get(record.get("next")))
        for (moment, after), earlier in zip(own, [None, *(name for _, name in own)]):
            moves.setdefault(max(0, moment[0] - start) // size, {}).setdefault(moment, []).append((after, earlier))
        for moment, name in events(record, own):
            marks.setdefault(max(0, moment[0] - start) // size, Counter())[name] += 1
            happened.append((moment, name))
    if not moves:
        return []
    rows, now, peak, was_quiet = [], Counter(), (0, None), False

    def are_open():
        return sum(now[name] for name in OPEN)

    for index in range((end - start) // size + 1):
        is_quiet = index not in moves and index not in marks
        most = are_open()
        for moment, some in sorted(moves.get(index, {}).items()):
            for after, earlier in some:
                now[after] += 1
                now[earlier] -= 1
            most = max(most, are_open())
            if are_open() > peak[0]:
                until = Counter(name for when, name in happened if when <= moment)
                peak = (are_open(), row(max(0, moment[0] - start), now, until, are_open()))
        if not (is_quiet and was_quiet):
            rows.append(row(index * size, now, marks.get(index, Counter()), most))
        was_quiet = is_quiet
    return rows + [peak[1]] * (peak[1] is not None)
