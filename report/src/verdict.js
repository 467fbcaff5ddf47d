// The verdict: how many connections, how they opened and closed, and what a person should look at. Every
// line is a button that filters the table by what it counts.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { byId, element, fill } from "./dom.js";
import { guideTo } from "./guide.js";
import { isPartial, lacksOf } from "./lacks.js";
import { CLOSED, OPENED, SEVERITIES, bytes, clock, count, duration, plural } from "./words.js";

/** More than so many kinds of trouble have lines of their own in columns. */
const FEW = 6;

export function showVerdict(capture, onFilter) {
    const { rows } = capture;
    const named = nameOf(capture);
    fill(
        byId("title"),
        rows.length ? "TCP connections in " : "No TCP connection in ",
        element("bdi", {}, named),
    );
    document.title = byId("title").textContent;
    byId("facts").textContent = factsOf(capture);
    byId("verdict-title").textContent = headline(capture);
    fill(byId("lacks"), lacksOf(capture));
    if (!rows.length) return;
    fill(
        byId("verdict-lists"),
        list("How they opened", "open", tally(rows, "open"), OPENED, onFilter),
        list("How they closed", "close", tally(rows, "close"), CLOSED, onFilter),
        attentionList(capture, onFilter),
    );
}

function nameOf(capture) {
    const { files } = capture;
    if (!capture.isOne) return plural(files.length || capture.about.files_named || 0, "capture");
    const others = files.length - 1;
    return files.nameOf(0) + (others > 0 ? ` and ${plural(others, "more file")}` : "");
}

/** What is not all that there was must not sound like it. */
function headline(capture) {
    const said = judgement(capture.rows, capture.about.choice === undefined ? "" : "chosen ");
    if (!isPartial(capture)) return said;
    return `Of what was read: ${said[0].toLowerCase()}${said.slice(1)}`;
}

function judgement(rows, chosen) {
    if (!rows.length) return "Nothing to tell";
    const bad = rows.filter((row) => row.attention.length).length;
    if (!bad)
        return rows.length === 1
            ? `The ${chosen}connection needs no look`
            : `None of the ${count(rows.length)} ${chosen}connections needs a look`;
    if (rows.length === 1) return `The ${chosen}connection needs a look`;
    return `${count(bad)} of ${count(rows.length)} ${chosen}connections ${bad === 1 ? "needs" : "need"} a look`;
}

function factsOf({ rows, isOne, start, end, states }) {
    if (!rows.length) return "";
    const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
    const peak =
        states && Math.max(0, ...states.rows.map((row) => row[states.columns.indexOf("most at once")]));
    return [
        ...(isOne ? [`from ${clock(start)}`, `over ${duration(end - start)}`] : []),
        plural(sum("segments"), "segment"),
        `${bytes(sum("bytes"))} of data`,
        ...(peak ? [`at most ${count(peak)} open at once`] : []),
    ].join(" · ");
}

/** [value, how many rows have it], the most frequent first. */
function tally(rows, key) {
    const counts = new Map();
    for (const row of rows) counts.set(row[key], (counts.get(row[key]) ?? 0) + 1);
    return [...counts].sort((one, other) => other[1] - one[1]);
}

function list(title, key, counts, words, onFilter) {
    const total = counts.reduce((sum, [, number]) => sum + number, 0);
    return element(
        "div",
        { class: "list" },
        element("h3", {}, title),
        element(
            "ul",
            {},
            counts.map(([value, number]) => item(key, value, number, total, words[value] ?? value, onFilter)),
        ),
    );
}

function item(key, value, number, total, text, onFilter) {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.width = `calc((100% - 1rem) * ${number / total})`;
    return element(
        "li",
        {},
        element(
            "button",
            { type: "button", "data-key": key, "data-value": value, onclick: () => onFilter(key, value) },
            element("span", { class: "what" }, text, " ", element("code", {}, value)),
            element("span", { class: "count" }, count(number)),
            bar,
        ),
    );
}

/** One line for all connections with the same trouble; the worst and most frequent first. */
function attentionOf(rows) {
    const found = new Map();
    for (const row of rows) {
        for (const { name, severity, frame } of row.attention) {
            const known = found.get(name);
            if (known) known.connections++;
            else found.set(name, { name, severity, frame, row, connections: 1 });
        }
    }
    const rank = ({ severity }) => SEVERITIES.indexOf(severity);
    return [...found.values()].sort(
        (one, other) => rank(other) - rank(one) || other.connections - one.connections,
    );
}

function attentionList(capture, onFilter) {
    const items = attentionOf(capture.rows).map(({ name, severity, frame, row, connections }) =>
        element(
            "li",
            {},
            element(
                "button",
                {
                    type: "button",
                    "data-key": "look",
                    "data-value": name,
                    onclick: () => onFilter("look", name),
                },
                element(
                    "span",
                    { class: "what" },
                    element("span", { class: `severity ${severity}` }, severity),
                    " ",
                    capture.titleOf(name),
                    " ",
                    element("code", {}, name),
                ),
                element("span", { class: "count" }, count(connections)),
            ),
            element(
                "p",
                { class: "first" },
                "first in ",
                element("a", { href: row.link }, `connection ${row.number}, frame ${frame}`),
                capture.tellsFiles ? [" of ", capture.files.elementOf(row.file)] : "",
            ),
            guideTo(capture, name),
        ),
    );
    return element(
        "div",
        { class: items.length > FEW ? "list attention many" : "list attention" },
        element("h3", {}, "To look at"),
        items.length ? element("ul", {}, items) : element("p", { class: "dim" }, "Nothing."),
    );
}
