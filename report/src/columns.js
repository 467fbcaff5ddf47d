// The table's columns, as wide as what is in them, and which of them a narrow window leaves out.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { byId, element } from "./dom.js";
import { SEVERITIES, bytes, duration, relative } from "./words.js";

const PADDING = 18; // pixels beside a cell's text
const FONT_SIZE = "13.5px"; // as in the style sheet

/** How wide the longest text of a column is, from `least` to `most` pixels. */
function widthOf(rows, says, least, most) {
    let longest = "";
    for (const row of rows) {
        const said = says(row);
        if (said.length > longest.length) longest = said;
    }
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${FONT_SIZE} ${getComputedStyle(byId("table")).fontFamily}`;
    return Math.min(most, Math.max(least, Math.ceil(pen.measureText(longest).width) + PADDING));
}

function numberCell(cell) {
    const row = cell.getData();
    return element(
        "a",
        { href: row.link, "data-id": row.id, "aria-label": `Connection ${row.number}` },
        String(row.number),
    );
}

/**
 * One run of text, which can be found and copied. Where it is too long, its start is cut: the last part of an address
 * and the port tell two of them apart.
 */
function socketCell(cell, field, below) {
    const row = cell.getData();
    cell.getElement().setAttribute("title", row[field]);
    const cut = element("span", { class: "socket" }, element("bdi", { dir: "ltr" }, row[field]));
    if (!below) return cut;
    cell.getElement().classList.add("two-lines");
    const file = element("span", { class: "below", title: row.fileName }, element("bdi", {}, row.fileName));
    return element("div", {}, cut, file);
}

/** Words that are not cut: where they have no room side by side, they stand in two lines. */
function wordsCell(cell, field) {
    cell.getElement().classList.add("two-lines", "words");
    const [first, second] = cell.getData()[field].split(" / ");
    if (second === undefined) return element("span", {}, first);
    return element("span", {}, element("span", {}, `${first} /`), " ", element("span", {}, second));
}

const look = (row) => row.attention.map(({ name }) => name).join(", ");

function lookCell(cell) {
    const row = cell.getData();
    const names = look(row);
    cell.getElement().setAttribute("title", names);
    if (!names) return document.createTextNode("");
    const severity = SEVERITIES[row.severity];
    return element("span", {}, element("span", { class: `severity ${severity}` }, severity), " ", names);
}

/** `below`: with the file's name in a second line. */
function socketColumn(title, field, rows, isNarrow, responsive, below) {
    const width = widthOf(rows, (row) => row[field], 110, 264);
    return {
        title,
        field,
        formatter: (cell) => socketCell(cell, field, below),
        ...(isNarrow ? { minWidth: Math.min(122, width) } : { width }),
        responsive,
    };
}

/** Where a window is narrow, the file is under the client. */
const fileColumn = ({ rows }, isNarrow) => ({
    title: "File",
    field: "fileName",
    minWidth: widthOf(rows, (row) => row.fileName, 80, 220),
    responsive: isNarrow ? 11 : 5,
});

const since = (row) => relative(row.since);

/** `responsive`: the largest goes first where there is no room. */
export function columnsOf(capture, isNarrow) {
    const { rows, tellsFiles } = capture;
    return [
        {
            title: "No.",
            field: "number",
            formatter: numberCell,
            width: widthOf(rows, (row) => String(row.number), isNarrow ? 40 : 56, 100),
            responsive: 0,
        },
        ...(tellsFiles ? [fileColumn(capture, isNarrow)] : []),
        socketColumn("Client", "client", rows, isNarrow, 1, isNarrow && tellsFiles),
        socketColumn("Server", "server", rows, isNarrow, 4),
        { title: "Opened", field: "open", width: 100, responsive: 6 },
        {
            title: "Closed",
            field: "close",
            formatter: (cell) => wordsCell(cell, "close"),
            width: isNarrow ? 88 : 104,
            responsive: 3,
        },
        {
            title: "Last states",
            field: "states",
            formatter: (cell) => wordsCell(cell, "states"),
            minWidth: 195,
            responsive: 7,
        },
        {
            title: "Start (s)",
            field: "since",
            says: since,
            width: widthOf(rows, since, 94, 150),
            right: true,
            responsive: 8,
        },
        {
            title: "Duration",
            field: "duration",
            says: (row) => duration(row.duration),
            width: 96,
            right: true,
            responsive: 9,
        },
        {
            title: "Data",
            field: "bytes",
            says: (row) => bytes(row.bytes),
            width: 78,
            right: true,
            responsive: 10,
        },
        {
            title: "To look at",
            field: "severity",
            formatter: lookCell,
            says: look,
            minWidth: isNarrow ? 92 : 170,
            widthGrow: 1.5,
            responsive: 2,
            headerSortStartingDir: "desc",
        },
    ];
}
