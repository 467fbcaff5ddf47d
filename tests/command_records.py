#!/usr/bin/python3
"""pcaplife writes what the plugin writes: `tests/command_records.py [CAPTURE…]`.

Promises that over every capture of the repository, and of ../shared/captures where that is present,
- each JSON object, CSV record and line of Zeek's log is the plugin's byte for byte, but for `tcp_stream`, which is
  Wireshark's, and `file`, which the plugin does not know;
- each picture, as text and as SVG, is the plugin's;
- of the tables, every cell is;
- each preference makes the same difference, and so does the interval of the states over time.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import csv
import io
import json
import re
import subprocess
from pathlib import Path

import tables
import tshark

PROGRAM = tshark.BUILD / "command" / "pcaplife"
RECORDS = ["json", "csv", "zeek"]
PICTURES = ["ladder", "svg"]
# Capture, preferences, and one more that makes a difference.
PREFERENCES = [("tw_expires", {}, {"msl": 1000}), ("close_wait_lingers", {}, {"close_wait_limit": 1}),
               ("syn_flood", {}, {"syn_flood_threshold": 3}),
               ("syn_flood", {"syn_flood_threshold": 3}, {"syn_flood_window": 0})]
TABLES = {"stat": "Handshake and Teardown", "conn": "Connections", "servers": "Servers",
          "states": "States over Time"}


def pcaplife(subcommand, path, *options):
    done = subprocess.run([PROGRAM, subcommand, "--quiet", *options, path], capture_output=True, text=True, timeout=600,
                          stdin=subprocess.DEVNULL, env={"LC_ALL": "C"})
    return done.stdout


def plugin(path, chosen=""):
    """subcommand → the lines that tshark prints for it, of the connections that a display filter chooses."""
    words = [word for name in [*RECORDS, *PICTURES, *TABLES] for word in ("-z", f"tcplife,{name}{chosen and ','}{chosen}")]
    text = tshark.run("-q", *words, capture=path, check=False).stdout
    lines = text.splitlines(keepends=True)
    found = {"json": [line for line in lines if line.startswith("{")]}
    found["csv"] = from_to(lines, lambda line: line.startswith("connection,"),
                           lambda line: line.startswith(("{", "#separator", "<?xml", "=", "Connection ")))
    found["zeek"] = from_to(lines, lambda line: line.startswith("#separator"), lambda line: line.startswith("#close"), True)
    found["svg"] = from_to(lines, lambda line: line.startswith("<?xml"), lambda line: "</svg>" in line, True)
    found["ladder"] = from_to(lines, lambda line: line.startswith("Connection "),
                              lambda line: line.startswith(("{", "#separator", "<?xml", "=", "connection,")))
    for name, title in TABLES.items():
        printed = from_to(lines, lambda line, title=title: line == f"TCP Lifecycle: {title}:\n", lambda line: line.startswith("=="))
        found[name] = printed[2:]  # behind its title and its filter
    return found


def from_to(lines, is_first, is_end, with_end=False):
    first = next((i for i, line in enumerate(lines) if is_first(line)), len(lines))
    end = next((i for i in range(first + 1, len(lines)) if is_end(lines[i])), len(lines))
    return lines[first:end + with_end]


def without_stream(line):
    """The plugin's JSON object without what is Wireshark's."""
    return re.sub(r'"tcp_stream":\s*\d+,\s*', "", line, count=1)


def without_file(line, path):
    """The command's, without its file, whose name must be right."""
    file = f'"file":{json.dumps(str(path), ensure_ascii=False)},'
    return line.replace(file, "", 1) if file in line else f"without {file} {line}"


def cells(lines, key, value=None):
    """CSV's rows without one column, of which every value must be `value` if there is one."""
    rows = list(csv.reader(io.StringIO("".join(lines))))
    if not rows:
        return rows
    at = rows[0].index(key)
    assert value is None or all(row[at] == value for row in rows[1:]), f"{key} is not {value}"
    return [row[:at] + row[at + 1:] for row in rows]


def differences(name, theirs, ours):
    for number, (one, other) in enumerate(zip(theirs, ours), 1):
        if one != other:
            yield f"{name}, line {number}:\n  plugin:   {one}\n  pcaplife: {other}"
            return
    if len(theirs) != len(ours):
        yield f"{name}: {len(theirs)} lines of the plugin, {len(ours)} of pcaplife"


def compare(path, chosen="", *options):
    """How many lines were the same, and problems; with a filter, and options that choose the same connections."""
    theirs = plugin(path, chosen)
    ours = {name: pcaplife(name, path, *options).splitlines(keepends=True) for name in theirs}
    theirs["json"] = [without_stream(line) for line in theirs["json"]]
    ours["json"] = [without_file(line, path) for line in ours["json"]]
    theirs["csv"] = cells(theirs["csv"], "tcp_stream")
    ours["csv"] = cells(ours["csv"], "file", str(path))
    for name in TABLES:
        theirs[name], ours[name] = ([tables.cells(line) if "|" in line else line.strip() for line in said[name]]
                                    for said in (theirs, ours))
    problems = [problem for name in theirs
                for problem in differences(" ".join([f"{path.name}:", name, *options]), theirs[name], ours[name])]
    return sum(map(len, theirs.values())), problems


def json_lines(path, **preferences):
    """The plugin's JSON objects and pcaplife's, with other preferences than the default."""
    theirs = tshark.run("-q", "-z", "tcplife,json", *(word for name, value in preferences.items()
                                                      for word in ("-o", f"tcplife.{name}:{value}")), capture=path).stdout
    options = [f"--{name.replace('_', '-')}={value}" for name, value in preferences.items()]
    ours = subprocess.run([PROGRAM, "json", *options, path], capture_output=True, text=True, check=True, timeout=600).stdout
    return ([without_stream(line) for line in theirs.splitlines()],
            [without_file(line, path) for line in ours.splitlines()])


def compare_preferences():
    """Each preference makes a difference, and the same one."""
    for name, before, more in PREFERENCES:
        path = tshark.capture_file(name)
        theirs, ours = json_lines(path, **before, **more)
        yield from differences(f"{path.name} with {before | more}", theirs, ours)
        if ours == json_lines(path, **before)[1]:
            yield f"{path.name}: {more} makes no difference"


def states(words, options, path):
    """The plugin's cells of the states over time, and pcaplife's."""
    shown = tables.read(tshark.run("-q", *words, capture=path).stdout.splitlines())["States over Time"]
    ours = subprocess.run([PROGRAM, "states", *options, path], capture_output=True, text=True, check=True, timeout=600).stdout
    return [[tables.cells(line) for line in lines if "|" in line] for lines in (shown, ours.splitlines())]


def compare_intervals():
    """Where it is named, as a number or as a preference, the interval makes a difference, and the same one."""
    path = tshark.capture_file("tw_expires")
    default = states(["-z", "tcplife,states"], [], path)[1]
    for words, seconds in ((["-z", "tcplife,states,20.5"], "20.5"), (["-z", "tcplife,states,7,tcp"], "7"),
                           (["-o", "tcplife.states_interval:30", "-z", "tcplife,states"], "30")):
        theirs, ours = states(words, [f"--states-interval={seconds}"], path)
        yield from differences(f"{path.name} with {words}", theirs, ours)
        if ours == default:
            yield f"{path.name}: an interval of {seconds} s makes no difference"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("capture", nargs="*", type=Path, help="these alone")
    chosen = parser.parse_args().capture or sorted(
        path for folder in (tshark.CAPTURES, tshark.SHARED / "captures") for path in folder.glob("*")
        if path.name.endswith((".pcap", ".pcapng", ".dmp.gz")))
    results = tshark.each(compare, chosen)
    problems = [problem for _, found in results for problem in found]
    problems += [*compare_preferences(), *compare_intervals()]
    count = sum(count for count, _ in results)
    if count == 0:
        problems.append("nothing was compared")
    tshark.report(problems, f"{count} lines of {len(results)} captures")


if __name__ == "__main__":
    main()
