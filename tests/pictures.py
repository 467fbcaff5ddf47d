#!/usr/bin/python3
"""The pictures of every capture: -z tcplife,ladder and -z tcplife,svg.

check() promises of a capture, in one pass and in two (capture.py asks it of the stored ones, this script of broken ones):
- every connection is drawn, and every frame of it: alone, or in the fold whose counts name it;
- a frame that makes a step, changes a state or asks for attention is never folded;
- a ladder is at most 100 columns wide, and plain ASCII where the locale is not UTF-8;
- a line's time is that of its frame, rounded to microseconds;
- the SVG is well-formed XML, has a title and a description, and names the same frames;
- with -q nothing else is printed.
And this script, that
- a filter chooses whole connections;
- the pictures in the README are those that are drawn today.
What is in the pictures is the golden tests' business.
"""
import json
import re
import xml.etree.ElementTree as ElementTree
from decimal import ROUND_HALF_UP, Decimal

import badinput
import reading
import tshark

SVG = "{http://www.w3.org/2000/svg}"
WIDTH = 100
MINOR = {"tcplife.expert.keepalive_probe"}  # folded from the fourth that was answered on


def ladder_frames(text):
    """Connection → [(first frame, last frame)] of its lines."""
    drawn, number = {}, None
    for line in text.splitlines():
        if title := re.match(r"Connection (\d+):", line):
            number = int(title[1])
            drawn[number] = []
        elif frames := re.match(r" *(\d+)(?:[–-](\d+))?  +[-\d]", line):
            drawn[number].append((int(frames[1]), int(frames[2] or frames[1])))
    return drawn


def frames_of(seen):
    """Connection → {frame: whether it must not be folded}; the connections; how many segments the frames hold."""
    frames = {}
    for row in seen.rows:
        if not row["tcplife.connection"]:
            continue
        alone = any(row[field] for field in ("tcplife.transition", "tcplife.handshake.step", "tcplife.teardown.step",
                                             *tshark.expert_fields()) if field not in MINOR)
        for number in row["tcplife.connection"]:
            frames.setdefault(int(number), {})[int(row["frame.number"][0])] = alone
    return (frames, [json.loads(record)["connection"] for record in seen.json.splitlines()],
            sum(len(row["tcplife.connection"]) for row in seen.rows))


def check_ladder(text, frames, numbers):
    drawn = ladder_frames(text)
    if sorted(drawn) != numbers:
        yield f"the ladder draws the connections {sorted(drawn)}, not {numbers}"
        return
    for number, of_connection in frames.items():
        missing = set(of_connection)
        for first, last in drawn[number]:
            inside = {frame for frame in of_connection if first <= frame <= last}
            missing -= inside
            if first != last and any(of_connection[frame] for frame in inside):
                yield f"connection {number}: {first}–{last} folds a frame that says something"
        if missing:
            yield f"connection {number}: the ladder lacks the frames {sorted(missing)}"
    for line in text.splitlines():
        if len(line) > WIDTH:
            yield f"the ladder has a line of {len(line)} columns: {line}"


def check_times(text, records):
    """A transition's line has its time, to the nearest microsecond, as the report and tables have it."""
    shown, number = {}, None
    for line in text.splitlines():
        if title := re.match(r"Connection (\d+):", line):
            number = int(title[1])
        elif one := re.match(r" *(\d+)  +(-?\d+\.\d{6})  ", line):
            shown[number, int(one[1])] = one[2]
    for record in (json.loads(line, parse_float=Decimal) for line in records.splitlines()):
        for transition in record["transitions"]:
            seconds = (transition["time"] - record["start"]).quantize(Decimal("1.000000"), ROUND_HALF_UP)
            if (drawn := shown.get((record["connection"], transition["frame"]), str(seconds))) != str(seconds):
                yield f"connection {record['connection']}: the ladder's frame {transition['frame']} is at {drawn}, and was at {seconds}"


def check_svg(text, frames, numbers):
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        yield f"the SVG is not well-formed: {error}"
        return
    if root.tag != SVG + "svg" or root.find(SVG + "title") is None or root.find(SVG + "desc") is None:
        yield "the SVG has no title or no description"
    groups = {int(group.get("id").split("-")[1]): group for group in root.iter(SVG + "g") if group.get("id")}
    if sorted(groups) != numbers:
        yield f"the SVG draws the connections {sorted(groups)}, not {numbers}"
        return
    for number, of_connection in frames.items():
        titles = " ".join(title.text for title in groups[number].iter(SVG + "title"))
        shown = {int(frame) for frame in re.findall(r"Frame (\d+):", titles)}
        for first, last in re.findall(r"Frames (\d+) to (\d+):", titles):
            shown |= set(range(int(first), int(last) + 1))
        if missing := set(of_connection) - shown:
            yield f"connection {number}: the SVG lacks the frames {sorted(missing)}"


def folded_segments(text):
    """How many segments the folds of a ladder count, and how many frames stand alone."""
    folded = sum(int(count.replace(",", "")) for line in text.splitlines() if re.search(r"═|segment|│ +[\d,]+ ACKs? back", line)
                 for count in re.findall(r"([\d,]+) (?:segments?|ACKs?)\b", line))
    alone = len(re.findall(r"^ *\d+  +[-\d].*[├┤]", text, re.MULTILINE))
    return folded, alone


def check(seen):
    """The broken promises about the pictures of one capture."""
    frames, numbers, segments = frames_of(seen)
    ladder, svg = seen.told["ladder"], seen.told["svg"]
    problems = [*check_ladder(ladder, frames, numbers), *check_times(ladder, seen.json), *check_svg(svg, frames, numbers)]
    if sum(folded_segments(ladder)) != segments:
        problems.append(f"the ladder counts {folded_segments(ladder)} folded and single segments of {segments}")
    if (seen.told_twice["ladder"], seen.told_twice["svg"]) != (ladder, svg):
        problems.append("two passes draw another picture than one")
    ascii_ladder = seen.chosen(reading.SYN_ONLY)["ladder"]
    if not ascii_ladder.isascii() or ladder_frames(ascii_ladder) != ladder_frames(ladder):
        problems.append("in the locale C the ladder is not ASCII, or not the same")
    return problems


def check_filter():
    """A packet that passes draws its whole connection, and no other."""
    capture = tshark.capture_file("halfopen_reconnect")
    for kind in ("ladder", "svg"):
        whole = tshark.run("-q", "-z", f"tcplife,{kind},tcplife.connection == 1", capture=capture).stdout
        part = tshark.run("-q", "-z", f"tcplife,{kind},frame.number == 20", capture=capture).stdout
        if whole != part or "Connection 1" not in part or "Connection 0" in part:
            yield f"-z tcplife,{kind} with a filter does not draw the connection of the packets that pass"


def draw(kind, name):
    """One picture, as `-z` prints it alone."""
    return tshark.run("-q", "-z", f"tcplife,{kind}", capture=tshark.capture_file(name), LC_ALL="C.UTF-8").stdout


def check_readme():
    shown = (tshark.ROOT / "docs" / "last_ack_lost.svg").read_text(encoding="utf-8")
    if shown != draw("svg", "last_ack_lost.client"):
        yield "docs/last_ack_lost.svg is old: copy tests/golden/last_ack_lost.client.svg"
    readme = (tshark.ROOT / "README.md").read_text(encoding="utf-8")
    if draw("ladder", "last_ack_lost").strip() not in readme:
        yield "README.md does not have what tools/show prints today"
    record = json.loads(tshark.run("-q", "-z", "tcplife,json", capture=tshark.capture_file("last_ack_lost")).stdout)
    for one in record["experts"]:
        if (f"frame {one['frame']}: {one['severity']}: {one['text']}" in readme) != (one["severity"] != "chat"):
            yield f"README.md does not have what tools/show prints of {one['name']} today"


def main():
    tshark.prove()
    seen = [reading.Reading(badinput.capture(name, packets)) for name, packets in badinput.broken_captures()]
    problems = [f"{one.name}: {problem}" for one, some in zip(seen, tshark.each(check, seen)) for problem in some]
    tshark.report([*problems, *check_filter(), *check_readme()], f"the pictures of {len(seen)} broken captures, filter, README")


if __name__ == "__main__":
    main()
