#!/usr/bin/python3
"""pcaplife(1) names the options that --help names: `tests/manual.py`.

Promises that each option of a subcommand's --help is in the manual page, each option of the manual page in some --help,
with the same short name, value or none, and default; and that the paragraph about each step of an archive names that step's own.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import re
import subprocess

import tshark

PAGE = tshark.ROOT / "docs" / "pcaplife.1"
PROGRAM = tshark.BUILD / "command" / "pcaplife"
STEPS = ("map", "reduce", "result")
OF_ALL = {"--help", "--version"}  # the page names them, and GLib or no subcommand does


def of_help(*word):
    """option → (short name, whether it takes a value, default)"""
    said = subprocess.run([PROGRAM, *word, "--help"], check=True, capture_output=True, text=True, timeout=tshark.HANGS).stdout
    return {name: (short, bool(value), default)
            for short, name, value, default in re.findall(r"^  (?:(-.), )?(--[a-z-]+)(=\S+)?(?: .*?(?:\((\d+)\))?)?$", said, re.MULTILINE)}


def words():
    said = subprocess.run([PROGRAM, "--help"], check=True, capture_output=True, text=True, timeout=tshark.HANGS).stdout
    return [word for word in re.findall(r"^  ([a-z]+)  ", said, re.MULTILINE) if word not in STEPS]


def plain(text):
    """What a reader sees of the page's source, and macros."""
    return re.sub(r"^\.\\\".*|\\f(\[.*?\]|.)", "", text, flags=re.MULTILINE).replace('"', "").replace("\\-", "-")


def items(section):
    """The same as of_help(), of a section's paragraphs that begin with options."""
    found = {}
    for paragraph in re.split(r"^\.TP\n", section, flags=re.MULTILINE)[1:]:
        head, _, body = plain(paragraph).partition("\n")
        option = re.match(r"\.B[RI]? (?:(-.) +, +)?(--[a-z-]+)(=?)", head)
        if option:
            short, name, value = option.groups()
            default, = re.findall(r"^Default: (\d+)", body, re.MULTILINE) or [""]
            found[name] = (short or "", bool(value), default)
    return found


def main():
    source = PAGE.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^\.SH (.*)\n((?:(?!\.SH ).*\n)*)", source, re.MULTILINE))
    helped = {name: details for word in words() for name, details in of_help(word).items() if name not in OF_ALL}
    told = {name: details for name, details in {**items(sections["CHECK"]), **items(sections["OPTIONS"])}.items() if name not in OF_ALL}
    problems = [f"{name}: --help says {helped.get(name, 'nothing')}, the page says {told.get(name, 'nothing')} (short name, has a value, default)"
                for name in sorted({*helped, *told}) if helped.get(name) != told.get(name)]
    problems += [f"the page speaks of {name}, which no --help does" for name in sorted(set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", plain(source))))
                 if name not in OF_ALL and name not in helped and not any(name in of_help(step) for step in STEPS)]
    if OF_ALL - set(re.findall(r"--[a-z]+", plain(sections["OPTIONS"]))):
        problems.append(f"the page does not name all of {OF_ALL}")
    paragraphs = re.split(r"^\.TP\n", plain(sections["ARCHIVES"]), flags=re.MULTILINE)
    for step in STEPS:
        paragraph, = [one for one in paragraphs if one.startswith(f".BI pcaplife {step} ")]
        problems += [f"the page's paragraph about {step} does not name {name}" for name, (short, *_) in of_help(step).items()
                     if name not in OF_ALL and not re.search(rf"(?<![\w-])({name}|{short or name})(?![\w-])", paragraph)]
    if len(helped) < 20 or len(told) < 20:
        problems.append(f"only {len(helped)} options are in --help, {len(told)} in the page")
    tshark.report(problems, f"{len(helped)} options in --help and in the manual page")


if __name__ == "__main__":
    main()
