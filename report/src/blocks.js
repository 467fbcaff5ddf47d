// The report's data: <script type="application/gzip" data-tcplife="KIND"> elements, each holding
// base64 of gzip of UTF-8. Base64 has no character that HTML knows, so nothing in a capture can end an
// element; gzip makes 20 to 40 MB of 300 MB of records.
//
// SPDX-License-Identifier: GPL-2.0-or-later

export function blocks(kind) {
    return [...document.querySelectorAll(`script[type="application/gzip"][data-tcplife="${kind}"]`)];
}

function bytesOf(base64) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
    const binary = atob(base64);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
}

export async function textOf(block) {
    try {
        const stream = new Blob([bytesOf(block.textContent.trim())]).stream();
        return await new Response(stream.pipeThrough(new DecompressionStream("gzip"))).text();
    } catch (error) {
        throw new Error("the file is not whole", { cause: error });
    }
}

export async function jsonOf(block) {
    return JSON.parse(await textOf(block));
}

/** The records of a block of JSON Lines. */
export async function recordsOf(block) {
    return (await textOf(block))
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
}
