// What is known of all connections: one small row each, and where its whole record is.
//
// The rows are what table, verdict and filters work with; the records stay compressed in the page and are
// read again, a block at a time, when a person asks for one.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { blocks, jsonOf, recordsOf, textOf } from "./blocks.js";
import { Files } from "./files.js";
import { ATTENTION, SEVERITIES, socket } from "./words.js";

const ENDS = ["client", "server"];

export class Capture {
    async load(progress) {
        const [about] = blocks("about");
        if (!about) throw new Error("the file is not whole");
        this.about = await jsonOf(about);
        this.files = new Files(this.about.files);
        this.isOne = this.about.captures === 1; // in one file or several
        // Even where packets came of one alone: of which?
        this.tellsFiles = this.files.length > (this.isOne && !(this.about.files_named > 1) ? 1 : 0);
        this.diagnoses = new Map(this.about.diagnoses.map((diagnosis) => [diagnosis.name, diagnosis]));
        this.troubleOpens = new Set(this.about.trouble_opens);
        this.troubleCloses = new Set(this.about.trouble_closes);
        const [states] = blocks("states");
        this.states = states && (await jsonOf(states));
        this.ladders = new Map(
            blocks("ladder").map((block) => [this.keyOf(block.dataset.file, block.dataset.connection), block]),
        );
        this.recordBlocks = blocks("records");
        this.rows = [];
        for (const [index, block] of this.recordBlocks.entries()) {
            for (const record of await recordsOf(block))
                this.rows.push(this.rowOf(record, index, this.fileOf(record, block)));
            progress(this.rows.length);
        }
        if (this.rows.length !== this.about.connections)
            throw new Error(
                `it holds ${this.rows.length} of ${this.about.connections} connections, the file is not whole`,
            );
        this.sinceStart();
        this.end = this.rows.reduce((most, row) => Math.max(most, row.end), -Infinity);
        this.byKey = new Map(this.rows.map((row) => [this.keyOf(row.file, row.number), row]));
    }

    /** What no two connections share: in one capture their numbers, in several a file's place, too. */
    keyOf(file, number) {
        return this.isOne ? String(number) : `${file}:${number}`;
    }

    /**
     * Seconds since the start of a row's own capture: captures are lives of their own. Of several, the start is
     * that of the first connection.
     */
    sinceStart() {
        const starts = [];
        const captureOf = ({ file }) => (this.isOne ? 0 : file);
        for (const row of this.rows)
            starts[captureOf(row)] = Math.min(starts[captureOf(row)] ?? Infinity, row.start);
        if (this.isOne && this.states?.rows.length) [[starts[0]]] = this.states.rows;
        for (const row of this.rows) row.since = row.start - starts[captureOf(row)];
        this.start = starts[0];
    }

    /**
     * The place of a record's file. Its block knows it, unless the files are one capture's: names may look alike.
     * The plugin knows no name of its one.
     */
    fileOf(record, { dataset }) {
        return dataset.file === undefined ? (this.files.places.get(record.file) ?? 0) : Number(dataset.file);
    }

    titleOf(diagnosis) {
        return this.diagnoses.get(diagnosis)?.text ?? diagnosis;
    }

    rowOf(record, block, file) {
        const names = [...new Set(record.experts.map(({ name }) => name))];
        const attention = this.attentionOf(record);
        const severity = [...record.experts, ...attention].reduce(
            (worst, said) => Math.max(worst, SEVERITIES.indexOf(said.severity)),
            0,
        );
        const presumed = record.presumed ?? [];
        const states = ENDS.map((end) => record[`${end}_state`] + (presumed.includes(end) ? "?" : ""));
        const row = {
            id: this.rows.length,
            block,
            file,
            fileName: this.files.nameOf(file),
            number: record.connection,
            link: this.linkOf(file, record.connection),
            client: socket(record.client_address, record.client_port),
            server: socket(record.server_address, record.server_port),
            open: record.open,
            close: record.close,
            closedBy: record.closed_by ?? "",
            states: states.join(" / "),
            start: record.start,
            end: record.end,
            duration: record.end - record.start,
            segments: record.client_segments + record.server_segments,
            bytes: record.client_bytes + record.server_bytes,
            severity,
            attention,
        };
        row.text = this.searchable(row, names, record.summary);
        return row;
    }

    /**
     * What the verdict lists, each with a frame: warnings and errors, and how it opened and closed where that is
     * trouble, even where it was too early for an expert info.
     */
    attentionOf(record) {
        const found = new Map();
        const add = (name, severity, frame) => found.has(name) || found.set(name, { name, severity, frame });
        for (const { name, severity, frame } of record.experts) {
            if (SEVERITIES.indexOf(severity) >= ATTENTION) add(name, severity, frame);
        }
        const addTrouble = (value, frame) => {
            const name = value.replaceAll("-", "_"); // half-open is the expert info half_open
            const said = record.experts.find((expert) => expert.name === name);
            add(name, this.diagnoses.get(name).severity, said ? said.frame : frame);
        };
        if (this.troubleOpens.has(record.open)) addTrouble(record.open, record.first_frame);
        if (this.troubleCloses.has(record.close))
            addTrouble(record.close, record.frame_reset ?? record.last_frame);
        return [...found.values()];
    }

    searchable(row, names, summary) {
        const titles = names.map((name) => `${name} ${this.titleOf(name)}`);
        return [
            `#${row.number}`,
            this.tellsFiles ? this.files.labels[row.file] : "",
            row.client,
            row.server,
            row.open,
            row.close,
            row.states,
            SEVERITIES[row.severity],
            ...titles,
            summary,
        ]
            .join(" ")
            .toLowerCase();
    }

    /** The whole record of a row, as `-z tcplife,json` writes it. */
    async recordOf(row) {
        const block = this.recordBlocks[row.block];
        return (await recordsOf(block)).find(
            (record) => record.connection === row.number && this.fileOf(record, block) === row.file,
        );
    }

    /** The ladder of a row as SVG text, if the report has it. */
    async ladderOf(row) {
        const block = this.ladders.get(this.keyOf(row.file, row.number));
        return block && textOf(block);
    }

    /**
     * The row that a link names: `#file:number`, or without the folders where one file alone is called so; where
     * there is one capture, `#number`, too.
     */
    rowOfLink(hash) {
        const written = hash.slice(1);
        return this.rowCalled(decoded(written)) ?? this.rowCalled(written);
    }

    rowCalled(name) {
        const [, path, number] = /^(?:(.*):)?(\d+)$/s.exec(name) ?? [];
        if (number === undefined) return undefined;
        if (path === undefined) return this.isOne ? this.byKey.get(number) : undefined;
        const labels = this.files.labels.includes(path) ? [path] : this.files.labelsLike(path);
        return labels.length === 1
            ? this.byKey.get(this.keyOf(this.files.labels.indexOf(labels[0]), number))
            : undefined;
    }

    /** Why no row has this link. */
    whyNoRow(hash) {
        const path = /^#(.*):\d+$/s.exec(decoded(hash))?.[1];
        if (path !== undefined && !this.files.labels.includes(path) && this.files.labelsLike(path).length > 1)
            return `Several captures are called ${path}: the link must name a folder, too`;
        return `This report has no connection ${hash}`;
    }

    linkOf(file, number) {
        return this.files.length ? `#${encodeURIComponent(this.files.labels[file])}:${number}` : `#${number}`;
    }
}

/** As it is, if it is no encoded text. */
function decoded(written) {
    try {
        return decodeURIComponent(written);
    } catch {
        return written;
    }
}
