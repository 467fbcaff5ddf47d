// The table of connections: sorts, filters, and opens a connection.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import {
    FilterModule,
    FormatModule,
    KeybindingsModule,
    ResizeColumnsModule,
    ResizeTableModule,
    ResponsiveLayoutModule,
    SortModule,
    InteractionModule,
    Tabulator,
} from "tabulator-tables";
import { byId, element, fill } from "./dom.js";
import { SEVERITIES, bytes, count, duration, plural, relative } from "./words.js";

Tabulator.registerModule([
    FilterModule,
    FormatModule,
    InteractionModule,
    KeybindingsModule,
    ResizeColumnsModule,
    ResizeTableModule,
    ResponsiveLayoutModule,
    SortModule,
]);

const PRINTED = 1000; // rows on paper
const RIGHT = { hozAlign: "right", headerHozAlign: "right" };
const PAUSE = 150; // ms after the last key before the words are applied

export class ConnectionTable {
    constructor(capture, onOpen, onRangeCleared) {
        this.capture = capture;
        this.onOpen = onOpen;
        this.onRangeCleared = onRangeCleared;
        this.words = [];
        this.chosen = new Map(); // open, close or look → its value
        this.range = null;
        this.columns = columnsOf(capture);
        this.tabulator = new Tabulator(byId("table"), {
            data: capture.rows,
            index: "id",
            columns: this.columns.map((column) => columnFor(column, capture.rows)),
            height: `${Math.min(620, 44 + 36 * Math.max(2, capture.rows.length))}px`,
            rowHeight: 36,
            layout: "fitColumns",
            responsiveLayout: "hide",
            columnHeaderSortMulti: false,
            placeholder: "No connection passes the filters",
            renderVertical: "virtual",
        });
        this.built = new Promise((resolve) =>
            this.tabulator.on("tableBuilt", () => {
                this.makeHeadersButtons();
                resolve();
            }),
        );
        this.tabulator.on(
            "rowClick",
            (event, row) => event.target.closest("a") || this.onOpen(row.getData()),
        );
        this.tabulator.on("dataFiltered", (_, rows) => this.tellShown(rows.length));
        this.tabulator.on("dataSorting", (sorters) => sorters.forEach(({ field }) => this.rankFor(field)));
        byId("table").addEventListener("keydown", (event) => this.move(event));
        byId("words").addEventListener("input", () => {
            clearTimeout(this.waiting);
            this.waiting = setTimeout(() => this.apply(), PAUSE);
        });
    }

    /** Before the first sorting by a text. */
    rankFor(field) {
        const { rows } = this.capture;
        const { field: of } = this.columns.find((column) => rankOf(column.field) === field) ?? {};
        if (of && rows.length && rows[0][field] === undefined) rank(rows, of);
    }

    /** Tabulator sorts on a click; the keyboard needs a button. */
    makeHeadersButtons() {
        for (const column of this.tabulator.getColumns()) {
            const title = column.getElement().querySelector(".tabulator-col-title");
            title.setAttribute("role", "button");
            title.setAttribute("tabindex", "0");
            title.addEventListener("keydown", (event) => {
                if (event.key === "Enter" || event.key === " ") {
                    event.preventDefault();
                    title.click();
                }
            });
        }
    }

    /** Arrow keys walk from row to row. */
    async move(event) {
        const step = { ArrowDown: "getNextRow", ArrowUp: "getPrevRow" }[event.key];
        const element = event.target.closest(".tabulator-row");
        if (!step || !element) return;
        event.preventDefault();
        event.stopPropagation();
        const next = this.tabulator.getRow(Number(element.querySelector("a").dataset.id))[step]();
        if (next) {
            await next.scrollTo("nearest", false);
            next.getElement().querySelector("a").focus();
        }
    }

    filterBy(key, value) {
        this.chosen.set(key, value);
        this.apply();
    }

    filterByRange(range) {
        this.range = range;
        this.apply();
    }

    passes(row) {
        const { chosen, range } = this;
        return (
            (!chosen.has("open") || row.open === chosen.get("open")) &&
            (!chosen.has("close") || row.close === chosen.get("close")) &&
            (!chosen.has("look") || row.attention.some(({ name }) => name === chosen.get("look"))) &&
            (!range || (row.start <= range.to && row.end >= range.from)) &&
            this.words.every((word) => row.text.includes(word))
        );
    }

    apply() {
        this.words = byId("words").value.toLowerCase().split(/\s+/).filter(Boolean);
        fill(byId("filters"), this.filterButtons());
        if (this.words.length || this.chosen.size || this.range)
            this.tabulator.setFilter((row) => this.passes(row));
        else this.tabulator.clearFilter();
    }

    filterButtons() {
        const buttons = [...this.chosen].map(([key, value]) =>
            this.filterButton(key === "look" ? value : `${key} ${value}`, () => this.chosen.delete(key)),
        );
        if (this.range) {
            const { from, to } = this.range;
            const text = `alive between ${duration(from - this.capture.start)} and ${duration(to - this.capture.start)}`;
            buttons.push(
                this.filterButton(text, () => {
                    this.range = null;
                    this.onRangeCleared();
                }),
            );
        }
        return buttons;
    }

    filterButton(text, remove) {
        const onclick = () => {
            remove();
            this.apply();
            byId("words").focus();
        };
        return element(
            "li",
            {},
            element(
                "button",
                { type: "button", onclick, "aria-label": `Remove the filter ${text}` },
                text,
                " ✕",
            ),
        );
    }

    tellShown(shown) {
        const all = this.capture.rows.length;
        byId("shown").textContent =
            shown === all ? plural(all, "connection") : `${count(shown)} of ${plural(all, "connection")}`;
    }

    /** The row before or after this one, as the table is sorted and filtered now. */
    neighbour(row, step) {
        const shown = this.tabulator.getRows("active");
        const at = shown.findIndex((other) => other.getData().id === row.id);
        return at < 0 ? undefined : shown[at + step]?.getData();
    }

    print() {
        fill(byId("printed"), this.printed());
    }

    endPrint() {
        fill(byId("printed"));
    }

    /** A plain table, since the other one holds only the rows that are on the screen. */
    printed() {
        const rows = this.tabulator.getRows("active");
        const cellOf = ({ field, says }, row) =>
            element(
                "td",
                { class: field === "severity" ? "look" : field },
                says ? says(row) : String(row[field]),
            );
        return [
            element(
                "table",
                {},
                element(
                    "thead",
                    {},
                    element(
                        "tr",
                        {},
                        this.columns.map(({ title }) => element("th", {}, title)),
                    ),
                ),
                element(
                    "tbody",
                    {},
                    rows.slice(0, PRINTED).map((row) =>
                        element(
                            "tr",
                            {},
                            this.columns.map((column) => cellOf(column, row.getData())),
                        ),
                    ),
                ),
            ),
            rows.length > PRINTED
                ? element(
                      "p",
                      {},
                      `The first ${count(PRINTED)} of ${count(rows.length)}; the file has them all.`,
                  )
                : null,
        ];
    }
}

function columnsOf(capture) {
    const link = (cell) => {
        const row = cell.getData();
        return element(
            "a",
            { href: row.link, "data-id": row.id, "aria-label": `Connection ${row.number}` },
            String(row.number),
        );
    };
    return [
        { title: "No.", field: "number", formatter: link, width: 56, responsive: 0 },
        ...(capture.files.length > 1
            ? [
                  {
                      title: "File",
                      field: "file",
                      says: (row) => capture.nameOf(row.file),
                      minWidth: 100,
                      responsive: 6,
                  },
              ]
            : []),
        { title: "Client", field: "client", minWidth: 160, responsive: 3 },
        { title: "Server", field: "server", minWidth: 160, responsive: 1 },
        { title: "Opened", field: "open", width: 100, responsive: 5 },
        { title: "Closed", field: "close", width: 104, responsive: 4 },
        { title: "Last states", field: "states", minWidth: 195, widthGrow: 1.5, responsive: 6 },
        {
            title: "Start (s)",
            field: "since",
            says: (row) => relative(row.since),
            width: 94,
            ...RIGHT,
            responsive: 7,
        },
        {
            title: "Duration",
            field: "duration",
            says: (row) => duration(row.duration),
            width: 96,
            ...RIGHT,
            responsive: 8,
        },
        {
            title: "Data",
            field: "bytes",
            says: (row) => bytes(row.bytes),
            width: 78,
            ...RIGHT,
            responsive: 9,
        },
        {
            title: "To look at",
            field: "severity",
            formatter: lookCell,
            says: look,
            minWidth: 170,
            widthGrow: 1.5,
            responsive: 2,
            headerSortStartingDir: "desc",
        },
    ];
}

const look = (row) => row.attention.map(({ name }) => name).join(", ");

const rankOf = (field) => `${field}Rank`;
const difference = (one, other) => one - other;

/** What Tabulator is to know of a column. A cell that is too narrow says all to the pointer. */
function columnFor({ says, field, ...column }, [row]) {
    const saying = (cell) => {
        const said = says ? says(cell.getData()) : String(cell.getData()[field]);
        cell.getElement().setAttribute("title", said);
        return document.createTextNode(said);
    };
    return {
        field: typeof row?.[field] === "string" ? rankOf(field) : field,
        formatter: saying,
        sorter: difference,
        ...column,
    };
}

// Numbers inside of texts by their value: 10.0.0.9 before 10.0.0.10.
const keyOf = (said) => said.replace(/\d+/g, (digits) => digits.padStart(10, "0"));

/** Gives each row its place in the order of a text: 100,000 rows compare numbers ten times as fast as texts. */
function rank(rows, field) {
    const sorted = rows
        .map((row) => ({ row, key: keyOf(row[field]) }))
        .sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)));
    let place = 0;
    sorted.forEach(({ row, key }, i) => {
        place = i && sorted[i - 1].key === key ? place : i;
        row[rankOf(field)] = place;
    });
}

function lookCell(cell) {
    const row = cell.getData();
    const names = look(row);
    cell.getElement().setAttribute("title", names);
    if (!names) return document.createTextNode("");
    const severity = SEVERITIES[row.severity];
    return element("span", {}, element("span", { class: `severity ${severity}` }, severity), " ", names);
}
