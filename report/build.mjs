// Makes the report's template, one HTML file that lacks nothing but data: node build.mjs NODE_MODULES OUTPUT
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
if (page.split(MARKER).length !== 2) throw new Error(`the template must have ${MARKER} exactly once`);
writeFileSync(process.argv[3], page);
