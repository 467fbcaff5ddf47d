#!/usr/bin/python3
"""An archive on a Slurm cluster: munge, slurmctld and two slurmd, in a network, and a process tree, of the test's own.

Promises that `tools/archive submit` tells what one run tells, although a node dies in the middle of a task, and that a
task that fails is seen in `tools/archive status`.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cutting
import tshark

PROGRAM = tshark.BUILD / "command" / "pcaplife"
NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "unshare", "setpriv", "ip")
PATIENCE = 100
FLOOD = "--syn-flood-threshold=5"
LOGS, STARTED = [], []
ADDRESS = "10.99.0.1"  # Slurm wants one that is not loopback
NODES = {"n1": 17001, "n2": 17002}
CONF = """ClusterName=tcplife
SlurmctldHost=tcplife({address})
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.run/socket
CryptoType=crypto/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldPort=16817
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1,batch_sched_delay=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
{nodes}
PartitionName=all Nodes=n1,n2 Default=YES State=UP MaxTime=60
"""
# On n2 the first task is never over: it says so, and waits for the node's end.
HANGS_ON_N2 = """#!/bin/sh
if [ "$SLURMD_NODENAME" = n2 ] && mkdir {folder}/hangs 2>/dev/null; then
    sleep 1000
fi
exec {program} "$@"
"""


def wait(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            logs = "".join(f"{log.name}:\n{log.read_text()[-2000:]}\n" for log in sorted(LOGS))
            sys.exit(f"FAILED: waited {PATIENCE} s for {what}\n{logs}{said('squeue')}{said('scontrol', 'show', 'jobs')}")
        time.sleep(0.1)


def said(*words):
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout


def start(folder, name, *words):
    LOGS.append(folder / f"{name}.log")
    with LOGS[-1].open("w") as log:
        STARTED.append(subprocess.Popen(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=log, stderr=log))
    return STARTED[-1]


def start_munge(folder):
    """As its own user, which it insists on."""
    for name in ("munge", "munge.run"):
        (folder / name).mkdir()
        shutil.chown(folder / name, "munge", "munge")
    (folder / "munge").chmod(0o700)
    key = folder / "munge" / "key"
    key.write_bytes(os.urandom(1024))
    shutil.chown(key, "munge", "munge")
    key.chmod(0o400)
    start(folder, "munged", "setpriv", "--reuid=munge", "--regid=munge", "--clear-groups", "munged", "--foreground", "--force",
          f"--key-file={key}", f"--socket={folder}/munge.run/socket", f"--pid-file={folder}/munge.run/pid",
          f"--log-file={folder}/munge.run/log", f"--seed-file={folder}/munge.run/seed")
    wait((folder / "munge.run" / "socket").exists, "munged")


def start_cluster(folder):
    """Returns the slurmd of n2."""
    folder.chmod(0o711)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "addr", "add", f"{ADDRESS}/32", "dev", "lo"], check=True)
    subprocess.run(["hostname", "tcplife"], check=True)
    (folder / "hosts").write_text(f"127.0.0.1 localhost\n{ADDRESS} tcplife\n")
    subprocess.run(["mount", "--bind", folder / "hosts", "/etc/hosts"], check=True)
    nodes = "\n".join(f"NodeName={name} NodeHostname=tcplife NodeAddr={ADDRESS} Port={port} CPUs=1 RealMemory=100" for name, port in NODES.items())
    conf = folder / "slurm.conf"
    conf.write_text(CONF.format(folder=folder, address=ADDRESS, nodes=nodes))
    os.environ["SLURM_CONF"] = str(conf)
    for name in ("state", "spool.n1", "spool.n2"):
        (folder / name).mkdir()
    start_munge(folder)
    start(folder, "slurmctld", "slurmctld", "-D", "-i", "-f", conf)
    daemons = {name: start(folder, name, "slurmd", "-D", "-N", name, "-f", conf) for name in NODES}
    wait(lambda: said("sinfo", "-h", "-N", "-o", "%t").split() == ["idle", "idle"], "two idle nodes")
    return daemons["n2"]


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def environment_of(process):
    try:
        return (process / "environ").read_bytes()
    except OSError:  # it has ended
        return b""


def node_dies(daemon):
    """Its slurmd, the slurmstepd of its task, which would tell of the task's end, and then the task."""
    daemon.kill()
    daemon.wait()
    tasks = [int(path.name) for path in Path("/proc").glob("[0-9]*") if b"SLURMD_NODENAME=n2" in environment_of(path)]
    steps = {parent_of(pid) for pid in tasks} - {*tasks}
    for pid in [*steps, *tasks]:
        if pid > 1:
            os.kill(pid, signal.SIGKILL)
    subprocess.run(["scontrol", "update", "nodename=n2", "state=down", "reason=died"], check=True)


def run_again_now():
    """Slurm waits two minutes before it starts a job again whose node died."""
    for job in said("squeue", "-h", "-r", "-t", "PD", "-o", "%A").split():
        subprocess.run(["scontrol", "update", f"jobid={job}", "starttime=now"], capture_output=True)


def tool(*words):
    return subprocess.run([tshark.ROOT / "tools" / "archive", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)


def two_taps(folder):
    """Words for --tap: a capture in its two directions, each cut in pieces."""
    whole = tshark.CAPTURES / "syn_flood.pcap"
    capture, chance = cutting.Capture.read(whole, folder), random.Random(4)
    for name, packets in zip("ab", cutting.by_direction(capture)):
        paths = cutting.write_pieces(capture, cutting.at_random(cutting.Capture(capture.head, packets), chance), folder, name)
        yield f"--tap={name}={','.join(map(str, paths))}"


def archive(folder, daemon):
    program, to, taps = folder / "pcaplife", folder / "archive", [*two_taps(folder)]
    program.write_text(HANGS_ON_N2.format(folder=folder, program=PROGRAM))
    program.chmod(0o755)
    os.environ["PCAPLIFE"] = str(program)
    done = tool("submit", "--parts=3", "--a-task=2", FLOOD, "-o", to, *taps)
    if done.returncode != 0 or "Slurm's jobs are " not in done.stdout:
        yield f"tools/archive submit: {done.returncode}, {done.stdout}, {done.stderr}"
        return
    wait((folder / "hangs").exists, "a task on the second node")
    if "json: " in tool("status", to).stdout:
        yield "parts are reduced before all is mapped"
    node_dies(daemon)
    wait(lambda: [run_again_now(), said("squeue", "-h")][1] == "", "the jobs")
    status = tool("status", to).stdout
    for line in ("json: 3 of 3 parts\n", "in Slurm's queue: 0\n"):
        if line not in status:
            yield f"{status!r} without {line!r}"
    expected = subprocess.run([PROGRAM, "json", "--quiet", FLOOD, *taps], capture_output=True, text=True).stdout
    if '"name":"syn_flood"' not in expected:
        yield "there is no flood: this proves little"
    if (found := tool("result", "json", to)).stdout != expected:
        yield f"tools/archive result: {found.returncode}, {found.stdout:.500}, {found.stderr}"


def inside():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        daemon = start_cluster(folder)
        problems = [*archive(folder, daemon)]
        for started in STARTED:
            started.terminate()
            started.wait()
    tshark.report(problems, "an archive on two nodes, of which one dies")


def main():
    if sys.argv[1:] == ["inside"]:
        inside()
        return
    missing = [program for program in NEEDED if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")]
    if os.geteuid() != 0 or missing:
        tshark.skip("only root can make a cluster in a network of its own" if not missing else
                    f"{missing[0]} is not installed (Debian: munge, slurmctld, slurmd, slurm-client)")
    if subprocess.run(["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "true"], capture_output=True).returncode:
        tshark.skip("this machine has no namespaces to give")
    # All that runs inside ends with it.
    sys.exit(subprocess.run(["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc",
                             sys.executable, __file__, "inside"], env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}).returncode)


if __name__ == "__main__":
    main()
