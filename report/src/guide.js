// What an expert info means, what usually causes it, and what to look at next: folded, until somebody asks.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { element } from "./dom.js";

const PARTS = [
    ["What it is", "meaning"],
    ["What usually causes it", "causes"],
    ["What to look at next", "next"],
    ["Where it is written", "rfc"],
];

export function guideTo(capture, name) {
    const diagnosis = capture.diagnoses.get(name);
    if (!diagnosis?.meaning) return null;
    return element(
        "details",
        { class: "guide", "data-guide": name },
        element(
            "summary",
            {},
            element("code", {}, name),
            element("span", { class: "hidden" }, ": "),
            " what it means",
        ),
        element(
            "dl",
            {},
            PARTS.filter(([, key]) => diagnosis[key]).map(([title, key]) => [
                element("dt", {}, title),
                element("dd", {}, diagnosis[key]),
            ]),
        ),
    );
}
