#!/usr/bin/python3
"""What a program of somebody else's gets from the library, installed into a folder of its own.

Promises that
- every header compiles alone, as C11 and as C++17, without a warning, and its macros are the library's: none of a program's own
  is redefined or taken away;
- the libraries have no variable that anybody writes to, so that two threads may have a tracker each;
- the shared libraries export, and the static ones offer, what the headers mark TL_API, and nothing else; and the
  tracker's needs no library but the C library;
- with the other one a program prints the plugin's JSON records and sentences;
- the example is found by pkg-config and by find_package(tcplife), compiles as C11 and as C++17, runs with the shared
  and with the static library, and says of stored captures what the plugin says;
- the installed library is the version that the headers name.
"""
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import tshark

# GLib's headers are its own: their warnings are not ours.
GLIB = [word.replace("-I", "-isystem") for word in
        subprocess.run(["pkg-config", "--cflags", "glib-2.0"], capture_output=True, text=True).stdout.split()]
EXAMPLE = tshark.ROOT / "examples" / "lives.c"
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
LANGUAGES = {"C11": ["gcc", "-std=c11", "-D_DEFAULT_SOURCE"], "C++17": ["g++", "-x", "c++", "-std=c++17"]}
# Ethernet with IPv4, as the example reads it.
CAPTURES = ("close_4seg_client", "close_3seg_client", "client_reuses_time_wait", "last_ack_lost", "abort_close_wait", "bulk_lossy", "refused", "halfclose_server")
# Added to the example, it prints records and sentences instead.
RECORDS = """#include <tcplife/output/records.h>
#include <tcplife/output/sentences.h>
static void print_records(const struct tl_tracker *tracker, int64_t end_ns)
{
    struct tl_capture capture = {0};
    GString *text = g_string_new(NULL);
    capture.tracker = tracker;
    capture.end_ns = end_ns;
    capture.msl_ns = TL_DEFAULT_MSL_NS;
    for (uint32_t i = 0; i < tl_tracker_connection_count(tracker); i++)
        tl_append_json(text, &capture, tl_tracker_connection(tracker, i));
    fputs(text->str, stdout);
    g_string_free(text, TRUE);
}
"""
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(example C)
find_package(tcplife {version} REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PCAP REQUIRED IMPORTED_TARGET libpcap)
foreach(library IN ITEMS tcplife tcplife-static)
    add_executable(with-${{library}} {example})
    target_link_libraries(with-${{library}} PRIVATE tcplife::${{library}} PkgConfig::PCAP)
endforeach()
"""


def run(*words, **options):
    return subprocess.run(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **options)


def need(*words, **options):
    done = run(*words, **options)
    if done.returncode:
        raise SystemExit(f"FAILED: {' '.join(map(str, words))}\n{done.stdout}")
    return done.stdout


def headers(prefix, source):
    for path in sorted((prefix / "include").rglob("*.h")):
        name = path.relative_to(prefix / "include")
        macros = re.findall(r"^\s*#\s*(?:define|undef)\s+(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        yield from (f"{name} defines {macro}: not the library's" for macro in sorted(set(macros)) if not re.match("TL_|TCPLIFE_", macro))
        for language, words in LANGUAGES.items():
            source.write_text(f"#include <{name}>\nextern int nothing_else;\n", encoding="utf-8")
            done = run(*words, *STRICT, "-I", prefix / "include", *GLIB, "-fsyntax-only", source)
            if done.returncode:
                yield f"{name} does not compile alone as {language}: {done.stdout}"


def offered(headers):
    """The names that they mark."""
    text = "".join(path.read_text(encoding="utf-8") for path in headers)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return {re.search(r"(\w+)\s*(?:\(|\[\]|;)", declaration)[1]
            for declaration in re.findall(r"^(?:extern )?TL_API ([^;]*;)", text, re.MULTILINE)}


def symbols(prefix):
    folder = prefix / "include" / "tcplife"
    for name, headers, libraries in (
            ("tcplife", folder.glob("*.h"), {"libc.so.6"}),
            ("tcplife-output", folder.glob("output/*.h"), {"libc.so.6", "libm.so.6", "libglib-2.0.so.0", "libtcplife.so.0"})):
        wanted = offered(headers)
        shared, static = (next(prefix.rglob(f"lib{name}.{ending}")) for ending in ("so", "a"))
        for library, table in ((shared, ["-D"]), (static, ["-g"])):
            lines = need("nm", *table, "--defined-only", library).splitlines()
            found = {line.split()[2] for line in lines if len(line.split()) == 3}
            yield from (f"{library.name} lacks {symbol}" for symbol in sorted(wanted - found))
            yield from (f"{library.name} offers {symbol}, which no header marks" for symbol in sorted(found - wanted))
            yield from (f"{library.name} offers {symbol}: not the library's" for symbol in found if not symbol.startswith("tl_"))
        sections = re.findall(r"^(\.t?(?:data|bss))\s+(\d+)", need("size", "-A", static), re.MULTILINE)
        yield from (f"{static.name} has {size} bytes of variables in {section}" for section, size in sections if int(size))
        if not sections:
            yield f"size -A {static.name} names no section"
        needed = set(re.findall(r"NEEDED\s+(\S+)", need("objdump", "-p", shared)))
        yield from (f"{shared.name} needs {library}" for library in sorted(needed - libraries))


def lives(name):
    """What the plugin says of the capture, in the example's words."""
    words = {}
    for kind in ("OPENS", "CLOSES"):
        text = (tshark.ROOT / "include" / "tcplife" / "summary.h").read_text(encoding="utf-8")
        block = re.search(rf"#define TL_{kind}\(\w\)(.*?)\n\n", text, re.DOTALL)[1]
        words[kind] = dict(re.findall(r'\(\w+,\s*"([^"]+)",\s*"([^"]+)"\)', block))
    records = map(json.loads, tshark.run("-q", "-z", "tcplife,json", capture=tshark.capture_file(name)).stdout.splitlines())
    return [f"{record['connection']}: {words['OPENS'][record['open']]}, {words['CLOSES'][record['close']]}"
            for record in records]


def examples(prefix, folder):
    """name → program."""
    flags = need("pkg-config", "--cflags", "--libs", "tcplife", "libpcap", env=environment(prefix)).split()
    for language, words in LANGUAGES.items():
        quiet = ["-Wno-missing-field-initializers"] if language == "C++17" else []
        program = folder / language
        need(*words, *STRICT, *quiet, EXAMPLE, *flags, "-o", program)
        yield f"pkg-config, {language}", program
    (folder / "CMakeLists.txt").write_text(PROJECT.format(example=EXAMPLE, version=version()), encoding="utf-8")
    need("cmake", "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
    need("cmake", "--build", folder / "build")
    for library in ("tcplife", "tcplife-static"):
        yield f"find_package, {library}", folder / "build" / f"with-{library}"


def records(prefix, folder):
    """What is wrong with a program that prints records."""
    source, program = folder / "records.c", folder / "records"
    text = EXAMPLE.read_text(encoding="utf-8")
    before, after = text.split("int main(", 1)
    loop = re.search(r"    for \(uint32_t i = 0; i < tl_tracker_connection_count.*?\n    }\n", after, re.DOTALL)[0]
    after = after.replace(loop, "    print_records(tracker, end_ns);\n").replace(
        "        segment.frame = frame;", "        segment.frame = frame;\n        end_ns = packet->ts.tv_sec * INT64_C(1000000000) + "
        "packet->ts.tv_usec;").replace("    const uint8_t *data;", "    const uint8_t *data;\n    int64_t end_ns = 0;", 1)
    source.write_text(before + RECORDS + "int main(" + after, encoding="utf-8")
    flags = need("pkg-config", "--cflags", "--libs", "tcplife-output", "libpcap", env=environment(prefix)).split()
    need(*LANGUAGES["C11"], source, *flags, "-o", program)
    for name in CAPTURES[:2]:
        said = need(program, tshark.capture_file(name), env={"LD_LIBRARY_PATH": next(prefix.rglob("libtcplife.so")).parent})
        told = tshark.run("-q", "-z", "tcplife,json", capture=tshark.capture_file(name)).stdout
        ours, theirs = ([json.loads(line) for line in text.splitlines()] for text in (said, told))
        for record in theirs:
            for key in ("tcp_stream", "zeek_conn_state", "zeek_history"):  # Wireshark's own, and what was not asked for
                record.pop(key)
        if ours != theirs:
            yield f"a program's records of {name}: {ours}; the plugin's: {theirs}"


def environment(prefix):
    return {"PATH": "/usr/bin:/bin", "PKG_CONFIG_PATH": f'{next(prefix.rglob("pkgconfig"))}'}


def version():
    text = (tshark.ROOT / "include" / "tcplife" / "version.h").read_text(encoding="utf-8")
    return re.search(r'TL_VERSION "(.*)"', text)[1]


def main():
    for tool in ("gcc", "g++", "pkg-config", "nm", "objdump", "size"):
        if not shutil.which(tool):
            tshark.skip(f"{tool} is not installed")
    if run("pkg-config", "--exists", "libpcap").returncode:
        tshark.skip("libpcap-dev is not installed")
    with tempfile.TemporaryDirectory(prefix="tcplife.") as folder:
        prefix = Path(folder) / "prefix"
        need("cmake", "--install", tshark.BUILD, "--component", "library", "--prefix", prefix)
        problems = [*headers(prefix, Path(folder) / "alone.c"), *symbols(prefix), *records(prefix, Path(folder))]
        if not next(prefix.rglob("libtcplife.so")).resolve().name.endswith(".so." + version()):
            problems.append(f"the library is not called {version()}")
        expected = {name: lives(name) for name in CAPTURES}
        for how, program in examples(prefix, Path(folder)):
            for name, lines in expected.items():
                said = run(program, tshark.capture_file(name), env={"LD_LIBRARY_PATH": next(prefix.rglob("libtcplife.so")).parent})
                if said.stdout.splitlines() != lines:
                    problems.append(f"the example ({how}) says of {name}: {said.stdout}; the plugin: {lines}")
            if not run(program, "/nonexistent", env={"LD_LIBRARY_PATH": next(prefix.rglob("libtcplife.so")).parent}).returncode:
                problems.append(f"the example ({how}) says nothing of a file that is not there")
    tshark.report(problems, "headers, symbols, records, the example in four ways")


if __name__ == "__main__":
    main()
