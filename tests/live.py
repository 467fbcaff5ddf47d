#!/usr/bin/python3
"""tshark follows connections while they live: `tshark -i` on an interface of the test's own network.

Promises that the states of each segment are printed while the capture runs, and that the record of
each connection is printed when it ends, over real connections of this machine's kernel.
"""
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import own_network
import tshark

PATIENCE = 300  # seconds until something is called missing; only what fails waits so long
CONNECTIONS = 3
LIFE = ["SYN-SENT SYN-RECEIVED", "ESTABLISHED SYN-RECEIVED", "ESTABLISHED ESTABLISHED", "FIN-WAIT-1 CLOSE-WAIT",
        "FIN-WAIT-2 CLOSE-WAIT", "TIME-WAIT LAST-ACK", "TIME-WAIT CLOSED"]


def outside():
    """Starts this script again in the network, where it finds what was built in the stage."""
    if not os.path.exists("/proc/self/ns/net") or own_network.missing():
        tshark.skip(own_network.missing() or "there are no network namespaces")
    stage = tshark.stage()
    tshark.stage_sources("tests", "core", "include")
    environment = {**os.environ, "TCPLIFE_BUILD": str(stage), "TMPDIR": str(stage / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
    words = [*own_network.words(), sys.executable if os.geteuid() else "/usr/bin/python3", stage / "tests" / "live.py", "inside"]
    sys.exit(subprocess.run(list(map(str, words)), cwd="/", env=environment).returncode)


def collect(pipe):
    """A list that grows by each line of the pipe."""
    lines = []
    threading.Thread(target=lambda: lines.extend(pipe), daemon=True).start()
    return lines


def wait(condition, what, seen):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"FAILED: waited {PATIENCE} s for {what}, saw {seen()}")
        time.sleep(0.1)


def captures_packets():
    """Whether a socket that captures packets is at work in this network; dumpcap says so before it is true."""
    _, *sockets = Path("/proc/self/net/packet").read_text(encoding="ascii").splitlines()
    return any(line.split()[5] == "1" for line in sockets)


def inside():
    server, problems = own_network.Server(), []
    fields = ["tcplife.connection", "tcplife.client.state", "tcplife.server.state"]
    words = [*tshark.command(), "-n", "-l", "-i", "lo", "-f", "tcp", "-Y", "tcplife.transition", "-T", "fields",
             "-z", "tcplife,json"] + [word for field in fields for word in ("-e", field)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        said, lines = collect(process.stderr), collect(process.stdout)
        wait(lambda: "Capturing on" in "".join(said) and captures_packets(), "capturing", lambda: said)
        for number in range(CONNECTIONS):
            server.converse()
            wait(lambda: len(lines) >= (number + 1) * len(LIFE), f"the states of connection {number}", lambda: lines)
            seen = [line.split() for line in lines[number * len(LIFE):]]
            wanted = [[str(number), *states.split()] for states in LIFE]
            if seen != wanted:
                problems.append(f"while connection {number} lived: {seen}")
        process.send_signal(signal.SIGINT)
        process.wait(tshark.HANGS)
        wait(lambda: sum(line.startswith("{") for line in lines) >= CONNECTIONS, "the records", lambda: lines)
    records = [json.loads(line) for line in lines if line.startswith("{")]
    lives = [(record["open"], record["close"], record["closed_by"], record["server_port"]) for record in records]
    if lives != [("three-way", "four-way", "client", server.port)] * CONNECTIONS:
        problems.append(f"at the end: {lives}")
    tshark.report(problems, f"{CONNECTIONS} connections, states as they lived, records at the end")


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        inside()
    else:
        outside()
