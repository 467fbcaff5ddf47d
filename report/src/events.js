// What happened to a connection, frame by frame: transitions and expert infos.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { element } from "./dom.js";
import { guideTo } from "./guide.js";
import { relative } from "./words.js";

/** The expert infos, and what is to look at although it was too early for one: the verdict leads here. */
function expertsOf(capture, row, record) {
    const said = new Set(record.experts.map(({ name }) => name));
    const unsaid = row.attention.filter(({ name }) => !said.has(name));
    return [
        ...record.experts,
        ...unsaid.map((one) => ({ ...one, text: `${capture.titleOf(one.name)} (no expert info says so)` })),
    ];
}

/** Frame number → what happened there; a record tells the times of transitions, and of its first and last frame. */
function framesOf(capture, row, record) {
    const times = new Map([
        [record.first_frame, record.start],
        [record.last_frame, record.end],
        ...record.transitions.map(({ frame, time }) => [frame, time]),
    ]);
    const frames = new Map();
    const at = (frame) =>
        frames.get(frame) ??
        frames.set(frame, { frame, time: times.get(frame), transitions: [], experts: [] }).get(frame);
    for (const transition of record.transitions) at(transition.frame).transitions.push(transition);
    const explained = new Set(); // of several with one name, the first
    for (const expert of expertsOf(capture, row, record)) {
        at(expert.frame).experts.push({ ...expert, explains: !explained.has(expert.name) });
        explained.add(expert.name);
    }
    return [...frames.values()].sort((one, other) => one.frame - other.frame);
}

export function eventsOf(capture, row, record) {
    const frames = framesOf(capture, row, record);
    if (!frames.length) return element("p", { class: "dim" }, "No change of a state, and nothing to say.");
    const rows = frames.map((event) =>
        element(
            "tr",
            {},
            element("th", { scope: "row" }, String(event.frame)),
            timeOf(event, record),
            element(
                "td",
                {},
                event.transitions.map(transitionLine),
                event.experts.map((expert) => expertLine(capture, expert)),
            ),
        ),
    );
    return element(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": "What happened, frame by frame" },
        element(
            "table",
            { class: "events" },
            element(
                "thead",
                {},
                element(
                    "tr",
                    {},
                    ["Frame", "Seconds", "What"].map((name) => element("th", { scope: "col" }, name)),
                ),
            ),
            element("tbody", {}, rows),
        ),
    );
}

/** Records have no time for a frame of which there is nothing but a sentence. */
const timeOf = ({ time }, record) =>
    time === undefined
        ? element("td", { class: "number", title: "The record has no time for this frame" }, "–")
        : element("td", { class: "number" }, relative(time - record.start));

const transitionLine = ({ end, from, to }) =>
    element(
        "p",
        { class: "transition" },
        element("span", { class: "end" }, end),
        ` ${from} → `,
        element("b", {}, to),
    );

const expertLine = (capture, { name, severity, text, explains }) => [
    element(
        "p",
        { class: "expert", "data-expert": name },
        element("span", { class: `severity ${severity}`, title: name }, severity),
        " ",
        text,
    ),
    explains ? guideTo(capture, name) : null,
];
