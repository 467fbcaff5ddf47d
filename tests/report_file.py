"""A report with data that no capture can hold: what a report is filled with, says report/README.md.

Those who want a report of a capture have `pcaplife html` and `-z tcplife,html`.
"""
import base64
import gzip
import json

import guides
import tshark

TEMPLATE = tshark.BUILD / "report" / "report_template.html"
MARKER = "<!-- DATA -->"
RECORDS = 1000  # in a block: what the page reads again for one connection


def block(kind, text, **attributes):
    words = "".join(f' data-{name}="{value}"' for name, value in attributes.items())
    packed = base64.b64encode(gzip.compress(text.encode("utf-8", "surrogateescape"), 6, mtime=0)).decode()
    return f'<script type="application/gzip" data-tcplife="{kind}"{words}>{packed}</script>\n'


def write(path, about, records, ladders=None):
    """Records are lines of JSON; ladders are (number of the file, connection) → SVG."""
    before, after = TEMPLATE.read_text(encoding="utf-8").split(MARKER)
    with open(path, "w", encoding="utf-8") as file:
        file.write(before)
        for first in range(0, len(records), RECORDS):
            file.write(block("records", "\n".join(records[first:first + RECORDS])))
        for (number, connection), svg in (ladders or {}).items():
            file.write(block("ladder", svg, file=number, connection=connection))
        file.write(block("about", json.dumps({**about, "connections": len(records)}, ensure_ascii=False)))
        file.write(after)


def about(files):
    return {"version": "0", "captures": len(files), "files": files, "diagnoses": guides.guides()}
