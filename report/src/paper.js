// The table on paper: a plain one, since the other holds only the rows that are on the screen.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { element } from "./dom.js";
import { count } from "./words.js";

const PRINTED = 1000; // rows

function cellOf({ field, says, right }, row) {
    const name = field === "severity" ? "look" : field;
    return element(
        "td",
        { class: right ? `${name} right` : name },
        element("bdi", {}, says ? says(row) : String(row[field])),
    );
}

export function printedTable(columns, rows) {
    const head = columns.map(({ title, right }) => element("th", { class: right ? "right" : "" }, title));
    const lines = rows.slice(0, PRINTED).map((row) =>
        element(
            "tr",
            {},
            columns.map((column) => cellOf(column, row)),
        ),
    );
    return [
        element(
            "table",
            {},
            element("thead", {}, element("tr", {}, head)),
            element("tbody", {}, lines),
        ),
        rows.length > PRINTED
            ? element("p", {}, `The first ${count(PRINTED)} of ${count(rows.length)}; the file has them all.`)
            : null,
    ];
}
