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
import { columnsOf } from "./columns.js";
import { byId, element, fill } from "./dom.js";
import { countRows } from "./grid.js";
import { printedTable } from "./paper.js";
import { rankOf, rankRows, tabulatorColumn } from "./ranks.js";
import { count, duration, plural } from "./words.js";

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

const NARROW = "(max-width: 40rem)";
const PAUSE = 150; // ms after the last key before the words are applied

export class ConnectionTable {
    constructor(capture, onOpen, onRangeCleared) {
        this.capture = capture;
        this.onOpen = onOpen;
        this.onRangeCleared = onRangeCleared;
        this.words = [];
        this.chosen = new Map(); // open, close or look → its value
        this.range = null;
        const narrow = matchMedia(NARROW);
        this.columns = columnsOf(capture, narrow.matches);
        this.tabulator = new Tabulator(byId("table"), {
            data: capture.rows,
            index: "id",
            columns: this.tabulatorColumns(),
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
                countRows(byId("table"), this.tabulator);
                resolve();
            }),
        );
        narrow.addEventListener("change", () => this.fit(narrow.matches));
        this.tabulator.on(
            "rowClick",
            (event, row) => event.target.closest("a") || this.onOpen(row.getData()),
        );
        this.tabulator.on("dataFiltered", (_, rows) => this.tellShown(rows.length));
        this.keepFocus();
        this.tabulator.on("dataSorting", (sorters) => sorters.forEach(({ field }) => this.rankFor(field)));
        byId("table").addEventListener("keydown", (event) => this.move(event));
        byId("words").addEventListener("input", () => {
            clearTimeout(this.waiting);
            this.waiting = setTimeout(() => this.apply(), PAUSE);
        });
    }

    tabulatorColumns() {
        return this.columns.map((column) => tabulatorColumn(column, this.capture.rows));
    }

    /** Another width of the window lets other columns be seen. */
    fit(isNarrow) {
        this.columns = columnsOf(this.capture, isNarrow);
        this.tabulator.setColumns(this.tabulatorColumns());
        this.makeHeadersButtons();
    }

    /** Before the first sorting by a text. */
    rankFor(field) {
        const { rows } = this.capture;
        const { field: of } = this.columns.find((column) => rankOf(column.field) === field) ?? {};
        if (of && rows.length && rows[0][field] === undefined) rankRows(rows, of);
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

    /** Rows are drawn anew when the table comes into view, and in a window of another size: the keyboard stays. */
    keepFocus() {
        const grid = byId("table");
        addEventListener("focusin", ({ target }) => {
            const row = target.closest(".tabulator-row");
            this.focused = row && grid.contains(row) ? Number(row.querySelector("a").dataset.id) : undefined;
        });
        addEventListener("pointerdown", () => (this.focused = undefined));
        const restore = () => {
            if (this.focused === undefined || document.activeElement !== document.body) return;
            const row = this.tabulator.getRow(this.focused);
            if (row) row.getElement().querySelector("a")?.focus({ preventScroll: true });
        };
        this.tabulator.on("tableBuilt", () =>
            new MutationObserver(restore).observe(grid.querySelector(".tabulator-table"), {
                childList: true,
                subtree: true,
            }),
        );
    }

    /** Arrow keys walk from row to row. */
    async move(event) {
        const step = { ArrowDown: "getNextRow", ArrowUp: "getPrevRow" }[event.key];
        const element = event.target.closest(".tabulator-row");
        if (!step || !element) return;
        event.preventDefault();
        event.stopPropagation();
        await this.focusOn(this.tabulator.getRow(Number(element.querySelector("a").dataset.id))[step]());
    }

    /** The keyboard is at this row from now on; where filters hide it, at the words. */
    focus(row) {
        const shown = this.tabulator.getRow(row.id);
        if (shown && this.passes(row)) this.focusOn(shown);
        else byId("words").focus();
    }

    async focusOn(row) {
        if (!row) return;
        await row.scrollTo("nearest", false);
        row.getElement().querySelector("a").focus();
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

    tellShown(shown = this.tabulator.getDataCount("active")) {
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
        const rows = this.tabulator.getRows("active").map((row) => row.getData());
        fill(byId("printed"), printedTable(this.columns, rows));
    }

    endPrint() {
        fill(byId("printed"));
    }
}
