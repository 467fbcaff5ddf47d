// How values are said.
//
// SPDX-License-Identifier: GPL-2.0-or-later

export const OPENED = {
    "three-way": "by the three-way handshake",
    simultaneous: "by both ends at once",
    "fast-open": "by TCP Fast Open",
    midstream: "before the capture began",
    unanswered: "SYN unanswered",
    refused: "refused by a RST",
    rejected: "rejected by ICMP",
    "half-open": "handshake not completed",
    aborted: "reset by the client in the handshake",
    stray: "stray segments, no connection",
};

export const CLOSED = {
    none: "not closed",
    "four-way": "by the four-segment teardown",
    "three-way": "by the three-segment teardown",
    simultaneous: "by both ends at once",
    "half-closed": "by one end only",
    unfinished: "both FINs, the last ACK missing",
    reset: "by a reset",
    "reset-while-closing": "by a reset, while closing",
    "dead-peer": "not closed: one end fell silent",
};

/** From the least to the worst. */
export const SEVERITIES = ["chat", "note", "warn", "error"];
export const ATTENTION = SEVERITIES.indexOf("warn");

const grouped = new Intl.NumberFormat("en-US");
export const count = (number) => grouped.format(number);
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

const trimmed = (number, digits) => String(Number(number.toPrecision(digits)));

/** A duration in seconds, as a person says it. */
export function duration(seconds) {
    if (seconds < 0) return `−${duration(-seconds)}`;
    if (seconds === 0) return "0 s";
    if (seconds < 1e-3) return `${trimmed(seconds * 1e6, 4)} µs`;
    if (seconds < 0.9995) return `${trimmed(seconds * 1e3, 4)} ms`;
    if (seconds < 59.995) return `${trimmed(seconds, 4)} s`;
    const units = [
        ["s", 60],
        ["min", 60],
        ["h", 24],
        ["d", Infinity],
    ];
    let rest = Math.round(seconds);
    let parts = [];
    for (const [unit, size] of units) {
        parts = [[rest % size || 0, unit], ...parts.slice(0, 1)];
        rest = Math.floor(rest / size);
        if (!rest) break;
    }
    return parts
        .filter(([number]) => number)
        .map(([number, unit]) => `${number} ${unit}`)
        .join(" ");
}

export function bytes(number) {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (number >= 999.5 && unit < units.length - 1) {
        number /= 1000;
        unit++;
    }
    return `${unit ? trimmed(number, 3) : number} ${units[unit]}`;
}

/** Seconds since the epoch in UTC, with microseconds: what a double can hold of them. */
export function clock(seconds) {
    const micros = Math.round(seconds * 1e6);
    const date = new Date(Math.floor(micros / 1e6) * 1000);
    if (Number.isNaN(date.getTime())) return String(seconds);
    const fraction = String(((micros % 1e6) + 1e6) % 1e6).padStart(6, "0");
    return `${date.toISOString().slice(0, 19).replace("T", " ")}.${fraction} UTC`;
}

export const relative = (seconds) => seconds.toFixed(6);

/** An address with a port; IPv6 in brackets, as in RFC 3986. */
export const socket = (address, port) =>
    address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
