#!/usr/bin/python3
"""`tcplife.ignored` says why a receiver should ignore a segment, and `tcplife.explain` says so in words.

What is wrong with each of these segments is what its capture was made for (tests/captures.list), or what the fields of
Wireshark's own TCP tell of it.

    tests/ignored.py
"""
import tshark

# capture: frame: (the reason, a part of its sentence)
IGNORED = {
    "fin_bad_checksum": {11: ("wrong-checksum", "The server should ignore it: its checksum is wrong."),
                         12: ("wrong-checksum", "its checksum is wrong.")},
    "fin_paws": {11: ("old-timestamp", "an old timestamp (PAWS).")},
    "fin_out_of_window": {11: ("beyond-window", "it lies beyond the window.")},
    "fin_without_ack": {11: ("impossible-flags", "no TCP sends such flags.")},
    "syn_sent_for_ever": {2: ("no-syn", "in SYN-SENT it waits for a SYN.")},
    "syn_challenged_ack_above": {2: ("unacceptable-ack", "its acknowledgement is unacceptable.")},
    # These have an expert info, whose sentence is the reason.
    "bad_handshake_ack": {3: ("unacceptable-ack", "the only right number would be")},
    "dup_syn_established": {11: ("old-duplicate", "this SYN is an old duplicate")},
    "rst_out_of_window": {frame: ("unacceptable-rst", "this RST must be ignored") for frame in (11, 12, 13)},
    # Nothing here is to be ignored: a wrong sum that the card would have put right, what came twice, what was lost.
    "checksum_by_chance": {}, "duplicated": {}, "last_ack_lost": {}, "bulk_lossy": {},
}


def check(case):
    name, wanted = case
    fields = ["frame.number", "tcplife.ignored", "tcplife.explain"]
    rows, _ = tshark.table(fields, capture=tshark.capture_file(name))
    found = {int(row["frame.number"][0]): row for row in rows if row["tcplife.ignored"]}
    if found.keys() != wanted.keys():
        return [f"{name}: ignored are {sorted(found)}, not {sorted(wanted)}"]
    return [f"{name}, frame {frame}: {found[frame]} is not {reason}, {words}" for frame, (reason, words) in wanted.items()
            if found[frame]["tcplife.ignored"] != [reason] or words not in found[frame]["tcplife.explain"][0]]


def main():
    problems = [problem for some in tshark.each(check, list(IGNORED.items())) for problem in some]
    tshark.report(problems, f"{len(IGNORED)} captures: what is to be ignored, and why")


if __name__ == "__main__":
    main()
