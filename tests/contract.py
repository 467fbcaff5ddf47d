#!/usr/bin/python3
"""What people's scripts depend on is there: names and types, as tshark itself lists them.

Promises every field with its type, every expert info, every `-z` statistic and every preference
of the contract, and that the manual page and docs/contract.md tell of each, and of nothing else; so docs/contract.md
does of every key of a JSON record. Their values are the golden tests' business.
"""
import json
import re

import tshark

FIELDS = {
    "FT_STRING": "sender client.state server.state presumed transition explain open close closed_by summary "
                 "zeek.conn_state zeek.history",
    "FT_UINT8": "handshake.step teardown.step",
    "FT_UINT32": "connection handshake.syn_retransmissions handshake.synack_retransmissions "
                 "teardown.fin_retransmissions keepalive.probes previous next open_connections",
    "FT_UINT64": "half_closed.bytes",
    "FT_RELATIVE_TIME": "handshake.time handshake.synack_time handshake.ack_time teardown.time half_closed.time "
                        "client.state_time server.state_time idle_before_close",
    "FT_FRAMENUM": "frame.syn frame.synack frame.ack frame.fin1 frame.fin1_ack frame.fin2 frame.fin2_ack frame.reset",
    "FT_NONE": " ".join("expert." + name for name in tshark.expert_names()),
}
EXPERTS = """established syn_retransmitted synack_retransmitted handshake_ack_lost bad_handshake_ack unanswered refused
    rejected half_open aborted fast_open syn_data simultaneous_open syn_flood old_duplicate_syn half_open_discovered
    challenge_ack blind_reset keepalive_probe keepalive_unanswered silent_peer dead_peer half_closed lingering_close_wait
    fin_retransmitted last_ack_lost simultaneous_close data_after_fin closed reset reset_while_closing port_reused
    port_reused_early time_wait_assassinated late_segment midstream one_sided gap forged_segment""".split()
STATISTICS = "json csv stat conn servers states tree ladder svg html zeek".split()
PREFERENCES = {"msl": "30", "syn_flood_threshold": r"\d+", "syn_flood_window": r"\d+", "close_wait_limit": r"\d+",
               "states_interval": "0", "info_column": "FALSE", "zeek": "FALSE"}


# The words for them in docs/contract.md.
TYPES = {"string": "FT_STRING", "uint8": "FT_UINT8", "uint32": "FT_UINT32", "uint64": "FT_UINT64",
         "rel. time": "FT_RELATIVE_TIME", "framenum": "FT_FRAMENUM"}
# Each shows keys that the others have not.
RECORDS = ("close_4seg_client", "abort_client", "client_reuses_time_wait", "keepalive_answered")


def told_fields(section):
    """name → type, as the document's table has them: `tcplife.frame.syn` `.synack` is two of them."""
    fields = {}
    for line in re.findall(r"^\| `tcplife\..*", section, re.MULTILINE):
        names, kind = line.split("|")[1:3]
        for name in re.findall(r"[a-z0-9_.]+", " ".join(re.findall(r"`([^`]+)`", names))):
            stem = stem if name.startswith(".") else name.rpartition(".")[0]
            fields[(stem + name if name.startswith(".") else name).removeprefix("tcplife.")] = TYPES.get(kind.split(",")[0].strip(), kind)
    return fields


def keys():
    """Of records, as they come."""
    for name in RECORDS:
        for line in tshark.run("-q", "-z", "tcplife,json", capture=tshark.capture_file(name)).stdout.splitlines():
            yield from json.loads(line)


def document(listed, offered, preferences):
    """What docs/contract.md leaves out, or makes up."""
    sections = re.split(r"^## ", (tshark.ROOT / "docs" / "contract.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    fields, experts, statistics, settings = (
        next(section for section in sections if section.startswith(f"{number}. ")) for number in (4, 5, 6, 7))
    plain = {name: kind for name, kind in listed.items() if not name.startswith("expert.")}
    records = re.search(r"keys are the field names .*? plus `([^`]+)`", statistics)[1].split()
    row = r"^\|[^|`]+\|([^|]+)\|$"
    for what, told, there in (
            ("field", told_fields(fields).items(), plain.items()),
            ("expert info", re.findall(r"`(\w+)`", "".join(re.findall(row, experts, re.MULTILINE))), tshark.expert_names()),
            ("statistic", re.findall(r"`(?:-z )?tcplife,(\w+)", statistics), offered),
            ("preference", re.findall(r"`tcplife\.(\w+)`", settings), preferences)):
        yield from (f"docs/contract.md does not tell of the {what} {name}" for name in sorted(set(there) - set(told), key=str))
        yield from (f"docs/contract.md tells of the {what} {name}, which does not exist" for name in sorted(set(told) - set(there), key=str))
    known = {name.replace(".", "_") for name in plain} | set(records)
    yield from (f"docs/contract.md does not tell of the key {key}" for key in sorted(set(keys()) - known))


def main():
    problems = []
    listed = {}
    protocol = None
    for line in tshark.run("-G", "fields").stdout.splitlines():
        column = line.split("\t")
        if column[0] == "P" and column[2] == "tcplife":
            protocol = column[1]
        elif column[0] == "F" and column[2].startswith("tcplife."):
            listed[column[2][len("tcplife."):]] = column[3]
    if protocol != "TCP Lifecycle":
        problems.append(f"the protocol's name is {protocol}")
    for kind, names in FIELDS.items():
        problems += [f"tcplife.{name} is {listed.get(name, 'missing')}, not {kind}" for name in names.split()
                     if listed.get(name) != kind]
    problems += [f"tcplife/diagnosis.h has no {name}" for name in EXPERTS if name not in tshark.expert_names()]
    experts = {name[len("expert."):] for name in listed if name.startswith("expert.")}
    problems += [f"tcplife.expert.{name} is not in tcplife/diagnosis.h" for name in experts - set(tshark.expert_names())]

    help_text = tshark.run("-z", "help", check=False)
    offered = re.findall(r"^\s*tcplife,(\w+)", help_text.stdout + help_text.stderr, re.MULTILINE)
    problems += [f"-z tcplife,{name} is not offered" for name in STATISTICS if name not in offered]

    preferences = dict(re.findall(r"^#?tcplife\.(\w+): (.*)$", tshark.run("-G", "defaultprefs").stdout, re.MULTILINE))
    problems += [f"preference tcplife.{name} is {preferences.get(name, 'missing')}"
                 for name, value in PREFERENCES.items()
                 if not re.fullmatch(value, preferences.get(name, ""), re.IGNORECASE)]

    page = (tshark.ROOT / "docs" / "tcplife.7").read_text(encoding="utf-8").replace("\\-", "-")
    told = set(re.findall(r"tcplife[.,][a-z0-9_.]*[a-z0-9]", page))
    wanted = {f"tcplife.{name}" for name in [*listed, *preferences] if not name.startswith("expert.")}
    wanted |= {f"tcplife,{name}" for name in offered}
    problems += [f"the manual page does not tell of {name}" for name in sorted(wanted - told)]
    known = wanted | {f"tcplife.expert.{name}" for name in experts} | {"tcplife.so", "tcplife.expert"}
    problems += [f"the manual page tells of {name}, which does not exist" for name in sorted(told - known)]
    problems += document(listed, offered, preferences)
    tshark.report(problems, f"{len(listed)} fields, {len(STATISTICS)} statistics, {len(PREFERENCES)} preferences")


if __name__ == "__main__":
    main()
