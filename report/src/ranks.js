// How the table sorts.
//
// SPDX-License-Identifier: GPL-2.0-or-later

/** The field that has a row's place in the order of a text. */
export const rankOf = (field) => `${field}Rank`;

const difference = (one, other) => one - other;

/** What Tabulator is to know of a column. A cell that is too narrow says all to the pointer. */
export function tabulatorColumn({ says, field, right, ...column }, [row]) {
    const saying = (cell) => {
        const said = says ? says(cell.getData()) : String(cell.getData()[field]);
        cell.getElement().setAttribute("title", said);
        return document.createTextNode(said);
    };
    return {
        field: typeof row?.[field] === "string" ? rankOf(field) : field,
        formatter: saying,
        sorter: difference,
        ...(right ? { hozAlign: "right", headerHozAlign: "right" } : {}),
        ...column,
    };
}

// Numbers inside of texts by their value: 10.0.0.9 before 10.0.0.10.
const keyOf = (said) => said.replace(/\d+/g, (digits) => digits.padStart(10, "0"));

/** Gives each row its place in the order of a text: 100,000 rows compare numbers ten times as fast as texts. */
export function rankRows(rows, field) {
    const sorted = rows
        .map((row) => ({ row, key: keyOf(row[field]) }))
        .sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)));
    let place = 0;
    sorted.forEach(({ row, key }, i) => {
        place = i && sorted[i - 1].key === key ? place : i;
        row[rankOf(field)] = place;
    });
}
