#!/usr/bin/python3
"""pcaplife tells of the connections that its user chooses, and of no others.

Promises, of all captures in one file, that
- with --host (IPv4, IPv6), --port, --connection and --where each subcommand writes what the plugin writes with a
  display filter that chooses the same;
- --where chooses what jq's `if` does, of the record that `pcaplife json` writes;
- a connection that is named by its number, and is in no file, is one sentence and exit code 2; a choice that fits none is neither;
- the first screen says how many connections are chosen, of how many;
- what is no number, address, port or jq is one sentence and exit code 2, whatever builtin of jq's is named.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import json
import shutil
import subprocess
from collections import Counter

import command
import command_records
import tshark

PROGRAM = tshark.BUILD / "command" / "pcaplife"
# As jq's `if` has them: neither false nor null is true; several outputs, of which one is; none at all.
QUESTIONS = [".close == \"reset\"", ".experts[].name == \"half_closed\"", ".previous", ".client_bytes", "empty",
             "true, false", "paths | tostring | contains(\"previous\")", ".zeek_history // \"\" | startswith(\"S\")",
             ".handshake_time < 0.001", ".handshake_time // empty | . < 0.001"]
# What is wrong with the words, and what is said of them.
WRONG = [(["--connection", "-1"], "--connection is a number from 0 to 4294967295, and not -1"),
         (["--connection", "1x"], "--connection is a number"), (["--connection", "4294967296"], "--connection is a number"),
         (["--connection", ""], "--connection is a number"),
         (["--port", "65536"], "--port is a number from 0 to 65535, and not 65536"), (["--port", "http"], "--port is a number"),
         (["--host", "localhost"], "--host is an address of IPv4 or IPv6"), (["--host", "10.0.0.0/8"], "--host is an address"),
         (["--host", "[::1]"], "--host is an address"), (["--host", ""], "--host is an address"),
         (["--where", " "], "--where is a question in jq, and not empty"), (["--where", ".close =="], "--where is no jq: syntax error"),
         (["--where", "clsoe"], "--where is no jq: clsoe/0 is not defined"),
         (["--where", ".close.x"], ", connection 0: Cannot index string"), (["--where", "true, error(\"so\\nsad\")"], "connection 0: so"),
         (["--where", "error"], ", connection 0: {\"connection\":0,"),
         (["--where", "halt"], "connection 0: it halts"), (["--where", "paths | halt"], "connection 0: it halts"),
         (["--where", "import \"no\" as $no; true"], "--where is no jq: module not found: no")]
# They go on for ever, in jq, too.
ENDLESS = {"recurse", "repeat", "while", "until", "range", "limit", "input_line_number"}


def pcaplife(*words):
    return subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, timeout=tshark.HANGS,
                          stdin=subprocess.DEVNULL)


def choices(records):
    """The options, and a display filter that says the same, for values that few, and some, of the connections have."""
    for family, addresses in (("ip", lambda address: "." in address), ("ipv6", lambda address: ":" in address)):
        hosts = Counter(record["client_address"] for record in records if addresses(record["client_address"]))
        host = min(hosts, key=lambda name: (hosts[name] < 2, hosts[name], name))
        yield ["--host", host], f"{family}.addr == {host}"
    ports = Counter(record["client_port"] for record in records)
    port = min(ports, key=lambda number: (ports[number] < 2, ports[number], number))
    yield ["--port", port], f"tcp.port == {port}"
    number = records[len(records) // 2]["connection"]
    yield ["--connection", number], f"tcplife.connection == {number}"
    yield ["--where", f".connection == {number}"], f"tcplife.connection == {number}"
    server = records[len(records) // 3]
    yield (["--host", server["server_address"], "--port", server["client_port"]],
           f"{'ipv6' if ':' in server['server_address'] else 'ip'}.addr == {server['server_address']} && tcp.port == {server['client_port']}")


def as_the_plugin(path, records):
    found = list(choices(records))
    for (options, chosen), (count, problems) in zip(found, tshark.each(
            lambda choice: command_records.compare(path, choice[1], *map(str, choice[0])), found)):
        yield from problems
        told = pcaplife("json", *options, path).stdout.count("\n")
        if not 0 < told < len(records) or count == 0:
            yield f"{options} chooses {told} of {len(records)} connections, which shows nothing"


def as_jq(path, whole):
    for question in QUESTIONS:
        chosen = pcaplife("json", "--where", question, path)
        expected = subprocess.run(["jq", "-c", f"if [{question}] | any then .connection else empty end"], input=whole,
                                  capture_output=True, text=True, check=True).stdout.split()
        if [str(json.loads(line)["connection"]) for line in chosen.stdout.splitlines()] != expected:
            yield f"{question}: not the {len(expected)} connections that jq chooses: {chosen.stderr}"
    slim = [pcaplife("json", *words, "--where", "any(.experts[]; .severity == \"warn\")", path).stdout.count("\n") for words in ([], ["--slim"])]
    if slim[0] != slim[1]:
        yield f"--slim asks --where of fewer values: {slim[1]} connections, not {slim[0]}"


def screen(path, records):
    resets = sum(record["close"] == "reset" for record in records)
    said = pcaplife("--where", '.close == "reset"', path).stdout
    if f", {resets} of {len(records)} connections\n" not in said or f"{resets}  reset " not in said:
        yield f"the first screen does not say {resets} of {len(records)} connections: {said}"


def wrong(path):
    for words, said in WRONG:
        done = pcaplife("json", *words, path)
        if done.returncode != 2 or done.stdout or len(done.stderr.splitlines()) != 1 or said not in done.stderr:
            yield f"{words}: exit code {done.returncode}, {done.stderr!r}, expected {said!r}"


def not_there(path, all_of_them, count):
    """`path` has one connection, `all_of_them` has `count`."""
    missing, of_many = f"{path} has one connection, number 0: there is no connection 99", \
        f"{all_of_them} has {count} connections, numbers 0 to {count - 1}: there is no connection {count}"
    cases = [([subcommand, "--connection", 99, path], 2, missing) for subcommand in command.SUBCOMMANDS if subcommand != "html" or tshark.HAS_REPORT]
    cases += [(["json", "--connection", 0, "--port", 9, path], 0, ""), (["json", "--connection", count - 1, all_of_them], 0, ""),
              (["json", "--connection", count, all_of_them], 2, of_many),
              (["json", "--live", "--connection", 99, path], 2, missing), (["json", "--live", "--connection", 0, path], 0, "")]
    for jobs in ([], ["--jobs", 2]):
        cases += [(["json", *jobs, "--connection", count - 1, path, all_of_them, path], 0, ""),
                  (["json", *jobs, "--connection", count, path, all_of_them, path], 2, f"none of 3 files has a connection {count}")]
    for words, code, said in cases:
        done = pcaplife(*words)
        if (done.returncode, done.stderr) != (code, said and f"pcaplife: {said}\n"):
            yield f"{words}: exit code {done.returncode}, {done.stderr!r}, expected {said!r}"


def builtins(path):
    """A program that embeds jq can be ended by some of them."""
    listed = subprocess.run(["jq", "-nr", "builtins[]"], capture_output=True, text=True, check=True).stdout.split()
    for name, count in (word.split("/") for word in listed):
        question = name + (f"({'; '.join(['.'] * int(count))})" if int(count) else "")
        if name not in ENDLESS and pcaplife("json", "--where", question, path).returncode not in (0, 2):
            yield f"--where '{question}' ends pcaplife"


def main():
    if not shutil.which("jq"):
        tshark.skip("jq is not installed")
    path, small = tshark.together(), tshark.capture_file("close_4seg_client")
    whole = pcaplife("json", path).stdout
    records = list(map(json.loads, whole.splitlines()))
    problems = [*as_the_plugin(path, records), *as_jq(path, whole), *screen(path, records), *wrong(small), *not_there(small, path, len(records)), *builtins(small)]
    tshark.report(problems, f"choices among {len(records)} connections")


if __name__ == "__main__":
    main()
