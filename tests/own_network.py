"""A network of the test's own, for live captures: nothing of the machine's network is seen or touched."""
import os
import shutil
import socket

import tshark

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


class Server:
    """A server on the loopback interface, and clients that ask it one question and close first."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

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
