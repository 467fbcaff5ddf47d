// One connection: its summary, its values, what happened frame by frame, and its ladder.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { byId, element, fill } from "./dom.js";
import { guideTo } from "./guide.js";
import { ladderOf } from "./ladder.js";
import { CLOSED, OPENED, bytes, clock, count, duration, plural, relative, socket } from "./words.js";

export class Details {
    constructor(capture, table) {
        this.capture = capture;
        this.table = table;
        this.dialog = byId("details");
        byId("details-close").addEventListener("click", () => this.dialog.close());
        byId("details-previous").addEventListener("click", () => this.step(-1));
        byId("details-next").addEventListener("click", () => this.step(1));
        this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
        this.dialog.addEventListener("close", () => {
            this.row = undefined;
            history.replaceState(null, "", location.pathname + location.search);
        });
        addEventListener("hashchange", () => this.follow());
    }

    /** Opens what the page's address names. */
    follow() {
        const row = this.capture.rowOfLink(location.hash);
        if (row) this.open(row);
        else if (location.hash.includes(":"))
            byId("shown").textContent = `This report has no connection ${location.hash}`;
    }

    step(by) {
        const row = this.table.neighbour(this.row, by);
        if (row) this.open(row);
    }

    async open(row) {
        this.row = row;
        history.replaceState(null, "", row.link);
        const [record, svg] = await Promise.all([this.capture.recordOf(row), this.capture.ladderOf(row)]);
        if (this.row !== row) return; // another one was asked for meanwhile
        fill(byId("details-text"), describe(this.capture, row, record, svg));
        byId("details-previous").disabled = !this.table.neighbour(row, -1);
        byId("details-next").disabled = !this.table.neighbour(row, 1);
        if (!this.dialog.open) this.dialog.showModal();
        byId("details-text").focus();
        this.dialog.scrollTop = 0;
    }
}

function describe(capture, row, record, svg) {
    return [
        element(
            "h2",
            { id: "details-title" },
            `Connection ${record.connection}`,
            capture.files.length > 1 ? element("span", { class: "dim" }, ` of ${capture.nameOf(row.file)}`) : "",
        ),
        element("p", { class: "summary" }, record.summary),
        facts(capture, record),
        element("h3", {}, "What happened"),
        events(capture, record),
        element("h3", {}, "Ladder"),
        svg
            ? element(
                  "div",
                  { class: "ladder scroll", tabindex: "0", role: "region", "aria-label": "Ladder" },
                  ladderOf(svg),
              )
            : elsewhere(capture, row),
    ];
}

/* ---- the values ---------------------------------------------------------------------------- */

const state = (record, end) =>
    record[`${end}_state`] +
    ((record.presumed ?? []).includes(end) ? " (presumed)" : "") +
    (record[`${end}_state_time`] === undefined ? "" : `, for ${duration(record[`${end}_state_time`])}`);

const sent = (record, end) =>
    `${plural(record[`${end}_segments`], "segment")}, ${bytes(record[`${end}_bytes`])}`;

const lasted = (seconds) => (seconds === undefined ? undefined : duration(seconds));
const times = (number) => (number ? count(number) : undefined);

/** Absent values have no line. */
function facts(capture, record) {
    const neighbour = (number) =>
        number === undefined
            ? undefined
            : element(
                  "a",
                  { href: capture.linkOf(capture.fileOf(record), number) },
                  `connection ${number}`,
              );
    const lines = [
        ["Client", socket(record.client_address, record.client_port)],
        ["Server", socket(record.server_address, record.server_port)],
        ["Opened", [OPENED[record.open] ?? "", " ", element("code", {}, record.open)]],
        ["Closed", [CLOSED[record.close] ?? "", " ", element("code", {}, record.close)]],
        ["Closed first by", record.closed_by && `the ${record.closed_by}`],
        ["Client's last state", state(record, "client")],
        ["Server's last state", state(record, "server")],
        ["Began", clock(record.start)],
        [
            "Frames",
            `${record.first_frame} to ${record.last_frame}, over ${duration(record.end - record.start)}`,
        ],
        ["Client sent", sent(record, "client")],
        ["Server sent", sent(record, "server")],
        ["Handshake", lasted(record.handshake_time)],
        ["SYN to SYN,ACK", lasted(record.handshake_synack_time)],
        ["SYN,ACK to ACK", lasted(record.handshake_ack_time)],
        ["SYN retransmissions", times(record.handshake_syn_retransmissions)],
        ["SYN,ACK retransmissions", times(record.handshake_synack_retransmissions)],
        ["Silence before the close", lasted(record.idle_before_close)],
        ["Teardown", lasted(record.teardown_time)],
        ["Half-closed", lasted(record.half_closed_time)],
        ["Data while half-closed", record.half_closed_bytes ? bytes(record.half_closed_bytes) : undefined],
        ["FIN retransmissions", times(record.teardown_fin_retransmissions)],
        ["Keepalive probes", times(record.keepalive_probes)],
        ["Same sockets before", neighbour(record.previous)],
        ["Same sockets after", neighbour(record.next)],
        ["Zeek", record.zeek_conn_state && `${record.zeek_conn_state} ${record.zeek_history ?? ""}`],
        ["tcp.stream", record.tcp_stream === undefined ? undefined : String(record.tcp_stream)],
    ].filter(([, value]) => value !== undefined);
    return element(
        "dl",
        {},
        lines.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
    );
}

/* ---- frame by frame ------------------------------------------------------------------------ */

function events(capture, record) {
    const frames = new Map();
    const at = (frame) =>
        frames.get(frame) ?? frames.set(frame, { frame, transitions: [], experts: [] }).get(frame);
    for (const transition of record.transitions) {
        at(transition.frame).transitions.push(transition);
        at(transition.frame).time = transition.time;
    }
    const explained = new Set(); // of several with one name, the first
    for (const expert of record.experts) {
        at(expert.frame).experts.push({ ...expert, explains: !explained.has(expert.name) });
        explained.add(expert.name);
    }
    if (!frames.size) return element("p", { class: "dim" }, "No change of a state, and nothing to say.");
    const rows = [...frames.values()]
        .sort((one, other) => one.frame - other.frame)
        .map((event) =>
            element(
                "tr",
                {},
                element("th", { scope: "row" }, String(event.frame)),
                element(
                    "td",
                    { class: "number" },
                    event.time === undefined ? "" : relative(event.time - record.start),
                ),
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

/* ---- a ladder that is not here ------------------------------------------------------------- */

const quoted = (name) => (/^[\w./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);

/** Of a capture in several files no command draws it as simply. */
function elsewhere(capture, { file, number }) {
    const name = capture.files.length ? quoted(capture.files[file]) : "FILE";
    return [
        element(
            "p",
            {},
            "This report holds the ladders of the connections with the worst expert infos, and not of this one. ",
            capture.isOne && capture.files.length > 1
                ? "With a larger number in --ladders it has more."
                : `Either command draws it${capture.files.length ? "" : ", with the name of the capture that this report is of in the place of FILE"}:`,
        ),
        capture.isOne && capture.files.length > 1
            ? null
            : element(
                  "pre",
                  { class: "scroll", tabindex: "0" },
                  `pcaplife ladder --connection ${number} ${name}\n` +
                      `tshark -q -r ${name} -z 'tcplife,ladder,tcplife.connection == ${number}'`,
              ),
    ];
}
