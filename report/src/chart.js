// States over time: how many connections were opening, established, half-closed, closing and in TIME-WAIT,
// one above the other. The rows are those of `-z tcplife,states`.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import uPlot from "uplot";
import { byId, element, fill } from "./dom.js";
import { count, duration } from "./words.js";

// From the bottom up. The colours are in the style sheet, as --name.
const LAYERS = ["established", "opening", "half-closed", "closing", "time-wait"];
const NAMES = { "time-wait": "in TIME-WAIT" };
const HEIGHT = 240;
const PAPER = 720; // pixels in a page's width

// Between two ticks: round numbers of seconds, minutes, hours and days; and whole connections.
const decades = (from, to) =>
    Array.from({ length: to - from }, (_, i) => [1, 2, 5].map((step) => step * 10 ** (from + i))).flat();
const TIME_STEPS = [
    ...decades(-7, 0),
    1,
    2,
    5,
    10,
    20,
    30,
    60,
    120,
    300,
    600,
    1200,
    1800,
    3600,
    7200,
    14400,
    21600,
    43200,
    ...decades(0, 6).map((days) => days * 86400),
];
const COUNT_STEPS = decades(0, 9);

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export function showStates(capture, onRange) {
    const { states } = capture;
    if (!states?.rows.length) {
        byId("states").hidden = true;
        return { clear() {}, draw() {} };
    }
    const chart = new StatesChart(states, capture, onRange);
    showNumbers(states, capture.start);
    return chart;
}

class StatesChart {
    constructor({ columns, rows, interval }, capture, onRange) {
        this.capture = capture;
        this.onRange = onRange;
        this.times = rows.map(([start]) => start - capture.start);
        // The last row has a width, too: an interval, or all that follows in which nothing happens.
        this.times.push(Math.max(this.times.at(-1) + interval, capture.end - capture.start));
        this.layers = LAYERS.map((name) => {
            const values = rows.map((row) => row[columns.indexOf(name)]);
            return [...values, values.at(-1)];
        });
        this.keys = LAYERS.map((name) => element("b", {}));
        fill(
            byId("states-key"),
            LAYERS.map((name, i) => element("li", { class: name }, NAMES[name] ?? name, " ", this.keys[i])),
        );
        this.describe(null);
        this.draw();
        byId("states-range").addEventListener("submit", (event) => {
            event.preventDefault();
            this.selectNamed();
        });
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
        new ResizeObserver(() => this.plot.setSize(this.size())).observe(byId("states-chart"));
    }

    size() {
        const width = document.documentElement.classList.contains("printing")
            ? PAPER
            : byId("states-chart").clientWidth;
        return { width: Math.max(200, width), height: HEIGHT };
    }

    /** Each layer's upper edge. The topmost is painted first, those below over it. */
    edges() {
        const sums = this.times.map(() => 0);
        return this.layers.map((values) => values.map((value, i) => (sums[i] += value)));
    }

    draw() {
        this.plot?.destroy();
        const axis = {
            stroke: colour("dim"),
            grid: { stroke: colour("line"), width: 1 },
            ticks: { stroke: colour("line"), width: 1 },
            font: "12px system-ui, sans-serif",
        };
        const stepped = uPlot.paths.stepped({ align: 1 });
        this.plot = new uPlot(
            {
                ...this.size(),
                padding: [12, 28, 0, 0],
                legend: { show: false },
                cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
                scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.08)] } },
                axes: [
                    {
                        ...axis,
                        values: (_, splits) =>
                            splits.map((value) => (value < 0 ? "" : duration(Number(value.toPrecision(10))))),
                        incrs: TIME_STEPS,
                        space: 90,
                    },
                    { ...axis, values: (_, splits) => splits.map(count), incrs: COUNT_STEPS, size: 56 },
                ],
                series: [
                    {},
                    ...LAYERS.map((name) => ({
                        fill: colour(name),
                        stroke: colour(name),
                        width: 0,
                        paths: stepped,
                        points: { show: false },
                    })).reverse(),
                ],
                hooks: {
                    setCursor: [(plot) => this.describe(plot.cursor.idx)],
                    setSelect: [(plot) => this.select(plot)],
                },
            },
            [this.times, ...this.edges().reverse()],
            byId("states-chart"),
        );
        this.plot.root.setAttribute("role", "img");
        this.plot.root.setAttribute(
            "aria-label",
            "How many connections were in which state, over time; the table below has the numbers",
        );
    }

    /** The numbers at the pointer, in the key. */
    describe(index) {
        this.keys.forEach((key, i) => {
            key.textContent = index === null || index === undefined ? "" : count(this.layers[i][index]);
        });
        byId("states-about").textContent =
            index === null || index === undefined
                ? "Connections by their state. Drag over a stretch of time, or name it below, to see the connections that lived in it."
                : `${duration(this.times[index])} after the capture's start`;
    }

    select(plot) {
        const { left, width } = plot.select;
        if (width < 2) return;
        const at = (pixel) => plot.posToVal(pixel, "x");
        this.choose(at(left), at(left + width));
    }

    /** The same for the keyboard: a field left empty is the start, or the end; both are all. */
    selectNamed() {
        const named = [byId("range-from"), byId("range-to")].map((field) => field.valueAsNumber);
        if (named.every(Number.isNaN)) {
            this.clear();
            this.onRange(null);
            return;
        }
        const last = this.times.at(-1);
        const [from, to] = named
            .map((time, i) => Math.min(last, Number.isNaN(time) ? [0, last][i] : time))
            .sort((one, other) => one - other);
        const left = this.plot.valToPos(from, "x");
        const width = this.plot.valToPos(to, "x") - left;
        this.plot.setSelect({ left, top: 0, width, height: this.plot.over.clientHeight }, false);
        this.choose(from, to);
    }

    choose(from, to) {
        byId("range-from").value = Number(from.toPrecision(9));
        byId("range-to").value = Number(to.toPrecision(9));
        this.onRange({ from: from + this.capture.start, to: to + this.capture.start });
    }

    clear() {
        byId("states-range").reset();
        this.plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    }
}

function showNumbers({ columns, rows }, start) {
    const table = element(
        "table",
        {},
        element(
            "thead",
            {},
            element(
                "tr",
                {},
                columns.map((name) => element("th", { scope: "col" }, name === "start" ? "after" : name)),
            ),
        ),
        element(
            "tbody",
            {},
            rows.map(([first, ...numbers]) =>
                element(
                    "tr",
                    {},
                    element("th", { scope: "row" }, duration(Math.max(0, first - start))),
                    numbers.map((number) => element("td", {}, count(number))),
                ),
            ),
        ),
    );
    fill(byId("states-numbers").querySelector("div"), table);
}
