// Makes the report's page, one HTML file that lacks nothing but data, and a C file that holds it:
//     node build.mjs NODE_MODULES PAGE.html PAGE.c
//
// Script, style and licences are inlined; the policy names the script and the style by their
// hashes, so a browser runs nothing else, whatever the data holds.
//
// SPDX-License-Identifier: GPL-2.0-or-later
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const modules = resolve(process.argv[2]);
const esbuild = createRequire(join(modules, "x"))("esbuild");
const MARKER = "<!-- DATA -->";

async function bundle(entry) {
    const { outputFiles } = await esbuild.build({
        entryPoints: [join(here, "src", entry)],
        bundle: true,
        minify: true,
        format: "iife",
        target: "es2022",
        charset: "utf8",
        legalComments: "none", // the licences are in the page, in full
        nodePaths: [modules],
        write: false,
    });
    return outputFiles[0].text.trim();
}

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

function licences() {
    const names = Object.keys(JSON.parse(readFileSync(join(here, "package.json"))).dependencies);
    const texts = names.map((name) => {
        const { version } = JSON.parse(readFileSync(join(modules, name, "package.json")));
        return `${name} ${version}\n\n${readFileSync(join(modules, name, "LICENSE"), "utf8").trim()}`;
    });
    return escaped(texts.join("\n\n\n"));
}

/** struct page_part of output/report/page.h, for what stands before the data and behind it. */
function sourceOf(before, after) {
    const part = (name, text) => {
        const deflated = deflateSync(text, { level: 9 });
        return `static const unsigned char ${name}_deflated[] = {${[...deflated].join(",")}};
const struct page_part page_${name} = {${name}_deflated, ${deflated.length}, ${Buffer.byteLength(text)}};
`;
    };
    return `#include "output/report/page.h"\n${part("before", before)}${part("after", after)}`;
}

const script = await bundle("main.js");
const style = await bundle("report.css");
const values = {
    POLICY: `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
    STYLE: style,
    SCRIPT: script,
    LICENCES: licences(),
};
const page = readFileSync(join(here, "template.html"), "utf8").replace(
    /@([A-Z]+)@/g,
    (_, name) => values[name],
);
const parts = page.split(MARKER);
if (parts.length !== 2) throw new Error(`the template must have ${MARKER} exactly once`);
writeFileSync(process.argv[3], page);
writeFileSync(process.argv[4], sourceOf(...parts));
