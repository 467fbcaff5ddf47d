"""What `-z tcplife,states` must print, computed a second time from `-z tcplife,json` (recount.py).

Interval by interval, each counted by looking at all connections: slow, and nothing like output/figures/states_over_time.c.
"""
import struct
from collections import Counter

STAGES = "Opening Established Half-closed Closing TIME-WAIT".split()
EVENTS = "Opened Closed Reset Refused Unanswered".split()
OPEN = STAGES[1:4]
TWO_MSL = 60 * 10 ** 9


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


def walk(record, start, end):
    """(moment, stage) of each change of it, in order."""
    states, now, last = {"client": "CLOSED", "server": "LISTEN"}, start, None
    frames, entered = {}, None
    for change in record["transitions"]:
        frames.setdefault(change["frame"], []).append(change)
    steps = []

    def expire(until):
        if last == "TIME-WAIT" and entered + TWO_MSL < until and entered + TWO_MSL >= now:
            steps.append((entered + TWO_MSL, None))
            return None
        return last

    for changes in frames.values():
        moment = max(now, changes[-1]["time"])
        last = expire(moment)
        for change in changes:
            states[change["end"]] = change["to"]
            if change["to"] == "TIME-WAIT":
                entered = change["time"]
        if stage(states.values()) != last:
            last = stage(states.values())
            steps.append((moment, last))
        now = moment
    expire(end)
    return steps


def events(record, steps):
    """(moment, event) of a connection."""
    found = []
    before = [None, *(name for _, name in steps)]
    for (moment, after), earlier in zip(steps, before):
        if earlier == "Opening" and after in OPEN:
            found.append((moment, "Opened"))
            break
    if record["open"] == "unanswered":
        return found + [(record["end"], "Unanswered")]
    alive = [number for number, (_, name) in enumerate(steps) if name == "Opening" or name in OPEN]
    if not alive or alive[-1] + 1 == len(steps):
        return found
    moment = steps[alive[-1] + 1][0]
    if record["open"] in ("refused", "rejected"):
        return found + [(moment, "Refused")]
    if record["close"] in ("reset", "reset-while-closing") or record["open"] == "aborted":
        return found + [(moment, "Reset")]
    return found + [(moment, "Closed")] * any(name in OPEN for _, name in steps)


def interval(length):
    """The shortest one of 1, 2 or 5 times a power of ten that makes at most 200 rows."""
    return next(factor * 10 ** power for power in range(3, 20) for factor in (1, 2, 5)
                if length // (factor * 10 ** power) + 1 <= 200)


def moments(capture):
    """When the first packet of a capture file was captured, and the latest one."""
    content, at, found = capture.read_bytes(), 24, []
    order = "<" if content[0] in (0xd4, 0x4d) else ">"
    unit = 1 if struct.unpack_from(order + "I", content)[0] == 0xa1b23c4d else 1000
    while at + 16 <= len(content):
        seconds, fraction, length, _ = struct.unpack_from(order + "IIII", content, at)
        found.append(seconds * 10 ** 9 + fraction * unit)
        at += 16 + length
    return found[0], max(found)


def row(moment, now, within, most):
    return {"Start (s)": f"{moment / 1e9:.6f}", **{name: str(now[name]) for name in STAGES},
            **{name: str(within[name]) for name in EVENTS}, "Most at once": str(most)}


def expected(records, capture):
    """The rows of the first table, and that of the second, if it has one."""
    start, end = moments(capture)
    steps, happened, sizes = [], [], interval(end - start)
    for record in records:
        own = walk(record, start, end)
        steps += [(moment - start, after, earlier)
                  for (moment, after), earlier in zip(own, [None, *(name for _, name in own)])]
        happened += [(max(0, moment - start), name) for moment, name in events(record, own)]
    if not steps:
        return []
    moves, marks = {}, {}
    for moment, after, earlier in steps:
        moves.setdefault(moment // sizes, {}).setdefault(moment, []).append((after, earlier))
    for moment, name in happened:
        marks.setdefault(moment // sizes, Counter())[name] += 1
    rows, now, peak, was_quiet = [], Counter(), (0, None), False
    for index in range((end - start) // sizes + 1):
        is_quiet = index not in moves and index not in marks
        most = sum(now[name] for name in OPEN)
        for moment, some in sorted(moves.get(index, {}).items()):
            for after, earlier in some:
                now[after] += 1
                now[earlier] -= 1
            most = max(most, sum(now[name] for name in OPEN))
            if sum(now[name] for name in OPEN) > peak[0]:
                until = Counter(name for when, name in happened if when <= moment)
                peak = (sum(now[name] for name in OPEN), row(moment, now, until, sum(now[name] for name in OPEN)))
        if not (is_quiet and was_quiet):
            rows.append(row(index * sizes, now, marks.get(index, Counter()), most))
        was_quiet = is_quiet
    return rows + [peak[1]] * (peak[1] is not None)
