// The report of one or more captures: reads the data in this page, shows it, and follows links into it.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { Capture } from "./capture.js";
import { showStates } from "./chart.js";
import { Details } from "./details.js";
import { byId } from "./dom.js";
import { ConnectionTable } from "./table.js";
import { showVerdict } from "./verdict.js";
import { plural } from "./words.js";

async function show() {
    const capture = new Capture();
    await capture.load((read) => {
        byId("progress").textContent = `Reading the report … ${plural(read, "connection")}`;
    });
    byId("about").textContent = `Made by tcplife ${capture.about.version}.`;
    byId("report").hidden = false;
    const toConnections = () => byId("connections").scrollIntoView({ behavior: "smooth" });
    let chart;
    const table = new ConnectionTable(
        capture,
        (row) => details.open(row),
        () => chart.clear(),
    );
    const details = new Details(capture, table);
    showVerdict(capture, (key, value) => {
        table.filterBy(key, value);
        toConnections();
    });
    chart = showStates(capture, (range) => table.filterByRange(range));
    preparePrint(table, chart);
    await table.built;
    byId("progress").hidden = true;
    details.follow();
    document.documentElement.dataset.ready = "true";
}

/** On paper: light, whatever the screen is, and with the table's rows in full. */
function preparePrint(table, chart) {
    const { classList } = document.documentElement;
    addEventListener("beforeprint", () => {
        classList.add("printing");
        table.print();
        chart.draw();
    });
    addEventListener("afterprint", () => {
        classList.remove("printing");
        table.endPrint();
        chart.draw();
    });
}

document.addEventListener("DOMContentLoaded", () =>
    show().catch((error) => {
        byId("progress").textContent = `This report cannot be shown: ${error.message}`;
    }),
);
