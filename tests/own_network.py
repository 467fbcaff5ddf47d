"""A network of the test's own, for live captures: nothing of the machine's network is seen or touched."""
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import tshark

PATIENCE = 300  # seconds until something is called missing; only what fails waits so long
CAPTURE = "+net_raw,+net_admin"
# Ends with everything in it; only a shell that stays in front of it lets it end in order.
UP = ["--pid", "--fork", "--kill-child", "sh", "-c", 'ip link set lo up; "$@"; exit $?', "sh"]


def missing():
    """What keeps this machine from making one, in words, or nothing."""
    return next((f"{program} is not installed" for program in ("unshare", "ip", "setpriv", "dumpcap")
                 if not shutil.which(program)), None)


def words():
    """Words that run a command in such a network, as an unprivileged user who may capture there."""
    if os.geteuid() != 0:
        return ["unshare", "--user", "--map-current-user", "--keep-caps", "--net", *UP]
    return ["unshare", "--net", *UP, *tshark.BECOME_NOBODY, f"--inh-caps={CAPTURE}", f"--ambient-caps={CAPTURE}"]


def enter(script, *programs):
    """Starts this script again in such a network, with the word `inside`, where it finds what was built, and copies of
    these programs, in the stage."""
    if not os.path.exists("/proc/self/ns/net") or missing():
        tshark.skip(missing() or "there are no network namespaces")
    stage = tshark.stage()
    tshark.stage_sources("tests", "core", "include")
    for program in programs:
        shutil.copy(program, stage / Path(program).name)
    environment = {**os.environ, "TCPLIFE_BUILD": str(stage), "TMPDIR": str(stage / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [*words(), sys.executable if os.geteuid() else "/usr/bin/python3", stage / "tests" / script, "inside"]
    sys.exit(subprocess.run(list(map(str, command)), cwd="/", env=environment).returncode)


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


class Server:
    """A server on the loopback interface, and clients that ask it one question and close first."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    @contextlib.contextmanager
    def connected(self):
        """One connection that is open, and silent, for so long."""
        with socket.create_connection(("127.0.0.1", self.port)) as client:
            accepted, _ = self.socket.accept()
            with accepted:
                yield client

    def converse(self):
        """One connection from its SYN to its last ACK."""
        with socket.create_connection(("127.0.0.1", self.port)) as client:
            accepted, _ = self.socket.accept()
            client.sendall(b"question")
            client.shutdown(socket.SHUT_WR)
            while accepted.recv(100):
                pass
            accepted.sendall(b"answer")
            accepted.close()
            while client.recv(100):
                pass
