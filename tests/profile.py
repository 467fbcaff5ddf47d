#!/usr/bin/python3
"""The configuration profile TCP Lifecycle works with this tshark and this plugin.

Promises that every column and every I/O graph shows a field that exists, that every colouring rule, filter button
and graph has a display filter that compiles, and that tshark takes the whole profile without a word.
"""
import re
import shutil

import tshark

PROFILE = tshark.ROOT / "profiles" / "TCP Lifecycle"
WANTED = ["tcplife.connection", "tcplife.sender", "tcplife.client.state", "tcplife.server.state",
          "tcplife.handshake.step", "tcplife.teardown.step"]
BUTTONS = ["closed_by", "half-closed", "refused", "unanswered", "reset", "last_ack_lost"]


def lines(name):
    text = (PROFILE / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def columns():
    """Title → what the column shows, e.g. tcplife.sender or %i."""
    pairs = re.findall(r'"([^"]*)", "([^"]*)"', "\n".join(lines("preferences")))
    return {title: re.sub(r"^%Cus:(.*):0:R$", r"\1", shown) for title, shown in pairs}


def rules():
    """Name → filter, of the colouring rules."""
    return dict(re.fullmatch(r"@([^@]+)@([^@]+)@\[\d+,\d+,\d+\]\[\d+,\d+,\d+\]", line).groups()
                for line in lines("colorfilters"))


def buttons():
    """Label → filter, of the buttons beside the filter."""
    table = [re.findall(r'"([^"]*)"', line) for line in lines("dfilter_buttons")]
    return {label: shown.replace("\\x22", '"') for _, label, shown, _ in table}


def graphs():
    """Name → (filter, field), of the I/O graphs. Wireshark 4.0 has nine columns; newer ones fill in their tenth."""
    rows = [re.findall(r'"([^"]*)"', line) for line in lines("io_graphs")]
    return {name: (shown, field) for _, name, shown, _, _, _, field, _, _ in rows}


def compiles(name, display_filter):
    done = tshark.run("-Y", display_filter, capture=tshark.capture_file("refused"), check=False)
    return [] if done.returncode == 0 else [f"{name}: {display_filter}: {done.stderr.strip().splitlines()[0]}"]


def contrast(line):
    """WCAG's contrast of a colouring rule's two colours: they must do in any theme."""
    colours = [[int(number) / 65535 for number in part.split(",")] for part in re.findall(r"\[([\d,]+)\]", line)]
    lights = sorted(sum(weight * (value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4)
                        for weight, value in zip((0.2126, 0.7152, 0.0722), colour)) for colour in colours)
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def main():
    tshark.prove()
    known = {line.split("\t")[2] for line in tshark.run("-G", "fields").stdout.splitlines() if line.startswith("F\t")}
    shown = columns()
    problems = [f"column {title} shows {field}, which does not exist" for title, field in shown.items()
                if not field.startswith("%") and field not in known]
    problems += [f"no column shows {field}" for field in WANTED if field not in shown.values()]
    problems += [f"no button asks for {word}" for word in BUTTONS
                 if not any(word in question for question in buttons().values())]
    problems += [f"graph {name} draws {field}, which does not exist" for name, (_, field) in graphs().items()
                 if field and field not in known]
    drawn = {f"graph {name}": shown for name, (shown, _) in graphs().items() if shown}
    for part in (rules(), buttons(), drawn):
        problems += [problem for name, display_filter in part.items() for problem in compiles(name, display_filter)]
    problems += [f"hardly readable: {line}" for line in lines("colorfilters") if contrast(line) < 7]

    personal = tshark.stage() / "home" / ".config" / "wireshark" / "profiles" / PROFILE.name
    shutil.copytree(PROFILE, personal)
    done = tshark.run("-C", PROFILE.name, capture=tshark.capture_file("close_4seg_client"))
    said = [line for line in done.stderr.splitlines() if "Running as user" not in line]
    if said:
        problems.append(f"tshark complains about the profile: {said}")
    if not re.search(r"^ *1 +[\d.]+ +0 +client +SYN-SENT +SYN-RECEIVED +server +1 ", done.stdout):
        problems.append(f"tshark does not print the profile's columns, but {done.stdout.splitlines()[:1]}")
    tshark.report(problems, f"{len(shown)} columns, {len(rules())} colours, {len(buttons())} buttons, {len(graphs())} graphs")


if __name__ == "__main__":
    main()
