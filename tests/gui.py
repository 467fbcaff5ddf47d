#!/usr/bin/python3
"""A real Wireshark under Xvfb shows what tshark prints; screenshots are kept in BUILD/screenshots.

Promises, for the Wireshark that is installed:
- About ▸ Plugins lists the plugin, and it starts without a complaint;
- the five dialogs, opened from the menu, have the numbers of their `-z`: at once, with Apply after
  preferences were changed in the dialog for it, with a filter typed into them, and after a reload; `-z` opens
  the tables at the start;
- a display filter leaves the packets that `tshark -2 -Y` leaves;
- clicking packets in random order shows the details that `tshark -2 -V` prints, and Zeek's words;
- Conversation Filter picks one connection, Info carries step and states when asked to;
- during a live capture on an interface the details, and with Apply the dialogs, keep up;
- Analyze > TCP Lifecycle filters the chosen packet's connection, goes to its first packet, shows its ladder and
  its picture, and copies all connections as CSV; the tab of Conversations filters just the connection of a row;
- the profile shows its columns and its I/O graphs, and its buttons work.

    tests/gui.py [--dark] [CHECK…]

--dark: with dark colours, by Debian's qt5ct or qt6ct, which has to be installed: for looking at the screenshots.

The script starts itself again as an unprivileged user (as root Wireshark loads no plugin from here) who
has a display, a session bus and a network of its own, in which that user may capture.
"""
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import own_network
import tables
import tshark

PLACE = os.environ.get("TCPLIFE_GUI", "outside")  # then "display", then "session"
if PLACE == "session":
    import recount
    import wireshark
    from gi.repository import Atspi
    from wireshark import Wireshark

PROGRAMS = {"wireshark": "wireshark", "Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool",
            "import": "imagemagick", "dbus-run-session": "dbus-daemon"}
SIZE = "1440x900"
DIALOG_SIZE = (1380, 560)
GRAPHS_SIZE = (1100, 620)
DIALOGS = {"Handshake and Teardown": "stat", "Connections": "conn", "Servers": "servers", "States over Time": "states",
           "Tree": "tree"}
FIN_FILTER = "tcp.flags.fin == 1"
MSL = r"Maximum Segment Lifetime.*"
MORNING = """close_4seg_client halfclose_client simultaneous_open refused refused_icmp syn_timeout third_ack_lost last_ack_lost
    tfo close_3seg_client simultaneous_close abort_client keepalive_dead ss_kill_rst long_idle v6_close_4seg_client""".split()
PICTURES = tshark.ROOT / "screenshots"
DARK = "--dark"


# ---- around Wireshark ----------------------------------------------------------------------------

def missing():
    """What keeps this machine from running the test, in words, or nothing."""
    for program, package in PROGRAMS.items():
        if not shutil.which(program):
            return f"{program} (package {package}) is not installed"
    if own_network.missing():
        return own_network.missing()
    look = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    if subprocess.run(["/usr/bin/python3", "-c", look], capture_output=True).returncode:
        return "python3-gi or gir1.2-atspi-2.0 is not installed"
    return None


def dark_colours(home):
    """The variable that gives Qt dark colours, which are set in this home."""
    theme = next((name for name in ("qt5ct", "qt6ct") if Path("/usr/share", name, "colors", "darker.conf").exists()), None)
    if not theme:
        sys.exit("gui.py: for dark colours qt5ct or qt6ct has to be installed, whichever Qt this Wireshark has")
    folder = home / ".config" / theme
    folder.mkdir(parents=True)
    (folder / f"{theme}.conf").write_text("[Appearance]\nstyle=Fusion\ncustom_palette=true\n"
                                          f"color_scheme_path=/usr/share/{theme}/colors/darker.conf\n")
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{tshark.NOBODY}:{tshark.NOBODY}", home / ".config"], check=True)
    return {"QT_QPA_PLATFORMTHEME": theme}


def outside(names):
    """Stages what the unprivileged user needs to read, runs this script there, keeps its screenshots."""
    why = missing()
    if why:
        tshark.skip(why)
    stage = tshark.stage()
    tshark.stage_sources("tests", "captures", "core", "include", "profiles")
    (stage / "build").mkdir()
    (stage / "plugins").rename(stage / "build" / "plugins")
    for name in ("run", "screenshots"):
        (stage / name).mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(stage / name, int(tshark.NOBODY), int(tshark.NOBODY))
    home = stage / "home"
    variables = {
        "PATH": os.environ["PATH"], "HOME": home, "XDG_CONFIG_HOME": home / ".config", "XDG_RUNTIME_DIR": stage / "run",
        "TMPDIR": stage / "run", "TZ": "UTC", "LC_ALL": "C.UTF-8", "QT_ACCESSIBILITY": 1,
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": 1, **tshark.plugin_folder(stage / "build" / "plugins"),
        "TCPLIFE_BUILD": stage / "build", "TCPLIFE_GUI": "display", "PYTHONDONTWRITEBYTECODE": 1}
    if tshark.INSTALLED:
        variables["TCPLIFE_INSTALLED"] = 1
    if DARK in sys.argv:
        variables.update(dark_colours(home))
    words = [*own_network.words(), "env", "-i", *(f"{name}={value}" for name, value in variables.items()),
             "/usr/bin/python3", stage / "tests" / "gui.py", *names]
    done = subprocess.run(list(map(str, words)), cwd=stage / "run", stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True, errors="replace")
    for line in done.stderr.splitlines():
        if not re.match(r"dbus-daemon|SpiRegistry|\(process:|$", line):
            print(line, file=sys.stderr)
    kept = tshark.BUILD / "screenshots"
    shutil.copytree(stage / "screenshots", kept, dirs_exist_ok=True)
    print(f"screenshots: {len(list(kept.iterdir()))} in {kept}")
    sys.exit(done.returncode)


def with_display():
    """Runs this script once more, with an X server, a window manager and a session bus. Returns its exit code."""
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp"],
                              pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as number:  # the server writes it when it is ready
        environment = {**os.environ, "DISPLAY": ":" + number.readline().strip(), "TCPLIFE_GUI": "session"}
    manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        return subprocess.run(["dbus-run-session", "--", sys.executable, *sys.argv], env=environment).returncode
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()


# ---- what is compared ----------------------------------------------------------------------------

def printed(name, capture, display_filter=None, *options):
    """What the dialog's table has to show, by tshark: a sorted list of rows of texts."""
    argument = f"tcplife,{name}" + (f",{display_filter}" if display_filter else "")
    lines = next(iter(tables.read(tshark.run("-q", *options, "-z", argument, capture=capture).stdout.splitlines()).values()))
    if name == "tree":
        return sorted([path.split("/")[-1], str(count)] for path, count in tables.tree(lines).items())
    return sorted(tables.cells(line) for line in lines if "|" in line)


def shown(gui, dialog, name):
    """The same of the dialog itself."""
    titles, rows = wireshark.rows(wireshark.find(dialog, "tree"))
    if name == "tree":
        return sorted(row[:2] for row in rows)
    headings = [row for row in rows if name in ("stat", "states") and not row[1]]
    return sorted([titles, *(row for row in rows if row not in headings)])


def differences(about, seen, expected):
    """At most five rows that are only in one of the two."""
    only = [f"shows {row}" for row in seen if row not in expected] + [f"lacks {row}" for row in expected if row not in seen]
    if not only and len(seen) != len(expected):
        only = [f"shows {len(seen)} rows, not {len(expected)}"]
    return [f"{about} {text}" for text in only[:5]]


def compare(gui, capture, about, *options, display_filter=None):
    """All five dialogs, which are open, with what tshark prints; with a filter, which may be empty, after it was
    typed into them and applied: no dialog of Wireshark counts again by itself."""
    problems = []
    for title, name in DIALOGS.items():
        expected = printed(name, capture, display_filter, *options)
        dialog = gui.dialog(f"TCP Lifecycle: {title}")
        if display_filter is not None:
            wireshark.write(wireshark.find(dialog, "text"), display_filter)
            wireshark.press(wireshark.find(dialog, "push button", "Apply"))
        try:
            wireshark.wait(title, lambda: shown(gui, dialog, name) == expected)
        except wireshark.Missing:
            problems += differences(f"{about}: {title}", shown(gui, dialog, name), expected)
    return problems


def details(text):
    """The lines of each packet's TCP Lifecycle tree, without their indentation, in what `tshark -V` prints."""
    packets = []
    for block in re.split(r"^(?=Frame \d+: )", text, flags=re.MULTILINE)[1:]:
        lines, inside = [], False
        for line in block.splitlines():
            if line and not line.startswith(" "):
                inside = line.startswith("[TCP Lifecycle")
            if inside and line:
                lines.append(line.strip())
        packets.append(lines)
    return packets


def open_preferences(gui):
    """Edit ▸ Preferences ▸ Protocols ▸ TCP Lifecycle."""
    gui.menu("Edit", "Preferences…")
    dialog = gui.dialog("Preferences")
    pages = wireshark.wait("the pages", lambda: wireshark.table_with(dialog, "Font and Colors"))
    wireshark.click(wireshark.cell(pages, "Protocols"))
    wireshark.xdotool("key", "Right")
    wireshark.wait("the protocols", lambda: len(wireshark.rows(pages)[1]) > 500)
    wireshark.xdotool("type", "TCP Lifecycle")
    wireshark.wait("the page", lambda: gui.entry(dialog, MSL))
    return dialog


# ---- the checks ----------------------------------------------------------------------------------

def plugin():
    """The plugin is listed, and Wireshark starts without a word about it."""
    with Wireshark("-r", tshark.capture_file("refused")) as gui:
        gui.menu("Help", "About Wireshark")
        dialog = gui.dialog("About Wireshark")
        wireshark.click(wireshark.find(dialog, "page tab", "Plugins"))
        name = wireshark.wait("tcplife.so", lambda: next(
            row for table in wireshark.walk(dialog) if table.get_role_name() == "tree"
            for row in wireshark.rows(table)[1] if row and row[0] == "tcplife.so"))
        gui.screenshot(PICTURES / "about_plugins.png")
        said = [line for line in gui.said().splitlines() if "tcplife" in line.lower()]
    folder = "/usr/lib" if tshark.INSTALLED else str(tshark.BUILD)
    return [f"About ▸ Plugins says {name}"] * (not name[-1].startswith(folder)) + [f"Wireshark says {line}" for line in said]


def open_dialogs(gui):
    for title in DIALOGS:
        gui.menu("Statistics", f"TCP Lifecycle: {title}")
        gui.dialog(f"TCP Lifecycle: {title}")


def statistics():
    """The five dialogs: from the menu, after a change of preferences, with a filter, after a reload."""
    capture, problems, msl = recount.one_after_the_other(), [], ["-o", "tcplife.msl:1"]
    with Wireshark("-r", capture) as gui:
        open_dialogs(gui)
        problems += compare(gui, capture, "opened from the menu")
        for title, name in DIALOGS.items():
            gui.screenshot(PICTURES / f"dialog_{name}.png", gui.dialog(f"TCP Lifecycle: {title}"))
        page = open_preferences(gui)
        wireshark.write(gui.entry(page, MSL), "1")
        gui.screenshot(PICTURES / "preferences.png", page)
        wireshark.press(wireshark.find(page, "push button", "OK"))
        problems += compare(gui, capture, "after MSL became 1 s", *msl, display_filter="")
        problems += compare(gui, capture, "with a filter", *msl, display_filter=FIN_FILTER)
        for title in DIALOGS:
            wireshark.press(wireshark.find(gui.dialog(f"TCP Lifecycle: {title}"), "push button", "Close"))
            gui.gone(f"TCP Lifecycle: {title}")
        # Wireshark leaves a dialog that was open as it was when the file is reloaded: "no capture file".
        gui.menu("View", "Reload")
        open_dialogs(gui)
        problems += compare(gui, capture, "after a reload", *msl)
    return problems


def a_morning():
    """A capture of many kinds of lives, one beside the other."""
    capture = tshark.stage() / "a_morning.pcap"
    subprocess.run(["mergecap", "-F", "nsecpcap", "-w", capture, *map(tshark.capture_file, MORNING)], check=True)
    return capture


def command_line():
    """`wireshark -z tcplife,conn` opens the dialog at its start. (Wireshark has stats trees only in its menus.)"""
    # Wireshark keeps the preference that statistics() typed.
    capture, problems, msl = a_morning(), [], ["-o", "tcplife.msl:30"]
    for title, name in list(DIALOGS.items())[:-1]:
        with Wireshark("-r", capture, *msl, "-z", f"tcplife,{name}") as gui:
            dialog, expected = gui.dialog(f"TCP Lifecycle: {title}"), printed(name, capture)
            problems += gui.expect(f"-z tcplife,{name}", lambda: shown(gui, dialog, name), expected)
            gui.resize(dialog, *DIALOG_SIZE)
            gui.screenshot(PICTURES / f"start_{name}.png", dialog)
    argument = "states,20.5,tcp.srcport >= 50000"
    with Wireshark("-r", capture, *msl, "-z", f"tcplife,{argument}") as gui:
        dialog, expected = gui.dialog("TCP Lifecycle: States over Time"), printed(argument, capture)
        problems += gui.expect(f"-z tcplife,{argument}", lambda: shown(gui, dialog, "states"), expected)
    return problems


def filters():
    """Display filters, in the main window and from the Conversation Filter menu."""
    capture, problems = recount.one_after_the_other(), []
    # Wireshark keeps the preference that statistics() typed.
    with Wireshark("-r", capture, preferences={"tcplife.msl": "30"}) as gui:
        for display_filter in ('tcplife.close == "half-closed"', "tcplife.expert.last_ack_lost", "tcplife.handshake.time > 0.1",
                               'tcplife.zeek.conn_state == "RSTO"'):
            expected = tshark.run("-2", "-Y", display_filter, "-T", "fields", "-e", "frame.number", capture=capture).stdout
            gui.filter(display_filter)
            problems += gui.expect_packets(display_filter, expected.split())
        gui.screenshot(PICTURES / "display_filter.png")
        gui.filter("tcplife.expert.half_open_discovered")
        wireshark.click(gui.packet(0))
        number = int(tshark.run("-Y", "tcplife.expert.half_open_discovered", "-T", "fields", "-e", "tcplife.connection",
                                capture=capture).stdout.split()[0])
        gui.menu("Analyze", "Conversation Filter", "TCP Lifecycle")
        expected = tshark.run("-Y", f"tcplife.connection == {number}", "-T", "fields", "-e", "frame.number", capture=capture)
        problems += gui.expect_packets("Conversation Filter", expected.stdout.split())
    return problems


def of_connection(capture, number):
    """The frames of a connection."""
    return tshark.run("-Y", f"tcplife.connection == {number}", "-T", "fields", "-e", "frame.number",
                      capture=capture).stdout.split()


def drawn(capture, kind, number):
    """What tshark prints for one connection."""
    return tshark.run("-q", "-z", f"tcplife,{kind},tcplife.connection == {number}", capture=capture, LC_ALL="C.UTF-8").stdout


def listen_to_browser():
    """A browser that tells what it is asked to open, in a file: its path."""
    folder = Path(os.environ["XDG_RUNTIME_DIR"]) / "browser"
    folder.mkdir(exist_ok=True)
    browser = folder / "xdg-open"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" >{folder}/asked.new\nmv {folder}/asked.new {folder}/asked\n')
    browser.chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
    return folder / "asked"


def packet_menu():
    """Analyze > TCP Lifecycle: from the chosen packet to its connection, its first packet, its ladder and its picture."""
    capture, asked = recount.one_after_the_other(), listen_to_browser()
    number = 138  # any that has some packets
    frames = of_connection(capture, number)
    with Wireshark("-r", capture, preferences={"tcplife.msl": "30"}) as gui:
        gui.filter(f"frame.number == {frames[-1]}")
        wireshark.click(wireshark.wait("its packet", lambda: len(gui.packet_rows()) == 1 and gui.packet(0)))
        gui.details_of(frames[-1])
        gui.menu("Analyze", "Filter This Connection")
        problems = gui.expect_packets("Filter This Connection", frames)
        gui.menu("Analyze", "First Frame")
        gui.details_of(frames[0])
        gui.menu("Analyze", "Ladder")
        dialog = gui.dialog("Ladder of connection")
        gui.resize(dialog, *DIALOG_SIZE)
        text = wireshark.find(dialog, "text")
        problems += gui.expect("Ladder", lambda: wireshark.text_of(text).splitlines(),
                               drawn(capture, "ladder", number).splitlines())
        gui.screenshot(PICTURES / "ladder.png", dialog)
        gui.menu("Analyze", "Picture")
        wireshark.wait("the browser", asked.exists)
        address = asked.read_text()
        if Path(address.removeprefix("file://")).read_text() != drawn(capture, "svg", number):
            problems.append(f"Picture: {address} is not what -z tcplife,svg prints")
    return problems


def copy_as_csv():
    """Analyze > TCP Lifecycle puts what -z tcplife,csv prints into the clipboard, with plain numbers."""
    capture = tshark.capture_file("port_reuse_after_rst")
    expected = tshark.run("-q", "-z", "tcplife,csv", "-o", "tcplife.zeek:TRUE", capture=capture).stdout
    with Wireshark("-r", capture) as gui:
        gui.menu("Analyze", "Copy All Connections as CSV")
        entry = gui.filter_entry()
        wireshark.click(entry)
        wireshark.xdotool("key", "ctrl+a", "ctrl+v")
        # Newer Wiresharks make one line of what is pasted there.
        return gui.expect("clipboard", lambda: " ".join(wireshark.text_of(entry).splitlines()).strip(),
                          " ".join(expected.splitlines()))


def conversations():
    """The tab of Wireshark's Conversations has a row a connection, which filters just that one."""
    capture = tshark.capture_file("port_reuse_after_rst")  # two connections on the same sockets
    with Wireshark("-r", capture) as gui:
        gui.menu("Statistics", "Conversations")
        dialog = gui.dialog("Conversations")
        wireshark.write(next(node for node in wireshark.walk(dialog) if node.get_role_name() == "text"), "Lifecycle")
        kinds = wireshark.wait("the kind", lambda: wireshark.table_with(dialog, "TCP Lifecycle"))
        cells = wireshark.Cells(kinds)
        wireshark.click(cells.node(cells.columns()))
        wireshark.click(wireshark.wait("the tab", lambda: wireshark.find(dialog, "page tab", r"TCP Lifecycle.*")))
        # The tables of the other tabs are still there.
        table = wireshark.wait("its rows", lambda: next(
            table for table in wireshark.walk(dialog) if table.get_role_name() == "tree" and
            table.get_state_set().contains(Atspi.StateType.SHOWING) and "5001" in sum(wireshark.rows(table)[1], [])))
        problems = gui.expect("packets of the rows", lambda: [row[4] for row in wireshark.rows(table)[1]],
                              [str(len(of_connection(capture, number))) for number in (0, 1)])
        wireshark.click(wireshark.cell(table, "14"), button=3)
        gui.screenshot(PICTURES / "conversations.png", dialog)
        # Apply as Filter > Selected > A <-> B
        wireshark.xdotool("key", "Down", "Right", "Right", "Return")
        wireshark.press(wireshark.find(dialog, "push button", "Close"))
        problems += gui.expect_packets("Apply as Filter", of_connection(capture, 1))
    return problems


def clicks():
    """Packets clicked in random order, twice each; the details pane stays open at everything."""
    problems, count = [], 0
    for name in ("last_ack_lost.client", "simultaneous_close"):
        capture = tshark.capture_file(name)
        expected = details(tshark.run("-2", "-V", "-o", "tcplife.zeek:TRUE", capture=capture).stdout)
        order = list(range(len(expected))) * 2
        random.Random(name).shuffle(order)
        with Wireshark("-r", capture) as gui:
            gui.menu("View", "Expand All")
            for index in order:
                wireshark.click(gui.packet(index))
                seen = gui.details_of(index + 1)
                seen = seen[next(at for at, line in enumerate(seen) if line.startswith("[TCP Lifecycle")):]
                problems += differences(f"{name}, click on frame {index + 1}:", seen, expected[index])
                count += 1
            gui.screenshot(PICTURES / f"details_{name}.png")
    print(f"{count} packets clicked")
    return problems


def info_column():
    """The preference for Info is set in the GUI; packet list and Flow Graph have step and states at once."""
    capture = tshark.capture_file("halfclose_client")
    expected = tshark.run("-o", "tcplife.info_column:TRUE", "-T", "fields", "-e", "_ws.col.Info", capture=capture).stdout
    with Wireshark("-r", capture) as gui:
        page = open_preferences(gui)
        wireshark.press(wireshark.find(page, "check box", r".*Info column.*"))
        wireshark.press(wireshark.find(page, "push button", "OK"))
        problems = gui.expect("Info", lambda: [row[-1] for row in gui.packet_rows()], expected.splitlines())
        gui.menu("Statistics", "Flow Graph")
        dialog = gui.dialog("Flow")
        gui.screenshot(PICTURES / "flow_graph.png", dialog)
    return problems


def copy_profile():
    personal = Path(os.environ["XDG_CONFIG_HOME"]) / "wireshark" / "profiles" / "TCP Lifecycle"
    if not tshark.INSTALLED:
        shutil.copytree(tshark.ROOT / "profiles" / "TCP Lifecycle", personal, dirs_exist_ok=True)


def io_graphs():
    """Statistics ▸ I/O Graphs has the profile's graphs, and no others."""
    text = (tshark.ROOT / "profiles" / "TCP Lifecycle" / "io_graphs").read_text(encoding="utf-8")
    names = re.findall(r'^"Enabled","([^"]*)"', text, re.MULTILINE)
    copy_profile()
    with Wireshark("-C", "TCP Lifecycle", "-r", a_morning()) as gui:
        gui.menu("Statistics", "I/O Graphs")
        dialog = gui.dialog("I/O Graphs")
        _, rows = wireshark.rows(wireshark.find(dialog, "tree"))
        gui.resize(dialog, *GRAPHS_SIZE)
        gui.screenshot(PICTURES / "io_graphs.png", dialog)
    shown = [next((name for name in names if name in row), row) for row in rows]
    return [] if shown == names else [f"I/O Graphs has {shown}"]


def profile():
    """The profile's columns are there, and a button beside the filter does what it says."""
    copy_profile()
    capture = recount.one_after_the_other()
    with Wireshark("-C", "TCP Lifecycle", "-r", capture) as gui:
        titles = wireshark.titles(gui.packets)
        problems = [f"no column {title}, but {titles}" for title in ("Conn", "Client state", "Server state")
                    if not any(title in shown for shown in titles)]
        wireshark.click(wireshark.cell(gui.packets, "12"))
        gui.details_of(12)
        wireshark.click(wireshark.wait("the line of the plugin", lambda: wireshark.cell(gui.details, r"\[TCP Lifecycle.*")))
        wireshark.xdotool("key", "Right")
        wireshark.wait("the tree", lambda: any("[Explanation" in row[0] for row in wireshark.rows(gui.details)[1]))
        gui.screenshot(PICTURES / "profile.png")
        wireshark.press(wireshark.find(gui.window, "push button", "Refused"))
        expected = tshark.run("-2", "-Y", 'tcplife.open in {"refused", "rejected"}', "-T", "fields", "-e", "frame.number", capture=capture)
        problems += gui.expect_packets("the button Refused", expected.stdout.split())
    return problems


# Of each connection of this test.
LIVED = {"Open": "three-way", "Close": "four-way", "Closed by": "client", "Client state": "TIME-WAIT", "Server state": "CLOSED (presumed)"}


def live():
    """A capture that is still running: what is shown grows with it."""
    server = own_network.Server()
    problems = []
    with Wireshark("-k", "-i", "lo", "-f", "tcp", preferences={"capture.no_interface_load": "FALSE"}) as gui:
        gui.menu("Statistics", "TCP Lifecycle: Connections")
        dialog = gui.dialog("TCP Lifecycle: Connections")
        for number in range(1, 4):
            server.converse()
            wireshark.wait(f"connection {number}", lambda: len(gui.packet_rows()) >= 9 * number)
            wireshark.press(wireshark.find(dialog, "push button", "Apply"))
            columns, table = gui.table(dialog)
            seen = [[row[columns.index(column)] for column in LIVED] for row in table]
            wanted = [list(LIVED.values())] * number
            problems += differences(f"live, after {number} connections:", seen, wanted)
        gui.screenshot(PICTURES / "live.png")
    return problems


CHECKS = {check.__name__: check for check in (plugin, statistics, command_line, filters, clicks, info_column, profile, io_graphs, live, packet_menu, copy_as_csv,
                                                conversations)}


def attempt(name):
    """The problems of one check."""
    Wireshark.failed = PICTURES / f"failed_{name}.png"
    try:
        problems = CHECKS[name]()
    except wireshark.Missing as problem:
        problems = [f"{name}: {problem} ({Wireshark.failed.name})"]
    print(f"{name}: {'FAILED' if problems else 'ok'}", flush=True)
    return problems


def main():
    names = [name for name in sys.argv[1:] if name != DARK] or list(CHECKS)
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        sys.exit(f"gui.py: no check is called {unknown[0]}; there are {' '.join(CHECKS)}")
    if PLACE == "outside":
        outside(names)
    if PLACE == "display":
        sys.exit(with_display())
    problems = [problem for name in names for problem in attempt(name)]
    tshark.report(problems, f"{len(names)} checks: {' '.join(names)}")


if __name__ == "__main__":
    main()
