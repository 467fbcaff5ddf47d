#!/usr/bin/python3
"""What each expert info means, as users of the library read it: from its one place, core/record/diagnosis_guide.c.

`tests/guides.py --update` writes that part of docs/diagnoses.md, and the names in the manual pages, anew.
"""
import ctypes
import re
import sys
import textwrap

import tshark

SEVERITIES = ("chat", "note", "warn", "error")
DOCUMENT = tshark.ROOT / "docs" / "diagnoses.md"
MANUALS = [tshark.ROOT / "docs" / name for name in ("tcplife.7", "pcaplife.1")]
BEGIN, END = "<!-- tests/guides.py --update -->\n", "<!-- end -->\n"
MANUAL_BEGIN, MANUAL_END = '.\\" tests/guides.py --update\n', '.\\" end\n'


class Guide(ctypes.Structure):
    """struct tl_guide."""
    _fields_ = [(name, ctypes.c_char_p) for name in ("meaning", "causes", "next", "rfc")]


def guides():
    """All expert infos in their order: name, severity, text, meaning, causes, next, rfc."""
    library = ctypes.CDLL(str(next(tshark.BUILD.glob("libtcplife.so"))))
    library.tl_diagnosis_guide.restype = ctypes.POINTER(Guide)
    for function in (library.tl_diagnosis_name, library.tl_diagnosis_text):
        function.restype = ctypes.c_char_p
    found = []
    for number, name in enumerate(tshark.expert_names()):
        guide = library.tl_diagnosis_guide(number)[0]
        if library.tl_diagnosis_name(number).decode() != name:
            sys.exit(f"FAILED: {library} is not of this tree: build it")
        found.append({"name": name, "severity": SEVERITIES[library.tl_diagnosis_severity(number)],
                      "text": library.tl_diagnosis_text(number).decode(),
                      **{key: getattr(guide, key).decode() for key, _ in Guide._fields_}})
    return found


def marked(text):
    """Names of fields, preferences and expert infos as code."""
    names = "|".join(name for name in tshark.expert_names() if "_" in name)  # the others are words, too
    return re.sub(rf"\btcplife\.[a-z_.]*[a-z]|\b(?:{names})\b", r"`\g<0>`", text)


def section(guide):
    said = f"{guide['text']}: {guide['severity']}" + (f", {guide['rfc']}." if guide["rfc"] else ".")
    paragraphs = [said, f"- **What it is.** {guide['meaning']}", f"- **What usually causes it.** {guide['causes']}",
                  f"- **What to look at next.** {guide['next']}"]
    lines = [textwrap.fill(marked(paragraph), 120, subsequent_indent="  " if paragraph[0] == "-" else "",
                           break_long_words=False, break_on_hyphens=False) for paragraph in paragraphs]
    return f"### {guide['name']}\n\n{lines[0]}\n\n" + "\n".join(lines[1:]) + "\n"


def document():
    """What docs/diagnoses.md must say between its two marks."""
    return "\n" + "\n".join(section(guide) for guide in guides()) + "\n"


def manual():
    """The names as a manual page has them."""
    names = [f"\\%\\fB{name}\\fR" for name in tshark.expert_names()]
    return textwrap.fill(", ".join(names), 116, break_long_words=False, break_on_hyphens=False) + ".\n"


def places():
    """(file, where its part begins and ends, what must be there)"""
    yield DOCUMENT, BEGIN, END, document()
    for page in MANUALS:
        yield page, MANUAL_BEGIN, MANUAL_END, manual()


def problems():
    for path, begin, end, wanted in places():
        if begin + wanted + end not in path.read_text(encoding="utf-8"):
            yield f"{path.relative_to(tshark.ROOT)} is not what core/record/diagnosis_guide.c says: tests/guides.py --update"


def update():
    for path, begin, end, wanted in places():
        before, rest = path.read_text(encoding="utf-8").split(begin)
        path.write_text(before + begin + wanted + end + rest.split(end, 1)[1], encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--update"]:
        sys.exit(__doc__)
    update()
