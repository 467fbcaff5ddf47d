#!/usr/bin/python3
"""Sequence numbers in words and pictures are those that Wireshark shows: relative or raw, as TCP's preference says.

Of each segment that `tcplife.explain` says a number of, in one pass and in two: it is that of `tcp.seq` and `tcp.ack`.

    tests/shown_numbers.py [CAPTURE…]      default: some that begin well, in the middle, or with two networks
"""
import re
import sys

import tshark

PICTURED = "last_ack_lost"
CAPTURES = "last_ack_lost midstream_fin bad_handshake_ack rst_out_of_window dup_syn_established fin_paws".split()
RAW = ["-o", "tcp.relative_sequence_numbers:FALSE"]
# One segment's own numbers; a FIN's own is behind its data.
NUMBERS = re.compile(r" sends \S+ with (?:ISN|seq|(FIN)) (\d+)(?:, (\d+) bytes?)?(?:, ack (\d+))?")


def differences(rows):
    """What is said of segments, and is not what Wireshark shows."""
    said = 0
    for row in rows:
        for explained in row["tcplife.explain"]:
            for is_fin, number, length, ack in NUMBERS.findall(explained):
                said += 1
                seq = int(row["tcp.seq"][0]) + (int(length or 0) if is_fin else 0)
                if seq != int(number) or (ack and ack != row["tcp.ack"][0]):
                    yield f"frame {row['frame.number'][0]}: {explained}, tcp.seq {row['tcp.seq']}, tcp.ack {row['tcp.ack']}"
    if not said:
        yield "no number is said"


def check(name):
    capture = tshark.capture_file(name)
    fields = "frame.number tcp.seq tcp.ack tcplife.explain".split()
    for options in [], RAW, ["-2"], ["-2", *RAW]:
        rows, _ = tshark.table(fields, *options, capture=capture)
        for problem in differences(rows):
            yield f"{name} {' '.join(options)}: {problem}"


def check_picture(options):
    """The two ISNs in the ladder are the numbers of the first two segments."""
    capture = tshark.capture_file(PICTURED)
    rows, _ = tshark.table(["tcp.seq"], *options, capture=capture)
    ladder = tshark.run("-q", "-z", "tcplife,ladder", *options, capture=capture).stdout
    shown, wanted = re.findall(r"SYN(?:,ACK)? seq (\d+)", ladder), [row["tcp.seq"][0] for row in rows[:2]]
    if shown != wanted:
        yield f"{PICTURED} {' '.join(options)}: the ladder shows {shown}, Wireshark {wanted}"


def main():
    names = sys.argv[1:] or CAPTURES
    problems = [problem for some in tshark.each(lambda name: list(check(name)), names) for problem in some]
    problems += [problem for options in ([], RAW) for problem in check_picture(options)]
    tshark.report(problems, f"{len(names)} captures: sequence numbers as Wireshark shows them")


if __name__ == "__main__":
    main()
