// Elements from plain values. Text becomes text nodes, never markup: what a capture holds is hostile.
//
// SPDX-License-Identifier: GPL-2.0-or-later

export const byId = (id) => document.getElementById(id);

/** Children may be lists of children, and absent. */
const given = (children) => children.flat(Infinity).filter((child) => child !== undefined && child !== null);

/** element("a", { href: "#x", class: "y", onclick: f }, "text", anotherElement, …) */
export function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (typeof value === "function") made.addEventListener(key.slice(2), value);
        else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...given(children));
    return made;
}

export function fill(parent, ...children) {
    parent.replaceChildren(...given(children));
    return parent;
}
