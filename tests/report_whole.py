"""Checks of tests/report.py: does the report say what it is not of, and is what it says of one connection not taken for another's?

Each is given the browser's page and the reports, of which it uses the folder, and yields what is wrong.
"""
import os
import re
import shutil
import subprocess

import tshark

PROGRAM = tshark.BUILD / "command" / "pcaplife"
CAPTURES = ["last_ack_lost", "refused", "gfw_rst"]


def captures(folder, names):
    """Copies of CAPTURES under other names, bytes or texts."""
    folder.mkdir(exist_ok=True)
    for capture, name in zip(CAPTURES, names):
        shutil.copy(tshark.capture_file(capture), folder / name if isinstance(name, str) else bytes(folder) + b"/" + name)
    return folder


def written(folder, *words, subcommand="html", output="-o"):
    """A report, and what the program said."""
    path = folder / "report.html"
    said = subprocess.run([PROGRAM, subcommand, output, path, *words], cwd=folder, capture_output=True, check=False)
    return path, said.stderr.decode(errors="replace")


def lacks(page, kind):
    return page.texts(f".lack[data-kind={kind}] li")


def missing(page, reports):
    """What could not be read, and what was passed over, is said first, in the program's own sentences."""
    folder = captures(reports["folder"] / "missing", ["whole.pcap", "cut.pcap", "other.pcap"])
    cut = folder / "cut.pcap"
    cut.write_bytes(cut.read_bytes()[:-7])
    for words in (["html", "-o"], ["check", "--html"]):
        path, said = written(folder, "cut.pcap", "whole.pcap", "not_there.pcap", subcommand=words[0], output=words[1])
        page.open(path)
        wanted = [line for line in re.findall("pcaplife: (.*)", said) if "not_there" in line or "cut.pcap" in line]
        if sorted(lacks(page, "unread")) != sorted(wanted) or len(wanted) != 2:
            yield f"{words[0]}: of {wanted} the page says {lacks(page, 'unread')}"
        if "2 of 3 files" not in page.text("#lacks") or not page.text("#verdict-title").startswith("Of what was read"):
            yield f"{words[0]}: the page begins {page.text('#lacks')} {page.text('#verdict-title')}"
    (folder / "empty.pcap").write_bytes((folder / "whole.pcap").read_bytes()[:24])
    page.open(written(folder, "whole.pcap", "empty.pcap", subcommand="check", output="--html")[0])
    if lacks(page, "given-up") != ["there is no packet in empty.pcap"] or not page.text("#verdict-title").startswith("Of what was read"):
        yield f"with an empty file the page begins {page.text('#lacks')} {page.text('#verdict-title')}"
    page.open(written(folder, "whole.pcap")[0])
    if page.text("#lacks") or "Of what" in page.text("#verdict-title"):
        yield f"a whole capture's report begins {page.text('#lacks')} {page.text('#verdict-title')}"


def chosen(page, reports):
    """A selection is called one, and a choice that failed leaves no page that looks whole."""
    folder = captures(reports["folder"] / "chosen", ["a.pcap", "b.pcap", "c.pcap"])
    for words, said in [(["--where", '.close == "four-way"'], '--where .close == "four-way"'),
                        (["--port", "9", "--connection", "7"], "--connection 7 --port 9")]:
        page.open(written(folder, *words, "a.pcap", "b.pcap")[0])
        if page.text(".lack[data-kind=choice] code") != said or "Only a selection" not in page.text("#lacks"):
            yield f"chosen by {said}, it begins {page.text('#lacks')!r}"
    path, said = written(folder, "--where", ".open + 1", "a.pcap", subcommand="check", output="--html")
    page.open(path)
    if lacks(page, "given-up") != re.findall("pcaplife: (--where fails.*)", said) or not lacks(page, "given-up"):
        yield f"a question that fails leaves a page that begins {page.text('#lacks')!r}; the program said {said}"
    path.write_text(tshark.run("-q", "-z", "tcplife,html,tcp.port == 9", capture=tshark.capture_file("gfw_rst")).stdout,
                    encoding="utf-8")
    page.open(path)
    if page.text(".lack[data-kind=choice] code") != "tcp.port == 9":
        yield f"with a filter tshark's page begins {page.text('#lacks')!r}"


def alike(page, reports):
    """Files whose names look alike: each row opens its own connection, and so does its link."""
    folder = captures(reports["folder"] / "alike", [b"n\xff.pcap", b"n\xfe.pcap", "n\ufffd.pcap"])
    path, _ = written(folder, *sorted(os.listdir(bytes(folder))))
    page.open(path)
    rows = page.script("""return [...document.querySelectorAll("#table .tabulator-row")].map((row) =>
        [row.querySelector("a").getAttribute("href"), row.querySelector("[title*=':']").title])""")
    if len({link for link, _ in rows}) != len(rows) or len(rows) < 3:
        yield f"the links are {rows}"
    for link, client in rows:
        page.open(path, link)
        page.wait(page.title)
        if client not in page.text("#details-text dl"):
            yield f"{link}, of {client}, opens {page.text('#details-text .summary')}"
    if [row[-4] for row in page.rows() if row[0] == "0" and row[-4] != "0.000000"]:
        yield f"each file has a start of its own: {page.rows()}"


def links(page, reports):
    """Names as they are shown, and links to nothing."""
    folder = captures(reports["folder"] / "links", ["b#1.pcap", "a.pcap", "c.pcap"])
    path, _ = written(folder.parent, "links/b#1.pcap", "links/a.pcap", "/" + str(folder / "c.pcap"))
    for link, title in [("#a.pcap:0", "Connection 0 of links/a.pcap"), ("#b#1.pcap:0", "Connection 0 of links/b#1.pcap"),
                        ("#c.pcap:0", "Connection 0 of "), ("#pcap:0", ""), ("#a.pcap:7", ""), ("#99", "")]:
        page.open(path, link)
        page.wait(lambda: page.title() or "no connection" in page.text("#shown"))  # pylint: disable=cell-var-from-loop
        if not page.title().startswith(title) or bool(page.title()) != bool(title):
            yield f"{link} opens {page.title()!r}, and {page.text('#shown')}"
    page.open(path, "#a.pcap:0")
    page.wait(page.title)
    page.script("location.hash = '#a.pcap:99'")
    page.wait(lambda: "no connection" in page.text("#shown"))
    if page.title():
        yield f"a link to nothing leaves {page.title()} open"
    page.header("File").click()
    names = page.column("File")
    if names != sorted(names):
        yield f"sorted by file: {names}"


def elsewhere(page, reports):
    """How to get a ladder that is not here: for names that look like options, and for a pipe."""
    folder = captures(reports["folder"] / "elsewhere", ["-o.pcap", "b.pcap", "c.pcap"])
    page.open(written(folder, "--ladders", "0", "--", "-o.pcap")[0], "#0")
    page.wait(page.title)
    if "pcaplife ladder --connection 0 ./-o.pcap" not in page.text("#details-text pre"):
        yield f"of -o.pcap: {page.text('#details-text pre')}"
    if "of the worst" in page.text("#details-text"):
        yield "a report without ladders speaks of those it holds"
    with open(folder / "b.pcap", "rb") as file:
        subprocess.run([PROGRAM, "html", "--ladders", "0", "-o", folder / "report.html", "-"], stdin=file, check=True)
    page.open(folder / "report.html", "#0")
    page.wait(page.title)
    if page.text("#details-text pre") or "pipe" not in page.text("#details-text"):
        yield f"of a pipe: {page.text('#details-text pre')}"


def unseen(page, reports):
    """A name that turns the text around it is shown with what turns it, and by itself."""
    folder = captures(reports["folder"] / "unseen", ["\u202egpj.pcap", "b.pcap", "c.pcap"])
    page.open(written(folder, "\u202egpj.pcap", "b.pcap")[0])
    shown = page.text("#table") + page.text("#verdict") + page.text("#title")
    if "\u202e" in shown or "⟨U+202E⟩gpj.pcap" not in shown:
        yield f"the name is shown as {page.column('File')}"


def one_came(page, reports):
    """Of two captures one has no packet: it is said of which the connections are, and links name it."""
    folder = captures(reports["folder"] / "one_came", ["good.pcap", "nothing.pcap"])
    nothing = folder / "nothing.pcap"
    nothing.write_bytes(nothing.read_bytes()[:24])
    page.open(written(folder, "nothing.pcap", "good.pcap")[0], "#good.pcap:0")
    page.wait(page.title)
    if page.title() != "Connection 0 of good.pcap":
        yield f"a link opens {page.title()!r}"
    if "File" not in [title.strip() for title in page.texts("#table .tabulator-col-title")]:
        yield "the table does not say of which file a connection is"


def same_names(page, reports):
    """A link with a name that two captures have is told apart from one to nothing; a good link takes the message away."""
    folder = reports["folder"] / "same_names"
    folder.mkdir()
    for inner in ("x", "y"):
        captures(folder / inner, ["same.pcap"])
    path, _ = written(folder, "x/same.pcap", "y/same.pcap")
    page.open(path, "#same.pcap:0")
    page.wait(lambda: "Several captures are called same.pcap" in page.text("#shown") or "no connection" in page.text("#shown"))
    if "Several captures" not in page.text("#shown"):
        yield f"a link to one of two says {page.text('#shown')}"
    page.script("location.hash = '#y/same.pcap:0'")
    page.wait(page.title)
    if page.text("#shown") != "2 connections":
        yield f"with a connection open it still says {page.text('#shown')}"


def sockets(page, reports):
    """An address is one run of text in the table: it can be copied and found."""
    page.open(reports["one"][0])
    client, copied, found = page.script("""const cell = document.querySelector("#table .socket");
        const [range, selection] = [document.createRange(), getSelection()];
        range.selectNodeContents(cell);
        selection.removeAllRanges();
        selection.addRange(range);
        const copied = selection.toString();
        selection.collapse(document.querySelector("#connections-title"), 0);
        window.find(cell.textContent);
        return [cell.textContent, copied, Boolean(getSelection().anchorNode.parentElement.closest("#table"))]""")
    if copied != client or not found:
        yield f"{client} is copied as {copied!r}, and found: {found}"


def keyboard(page, reports):
    """Rows that are drawn anew, as the table comes into view and with the window's width, keep the keyboard."""
    try:
        page.look(height=700)
        page.open(reports["busy"][0], "#9")
        page.wait(page.title)
        page.script("document.getElementById('details').close()")
        for width in (1280, 1000, 600):
            page.look(width, height=700)
            before = page.script("return performance.now()")
            page.wait(lambda: page.script("return performance.now()") > before + 500)  # pylint: disable=cell-var-from-loop
            if (found := page.script("return document.activeElement.dataset.id")) != "9":
                yield f"in a window of {width} pixels the keyboard is at {found or 'no row'}, not at row 9"
    finally:
        page.look()


def whole_words(page, reports):
    """How a connection closed, and its last states, are never cut: where they have no room, they stand in two lines."""
    path, _ = written(reports["folder"], *map(tshark.capture_file, ("backlog_syn_ignored", "abort_close_wait")))
    try:
        for width in (1280, 1000, 600):
            page.look(width)
            page.open(path)
            found = page.script("""return [...document.querySelectorAll("#table .tabulator-row .tabulator-cell")]
                .filter((cell) => cell.offsetWidth && /^reset-while-closing$|^[A-Z].* [/] [A-Z]/.test(cell.textContent))
                .map((cell) => [cell.textContent, cell.scrollWidth <= cell.clientWidth && cell.scrollHeight <= cell.clientHeight])""")
            yield from (f"in a window of {width} pixels {text} is cut" for text, is_whole in found if not is_whole)
            if len(found) < (4 if width == 1280 else 1):
                yield f"in a window of {width} pixels the table shows of them only {found}"
    finally:
        page.look()


def named_stretch(page, reports):
    """What is written into the chart's two fields is made good: nothing, a wrong order, more than there is."""
    page.open(reports["busy"][0])
    for named, filters, fields in [(("5", "1"), ["alive between 1 s and 5 s ✕"], ["1", "5"]), (("", ""), [], ["", ""]),
                                   (("1", "1e30"), None, None)]:
        for field, value in zip(("range-from", "range-to"), named):
            page.script("document.getElementById(arguments[0]).value = arguments[1]", field, value)
        page.script("document.querySelector('#states-range button').click()")
        found = page.script("return ['range-from', 'range-to'].map((field) => document.getElementById(field).value)")
        if filters is None:
            if float(found[1]) > 1000 or "e+" in page.text("#filters"):
                yield f"{named} is taken for {found}: {page.text('#filters')}"
        elif (page.texts("#filters button"), found) != (filters, fields):
            yield f"{named} is taken for {found}: {page.texts('#filters button')}"


CHECKS = (missing, chosen, alike, links, elsewhere, unseen, one_came, same_names, sockets, keyboard, whole_words, named_stretch)
