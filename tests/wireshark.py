"""Drives a real Wireshark under Xvfb as a person would: menus, dialogs, tables, clicks.

What the windows show is read through AT-SPI, the interface of screen readers; keys and mouse
come from xdotool. Needs a display, a session bus and Debian's own Python (python3-gi): gui.py
starts all that. No step waits for a fixed time: each waits until what it is for can be seen.
"""
import contextlib
import re
import subprocess
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402  (after require_version)

PATIENCE = 300  # seconds until something is called missing; only what fails waits so long
QUIETLY = {"gui.update.enabled": "FALSE", "gui.ask_unsaved": "FALSE", "gui.geometry.save.maximized": "FALSE"}


class Missing(Exception):
    """Something that should be on the screen is not."""


def wait(what, look):
    """The first true answer of look(). The tree changes while it is read: what is gone is looked for again."""
    deadline, answer = time.monotonic() + PATIENCE, None
    while time.monotonic() < deadline:
        with contextlib.suppress(GLib.Error, Missing, AttributeError, TypeError, StopIteration, subprocess.CalledProcessError):
            answer = look()
        if answer:
            return answer
        time.sleep(0.1)
    raise Missing(f"{what}: not seen within {PATIENCE} s")


def children(node):
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield child


def walk(node, depth=9):
    """Everything below a node but the cells of tables, which may be many."""
    for child in children(node):
        yield child
        if depth and child.get_role_name() not in ("tree", "table", "list"):
            yield from walk(child, depth - 1)


def role_of(node):
    """Its role, as older versions of AT-SPI call it."""
    name = node.get_role_name()
    return "push button" if name == "button" else name


def find(node, role, name=None):
    """The first one with this role, and this name or, if it is a pattern, a matching one."""
    for child in walk(node):
        if role_of(child) == role and (name is None or re.fullmatch(name, child.get_name())):
            return child
    raise Missing(f"no {role} called {name}")


def press(node):
    """What a click on a button or a menu item does. Wireshark answers when that is done, be it later than AT-SPI waits
    for an answer: what came of it, the next step sees."""
    try:
        node.get_action_iface().do_action(0)
    except GLib.Error as problem:
        if "reply" not in problem.message:
            raise


class Cells:
    """The cells of a table: headers first, then row by row; of a tree, what is expanded.

    AT-SPI's library asks for one thing at a time, and each answer takes three processes. Tables have thousands of cells:
    they are asked all at once, on the library's bus.
    """

    ACCESSIBLE, MOST_COLUMNS, AT_ONCE = "org.a11y.atspi.Accessible", 100, 1000
    bus = None

    def __init__(self, table):
        self.table = table
        self.places = self._ask([(table.app.bus_name, table.path)], self.ACCESSIBLE, "GetChildren")[0]

    @classmethod
    def _connect(cls):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address, = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0, -1).unpack()
        kind = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        return Gio.DBusConnection.new_for_address_sync(address, kind)

    @classmethod
    def _ask(cls, places, interface, question, about=None):
        """What each of these places, (name on the bus, path), answers."""
        cls.bus = cls.bus or cls._connect()
        answers, loop = {}, GLib.MainLoop()

        def take(bus, result, number):
            try:
                answers[number], = bus.call_finish(result).unpack()
            except GLib.Error as problem:
                answers[number] = problem
            if len(answers) == len(places):
                loop.quit()
        for number, (name, path) in enumerate(places):
            cls.bus.call(name, path, interface, question, about, None, 0, -1, None, take, number)
        if places:
            loop.run()
        for answer in answers.values():
            if isinstance(answer, GLib.Error):
                raise answer
        return [answers[number] for number in range(len(places))]

    def texts(self, count=None):
        """Of the first ones, or all; as far as somebody wants them."""
        question = GLib.Variant("(ss)", (self.ACCESSIBLE, "Name"))
        for start in range(0, len(self.places[:count]), self.AT_ONCE):
            places = self.places[:count][start:start + self.AT_ONCE]
            yield from self._ask(places, "org.freedesktop.DBus.Properties", "Get", question)

    def columns(self):
        """How many of them are headers."""
        return self._ask(self.places[:self.MOST_COLUMNS], self.ACCESSIBLE, "GetRole").count(Atspi.Role.TABLE_COLUMN_HEADER)

    def node(self, number):
        return self.table.get_child_at_index(number)


def rows(table):
    """(titles of the columns, rows of texts)"""
    cells = Cells(table)
    texts, columns = list(cells.texts()), cells.columns()
    values, wide = [text.strip() for text in texts[columns:]], columns or 1
    return texts[:columns], [values[start:start + wide] for start in range(0, len(values), wide)]


def titles(table):
    cells = Cells(table)
    return list(cells.texts(cells.columns()))


def cell(table, pattern):
    """The first cell of a table whose whole text matches."""
    cells = Cells(table)
    for number, found in enumerate(cells.texts()):
        if re.fullmatch(pattern, found.strip()):
            return cells.node(number)
    raise Missing(f"no cell {pattern}")


def table_with(node, pattern):
    """The first table with such a cell."""
    for table in walk(node):
        if table.get_role_name() == "tree":
            with contextlib.suppress(Missing):
                return cell(table, pattern) and table
    raise Missing(f"no table with a cell {pattern}")


def xdotool(*words):
    subprocess.run(["xdotool", *map(str, words)], check=True, capture_output=True)


def manage(window, *words):
    """What a window manager does with a window."""
    xdotool("search", "--onlyvisible", "--name", f"^{re.escape(window.get_name())}$", *words)


def click(node, button=1):
    """A click with the mouse on the node's left part: a wide cell's middle may be out of sight."""
    place = node.get_extents(Atspi.CoordType.SCREEN)
    xdotool("mousemove", place.x + min(place.width // 2, 20), place.y + place.height // 2, "click", button)


def text_of(node):
    return Atspi.Text.get_text(node.get_text_iface(), 0, -1)


def write(entry, text):
    """Replaces the text of an entry, by typing."""
    click(entry)
    xdotool("key", "ctrl+a", "Delete")
    if text:
        xdotool("type", "--delay", "5", text)
    wait(f"the text {text}", lambda: text_of(entry) == text)


class Wireshark:
    """One Wireshark with one capture open, maximized; a context manager that ends it."""

    failed = "failed.png"  # where to keep what is on the screen when something goes wrong

    def __init__(self, *arguments, preferences=None):
        words = ["wireshark"]
        for name, value in {**QUIETLY, **(preferences or {})}.items():
            words += ["-o", f"{name}:{value}"]
        self.errors = tempfile.TemporaryFile("w+", errors="replace")
        self.process = subprocess.Popen([*words, *map(str, arguments)], stdin=subprocess.DEVNULL, stderr=self.errors)
        try:
            self.application = wait("Wireshark", self._application)
            self.window = wait("its window", self._window)
            self._fill_the_screen()
            # The packet list is there when the file has been read.
            self.packets = wait("the packet list", lambda: find(self.window, "tree", "Packet list"))
            self.details = find(self.window, "tree", "Packet details")
        except Missing as problem:
            ended = f"; it ended with {self.process.poll()} and said {self.said()}" if self.process.poll() is not None else ""
            self.__exit__(Missing)
            raise Missing(f"{problem}{ended}") from problem

    def _application(self):
        if self.process.poll() is not None:
            raise SystemExit(f"FAILED: Wireshark ended: {self.said()}")
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for application in children(desktop):
            if application.get_name() == "Wireshark" and application.get_child_count():  # one runs at a time
                application.set_cache_mask(Atspi.Cache.NONE)
                return application
        return None

    def _window(self):
        """The one with a menu bar."""
        return next(window for window in children(self.application) if window.get_name() and
                    any(node.get_role_name() == "menu bar" for node in children(window)))

    def _fill_the_screen(self):
        """So that every packet of a short capture can be clicked."""
        def filled():
            manage(self.window, "windowmove", 0, 0, "windowsize", "100%", "100%")
            time.sleep(0.2)
            return self.window.get_extents(Atspi.CoordType.SCREEN).width >= 1400
        wait("the window in full size", filled)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.screenshot(self.failed)
        self.process.terminate()
        self.process.wait(PATIENCE)

    def said(self):
        """What Wireshark wrote on standard error so far."""
        self.errors.seek(0)
        return self.errors.read()

    def menu(self, *path):
        """Chooses from the menu bar."""
        node = find(self.window, "menu bar")
        for name in path:
            node = find(node, "menu item", name)
        press(node)

    def dialog(self, title):
        """The window whose title holds this text, when it is there and in front."""
        def look():
            for window in children(self.application):
                if title in window.get_name():
                    manage(window, "windowactivate", "--sync")
                    return window
            return None
        return wait(f"the dialog {title}", look)

    def gone(self, title):
        """Waits until no window has this text in its title."""
        wait(f"the end of {title}", lambda: not any(title in node.get_name() for node in children(self.application)))

    def table(self, dialog):
        """What the table of a dialog shows when it no longer grows."""
        def settled():
            first = rows(find(dialog, "tree"))
            time.sleep(0.3)
            return first if first[1] and first == rows(find(dialog, "tree")) else None
        return wait("the table", settled)

    def entry(self, page, label):
        """The entry of a page of preferences beside or below this label."""
        found = False
        for node in walk(page):
            if node.get_role_name() == "label" and re.fullmatch(label, node.get_name()):
                found = True
            elif found and node.get_role_name() == "text":
                return node
        raise Missing(f"no entry for {label}")

    def packet_rows(self):
        return rows(self.packets)[1]

    def packet(self, index):
        """The first cell of a packet of the list, counted from 0."""
        cells = Cells(self.packets)
        return cells.node(cells.columns() * (index + 1))

    def details_of(self, frame):
        """The lines of the details pane when it shows this frame."""
        def look():
            lines = [row[0] for row in rows(self.details)[1]]
            return lines if lines and lines[0].startswith(f"Frame {frame}:") else None
        return wait(f"the details of frame {frame}", look)

    def expect(self, what, look, wanted):
        """Waits until something is as it should be; the problem if that never comes."""
        try:
            wait(what, lambda: look() == wanted)
        except Missing:
            seen = look()
            at = next((at for at, pair in enumerate(zip(seen, wanted)) if pair[0] != pair[1]), min(len(seen), len(wanted)))
            return [f"{what}: {len(seen)} instead of {len(wanted)}; the first difference is {seen[at:at + 1]} "
                    f"instead of {wanted[at:at + 1]}"]
        return []

    def expect_packets(self, what, frames):
        """That the packet list holds just these frames."""
        return self.expect(what, lambda: [row[0] for row in self.packet_rows()], frames)

    def filter_entry(self):
        """The main window's display filter."""
        return next(node for node in walk(self.window) if node.get_role_name() == "text" and
                    node.get_state_set().contains(Atspi.StateType.SHOWING))

    def filter(self, display_filter):
        """Types a display filter into the main window."""
        write(self.filter_entry(), display_filter)
        xdotool("key", "Return")

    def resize(self, window, width, height):
        def resized():
            manage(window, "windowmove", 10, 40, "windowsize", width, height)
            time.sleep(0.2)
            return window.get_extents(Atspi.CoordType.SCREEN).width == width
        wait("the size", resized)

    def screenshot(self, path, window=None):
        """Keeps a picture of the whole screen, or of one window."""
        keep_screen(path, window.get_extents(Atspi.CoordType.SCREEN) if window else None)


def keep_screen(path, part=None):
    crop = ["-crop", f"{part.width}x{part.height}+{part.x}+{part.y}", "+repage"] if part else []
    subprocess.run(["import", "-window", "root", *crop, str(path)], check=True)
