#!/usr/bin/python3
"""tshark follows connections while they live: `tshark -i` on an interface of the test's own network.

Promises that the states of each segment are printed while the capture runs, and that the record of
each connection is printed when it ends, over real connections of this machine's kernel.
"""
import json
import signal
import subprocess
import sys

import own_network
import tshark

CONNECTIONS = 3
LIFE = ["SYN-SENT SYN-RECEIVED", "ESTABLISHED SYN-RECEIVED", "ESTABLISHED ESTABLISHED", "FIN-WAIT-1 CLOSE-WAIT",
        "FIN-WAIT-2 CLOSE-WAIT", "TIME-WAIT LAST-ACK", "TIME-WAIT CLOSED"]


def inside():
    server, problems = own_network.Server(), []
    fields = ["tcplife.connection", "tcplife.client.state", "tcplife.server.state"]
    words = [*tshark.command(), "-n", "-l", "-i", "lo", "-f", "tcp", "-Y", "tcplife.transition", "-T", "fields",
             "-z", "tcplife,json"] + [word for field in fields for word in ("-e", field)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        said, lines = own_network.collect(process.stderr), own_network.collect(process.stdout)
        own_network.wait(lambda: "Capturing on" in "".join(said) and own_network.captures_packets(), "capturing", lambda: said)
        for number in range(CONNECTIONS):
            server.converse()
            own_network.wait(lambda: len(lines) >= (number + 1) * len(LIFE), f"the states of connection {number}", lambda: lines)
            seen = [line.split() for line in lines[number * len(LIFE):]]
            wanted = [[str(number), *states.split()] for states in LIFE]
            if seen != wanted:
                problems.append(f"while connection {number} lived: {seen}")
        process.send_signal(signal.SIGINT)
        process.wait(tshark.HANGS)
        own_network.wait(lambda: sum(line.startswith("{") for line in lines) >= CONNECTIONS, "the records", lambda: lines)
    records = [json.loads(line) for line in lines if line.startswith("{")]
    lives = [(record["open"], record["close"], record["closed_by"], record["server_port"]) for record in records]
    if lives != [("three-way", "four-way", "client", server.port)] * CONNECTIONS:
        problems.append(f"at the end: {lives}")
    tshark.report(problems, f"{CONNECTIONS} connections, states as they lived, records at the end")


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        inside()
    else:
        own_network.enter("live.py")
