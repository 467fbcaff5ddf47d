"""pcaplife beside its peers, in one run: those that Debian has, tshark, and what reading alone takes.

Each is given what makes it say something of every connection or flow, without names and without waiting. All of them
are run in turn, several times, so that whatever else the machine does hits all; the best time of each counts, which
others' work can only make longer.
"""
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from captures import first_packets, make
from measuring import count_instructions, measure, measure_clock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import tshark  # noqa: E402

# What users get by the package, and what everyday builds make, of which the stages are.
PACKAGED = tshark.BUILD / "packaged"
PCAPLIFE = PACKAGED / "command" / "pcaplife"
EVERYDAY = tshark.BUILD / "command" / "pcaplife"
STAGES = tshark.BUILD / "tests" / "bench_stages"
MEASURED = "pcaplife json"
SLIM = "pcaplife json --slim"
CORE = "its core alone (read, decoded, tracked)"

# what is run → its words, {capture} and {folder} filled in; a string is the shell's
PEERS = {
    MEASURED: [PCAPLIFE, "json", "{capture}"],
    SLIM: [PCAPLIFE, "json", "--slim", "{capture}"],
    "pcaplife csv": [PCAPLIFE, "csv", "{capture}"],
    "pcaplife zeek": [PCAPLIFE, "zeek", "{capture}"],
    "pcaplife stat": [PCAPLIFE, "stat", "{capture}"],
    CORE: [STAGES, "tracking", "{capture}"],
    "reading only": [STAGES, "reading", "{capture}"],
    "libwiretap, reading only": f"{STAGES} reading - < {{capture}}",
    "cat": ["cat", "{capture}"],
    "softflowd": ["softflowd", "-d", "-r", "{capture}"],
    "nfpcapd, nfdump": "nfpcapd -r {capture} -w {folder} && nfdump -R {folder} -o line && rm {folder}/nfcapd*",
    "argus, ra": "argus -r {capture} -w {folder}/argus && ra -n -r {folder}/argus && rm {folder}/argus",
    "tcptrace -n": ["tcptrace", "-n", "{capture}"],
    "tcptrace -n -l": ["tcptrace", "-n", "-l", "{capture}"],
}
# what is run → tshark's words, and which folder of plugins it has
TSHARK = {"tshark -z conv,tcp": (["-q", "-z", "conv,tcp"], "no_plugins"),
          "tshark -z tcplife,json": (["-q", "-z", "tcplife,json"], "plugins")}
COMPARED = ("http-short", "lives", "http-long", "one", "flood")


def print_build():
    trained = (PACKAGED / "command" / "profile").exists()
    print(f"pcaplife is the package's ({'profile-guided' if trained else 'without a profile'}); its core alone, and what "
          "is called everyday, are the everyday build's\n", flush=True)


def commands(capture, folder):
    """What is run → its words."""
    def fill(word):
        return str(word).format(capture=shlex.quote(str(capture)), folder=folder)

    def fill_all(words):
        if isinstance(words, str):
            return ["sh", "-c", fill(words)]
        return [str(word).replace("{capture}", str(capture)) for word in words]

    done = {what: fill_all(words) for what, words in PEERS.items()}
    for what, (words, plugins) in TSHARK.items():
        environment = tshark.plugin_folder(tshark.stage() / plugins)
        done[what] = [*tshark.command(**environment), "-n", "-r", str(capture), *words]
    return done


def print_table(capture, runs):
    (tshark.stage() / "no_plugins").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        lines = commands(capture, folder)
        results = {what: [] for what in lines}
        for _ in range(runs):
            for what, words in lines.items():
                results[what].append(measure(words))
    seconds = {what: min(time for time, _ in results[what]) for what in lines}
    print(f"| {capture.stem} | seconds | : {MEASURED} | memory |\n|---|---|---|---|")
    for what in lines:
        memory = min(size for _, size in results[what])
        print(f"| {what} | {seconds[what]:.2f} | {seconds[what] / seconds[MEASURED]:.2f} | {memory / 1e6:.0f} MB |",
              flush=True)
    print(f"\n`--slim` : core alone {seconds[SLIM] / seconds[CORE]:.2f}\n")


def print_comparison(folder, packets, runs):
    for name in COMPARED:
        print_table(make(name, folder, packets), runs)


# ---- instructions ----------------------------------------------------------------------------------------------

COUNTED = 100000  # packets
STAGE_NAMES = ("reading", "decoding", "tracking", "zeek")


def track(capture):
    """What is in it: "N packets, N segments, N connections"."""
    return subprocess.run([STAGES, "tracking", capture], capture_output=True, text=True, check=True).stdout


def connections_of(capture):
    return int(track(capture).split()[-2])


def packets_of(capture):
    return int(track(capture).split()[0])


def print_instructions(folder, packets):
    """A packet's, what the stages before it take included and the program's start taken off; and those of a record, which
    are what a command takes beyond the stages of the same build: the everyday one."""
    def count(words, capture):
        return sum(sign * count_instructions([*words, first_packets(capture, packets)])
                   for sign, packets in ((1, COUNTED), (-1, 1)))

    columns = (f"instructions a packet, of {COUNTED}", *STAGE_NAMES, "json, everyday", "csv, everyday", "a JSON record",
               "a CSV record", "json", "csv")
    print("| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")
    for name in COMPARED:
        capture = make(name, folder, packets)
        stages = {stage: count([STAGES, stage], capture) for stage in STAGE_NAMES}
        writing, packaged = ({kind: count([program, kind], capture) for kind in ("json", "csv")}
                             for program in (EVERYDAY, PCAPLIFE))
        records = connections_of(first_packets(capture, COUNTED))
        cells = [f"{instructions / COUNTED:.0f}" for instructions in (*stages.values(), *writing.values())]
        cells += [f"{(instructions - stages['zeek']) / records:.0f}" if records > 1000 else ""
                  for instructions in writing.values()]
        cells += [f"{instructions / COUNTED:.0f}" for instructions in packaged.values()]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    print()


# ---- memory, start ---------------------------------------------------------------------------------------------

def print_memory(folder, packets):
    """What each connection, or each packet of a long one, adds: beyond the first packets, with which what every run
    needs is there, the capture's last 32768 segments among it."""
    first = min(packets // 2, COUNTED)
    print("| `pcaplife json` | bytes a connection | bytes a packet |\n|---|---|---|")
    for name in COMPARED:
        capture = make(name, folder, packets)
        beginning = first_packets(capture, first)
        grown = measure([PCAPLIFE, "json", capture])[1] - measure([PCAPLIFE, "json", beginning])[1]
        connections = connections_of(capture) - connections_of(beginning)
        more = packets_of(capture) - first
        cells = (f"{grown / connections:.0f}" if connections > 1000 else "", f"{grown / more:.1f}")
        print(f"| {capture.stem} | " + " | ".join(cells) + " |", flush=True)
    print()


def print_jobs(folder, packets, runs):
    """By the clock: four files, one after the other, and two at a time."""
    capture = make("http-short", folder, packets)
    with tempfile.TemporaryDirectory() as many:
        files = [Path(many) / f"{number}.pcap" for number in range(4)]
        for file in files:
            file.symlink_to(capture)
        seconds = {1: [], 2: []}
        for _ in range(runs):
            for jobs, times in seconds.items():
                times.append(measure_clock([PCAPLIFE, "json", "--jobs", jobs, *files]))
    one, two = (min(times) for times in seconds.values())
    print(f"| four files, by the clock | seconds |\n|---|---|\n| `--jobs 1` | {one:.2f} |\n| `--jobs 2` | {two:.2f} "
          f"({one / two:.2f} times as fast) |\n", flush=True)


def print_start(folder, packets, runs):
    """A folder of small captures, and one alone."""
    files = 1000
    small = first_packets(make("http-short", folder, packets), 100)
    with tempfile.TemporaryDirectory() as many:
        for number in range(files):
            (Path(many) / f"{number}.pcap").write_bytes(small.read_bytes())
        lines = {"pcaplife json, one file of 100 packets": [PCAPLIFE, "json", small],
                 f"pcaplife json, {files} of them": [PCAPLIFE, "json", many],
                 "tshark -z tcplife,json, one of them": commands(small, many)["tshark -z tcplife,json"]}
        print("| | seconds |\n|---|---|")
        for what, words in lines.items():
            print(f"| {what} | {min(measure(words)[0] for _ in range(runs)):.3f} |", flush=True)
    print()
