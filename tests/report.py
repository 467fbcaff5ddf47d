#!/usr/bin/python3
"""The report in a headless Chromium: what a person sees and does.

Promises that
- every number and sentence in it is that of `-z tcplife,json` and `-z tcplife,states`, for one capture and for several, and
  it is the same whether the plugin or the command wrote it;
- what an expert info means is what the library says; ladders are those of the worst connections, of each kind some;
- the table sorts, filters by words, by a line of the verdict and by a stretch of time;
- a click, the keyboard and a link `#file:number` open a connection, with its ladder where the report holds it;
- it is dark where a person's screen is, and nothing is wider than a window of 400 pixels;
- what a capture, a file's name or a ladder says runs nothing, loads nothing and is shown as it is;
- 100,000 connections are opened (how fast is printed, no test);
- a file that is not whole says so, and so does one about captures that could not be read to their end, or of a selection;
- files whose names look alike are not taken for each other.

It is long since all checks look at the same reports in the same browser. `tests/report.py [CHECK…]`; screenshots are kept in build/screenshots. tools/release-tests runs `large_capture`, too, with a capture
of 100,000 lives.
"""
import collections
import contextlib
import json
import os
import re
import resource
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import guides
import report_file
import report_whole
import tables
import tshark
from attention import SEVERITIES, attention

try:
    from selenium import webdriver
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.wait import WebDriverWait
except ImportError:
    tshark.go_on_with_debians_python("python3-selenium")

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
SCREENSHOTS = tshark.BUILD / "screenshots"
CAPTURES = ["last_ack_lost", "gfw_rst", "syn_flood", "half_open", "keepalive_dead", "refused", "midstream_data",
            "port_reuse_after_rst"]
ONE = "syn_flood"
BUSY, DAY = "busy.pcapng", 1_700_000_000
LADDERS = 24
PROGRAM = tshark.BUILD / "command" / "pcaplife"
LARGE = 100_000
PATIENCE = 120  # seconds: a busy machine is no failure


class Page:
    """A report in a browser."""

    def __init__(self, folder):
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for word in ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={folder}/browser",
                     *(["--no-sandbox"] if os.geteuid() == 0 else [])]:
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=webdriver.chrome.service.Service(DRIVER), options=options)
        self.driver.set_page_load_timeout(PATIENCE)
        self.driver.set_script_timeout(PATIENCE)
        self.look()

    def look(self, width=1280, height=1400, scheme="light"):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def open(self, path, link=""):
        """Opens a report, and returns how many seconds that took."""
        self.driver.get("about:blank")
        start = time.monotonic()
        self.driver.get(Path(path).as_uri() + link)
        self.wait(lambda: self.script("return document.documentElement.dataset.ready"))
        return time.monotonic() - start

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def wait(self, condition):
        return WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05).until(lambda _: condition())

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.script("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def texts(self, selector):
        return self.script("return [...document.querySelectorAll(arguments[0])].map((found) => found.textContent)", selector)

    def shown(self):
        """How many connections the table says it shows."""
        return int(self.text("#shown").split()[0].replace(",", ""))

    def rows(self):
        """The connections that pass the filters, in the table's order, as they would be printed: a list of texts a row."""
        return self.script("""dispatchEvent(new Event("beforeprint"));
            const rows = [...document.querySelectorAll("#printed tbody tr")]
                .map((row) => [...row.cells].map((cell) => cell.textContent));
            dispatchEvent(new Event("afterprint"));
            return rows;""")

    def column(self, title):
        at = [name.strip() for name in self.texts("#table .tabulator-col-title")].index(title)
        return [row[at] for row in self.rows()]

    def header(self, title):
        return next(found for found in self.all("#table .tabulator-col-title")
                    if found.get_attribute("textContent").strip() == title)

    def type_words(self, words):
        self.one("#words").clear()
        self.one("#words").send_keys(words, " ")
        before = self.script("return performance.now()")
        self.wait(lambda: self.script("return performance.now()") > before + 400)

    def title(self):
        """The title of the connection that is open, or nothing."""
        return self.text("dialog[open] #details-title")

    def press(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def photograph(self, name):
        SCREENSHOTS.mkdir(exist_ok=True)
        self.driver.save_screenshot(str(SCREENSHOTS / f"report_{name}.png"))

    def complaints(self):
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def socket(record, end):
    address, port = record[f"{end}_address"], record[f"{end}_port"]
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def starts_of(records):
    """Each file's first start."""
    starts = {}
    for record in records:
        starts[record.get("file")] = min(record["start"], starts.get(record.get("file"), record["start"]))
    return starts


# ---- checks: each yields what is wrong ------------------------------------------------------------------------------

def numbers(page, reports):
    for path, records in (reports["one"], reports["plugin"], reports["several"], reports["busy"]):
        page.open(path)
        yield from verdict(page, records)
        yield from table(page, records)


def meanings(page, reports):
    """What each expert info means, where somebody asks."""
    path, records = reports["several"]
    known = {guide["name"]: guide for guide in guides.guides()}
    page.open(path)
    wanted = {name for record in records for name in attention(record)}
    asked = page.script(GUIDES, "#verdict")
    if set(asked) != wanted:
        yield f"the verdict says of {set(asked)} what it means, not of {wanted}"
    record = max(records, key=lambda record: len({one["name"] for one in record["experts"]}))
    page.script("location.hash = arguments[0]", f"#{record['file']}:{record['connection']}")
    page.wait(page.title)
    of_connection = page.script(GUIDES, ".events")
    if sorted(of_connection) != sorted({one["name"] for one in record["experts"]} | set(attention(record))):
        yield f"{record['file']} says of {sorted(of_connection)} what it means"
    for name, said in [*asked.items(), *of_connection.items()]:
        if said != [known[name][key] for key in ("meaning", "causes", "next", "rfc") if known[name][key]]:
            yield f"{name} means: {said}"


GUIDES = """return Object.fromEntries([...document.querySelectorAll(arguments[0] + " .guide")].map((guide) =>
    [guide.dataset.guide, [...guide.querySelectorAll("dd")].map((said) => said.textContent)]))"""


def ladders(page, reports):
    """Where there are fewer than connections: the worst, and of each kind of trouble one before two of another."""
    path, records = reports["several"]
    page.open(path)
    drawn = {tuple(pair) for pair in page.script("""return [...document.querySelectorAll('script[data-tcplife="ladder"]')]
        .map(({ dataset }) => [Number(dataset.file), Number(dataset.connection)])""")}
    files = list(dict.fromkeys(record["file"] for record in records))
    has = [record for record in records if (files.index(record["file"]), record["connection"]) in drawn]
    if len(drawn) != LADDERS or len(has) != LADDERS:
        yield f"there are {len(drawn)} ladders, {len(has)} of them of connections"
    worst = {severity: {one["name"] for record in records for one in record["experts"] if one["severity"] == severity}
             for severity in SEVERITIES}
    shown = {one["name"] for record in has for one in record["experts"]}
    for severity in SEVERITIES:
        if sum(len(names) for names in worst.values()) <= LADDERS and worst[severity] - shown:
            yield f"no ladder shows {worst[severity] - shown}"


def verdict(page, records):
    bad = sum(bool(attention(record)) for record in records)
    said = page.text("#verdict-title")
    if len(records) > 1 and bad and not said.startswith(f"{bad} of {len(records)} connections"):
        yield f"{bad} of {len(records)} connections need a look; the report says: {said}"
    if not bad and bool(re.match(r"\d", said)):
        yield f"nothing needs a look; the report says: {said}"
    expected = {(key, value): count for key in ("open", "close")
                for value, count in collections.Counter(record[key] for record in records).items()}
    expected |= {("look", name): count for name, count in
                 collections.Counter(name for record in records for name in attention(record)).items()}
    found = {tuple(item[:2]): int(item[2].replace(",", "")) for item in page.script(
        """return [...document.querySelectorAll("#verdict button")].map((found) =>
            [found.dataset.key, found.dataset.value, found.querySelector(".count").textContent])""")}
    if found != expected:
        yield f"the verdict counts {found}, not {expected}"
    severities = {guide["name"]: guide["severity"] for guide in guides.guides()}
    for name, severity in page.script(
            """return [...document.querySelectorAll("#verdict button[data-key=look]")].map((found) =>
                [found.dataset.value, found.querySelector(".severity").textContent])"""):
        if severity != severities[name]:
            yield f"the verdict calls {name} {severity}, the library {severities[name]}"


def table(page, records):
    several = len({record.get("file") for record in records}) > 1
    starts = starts_of(records)
    expected = []
    for record in records:
        presumed = record.get("presumed", [])
        states = " / ".join(record[f"{end}_state"] + "?" * (end in presumed) for end in ("client", "server"))
        expected.append([str(record["connection"]), *([record["file"]] if several else []), socket(record, "client"),
                         socket(record, "server"), record["open"], record["close"], states,
                         f"{record['start'] - starts[record.get('file')]:.6f}", ", ".join(attention(record))])
    found = [row[:-3] + row[-1:] for row in page.rows()]
    for row, right in zip(found, expected):
        if row != right:
            yield f"the table has {row}, not {right}"
    if len(found) != len(expected):
        yield f"the table has {len(found)} rows, not {len(expected)}"


def details(page, reports):
    """Every connection's summary, transitions, sentences and ladder."""
    path, records = reports["several"]
    page.open(path)
    for record in records[:12] + records[-12:]:
        name = f"{record['file']}:{record['connection']}"
        page.script("location.hash = arguments[0]", f"#{name}")
        page.wait(lambda: page.title() == f"Connection {record['connection']} of {record['file']}")
        if page.text("#details-text .summary") != record["summary"]:
            yield f"{name}: the summary is {page.text('#details-text .summary')}"
        transitions = [f"{one['end']} {one['from']} → {one['to']}" for one in record["transitions"]]
        if sorted(page.texts(".events .transition")) != sorted(transitions):
            yield f"{name}: the transitions are {page.texts('.events .transition')}"
        sentences = sorted([f"{one['severity']} {one['text']}" for one in record["experts"]] + unsaid(record))
        if sorted(page.texts(".events .expert")) != sentences:
            yield f"{name}: the sentences are {page.texts('.events .expert')}"
        frames = {one["frame"] for one in record["transitions"] + record["experts"]}
        shown = [int(frame) for frame in page.texts(".events tbody th")]
        if not frames <= set(shown) or not unsaid(record) and shown != sorted(frames):
            yield f"{name}: the frames are {page.texts('.events tbody th')}, not {frames}"
        yield from ladder(page, name, record)
    page.photograph("details")


def unsaid(record):
    """What the verdict counts by how a connection opened and closed, though no expert info says it."""
    said = {one["name"] for one in record["experts"]}
    return [f"{guide['severity']} {guide['text']} (no expert info says so)" for guide in guides.guides()
            if guide["name"] in set(attention(record)) - said]


def ladder(page, name, record):
    drawn = page.script("""return document.querySelector(".ladder > div")
        ?.shadowRoot.querySelector("svg > g > title")?.textContent""")
    commands = f"""pcaplife ladder --connection {record['connection']} {record['file']}
tshark -q -r {record['file']} -z 'tcplife,ladder,tcplife.connection == {record['connection']}'"""
    if drawn is None and page.text("#details-text pre") != commands:
        yield f"{name}: neither a ladder nor how to get it"
    if drawn is not None and record["summary"] not in drawn:
        yield f"{name}: the ladder is of {drawn}"


def sorting(page, reports):
    path, records = reports["several"]
    page.look(width=1500)  # all columns
    page.open(path)
    starts = starts_of(records)
    for title, read, right in [
            ("Client", address, [address(socket(record, "client")) for record in records]),
            ("Start (s)", float, [round(record["start"] - starts[record["file"]], 6) for record in records])]:
        for descending in (False, True):
            page.header(title).click()
            found = [read(value) for value in page.column(title)]
            if found != sorted(right, reverse=descending):
                yield f"sorted by {title}{', descending' * descending}: {found[:5]} …"
    page.header("Closed").send_keys(Keys.ENTER)
    if page.column("Closed") != sorted(record["close"] for record in records):
        yield "the header does not sort when Enter is pressed on it"


def address(said):
    """A socket's parts, as numbers."""
    return [int(part) for part in re.findall(r"\d+", said)]


def filtering(page, reports):
    path, records = reports["several"]
    page.open(path)
    for words, passes in [
            ("forged_segment", lambda record: any(one["name"] == "forged_segment" for one in record["experts"])),
            (socket(records[0], "client"), lambda record: socket(record, "client") == socket(records[0], "client")),
            ("SYN_FLOOD.pcap half-open", lambda record: record["file"] == "syn_flood.pcap" and record["open"] == "half-open"),
            ("no such word", lambda record: False)]:
        page.type_words(words)
        right = [(record["file"], str(record["connection"])) for record in records if passes(record)]
        found = [(row[1], row[0]) for row in page.rows()]
        if found != right or page.shown() != len(right):
            yield f"the words {words} find {found}, and the page says {page.text('#shown')}; right is {right}"
    page.type_words("")
    for button in page.all("#verdict button"):
        key, count = button.get_attribute("data-key"), int(button.find_element(By.CSS_SELECTOR, ".count").text)
        page.script("arguments[0].click()", button)
        if page.shown() != count:
            yield f"{key} {button.get_attribute('data-value')}: {count} in the verdict, {page.shown()} in the table"
        page.script("document.querySelector('#filters button').click()")
    if page.shown() != len(records):
        yield f"without filters {page.shown()} of {len(records)} connections are shown"


def states(page, reports):
    path, _ = reports["busy"]
    page.open(path)
    right = states_of(reports["capture"])
    found = page.script("""return [...document.querySelectorAll("#states-numbers tbody tr")].map((row) =>
        [...row.cells].slice(1).map((cell) => Number(cell.textContent.replaceAll(",", ""))))""")
    if found != right:
        yield f"the states' numbers are {found[:3]} …, not {right[:3]} …"
    colours = page.script("""const canvas = document.querySelector("#states-chart canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const count = {};
        for (let i = 0; i < data.length; i += 4)
            count[data.slice(i, i + 3).join()] = (count[data.slice(i, i + 3).join()] ?? 0) + 1;
        return Object.values(count).filter((pixels) => pixels > 50).length""")
    if colours < 3:
        yield f"the chart has {colours} colours"
    chart = page.one("#states-chart .u-over")
    page.script("arguments[0].scrollIntoView({ block: 'center' })", chart)
    drag = ActionChains(page.driver).move_to_element_with_offset(chart, -300, 0).click_and_hold()
    drag.move_by_offset(20, 0).release().perform()
    if not any(said.startswith("alive between") for said in page.texts("#filters button")):
        yield "a stretch of the chart does not filter the table"


def states_of(capture):
    """The rows of -z tcplife,states, without their starts."""
    lines = tshark.run("-q", "-z", "tcplife,states", capture=capture).stdout.splitlines()
    peak = next(i for i, line in enumerate(lines) if line.startswith("2. "))
    return [list(map(int, tables.cells(line)[1:])) for line in lines[:peak] if re.match(r" *\d+\.\d+ \|", line)]


def opening(page, reports):
    """A click, the keyboard, links."""
    path, records = reports["several"]
    page.open(path)
    page.all("#table .tabulator-row")[1].find_elements(By.CSS_SELECTOR, ".tabulator-cell")[2].click()
    page.wait(page.title)
    if page.title() != f"Connection {records[1]['connection']} of {records[1]['file']}":
        yield f"a click on the second row opens {page.title()}"
    page.one("#details-next").click()
    page.wait(lambda: page.title() == f"Connection {records[2]['connection']} of {records[2]['file']}")
    page.press(Keys.ESCAPE)
    page.wait(lambda: not page.title())
    yield from focus_is_at(page, "2", "after “Next” and Escape")
    page.script("document.querySelector('#table .tabulator-row a').focus()")
    page.press(Keys.ARROW_DOWN)
    page.wait(lambda: page.script("return document.activeElement.dataset.id") == "1")
    page.press(Keys.ENTER)
    page.wait(page.title)
    if page.title() != f"Connection {records[1]['connection']} of {records[1]['file']}":
        yield f"Enter on the second row opens {page.title()}"
    page.one("#details-close").click()
    yield from focus_is_at(page, "1", "after “Close”")
    page.script("document.querySelector('#verdict .first a').focus()")
    page.press(Keys.ENTER)
    page.wait(page.title)
    page.press(Keys.ESCAPE)
    page.wait(lambda: not page.title())
    if not page.script("return document.activeElement.matches('.first a')"):
        yield "a link of the verdict has not got the keyboard back"

    last = records[-1]
    page.open(path, f"#{last['file']}:{last['connection']}")
    page.wait(page.title)
    if page.title() != f"Connection {last['connection']} of {last['file']}":
        yield f"a link opens {page.title()}"
    page.open(path, "#no_such_file.pcap:1")
    if page.title() or "no connection" not in page.text("#shown"):
        yield "a link to no connection is not told"
    path, records = reports["one"]
    page.open(path, "#3")
    page.wait(page.title)
    if page.title() != "Connection 3":
        yield f"#3 opens {page.title()}"


def focus_is_at(page, row, when):
    with contextlib.suppress(Exception):
        WebDriverWait(page.driver, 5).until(lambda _: page.script("return document.activeElement.dataset.id") == row)
    if (found := page.script("return document.activeElement.dataset.id")) != row:
        yield f"{when} the keyboard is at {found or 'no row'}, not at row {row}"


def speaking(page, reports):
    """What a screen reader is told."""
    page.open(reports["one"][0], "#0")
    page.wait(page.title)
    page.press(Keys.ESCAPE)
    tree = page.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    known = {(node["role"]["value"], node.get("name", {}).get("value", "")) for node in tree if not node["ignored"]}
    for role, name in [("heading", "States over time"), ("grid", "Connections"), ("heading", "Connections"), ("searchbox", "Filter by words"),
                       ("link", "Connection 0"), ("button", "Client"), ("link", "Skip to the connections")]:
        if (role, name) not in known:
            yield f"a screen reader finds no {role} “{name}”"
    counts = page.script("""return [document.querySelector("#table").getAttribute("aria-rowcount"),
        ...[...document.querySelectorAll(".tabulator-row")].slice(0, 2).map((row) => row.getAttribute("aria-rowindex"))]""")
    if counts != [str(len(reports["one"][1]) + 1), "2", "3"]:
        yield f"the grid has {counts[0]} rows, the first of them {counts[1:]}"
    page.one("#range-from").send_keys("0", Keys.TAB, "0.000001", Keys.ENTER)
    if not any(said.startswith("alive between") for said in page.texts("#filters button")):
        yield "no stretch of time can be chosen by keyboard"
    unnamed = [role for role, name in known if role in ("button", "link", "searchbox") and not name]
    if unnamed:
        yield f"without a name: {unnamed}"


def looking(page, reports):
    """Dark and narrow."""
    path, records = reports["several"]
    try:
        for scheme in ("light", "dark"):
            page.look(height=2100, scheme=scheme)
            page.open(reports["busy"][0])
            for selector in ("body", ".tabulator-row", ".tabulator-col", ".list"):
                paper, ink = (brightness(page, selector, which) for which in ("backgroundColor", "color"))
                if not (ink < 110 < 200 < paper if scheme == "light" else paper < 60 < 150 < ink):
                    yield f"{scheme}: {selector} is {ink} on {paper}"
            page.photograph(scheme)
            if cut := page.script("""return [...document.querySelectorAll(".socket > :last-child")].filter((found) =>
                    found.getBoundingClientRect().right > found.closest(".tabulator-cell").getBoundingClientRect().right)
                    .map((found) => found.textContent)"""):
                yield f"ports are cut off: {cut[:3]}"
        for width in (400, 320):
            page.look(width=width, scheme="light")
            page.open(path)
            yield from too_wide(page, "the page", width)
            titles = [found.text for found in page.all("#table .tabulator-col-title") if found.is_displayed()]
            if width == 400 and not {"Client", "Closed"} < set(titles):
                yield f"{width} pixels have room for {titles}"
            page.photograph(f"narrow_{width}")
            page.script("location.hash = arguments[0]", f"#{records[1]['file']}:{records[1]['connection']}")
            page.wait(page.title)
            yield from too_wide(page, "a connection", width)
            page.photograph(f"narrow_{width}_details")
    finally:
        page.look()


def brightness(page, selector, which):
    colour = page.script("return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]", selector, which)
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) // 3


def too_wide(page, what, width):
    """What sticks out of the window and cannot be scrolled to within a box of its own."""
    out = page.script("""
        const scrolls = (box) => box && (["auto", "scroll", "hidden"].includes(getComputedStyle(box).overflowX)
            && box !== document.body && box.tagName !== "DIALOG" || scrolls(box.parentElement));
        return [...document.querySelectorAll("body *")].filter((found) => found.checkVisibility()
            && !found.classList.contains("skip") && found.getBoundingClientRect().right > innerWidth + 1
            && !scrolls(found.parentElement)).map((found) => found.outerHTML.slice(0, 80))""")
    inside = page.script("const box = document.querySelector('dialog'); return box.scrollWidth - box.clientWidth")
    if out or inside > 0 or page.script("return document.documentElement.scrollWidth") > width:
        yield f"{what} is wider than {width} pixels: {out[:3]}"


def joined(page, reports):
    """A capture in three files is one: it has states over time, and its connections are those of the whole."""
    folder = reports["folder"]
    subprocess.run(["editcap", "-c", "1200", reports["capture"], folder / "piece.pcapng"], check=True, capture_output=True)
    pieces = sorted(folder.glob("piece_*.pcapng"))
    path = folder / "joined.html"
    subprocess.run([PROGRAM, "html", "--quiet", "--join", "-o", path, *pieces], check=True)
    page.open(path, "#7")
    page.wait(page.title)
    records = reports["busy"][1]
    if page.text("#details-text .summary") != records[7]["summary"] or not page.all(".ladder > div"):
        yield f"connection 7 is {page.text('#details-text .summary')}"
    if f"{pieces[0].name} and {len(pieces) - 1} more file" not in page.text("#title"):
        yield f"the title is {page.text('#title')}"
    if page.shown() != len(records) or not page.all("#states-chart canvas"):
        yield f"{page.shown()} connections, not {len(records)}; or no states over time"


HOSTILE = '</script><script>pwned=1</script><!--<script><img src=x onerror=pwned=1>"\'&amp;\u2028\u202e\udce4'
HOSTILE_SVG = """<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="pwned=1"
 width="10" height="10"><style>@import url(http://127.0.0.1:9/x.css);text{background:url(http://127.0.0.1:9/y)}</style><script>pwned=1</script>
 <g id="connection-0"><title>Connection 0: SUMMARY</title><a xlink:href="javascript:pwned=1"><text id="lost">x</text></a>
 <text x="1" y="2" onclick="pwned=1" style="fill:red">kept</text><image href="http://127.0.0.1:9/z.png"/>
 <foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="pwned=1"><iframe src="http://127.0.0.1:9/"/></body></foreignObject></g></svg>"""


def hostile(page, reports):
    """With the page's policy and without it: the policy is the second lock, not the first."""
    record = hostile_record(reports["several"][1][1])
    path = reports["folder"] / "hostile.html"
    known = {**report_file.about([record["file"], "other"]), "version": HOSTILE}
    known["diagnoses"].append({"name": record["experts"][0]["name"], "severity": "warn", "text": HOSTILE})
    report_file.write(path, known, [json.dumps(record, ensure_ascii=False)], {(0, 0): HOSTILE_SVG})
    yield from nothing_is_run(page, path)
    page.complaints()  # of the policy, about a document that is parsed and never shown
    text, policies = re.subn('<meta http-equiv="Content-Security-Policy"[^>]*>', "", path.read_text(encoding="utf-8"))
    if policies != 1:
        yield f"the report has {policies} policies"
    path.write_text(text, encoding="utf-8")
    yield from nothing_is_run(page, path)


def hostile_record(model):
    record = json.loads(json.dumps(model))
    for key in [key for key, value in record.items() if isinstance(value, str)]:
        record[key] = key + HOSTILE
    for expert in record["experts"]:
        expert.update(name=expert["name"] + HOSTILE, text="text" + HOSTILE)
    for transition in record["transitions"]:
        transition.update({"from": "from" + HOSTILE, "to": "to" + HOSTILE})
    return {**record, "connection": 0, "file": "file" + HOSTILE}


def nothing_is_run(page, path):
    page.open(path)
    page.all("#table .tabulator-row")[0].find_elements(By.CSS_SELECTOR, ".tabulator-cell")[2].click()
    page.wait(page.title)
    shown = HOSTILE.replace("\udce4", "\ufffd")  # a byte that is no UTF-8
    if shown.replace("\u2028", "⟨U+2028⟩").replace("\u202e", "⟨U+202E⟩") not in page.text("#details-title"):
        yield f"the file's name is shown as {page.text('#details-title')!r}"
    for selector in ("#details-text .summary", ".events .transition", ".events .expert", "#about"):
        if shown not in page.text(selector):
            yield f"{selector} does not show the text as it is: {page.text(selector)!r}"
    svg = page.script("return document.querySelector('.ladder > div').shadowRoot.innerHTML")
    if "kept" not in svg or re.search(r"script|\bon\w+=|href|style|foreignObject|iframe|image|lost", svg):
        yield f"the ladder is {svg}"
    page.script("document.querySelectorAll('*').forEach((found) => found.click?.())")
    if page.script("return typeof pwned") != "undefined":
        yield "a text of the capture was run"
    if loaded := page.script("return performance.getEntriesByType('resource').map(({ name }) => name)"):
        yield f"the report loaded {loaded}"
    if page.script("return document.querySelectorAll('img, iframe, object, embed, link').length"):
        yield "a text of the capture became markup"


def odd(page, reports):
    """No connection, and a file that was cut."""
    path = reports["folder"] / "empty.html"
    report_file.write(path, report_file.about(["none.pcap"]), [])
    page.open(path)
    if "No TCP connection" not in page.text("#title"):
        yield f"a report of nothing says {page.text('#title')}"
    whole = Path(reports["several"][0]).read_bytes()
    blocks = [found.start() for found in re.finditer(rb'<script type="application/gzip"', whole)]
    records = next(at for at in blocks if b'"records"' in whole[at:at + 80])
    for cut in (blocks[0], records, records + 1000):
        path = reports["folder"] / "cut.html"
        path.write_bytes(whole[:cut])
        page.driver.get(path.as_uri())
        with contextlib.suppress(Exception):
            WebDriverWait(page.driver, 20).until(lambda _: "not whole" in page.text("#progress"))
        if "not whole" not in page.text("#progress"):
            yield f"a report cut at byte {cut} says {page.text('#progress')}"
    page.complaints()  # none of them counts here


def large(page, reports):
    """100,000 connections."""
    models = reports["several"][1]
    lines, closes = [], collections.Counter()
    for number in range(LARGE):
        record = models[number % len(models)]
        closes[record["close"]] += 1
        lines.append(json.dumps({**record, "connection": number, "client_port": number % 65536, "file": "large.pcap",
                                 "start": record["start"] + number / 100, "end": record["end"] + number / 100}))
    path = reports["folder"] / "large.html"
    report_file.write(path, report_file.about(["large.pcap"]), lines)
    seconds = page.open(path)
    print(f"{LARGE} connections, {sum(map(len, lines)) / 1e6:.0f} MB of records: "
          f"{path.stat().st_size / 1e6:.0f} MB, open in {seconds:.1f} s")
    if path.stat().st_size > 100e6:
        yield f"the report of {LARGE} connections has {path.stat().st_size} bytes"
    found = dict(page.script("""return [...document.querySelectorAll('#verdict [data-key="close"]')].map((found) =>
        [found.dataset.value, Number(found.querySelector(".count").textContent.replace(",", ""))])"""))
    if found != closes:
        yield f"the verdict counts {found}, not {closes}"
    if len(page.all("#table .tabulator-row")) > 200:
        yield "the table has all rows in the page"
    page.script(f"location.hash = '#{LARGE - 1}'")
    page.wait(lambda: page.title() == f"Connection {LARGE - 1}")
    if page.text("#details-text .summary") != models[(LARGE - 1) % len(models)]["summary"]:
        yield f"connection {LARGE - 1}: {page.text('#details-text .summary')}"
    page.press(Keys.ESCAPE)
    start = time.monotonic()
    page.header("Client").click()
    page.type_words(f"#{LARGE - 7} ")
    print(f"sorted and filtered in {time.monotonic() - start:.1f} s")
    if page.shown() != 1:
        yield f"#{LARGE - 7} finds {page.shown()} connections"
    path.unlink()


def large_capture(page, reports):
    """The same from a capture of so many lives: how large the file is, and how much memory its writing takes."""
    capture, path = reports["folder"] / "lives.pcap", reports["folder"] / "lives.html"
    with open(capture, "wb") as file:
        subprocess.run([tshark.BUILD / "tests" / "make_capture", "lives", str(LARGE)], stdout=file, check=True)
    subprocess.run([PROGRAM, "html", "-o", path, capture], check=True)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1000
    seconds = page.open(path, f"#{LARGE - 1}")
    print(f"{LARGE} connections: {path.stat().st_size / 1e6:.0f} MB, written with {memory} MB of memory, open in {seconds:.1f} s")
    if path.stat().st_size > 100e6 or memory > 1000:
        yield f"the report of {LARGE} connections has {path.stat().st_size} bytes, and took {memory} MB"
    page.wait(page.title)
    if page.title() != f"Connection {LARGE - 1}" or page.shown() != LARGE:
        yield f"{page.title()} is open, of {page.shown()}"


CHECKS = {check.__name__: check for check in
          (numbers, details, meanings, ladders, sorting, filtering, states, opening, speaking, looking, joined, hostile,
           odd, *report_whole.CHECKS, large, large_capture)}


# ---- the run --------------------------------------------------------------------------------------------------------

def attempt(name, page, reports):
    problems = []
    try:
        problems += CHECKS[name](page, reports)
    except Exception as error:  # a browser's; the next check may tell more
        problems.append(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")
    problems += [f"the browser complains: {complaint}" for complaint in page.complaints()]
    if problems:
        page.photograph(f"failed_{name}")
    return [f"{name}: {problem}" for problem in problems]


def write(reports, name, captures):
    """The report that the command writes, and what the plugin says of the same captures."""
    path = reports["folder"] / f"{name}.html"
    subprocess.run([PROGRAM, "html", "--quiet", "--ladders", str(LADDERS), "-o", path, *(capture.name for capture in captures)],
                   check=True, cwd=captures[0].parent)
    records = []
    for capture in captures:
        for line in tshark.run("-q", "-z", "tcplife,json", capture=capture).stdout.splitlines():
            records.append({**json.loads(line), "file": capture.name})
    reports[name] = path, records


def busy(folder):
    """The stored captures as one, each half a second after the one before, as if all had happened together;
    200 seconds of it."""
    def shifted(place, capture):
        with open(capture, "rb") as file:
            head = file.read(32)
        order = {b"\xd4\xc3\xb2\xa1": "<II", b"\x4d\x3c\xb2\xa1": "<II"}.get(head[:4])
        if not order or len(head) < 32:
            return None
        seconds, fraction = struct.unpack(order, head[24:])
        start = seconds + fraction / (1e6 if head[0] == 0xd4 else 1e9)
        path = folder / f"{place}.pcap"
        subprocess.run(["editcap", "-F", "nsecpcap", "-t", f"{DAY + place / 2 - start:.9f}", capture, path], check=True,
                       stdin=subprocess.DEVNULL, capture_output=True)
        return path

    captures = sorted(path for path in tshark.CAPTURES.glob("*.pcap") if ".server." not in path.name)
    parts = [part for part in tshark.each(lambda item: shifted(*item), enumerate(captures)) if part]
    for words in (["mergecap", "-w", folder / "all.pcapng", *parts],
                  ["editcap", "-B", str(DAY + 200), folder / "all.pcapng", folder / BUSY]):
        subprocess.run(words, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    (folder / BUSY).chmod(0o644)
    return folder / BUSY


def main():
    for tool, package in ((CHROMIUM, "chromium"), (DRIVER, "chromium-driver")):
        if not os.path.exists(tool):
            tshark.skip(f"{package} is not installed")
    if not tshark.HAS_REPORT:
        tshark.skip("the report is not built: cmake found no Node.js or npm, or npm no registry")
    names = sys.argv[1:] or [name for name in CHECKS if name != large_capture.__name__]
    with tempfile.TemporaryDirectory(prefix="tcplife.") as folder:
        reports = {"folder": Path(folder)}
        for name, captures in (("one", [ONE]), ("several", CAPTURES)):
            write(reports, name, [tshark.capture_file(capture) for capture in captures])
        reports["capture"] = busy(Path(folder))
        write(reports, "busy", [reports["capture"]])
        path = Path(folder) / "plugin.html"
        path.write_text(tshark.run("-q", "-z", "tcplife,html", capture=tshark.capture_file(ONE)).stdout, encoding="utf-8")
        reports["plugin"] = path, reports["one"][1]
        page = Page(folder)
        try:
            problems = [problem for name in names for problem in attempt(name, page, reports)]
        finally:
            page.driver.quit()
    tshark.report(problems, f"{len(names)} checks of the report: {' '.join(names)}")


if __name__ == "__main__":
    main()
