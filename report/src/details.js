// One connection: its summary, its values, what happened frame by frame, and its ladder.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { byId, element, fill } from "./dom.js";
import { elsewhere } from "./elsewhere.js";
import { eventsOf } from "./events.js";
import { ladderOf } from "./ladder.js";
import { CLOSED, OPENED, bytes, clock, count, duration, plural, socket } from "./words.js";

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
            const { row, opener } = this;
            this.row = this.opener = undefined;
            history.replaceState(null, "", location.pathname + location.search);
            this.giveFocusBack(row, opener);
        });
        addEventListener("hashchange", () => this.follow());
    }

    /** Opens what the page's address names. */
    follow() {
        const { hash } = location;
        const row = this.capture.rowOfLink(hash);
        if (row) this.open(row);
        else if (hash.length > 1 && !byId(hash.slice(1))) {
            if (this.dialog.open) this.dialog.close();
            byId("shown").textContent = this.capture.whyNoRow(hash);
        }
    }

    /** To the link that opened the connection; or to the connection's own, where it was another way, or one has gone on. */
    giveFocusBack(row, opener) {
        if (opener?.row === row && opener.link.isConnected) opener.link.focus();
        else this.table.focus(row);
    }

    noteOpener(row) {
        const link = document.activeElement;
        if (link instanceof HTMLAnchorElement && !this.dialog.contains(link)) this.opener = { row, link };
    }

    step(by) {
        const row = this.table.neighbour(this.row, by);
        if (row) this.open(row);
    }

    async open(row) {
        this.row = row;
        this.table.tellShown(); // in the place of a link that named nothing
        this.noteOpener(row);
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
    const { files, tellsFiles } = capture;
    const of = tellsFiles ? element("span", { class: "dim" }, " of ", files.elementOf(row.file)) : "";
    return [
        element("h2", { id: "details-title" }, `Connection ${record.connection}`, of),
        element("p", { class: "dim on-paper" }, "In ", files.elementOf(row.file)),
        element("p", { class: "summary" }, record.summary),
        facts(capture, row, record),
        element("h3", {}, "What happened"),
        eventsOf(capture, row, record),
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
function facts(capture, row, record) {
    const neighbour = (number) =>
        number === undefined
            ? undefined
            : element("a", { href: capture.linkOf(row.file, number) }, `connection ${number}`);
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
