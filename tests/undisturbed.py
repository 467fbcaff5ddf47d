#!/usr/bin/python3
"""Nothing that Wireshark says of the stored captures without the plugin changes with it: `tests/undisturbed.py [CAPTURE…]`.

All of them are one file, one behind the other: a packet list is a line for each frame, and starting tshark for each capture
takes longer than the rest.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import sys
from pathlib import Path

import tshark

COLUMNS = ["-o", 'gui.column.format:"No.","%m","Protocols","%Cus:frame.protocols","Protocol","%p","Info","%i"']


def undisturbed(capture):
    """Whether the packet list is the same without the plugin: no layer, no text, no crash added."""
    without = tshark.run(*COLUMNS, "--disable-protocol", "tcplife", capture=capture).stdout
    if tshark.run(*COLUMNS, capture=capture).stdout == without:
        return []
    return [f"{Path(capture).name}: the packet list differs from that without the plugin"]


def main():
    problems = [problem for capture in sys.argv[1:] or [tshark.together()] for problem in undisturbed(capture)]
    tshark.report(problems, "the packet list is that of Wireshark without the plugin")


if __name__ == "__main__":
    main()
