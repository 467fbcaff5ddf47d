// How the captures' files are called: each by a name that no other has, and that shows what it is made of.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { element } from "./dom.js";

// What turns the text around it, or is not seen.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const visible = (name) =>
    name.replace(UNSEEN, (one) => `⟨U+${one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

/**
 * Names with bytes that are no UTF-8 may look alike, and a file may be named twice: the second one is called
 * "a.pcap (2)".
 */
function unlike(names) {
    const taken = new Set();
    return names.map((name) => {
        let label = name;
        for (let i = 2; taken.has(label); i++) label = `${name} (${i})`;
        taken.add(label);
        return label;
    });
}

function commonFolder(names) {
    const [first = "", ...others] = names;
    const folders = first.split("/").slice(0, -1);
    const path = () => folders.map((folder) => `${folder}/`).join("");
    while (!others.every((name) => name.startsWith(path()))) folders.pop();
    return path();
}

export class Files {
    constructor(names) {
        this.names = names;
        this.labels = unlike(names);
        this.folder = commonFolder(names);
        this.shown = this.labels.map((label) => visible(label.slice(this.folder.length)));
        this.places = new Map(names.map((name, i) => [name, i]).reverse()); // the first of two alike
    }

    get length() {
        return this.names.length;
    }

    /** A file as a person is told of it: without the folder that all are in. */
    nameOf(file) {
        return this.shown[file] ?? "the capture";
    }

    /** The same, for a text around it that it must not turn. */
    elementOf(file) {
        return element("bdi", {}, this.nameOf(file));
    }

    /** The labels that end with this path: all of it, or what follows one of its folders. */
    labelsLike(path) {
        return this.labels.filter((label) => label === path || label.endsWith(`/${path}`));
    }
}
