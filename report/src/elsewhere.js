// How to get a ladder that the report does not hold.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { element } from "./dom.js";

/** As a shell takes it, and no program for an option; undefined for one that is not known as it is. */
function argumentOf(name) {
    if (name === undefined || name.includes("\ufffd")) return undefined;
    const path = name.startsWith("-") ? `./${name}` : name;
    return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

const command = (name, number) =>
    element(
        "pre",
        { class: "scroll", tabindex: "0" },
        `pcaplife ladder --connection ${number} ${name}\n` +
            `tshark -q -r ${name} -z 'tcplife,ladder,tcplife.connection == ${number}'`,
    );

/** Of a capture in several files no command draws it as simply, and a pipe's bytes are gone. */
export function elsewhere(capture, { file, number }) {
    const { files, isOne, ladders } = capture;
    const name = files.names[file];
    const why = ladders.size
        ? "This report holds the ladders of the connections with the worst expert infos, and not of this one. "
        : "This report holds no ladders. ";
    if (name === "-")
        return element(
            "p",
            {},
            `${why}The capture came through a pipe: the same command with a larger number in --ladders, reading it again, draws more.`,
        );
    if (isOne && files.length > 1)
        return element("p", {}, why, "With a larger number in --ladders it has more.");
    const argument = argumentOf(name);
    return [
        element(
            "p",
            {},
            why,
            argument
                ? "Either command draws it:"
                : "Either command draws it, with the name of the capture that this report is of in the place of FILE:",
        ),
        command(argument ?? "FILE", number),
    ];
}
