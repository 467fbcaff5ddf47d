// A ladder's SVG, taken apart and put together again of what a ladder consists of: nothing in it runs,
// loads or leads anywhere, whoever wrote it.
//
// SPDX-License-Identifier: GPL-2.0-or-later

const SVG = "http://www.w3.org/2000/svg";
const ELEMENTS = new Set(["svg", "title", "desc", "g", "rect", "text", "tspan", "line", "path"]);
const ATTRIBUTES = new Set([
    "class",
    "d",
    "height",
    "id",
    "role",
    "rx",
    "text-anchor",
    "transform",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
    "aria-labelledby",
]);

// A ladder's styles name no resource, and escape nothing.
const LOADS = /\\|@import|url|image|src/i;

function copy(node) {
    if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE || node.namespaceURI !== SVG || !ELEMENTS.has(node.localName))
        return null;
    const made = document.createElementNS(SVG, node.localName);
    for (const { name, value } of node.attributes) {
        if (ATTRIBUTES.has(name)) made.setAttribute(name, value);
    }
    for (const child of node.childNodes) {
        const copied = copy(child);
        if (copied) made.append(copied);
    }
    return made;
}

/** An element that shows the SVG, its styles kept to itself. */
export function ladderOf(text) {
    // The page's policy allows no <style> but its own, in a parsed document either.
    let styles = "";
    const unstyled = text.replace(/<style>([^<]*)<\/style>/, (_, rules) => {
        styles = LOADS.test(rules)
            ? ""
            : rules.replaceAll("@media (prefers-color-scheme", "@media screen and (prefers-color-scheme"); // paper is white
        return "";
    });
    const parsed = new DOMParser().parseFromString(unstyled, "image/svg+xml");
    const svg = copy(parsed.documentElement);
    if (!svg || parsed.querySelector("parsererror")) throw new Error("the ladder is not well-formed SVG");
    const host = document.createElement("div");
    const shadow = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(svg);
    return host;
}
