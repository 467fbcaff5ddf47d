"""The captures that are measured: made once, and kept."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import tshark  # noqa: E402

# capture → how it is made, and how many packets of it for one packet of --packets
CAPTURES = {
    "http-short": ("http", "short", 1), "http-long": ("http", "long", 1), "lives": ("make", "lives", 0.1),
    "flood": ("make", "flood", 0.5), "parallel": ("make", "parallel", 0.1), "one": ("make", "one", 1),
}


def make(name, folder, packets):
    """The capture's path."""
    kind, what, share = CAPTURES[name]
    count = max(1000, int(packets * share))
    path = folder / f"{name}-{count}.pcap"
    if path.exists():
        return path
    print(f"making {path} …", file=sys.stderr, flush=True)
    partial = path.with_suffix(".partial")
    if kind == "make":
        with open(partial, "wb") as file:
            subprocess.run([tshark.BUILD / "tests" / "make_capture", what, str(count)], stdout=file, check=True)
    else:
        absent = [word for word in ("unshare", "nsenter", "ip", "nft", "nginx", "wrk", "tcpdump")
                  if not shutil.which(word, path=os.environ["PATH"] + ":/usr/sbin:/sbin")]
        if absent:
            sys.exit(f"bench: {', '.join(absent)} is not installed, and makes the HTTP captures: run tests/bench/run")
        user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
        subprocess.run(["unshare", *user, "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
                        HERE / "http_traffic.sh", partial, str(count), what], check=True, env=environment,
                       stdin=subprocess.DEVNULL)
    partial.chmod(0o644)
    partial.rename(path)
    return path


def first_packets(capture, count):
    """A capture of so many: what takes too long is tried on these."""
    path = capture.with_name(f"{capture.stem}-first-{count}.pcap")
    if not path.exists():
        subprocess.run(["editcap", "-F", "pcap", "-r", capture, path, f"1-{count}"], check=True)
    return path
