// What a report is not of: files that could not be read to their end, packets that were passed over, connections that
// were not chosen. It is said before all else.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { element } from "./dom.js";
import { count, plural } from "./words.js";

const SHOWN = 10; // sentences; the others are folded

const TITLES = {
    unread: (number, { files_named: files }) =>
        files > 1
            ? `${count(number)} of ${plural(files, "file")} could not be read to ${number === 1 ? "its" : "their"} end`
            : "The file could not be read to its end",
    "given-up": () => "Not all that was asked for is here",
    "passed-over": () => "Packets were passed over",
};

/** Could there be connections, or ends of them, that the report knows nothing of? */
export const isPartial = ({ about }) => (about.lacks ?? []).some(({ kind }) => kind !== "passed-over");

const lines = (sentences) =>
    element(
        "ul",
        {},
        sentences.map(({ text }) => element("li", {}, element("bdi", {}, text))),
    );

function lack(kind, about) {
    const sentences = about.lacks.filter((one) => one.kind === kind);
    const more = sentences.slice(SHOWN);
    if (!sentences.length) return null;
    return element(
        "div",
        { class: "lack", "data-kind": kind },
        element("p", {}, element("strong", {}, TITLES[kind](sentences.length, about)), ":"),
        lines(sentences.slice(0, SHOWN)),
        more.length
            ? element("details", {}, element("summary", {}, `and ${count(more.length)} more`), lines(more))
            : null,
    );
}

function selection({ choice, chosen_of: all }, chosen) {
    if (choice === undefined) return null;
    return element(
        "div",
        { class: "lack", "data-kind": "choice" },
        element(
            "p",
            {},
            element("strong", {}, "Only a selection"),
            `: ${count(chosen)} of ${plural(all, "connection")}, those of `,
            element("code", {}, choice),
        ),
    );
}

export function lacksOf({ about, rows }) {
    return [
        ...(about.lacks ? Object.keys(TITLES).map((kind) => lack(kind, about)) : []),
        selection(about, rows.length),
    ];
}
